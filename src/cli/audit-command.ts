/** `reentry audit PATH…`: reconciles exported files and reports what is open. */
import type { Command } from 'commander';
import { rankBroken, type AuditView } from '../audit/audit-view.ts';
import { renderCsv } from '../audit/render-csv.ts';
import { renderHtml } from '../audit/render-html.ts';
import { renderTerminal } from '../audit/render-terminal.ts';
import { reportAudit, type AuditInput } from '../audit/run-audit.ts';
import type { Language } from '../kernel/wording.ts';
import type { ReportHead, ReportOrder } from '../wire/audit-report.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output, say, terminalOptions } from './output.ts';
import type { Outcome } from './program.ts';
import { sampleAsOf, sampleFolder } from './sample-company.ts';
import { RowSpool } from './row-spool.ts';

type Options = AuditOptions & {
  readonly json?: true;
  readonly html?: string;
  readonly csv?: string;
  readonly draftMap?: true;
  readonly sample?: true;
};

const examples = `Examples:
  reentry audit --sample                              a company that comes along, to see what a report is
  reentry audit exports/                              report on the terminal
  reentry audit exports/ --as-of 2026-12-03           what was open at the end of that day
  reentry audit exports/ --policy policy.json --html report.html
  reentry audit orders.json refunds.json.gz --csv -   all problems as CSV on stdout
`;

export function addAuditCommand(program: Command, outcome: Outcome): void {
  const command = program
    .command('audit')
    .summary('reconcile exported files: which returns are open loss, and who owns each')
    .description(
      'Reconciles exported files and tells which returns are open loss, how much, since when, why, and who owns each.\nExits with 3 when problems are open, with 0 when none is.',
    )
    .argument('[path...]', 'folders or files: what APIs answer, as JSON or NDJSON, plain or .gz')
    .addHelpText('before', examples);
  addAuditOptions(command)
    .option('--sample', 'audit the recorded company that comes along, as of the day its failures show')
    .option('--json', 'everything as JSON on stdout')
    .option('--html <file>', 'write a self-contained page that prints well')
    .option('--csv <file>', 'write all problems as CSV; - for stdout')
    .option(
      '--draft-map',
      'propose a mapping for a table (CSV, XLSX, Parquet) and show ten mapped rows; audits nothing',
    )
    .action(async (given: readonly string[], options: Options) => {
      const paths = options.sample === true ? sampleOf(given, options) : given;
      if (paths.length === 0) throw new AppError('usage', { detail: 'name a folder or file, or --sample' });
      if (options.draftMap === true) return draftMaps(paths);
      const input = auditInput(paths, options.sample === true ? { asOf: sampleAsOf, ...options } : options);
      const view = await auditAndReport(input, options);
      outcome.exit = view.head.totals.problems.open > 0 ? exitCodes.differencesFound : exitCodes.fine;
    });
}

/** Proposes a mapping for each file. */
async function draftMaps(paths: readonly string[]): Promise<void> {
  const { draftMap, renderDraft } = await import('../files/draft-map.ts');
  const output = Output.stdout();
  for (const path of paths) output.write(`${renderDraft(await draftMap(path))}\n`);
  output.close();
}

/** The sample instead of paths; with what it is told about on stderr. */
function sampleOf(paths: readonly string[], options: Options): readonly string[] {
  if (paths.length > 0) throw new AppError('usage', { detail: '--sample takes no further path' });
  say(
    `The sample is Lindholm Outdoor, a made-up company on real systems, as of ${options.asOf ?? sampleAsOf}.`,
  );
  return [sampleFolder];
}

/** Audits and writes what the options ask for; the terminal report where stdout is not taken. */
export async function auditAndReport(
  input: AuditInput,
  options: Pick<Options, 'json' | 'html' | 'csv'>,
): Promise<AuditView> {
  let orders: ReportOrder[] = [];
  const rows = new RowSpool();
  const { head } = await reportAudit(input, options.json === true, () => {
    orders = [];
    rows.close();
    return (some, asJson) => {
      orders.push(...some);
      for (const row of asJson) rows.add(row);
    };
  });
  const view: AuditView = { head, broken: rankBroken(orders), paths: input.paths };
  if (options.html !== undefined) writeTo(options.html, [renderHtml(view, input.language)]);
  if (options.csv !== undefined) writeTo(options.csv, renderCsv(orders, head, input.language));
  if (options.json === true) writeTo('-', jsonParts(head, rows));
  else if (options.csv !== '-' && options.html !== '-') {
    writeTo('-', [renderTerminal(view, { language: input.language, ...terminalOptions() })]);
  }
  if (options.json === true || options.csv === '-') warn(head, input.language);
  return view;
}

function writeTo(path: string, parts: Iterable<string>): void {
  const output = Output.file(path);
  for (const part of parts) output.write(part);
  output.close();
  if (path !== '-') say(`Wrote ${path}`);
}

/** The report as JSON in pieces: orders may be more than one text can hold. */
function* jsonParts(head: ReportHead, rows: RowSpool): Generator<string> {
  const { others, imports, ...rest } = head;
  yield `${JSON.stringify(rest).slice(0, -1)},"orders":[\n`;
  yield* rows.drain(',\n');
  yield `],\n"others":${JSON.stringify(others)},\n"imports":${JSON.stringify(imports)}}\n`;
}

/** What must not go unseen where the terminal report is not shown. */
function warn(head: ReportHead, language: Language): void {
  const aside = head.imports.reduce((sum, sheet) => sum + sheet.in - sheet.kept, 0);
  for (const reason of head.incomplete) say(reason);
  if (aside > 0) {
    say(
      language === 'de'
        ? `${aside} Objekte beiseitegelegt; siehe "imports".`
        : `${aside} objects set aside; see "imports".`,
    );
  }
}
