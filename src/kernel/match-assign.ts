/**
 * Assignment: which hypothesis each item takes, so that no pool gives more than it has and the sum of scores is
 * largest; and by how much each choice is ahead.
 *
 * Items meet only where a pool is contested (all that want it want more than it has) or where they share a
 * hypothesis. Everything else is decided alone. In a component where the best hypothesis of every item fits
 * together with the others, their sum is an upper bound that is reached: taking each best is optimal, and an
 * item's distance to its own second is at least its true margin. Only what that leaves undecided is solved
 * exactly, by branch and bound; where the steps run out nothing is claimed to be known.
 */
import type { MatchPolicy } from './match-item.ts';
import type { Hypothesis } from './match-hypothesis.ts';
import type { Pool } from './match-pool.ts';

export type Assignment = {
  /** What the optimum gives the item; undefined: nothing. */
  readonly chosen: Hypothesis | undefined;
  /** Decibans by which `chosen` is ahead of every assignment in which this item goes another way. */
  readonly margin: number;
  /** `alone`: nobody else wants it. `exact`: optimum proved. `unproved`: the steps ran out. */
  readonly proof: 'alone' | 'exact' | 'unproved';
};

/** `lists` holds the hypotheses per item, best first; pools say what they have in `open`. */
export function assign(lists: readonly Hypothesis[][], policy: MatchPolicy): Assignment[] {
  const live = lists.map((list) => list.filter((each) => !each.partial));
  const result: Assignment[] = Array.from({ length: lists.length });
  for (const component of componentsOf(live)) {
    const [only] = component;
    if (component.length === 1 && only !== undefined) {
      result[only] = alone(live[only]!, 'alone');
      continue;
    }
    for (const [position, assignment] of assignComponent(component, live, policy))
      result[position] = assignment;
  }
  return result;
}

/** The item on its own: its best hypothesis against "none" and all others together. */
function alone(list: readonly Hypothesis[], proof: Assignment['proof']): Assignment {
  const [best, ...others] = list;
  if (best === undefined || best.score <= 0) return { chosen: undefined, margin: 0, proof };
  return { chosen: best, margin: best.score - together([0, ...others.map((each) => each.score)]), proof };
}

/** Score of several alternatives taken together: adds their odds. */
function together(scores: readonly number[]): number {
  return Math.round(10 * Math.log10(scores.reduce((sum, score) => sum + 10 ** (score / 10), 0)));
}

