/**
 * Words of the matcher, which finds what an object undoes or pays when it does not say so itself.
 *
 *   item        what looks for a home: a credit line, a refund, a receipt, a bank line
 *   candidate   what may be its home: a sale line with units left, an open refund with money left
 *   measure     what is claimed: `units`, or `money` in minor units. One run has one measure
 *   claim       so many units (or cents) of one candidate, taken by one item. No candidate gives more than it has
 *   pool        candidates that nothing tells apart (two equal lines of one invoice)
 *   hypothesis  one way to explain an item: a pool, several pools together, or several items on one pool
 *   evidence    one reason for or against a hypothesis, in decibans
 *
 * Decibans are tenths of the decimal logarithm of odds: +10 means ten times likelier, +20 a hundred times.
 * They are whole numbers, so that equal evidence ties exactly and no sum depends on the order of its terms.
 */

export type Measure = 'units' | 'money';

export type MatchItem = {
  readonly id: string;
  /** The document it stands on: lines of one credit note tend to undo lines of one sale. */
  readonly document?: string;
  readonly customer?: string;
  readonly sku?: string;
  /** Units or minor units to explain; positive. */
  readonly quantity: number;
  /** Price per unit, a whole number in any scale that items and candidates share. */
  readonly unitPrice?: number;
  readonly currency?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Free text that may name an order: a bank line's purpose, a note. */
  readonly text?: string;
};

export type MatchCandidate = {
  readonly id: string;
  /** The sale, order or refund document it belongs to. */
  readonly document: string;
  readonly customer?: string;
  readonly sku?: string;
  /** Units or minor units still open; positive. */
  readonly quantity: number;
  readonly unitPrice?: number;
  readonly currency?: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** Numbers by which people name it: order number, refund reference. */
  readonly references?: readonly string[];
};

export type Claim = { readonly candidate: string; readonly quantity: number };

/** What a person said. It is input like everything else, so it survives every replay. */
export type MatchDecision =
  | { readonly kind: 'match'; readonly item: string; readonly claims: readonly Claim[]; readonly by: string }
  | { readonly kind: 'reject'; readonly item: string; readonly candidate: string; readonly by: string }
  | { readonly kind: 'orphan'; readonly item: string; readonly by: string };

export type EvidenceKind =
  | 'reference'
  | 'customer'
  | 'item'
  | 'price'
  | 'quantity'
  | 'time'
  | 'records'
  | 'siblings'
  | 'double'
  | 'split';

/** One reason, with its weight in decibans and a sentence for people. */
export type Evidence = { readonly kind: EvidenceKind; readonly weight: number; readonly text: string };

/** A hypothesis as shown to people. */
export type MatchCandidateListed = {
  readonly claims: readonly Claim[];
  /** Other items that must go the same way (several bank lines that pay one refund together). */
  readonly together: readonly string[];
  /** Decibans against "none of these". */
  readonly score: number;
  readonly evidence: readonly Evidence[];
  /** The claims explain only a part of the item's quantity. */
  readonly partial: boolean;
  /** Items that already hold what this would claim. */
  readonly claimedBy: readonly string[];
};

/**
 * Why an item ended where it did.
 *
 * matched: `only-candidate`, `clear-margin` (ahead of every other by the margin), `by-elimination` (others are
 * needed elsewhere), `decided` (a person).
 * ambiguous: `several` fit, `contested` (others claim the same units), `price-differs`, `too-little-left`,
 * `weak` (one candidate, not enough evidence), `too-many-combinations` (optimum not proved in the budget).
 * orphan: `no-candidate`, `decided`.
 */
export type MatchWhy =
  | 'only-candidate'
  | 'clear-margin'
  | 'by-elimination'
  | 'decided'
  | 'several'
  | 'contested'
  | 'price-differs'
  | 'too-little-left'
  | 'weak'
  | 'too-many-combinations'
  | 'no-candidate';

export type MatchOutcome = {
  readonly item: string;
  readonly status: 'matched' | 'ambiguous' | 'orphan';
  readonly why: MatchWhy;
  /** What it claims; empty unless matched. */
  readonly claims: readonly Claim[];
  /** Decibans of the applied hypothesis, and by how many it is ahead of everything else together. */
  readonly score: number;
  readonly margin: number;
  readonly evidence: readonly Evidence[];
  /** Who decided, where a person did. */
  readonly by?: string;
  /** Best first; empty when matched. */
  readonly candidates: readonly MatchCandidateListed[];
};

/** A decision that could not be followed as given: its reason in one sentence. The item is matched without it. */
export type RefusedDecision = { readonly decision: MatchDecision; readonly reason: string };

export type MatchResult = {
  /** One for each item, in order of item id. */
  readonly outcomes: readonly MatchOutcome[];
  readonly refused: readonly RefusedDecision[];
};

export type MatchPolicy = {
  /** Decibans by which a hypothesis must be ahead of all others together before it is applied. */
  readonly margin: number;
  /** Oldest candidate, and how much later than the item a candidate may be (files with dates only). */
  readonly windowDays: number;
  readonly laterHours: number;
  /** Half of what comes back is back after this many days; the tail is long (see `timeEvidence`). */
  readonly medianLagDays: number;
  /** Candidates shown to a person. */
  readonly listMax: number;
  /** Pools one item may be split over, and items that may share one exact amount. */
  readonly splitMax: number;
  /** Steps the exact assignment may take for one component before it gives up and asks a person. */
  readonly stepsMax: number;
};

/**
 * Defaults. Margin 20: a hundred to one. Half of the credits of a real retailer come within 7 days of their sale
 * and 95 % within 60 (Online Retail, 2,003 credits with one possible sale).
 */
export const matchPolicyDefault: MatchPolicy = {
  margin: 20,
  windowDays: 800,
  laterHours: 0,
  medianLagDays: 7,
  listMax: 25,
  splitMax: 4,
  stepsMax: 20_000,
};

export const dayMs = 86_400_000;

/** Tenths of the decimal logarithm of `odds`, a whole number; `odds` must be positive. */
export function decibans(odds: number): number {
  return Math.round(10 * Math.log10(odds));
}
