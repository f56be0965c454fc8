/** Left and right events of a control in one order, paired first in, first out. */
import type { ControlId } from '../../kernel/controls.ts';
import type { Fact } from '../../kernel/fact.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import { valueOn, type Policy } from '../../kernel/policy.ts';
import { approvedBook, receivedBook, type Item, type Positions } from '../../kernel/positions.ts';
import type { Pair } from './spread.ts';

type Amount = { readonly at: string; readonly units: number };

const byTime = (left: Amount, right: Amount): number =>
  left.at < right.at ? -1 : left.at > right.at ? 1 : 0;

/** Each left amount with the time at which the right side had covered it, but for `tolerance`. */
export function pairUp(left: readonly Amount[], right: readonly Amount[], tolerance = 0): Pair[] {
  const arrivals = right.filter(({ units }) => units > 0).sort(byTime);
  let [next, covered, wanted] = [0, 0, 0];
  let at: string | undefined;
  return left
    .filter(({ units }) => units > 0)
    .sort(byTime)
    .map((amount) => {
      wanted += amount.units;
      while (covered < wanted - tolerance && next < arrivals.length) {
        covered += arrivals[next]!.units;
        at = arrivals[next++]!.at;
      }
      return { leftAt: amount.at, rightAt: covered >= wanted - tolerance ? at : undefined };
    });
}

/** Pairs of a clearing control or gate in one order; none where it measures no time. */
export function pairsOf(control: ControlId, state: OrderState, policy: Policy): Pair[] {
  const { positions } = state;
  const items = [...positions.items.values()].filter((item) => item.onOrder && item.kind === 'goods');
  const perItem = (pair: (item: Item) => Pair[]): Pair[] => items.flatMap(pair);
  switch (control) {
    case 'authorized-received': {
      const named = perItem((item) => pairUp(approvedBook(item, policy), receivedBook(item, policy)));
      return named.length > 0 ? named : firstOf(positions.approvals, receipts(items, policy));
    }
    case 'delivered-received':
      return firstOf(
        positions.parcels.filter(({ type }) => type === 'parcel.delivered'),
        receipts(items, policy),
      );
    case 'received-inspected':
      return perItem((item) => pairUp(receivedBook(item, policy), inspected(item)));
    case 'inspected-restored':
      return perItem((item) => pairUp(item.graded.get('restock') ?? [], item.into.saleable));
    case 'inspected-written-off':
      return perItem((item) => pairUp(gradedAs(item, ['scrap', 'recycle', 'donate']), item.into.scrap));
    case 'quarantine-released':
      return perItem((item) => pairUp(item.into.hold, [...movedOn(item), ...gradedFinally(item)]));
    case 'sent-back':
      return perItem((item) =>
        pairUp(gradedAs(item, ['return_to_customer', 'return_to_vendor']), item.sentBack),
      );
    case 'back-restored': {
      const byRefund = paysAfterReceipt(state, policy);
      return perItem((item) => {
        const received = receivedBook(item, policy);
        const left = received.length > 0 || !byRefund ? received : item.refunded;
        return pairUp(left, [...placed(item), ...gradedFinally(item)]);
      });
    }
    case 'refunded-received':
      // Where money follows the goods, goods that are missing stand under `back-restored`.
      return paysAfterReceipt(state, policy)
        ? []
        : perItem((item) => pairUp(item.refunded, receivedBook(item, policy)));
    case 'erp-shop-stock':
      return perItem((item) => pairUp(item.into.saleable, [...item.shopRestored, ...item.shopCancelled]));
    case 'entitled-refunded':
      return perItem((item) => pairUp(receivedBook(item, policy), item.refunded));
    case 'withdrawal-refunded':
      return firstOf(positions.withdrawals, settled(positions));
    case 'refund-settled':
      return pairUp(refunds(positions, false), settled(positions));
    case 'refund-paid-out':
      return pairUp(
        refunds(positions, true),
        positions.payouts.map(({ at, money }) => ({ at, units: money.minor })),
      );
    case 'refund-credited': {
      const all = [...refunds(positions, false), ...refunds(positions, true)];
      const posted = [...positions.credits.values()]
        .filter((note) => note.state === 'posted' || note.state === 'applied')
        .map(({ at, minor }) => ({ at, units: minor }));
      const lines = positions.refunds.reduce((sum, refund) => sum + refund.lines.length, 1);
      return pairUp(all, posted, valueOn(policy.booksTolerance, state.placedAt ?? '') ?? lines);
    }
    case 'exchange-shipped':
      return perItem((item) => pairUp(item.exchanged, item.replaced));
    case 'closed-told':
      return refunds(positions, false).length > 0 && positions.cases.size > 0
        ? firstOf(
            positions.refunds.map(({ fact }) => fact),
            positions.told.filter(({ what }) => what === 'refunded'),
          )
        : [];
    default:
      return [];
  }
}

