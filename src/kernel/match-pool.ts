/**
 * Pools of candidates, and the index that finds the few pools an item could belong to (blocking).
 *
 * Candidates of one document with the same item, price, customer and time are one pool: which of two equal lines
 * of an invoice a credit undoes is no question anyone can answer, and none that changes a cent.
 */
import { byText } from './by-text.ts';
import {
  dayMs,
  type Claim,
  type MatchCandidate,
  type MatchItem,
  type MatchPolicy,
  type Measure,
} from './match-item.ts';
import { normalizeNumber } from './term.ts';

export type Pool = {
  readonly key: string;
  readonly document: string;
  readonly customer: string | undefined;
  readonly sku: string | undefined;
  readonly unitPrice: number | undefined;
  readonly currency: string | undefined;
  readonly at: number;
  readonly references: ReadonlySet<string>;
  /** Candidates in it, by id, with what decisions by people have left of each. */
  readonly members: { readonly id: string; open: number }[];
  /** Sum over members. */
  open: number;
};

/** How a pool was found; the strongest way wins. */
export type Block = 'reference' | 'customer' | 'loose';

export type PoolIndex = {
  /** Pools that the item could belong to, in order of key, with how they were found. */
  find(item: MatchItem): { pool: Pool; block: Block; token?: string }[];
  /** Share of the candidates of one SKU that were sold at this price, 0 to 1; 1 where nothing is known. */
  priceShare(sku: string, unitPrice: number): number;
  /** Share of the items that are for this many units, never 0. */
  quantityShare(quantity: number): number;
  /** How often a day a customer buys an item again that they have bought; undefined where it cannot be told. */
  buysAgain(customer: string): number | undefined;
  /** Time of the oldest candidate. */
  readonly from: number;
};

/**
 * Groups candidates into pools, in order of key; members in order of id. Money is never pooled: two refunds of one
 * amount are two.
 */
export function poolCandidates(candidates: readonly MatchCandidate[], measure: Measure): Pool[] {
  const pools = new Map<string, Pool>();
  for (const each of candidates) {
    const references = normalReferences(each);
    const key = joined(
      each.document, each.sku ?? '', each.unitPrice ?? '', each.customer ?? '', each.currency ?? '', each.at,
      references.join(' '), measure === 'money' ? each.id : '',
    ); // prettier-ignore
    let pool = pools.get(key);
    if (pool === undefined) {
      pool = {
        key,
        document: each.document,
        customer: each.customer,
        sku: each.sku,
        unitPrice: each.unitPrice,
        currency: each.currency,
        at: each.at,
        references: new Set(references),
        members: [],
        open: 0,
      };
      pools.set(key, pool);
    }
    pool.members.push({ id: each.id, open: each.quantity });
    pool.open += each.quantity;
  }
  const sorted = [...pools.values()].sort((left, right) => byText(left.key, right.key));
  for (const pool of sorted) pool.members.sort((left, right) => byText(left.id, right.id));
  return sorted;
}

function normalReferences(candidate: MatchCandidate): string[] {
  if (candidate.references === undefined) return [];
  return candidate.references.map(bareNumber).filter((text) => text.length >= 3);
}

/**
 * Claims that take `quantity` from a pool: one member of exactly that size where there is one, else members in
 * order. Changes what is left of the members.
 */
export function takeFromPool(pool: Pool, quantity: number): Claim[] {
  const exact = pool.members.find((member) => member.open === quantity);
  const claims: Claim[] = [];
  let rest = quantity;
  for (const member of exact === undefined ? pool.members : [exact]) {
    const taken = Math.min(member.open, rest);
    if (taken === 0) continue;
    claims.push({ candidate: member.id, quantity: taken });
    member.open -= taken;
    rest -= taken;
  }
  if (rest !== 0) throw new RangeError(`pool ${pool.document} lacks ${rest} of ${quantity}`);
  pool.open -= quantity;
  return claims;
}

/** A number without the marks that people put in or leave out: `LH-10251`, `LH 10251` and `#lh10251` are one. */
function bareNumber(text: string): string {
  return normalizeNumber(text).replace(/[^\p{L}\p{N}]/gu, '');
}

