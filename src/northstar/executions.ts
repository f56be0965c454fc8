/**
 * Executions: groups of objects tied by common events, directly or through others, and how many kinds of them there
 * are. Two executions are of one kind when their graphs are equal but for names: events with activity and the types
 * of their objects, an arrow from each event to the next of one of its objects, with the types of those they share.
 */
import type { Lifecycles } from './object-graph.ts';
import { rowStarts, type ObjectLog } from './object-log.ts';

export type Executions = {
  readonly count: number;
  /** Executions per kind, most frequent first. */
  readonly variants: readonly number[];
  /** Kinds that could not be told apart within the limit of steps, and stand as one. */
  readonly undecided: number;
};

/** Steps that one comparison may take; more are seen only where many events of one execution are alike. */
const comparisonLimit = 200_000;
/** How far along the arrows colours look; what lies beyond is left to the comparison. */
const roundLimit = 24;

export function executionsOf(log: ObjectLog, lives: Lifecycles): Executions {
  const graph = eventGraph(log, lives);
  const members = components(log);
  const colours = refined(graph);
  const classes = new Map<string, number[][]>();
  for (const events of members) {
    const key = Array.from(events, (event) => colours[event]!).sort((a, b) => a - b).join(); // prettier-ignore
    const alike = classes.get(key);
    if (alike === undefined) classes.set(key, [events]);
    else alike.push(events);
  }
  const variants: number[] = [];
  let undecided = 0;
  for (const alike of classes.values()) {
    const kinds: { readonly first: number[]; count: number }[] = [];
    for (const events of alike) {
      let home: (typeof kinds)[number] | undefined;
      for (const kind of kinds) {
        const equal = sameGraph(graph, colours, kind.first, events);
        if (equal === undefined) undecided++;
        if (equal === false) continue;
        home = kind;
        break;
      }
      if (home === undefined) kinds.push({ first: events, count: 1 });
      else home.count++;
    }
    variants.push(...kinds.map(({ count }) => count));
  }
  return { count: members.length, variants: variants.sort((a, b) => b - a), undecided };
}

/** Arrows in rows: those out of event e are `outStart[e] … outStart[e + 1]`, those into it likewise, by `inArrow`. */
type EventGraph = {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
  /** Which types of objects the two events share. */
  readonly name: Uint32Array;
  readonly outStart: Uint32Array;
  readonly inStart: Uint32Array;
  readonly inArrow: Uint32Array;
  /** What an event is by itself: activity and types of its objects. */
  readonly label: Uint32Array;
};

function eventGraph(log: ObjectLog, lives: Lifecycles): EventGraph {
  const events = log.events.ids.length;
  const types = log.objectTypes.length;
  const names = new NumberedTexts();
  const steps: { readonly from: number; readonly to: number; readonly type: number }[] = [];
  const about: { readonly event: number; readonly type: number }[] = [];
  for (let object = 0; object < log.objects.ids.length; object++) {
    const type = log.objects.type[object]!;
    for (let i = lives.start[object]!; i < lives.start[object + 1]!; i++) {
      about.push({ event: lives.event[i]!, type });
      if (i > lives.start[object]!) steps.push({ from: lives.event[i - 1]!, to: lives.event[i]!, type });
    }
  }
  steps.sort((a, b) => a.from - b.from || a.to - b.to || a.type - b.type);
  about.sort((a, b) => a.event - b.event || a.type - b.type);
  const label = Uint32Array.from(log.events.type, (type) => names.of(`${type}:`));
  eachRun(about, (a, b) => a.event === b.event, (run) => {
    const { event } = run[0]!;
    label[event] = names.of(`${log.events.type[event]!}:${run.map(({ type }) => type).join()}`);
  }); // prettier-ignore
  const [from, to, name]: number[][] = [[], [], []];
  eachRun(steps, (a, b) => a.from === b.from && a.to === b.to, (run) => {
    from!.push(run[0]!.from);
    to!.push(run[0]!.to);
    // One shared object, as nearly always, needs no list.
    name!.push(run.length === 1 ? run[0]!.type : types + names.of(run.map(({ type }) => type).join()));
  }); // prettier-ignore
  const outStart = rowStarts(Uint32Array.from(from!), events);
  const inStart = rowStarts(Uint32Array.from(to!), events);
  const inArrow = new Uint32Array(to!.length);
  const next = inStart.slice(0, -1);
  to!.forEach((event, arrow) => (inArrow[next[event]!++] = arrow));
  return {
    from: Uint32Array.from(from!),
    to: Uint32Array.from(to!),
    name: Uint32Array.from(name!),
    outStart,
    inStart,
    inArrow,
    label,
  };
}

class NumberedTexts {
  readonly #numbers = new Map<string, number>();

