/**
 * Object-centric directly-follows graph: for each object type, what follows what in the life of its objects.
 * The order of events is their time, ties in file order; an object that one event names twice counts once.
 */
import { directlyFollows, edgesByCount, type DirectlyFollows } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';
import type { ObjectLog } from './object-log.ts';

/** One edge of a type's graph: distinct pairs of events, distinct objects, and occurrences. */
export type ObjectEdge = {
  readonly from: string;
  readonly to: string;
  readonly eventCouples: number;
  readonly uniqueObjects: number;
  readonly totalObjects: number;
};

/** The events of each object in order of time: object o has `event[start[o]] … event[start[o + 1] - 1]`. */
export type Lifecycles = { readonly start: Uint32Array; readonly event: Uint32Array };

export function lifecycles(log: ObjectLog): Lifecycles {
  const events = log.events.ids.length;
  const { time } = log.events;
  const order = Uint32Array.from({ length: events }, (_, e) => e);
  let sorted = true;
  for (let e = 1; e < events && sorted; e++) sorted = time[e]! >= time[e - 1]!;
  if (!sorted) order.sort((a, b) => time[a]! - time[b]! || a - b);
  const firstRow = new Uint32Array(events + 1);
  for (let i = 0; i < log.e2o.from.length; i++) firstRow[log.e2o.from[i]! + 1]!++;
  for (let e = 0; e < events; e++) firstRow[e + 1]! += firstRow[e]!;
  const objects = log.objects.ids.length;
  const start = new Uint32Array(objects + 1);
  const lastEvent = new Int32Array(objects).fill(-1);
  const { from, to } = log.e2o;
  for (let i = 0; i < from.length; i++) {
    const object = to[i]!;
    if (lastEvent[object] === from[i]) continue;
    lastEvent[object] = from[i]!;
    start[object + 1]!++;
  }
  for (let o = 0; o < objects; o++) start[o + 1]! += start[o]!;
  const next = start.slice(0, -1);
  const event = new Uint32Array(start[objects]!);
  lastEvent.fill(-1);
  for (const e of order) {
    for (let i = firstRow[e]!; i < firstRow[e + 1]!; i++) {
      const object = to[i]!;
      if (lastEvent[object] === e) continue;
      lastEvent[object] = e;
      event[next[object]!++] = e;
    }
  }
  return { start, event };
}

/** The log of one object type: each of its objects is a case, also those without events. `row` is the event's index. */
export function flatten(log: ObjectLog, lives: Lifecycles, type: number): EventLog {
  const objects: number[] = [];
  log.objects.type.forEach((of, object) => {
    if (of === type) objects.push(object);
  });
  const caseStart = new Uint32Array(objects.length + 1);
  objects.forEach((object, c) => {
    caseStart[c + 1] = caseStart[c]! + lives.start[object + 1]! - lives.start[object]!;
  });
  const row = new Uint32Array(caseStart[objects.length]!);
  objects.forEach((object, c) =>
    row.set(lives.event.subarray(lives.start[object], lives.start[object + 1]), caseStart[c]),
  );
  const activity = new Uint32Array(row.length);
  const time = new Float64Array(row.length);
  for (let i = 0; i < row.length; i++) {
    activity[i] = log.events.type[row[i]!]!;
    time[i] = log.events.time[row[i]!]!;
  }
  return {
    activities: log.eventTypes.map((declared) => declared.name),
    cases: objects.map((object) => log.objects.ids[object]!),
    caseStart,
    activity,
    time,
    clock: 'utc',
    row,
    columns: [],
  };
}

/** The graph of one type from its flattened log, most frequent edge first. */
export function objectEdges(flat: EventLog, graph: DirectlyFollows = directlyFollows(flat)): ObjectEdge[] {
  const edges = graph.counts.length;
  const objects = new Uint32Array(edges);
  const lastObject = new Int32Array(edges).fill(-1);
  const edgeOf = new Int32Array(flat.row.length).fill(-1);
  for (let c = 0; c < flat.cases.length; c++) {
    const end = flat.caseStart[c + 1]!;
    for (let i = flat.caseStart[c]! + 1; i < end; i++) {
      const edge = graph.pairs.find(flat.activity[i - 1]!, flat.activity[i]!);
      edgeOf[i] = edge;
      if (lastObject[edge] !== c) {
        lastObject[edge] = c;
        objects[edge]!++;
      }
    }
  }
  const couples = countCouples(flat.row, edgeOf, edges);
  return edgesByCount(flat.activities, graph.pairs, graph.counts).map((edge) => ({
    from: flat.activities[graph.pairs.from[edge]!]!,
    to: flat.activities[graph.pairs.to[edge]!]!,
    eventCouples: couples[edge]!,
    uniqueObjects: objects[edge]!,
    totalObjects: graph.counts[edge]!,
  }));
}

/**
 * Distinct pairs of events per edge. Steps are sorted by their first event; the few second events of one first are
 * told apart by a stamp. A hash set of pairs takes three times as long, for want of locality.
 */
function countCouples(row: Uint32Array, edgeOf: Int32Array, edges: number): Uint32Array {
  let events = 0;
  for (let i = 0; i < row.length; i++) if (row[i]! >= events) events = row[i]! + 1;
  const next = new Uint32Array(events + 1);
  for (let i = 1; i < row.length; i++) if (edgeOf[i]! >= 0) next[row[i - 1]! + 1]!++;
  for (let e = 0; e < events; e++) next[e + 1]! += next[e]!;
  const steps = new Uint32Array(next[events]!);
  for (let i = 1; i < row.length; i++) if (edgeOf[i]! >= 0) steps[next[row[i - 1]!]!++] = i;
  const couples = new Uint32Array(edges);
  const lastFirst = new Int32Array(events).fill(-1);
  for (const step of steps) {
    const second = row[step]!;
    if (lastFirst[second] === row[step - 1]) continue;
    lastFirst[second] = row[step - 1]!;
    couples[edgeOf[step]!]!++;
  }
  return couples;
}
