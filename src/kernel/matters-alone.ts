/** Which facts somebody must look at although no order claims them. */
import type { Fact } from './fact.ts';

/** Facts without an order that someone must look at: money, goods and return cases. Questions and notes are not. */
export function mattersAlone(fact: Fact): boolean {
  switch (fact.type) {
    case 'refund.recorded':
    case 'refund.pending':
    case 'refund.settled':
    case 'refund.failed':
    case 'refund.reversed':
    case 'payout.confirmed':
    case 'payout.returned':
    case 'store_credit.issued':
    case 'dispute.opened':
    case 'dispute.lost':
    case 'credit_note.drafted':
    case 'credit_note.posted':
    case 'credit_note.applied':
    case 'goods.received':
    case 'goods.inspected':
    case 'return.approved':
    case 'withdrawal.declared':
    case 'parcel.delivered':
      return true; // prettier-ignore
    case 'stock.moved':
      return fact.from === 'customer';
    case 'case.opened':
      return fact.about === 'return';
    default:
      return false;
  }
}