  of(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    this.#numbers.set(text, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** Neighbours in the list that belong together, one run after the other. */
function eachRun<T>(list: readonly T[], same: (a: T, b: T) => boolean, take: (run: T[]) => void): void {
  for (let start = 0; start < list.length;) {
    let end = start + 1;
    while (end < list.length && same(list[start]!, list[end]!)) end++;
    take(list.slice(start, end));
    start = end;
  }
}

/** The events of each execution, in order of the first event; events without objects belong to none. */
function components(log: ObjectLog): number[][] {
  const root = Int32Array.from(log.objects.ids, (_, object) => object);
  const find = (object: number): number => {
    let top = object;
    while (root[top] !== top) top = root[top] = root[root[top]!]!;
    return top;
  };
  const { from, to } = log.e2o;
  for (let i = 1; i < from.length; i++) if (from[i] === from[i - 1]) root[find(to[i]!)] = find(to[i - 1]!);
  const members = new Map<number, number[]>();
  for (let i = 0; i < from.length; i++) {
    if (i > 0 && from[i] === from[i - 1]) continue;
    const top = find(to[i]!);
    const events = members.get(top);
    if (events === undefined) members.set(top, [from[i]!]);
    else events.push(from[i]!);
  }
  return [...members.values()];
}

/**
 * Colours of all events, equal where nothing within reach of their arrows tells two events apart. Only a filter
 * before the comparison: two colours that fall together by chance cost time, never the answer.
 */
function refined({ from, to, name, outStart, inStart, inArrow, label }: EventGraph): Uint32Array {
  const events = label.length;
  let colours = label;
  let count = new Set(colours).size;
  for (let round = 0; round < roundLimit; round++) {
    const numbers = new Map<number, number>();
    const next = new Uint32Array(events);
    for (let event = 0; event < events; event++) {
      // Sums do not depend on the order of the arrows.
      let [high, low] = [mix(colours[event]!, 1), mix(colours[event]!, 2)];
      for (let arrow = outStart[event]!; arrow < outStart[event + 1]!; arrow++) {
        const end = mix(colours[to[arrow]!]!, name[arrow]!);
        high = (high + mix(end, 3)) >>> 0;
        low = (low + mix(end, 4)) >>> 0;
      }
      for (let i = inStart[event]!; i < inStart[event + 1]!; i++) {
        const start = mix(colours[from[inArrow[i]!]!]!, name[inArrow[i]!]!);
        high = (high + mix(start, 5)) >>> 0;
        low = (low + mix(start, 6)) >>> 0;
      }
      const key = (high >>> 11) * 2 ** 32 + low;
      let colour = numbers.get(key);
      if (colour === undefined) numbers.set(key, (colour = numbers.size));
      next[event] = colour;
    }
    colours = next;
    if (numbers.size === count || numbers.size === events) return colours;
    count = numbers.size;
  }
  return colours;
}

function mix(value: number, salt: number): number {
  let hash = Math.imul(value ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Whether one-to-one partners of equal colour exist that keep every arrow; undefined beyond the limit of steps. */
function sameGraph(
  graph: EventGraph,
  colours: Uint32Array,
  left: readonly number[],
  right: readonly number[],
): boolean | undefined {
  const byColour = new Map<number, number[]>();
  for (const event of right) {
    const list = byColour.get(colours[event]!);
    if (list === undefined) byColour.set(colours[event]!, [event]);
    else list.push(event);
  }
  // Rare colours first: their partners are certain, and decide the rest.
  const order = [...left].sort(
    (a, b) => byColour.get(colours[a]!)!.length - byColour.get(colours[b]!)!.length || a - b,
  );
  const partner = new Map<number, number>();
  const taken = new Set<number>();
  let steps = 0;
  const { from, to, name, outStart, inStart, inArrow } = graph;
  const arrowBetween = (start: number, end: number): number | undefined => {
    for (let arrow = outStart[start]!; arrow < outStart[start + 1]!; arrow++)
      if (to[arrow] === end) return name[arrow];
    return undefined;
  };
  const fits = (event: number, other: number): boolean => {
    const out = outStart[event + 1]! - outStart[event]!;
    const into = inStart[event + 1]! - inStart[event]!;
    if (out !== outStart[other + 1]! - outStart[other]! || into !== inStart[other + 1]! - inStart[other]!)
      return false;
    for (let arrow = outStart[event]!; arrow < outStart[event + 1]!; arrow++) {
      const match = partner.get(to[arrow]!);
      if (match !== undefined && arrowBetween(other, match) !== name[arrow]) return false;
    }
    for (let i = inStart[event]!; i < inStart[event + 1]!; i++) {
      const match = partner.get(from[inArrow[i]!]!);
      if (match !== undefined && arrowBetween(match, other) !== name[inArrow[i]!]) return false;
    }
    return true;
  };
  // An own stack: executions of thousands of events are deeper than the call stack.
  const choice = new Int32Array(order.length).fill(-1);
  let depth = 0;
  while (depth < order.length) {
    const event = order[depth]!;
    const held = partner.get(event);
    if (held !== undefined) {
      partner.delete(event);
      taken.delete(held);
    }
    const candidates = byColour.get(colours[event]!)!;
    let next = choice[depth]! + 1;
    while (next < candidates.length && (taken.has(candidates[next]!) || !fits(event, candidates[next]!))) {
      next++;
      if (++steps > comparisonLimit) return undefined;
    }
    if (++steps > comparisonLimit + order.length) return undefined;
    if (next === candidates.length) {
      choice[depth] = -1;
      if (--depth < 0) return false;
      continue;
    }
    choice[depth] = next;
    partner.set(event, candidates[next]!);
    taken.add(candidates[next]!);
    depth++;
  }
  return true;
}
