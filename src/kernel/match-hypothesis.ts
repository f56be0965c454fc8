/** Hypotheses: every way in which an item can be explained that is worth showing, with its evidence. */
import { byText } from './by-text.ts';
import {
  dayMs,
  decibans,
  type Evidence,
  type MatchItem,
  type MatchPolicy,
  type Measure,
} from './match-item.ts';
import { scorePool, type Siblings } from './match-evidence.ts';
import { type Block, type Pool, type PoolIndex } from './match-pool.ts';

export type Hypothesis = {
  /** Positions of the items it explains, ascending; more than one only where they share one exact amount. */
  readonly items: readonly number[];
  readonly takes: readonly { readonly pool: Pool; readonly quantity: number }[];
  /** Decibans, over all its items. */
  readonly score: number;
  readonly evidence: readonly Evidence[];
  /** Explains only a part: shown, never applied. */
  readonly partial: boolean;
};

type Found = { readonly pool: Pool; readonly block: Block; readonly token?: string };

/** Pools an item could be split over, or items that could share one amount, before the search is cut. */
const subsetOfMax = 12;
const splitPenalty = 8;

/** Hypotheses of each item, best first; a shared one is the same object in the list of each of its items. */
export function buildHypotheses(
  items: readonly MatchItem[],
  rejected: (item: MatchItem, pool: Pool) => boolean,
  index: PoolIndex,
  measure: Measure,
  policy: MatchPolicy,
): Hypothesis[][] {
  const found = items.map((item) => index.find(item).filter(({ pool }) => !rejected(item, pool)));
  const siblings = siblingsOf(items, found);
  const doubles = doublesOf(items);
  const lists = items.map((item, position) => {
    const score = (each: Found, quantity: number): Hypothesis => {
      const of = siblings(position, each.pool.document);
      const scored = scorePool(item, each, quantity, of, doubles.get(position), measure, index, policy);
      const takes = [{ pool: each.pool, quantity }];
      return { items: [position], takes, ...scored, partial: quantity < item.quantity };
    };
    const pools = found[position] ?? [];
    const whole = pools
      .filter(({ pool }) => pool.open >= item.quantity)
      .map((each) => score(each, item.quantity));
    const short = pools
      .filter(({ pool }) => pool.open < item.quantity)
      .map((each) => score(each, each.pool.open));
    const fits = whole.some((each) => !differs(each) && (measure === 'units' || isExact(each)));
    // Where a part of one line would do, exactly the whole of two others is another way: parts are mostly small.
    const splits = fits
      ? wholesOf(item, position, [...whole, ...short], measure, index)
      : splitsOf(item, position, short, measure, policy);
    return [...whole, ...splits, ...short];
  });
  if (measure === 'money') addShared(items, lists, policy);
  for (const list of lists) list.sort(byScore);
  return lists;
}

export function byScore(left: Hypothesis, right: Hypothesis): number {
  if (left.partial !== right.partial) return left.partial ? 1 : -1;
  return right.score - left.score || byText(keyOf(left), keyOf(right));
}

/** Another price than the item's, in all that it takes. */
export function differs(hypothesis: Hypothesis): boolean {
  return hypothesis.evidence.some(({ kind, weight }) => kind === 'price' && weight < 0);
}

function isExact(hypothesis: Hypothesis): boolean {
  return hypothesis.takes.every(({ pool, quantity }) => pool.open === quantity);
}

function keyOf(hypothesis: Hypothesis): string {
  return hypothesis.takes.map(({ pool }) => pool.key).join('\u0001') + hypothesis.items.join(',');
}