const paysAfterReceipt = (state: OrderState, policy: Policy): boolean =>
  valueOn(policy.payAfter, state.placedAt ?? '') === 'receipt';

/** The first left event, matched by the first right one that is not before it. */
function firstOf(
  left: readonly { readonly at: string }[],
  right: readonly { readonly at: string }[],
): Pair[] {
  const first = earliest(left);
  if (first === undefined) return [];
  return [{ leftAt: first, rightAt: earliest(right.filter(({ at }) => at >= first)) ?? earliest(right) }];
}

const earliest = (events: readonly { readonly at: string }[]): string | undefined =>
  events.reduce<string | undefined>(
    (first, { at }) => (first === undefined || at < first ? at : first),
    undefined,
  );

const receipts = (items: readonly Item[], policy: Policy): Amount[] =>
  items.flatMap((item) => receivedBook(item, policy)).filter(({ units }) => units > 0);

const inside: ReadonlySet<string> = new Set(['saleable', 'scrap', 'vendor']);
const cameFromOutside = (fact: Fact): boolean => fact.type === 'stock.moved' && !inside.has(fact.from);

/** Moves to where goods stay, but not between such places. */
const placed = (item: Item): Amount[] =>
  [...item.into.saleable, ...item.into.scrap, ...item.into.vendor].filter(({ fact }) =>
    cameFromOutside(fact),
  );

const movedOn = (item: Item): Amount[] =>
  placed(item).filter((posting) => {
    const { fact } = posting as Amount & { readonly fact: Fact };
    return fact.type === 'stock.moved' && fact.from === 'hold';
  });

const gradedAs = (item: Item, dispositions: readonly string[]): Amount[] =>
  [...item.graded].flatMap(([disposition, postings]) => (dispositions.includes(disposition) ? postings : []));

const gradedFinally = (item: Item): Amount[] =>
  gradedAs(item, ['scrap', 'recycle', 'donate', 'missing', 'keep']);

function inspected(item: Item): Amount[] {
  const byGrade = [...item.graded.values()].flat();
  return byGrade.length > 0 ? byGrade : [...placed(item), ...item.into.hold];
}

const refunds = (positions: Positions, byHand: boolean): Amount[] =>
  positions.refunds
    .filter(({ excluded, fact }) => excluded === undefined && (fact.payment === 'manual') === byHand)
    .map(({ fact, minor }) => ({ at: fact.at, units: minor }));

const settled = (positions: Positions): Amount[] =>
  [...positions.gateway.values()]
    .filter(({ state }) => state === 'settled')
    .map(({ at, minor }) => ({ at, units: minor }));

/** Did the control have anything to say about the order? */
export function speaksAbout(control: ControlId, state: OrderState, policy: Policy): boolean {
  if (state.problems.some((problem) => problem.control === control)) return true;
  const { positions } = state;
  switch (control) {
    case 'refund-cap':
    case 'component-cap':
    case 'entitlement-cap':
      return positions.refunds.length > 0 || positions.gateway.size > 0;
    case 'unit-cap':
      return state.units.some(
        (item) => item.received + item.refunded + item.restored + item.restoredInShop > 0,
      );
    case 'resolved-closed':
      return [...positions.cases.values()].some(
        (one) => one.about === 'return' && one.resolvedAt !== undefined,
      );
    case 'closed-told':
      return (
        [...positions.cases.values()].some((one) => one.about === 'return') && state.watched.includes(control)
      );
    case 'promise-kept':
      return positions.promises.length > 0;
    case 'exchange-difference':
      return positions.agreed.some(({ difference }) => difference !== undefined);
    case 'reports-differ':
      return [...positions.items.values()].some((item) => item.received.size > 1);
    default:
      return state.watched.includes(control) && pairsOf(control, state, policy).length > 0;
  }
}
