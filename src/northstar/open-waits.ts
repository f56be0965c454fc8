/**
 * How long cases and steps take when some are not done yet. An open one is *censored*: it says "longer than until
 * now", and counts as long as it was watched. Leaving it out, or taking now for its end, makes slow steps look fast.
 * Quantiles are those of Kaplan and Meier; one that too many open ones hide is null.
 */
import type { Alignment } from './alignment.ts';
import type { Conformance } from './conformance.ts';
import type { EventLog } from './event-log.ts';
import { stepPlaces } from './journey-order.ts';
import type { Model } from './open-model.ts';
import { beganAt, timesByActivity } from './step-times.ts';
import { microsPerSecond } from './time-text.ts';
import { variantsOf } from './variants.ts';

/** Durations in seconds. */
export type CensoredSpread = {
  readonly done: number;
  readonly open: number;
  readonly medianSeconds: number | null;
  readonly p90Seconds: number | null;
};

export type OpenWaits = {
  /** From first to last event; a case that lacks the end of the model is open. */
  readonly cases: CensoredSpread;
  /** From the step before to the step, for the steps of a journey; a step that is missing at the end is open. */
  readonly steps: readonly (CensoredSpread & { readonly activity: string })[];
};

export function openWaits(log: EventLog, model: Model, conformance: Conformance, asOf: number): OpenWaits {
  const variants = variantsOf(log);
  const lacking = new Map(conformance.variants.map(({ variant, result }) => [variant, lackingAtEnd(result)]));
  const places = model.journey === undefined ? [] : stepPlaces(model.journey);
  const cases = new Durations();
  const steps = new Map(places.map(({ activity }) => [activity, new Durations()]));
  for (let c = 0; c < log.cases.length; c++) {
    const lacks = lacking.get(variants.ofCase[c]!);
    if (lacks === undefined) continue;
    const [start, end] = [log.time[log.caseStart[c]!]!, log.time[log.caseStart[c + 1]! - 1]!];
    cases.add(lacks.size > 0, start, lacks.size > 0 ? asOf : end);
    if (places.length === 0) continue;
    const times = timesByActivity(log, c);
    for (const place of places) {
      const began = beganAt(place, times);
      const at = times.get(place.activity);
      if (began === undefined) continue;
      if (at !== undefined) steps.get(place.activity)!.add(false, began, at);
      else if (lacks.has(place.activity)) steps.get(place.activity)!.add(true, began, asOf);
    }
  }
  return {
    cases: cases.spread(),
    steps: Array.from(steps, ([activity, durations]) => ({ activity, ...durations.spread() })),
  };
}

/** Steps of the model that come after the last event of the case; undefined where there is no alignment. */
function lackingAtEnd(result: Alignment | string): Set<string> | undefined {
  if (typeof result === 'string') return undefined;
  const last = result.moves.findLastIndex(({ kind }) => kind === 'both' || kind === 'log');
  return new Set(
    result.moves
      .slice(last + 1)
      .flatMap(({ kind, activity }) => (kind === 'model' && activity !== undefined ? [activity] : [])),
  );
}

/** Collects durations, done or open, and reads quantiles from them. */
export class Durations {
  readonly #rows: { readonly micros: number; readonly open: boolean }[] = [];

  /** Backwards and unreadable times count as none. */
  add(open: boolean, from: number, to: number): void {
    if (to >= from) this.#rows.push({ micros: to - from, open });
  }

  spread(): CensoredSpread {
    const open = this.#rows.filter((row) => row.open).length;
    return {
      done: this.#rows.length - open,
      open,
      medianSeconds: this.#quantile(0.5),
      p90Seconds: this.#quantile(0.9),
    };
  }

  /** The shortest time by which that share is done: product over all ends so far of (1 − 1 ÷ still watched). */
  #quantile(share: number): number | null {
    // At one time ends come before open ones: those were still watched then.
    const rows = [...this.#rows].sort((a, b) => a.micros - b.micros || Number(a.open) - Number(b.open));
    let undone = 1;
    for (const [i, { micros, open }] of rows.entries()) {
      if (open) continue;
      undone *= 1 - 1 / (rows.length - i);
      if (undone <= 1 - share + 1e-12) return micros / microsPerSecond;
    }
    return null;
  }
}
