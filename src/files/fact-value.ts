/** What the fields of facts look like in a mapping, and which ones each type cannot be without. */
import type { FactType } from '../kernel/fact.ts';

/**
 * How the text of a field is read. Money has an amount and a currency of its own (`money.amount`, `money.currency`);
 * what a file lacks is the currency of the mapping. Signs are dropped: the type of the fact says the direction.
 */
export type ValueKind =
  'text' | 'word' | 'instant' | 'date' | 'units' | 'amount' | 'signedAmount' | 'currency' | 'flag';

/** Fields a mapping may fill, with how each is read. `text` is free text by which the matcher may find the order. */
export const valueKinds: Readonly<Record<string, ValueKind>> = {
  at: 'instant', order: 'text', orderId: 'text', id: 'text', connection: 'text', object: 'text', rma: 'text',
  text: 'text', sku: 'text', quantity: 'units', line: 'text', serial: 'text',
  'money.amount': 'amount', 'money.currency': 'currency', currency: 'currency',
  tax: 'amount', total: 'amount', 'shipping.gross': 'amount', 'shipping.tax': 'amount',
  'fees.gross': 'signedAmount', 'fees.tax': 'signedAmount', 'difference.amount': 'signedAmount',
  tender: 'word', reference: 'text', refund: 'text', charge: 'text', failure: 'text', document: 'text',
  dispute: 'text', case: 'text', about: 'word', what: 'word', by: 'text', until: 'date', promised: 'word',
  claim: 'word', reason: 'text', purpose: 'word', payment: 'word', customer: 'word', channel: 'word',
  language: 'text', replaces: 'text', tracking: 'text', toOrigin: 'flag', keep: 'flag', announces: 'flag',
  linked: 'flag', wholeOrder: 'flag', unannounced: 'flag', documentCancelled: 'flag', from: 'word', to: 'word',
  cause: 'word', editedAt: 'instant', disposition: 'word', condition: 'word', newSku: 'text', newOrder: 'text',
  control: 'text', key: 'text', units: 'units', subject: 'text',
}; // prettier-ignore

const units = ['sku', 'quantity'];
const money = ['money', 'reference'];
const creditNote = ['money', 'tax', 'document'];
const dispute = ['money', 'dispute'];
const payment = ['money', 'tender'];
const aboutCase = ['case', 'about'];

/** Fields without which a fact of this type says nothing (beside `at`). */
export const requiredFields: Readonly<Record<FactType, readonly string[]>> = {
  'order.placed': ['lines'], 'order.changed': ['text'], 'order.cancelled': [], 'order.deleted': [],
  'payment.authorized': payment, 'payment.captured': payment, 'payment.voided': payment,
  'goods.shipped': units, 'return.requested': [], 'withdrawal.declared': [], 'return.approved': [],
  'return.rejected': [], 'return.cancelled': [], 'return.expired': [],
  'return.waiting': [...units, 'document', 'linked'], 'dispatch.proved': [],
  'parcel.handed_over': ['tracking'], 'parcel.delivered': ['tracking'], 'parcel.lost': ['tracking'],
  'goods.received': units, 'goods.inspected': [...units, 'disposition'], 'stock.moved': [...units, 'from', 'to'],
  'goods.sent_back': [...units, 'to'], 'refund.recorded': ['money', 'refund', 'payment'],
  'refund.agreed': ['money', 'agreement', 'purpose', 'pay', 'by'], 'refund.approved': ['agreement', 'by'],
  'refund.revoked': ['agreement', 'by'],
  'refund.pending': money, 'refund.settled': money, 'refund.failed': money, 'refund.reversed': money,
  'refund.deleted': ['refund'], 'payout.confirmed': money, 'payout.returned': money,
  'store_credit.issued': money, 'store_credit.spent': money,
  'credit_note.drafted': creditNote, 'credit_note.posted': creditNote, 'credit_note.applied': creditNote,
  'credit_note.cancelled': creditNote, 'exchange.agreed': units, 'exchange.shipped': units,
  'dispute.opened': dispute, 'dispute.won': dispute, 'dispute.lost': dispute,
  'case.opened': aboutCase, 'case.resolved': aboutCase, 'case.reopened': aboutCase, 'customer.told': ['what'],
  'promise.made': ['by', 'until', 'promised'], 'status.claimed': ['claim'],
  'difference.accepted': ['control', 'key', 'reason', 'by'], 'fact.asserted': ['by', 'text'],
  'match.confirmed': ['subject', 'by'], 'change.seen': ['text'],
}; // prettier-ignore

/** Words for yes and no, English and German. */
export const flagWords: Readonly<Record<string, boolean>> = {
  true: true, yes: true, y: true, '1': true, x: true, ja: true, wahr: true,
  false: false, no: false, n: false, '0': false, '': false, nein: false, falsch: false,
}; // prettier-ignore
