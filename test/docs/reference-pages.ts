/** Pages of the reference that are written from the tables the program itself goes by. */
import type { Command, Option } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { environmentVariables, type VariableEntry } from '../../src/cli/environment-variables.ts';
import { buildProgram } from '../../src/cli/program.ts';
import { problemCodes, type CodeEntry } from '../../src/kernel/codes.ts';
import { controls, type Control } from '../../src/kernel/controls.ts';
import { putConnectionSchema } from '../../src/wire/api-connections.ts';
import { errors } from '../../src/wire/errors.ts';
import { exitCodes } from '../../src/wire/exit-codes.ts';
import type { ErrorEntry } from '../../src/wire/error-entry.ts';
import { dependencyReasons } from './dependency-reasons.ts';
import { root } from './shell-commands.ts';

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |\n`).join(''); // prettier-ignore

const groups: readonly (readonly [VariableEntry['group'], string])[] = [
  ['service', 'Service'], ['secrets', 'Secrets'], ['login', 'Login by the company’s own provider'], ['notices', 'Mail and chat'],
  ['tracing', 'Traces'], ['command line', 'Command line'],
]; // prettier-ignore

type JsonSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
};

const shapeOf = (schema: JsonSchema): string =>
  schema.enum?.map((value) => `\`${String(value)}\``).join(' ') ??
  schema.anyOf?.map(shapeOf).join(' or ') ??
  (schema.type === 'array' ? `list of ${shapeOf(schema.items ?? {})}` : (schema.type ?? 'anything'));

function configurationPage(): string {
  const variables = groups.map(([group, title]) => {
    const rows = Object.entries(environmentVariables).filter(([, entry]) => entry.group === group);
    return `### ${title}\n\n${table(['Variable', 'Meaning', 'Without it'], rows.map(([name, entry]) => [`\`${name}\``, entry.about, entry.default]))}\n`;
  });
  const schema = z.toJSONSchema(putConnectionSchema.omit({ secrets: true, reason: true }), { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const keys = Object.entries(schema.properties ?? {}).map(([name, entry]) => [
    `\`${name}\``, shapeOf(entry), schema.required?.includes(name) === true ? 'yes' : '', entry.description ?? '',
  ]);
  return `# Configuration

Nothing has to be configured: a bare start watches a made-up company. What can be is in four places.

| where | what |
|---|---|
| options of \`reentry serve\` | where it listens and keeps its data; each has a variable too |
| the environment | the same, secrets, login, mail, traces: below |
| \`connections.json\` in the data folder, the API, or \`reentry connect add\` | your systems: below, and [connectors](connectors.md) for what each knows |
| \`policy.json\` in the data folder, or the API | how your shop works: [policy](policy.md) |

## Environment

\`reentry doctor\` names variables that begin with \`REENTRY_\` and that nothing reads.

${variables.join('\n')}
## connections.json

One object per connection, by its name: small letters, digits, hyphens. [Connections](../guides/connections.md) shows one.

${table(['Key', 'Shape', 'Needed', 'Meaning'], keys)}`;
} // prettier-ignore

const flagsOf = (option: Option): string => `\`${option.flags}\``;

function commandSections(command: Command, path: string, depth: number): string[] {
  const title = `${path} ${command.name()}`.trim();
  const args = command.registeredArguments.map((one) => (one.required ? `<${one.name()}${one.variadic ? '…' : ''}>` : `[${one.name()}${one.variadic ? '…' : ''}]`));
  const described = command.registeredArguments.filter((one) => one.description !== '').map((one) => [`\`${one.name()}\``, one.description, '']);
  const options = command.options.map((one) => [
    flagsOf(one),
    `${one.description}${one.argChoices === undefined ? '' : ` (${one.argChoices.join(', ')})`}${one.envVar === undefined ? '' : `; also \`${one.envVar}\``}`,
    one.defaultValue === undefined || one.defaultValue === false || (Array.isArray(one.defaultValue) && one.defaultValue.length === 0) ? '' : `\`${String(one.defaultValue)}\``,
  ]);
  const own = path === '' ? [] : [
    `${'#'.repeat(Math.min(depth, 4))} ${[title, ...args].join(' ')}\n\n${command.description()}\n\n${described.length + options.length === 0 ? '' : `${table(['Option', 'Meaning', 'Default'], [...described, ...options])}\n`}`,
  ];
  return [...own, ...command.commands.flatMap((inner) => commandSections(inner, title, depth + 1))];
} // prettier-ignore

