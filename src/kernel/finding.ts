/**
 * Findings: what a look at one order's accounts turned up, before they are arranged into problems.
 */
import { dueAfter, type Due } from './calendar.ts';
import type { ProblemCode } from './codes.ts';
import { controls, type ControlId } from './controls.ts';
import type { Entitlement } from './entitle.ts';
import type { Fact } from './fact.ts';
import type { Watch } from './feeds.ts';
import { controlOn, type Policy, valueOn } from './policy.ts';
import {
  approvedBook, receivedBook, shippedBook, unitsOf, type Case, type Item, type Positions, type Posting,
} from './positions.ts'; // prettier-ignore
import type { Settlements } from './settle-refunds.ts';

export type Finding = {
  readonly code: ProblemCode;
  readonly control: ControlId;
  /** What tells it from others of the same control: a SKU, a refund, a document. */
  readonly key: string;
  readonly sku?: string;
  readonly units?: number;
  /** Minor units of the order's currency (or `currency`). */
  readonly minor?: number;
  readonly currency?: string;
  readonly since: string;
  /** Undefined: broken at once. */
  readonly due?: Due;
  readonly facts: readonly Fact[];
  /** Code of the problem it hangs on. */
  waitsFor?: ProblemCode;
  /** Words for the text: which document, which evidence. */
  readonly note?: 'no_receipt' | 'in_input' | 'on_hold' | 'withheld' | 'rejected' | 'at_once';
};

/** Everything the detectors look at. */
export type Books = {
  readonly positions: Positions;
  readonly policy: Policy;
  readonly watch: Watch;
  /** Day of the order, for values that follow the order's date. */
  readonly day: string;
  readonly settlements: Settlements;
  readonly entitlement: Entitlement;
  /** Units per SKU whose refund already stands under another code (duplicate records, wrong items). */
  readonly findings: Finding[];
};

/** Units of an item that left; where nobody reports shipments at all, all of them. */
export function shippedUnits(books: Pick<Books, 'positions' | 'policy' | 'watch'>, item: Item): number {
  const book = shippedBook(item, books.policy);
  if (book.length > 0) return unitsOf(book);
  if (shipmentsAreTold(books)) return 0;
  return item.ordered;
}

/** Does some system report the shipments of this order? */
export function shipmentsAreTold(books: Pick<Books, 'positions' | 'policy' | 'watch'>): boolean {
  for (const item of books.positions.items.values()) if (item.shipped.size > 0) return true;
  return books.watch.shipmentsOn;
}

/**
 * Units of an item that came back and stayed, by the book; never negative. What was sent back to the customer is
 * no longer here, whether the book's own moves say so or somebody at the desk.
 */
export function receivedUnits(books: Pick<Books, 'policy'>, item: Item): number {
  const book = receivedBook(item, books.policy);
  let units = unitsOf(book);
  if (item.sentBack.length === 0) return Math.max(0, units);
  let byBook = 0;
  for (const posting of book) if (posting.units < 0) byBook -= posting.units;
  let told = 0;
  for (const { fact, units: sent } of item.sentBack) {
    if (fact.type === 'goods.sent_back' && fact.to === 'customer') told += sent;
  }
  units -= Math.max(0, told - byBook);
  return Math.max(0, units);
}

/** Units that somebody allowed to come back, by the book; ERP announcements apart. */
export const approvedUnits = (books: Pick<Books, 'policy'>, item: Item): number =>
  Math.max(0, unitsOf(approvedBook(item, books.policy)) - unitsOf(item.released));

/** When an open item of `control` that stands since `since` is due. */
export function dueOf(books: Pick<Books, 'policy'>, control: ControlId, since: string): Due | undefined {
  const value = controlOn(books.policy, control, since);
  return value.due === undefined
    ? undefined
    : dueAfter(since, value.due, books.policy.calendars[controls[control].owner]);
}

/** The same as a part of a finding: nothing where the control has no term. */
export function dueFor(
  books: Pick<Books, 'policy'>,
  control: ControlId,
  since: string,
): Pick<Finding, 'due'> {
  const due = dueOf(books, control, since);
  return due === undefined ? {} : { due };
}

/** Facts of some postings. */
export const factsOf = (postings: readonly Posting[]): Fact[] => postings.map((posting) => posting.fact);

/** Return cases of the order. */
export function returnCases(positions: Positions): Case[] {
  return [...positions.cases.values()].filter((entry) => entry.about === 'return');
}

/** The time at which the last return case was resolved; undefined while one is open or there is none. */
export function allResolvedAt(positions: Positions): string | undefined {
  let last: string | undefined;
  for (const entry of returnCases(positions)) {
    if (entry.resolvedAt === undefined) return undefined;
    if (last === undefined || entry.resolvedAt > last) last = entry.resolvedAt;
  }
  return last;
}

export const paysAfterReceipt = (books: Books): boolean =>
  valueOn(books.policy.payAfter, books.day) === 'receipt';
