/** `reentry order answer|timeline N --from PATH…`: one order of exported files. */
import type { Command } from 'commander';
import { runAudit } from '../audit/run-audit.ts';
import type { Fact } from '../kernel/fact.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { normalizeNumber } from '../kernel/term.ts';
import { dateTimeText, factText } from './fact-text.ts';
import type { ReportOrder } from '../wire/audit-report.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output } from './output.ts';
import type { Outcome } from './program.ts';

type Options = AuditOptions & { readonly from: readonly string[]; readonly json?: true };
type FoundOrder = { readonly state: OrderState; readonly shown: ReportOrder; readonly zone: string };

export function addOrderCommand(program: Command, outcome: Outcome): void {
  const order = program
    .command('order')
    .description('One order: where it stands, and what happened to it.')
    .addHelpText(
      'before',
      'Examples:\n  reentry order answer LH-10275 --from exports/\n  reentry order timeline LH-10275 --from exports/ --json\n',
    );
  const answer = order
    .command('answer')
    .description(
      'Where one order stands, with the evidence of every sentence. Exits with 3 when something is open.',
    )
    .argument('<number>', 'order number as the shop shows it, or the order key')
    .requiredOption('--from <path...>', 'folders or files with exports');
  addAuditOptions(answer)
    .option('--json', 'as JSON')
    .action(async (number: string, options: Options) => {
      const { shown } = await findOrder(number, options);
      write(options.json === true ? `${JSON.stringify(shown, null, 2)}\n` : answerText(shown));
      if (shown.verdict === 'breaks') outcome.exit = exitCodes.differencesFound;
    });
  const timeline = order
    .command('timeline')
    .description('Everything that happened to one order, from all systems.')
    .argument('<number>', 'order number as the shop shows it, or the order key')
    .requiredOption('--from <path...>', 'folders or files with exports');
  addAuditOptions(timeline)
    .option('--json', 'as JSON: one event a line')
    .action(async (number: string, options: Options) => {
      const { state, zone } = await findOrder(number, options);
      write(options.json === true ? ndjson(state.facts) : timelineText(state, zone, options.lang));
    });
}

/** The order of that number or key. Throws `order-not-found` and `order-ambiguous`. */
export async function findOrder(
  number: string,
  options: AuditOptions & { readonly from: readonly string[] },
): Promise<FoundOrder> {
  const wanted = normalizeNumber(number);
  let byKey: FoundOrder | undefined;
  let byNumber: FoundOrder[] = [];
  const { head } = await runAudit(auditInput(options.from, options), (builder) => {
    byKey = undefined;
    byNumber = [];
    return (state) => {
      const same = state.orderKey === number;
      if (!same && normalizeNumber(state.order) !== wanted) return;
      const found = { state, shown: builder.order(state), zone: builder.zone };
      if (same) byKey = found;
      else byNumber.push(found);
    };
  });
  if (byKey !== undefined) return byKey;
  const [first, second] = byNumber;
  if (first === undefined)
    throw new AppError('order-not-found', { detail: `${number}, among ${head.totals.orders} orders` });
  if (second !== undefined) {
    throw new AppError('order-ambiguous', { detail: byNumber.map(({ state }) => state.orderKey).join(', ') });
  }
  return first;
}

function answerText(order: ReportOrder): string {
  const lines = [`${order.order}  (${order.orderKey})  ${order.verdict}`, ''];
  for (const { text, evidence } of order.answer) {
    lines.push(text);
    if (evidence.length > 0) lines.push(`    ${evidence.join('  ')}`);
  }
  if (order.caseNote !== undefined) lines.push('', order.caseNote);
  return `${lines.join('\n')}\n`;
}

function timelineText(state: OrderState, zone: string, language: 'en' | 'de'): string {
  const width = Math.max(...state.facts.map((fact) => fact.type.length));
  const lines = state.facts.map((fact) => {
    const head = `${dateTimeText(fact.at, language, zone)}  ${fact.system.padEnd(7)}  ${fact.type.padEnd(width)}`;
    return `${head}  ${factText(fact, language)}  [${fact.connection}:${fact.object}]`.replace(
      /(?<! ) {3,}\[/,
      '  [',
    );
  });
  return `${state.order}  (${state.orderKey})\n\n${lines.join('\n')}\n`;
}

const ndjson = (facts: readonly Fact[]): string => facts.map((fact) => `${JSON.stringify(fact)}\n`).join('');

function write(text: string): void {
  const output = Output.stdout();
  output.write(text);
  output.close();
}
