/**
 * Evidence for one item and one pool, in decibans against "the true origin is not among the candidates".
 *
 * Each weight is log-odds: how much more often true pairs agree like this than pairs that met by chance. Where a
 * number is not computed from the candidates themselves it was measured on half a year of a real retailer
 * (Online Retail: 2,003 credit lines with one possible sale, 4,364 pairs of them on one credit note).
 */
import {
  dayMs,
  decibans,
  type Evidence,
  type MatchItem,
  type MatchPolicy,
  type Measure,
} from './match-item.ts';
import type { Block, Pool, PoolIndex } from './match-pool.ts';

export type Scored = { readonly score: number; readonly evidence: readonly Evidence[] };

/** What the other lines of the item's document say about one candidate document. */
export type Siblings = {
  readonly found: number;
  readonly missing: number;
  /** Lines that no sale in the records fits. */
  readonly nowhere: number;
};

export function scorePool(
  item: MatchItem,
  found: { readonly pool: Pool; readonly block: Block; readonly token?: string },
  quantity: number,
  siblings: Siblings,
  double: string | undefined,
  measure: Measure,
  index: PoolIndex,
  policy: MatchPolicy,
): Scored {
  const { pool, block, token } = found;
  const evidence: Evidence[] = [];
  if (token !== undefined) evidence.push(referenceEvidence(token));
  evidence.push(...partyEvidence(item, pool, block, measure));
  const price = measure === 'units' ? priceEvidence(item, pool, block, index) : undefined;
  if (price !== undefined) evidence.push(price);
  evidence.push(quantityEvidence(item.quantity, quantity, pool, measure, index));
  evidence.push(timeEvidence(item, pool, index, policy));
  const others = [
    recordsEvidence(item, block, index, policy),
    siblingEvidence(siblings),
    doubleEvidence(double),
  ];
  for (const each of others) if (each !== undefined) evidence.push(each);
  return { score: evidence.reduce((sum, each) => sum + each.weight, 0), evidence };
}

/** Four bare digits may be a year, a house number, a price; a longer or lettered number hardly is. */
function referenceEvidence(token: string): Evidence {
  const bare = /^\d{1,4}$/.test(token);
  return { kind: 'reference', weight: bare ? 20 : 40, text: `the text names ${token}` };
}

/**
 * Customer and SKU. Sharing both is 29: of the credits of known customers nearly all that had bought the item
 * before undo one of those sales. Without a customer it is 8, whatever the price: the price is in the block.
 */
function partyEvidence(item: MatchItem, pool: Pool, block: Block, measure: Measure): Evidence[] {
  const evidence: Evidence[] = [];
  if (item.customer !== undefined && pool.customer !== undefined) {
    evidence.push(
      item.customer === pool.customer
        ? { kind: 'customer', weight: 19, text: 'same customer' }
        : { kind: 'customer', weight: -12, text: 'another customer' },
    );
  } else if (item.customer === undefined && pool.customer !== undefined && block === 'loose') {
    evidence.push({ kind: 'customer', weight: -5, text: 'no customer given here, one on the other side' });
  }
  if (measure === 'units' && item.sku !== undefined && pool.sku !== undefined) {
    evidence.push({ kind: 'item', weight: block === 'loose' ? 8 : 10, text: `same item ${item.sku}` });
  }
  return evidence;
}

/** 97 % of true pairs have the same price; how often others have it is counted per SKU. */
function priceEvidence(item: MatchItem, pool: Pool, block: Block, index: PoolIndex): Evidence | undefined {
  if (item.unitPrice === undefined || pool.unitPrice === undefined) return undefined;
  if (item.unitPrice !== pool.unitPrice) return { kind: 'price', weight: -20, text: 'another unit price' };
  if (block === 'loose' || pool.sku === undefined)
    return { kind: 'price', weight: 0, text: 'same unit price' };
  const share = Math.min(0.97, Math.max(0.1, index.priceShare(pool.sku, pool.unitPrice)));
  return { kind: 'price', weight: decibans(0.97 / share), text: 'same unit price' };
}

/** 39 % of credits undo a whole line; how often any credit is for that many units is counted over the items. */
function quantityEvidence(
  wanted: number,
  taken: number,
  pool: Pool,
  measure: Measure,
  index: PoolIndex,
): Evidence {
  if (taken < wanted) return { kind: 'quantity', weight: -20, text: `only ${taken} of ${wanted} left there` };
  if (measure === 'money') {
    return taken === pool.open
      ? { kind: 'quantity', weight: 10, text: 'exactly the open amount' }
      : { kind: 'quantity', weight: -10, text: 'a part of the open amount' };
  }
  return taken === pool.open
    ? {
        kind: 'quantity',
        weight: Math.min(8, Math.max(2, decibans(0.39 / index.quantityShare(taken)))),
        text: `all ${taken} of the line`,
      }
    : isOddPart(taken, pool)
      ? { kind: 'quantity', weight: -18, text: `${taken} of several lines, none of them whole` }
      : { kind: 'quantity', weight: -1, text: `${taken} of ${pool.open} of the line` };
}

