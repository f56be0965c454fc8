/** Several amounts that together make up one. */

/** Among more candidates a sum proves nothing, and looking through all of them takes long. */
const candidatesMax = 12;

/**
 * The smallest subset of at least two whose sum is within `tolerance` of `target`; of equal ones the first. Undefined
 * when there is none, or too many candidates.
 */
export function subsetOf<T>(
  list: readonly T[],
  minorOf: (one: T) => number,
  target: number,
  tolerance: number,
): T[] | undefined {
  if (list.length < 2 || list.length > candidatesMax) return undefined;
  let best: { mask: number; count: number } | undefined;
  for (let mask = 1; mask < 1 << list.length; mask++) {
    let sum = 0;
    let count = 0;
    for (let bit = 0; bit < list.length; bit++) {
      if ((mask & (1 << bit)) === 0) continue;
      sum += minorOf(list[bit]!);
      count++;
    }
    if (count < 2 || Math.abs(sum - target) > tolerance) continue;
    if (best === undefined || count < best.count) best = { mask, count };
  }
  const chosen = best?.mask;
  return chosen === undefined ? undefined : list.filter((_, bit) => (chosen & (1 << bit)) !== 0);
}