/** For each item and sale document: how many other lines of its own document would fit there at the same price. */
function siblingsOf(items: readonly MatchItem[], found: readonly Found[][]) {
  const lines = new Map<string, number[]>();
  for (const [position, item] of items.entries()) {
    if (item.document === undefined) continue;
    const list = lines.get(item.document);
    if (list === undefined) lines.set(item.document, [position]);
    else list.push(position);
  }
  const fitting = items.map((item, position) => {
    const documents = new Set<string>();
    for (const { pool } of found[position] ?? []) {
      if (pool.open >= item.quantity && pool.unitPrice === item.unitPrice) documents.add(pool.document);
    }
    return documents;
  });
  return (position: number, document: string): Siblings => {
    const item = items[position]!;
    let hits = 0;
    let missing = 0;
    let nowhere = 0;
    for (const other of item.document === undefined ? [] : (lines.get(item.document) ?? [])) {
      const documents = fitting[other]!;
      // The same item twice on one note says nothing new about where it came from.
      if (other === position || items[other]!.sku === item.sku) continue;
      if ((found[other] ?? []).length === 0) nowhere += 1;
      else if (documents.has(document)) hits += 1;
      else if (documents.size > 0) missing += 1;
    }
    return { found: hits, missing, nowhere };
  };
}

const doubleWithinMs = 3 * dayMs;

/** Items that an equal one of another document precedes by at most three days; with that document. */
function doublesOf(items: readonly MatchItem[]): Map<number, string> {
  const doubles = new Map<number, string>();
  const last = new Map<string, MatchItem>();
  const order = [...items.keys()].sort((left, right) => items[left]!.at - items[right]!.at || left - right);
  for (const position of order) {
    const item = items[position]!;
    if (item.customer === undefined || item.document === undefined) continue;
    const key = [item.customer, item.sku ?? '', item.quantity, item.unitPrice ?? '', item.text ?? ''].join(
      '\u0000',
    );
    const before = last.get(key);
    if (before?.document !== undefined && before.document !== item.document) {
      if (item.at - before.at <= doubleWithinMs) doubles.set(position, before.document);
    }
    last.set(key, item);
  }
  return doubles;
}

/** 1:N. Several pools that give the quantity together; for money exactly, to the cent. */
function splitsOf(
  item: MatchItem,
  position: number,
  short: readonly Hypothesis[],
  measure: Measure,
  policy: MatchPolicy,
): Hypothesis[] {
  const parts = short
    .filter((each) => !differs(each) && each.takes[0]!.quantity > 0)
    .sort(byScore)
    .slice(0, subsetOfMax)
    .sort((left, right) => left.takes[0]!.pool.at - right.takes[0]!.pool.at || byScore(left, right));
  const splits: Hypothesis[] = [];
  const choose = (from: number, chosen: Hypothesis[], sum: number): void => {
    const enough = measure === 'money' ? sum === item.quantity : sum >= item.quantity;
    if (chosen.length > 1 && enough) {
      // Minimal only: nothing in it may be spare.
      const smallest = Math.min(...chosen.map((each) => each.takes[0]!.quantity));
      if (sum - smallest < item.quantity) splits.push(splitOver(item, position, chosen));
      return;
    }
    if (chosen.length === policy.splitMax || sum >= item.quantity) return;
    for (let next = from; next < parts.length; next += 1) {
      const part = parts[next]!;
      choose(next + 1, [...chosen, part], sum + part.takes[0]!.quantity);
    }
  };
  choose(0, [], 0);
  return splits;
}

/**
 * Pairs of lines of two documents that the item could undo wholly, to the unit. They stand against taking a part of one
 * line: parts are mostly small, so an odd number is as likely the sum of two whole lines.
 */
function wholesOf(
  item: MatchItem,
  position: number,
  fitting: readonly Hypothesis[],
  measure: Measure,
  index: PoolIndex,
): Hypothesis[] {
  if (measure !== 'units') return [];
  const parts = fitting
    .filter((each) => !differs(each))
    .sort(byScore)
    .slice(0, subsetOfMax);
  const sizes = parts.map(({ takes }) => new Set(takes[0]!.pool.members.map(({ open }) => open)));
  if (sizes.some((each) => each.has(item.quantity))) return [];
  const pairs: Hypothesis[] = [];
  for (const [at, first] of parts.entries()) {
    for (const [next, second] of parts.entries()) {
      if (next <= at) continue;
      const size = [...sizes[at]!].find((one) => one > 0 && one < item.quantity && sizes[next]!.has(item.quantity - one)); // prettier-ignore
      if (size === undefined) continue;
      const takes = [
        { pool: first.takes[0]!.pool, quantity: size },
        { pool: second.takes[0]!.pool, quantity: item.quantity - size },
      ];
      const weight = Math.min(10, Math.max(-10, decibans(0.04 / index.quantityShare(item.quantity))));
      // The document of the note speaks for the better of the two; the other one comes along.
      const evidence: Evidence[] = [
        ...first.evidence.filter(({ kind }) => kind !== 'quantity'),
        { kind: 'quantity', weight, text: 'exactly two whole lines' },
        splitEvidence(2),
      ];
      const score = evidence.reduce((sum, each) => sum + each.weight, 0);
      pairs.push({ items: [position], takes, score, evidence, partial: false });
    }
  }
  return pairs;
}

