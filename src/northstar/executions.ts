import type { ObjectLog } from './object-log.ts';

/**
 * How many separate executions a log holds: groups of objects tied by common events, directly or through others.
 * Objects without events are in none.
 */
export function countExecutions(log: ObjectLog): number {
  const root = Int32Array.from(log.objects.ids, (_, object) => object);
  const find = (object: number): number => {
    let top = object;
    while (root[top] !== top) top = root[top] = root[root[top]!]!;
    return top;
  };
  const { from, to } = log.e2o;
  const seen = new Uint8Array(root.length);
  for (let i = 0; i < from.length; i++) {
    seen[to[i]!] = 1;
    if (i > 0 && from[i] === from[i - 1]) root[find(to[i]!)] = find(to[i - 1]!);
  }
  let count = 0;
  for (let object = 0; object < root.length; object++)
    if (seen[object] === 1 && find(object) === object) count++;
  return count;
}
