/** What the two sides of each control are called, which facts they are, and by what key they are matched. */
import type { ControlId } from '../../kernel/controls.ts';
import type { Fact, FactType } from '../../kernel/fact.ts';
import type { Words } from './plan.ts';
import { stepsOfFact, stepWords, type StepId } from './steps.ts';

type Side = {
  readonly event: Words;
  readonly steps: readonly StepId[];
  /** Facts that are no step of the return. */
  readonly types?: readonly FactType[];
};
export type ControlSides = { readonly left: Side; readonly right: Side; readonly key: Words };

const step = (id: StepId, ...others: StepId[]): Side => ({ event: stepWords(id), steps: [id, ...others] });
const side = (en: string, de: string, ...ids: StepId[]): Side => ({ event: { en, de }, steps: ids });

const keys = {
  units: { en: 'units, by order line and return number', de: 'Stück, je Position und Retourennummer' },
  parcel: { en: 'parcel', de: 'Paket' },
  money: { en: 'money, by order', de: 'Geld, je Bestellung' },
  refund: { en: 'money, by refund reference', de: 'Geld, je Erstattung' },
  case: { en: 'return case', de: 'Retourenfall' },
  sku: { en: 'item', de: 'Artikel' },
  object: { en: 'record', de: 'Beleg' },
} as const satisfies Record<string, Words>;

const graded = (en: string, de: string): Side => side(en, de, 'goods.inspected');
const restored = step('stock.moved');
const paid = side('Refund or store credit', 'Erstattung oder Guthaben', 'refund.recorded');

export const controlSides: Readonly<Record<ControlId, ControlSides>> = {
  'authorized-received': { left: step('return.approved', 'withdrawal.declared'), right: step('goods.received'), key: keys.units },
  'delivered-received': { left: step('parcel.delivered'), right: step('goods.received'), key: keys.parcel },
  'received-inspected': { left: step('goods.received'), right: side('Inspected or put away', 'Geprüft oder eingelagert', 'goods.inspected', 'stock.moved'), key: keys.units },
  'inspected-restored': { left: graded('Graded as sellable', 'Als verkäuflich bewertet'), right: restored, key: keys.units },
  'inspected-written-off': { left: graded('Graded as not sellable', 'Als unverkäuflich bewertet'), right: side('Written off in the ERP', 'Im ERP ausgebucht', 'stock.moved'), key: keys.units },
  'quarantine-released': { left: side('On hold', 'In Quarantäne', 'goods.received'), right: side('Final disposition', 'Endgültiger Verbleib', 'stock.moved', 'goods.inspected'), key: keys.units },
  'sent-back': { left: graded('Graded as going back', 'Zur Rücksendung bewertet'), right: step('goods.sent_back'), key: keys.units },
  'back-restored': { left: side('Goods are back, by any evidence', 'Ware ist zurück, nach irgendeinem Beleg', 'goods.received', 'refund.recorded'), right: restored, key: keys.units },
  'refunded-received': { left: step('refund.recorded'), right: step('goods.received'), key: keys.units },
  'erp-shop-stock': { left: side('Back in sellable ERP stock', 'Im verkäuflichen ERP-Bestand', 'stock.moved'), right: step('shop.restocked'), key: keys.units },
  'entitled-refunded': { left: side('What the customer is owed, from the count', 'Anspruch des Kunden, ab Zählung', 'goods.received', 'return.approved'), right: paid, key: keys.money },
  'withdrawal-refunded': { left: step('withdrawal.declared'), right: side('Refund paid', 'Erstattung gezahlt', 'refund.settled', 'payout.confirmed'), key: keys.money },
  'refund-settled': { left: step('refund.recorded'), right: step('refund.settled'), key: keys.refund },
  'refund-paid-out': { left: side('Refund recorded by hand', 'Erstattung von Hand erfasst', 'refund.recorded'), right: step('payout.confirmed'), key: keys.refund },
  'refund-credited': { left: step('refund.recorded'), right: step('credit_note.posted'), key: keys.money },
  'exchange-shipped': { left: { ...side('Exchange agreed', 'Umtausch vereinbart'), types: ['exchange.agreed'] }, right: step('exchange.shipped'), key: keys.units },
  'exchange-difference': { left: { ...side('Price difference owed', 'Preisunterschied geschuldet'), types: ['exchange.agreed'] }, right: side('Captured or refunded', 'Eingezogen oder erstattet', 'refund.recorded'), key: keys.money },
  'refund-cap': { left: side('All money out', 'Alles, was hinausging', 'refund.recorded', 'refund.settled', 'dispute.opened'), right: { ...side('Captured money', 'Eingezogenes Geld'), types: ['payment.captured'] }, key: keys.money },
  'unit-cap': { left: side('Units refunded, received, restored', 'Erstattete, eingetroffene, eingelagerte Stücke', 'refund.recorded', 'goods.received', 'stock.moved', 'shop.restocked'), right: side('Units bought, shipped, received', 'Gekaufte, versandte, eingetroffene Stücke', 'order.placed', 'goods.shipped'), key: keys.units },
  'component-cap': { left: side('Parts of the refund', 'Teile der Erstattung', 'refund.recorded'), right: side('What was charged', 'Was berechnet wurde', 'order.placed'), key: keys.money },
  'entitlement-cap': { left: side('Refunds by purpose', 'Erstattungen nach Zweck', 'refund.recorded', 'refund.settled'), right: side('What the customer is owed', 'Anspruch des Kunden', 'goods.received', 'order.placed'), key: keys.money },
  'resolved-closed': { left: step('case.resolved'), right: side('Goods, money and books settled', 'Ware, Geld und Bücher erledigt', 'stock.moved', 'refund.settled', 'credit_note.posted'), key: keys.case },
  'closed-told': { left: side('Everything settled', 'Alles erledigt', 'refund.settled', 'stock.moved'), right: side('Customer told, case resolved', 'Kunde informiert, Fall zu', 'customer.told', 'case.resolved'), key: keys.case },
  'promise-kept': { left: { ...side('Promise made', 'Zusage gegeben'), types: ['promise.made'] }, right: side('The promised event', 'Das zugesagte Ereignis', 'refund.settled', 'exchange.shipped'), key: keys.case },
  'stock-parity': { left: side('ERP available stock', 'Verfügbarer ERP-Bestand'), right: side('Shop stock', 'Shopbestand'), key: keys.sku },
  'reports-differ': { left: side('What a second system counts', 'Was ein zweites System zählt', 'goods.received'), right: side('What the counting system says', 'Was das zählende System sagt', 'goods.received'), key: keys.units },
  'links-resolved': { left: side('Any record', 'Jeder Beleg'), right: side('Its order', 'Seine Bestellung', 'order.placed'), key: keys.object },
  'status-mapped': { left: side('Status word', 'Statuswort'), right: side('Its meaning', 'Seine Bedeutung'), key: keys.object },
}; // prettier-ignore

/** Connections that are seen to report each step and each type of fact, over all returns. */
export function reportersOf(
  facts: Iterable<readonly Fact[]>,
): ReadonlyMap<StepId | FactType, ReadonlySet<string>> {
  const reporters = new Map<StepId | FactType, Set<string>>();
  for (const ofOrder of facts) {
    for (const fact of ofOrder) {
      for (const id of new Set<StepId | FactType>([fact.type, ...stepsOfFact(fact)])) {
        let names = reporters.get(id);
        if (names === undefined) reporters.set(id, (names = new Set()));
        names.add(fact.connection);
      }
    }
  }
  return reporters;
}
