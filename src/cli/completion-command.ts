/** `reentry completion bash|zsh|fish`: a script that completes commands and options, made from the commands themselves. */
import { Argument, type Command } from 'commander';
import { Output } from './output.ts';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('Print a script that completes commands and options.')
    .addHelpText(
      'before',
      `Examples:
  reentry completion bash > /etc/bash_completion.d/reentry
  reentry completion zsh > "\${fpath[1]}/_reentry"
  reentry completion fish > ~/.config/fish/completions/reentry.fish
`,
    )
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell: Shell) => {
      const output = Output.stdout();
      output.write(completionScript(program, shell));
      output.close();
    });
}

type Entry = {
  /** `plan apply`; empty for the program itself. */
  readonly path: string;
  readonly commands: readonly { readonly name: string; readonly about: string }[];
  readonly options: readonly { readonly name: string; readonly about: string; readonly takes: boolean; readonly choices: readonly string[] }[];
  /** Values its first argument may have. */
  readonly choices: readonly string[];
}; // prettier-ignore

function listEntries(command: Command, path = ''): Entry[] {
  const commands = command.commands.map((one) => ({ name: one.name(), about: aboutOf(one.summary() || one.description()) })); // prettier-ignore
  const options = command.options.flatMap((option) =>
    option.long == null || option.hidden
      ? []
      : [{ name: option.long, about: aboutOf(option.description), takes: option.required || option.optional, choices: option.argChoices ?? [] }],
  ); // prettier-ignore
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  return [
    { path, commands, options: [...options, { name: '--help', about: 'print help', takes: false, choices: [] }], choices },
    ...command.commands.flatMap((one) => listEntries(one, `${path} ${one.name()}`.trim())),
  ]; // prettier-ignore
}

const aboutOf = (text: string): string =>
  text
    .split('\n', 1)[0]!
    .split(/[.;:] /, 1)[0]!
    .replace(/\.$/, '');
const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The script for a shell. Where files or values are wanted, the shell's own completion of files helps. */
function completionScript(program: Command, shell: Shell): string {
  const entries = listEntries(program);
  if (shell === 'bash') return bashScript(entries);
  return shell === 'zsh' ? zshScript(entries) : fishScript(entries);
}

const wordsOf = ({ commands, options, choices }: Entry): string =>
  [...commands.map((one) => one.name), ...choices, ...options.map((one) => one.name)].join(' ');

/** Walks the words so far down the commands; `at` is then the command that is being typed. */
const walk = (entries: readonly Entry[]): string =>
  entries
    .filter(({ path }) => path !== '')
    .map(({ path }) => `      ${quote(path)}) at=$next ;;`)
    .join('\n');

function bashScript(entries: readonly Entry[]): string {
  const words = entries
    .map((entry) => `    ${quote(entry.path)}) words=${quote(wordsOf(entry))} ;;`)
    .join('\n');
  return `# Completion of reentry for bash.
_reentry() {
  local current=\${COMP_WORDS[COMP_CWORD]} at='' words='' next word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next=\${at:+$at }$word
    case $next in
${walk(entries)}
    esac
  done
  case $at in
${words}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _reentry reentry
`;
}

function zshScript(entries: readonly Entry[]): string {
  const described = (items: readonly { readonly name: string; readonly about: string }[]): string =>
    items.map(({ name, about }) => quote(`${name.replaceAll(':', '\\:')}:${about}`)).join(' ');
  const cases = entries.map(
    (entry) => `    ${quote(entry.path)}) items=(${described([...entry.commands, ...entry.choices.map((name) => ({ name, about: '' })), ...entry.options])}) ;;`,
  );
  return `#compdef reentry
# Completion of reentry for zsh.
_reentry() {
  local at='' next word
  local -a items
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next=\${at:+$at }$word
    case $next in
${walk(entries)}
    esac
  done
  case $at in
${cases.join('\n')}
  esac
  _describe 'reentry' items || _files
}
compdef _reentry reentry
`;
} // prettier-ignore

function fishScript(entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, commands, options, choices }) => {
    const condition = `-n ${quote(`__reentry_at ${quote(path)}`)}`;
    return [
      ...commands.map((one) => `complete -c reentry ${condition} -f -a ${quote(one.name)} -d ${quote(one.about)}`),
      ...choices.map((one) => `complete -c reentry ${condition} -f -a ${quote(one)}`),
      ...options.map((one) => `complete -c reentry ${condition} -l ${one.name.slice(2)}${one.takes ? ' -r' : ''}${one.choices.length > 0 ? ` -a ${quote(one.choices.join(' '))}` : ''} -d ${quote(one.about)}`),
    ];
  });
  const paths = entries.filter(({ path }) => path !== '').map(({ path }) => quote(path)).join(' ');
  return `# Completion of reentry for fish.
function __reentry_at
  set -l at ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$at $word")
    if contains -- $next ${paths}
      set at $next
    end
  end
  test "$at" = "$argv[1]"
end
${lines.join('\n')}
`;
} // prettier-ignore
