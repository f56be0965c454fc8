/**
 * Drift: how real cases leave the agreed journey, in words. Found from optimal alignments and the journey's time
 * windows. A step that is missing while its time still runs is open, not drift.
 */
import type { Alignment } from './alignment.ts';
import { conformanceOf, type Conformance } from './conformance.ts';
import type { EventLog } from './event-log.ts';
import { stepPlaces, type StepPlace } from './journey-order.ts';
import { netLabels } from './petri-net.ts';
import { microsPerSecond } from './time-text.ts';
import type { Model } from './open-model.ts';
import { variantsOf } from './variants.ts';

/** The last three come from the controls, which know amounts and systems; the others from the journey alone. */
export const driftCategories = [
  'missing', 'too often', 'out of sequence', 'exclusive choice broken', 'late', 'not in the journey',
  'wrong amount', 'wrong system', 'unreconciled',
] as const; // prettier-ignore
export type DriftCategory = (typeof driftCategories)[number];

export type Drift = {
  readonly category: DriftCategory;
  readonly activity: string;
  readonly cases: number;
  readonly occurrences: number;
  /** Minor units at stake in these cases; undefined where the log carries no money. */
  readonly moneyMinor: number | undefined;
  /** First cases in which it occurs. */
  readonly examples: readonly string[];
  /** An entry of the allow-list that has not expired covers it. */
  readonly allowed: boolean;
};

/** Drift that is known and accepted for a while. */
export type AllowedDrift = {
  readonly category: DriftCategory;
  readonly activity: string;
  readonly until: string;
  readonly reason: string;
};

export type DriftOptions = {
  /** Moment of the report in microseconds; the last event of the log where not given. */
  readonly asOf?: number | undefined;
  readonly allowed?: readonly AllowedDrift[] | undefined;
  /** Money per case in minor units. */
  readonly money?: Float64Array | undefined;
};

export type DriftReport = {
  readonly drifts: readonly Drift[];
  readonly conformance: Conformance;
  /** Cases with at least one drift that is not allowed. */
  readonly drifting: Uint8Array;
  /** Steps missing whose time has not run out, in cases. */
  readonly open: number;
};

const exampleLimit = 5;

type Finding = { readonly category: DriftCategory; readonly activity: string };
type Tally = { cases: number; occurrences: number; money: number; examples: string[] };

export function findDrift(log: EventLog, model: Model, options: DriftOptions = {}): DriftReport {
  const conformance = conformanceOf(log, model.net);
  const variants = variantsOf(log);
  const alignments = new Map(conformance.variants.map((row) => [row.variant, row.result]));
  const known = new Set(netLabels(model.net));
  const places = new Map(
    (model.journey === undefined ? [] : stepPlaces(model.journey)).map((place) => [place.activity, place]),
  );
  const asOf = options.asOf ?? latest(log.time);
  const allowed = new Set(
    (options.allowed ?? []).filter(({ until }) => Date.parse(until) * 1000 > asOf).map(keyOf),
  );
  const tallies = new Map<string, Finding & Tally>();
  const drifting = new Uint8Array(log.cases.length);
  let open = 0;
  for (let c = 0; c < log.cases.length; c++) {
    const alignment = alignments.get(variants.ofCase[c]!);
    if (alignment === undefined || typeof alignment === 'string') continue;
    const times = timesByActivity(log, c);
    const findings = [...classify(alignment, known, places), ...lateSteps(times, places)];
    const seen = new Set<string>();
    for (const finding of findings) {
      if (finding.category === 'missing' && stillRuns(places.get(finding.activity), times, asOf)) {
        open++;
        continue;
      }
      const key = keyOf(finding);
      if (!allowed.has(key)) drifting[c] = 1;
      let tally = tallies.get(key);
      if (tally === undefined)
        tallies.set(key, (tally = { ...finding, cases: 0, occurrences: 0, money: 0, examples: [] }));
      tally.occurrences++;
      if (seen.has(key)) continue;
      seen.add(key);
      tally.cases++;
      tally.money += options.money?.[c] ?? 0;
      if (tally.examples.length < exampleLimit) tally.examples.push(log.cases[c]!);
    }
  }
  const drifts = Array.from(
    tallies,
    ([key, { category, activity, cases, occurrences, money, examples }]): Drift => {
      return {
        category,
        activity,
        cases,
        occurrences,
        moneyMinor: options.money === undefined ? undefined : money,
        examples,
        allowed: allowed.has(key),
      };
    },
  );
  drifts.sort(
    (a, b) =>
      (b.moneyMinor ?? 0) - (a.moneyMinor ?? 0) || b.cases - a.cases || (keyOf(a) < keyOf(b) ? -1 : 1),
  );
  return { drifts, conformance, drifting, open };
}

