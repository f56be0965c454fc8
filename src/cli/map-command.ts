/** `reentry map FILE` and `reentry convert IN OUT`: event logs of any format, as the field's tools write them. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { isMissing } from '../audit/find-files.ts';
import { ImportError, type BalanceSheet } from '../northstar/balance-sheet.ts';
import { caseMoney } from '../northstar/case-money.ts';
import { convertLog } from '../northstar/convert.ts';
import { journeyMap } from '../northstar/journey-map.ts';
import { reportOf } from '../northstar/map-report.ts';
import { objectCases } from '../northstar/object-cases.ts';
import { logFormats, openLog, type LogFormat, type OpenedLog } from '../northstar/open-log.ts';
import { openModel, type Model } from '../northstar/open-model.ts';
import { AppError } from '../wire/errors.ts';
import { mapText } from './map-text.ts';
import { Output, say } from './output.ts';

type Columns = { readonly case?: string; readonly activity?: string; readonly time?: string };
type FormatOptions = {
  readonly columns?: Columns;
  readonly delimiter?: string;
  readonly objectType?: string;
};
type MapOptions = FormatOptions & {
  readonly format?: LogFormat;
  readonly model?: string;
  readonly groupBy?: readonly string[];
  readonly money?: { readonly column: string; readonly currency: string };
  readonly order?: 'file' | 'time';
  readonly asOf?: string;
  readonly json?: true;
  readonly svg?: string;
  readonly data?: string;
};
type ConvertOptions = FormatOptions & { readonly from?: LogFormat; readonly to?: LogFormat };

const mapExamples = `Examples:
  reentry map receipt.csv                           how the cases of a log run
  reentry map orders.jsonocel --json > map.json     everything as data
  reentry map log.xes.gz --model journey.txt --svg map.svg
  reentry map log.csv --columns case=ticket,activity=step,time=at --model returns
  reentry map --data .reentry --svg returns.svg     the returns of a service, over its agreed journey
`;
const convertExamples = `Examples:
  reentry convert log.xes log.csv
  reentry convert orders.sqlite orders.json
  reentry convert orders.xml orders.csv --object-type order
`;

/** Adds `map` and `convert`. */
export function addMapCommand(program: Command): void {
  const map = program
    .command('map')
    .summary('how the cases of an event log run, and how they leave a model')
    .description(
      'Reads an event log (CSV, XES, OCEL 2.0 as JSON, XML or SQLite, plain or .gz) and says how its cases run.',
    )
    .argument('[file]', 'the log')
    .addHelpText('before', mapExamples);
  addFormatOptions(map)
    .addOption(formatOption('--format <format>', 'format of the log (default: found by its content)'))
    .option('--model <file>', 'PNML, a journey text, or "returns" for the agreed journey of a return')
    .option('--group-by <column...>', 'columns by which cases are compared; needs --model')
    .option('--money <column:currency>', 'column with the amount at stake, as in amount:EUR', parseMoney)
    .addOption(new Option('--order <order>', 'order of the events in a case').choices(['file', 'time']))
    .option('--as-of <time>', 'moment of the report (default: the last event)')
    .option(
      '--data <folder>',
      'instead of a log: where a service keeps its data; the returns in it are drawn',
    )
    .option('--json', 'everything as JSON on stdout')
    .option('--svg <file>', 'write the map as a picture')
    .action(drawMap);
  const convert = program
    .command('convert')
    .summary('write an event log in another format')
    .description(
      'Writes an event log in another format (CSV, XES, OCEL 2.0 as JSON, XML or SQLite), by the ending of the target.',
    )
    .argument('<in>', 'the log')
    .argument('<out>', 'the file to write')
    .addHelpText('before', convertExamples);
  addFormatOptions(convert)
    .addOption(formatOption('--from <format>', 'format of the log (default: found by its content)'))
    .addOption(formatOption('--to <format>', 'format to write (default: by the ending)'))
    .action(async (source: string, target: string, options: ConvertOptions) => {
      const folder = dirname(target);
      if (!existsSync(folder)) throw new AppError('path-not-found', { detail: folder });
      sayBalance(await reading(source, () => convertLog(source, target, options)));
      say(`Wrote ${target}`);
    });
}

const formatOption = (flags: string, description: string): Option =>
  new Option(flags, description).choices(logFormats);

function addFormatOptions(command: Command): Command {
  return command
    .option('--columns <names>', 'CSV: case=NAME,activity=NAME,time=NAME', parseColumns)
    .option('--delimiter <char>', 'CSV: what separates the columns (default: found)')
    .option('--object-type <type>', 'OCEL: the type whose objects are the cases');
}

