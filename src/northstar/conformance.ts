import { Aligner, deviationCost, type Alignment, type NoAlignment } from './alignment.ts';
import type { EventLog } from './event-log.ts';
import type { PetriNet } from './petri-net.ts';
import { variantActivities, variantsOf } from './variants.ts';

/** How well a log fits a model, by optimal alignments; each variant is aligned once. */
export type Conformance = {
  readonly cases: number;
  /** Cases that no alignment was found for: the model has no run to its end, or the search was given up. */
  readonly notAligned: number;
  readonly fittingCases: number;
  /** Mean of the cases' fitness: 1 − deviations ÷ (events + shortest run of the model). */
  readonly averageTraceFitness: number;
  /** 1 − total cost ÷ total worst cost. Silent steps cost 1 of 10,000: a log that fits scores a little below 1. */
  readonly logFitness: number;
  /** Events outside the model and steps without event, summed over cases. */
  readonly deviations: number;
  readonly cost: number;
  /** Per activity: events that the model does not have there, and steps that the log does not have, in cases. */
  readonly extra: readonly ActivityDeviation[];
  readonly missing: readonly ActivityDeviation[];
  readonly variants: readonly VariantConformance[];
};

export type ActivityDeviation = {
  readonly activity: string;
  readonly occurrences: number;
  readonly cases: number;
};

export type VariantConformance = {
  readonly variant: number;
  readonly cases: number;
  readonly fitness: number | undefined;
  readonly result: Alignment | NoAlignment;
};

export function conformanceOf(log: EventLog, net: PetriNet): Conformance {
  const aligner = new Aligner(net);
  const empty = aligner.align([]);
  const emptyCost = typeof empty === 'string' ? 0 : empty.cost;
  const shortestRun = Math.floor(emptyCost / deviationCost);
  const variants = variantsOf(log);
  let [aligned, fitting, fitness, cost, worst, deviations, cases] = [0, 0, 0, 0, 0, 0, 0];
  const scores = new Float64Array(variants.counts.length);
  const extra = new DeviationCounter();
  const missing = new DeviationCounter();
  const results = variants.byCount.map((variant): VariantConformance => {
    const count = variants.counts[variant]!;
    const activities = variantActivities(log, variants, variant);
    cases += count;
    const result = aligner.align(activities);
    if (typeof result === 'string') return { variant, cases: count, fitness: undefined, result };
    const off = Math.floor(result.cost / deviationCost);
    const most = activities.length + shortestRun;
    const score = off === 0 ? 1 : most > 0 ? 1 - off / most : 0;
    aligned += count;
    if (off === 0) fitting += count;
    scores[variant] = score;
    cost += result.cost * count;
    worst += (activities.length * deviationCost + emptyCost) * count;
    deviations += off * count;
    extra.count(result, 'log', count);
    missing.count(result, 'model', count);
    return { variant, cases: count, fitness: score, result };
  });
  // Case by case, as other tools add them up: the last digit of a sum depends on its order.
  for (const variant of variants.ofCase) if (variant >= 0) fitness += scores[variant]!;
  return {
    cases,
    notAligned: cases - aligned,
    fittingCases: fitting,
    averageTraceFitness: aligned === 0 ? 0 : fitness / aligned,
    logFitness: worst === 0 ? 0 : 1 - cost / worst,
    deviations,
    cost,
    extra: extra.rows(),
    missing: missing.rows(),
    variants: results,
  };
}

class DeviationCounter {
  readonly #counts = new Map<string, { occurrences: number; cases: number }>();

  count(alignment: Alignment, kind: 'log' | 'model', cases: number): void {
    const seen = new Set<string>();
    for (const move of alignment.moves) {
      if (move.kind !== kind || move.activity === undefined) continue;
      let row = this.#counts.get(move.activity);
      if (row === undefined) this.#counts.set(move.activity, (row = { occurrences: 0, cases: 0 }));
      row.occurrences += cases;
      if (!seen.has(move.activity)) row.cases += cases;
      seen.add(move.activity);
    }
  }

  rows(): ActivityDeviation[] {
    const rows = Array.from(this.#counts, ([activity, row]) => ({ activity, ...row }));
    return rows.sort(
      (a, b) => b.cases - a.cases || b.occurrences - a.occurrences || (a.activity < b.activity ? -1 : 1),
    );
  }
}