/** What of a text could be an order number: each word, and each two neighbours (`LH 10251`). */
export function referenceTokens(text: string): Set<string> {
  const words = text.split(/[\s,;|/+]+/).filter((word) => word !== '');
  const tokens = new Set<string>();
  for (const [position, word] of words.entries()) {
    tokens.add(bareNumber(word));
    const next = words[position + 1];
    if (next !== undefined) tokens.add(bareNumber(word + next));
  }
  for (const token of tokens) if (token.length < 3) tokens.delete(token);
  return tokens;
}

const joined = (...parts: (string | number)[]): string => parts.join('\u0000');

/** What the items look for: block keys, and the words of their texts. */
export type Wanted = {
  readonly keys: ReadonlySet<string>;
  readonly tokens: ReadonlyMap<MatchItem, ReadonlySet<string>>;
};

export function wantedBy(items: readonly MatchItem[], measure: Measure): Wanted {
  const keys = new Set<string>();
  const tokens = new Map<MatchItem, Set<string>>();
  for (const item of items) {
    for (const key of itemKeys(item, measure)) keys.add(key);
    if (item.text === undefined || item.text === '') continue;
    const words = referenceTokens(item.text);
    tokens.set(item, words);
    for (const word of words) keys.add(joined('reference', word));
  }
  return { keys, tokens };
}

/** Whether any item could want this candidate; a year of sales is mostly never asked for. */
export function isWanted(candidate: MatchCandidate, wanted: Wanted, measure: Measure): boolean {
  return candidateKeys(candidate, measure).some((key) => wanted.keys.has(key));
}

/**
 * Blocks: a reference in the item's text; the same customer (and SKU, for units); and loosely, where the item
 * names no customer, the same SKU and price, or the same amount. A sale to another known customer is a
 * candidate only by reference. `candidates` are all there are, for the statistics; `pools` those that are wanted.
 */
export function indexPools(
  pools: readonly Pool[],
  {
    candidates,
    measure,
    recordsFrom,
  }: {
    readonly candidates: readonly MatchCandidate[];
    readonly measure: Measure;
    readonly recordsFrom?: number;
  },
  items: readonly MatchItem[],
  wanted: Wanted,
  policy: MatchPolicy,
): PoolIndex {
  const byKey = new Map<string, Pool[]>();
  for (const pool of pools) {
    const keys = candidateKeys({ ...pool, quantity: pool.open, references: [...pool.references] }, measure);
    for (const key of keys) {
      if (!wanted.keys.has(key)) continue;
      const list = byKey.get(key);
      if (list === undefined) byKey.set(key, [pool]);
      else list.push(pool);
    }
  }
  const quantities = new Map<number, number>();
  for (const { quantity } of items) quantities.set(quantity, (quantities.get(quantity) ?? 0) + 1);
  const skus = new Set(items.map((item) => item.sku));
  const prices = new Map<string, { total: number; byPrice: Map<number, number> }>();
  let from = recordsFrom ?? Number.POSITIVE_INFINITY;
  const buysAgain = measure === 'units' ? countRebuys(candidates, items) : undefined;
  for (const { sku, unitPrice, at } of candidates) {
    from = Math.min(from, at);
    if (sku === undefined || unitPrice === undefined || !skus.has(sku)) continue;
    let count = prices.get(sku);
    if (count === undefined) prices.set(sku, (count = { total: 0, byPrice: new Map() }));
    count.total += 1;
    count.byPrice.set(unitPrice, (count.byPrice.get(unitPrice) ?? 0) + 1);
  }

  return {
    from,
    find(item) {
      const found = new Map<string, { pool: Pool; block: Block; token?: string }>();
      const inTime = (pool: Pool): boolean =>
        pool.at <= item.at + policy.laterHours * 3_600_000 && pool.at >= item.at - policy.windowDays * dayMs;
      for (const token of wanted.tokens.get(item) ?? []) {
        for (const pool of byKey.get(joined('reference', token)) ?? []) {
          if (inTime(pool) && !found.has(pool.key)) found.set(pool.key, { pool, block: 'reference', token });
        }
      }
      const block: Block = item.customer === undefined ? 'loose' : 'customer';
      for (const key of itemKeys(item, measure)) {
        for (const pool of byKey.get(key) ?? []) {
          if (inTime(pool) && !found.has(pool.key)) found.set(pool.key, { pool, block });
        }
      }
      return [...found.values()]
        .filter(({ pool }) => compatible(item, pool))
        .sort((left, right) => byText(left.pool.key, right.pool.key));
    },
    quantityShare: (quantity) => ((quantities.get(quantity) ?? 0) + 1) / (items.length + 2),
    buysAgain: (customer) => buysAgain?.(customer),
    priceShare(sku, unitPrice) {
      const count = prices.get(sku);
      return count === undefined ? 1 : (count.byPrice.get(unitPrice) ?? 0) / count.total;
    },
  };
}

