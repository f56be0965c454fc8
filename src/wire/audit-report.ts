/** What `reentry audit --json` gives: a stable shape that other programs may rely on. */
import type { ProblemCode } from '../kernel/codes.ts';
import type { ControlId } from '../kernel/controls.ts';
import type { Feed } from '../kernel/feeds.ts';
import type { Money } from '../kernel/money.ts';
import type { Account, ItemUnits, OrderMoney, Problem, Stake, Verdict } from '../kernel/order-state.ts';

export type ReportSentence = { readonly text: string; readonly evidence: readonly string[] };

export type ReportOrder = {
  /** Order number as the shop shows it. */
  readonly order: string;
  readonly orderKey: string;
  readonly connection: string;
  readonly verdict: Verdict;
  readonly placedAt?: string;
  readonly hasReturn: boolean;
  readonly watched: readonly ControlId[];
  readonly notWatched: readonly { readonly control: ControlId; readonly missing: readonly Feed[] }[];
  readonly answer: readonly ReportSentence[];
  readonly problems: readonly Problem[];
  readonly money: OrderMoney;
  readonly units: readonly ItemUnits[];
  /** Each clearing control as an account: units, or minor units of the order's currency. */
  readonly accounts: readonly Omit<Account, 'postings'>[];
  readonly stake: Stake;
  /** The incident report of an order with open problems. */
  readonly caseNote?: string;
};

/** A finding that belongs to no order: an orphan, an unknown status, an unreadable value. */
export type ReportOther = {
  readonly subject: { readonly connection: string; readonly kind: string; readonly id: string };
  readonly code: ProblemCode;
  readonly control: ControlId;
  readonly owner: string;
  readonly severity: 1 | 2 | 3;
  readonly state: 'open';
  readonly text: string;
  readonly since?: string;
  readonly amount?: Money;
  readonly sku?: string;
  readonly units?: number;
  /** Orders it could belong to. */
  readonly candidates?: readonly string[];
  /** Field and value that could not be used. */
  readonly field?: string;
  readonly value?: string;
};

/** The three sums of one currency, in its minor units. They are never added up. */
export type StakeIn = Stake & { readonly currency: string };

export type ReportGroup = {
  readonly control: ControlId;
  readonly owner: string;
  /** Open problems that stand for themselves. */
  readonly open: number;
  /** Open problems that hang on another one. */
  readonly waiting: number;
  readonly pending: number;
  readonly units: number;
  readonly stake: readonly StakeIn[];
};

export type ReportCoverage = {
  readonly feed: Feed;
  /** Order class: channel, for money with the tender. */
  readonly class: string;
  readonly applicable: number;
  readonly reported: number;
  readonly on: boolean;
  readonly thin: boolean;
};

export type ReportTotals = {
  readonly orders: number;
  readonly withReturn: number;
  readonly facts: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly problems: { readonly open: number; readonly waiting: number; readonly pending: number };
  readonly others: number;
  readonly stake: readonly StakeIn[];
  readonly groups: readonly ReportGroup[];
};

export type ReportImport = {
  readonly file: string;
  readonly kind: string;
  readonly format: string;
  readonly in: number;
  readonly kept: number;
  readonly setAside: readonly { readonly reason: string; readonly count: number }[];
};

/** Everything but the orders, which may be many. */
export type ReportHead = {
  readonly asOf: string;
  readonly zone: string;
  readonly policy: { readonly file?: string };
  readonly totals: ReportTotals;
  readonly coverage: readonly ReportCoverage[];
  /** Checks that are silent about some orders with returns, and what would feed them. */
  readonly notWatched: readonly {
    readonly control: ControlId;
    readonly orders: number;
    readonly missing: readonly Feed[];
  }[];
  /** Facts later than `asOf`, left out. */
  readonly laterFacts: number;
  /** Files that were cut off or could not be read: nothing is called closed then. */
  readonly incomplete: readonly string[];
  readonly imports: readonly ReportImport[];
  readonly others: readonly ReportOther[];
};

export type AuditReport = ReportHead & { readonly orders: readonly ReportOrder[] };