/** More than one line of the document, and neither one of them nor all: seldom what anybody sends back. */
function isOddPart(taken: number, pool: Pool): boolean {
  return (
    pool.members.length > 1 &&
    pool.members.every(({ open }) => open !== taken) &&
    pool.members.some(({ open }) => open > 0 && open < taken)
  );
}

/**
 * Lags of true pairs have a long tail: survival (1 + lag ÷ s)⁻² with the policy's median (7 and 60 days for half
 * and 95 %). Against it stands a candidate at any time since the records begin. Bounded on both sides, so that
 * time alone never decides against everything else: a known customer's only sale, with nothing else against it, is
 * still applied after half a year.
 */
function timeEvidence(item: MatchItem, pool: Pool, index: PoolIndex, policy: MatchPolicy): Evidence {
  const lagDays = Math.max(0, (item.at - pool.at) / dayMs);
  const scale = lagScaleDays(policy);
  const odds = ((windowDaysOf(item, index) * 2) / scale) * (1 + lagDays / scale) ** -3;
  const days = Math.floor(lagDays);
  return {
    kind: 'time',
    weight: Math.min(6, Math.max(-9, decibans(odds))),
    text: days === 0 ? 'within a day' : days === 1 ? '1 day earlier' : `${days} days earlier`,
  };
}

const windowDaysOf = (item: MatchItem, index: PoolIndex): number =>
  Math.min(365, Math.max(30, (item.at - index.from) / dayMs));

function lagScaleDays(policy: MatchPolicy): number {
  return policy.medianLagDays / (Math.SQRT2 - 1);
}

/** Odds against "not among the candidates" that sharing customer and item stand for, see `partyEvidence`. */
const partyOdds = 10 ** 2.9;

/**
 * What an item undoes may lie before the records begin: the likelier, the sooner after that beginning it is. A known
 * customer who bought the item once must have bought it before as well: frequent buyers do, rare ones do not. The rate
 * is one over all that a customer buys, so its odds count by their root: of labelled credits those that it spoke against
 * most were wrong no more often than the others.
 */
function recordsEvidence(
  item: MatchItem,
  block: Block,
  index: PoolIndex,
  policy: MatchPolicy,
): Evidence | undefined {
  const days = Math.max(1, (item.at - index.from) / dayMs);
  const before = (1 + days / lagScaleDays(policy)) ** -2;
  const again =
    block === 'customer' && item.customer !== undefined ? index.buysAgain(item.customer) : undefined;
  const weight =
    again === undefined
      ? Math.max(-12, Math.min(0, decibans((1 - before) / before) - 13))
      : Math.max(-12, -decibans(Math.sqrt(1 + again * windowDaysOf(item, index) * before * partyOdds)));
  return weight === 0
    ? undefined
    : { kind: 'records', weight, text: `records begin ${Math.floor(days)} days earlier` };
}

/** An equal line on another document days before: this one may be the same thing entered twice. */
function doubleEvidence(double: string | undefined): Evidence | undefined {
  if (double === undefined) return undefined;
  return { kind: 'double', weight: -25, text: `${double} claims the same shortly before: entered twice?` };
}

/**
 * Lines of one credit note undo one sale in 96 of 100 pairs; by chance a repeat customer's basket fits in 30. Where lines
 * fit no sale at all and none fits here, the note undoes a sale before the records, of which this line's item was bought
 * again: so it was for each of 17 labelled credits that would have been applied.
 */
function siblingEvidence({ found, missing, nowhere }: Siblings): Evidence | undefined {
  if (found === 0 && nowhere > 0) {
    const lines = nowhere === 1 ? 'another line' : `${nowhere} other lines`;
    return { kind: 'siblings', weight: -10, text: `${lines} of the document fit no sale in the records` };
  }
  if (found + missing === 0) return undefined;
  const weight = Math.min(20, found * 5) - Math.min(8, missing * 8);
  const others = found + missing;
  return {
    kind: 'siblings',
    weight,
    text: `${found} of ${others} other line${others === 1 ? '' : 's'} of the document fit there too`,
  };
}
