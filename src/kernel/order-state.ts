/** The state of one order: what the fold of its facts says at one moment. Plain data, fit for JSON. */
import type { ProblemCode } from './codes.ts';
import type { ControlId } from './controls.ts';
import type { Feed } from './feeds.ts';
import type { Fact } from './fact.ts';
import type { Gap } from './gap.ts';
import type { Money } from './money.ts';
import type { Positions } from './positions.ts';

export type Verdict = 'breaks' | 'incomplete' | 'pending' | 'closed';

export type Problem = {
  /** Stable over time: of order, control, key and side. */
  readonly id: string;
  readonly code: ProblemCode;
  readonly control: ControlId;
  /** What tells it from others of the same control: a SKU, a refund, a document. */
  readonly key: string;
  readonly owner: string;
  readonly severity: 1 | 2 | 3;
  readonly state: 'pending' | 'open';
  readonly sku?: string;
  readonly units?: number;
  readonly amount?: Money;
  /** ISO instant. */
  readonly since: string;
  /** A date (`YYYY-MM-DD`) for terms in days, an instant for terms in hours; equal to `since` for limits. */
  readonly due: string;
  /** First instant at which it is late (ISO); undefined where nothing makes it late (money that may be withheld). */
  readonly overdueAt?: string;
  /** Refs of the objects that prove it, `connection:kind/id`. */
  readonly evidence: readonly string[];
  /** It hangs on this problem and closes with it. */
  readonly waitsFor?: ProblemCode;
  readonly note?: string;
};

/** Units of one item. */
export type ItemUnits = {
  readonly sku: string;
  readonly ordered: number;
  readonly shipped: number;
  readonly approved: number;
  readonly received: number;
  readonly restored: number;
  readonly onHold: number;
  readonly writtenOff: number;
  readonly restoredInShop: number;
  readonly refunded: number;
};

/** Money of the order in minor units of one currency. */
export type OrderMoney = {
  readonly currency: string;
  readonly paid: number;
  readonly entitled: number;
  readonly refunded: number;
  readonly settled: number;
  readonly pending: number;
  readonly failed: number;
  readonly paidOut: number;
  readonly credited: number;
  readonly storeCredit: number;
  readonly disputed: number;
};

/** Money at stake, never added up: gone (paid without goods, or twice), stuck (goods), books wrong. */
export type Stake = { readonly gone: number; readonly stuck: number; readonly books: number };

/** One entry of an account: units of an item, or minor units of money. */
export type AccountPosting = {
  readonly at: string;
  readonly amount: number;
  readonly sku?: string;
  /** Id of the fact that posts. */
  readonly fact: string;
};

/** One control of one order as an account: left must be matched by right. */
export type Account = {
  readonly control: ControlId;
  readonly unit: 'units' | 'money';
  readonly left: number;
  readonly right: number;
  readonly postings: { readonly left: readonly AccountPosting[]; readonly right: readonly AccountPosting[] };
};

export type OrderState = {
  readonly orderKey: string;
  /** Order number as people know it. */
  readonly order: string;
  readonly connection: string;
  readonly verdict: Verdict;
  /** What of it is not known; left out where all is. */
  readonly gaps?: readonly Gap[];
  readonly placedAt: string | undefined;
  /** Is anything being returned, refunded or disputed at all? */
  readonly hasReturn: boolean;
  /** Clearing controls and gates that speak about this order. */
  readonly watched: readonly ControlId[];
  /** Those that do not, and what would feed them. */
  readonly notWatched: readonly { readonly control: ControlId; readonly missing: readonly Feed[] }[];
  readonly problems: readonly Problem[];
  readonly units: readonly ItemUnits[];
  readonly money: OrderMoney;
  readonly stake: Stake;
  readonly accounts: readonly Account[];
  /** Epoch milliseconds at which something becomes due next; undefined: nothing will. */
  readonly nextDueAt: number | undefined;
  readonly facts: readonly Fact[];
  readonly positions: Positions;
};
