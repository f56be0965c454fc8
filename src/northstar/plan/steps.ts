/** Steps of a return as the map shows them, and which fact is which step. */
import type { Fact, FactType, System } from '../../kernel/fact.ts';
import type { Feed } from '../../kernel/feeds.ts';
import type { Words } from './plan.ts';

export type Step = {
  readonly words: Words;
  /** Facts it is read from. */
  readonly types: readonly FactType[];
  /** The step it is timed from. */
  readonly after?: string;
  /** Whose silence means that nobody reports it. */
  readonly feed?: Feed;
};

export const steps = {
  'order.placed': { words: { en: 'Order placed', de: 'Bestellt' }, types: ['order.placed'] },
  'goods.shipped': { words: { en: 'Goods shipped', de: 'Ware versandt' }, types: ['goods.shipped'], after: 'order.placed', feed: 'shipments' },
  'return.requested': { words: { en: 'Return requested', de: 'Retoure angefragt' }, types: ['return.requested', 'case.opened'], feed: 'cases' },
  'withdrawal.declared': { words: { en: 'Withdrawal declared', de: 'Widerruf erklärt' }, types: ['withdrawal.declared'] },
  'return.approved': { words: { en: 'Return approved', de: 'Retoure freigegeben' }, types: ['return.approved'], after: 'return.requested', feed: 'approvals' },
  'return.rejected': { words: { en: 'Return refused', de: 'Retoure abgelehnt' }, types: ['return.rejected'], after: 'return.requested' },
  'parcel.handed_over': { words: { en: 'Parcel handed over', de: 'Paket aufgegeben' }, types: ['parcel.handed_over'], after: 'return.approved', feed: 'carrier' },
  'parcel.delivered': { words: { en: 'Parcel delivered', de: 'Paket zugestellt' }, types: ['parcel.delivered'], after: 'parcel.handed_over', feed: 'carrier' },
  'goods.received': { words: { en: 'Goods received', de: 'Ware eingetroffen' }, types: ['goods.received', 'stock.moved'], after: 'return.approved', feed: 'receipts' },
  'goods.inspected': { words: { en: 'Goods inspected', de: 'Ware geprüft' }, types: ['goods.inspected'], after: 'goods.received', feed: 'inspections' },
  'stock.moved': { words: { en: 'Back in ERP stock, or written off', de: 'Im ERP-Bestand oder ausgebucht' }, types: ['stock.moved'], after: 'goods.received', feed: 'erpStock' },
  'shop.restocked': { words: { en: 'Back in shop stock', de: 'Im Shopbestand' }, types: ['stock.moved'], after: 'stock.moved', feed: 'shopStock' },
  'refund.recorded': { words: { en: 'Refund recorded', de: 'Erstattung erfasst' }, types: ['refund.recorded'], after: 'goods.received', feed: 'shopRefunds' },
  'refund.pending': { words: { en: 'Refund under way', de: 'Erstattung unterwegs' }, types: ['refund.pending'], after: 'refund.recorded', feed: 'gateway' },
  'refund.settled': { words: { en: 'Refund settled', de: 'Erstattung ausgezahlt' }, types: ['refund.settled'], after: 'refund.recorded', feed: 'gateway' },
  'refund.failed': { words: { en: 'Refund failed', de: 'Erstattung gescheitert' }, types: ['refund.failed', 'refund.reversed'], after: 'refund.recorded' },
  'payout.confirmed': { words: { en: 'Payout confirmed', de: 'Auszahlung belegt' }, types: ['payout.confirmed'], after: 'refund.recorded', feed: 'payouts' },
  'credit_note.posted': { words: { en: 'Credit note posted', de: 'Gutschrift gebucht' }, types: ['credit_note.posted', 'credit_note.applied'], after: 'refund.recorded', feed: 'creditNotes' },
  'exchange.shipped': { words: { en: 'Replacement shipped', de: 'Ersatz versandt' }, types: ['exchange.shipped'], after: 'return.approved', feed: 'exchanges' },
  'customer.told': { words: { en: 'Customer told', de: 'Kunde informiert' }, types: ['customer.told'], after: 'refund.recorded' },
  'case.resolved': { words: { en: 'Case resolved', de: 'Fall geschlossen' }, types: ['case.resolved'], after: 'refund.recorded', feed: 'cases' },
  'case.reopened': { words: { en: 'Case reopened', de: 'Fall wieder geöffnet' }, types: ['case.reopened'], after: 'case.resolved' },
  'order.cancelled': { words: { en: 'Order cancelled', de: 'Bestellung storniert' }, types: ['order.cancelled'] },
  'refund.deleted': { words: { en: 'Refund record deleted', de: 'Erstattung gelöscht' }, types: ['refund.deleted'], after: 'refund.recorded' },
  'dispute.opened': { words: { en: 'Dispute opened', de: 'Rückbuchung eröffnet' }, types: ['dispute.opened'] },
  'goods.sent_back': { words: { en: 'Goods sent back', de: 'Ware zurückgesandt' }, types: ['goods.sent_back'], after: 'goods.received' },
} as const satisfies Record<string, Step>; // prettier-ignore

