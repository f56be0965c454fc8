/**
 * The control matrix: what one system reports must be matched by what another reports. Data, used three times:
 * enforced by the fold, shown in the console, proposed by the 30-day plan. Every number is a default that policy
 * may replace from a date on.
 */
import type { Feed } from './feeds.ts';

export type Team = 'support' | 'ops' | 'finance';
export type ControlKind = 'clearing' | 'limit' | 'gate' | 'level' | 'watch';

export type Control = {
  /** What people see. */
  readonly title: { readonly en: string; readonly de: string };
  readonly kind: ControlKind;
  readonly left: string;
  readonly right: string;
  /** Default term; undefined: a limit, broken at once, or a date the fact itself carries. */
  readonly due?: string;
  readonly owner: Team;
  /** What must be fed for this control to speak. */
  readonly needs: readonly Feed[];
};

export const controls = {
  'authorized-received': {
    title: { en: 'Approved, received', de: 'Freigegeben, eingetroffen' },
    kind: 'clearing', left: 'units approved or withdrawn, less cancelled, expired, kept, lost',
    right: 'units received', due: '21cd', owner: 'support', needs: ['approvals', 'receipts'],
  },
  'delivered-received': {
    title: { en: 'Delivered, received', de: 'Zugestellt, eingetroffen' },
    kind: 'clearing', left: 'return parcel delivered', right: 'units received', due: '2bd', owner: 'ops',
    needs: ['carrier', 'receipts'],
  },
  'received-inspected': {
    title: { en: 'Received, inspected', de: 'Eingetroffen, geprüft' },
    kind: 'clearing', left: 'units received', right: 'units inspected or put away', due: '2bd', owner: 'ops',
    needs: ['receipts', 'grades'],
  },
  'inspected-restored': {
    title: { en: 'Inspected, back in stock', de: 'Geprüft, im Bestand' },
    kind: 'clearing', left: 'units graded as restock', right: 'ERP net units in saleable stock', due: '1bd',
    owner: 'ops', needs: ['inspections', 'erpStock'],
  },
  'inspected-written-off': {
    title: { en: 'Damaged, written off', de: 'Beschädigt, ausgebucht' },
    kind: 'clearing', left: 'units graded as not saleable', right: 'ERP net units in scrap', due: '5bd',
    owner: 'ops', needs: ['inspections', 'erpStock'],
  },
  'quarantine-released': {
    title: { en: 'On hold, decided', de: 'Quarantäne, entschieden' },
    kind: 'clearing', left: 'units on hold', right: 'a final disposition', due: '10bd', owner: 'ops',
    needs: ['receipts'],
  },
  'sent-back': {
    title: { en: 'Sent back', de: 'Zurückgesandt' },
    kind: 'clearing', left: 'units graded as going back to customer or vendor', right: 'units sent back',
    due: '5bd', owner: 'ops', needs: ['inspections'],
  },
  'back-restored': {
    title: { en: 'Goods back, in ERP stock', de: 'Ware zurück, im ERP-Bestand' },
    kind: 'clearing', left: 'goods are back by any evidence',
    right: 'ERP net units in saleable stock, or another final disposition', due: '3bd', owner: 'ops',
    needs: ['receipts', 'erpStock'],
  },
  'refunded-received': {
    title: { en: 'Refunded first, goods received', de: 'Zuerst erstattet, eingetroffen' },
    kind: 'clearing', left: 'shipped units refunded, credited or replaced before receipt', right: 'units received',
    due: '14cd', owner: 'support', needs: ['shopRefunds', 'receipts'],
  },
  'erp-shop-stock': {
    title: { en: 'ERP stock, shop stock', de: 'ERP-Bestand, Shopbestand' },
    kind: 'clearing', left: 'ERP net units in saleable stock', right: 'units restored in the shop', due: '1h',
    owner: 'ops', needs: ['erpStock', 'shopStock'],
  },
  'entitled-refunded': {
    title: { en: 'Owed, refunded', de: 'Geschuldet, erstattet' },
    kind: 'clearing', left: 'what the customer is owed', right: 'refund, store credit or exchange value',
    due: '5bd', owner: 'support', needs: ['shopRefunds'],
  },
  'withdrawal-refunded': {
    title: { en: 'Withdrawn, paid in time', de: 'Widerrufen, fristgerecht gezahlt' },
    kind: 'clearing', left: 'withdrawal declared by a consumer', right: 'refund paid', due: '14cd',
    owner: 'finance', needs: ['shopRefunds'],
  },
  'refund-settled': {
    title: { en: 'Refunded, settled at the gateway', de: 'Erstattet, beim Anbieter ausgezahlt' },
    kind: 'clearing', left: 'refund recorded', right: 'refund settled at the gateway', due: '3bd',
    owner: 'finance', needs: ['gateway'],
  },
  'refund-paid-out': {
    title: { en: 'Refunded by hand, paid out', de: 'Von Hand erstattet, ausgezahlt' },
    kind: 'clearing', left: 'refund recorded without a watched gateway', right: 'evidence of the payout',
    due: '3bd', owner: 'finance', needs: ['payouts'],
  },
  'refund-credited': {
    title: { en: 'Refunded, credit note posted', de: 'Erstattet, Gutschrift gebucht' },
    kind: 'clearing', left: 'refund recorded', right: 'credit note posted', due: '2bd', owner: 'finance',
    needs: ['creditNotes'],
  },
  'exchange-shipped': {
    title: { en: 'Exchange agreed, shipped', de: 'Umtausch vereinbart, versandt' },
    kind: 'clearing', left: 'exchange agreed', right: 'replacement shipped', due: '2bd', owner: 'ops',
    needs: ['exchanges'],
  },
  'exchange-difference': {
    title: { en: 'Exchange difference settled', de: 'Umtauschdifferenz ausgeglichen' },
    kind: 'clearing', left: 'price difference owed either way', right: 'captured or refunded', due: '3bd',
    owner: 'finance', needs: ['exchanges'],
  },
  'refund-cap': {
    title: { en: 'Not more out than in', de: 'Nicht mehr raus als rein' },
    kind: 'limit', left: 'refunds, lost disputes and store credit', right: 'captured money', owner: 'finance',
    needs: [],
  },
  'unit-cap': {
    title: { en: 'Not more units than there were', de: 'Nicht mehr Stück als vorhanden' },
    kind: 'limit', left: 'units refunded, received, restored', right: 'units bought, shipped, received',
    owner: 'ops', needs: [],
  },
  'component-cap': {
    title: { en: 'Refund parts within what was charged', de: 'Erstattungsteile im Rahmen des Bezahlten' },
    kind: 'limit', left: 'refunded shipping, fee, tax or line amount', right: 'charged', owner: 'finance',
    needs: [],
  },
  'entitlement-cap': {
    title: { en: 'Not more than owed', de: 'Nicht mehr als geschuldet' },
    kind: 'limit', left: 'refunds by purpose', right: 'entitlement by purpose', owner: 'finance', needs: [],
  },
  'resolved-closed': {
    title: { en: 'Case closed only when all is settled', de: 'Fall erst zu, wenn alles erledigt ist' },
    kind: 'gate', left: 'case resolved, or a system says done', right: 'every watched account settled',
    owner: 'support', needs: ['cases'],
  },
  'closed-told': {
    title: { en: 'Settled, customer told, case closed', de: 'Erledigt, Kunde informiert, Fall zu' },
    kind: 'gate', left: 'order settled and a case exists', right: 'customer told and case resolved', due: '1bd',
    owner: 'support', needs: ['cases'],
  },
  'promise-kept': {
    title: { en: 'Promises kept', de: 'Zusagen gehalten' },
    kind: 'gate', left: 'promise made', right: 'the promised event', owner: 'support', needs: ['cases'],
  },
  'stock-parity': {
    title: { en: 'Shop and ERP stock agree', de: 'Shop- und ERP-Bestand gleich' },
    kind: 'level', left: 'ERP available', right: 'shop stock', owner: 'ops', needs: ['erpStock', 'shopStock'],
  },
  'reports-differ': {
    title: { en: 'Reports agree', de: 'Meldungen stimmen überein' },
    kind: 'level', left: 'witness', right: 'book', due: '2bd', owner: 'ops', needs: ['receipts'],
  },
  'links-resolved': { title: { en: 'Every record has its order', de: 'Jeder Beleg hat seine Bestellung' },
    kind: 'watch', left: 'object', right: 'its order', owner: 'ops', needs: [] },
  'status-mapped': { title: { en: 'Every status word is known', de: 'Jeder Status ist bekannt' },
    kind: 'watch', left: 'status word', right: 'its meaning', owner: 'ops', needs: [] },
} as const satisfies Record<string, Control>; // prettier-ignore

export type ControlId = keyof typeof controls;
export const controlIds = Object.keys(controls) as ControlId[];