function keyOf({ category, activity }: Finding): string {
  return `${category}\n${activity}`;
}

/** Gives each deviating move its word. An event and a missing step of one activity are one step out of sequence. */
function classify(
  alignment: Alignment,
  known: ReadonlySet<string>,
  places: ReadonlyMap<string, StepPlace>,
): Finding[] {
  const missing = new Map<string, number>();
  const done = new Set<string>();
  for (const { kind, activity } of alignment.moves) {
    if (activity === undefined) continue;
    if (kind === 'model') missing.set(activity, (missing.get(activity) ?? 0) + 1);
    if (kind === 'both') done.add(activity);
  }
  const findings: Finding[] = [];
  for (const { kind, activity } of alignment.moves) {
    if (kind !== 'log' || activity === undefined) continue;
    const lacking = missing.get(activity) ?? 0;
    if (lacking > 0) {
      missing.set(activity, lacking - 1);
      findings.push({ category: 'out of sequence', activity });
    } else if (!known.has(activity)) findings.push({ category: 'not in the journey', activity });
    else if (places.get(activity)?.instead.some((other) => done.has(other)) === true) {
      findings.push({
        category: 'exclusive choice broken',
        activity: laterOf(alignment, activity, places.get(activity)!.instead),
      });
    } else findings.push({ category: done.has(activity) ? 'too often' : 'out of sequence', activity });
  }
  for (const [activity, count] of missing)
    for (let i = 0; i < count; i++) findings.push({ category: 'missing', activity });
  return findings;
}

/** Of two ways that exclude one another, the one taken second broke the choice, whichever the alignment left out. */
function laterOf({ moves }: Alignment, activity: string, others: readonly string[]): string {
  const taken = moves.filter(
    ({ kind, activity: name }) =>
      (kind === 'both' || kind === 'log') &&
      name !== undefined &&
      (name === activity || others.includes(name)),
  );
  return taken.at(-1)?.activity ?? activity;
}

/** First time of each activity in a case. */
function timesByActivity(log: EventLog, c: number): Map<string, number> {
  const times = new Map<string, number>();
  for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
    const activity = log.activities[log.activity[e]!]!;
    if (!times.has(activity) && !Number.isNaN(log.time[e]!)) times.set(activity, log.time[e]!);
  }
  return times;
}

/** When the time of a step began: at the latest step before it. Undefined where none of them happened. */
function beganAt(place: StepPlace, times: ReadonlyMap<string, number>): number | undefined {
  const begins = place.before.map((activity) => times.get(activity)).filter((time) => time !== undefined);
  return begins.length === 0 ? undefined : Math.max(...begins);
}

function lateSteps(times: ReadonlyMap<string, number>, places: ReadonlyMap<string, StepPlace>): Finding[] {
  const findings: Finding[] = [];
  for (const place of places.values()) {
    const at = times.get(place.activity);
    const began = beganAt(place, times);
    if (place.withinSeconds === undefined || at === undefined || began === undefined) continue;
    if (at - began > place.withinSeconds * microsPerSecond)
      findings.push({ category: 'late', activity: place.activity });
  }
  return findings;
}

function stillRuns(place: StepPlace | undefined, times: ReadonlyMap<string, number>, asOf: number): boolean {
  if (place?.withinSeconds === undefined) return false;
  const began = beganAt(place, times);
  return began !== undefined && began + place.withinSeconds * microsPerSecond > asOf;
}

function latest(time: Float64Array): number {
  let last = -Infinity;
  for (let e = 0; e < time.length; e++) if (time[e]! > last) last = time[e]!;
  return last;
}