function parseColumns(text: string): Columns {
  const columns: Record<string, string> = {};
  for (const part of text.split(',')) {
    const match = /^(case|activity|time)=(.+)$/.exec(part.trim());
    if (match === null) throw new InvalidArgumentError('Write it as case=NAME,activity=NAME,time=NAME.');
    columns[match[1]!] = match[2]!;
  }
  return columns;
}

function parseMoney(text: string): { column: string; currency: string } {
  const match = /^(.+):([A-Z]{3})$/.exec(text);
  if (match === null) throw new InvalidArgumentError('Write it as amount:EUR.');
  return { column: match[1]!, currency: match[2]! };
}

async function drawMap(path: string | undefined, options: MapOptions): Promise<void> {
  if (options.data !== undefined && path === undefined) return drawReturns(options.data, options);
  if (path === undefined || options.data !== undefined)
    throw new AppError('usage', { detail: 'give a log, or --data <folder> of a service' });
  const { groupBy: groups = [], money, model: modelPath, svg, json } = options;
  const keep = [...groups, ...(money === undefined ? [] : [money.column])];
  const opened = await reading(path, () =>
    openLog(path, { ...options, keep: keep.length > 0 ? keep : undefined }),
  );
  const model = modelPath === undefined ? undefined : await reading(modelPath, () => openModel(modelPath));
  const report = await reading(path, () => reportOf(opened, model, { ...options, groups }));
  if (svg !== undefined) {
    write(svg, await reading(path, () => drawing(opened, path, model, options)));
    if (svg !== '-') say(`Wrote ${svg}`);
  }
  if (json === true) write('-', `${JSON.stringify(report, null, 1)}\n`);
  else if (svg !== '-') write('-', mapText(report));
  if (json !== true) sayBalance(report.balance);
}

/** The map of a service's returns, as its console shows it. */
async function drawReturns(data: string, { svg, json, asOf }: MapOptions): Promise<void> {
  const { withReturns } = await import('./open-returns.ts');
  const { readReturnMap } = await import('./read-return-map.ts');
  const now = asOf === undefined ? Date.now() : Date.parse(asOf);
  if (Number.isNaN(now)) throw new AppError('time-invalid', { detail: asOf! });
  const { report, picture } = await withReturns(data, () => now, readReturnMap);
  if (svg !== undefined) {
    write(svg, picture);
    if (svg !== '-') say(`Wrote ${svg}`);
  }
  if (json === true) write('-', `${JSON.stringify(report, null, 1)}\n`);
  else if (svg !== '-') write('-', mapText(report));
}

/** The picture of the cases; of an object-centric log those of one type, the most frequent one where none is named. */
async function drawing(
  opened: OpenedLog,
  title: string,
  model: Model | undefined,
  { objectType, money }: MapOptions,
): Promise<string> {
  const log =
    opened.kind === 'cases'
      ? opened.log
      : objectCases(
          opened.log,
          objectType ?? model?.journey?.object ?? largestType(opened.log),
          money === undefined ? [] : [money.column],
        );
  const atStake =
    money === undefined
      ? undefined
      : { ofCase: caseMoney(log, money.column, money.currency).ofCase, currency: money.currency };
  return (await journeyMap(log, title, model, atStake)).svg;
}

type Objects = Extract<OpenedLog, { kind: 'objects' }>['log'];

function largestType({ objectTypes, objects }: Objects): string | undefined {
  const counts = new Uint32Array(objectTypes.length);
  for (const type of objects.type) counts[type]!++;
  return objectTypes[counts.indexOf(Math.max(...counts))]?.name;
}

/** Names the file in whatever goes wrong with it. */
async function reading<T>(path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof ImportError)
      throw new AppError('log-unreadable', { detail: `${path}: ${cause.message}`, cause });
    if (isMissing(cause)) throw new AppError('path-not-found', { detail: path, cause });
    throw cause;
  }
}

/** What of the file was set aside, and what was read with an assumption. */
function sayBalance({ lines, notes }: BalanceSheet): void {
  for (const { what, in: all, setAside } of lines) {
    for (const { count, message, examples } of setAside)
      say(`${count} of ${all} ${what} set aside: ${message} (${examples.slice(0, 3).join(', ')})`);
  }
  for (const { count, message } of notes) say(`${count} × ${message}`);
}

function write(path: string, text: string): void {
  const output = Output.file(path);
  output.write(text);
  output.close();
}
