/**
 * The journey map of a file as data: what `reentry map FILE --json` prints. Equal files give equal reports, byte by
 * byte.
 */
import { ImportError } from './balance-sheet.ts';
import { caseMoney, edgeMoney } from './case-money.ts';
import { caseReport, type CaseReport } from './case-report.ts';
import type { ActivityDeviation, Conformance } from './conformance.ts';
import { findDrift, type AllowedDrift, type Drift } from './drift.ts';
import type { EventLog } from './event-log.ts';
import { compareGroups, type GroupRow } from './group-comparison.ts';
import { directlyFollows, edgesByCount } from './directly-follows.ts';
import { objectCases } from './object-cases.ts';
import { objectReport, type ObjectReport } from './object-report.ts';
import { openLog, type OpenedLog, type OpenOptions } from './open-log.ts';
import { openModel, type Model } from './open-model.ts';
import { TimeReader } from './time-text.ts';

export type MapOptions = Omit<OpenOptions, 'keep'> & {
  /** PNML file, journey text, or `returns` for the default journey of a return. */
  readonly model?: string | undefined;
  /** Object type to hold against the model, in an object-centric log; the journey names its own. */
  readonly objectType?: string | undefined;
  /** Columns (or attributes) by which cases are compared; needs a model. */
  readonly groups?: readonly string[] | undefined;
  /** Column with the amount at stake, as decimal text, and its currency. */
  readonly money?: { readonly column: string; readonly currency: string } | undefined;
  readonly allowed?: readonly AllowedDrift[] | undefined;
  /** Moment of the report, RFC 3339; the last event where not given. */
  readonly asOf?: string | undefined;
};

/** How well a log fits a model. */
export type ConformanceReport = {
  readonly cases: number;
  readonly fittingCases: number;
  readonly averageTraceFitness: number;
  readonly logFitness: number;
  readonly deviations: number;
  readonly cost: number;
  /** Cases without alignment: the model has no way to its end, or the search was given up. */
  readonly notAligned: number;
  readonly extra: readonly ActivityDeviation[];
  readonly missing: readonly ActivityDeviation[];
};

/** What a model adds to a report. */
export type ModelReport = {
  readonly conformance: ConformanceReport;
  /** Costliest first, else most frequent first. */
  readonly drift: readonly Drift[];
  /** Steps that are missing while their time still runs. */
  readonly openSteps: number;
  readonly groups: readonly GroupRow[];
};

/** What is at stake, in minor units: over all cases, and per edge over the cases that walk it. */
export type MoneyReport = {
  readonly currency: string;
  readonly totalMinor: number;
  readonly dfg: readonly (readonly [string, string, number])[];
};

export type MapReport = (CaseReport | ObjectReport) & Partial<ModelReport> & { readonly money?: MoneyReport };

/** Reads a log of any format and says what `MapReport` lists. Throws ImportError where file or model cannot be read. */
export async function mapReport(path: string, options: MapOptions = {}): Promise<MapReport> {
  const keep = columnsToKeep(options);
  const opened = await openLog(path, { ...options, keep: keep.length > 0 ? keep : undefined });
  const model = options.model === undefined ? undefined : await openModel(options.model);
  return reportOf(opened, model, options);
}

/** The same for a log that is already open. */
export function reportOf(opened: OpenedLog, model: Model | undefined, options: MapOptions = {}): MapReport {
  const report =
    opened.kind === 'cases'
      ? caseReport(opened.log, opened.format, opened.balance)
      : objectReport(opened.log, opened.format, opened.balance);
  if (model === undefined && options.money === undefined) return report;
  const log =
    opened.kind === 'cases'
      ? opened.log
      : objectCases(opened.log, options.objectType ?? model?.journey?.object, columnsToKeep(options));
  const atStake =
    options.money === undefined ? undefined : caseMoney(log, options.money.column, options.money.currency);
  return {
    ...report,
    ...(atStake === undefined ? {} : { money: moneyReport(log, atStake, options.money!.currency) }),
    ...(model === undefined ? {} : modelReport(log, model, atStake, options)),
  };
}

function columnsToKeep(options: MapOptions): string[] {
  return [...(options.groups ?? []), ...(options.money === undefined ? [] : [options.money.column])];
}

function moneyReport(log: EventLog, atStake: Float64Array, currency: string): MoneyReport {
  const graph = directlyFollows(log);
  const sums = edgeMoney(log, graph, atStake);
  const dfg = edgesByCount(log.activities, graph.pairs, sums).map((edge): [string, string, number] => [
    log.activities[graph.pairs.from[edge]!]!,
    log.activities[graph.pairs.to[edge]!]!,
    sums[edge]!,
  ]);
  return { currency, totalMinor: atStake.reduce((sum, minor) => sum + minor, 0), dfg };
}

function modelReport(
  log: EventLog,
  model: Model,
  money: Float64Array | undefined,
  options: MapOptions,
): ModelReport {
  const { drifts, conformance, drifting, open } = findDrift(log, model, {
    money,
    allowed: options.allowed,
    asOf: options.asOf === undefined ? undefined : readInstant(options.asOf),
  });
  const groups = (options.groups ?? []).flatMap((name) => {
    const column = log.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new ImportError('column-missing', `no event has "${name}"`);
    return compareGroups(log, column, drifting, money);
  });
  return { conformance: figures(conformance), drift: drifts, openSteps: open, groups };
}

function readInstant(text: string): number {
  const micros = new TimeReader().readText(text);
  if (Number.isNaN(micros)) throw new ImportError('as-of', `"${text}" is no point in time`);
  return micros;
}

/** The figures of a conformance, without its alignments. */
function figures(of: Conformance): ConformanceReport {
  const {
    cases,
    fittingCases,
    averageTraceFitness,
    logFitness,
    deviations,
    cost,
    notAligned,
    extra,
    missing,
  } = of;
  return {
    cases,
    fittingCases,
    averageTraceFitness,
    logFitness,
    deviations,
    cost,
    notAligned,
    extra,
    missing,
  };
}
