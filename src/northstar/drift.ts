/**
 * Drift: how real cases leave the agreed journey, in words. Found from optimal alignments and the journey's time
 * windows. A step that is missing while its time still runs is open, not drift.
 */
import type { Calendar } from '../kernel/calendar.ts';
import type { Alignment } from './alignment.ts';
import { conformanceOf, type Conformance } from './conformance.ts';
import type { EventLog } from './event-log.ts';
import { stepPlaces, type StepPlace } from './journey-order.ts';
import { netLabels } from './petri-net.ts';
import type { Model } from './open-model.ts';
import { latestTime, StepClock, timesByActivity } from './step-times.ts';
import { variantsOf } from './variants.ts';

/** What a journey and the events of a log show. */
export type JourneyDriftCategory =
  'missing' | 'too often' | 'out of sequence' | 'exclusive choice broken' | 'late' | 'not in the journey';

/** And what only the controls show, which know amounts and systems: the plan reads it from their problems. */
export type DriftCategory = JourneyDriftCategory | 'wrong amount' | 'wrong system' | 'unreconciled';

export type Drift = {
  readonly category: JourneyDriftCategory;
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
  readonly category: JourneyDriftCategory;
  readonly activity: string;
  readonly until: string;
  readonly reason: string;
};

export type DriftOptions = {
  /** Moment of the report in microseconds; the last event of the log where not given. */
  readonly asOf?: number | undefined;
  readonly allowed?: readonly AllowedDrift[] | undefined;
  /** Whose business days count, where the journey speaks of them; Monday to Friday in UTC where not given. */
  readonly calendar?: Calendar | undefined;
  /** So many cases are named as examples of each drift; 5 where not given. */
  readonly examplesMax?: number | undefined;
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

type Finding = { readonly category: JourneyDriftCategory; readonly activity: string };
type Tally = { cases: number; occurrences: number; money: number; examples: string[] };

export function findDrift(log: EventLog, model: Model, options: DriftOptions = {}): DriftReport {
  const { examplesMax = 5 } = options;
  const conformance = conformanceOf(log, model.net);
  const variants = variantsOf(log);
  const alignments = new Map(conformance.variants.map((row) => [row.variant, row.result]));
  const known = new Set(netLabels(model.net));
  const places = new Map(
    (model.journey === undefined ? [] : stepPlaces(model.journey)).map((place) => [place.activity, place]),
  );
  const asOf = options.asOf ?? latestTime(log.time);
  const clock = new StepClock(log, options.calendar);
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
    const findings = [...classify(alignment, known, places), ...lateSteps(times, places, clock)];
    const seen = new Set<string>();
    const lacking = new Set(
      findings.flatMap(({ category, activity }) => (category === 'missing' ? [activity] : [])),
    );
    const opened = new Map<string, boolean>();
    // A step is open while its own time runs, or that of a step before it which the case lacks as well.
    const isOpen = (activity: string): boolean => {
      const known = opened.get(activity);
      if (known !== undefined) return known;
      opened.set(activity, false);
      const place = places.get(activity);
      const answer =
        place !== undefined &&
        ((clock.overdueAt(place, times) ?? -Infinity) > asOf ||
          place.before.some((before) => lacking.has(before) && isOpen(before)));
      opened.set(activity, answer);
      return answer;
    };
    for (const finding of findings) {
      if (finding.category === 'missing' && isOpen(finding.activity)) {
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
      if (tally.examples.length < examplesMax) tally.examples.push(log.cases[c]!);
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

function lateSteps(
  times: ReadonlyMap<string, number>,
  places: ReadonlyMap<string, StepPlace>,
  clock: StepClock,
): Finding[] {
  const findings: Finding[] = [];
  for (const place of places.values()) {
    const at = times.get(place.activity);
    if (at !== undefined && at >= (clock.overdueAt(place, times) ?? Infinity))
      findings.push({ category: 'late', activity: place.activity });
  }
  return findings;
}