/** Records of fewer days count as so many: a rate of one afternoon says nothing. */
const rebuyDaysMin = 30;
/** Few pairs say little: one in fifty stands beside them. */
const rebuyChancesMin = 50;

/**
 * Rates of buying again, over the customers that the items name: of all pairs of a bought item and another document of
 * its customer, the share in which the item is bought there too; times the customer's documents a day.
 */
function countRebuys(
  candidates: readonly MatchCandidate[],
  items: readonly MatchItem[],
): (customer: string) => number | undefined {
  const named = new Set(items.map((item) => item.customer));
  const documents = new Map<string, Map<string, Set<string>>>();
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { customer, sku, document, at } of candidates) {
    from = Math.min(from, at);
    to = Math.max(to, at);
    if (customer === undefined || sku === undefined || !named.has(customer)) continue;
    let ofCustomer = documents.get(customer);
    if (ofCustomer === undefined) documents.set(customer, (ofCustomer = new Map()));
    const skus = ofCustomer.get(document);
    if (skus === undefined) ofCustomer.set(document, new Set([sku]));
    else skus.add(sku);
  }
  let [again, chances] = [0, 0];
  for (const ofCustomer of documents.values()) {
    const times = new Map<string, number>();
    for (const skus of ofCustomer.values()) for (const sku of skus) times.set(sku, (times.get(sku) ?? 0) + 1);
    for (const count of times.values()) {
      again += count - 1;
      chances += ofCustomer.size - 1;
    }
  }
  const days = Math.max(rebuyDaysMin, (to - from) / dayMs);
  return (customer) => {
    const size = documents.get(customer)?.size;
    return size === undefined ? undefined : ((again + 1) / (chances + rebuyChancesMin)) * (size / days);
  };
}

/** Two known SKUs or currencies that differ are never the same thing. */
function compatible(item: MatchItem, pool: Pool): boolean {
  if (item.sku !== undefined && pool.sku !== undefined && item.sku !== pool.sku) return false;
  return item.currency === undefined || pool.currency === undefined || item.currency === pool.currency;
}

function itemKeys(item: MatchItem, measure: Measure): string[] {
  if (measure === 'money') {
    return item.customer === undefined
      ? [joined('amount', item.quantity)]
      : [joined('customer', item.customer)];
  }
  if (item.sku === undefined) return [];
  if (item.customer !== undefined) return [joined('customer', item.customer, item.sku)];
  return item.unitPrice === undefined ? [] : [joined('price', item.sku, item.unitPrice)];
}

type Keyed = Pick<MatchCandidate, 'customer' | 'sku' | 'unitPrice' | 'quantity' | 'references'>;
/** `undefined` where a pool spells out what it lacks. */
type KeyedPool = { readonly [K in keyof Keyed]: Keyed[K] | undefined };

function candidateKeys(candidate: KeyedPool, measure: Measure): string[] {
  const { customer, sku, unitPrice } = candidate;
  const keys = (candidate.references ?? []).map((text) => joined('reference', bareNumber(text)));
  if (measure === 'money') {
    if (customer !== undefined) keys.push(joined('customer', customer));
    keys.push(joined('amount', candidate.quantity ?? 0));
    return keys;
  }
  if (sku === undefined) return keys;
  if (customer !== undefined) keys.push(joined('customer', customer, sku));
  if (unitPrice !== undefined) keys.push(joined('price', sku, unitPrice));
  return keys;
}
