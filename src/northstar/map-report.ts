/**
 * The journey map of a file as data: what `reentry map FILE --json` prints. Equal files give equal reports, byte by
 * byte.
 */
import type { Calendar } from '../kernel/calendar.ts';
import { ImportError } from './balance-sheet.ts';
import { onBusinessClock } from './business-clock.ts';
import { caseMoney, edgeMoney } from './case-money.ts';
import { caseReport, performanceRows, type CaseReport } from './case-report.ts';
import type { ActivityDeviation, Conformance } from './conformance.ts';
import { findDrift, type AllowedDrift, type Drift } from './drift.ts';
import type { EventLog } from './event-log.ts';
import { compareGroups, type GroupRow } from './group-comparison.ts';
import { directlyFollows, edgesByCount } from './directly-follows.ts';
import type { RelatedConstraint } from './journey-model.ts';
import { objectCases } from './object-cases.ts';
import { checkObjectConstraint, type ConstraintOutcome } from './object-constraint.ts';
import { flatten, lifecycles } from './object-graph.ts';
import { objectReport, type ObjectReport } from './object-report.ts';
import { openLog, type OpenedLog, type OpenOptions } from './open-log.ts';
import { openModel, type Model } from './open-model.ts';
import { openWaits, type OpenWaits } from './open-waits.ts';
import { caseDurations, type Spread } from './performance-graph.ts';
import { latestTime } from './step-times.ts';
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
  /** Working days, holidays and zone: waits also in business time, and the business days of the journey. */
  readonly calendar?: Calendar | undefined;
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
  /** How long cases and steps take, those that are not done yet censored. */
  readonly durations: OpenWaits;
  /** What the journey asks of related objects; null where the log or the journey has none. */
  readonly related: readonly RelatedReport[] | null;
  readonly groups: readonly GroupRow[];
};

/** How the objects of the journey's type keep what it asks of their related objects. */
export type RelatedReport = RelatedConstraint & ConstraintOutcome;

/** Waits on a clock that runs on the working days of a calendar only, in seconds. */
export type BusinessTime = {
  readonly zone: string;
  readonly performance: CaseReport['performance'];
  readonly caseDuration: Spread | null;
};

/** What is at stake, in minor units: over all cases, and per edge over the cases that walk it. */
export type MoneyReport = {
  readonly currency: string;
  readonly totalMinor: number;
  readonly dfg: readonly (readonly [string, string, number])[];
};

export type MapReport = (CaseReport | ObjectReport) &
  Partial<ModelReport> & {
    readonly money?: MoneyReport;
    /** Of the cases, or of the objects of each type. */
    readonly businessTime?: BusinessTime | Readonly<Record<string, BusinessTime>>;
  };

/** Reads a log of any format and says what `MapReport` lists. Throws ImportError where file or model cannot be read. */
export async function mapReport(path: string, options: MapOptions = {}): Promise<MapReport> {
  const keep = columnsToKeep(options);
  const opened = await openLog(path, { ...options, keep: keep.length > 0 ? keep : undefined });
  const model = options.model === undefined ? undefined : await openModel(options.model);
  return reportOf(opened, model, options);
}

/** The same for a log that is already open. */
export function reportOf(opened: OpenedLog, model: Model | undefined, options: MapOptions = {}): MapReport {
  const plain =
    opened.kind === 'cases'
      ? caseReport(opened.log, opened.format, opened.balance)
      : objectReport(opened.log, opened.format, opened.balance);
  const { calendar } = options;
  const report = calendar === undefined ? plain : { ...plain, businessTime: businessTime(opened, calendar) };
  if (model === undefined && options.money === undefined) return report;
  const log =
    opened.kind === 'cases'
      ? opened.log
      : objectCases(opened.log, options.objectType ?? model?.journey?.object, columnsToKeep(options));
  const atStake =
    options.money === undefined ? undefined : caseMoney(log, options.money.column, options.money.currency);
  return {
    ...report,
    ...(atStake === undefined
      ? {}
      : {
          balance: { ...report.balance, notes: [...report.balance.notes, ...atStake.notes] },
          money: moneyReport(log, atStake.ofCase, options.money!.currency),
        }),
    ...(model === undefined ? {} : modelReport(log, model, atStake?.ofCase, options)),
    ...(model === undefined ? {} : { related: relatedReports(opened, model) }),
  };
}

function businessTime(opened: OpenedLog, calendar: Calendar): NonNullable<MapReport['businessTime']> {
  const timesOf = (log: EventLog): BusinessTime => {
    const shifted = onBusinessClock(log, calendar);
    return {
      zone: calendar.zone,
      performance: performanceRows(shifted),
      caseDuration: caseDurations(shifted) ?? null,
    };
  };
  if (opened.kind === 'cases') return timesOf(opened.log);
  const lives = lifecycles(opened.log);
  return Object.fromEntries(
    opened.log.objectTypes.map(({ name }, type) => [name, timesOf(flatten(opened.log, lives, type))]),
  );
}

function relatedReports(opened: OpenedLog, { journey }: Model): RelatedReport[] | null {
  if (opened.kind === 'cases' || journey?.related === undefined) return null;
  const lives = lifecycles(opened.log);
  return journey.related.map((constraint) => ({
    ...constraint,
    ...checkObjectConstraint(opened.log, { ...constraint, of: journey.object! }, lives),
  }));
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
): Omit<ModelReport, 'related'> {
  const asOf = options.asOf === undefined ? latestTime(log.time) : readInstant(options.asOf);
  const { drifts, conformance, drifting, open } = findDrift(log, model, {
    money,
    allowed: options.allowed,
    asOf,
    calendar: options.calendar,
  });
  const groups = (options.groups ?? []).flatMap((name) => {
    const column = log.columns.find((candidate) => candidate.name === name);
    if (column === undefined) throw new ImportError('column-missing', `no event has "${name}"`);
    return compareGroups(log, column, drifting, money);
  });
  const durations = openWaits(log, model, conformance, asOf);
  return { conformance: figures(conformance), drift: drifts, openSteps: open, durations, groups };
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