function componentsOf(live: readonly Hypothesis[][]): number[][] {
  const demand = new Map<Pool, number>();
  for (const list of live) {
    const most = new Map<Pool, number>();
    for (const { takes } of list) {
      for (const { pool, quantity } of takes) most.set(pool, Math.max(most.get(pool) ?? 0, quantity));
    }
    for (const [pool, quantity] of most) demand.set(pool, (demand.get(pool) ?? 0) + quantity);
  }
  const parent = live.map((_, position) => position);
  const root = (position: number): number => {
    let at = position;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  const join = (left: number, right: number): void => {
    parent[Math.max(root(left), root(right))] = Math.min(root(left), root(right));
  };
  const first = new Map<Pool, number>();
  for (const [position, list] of live.entries()) {
    for (const { items, takes } of list) {
      for (const other of items) join(position, other);
      for (const { pool } of takes) {
        if ((demand.get(pool) ?? 0) <= pool.open) continue;
        join(position, first.get(pool) ?? position);
        if (!first.has(pool)) first.set(pool, position);
      }
    }
  }
  const components = new Map<number, number[]>();
  for (const position of live.keys()) {
    const at = root(position);
    components.set(at, [...(components.get(at) ?? []), position]);
  }
  return [...components.values()];
}

function assignComponent(
  component: readonly number[],
  live: readonly Hypothesis[][],
  policy: MatchPolicy,
): Map<number, Assignment> {
  const result = new Map<number, Assignment>();
  const lists = component.map((position) => live[position]!.filter((each) => each.score > 0));
  const bests = lists.flatMap((list) => list.slice(0, 1));
  const bestsFit = bests.every((each) => each.items.length === 1) && fits(bests);
  if (bestsFit) {
    for (const position of component) {
      const own = alone(live[position]!, 'exact');
      if (own.margin >= policy.margin || own.chosen === undefined) result.set(position, own);
    }
    if (result.size === component.length) return result;
  }
  const optimum = solve(component, lists, policy.stepsMax);
  for (const [place, position] of component.entries()) {
    if (result.has(position)) continue;
    const chosen = optimum?.chosen[place];
    if (optimum === undefined || chosen === undefined) {
      const proof = optimum === undefined ? 'unproved' : 'exact';
      result.set(position, { chosen: undefined, margin: 0, proof });
      continue;
    }
    const without = lists.map((list, at) => (at === place ? list.filter((each) => each !== chosen) : list));
    const second = solve(component, without, policy.stepsMax, chosen);
    if (second === undefined) {
      result.set(position, { chosen: undefined, margin: 0, proof: 'unproved' });
      continue;
    }
    // The second best assignment stands for all: add what the item's other ways weigh beside their best one.
    const others = [0, ...live[position]!.filter((each) => each !== chosen).map((each) => each.score)];
    const crowd = together(others) - Math.max(...others);
    result.set(position, { chosen, margin: optimum.total - second.total - crowd, proof: 'exact' });
  }
  return result;
}

function fits(chosen: readonly Hypothesis[]): boolean {
  const used = new Map<Pool, number>();
  for (const { takes } of chosen) {
    for (const { pool, quantity } of takes) {
      const sum = (used.get(pool) ?? 0) + quantity;
      if (sum > pool.open) return false;
      used.set(pool, sum);
    }
  }
  return true;
}

type Optimum = { readonly total: number; readonly chosen: readonly (Hypothesis | undefined)[] };

/** Largest total over the component, `without` one hypothesis; undefined when the steps run out. */
function solve(
  component: readonly number[],
  lists: readonly Hypothesis[][],
  stepsMax: number,
  without?: Hypothesis,
): Optimum | undefined {
  const place = new Map(component.map((position, at) => [position, at]));
  // A shared hypothesis is chosen at the first of its items, so only that one may hope for its score.
  const options = lists.map((list, at) =>
    list.filter((each) => each !== without && place.get(each.items[0]!) === at),
  );
  const hope = Array.from<number>({ length: options.length + 1 }).fill(0);
  for (let at = options.length - 1; at >= 0; at -= 1)
    hope[at] = hope[at + 1]! + (options[at]![0]?.score ?? 0);

  const used = new Map<Pool, number>();
  const chosen: (Hypothesis | undefined)[] = options.map(() => undefined);
  let best: Optimum = { total: -1, chosen: [] };
  let steps = 0;
  const visit = (at: number, total: number): void => {
    steps += 1;
    if (steps > stepsMax || total + hope[at]! <= best.total) return;
    if (at === options.length) {
      best = { total, chosen: [...chosen] };
      return;
    }
    if (chosen[at] !== undefined) {
      visit(at + 1, total);
      return;
    }
    for (const option of options[at]!) {
      const free = option.items.every((position) => chosen[place.get(position)!] === undefined);
      if (!free || !take(used, option, 1)) continue;
      for (const position of option.items) chosen[place.get(position)!] = option;
      visit(at + 1, total + option.score);
      for (const position of option.items) chosen[place.get(position)!] = undefined;
      take(used, option, -1);
    }
    visit(at + 1, total);
  };
  visit(0, 0);
  return steps > stepsMax ? undefined : best;
}

/** Books or releases what a hypothesis takes; false, and nothing booked, where a pool has too little. */
function take(used: Map<Pool, number>, { takes }: Hypothesis, sign: 1 | -1): boolean {
  for (const [done, { pool, quantity }] of takes.entries()) {
    const sum = (used.get(pool) ?? 0) + sign * quantity;
    if (sum > pool.open) {
      for (const back of takes.slice(0, done)) used.set(back.pool, used.get(back.pool)! - back.quantity);
      return false;
    }
    used.set(pool, sum);
  }
  return true;
}
