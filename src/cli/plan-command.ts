/** `reentry plan --from PATH…` writes the 30-day plan; `reentry plan apply ROW…` accepts rows of its matrix. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import { readDate } from '../kernel/policy-schema.ts';
import { buildPlan } from '../northstar/plan/build-plan.ts';
import { comparePlans } from '../northstar/plan/compare-plans.ts';
import { mergePeople, nobody, readPeople } from '../northstar/plan/people.ts';
import { planDocument } from '../northstar/plan/plan-document.ts';
import { planMap } from '../northstar/plan/plan-map.ts';
import type { People, Plan } from '../northstar/plan/plan.ts';
import { renderHtml } from '../northstar/plan/render-html.ts';
import { renderMarkdown } from '../northstar/plan/render-markdown.ts';
import { AppError } from '../wire/errors.ts';
import { acceptRows, readRows } from './accept-rows.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output, say } from './output.ts';
import { readPeopleFile, readPlanFile } from './read-plan-file.ts';
import { readPlanInput } from './read-plan-input.ts';

type PlanOptions = AuditOptions & {
  readonly from?: readonly string[];
  readonly data?: string;
  readonly html?: string;
  readonly markdown?: string | true;
  readonly json?: true;
  readonly since?: string;
  readonly people?: string;
};

type ApplyOptions = {
  readonly policy?: string;
  readonly data?: string;
  readonly from: string;
  readonly plan?: string;
  readonly reason?: string;
};

const examples = `Examples:
  reentry plan --from exports/                       the plan as Markdown on stdout
  reentry plan --from exports/ --html plan.html      as a page that prints well; what people typed into an
                                                     earlier plan.html stays
  reentry plan --from exports/ --json > plan.json    as data
  reentry plan --from exports/ --since plan.json     what turned green since, and what got worse
  reentry plan --data .reentry --html plan.html      from the records of the service, beside it or without it
  reentry plan apply back-restored:due=2bd --policy policy.json --from 2027-01-01
  reentry plan apply refund-credited --plan plan.json --policy policy.json --from 2027-01-01
  reentry plan apply back-restored:due=2bd --data .reentry --from 2027-01-01 --reason "agreed in the weekly meeting"
`;

export function addPlanCommand(program: Command): void {
  const plan = program
    .command('plan')
    .summary('the 30-day plan: what drifts, what must match what, who owns it, what to do')
    .description(
      'Writes the 30-day plan from exported files, or from the records of the service: the journey as it is, the reconciliation matrix, owners, actions.\nEqual files, policy and time give an equal plan, byte by byte.',
    )
    .addHelpText('before', examples)
    // `apply` has a `--policy` and a `--from` of its own.
    .enablePositionalOptions()
    .option('--from <path...>', 'folders or files with exports')
    .addOption(
      new Option('--data <folder>', 'where a service keeps its data; its records are read').conflicts([
        'from',
        'policy',
        'readAt',
      ]),
    );
  addAuditOptions(plan)
    .option('--markdown [file]', 'as Markdown, to a file or stdout (the default)')
    .option('--html <file>', 'as a self-contained page that prints well')
    .addOption(new Option('--json', 'as JSON on stdout').conflicts('markdown'))
    .option('--since <file>', 'compare with an earlier plan (JSON); names and comments in it stay')
    .option('--people <file>', 'names and comments: JSON, or a plan into which people typed')
    .action(writePlan);
  plan
    .command('apply')
    .summary('accept rows of the matrix: from a day on, Reentry enforces them')
    .description(
      'Writes due time, owner and mode of the named checks into a policy file, or into the settings of a service, from a day on. What holds before that day does not change.',
    )
    .argument('<row...>', 'a check, as in back-restored:due=2bd,owner=ops,mode=suggest')
    .option('--policy <file>', 'policy file to change; made where there is none')
    .addOption(
      new Option('--data <folder>', 'where a service keeps its data; its settings are changed').conflicts(
        'policy',
      ),
    )
    .option('--reason <text>', 'why, for the audit trail of the service')
    .requiredOption('--from <day>', 'first day on which it holds, as in 2027-01-01', checkedDay)
    .option('--plan <file>', 'plan (JSON) whose proposals fill in what a row leaves out')
    .action(applyPlanRows);
}

async function applyPlanRows(texts: readonly string[], options: ApplyOptions): Promise<void> {
  const { policy, data, from, plan, reason } = options;
  const rows = readRows(texts, plan);
  if (policy !== undefined) acceptRows(rows, { policy, from });
  else if (data === undefined)
    throw new AppError('usage', { detail: 'give --policy <file>, or --data <folder> of a service' });
  else {
    const { acceptStoredRows } = await import('./accept-stored-rows.ts');
    await acceptStoredRows(rows, { data, from, reason });
  }
}

function checkedDay(text: string): string {
  if (readDate(text) === undefined) throw new InvalidArgumentError('Write it as 2027-01-01.');
  return text;
}

async function writePlan(options: PlanOptions): Promise<void> {
  const { from, data, html, markdown, json, lang: language } = options;
  if (from === undefined && data === undefined)
    throw new AppError('usage', {
      detail: 'give --from <path...> with exported files, or --data <folder> of a service',
    });
  const before = options.since === undefined ? undefined : readPlanFile(options.since);
  // Read before anything is written: the plan may overwrite the file that people typed into.
  const people = mergePeople(
    before?.people ?? nobody,
    peopleIn(markdown),
    peopleIn(html),
    options.people === undefined ? nobody : readPeopleFile(options.people),
  );
  const input = auditInput(from ?? [], options);
  const plan =
    data === undefined
      ? buildPlan({ ...(await readPlanInput(input)), people })
      : await planOfStore(data, input.asOf, people);
  const changes = before === undefined ? undefined : comparePlans(before, plan);
  if (html !== undefined) {
    const map = await planMap(plan, language);
    write(html, renderHtml(planDocument(plan, { language, map, changes }), language));
  }
  if (json === true) {
    write('-', `${JSON.stringify(changes === undefined ? plan : { ...plan, changes }, null, 1)}\n`);
  } else if (markdown !== undefined || html === undefined) {
    const file = typeof markdown === 'string' ? markdown : '-';
    write(file, renderMarkdown(planDocument(plan, { language, changes })));
  }
}

/** What people typed into files goes over what they typed into the console. */
async function planOfStore(data: string, asOf: (zone: string) => number, people: People): Promise<Plan> {
  const { withReturns } = await import('./open-returns.ts');
  const { readPlan } = await import('../api/read-plan.ts');
  const { plan } = await withReturns(data, asOf, readPlan);
  return { ...plan, people: mergePeople(plan.people, people) };
}

/** What people typed into the file that is about to be written anew. */
function peopleIn(path: string | true | undefined): People {
  const isFile = typeof path === 'string' && path !== '-' && existsSync(path);
  return isFile ? readPeople(readFileSync(path, 'utf8')) : nobody;
}

function write(path: string, text: string): void {
  const output = Output.file(path);
  output.write(text);
  output.close();
  if (path !== '-') say(`Wrote ${path}`);
}
