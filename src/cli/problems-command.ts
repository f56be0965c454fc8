/** `reentry problems list|assign|resolve`: the open problems, and what people do with them, beside the service. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProblemView } from '../store/list-problems.ts';

type Data = { readonly data: string; readonly json?: true };
export type ListOptions = Data & {
  readonly view: ProblemView;
  readonly team?: string;
  readonly code?: string;
  readonly severity?: number;
  readonly limit: number;
};
export type AssignOptions = Data & {
  readonly team?: string;
  readonly user?: string;
  readonly deadline?: string;
  readonly reason?: string;
};
export type ResolveOptions = Data & {
  readonly reason: string;
  readonly units?: number;
  readonly amountMinor?: number;
};

/** Spelt out: where they are defined the whole store is loaded, which the help needs not. */
const views = [
  'work', 'open', 'snoozed', 'silenced', 'dismissed', 'merged', 'storm', 'resolved',
] as const satisfies readonly ProblemView[]; // prettier-ignore
const dataOption = ['--data <folder>', 'where the service keeps its data', '.reentry'] as const;

export function addProblemsCommand(program: Command): void {
  const problems = program
    .command('problems')
    .description('Open problems of the watched systems: list them, give them to somebody, accept them.')
    .addHelpText(
      'before',
      `Examples:
  reentry problems list --team finance
  reentry problems assign shop/2107~prb_1 --user finance@shop.example --deadline 2026-12-03T12:00:00Z
  reentry problems resolve shop/2107~prb_1 --reason "the customer keeps the voucher"
`,
    );
  problems
    .command('list')
    .description('Problems, gravest first, then newest.')
    .addOption(new Option('--view <view>', 'which ones').choices(views).default('work'))
    .option('--team <team>', 'only of this team')
    .option('--code <code>', 'only of this kind, as docs/reference/controls.md names them')
    .option('--severity <n>', 'only of this severity: 1, 2 or 3', wholeNumber)
    .option('--limit <n>', 'how many at most', wholeNumber, 100)
    .option('--json', 'for programs')
    .option(...dataOption)
    .action(async (options: ListOptions) => (await import('./stored-problems.ts')).list(options));
  problems
    .command('assign')
    .description('Give a problem to a team or a person. Written to the audit trail.')
    .argument('<problem>', 'its id, as the list shows it')
    .option('--team <team>', 'the team; - takes back what people said, so that rules decide')
    .option('--user <email>', 'the person, by e-mail address; - for nobody')
    .option('--deadline <time>', 'until when, 2026-12-03T12:00:00Z; - for none')
    .option('--reason <text>', 'why, for the audit trail')
    .option('--json', 'for programs')
    .option(...dataOption)
    .action(async (ref: string, options: AssignOptions) =>
      (await import('./stored-problems.ts')).assign(ref, options),
    );
  problems
    .command('resolve')
    .description(
      'Accept a difference with a reason. Written to the audit trail. When the amount changes, the problem opens again; facts close problems by themselves.',
    )
    .argument('<problem>', 'its id, as the list shows it')
    .requiredOption('--reason <text>', 'why, for the audit trail')
    .option('--units <n>', 'only so many units of it', wholeNumber)
    .option('--amount-minor <n>', 'only so much of it, in minor units: 5990 for €59.90', wholeNumber)
    .option('--json', 'for programs')
    .option(...dataOption)
    .action(async (ref: string, options: ResolveOptions) =>
      (await import('./stored-problems.ts')).resolve(ref, options),
    );
}

function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}
