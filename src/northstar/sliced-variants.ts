import { rowStarts, type ObjectLog } from './object-log.ts';

/**
 * The number of variants that PM4Py 2.7.14 prints for a flattened object log. Its rows lie in order of time, objects
 * mixed; it cuts from the first row of each object as many rows as the object has, as if the rows lay object by
 * object. The number says nothing about the log; it is here so that somebody who compares the two tools finds it.
 */
export function slicedVariants(log: ObjectLog, type: number): number {
  const { time } = log.events;
  const order = Uint32Array.from(time, (_, e) => e).sort((a, b) => time[a]! - time[b]! || a - b);
  const starts = rowStarts(log.e2o.from, log.events.ids.length);
  const first = new Map<number, number>();
  const counts = new Map<number, number>();
  const rows: number[] = [];
  for (const event of order) {
    for (let i = starts[event]!; i < starts[event + 1]!; i++) {
      const object = log.e2o.to[i]!;
      if (log.objects.type[object] !== type) continue;
      if (!first.has(object)) first.set(object, rows.length);
      counts.set(object, (counts.get(object) ?? 0) + 1);
      rows.push(log.events.type[event]!);
    }
  }
  const slices = Array.from(first, ([object, start]) => {
    return rows.slice(start, start + counts.get(object)!).join(' ');
  });
  return new Set(slices).size;
}