function commandLinePage(): string {
  const program = buildProgram({ exit: exitCodes.fine });
  const exits = Object.entries(exitCodes).map(([name, code]) => [String(code), name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)]);
  return `# Command line

\`reentry\` alone runs the service. \`reentry <command> --help\` says what is below, and begins with examples. Results go to standard output, everything said
beside them to standard error.

${commandSections(program, '', 1).join('')}## Exit codes

${table(['Code', 'Meaning'], exits)}`;
} // prettier-ignore

const errorsPage = (): string => `# Errors

What Reentry says when something cannot be done, at the command line and over HTTP alike: a code that does not change, a sentence, and what to do.

${table(['Code', 'What is wrong', 'What to do', 'Status', 'Exit'], Object.entries(errors).map(([code, entry]: [string, ErrorEntry]) => [`\`${code}\``, entry.sentence, entry.todo, String(entry.status), String(entry.exit)]))}`; // prettier-ignore

const severities = { 1: 'money', 2: 'stock or books', 3: 'visibility' } as const;

const codesPage = (): string => `# Problem codes

What each problem says, why it shows, who owns it unless the [policy](policy.md) says otherwise, and what to do.

${Object.entries(problemCodes)
  .map(([code, entry]: [string, CodeEntry]) => `## ${code}\n\n**${entry.title.en}** (${entry.title.de}). Owner: ${entry.owner}. About ${severities[entry.severity]}.\n\n${entry.why.en} ${entry.todo.en}\n`)
  .join('\n')}`; // prettier-ignore

const controlsPage = (): string => `# Checks

What one system reports must be matched by what another reports, for the same key, within a time. \`clearing\`: both sides come to the same. \`limit\`: never
more than. \`gate\`: a claim needs a condition. \`level\`: two figures of one item. Terms and owners are defaults; the [policy](policy.md) sets others, from a date on.

${table(['Check', 'Title', 'Kind', 'What is reported', 'What must match it', 'Within', 'Owner', 'Needs'], Object.entries(controls).map(([id, entry]: [string, Control]) => [`\`${id}\``, entry.title.en, entry.kind, entry.left, entry.right, entry.due ?? '–', entry.owner, entry.needs.join(', ')]))}`; // prettier-ignore

type Package = { readonly license?: string; readonly licenses?: readonly { readonly type: string }[]; readonly dependencies?: Readonly<Record<string, string>>; readonly devDependencies?: Readonly<Record<string, string>>; readonly optionalDependencies?: Readonly<Record<string, string>> }; // prettier-ignore
const readPackage = (path: string): Package => JSON.parse(readFileSync(join(root, path), 'utf8')) as Package;

export function listDependencies(): {
  readonly name: string;
  readonly version: string;
  readonly kind: string;
}[] {
  const { dependencies = {}, devDependencies = {}, optionalDependencies = {} } = readPackage('package.json');
  return Object.entries({
    running: dependencies,
    runtime: optionalDependencies,
    building: devDependencies,
  }).flatMap(([kind, entries]) =>
    Object.entries(entries).map(([name, version]) => ({ name, version, kind })),
  );
}

/** As the lock file has it, which knows also packages of other platforms. */
function licenceOf(name: string): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { readonly packages: Readonly<Record<string, Package>> }; // prettier-ignore
  const named = lock.packages[`node_modules/${name}`]?.license;
  // The older way to name it, which the lock file does not carry over.
  return named ?? readPackage(`node_modules/${name}/package.json`).licenses?.[0]?.type ?? 'unknown';
}

const kinds = {
  running: 'Installed with Reentry', runtime: 'The Node.js it runs on, one per platform', building: 'Only to build, check and test',
} as const; // prettier-ignore

function dependenciesPage(): string {
  const all = listDependencies();
  const sections = Object.entries(kinds).map(([kind, title]) => {
    const rows = all.filter((one) => one.kind === kind).map(({ name, version }) => [`\`${name}\``, version, licenceOf(name), dependencyReasons[name] ?? '']);
    return `## ${title}\n\n${table(['Package', 'Version', 'Licence', 'Why it is there'], rows)}\n`;
  });
  return `# Dependencies

Every package that Reentry names itself, pinned to one version, with its licence and the reason why it is there. What can be had from Node.js is not on the list.

${sections.join('')}## Known advisories

\`npm audit\` tells what has become known since. What it reports and an update cannot mend is explained here; nothing is listed so far.
`;
} // prettier-ignore

export const referencePages: Readonly<Record<string, () => string>> = {
  'configuration.md': configurationPage,
  'command-line.md': commandLinePage,
  'errors.md': errorsPage,
  'codes.md': codesPage,
  'controls.md': controlsPage,
  'dependencies.md': dependenciesPage,
};
