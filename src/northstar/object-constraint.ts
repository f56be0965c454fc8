/**
 * Constraints between an object and its related ones: *each* item of an order is packed before the order ships,
 * *any* refund of a return settles, *all* items of a return are received together in one event.
 */
import type { RelatedConstraint } from './journey-model.ts';
import { lifecycles, type Lifecycles } from './object-graph.ts';
import { rowStarts, type ObjectLog } from './object-log.ts';

/** A constraint about objects of type `of`; related by relation, in either direction, or by a common event. */
export type ObjectConstraint = RelatedConstraint & { readonly of: string };

export type ConstraintOutcome = {
  /** Objects with related ones, and with the `before` event where one is asked for. */
  readonly applies: number;
  readonly kept: number;
  readonly broken: number;
  /** First objects that break it, with the related objects that do. */
  readonly examples: readonly { readonly object: string; readonly related: readonly string[] }[];
};

const exampleLimit = 5;

export function checkObjectConstraint(
  log: ObjectLog,
  constraint: ObjectConstraint,
  lives: Lifecycles = lifecycles(log),
): ConstraintOutcome {
  const typeOf = (name: string): number => log.objectTypes.findIndex((type) => type.name === name);
  const activityOf = (name: string): number => log.eventTypes.findIndex((type) => type.name === name);
  const [of, related] = [typeOf(constraint.of), typeOf(constraint.related)];
  const activity = activityOf(constraint.activity);
  const partners = relatedObjects(log, lives, of, related);
  const examples: { object: string; related: string[] }[] = [];
  let [applies, kept] = [0, 0];
  for (const [object, others] of partners) {
    let end = Infinity;
    if (constraint.before !== undefined) {
      const closing = eventsOf(log, lives, object, activityOf(constraint.before))[0];
      if (closing === undefined) continue;
      end = log.events.time[closing]!;
    }
    applies++;
    const done = new Map(
      others.map((other) => [
        other,
        eventsOf(log, lives, other, activity).filter((event) => log.events.time[event]! <= end),
      ]),
    );
    const lacking = others.filter((other) => done.get(other)!.length === 0);
    const holds =
      constraint.quantifier === 'each' ? lacking.length === 0 : constraint.quantifier === 'any' ? lacking.length < others.length : together([...done.values()]); // prettier-ignore
    if (holds) kept++;
    else if (examples.length < exampleLimit) {
      examples.push({
        object: log.objects.ids[object]!,
        related: (lacking.length > 0 ? lacking : others).map((other) => log.objects.ids[other]!),
      });
    }
  }
  return { applies, kept, broken: applies - kept, examples };
}

/** Whether one event is in all lists. */
function together(lists: readonly (readonly number[])[]): boolean {
  const [first = [], ...rest] = lists;
  return first.some((event) => rest.every((list) => list.includes(event)));
}

function eventsOf(log: ObjectLog, lives: Lifecycles, object: number, activity: number): number[] {
  return [...lives.event.subarray(lives.start[object], lives.start[object + 1])].filter(
    (event) => log.events.type[event] === activity,
  );
}

function relatedObjects(
  log: ObjectLog,
  lives: Lifecycles,
  of: number,
  related: number,
): Map<number, number[]> {
  const found = new Map<number, Set<number>>();
  const add = (a: number, b: number): void => {
    if (a === b || log.objects.type[a] !== of || log.objects.type[b] !== related) return;
    let others = found.get(a);
    if (others === undefined) found.set(a, (others = new Set()));
    others.add(b);
  };
  log.o2o.from.forEach((from, i) => {
    add(from, log.o2o.to[i]!);
    add(log.o2o.to[i]!, from);
  });
  const starts = rowStarts(log.e2o.from, log.events.ids.length);
  for (let object = 0; object < log.objects.ids.length; object++) {
    if (log.objects.type[object] !== of) continue;
    for (const event of lives.event.subarray(lives.start[object], lives.start[object + 1])) {
      for (let i = starts[event]!; i < starts[event + 1]!; i++) add(object, log.e2o.to[i]!);
    }
  }
  return new Map(
    [...found]
      .sort((a, b) => a[0] - b[0])
      .map(([object, others]) => [object, [...others].sort((a, b) => a - b)]),
  );
}
