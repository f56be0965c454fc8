/**
 * What explains the balance of an account: problems of its own check, by amount. A problem elsewhere in the order
 * explains nothing here, and no problem explains more than it amounts to. What is left over is unexplained.
 */
import { byText } from './by-text.ts';
import type { ProblemCode } from './codes.ts';
import type { ControlId } from './controls.ts';
import type { Account, AccountPosting, OrderState, Problem } from './order-state.ts';
import type { Item } from './positions.ts';

/** Codes that stand for an open left side of each account, and for an open right one. A difference may be either. */
type Sides = { readonly left: readonly ProblemCode[]; readonly right: readonly ProblemCode[] };

const sides: Partial<Record<ControlId, Sides>> = {
  'refund-settled': {
    left: [
      'refund-not-at-gateway', 'refund-failed-at-gateway', 'refund-failed-later', 'refund-stuck-pending',
      'refund-outcome-unknown', 'one-payout-two-records',
    ],
    right: ['gateway-refund-not-in-shop', 'refund-vanished', 'duplicate-payout'],
  },
  'refund-paid-out': { left: ['refund-recorded-never-paid'], right: ['refunded-not-entitled', 'refund-over-cap'] },
  'entitled-refunded': {
    left: [
      'received-not-refunded', 'refund-overdue', 'withdrawal-overdue', 'refund-without-lines', 'exchange-balance-dropped',
      'refund-rounding-residue', 'refund-lines-unequal-amount',
    ],
    right: [
      'refunded-not-entitled', 'refunded-unreceived-units', 'duplicate-payout', 'gateway-refund-not-in-shop',
      'refund-vanished', 'refund-without-lines', 'refund-over-cap', 'refunded-more-than-bought', 'shipping-refunded-twice',
      'refund-ignores-discount', 'one-payout-two-records', 'refunded-goods-never-came', 'refund-lines-unequal-amount',
      'refund-rounding-residue', 'refund-wrong-currency', 'wrong-item-received', 'returned-to-origin', 'return-backorder-lost',
      'restored-without-receipt', 'blind-return',
    ],
  },
  'refund-credited': {
    left: [
      'refund-without-credit-note', 'credit-note-left-draft', 'credit-note-differs', 'credit-note-tax-differs',
      'credit-note-wrong-period', 'gateway-refund-not-in-shop', 'duplicate-payout', 'refund-vanished',
      'one-payout-two-records',
    ],
    right: [
      'credit-note-without-refund', 'duplicate-credit-note', 'credit-note-differs', 'credit-note-tax-differs',
      'refund-vanished', 'received-not-refunded', 'refund-overdue',
    ],
  },
  'received-inspected': {
    left: ['not-inspected', 'quarantine-forgotten', 'approved-but-not-restored', 'wrong-item-received', 'cancelled-but-moved', 'blind-return'],
    right: [
      'restored-without-receipt', 'stock-moved-by-two-documents', 'restored-twice', 'restored-though-damaged',
      'received-short', 'wrong-item-received', 'done-move-edited',
    ],
  },
  'erp-shop-stock': {
    left: ['shop-not-restocked', 'restore-had-no-effect'],
    right: [
      'restored-without-receipt', 'restored-twice', 'restored-refund-failed', 'cancelled-after-shipping-restocked',
      'restored-though-damaged', 'approved-but-not-restored', 'not-inspected', 'wrong-location',
      'refunded-unreceived-units', 'refunded-more-than-bought', 'received-short',
    ],
  },
}; // prettier-ignore

export type Explained = {
  /** What nothing explains, with the sign of the balance. Must be 0. */
  readonly unexplained: number;
  /** What lies within the rounding of its documents: a minor unit each. */
  readonly rounding: number;
  /** What people accepted. */
  readonly accepted: number;
  readonly problems: readonly Problem[];
  /** Since when what is open is open, first in first out; undefined: nothing is. */
  readonly since: string | undefined;
};

/** Explains the balance of one account of a state. */
export function explainAccount(
  account: Account,
  { problems, positions }: Pick<OrderState, 'problems' | 'positions'>,
): Explained {
  const { control, unit, left, right, postings } = account;
  const balance = left - right;
  const fitting = sides[control];
  const own = problems.filter(({ code, control: of }) => of === control || fitting?.left.includes(code) === true || fitting?.right.includes(code) === true); // prettier-ignore
  if (balance === 0)
    return { unexplained: 0, rounding: 0, accepted: 0, since: undefined, problems: own.filter((one) => one.control === control) }; // prettier-ignore
  const side = balance > 0 ? 'left' : 'right';
  const amountOf = (problem: Problem): number =>
    unit === 'units' ? (problem.units ?? 0) : moneyOf(problem, positions);
  // A code of the account's own check that stands on neither side may explain both.
  const explaining = own.filter(
    ({ code }) =>
      fitting?.[side].includes(code) === true ||
      !(fitting?.left.includes(code) === true || fitting?.right.includes(code) === true),
  );
  const explained = explaining.reduce((sum, problem) => sum + amountOf(problem), 0);
  const given = acceptedOf(account, positions);
  const rest = Math.max(0, Math.abs(balance) - explained - given);
  const documents = Math.max(1, postings.left.length + postings.right.length);
  const isRounding = unit === 'money' && rest > 0 && rest <= documents;
  const sign = side === 'left' ? 1 : -1;
  return {
    unexplained: rest === 0 || isRounding ? 0 : sign * rest,
    rounding: isRounding ? sign * rest : 0,
    accepted: sign * Math.min(given, Math.abs(balance)),
    problems: explaining,
    since:
      openSince(side === 'left' ? postings.left : postings.right, Math.min(left, right)) ??
      (postings.left.at(-1) ?? postings.right.at(-1))?.at,
  };
}

/** What a problem amounts to: its own sum, else its units at what was charged, of the dearest item where it names none of the order. */
function moneyOf({ amount, units, sku }: Problem, { items }: OrderState['positions']): number {
  if (amount !== undefined) return Math.abs(amount.minor);
  if (units === undefined) return 0;
  const named = sku === undefined ? undefined : items.get(sku);
  const charged = named !== undefined && named.ordered > 0 ? [named] : [...items.values()].filter((item) => item.ordered > 0);
  const worthOf = (item: Item): number => Math.ceil((item.gross * units) / item.ordered);
  return Math.max(0, ...charged.map(worthOf));
} // prettier-ignore

/** Differences of this check that people accepted; of stand-ins of other checks as well. */
function acceptedOf({ control, unit }: Account, { accepted }: OrderState['positions']): number {
  return accepted
    .filter((fact) => fact.control === control)
    .reduce((sum, fact) => sum + (unit === 'units' ? (fact.units ?? 0) : (fact.money?.minor ?? 0)), 0);
}

function openSince(postings: readonly AccountPosting[], matched: number): string | undefined {
  let left = matched;
  for (const { amount, at } of [...postings].sort((one, other) => byText(one.at, other.at))) {
    left -= amount;
    if (left < 0) return at;
  }
  return postings.at(-1)?.at;
}