export type StepId = keyof typeof steps;
export const stepIds = Object.keys(steps) as StepId[];

/** What a person reads for a step; a step that is none of ours keeps its name. */
export const stepWords = (step: string): Words =>
  (steps as Readonly<Record<string, Step>>)[step]?.words ?? { en: step, de: step };

const putAway: ReadonlySet<string> = new Set(['saleable', 'scrap', 'vendor']);

/** Steps that one fact is; a receipt straight into stock is two. What only informs is none. */
export function stepsOfFact(fact: Fact): readonly StepId[] {
  switch (fact.type) {
    case 'stock.moved':
      if (fact.system === 'shop') return ['shop.restocked'];
      return [
        ...(fact.from === 'customer' ? (['goods.received'] as const) : []),
        ...(putAway.has(fact.to) && !putAway.has(fact.from) ? (['stock.moved'] as const) : []),
      ];
    case 'return.approved':
      return fact.announces === true ? [] : ['return.approved'];
    case 'case.opened':
      return fact.about === 'return' ? ['return.requested'] : [];
    case 'case.resolved':
    case 'case.reopened':
      return fact.about === 'return' ? [fact.type] : [];
    case 'customer.told':
      return fact.what === 'refunded' || fact.what === 'rejected' ? ['customer.told'] : [];
    case 'refund.reversed':
      return ['refund.failed'];
    case 'credit_note.applied':
      return ['credit_note.posted'];
    default:
      return fact.type in steps ? [fact.type as StepId] : [];
  }
}

/**
 * Facts without what only repeats another. A refund at a gateway is told by its record, which carries the time at which
 * it was made whatever its state is now, and by an event of each change: of one state the first event counts, and the
 * record where no event tells.
 */
export function withoutRepeats(facts: readonly Fact[]): readonly Fact[] {
  const times = new Map<string, Map<string, Fact[]>>();
  for (const fact of facts) {
    const { type, connection, at } = fact;
    if (!isGatewayRefund(fact)) continue;
    const refund = `${connection}/${fact.reference}`;
    const states = times.get(refund) ?? new Map<string, Fact[]>();
    times.set(refund, states);
    const same = states.get(type) ?? [];
    states.set(type, same);
    // Facts come in order of time.
    if (same.at(-1)?.at !== at) same.push(fact);
  }
  const kept = new Set<Fact>();
  for (const states of times.values()) {
    const madeAt = [...states.values()].map(([first]) => first!.at).sort()[0]!;
    for (const same of states.values()) kept.add(same.find(({ at }) => at > madeAt) ?? same[0]!);
  }
  return facts.filter((fact) => !isGatewayRefund(fact) || kept.has(fact));
}

type GatewayRefundFact = Extract<
  Fact,
  { type: 'refund.pending' | 'refund.settled' | 'refund.failed' | 'refund.reversed' }
>;

const isGatewayRefund = (fact: Fact): fact is GatewayRefundFact =>
  fact.type === 'refund.pending' || fact.type === 'refund.settled' || fact.type === 'refund.failed' || fact.type === 'refund.reversed'; // prettier-ignore

/** Of several systems that report one step of one order, the one whose events are drawn. */
export const stepBook: readonly System[] = ['wms', 'erp', 'desk', 'crm', 'carrier', 'psp', 'bank', 'shop'];