function splitOver(item: MatchItem, position: number, parts: readonly Hypothesis[]): Hypothesis {
  let rest = item.quantity;
  const takes = parts.map((part) => {
    const { pool } = part.takes[0]!;
    const quantity = Math.min(pool.open, rest);
    rest -= quantity;
    return { pool, quantity };
  });
  // The weakest part carries the whole; its shortfall is no longer one.
  const weakest = [...parts].sort((left, right) => left.score - right.score)[0]!;
  const evidence: Evidence[] = weakest.evidence.filter(({ kind }) => kind !== 'quantity');
  const exact = takes.every(({ pool, quantity }) => pool.open === quantity);
  evidence.push({
    kind: 'quantity',
    weight: exact ? 10 : 0,
    text: exact ? `exactly what ${takes.length} of them have left` : `over ${takes.length} of them`,
  });
  evidence.push(splitEvidence(takes.length));
  const score = evidence.reduce((sum, each) => sum + each.weight, 0);
  return { items: [position], takes, score, evidence, partial: false };
}

function splitEvidence(parts: number): Evidence {
  return { kind: 'split', weight: -splitPenalty * (parts - 1), text: `explained by ${parts} parts` };
}

/** N:1 for money. Several items that make up one open amount exactly, where none of them does alone. */
function addShared(items: readonly MatchItem[], lists: Hypothesis[][], policy: MatchPolicy): void {
  const byPool = new Map<Pool, Hypothesis[]>();
  for (const list of lists) {
    if (list.some((each) => !each.partial && isExact(each))) continue;
    for (const each of list) {
      const pool = each.takes[0]!.pool;
      if (each.partial || each.takes.length > 1 || each.evidence.every(({ kind }) => kind === 'quantity'))
        continue;
      byPool.set(pool, [...(byPool.get(pool) ?? []), each]);
    }
  }
  for (const [pool, parts] of byPool) {
    const few = parts.slice(0, subsetOfMax);
    const choose = (from: number, chosen: Hypothesis[], sum: number): void => {
      if (chosen.length > 1 && sum === pool.open) {
        const shared = share(pool, chosen);
        for (const position of shared.items) lists[position]!.push(shared);
        return;
      }
      if (chosen.length === policy.splitMax || sum >= pool.open) return;
      for (let next = from; next < few.length; next += 1) {
        const part = few[next]!;
        choose(next + 1, [...chosen, part], sum + items[part.items[0]!]!.quantity);
      }
    };
    choose(0, [], 0);
  }
}

function share(pool: Pool, parts: readonly Hypothesis[]): Hypothesis {
  const weakest = [...parts].sort((left, right) => left.score - right.score)[0]!;
  const evidence: Evidence[] = [
    ...weakest.evidence.filter(({ kind }) => kind !== 'quantity'),
    { kind: 'quantity', weight: 10, text: `${parts.length} of them together are exactly the open amount` },
    splitEvidence(parts.length),
  ];
  const each = evidence.reduce((sum, one) => sum + one.weight, 0);
  return {
    items: parts.map((part) => part.items[0]!).sort((left, right) => left - right),
    takes: parts.map((part) => ({ pool, quantity: part.takes[0]!.quantity })),
    score: each * parts.length,
    evidence,
    partial: false,
  };
}
