/**
 * What causes a problem: the setting or the habit, what it takes to change it, and who decides. Written from what
 * the recordings of the systems show and from public threads; where the setting is one of a certain product, the
 * text for that product is used when its connection reported the objects.
 */
import type { ProblemCode } from '../../kernel/codes.ts';
import type { DriftCategory } from '../drift.ts';
import type { Effort, Words } from './plan.ts';

export type Cause = {
  /** What to change, as an order. */
  readonly action: Words;
  /** The setting or habit behind it. */
  readonly because: Words;
  /** The same, by connector, where the setting has a name there. */
  readonly settings?: Readonly<Record<string, Words>>;
  readonly effort: Effort;
  readonly decides: 'support' | 'ops' | 'finance';
};

export const causes = {
  'put-away': {
    action: { en: 'Make "received" end on the shelf: every return is put away on the day it is counted.', de: '„Eingetroffen“ endet im Regal: jede Retoure wird am Tag der Zählung eingelagert.' },
    because: { en: 'Habit: the parcel is booked in and left there; the second step, into stock, is nobody\'s.', de: 'Gewohnheit: Das Paket wird vereinnahmt und bleibt liegen; der zweite Schritt, ins Lager, gehört niemandem.' },
    settings: {
      tryton: { en: 'Tryton: the return shipment is left in state "received"; only "done" runs the move from the input zone into storage.', de: 'Tryton: Der Rücklieferschein bleibt im Status „Erhalten“; erst „Erledigt“ bucht aus der Wareneingangszone ins Lager.' },
      odoo: { en: 'Odoo: the return operation type receives into an inspection location; the internal transfer from there into stock is not made, or the backorder of a partial return is left open.', de: 'Odoo: Die Rückgabe-Vorgangsart bucht auf einen Prüfplatz; der interne Transfer von dort ins Lager fehlt, oder der Rückstand einer Teilretoure bleibt offen.' },
    },
    effort: 'M', decides: 'ops',
  },
  'restock-box': {
    action: { en: 'Tick the restock box of a refund only for units that were counted and are sellable, and always for those.', de: 'Das Häkchen „Artikel wieder einlagern“ nur für gezählte, verkäufliche Stücke setzen, für diese immer.' },
    because: { en: 'Habit: whoever refunds decides about stock without having seen the goods.', de: 'Gewohnheit: Wer erstattet, entscheidet über den Bestand, ohne die Ware gesehen zu haben.' },
    settings: {
      woocommerce: { en: 'WooCommerce: "Restock refunded items" is ticked by default in the refund box, whatever became of the goods; cancelling an order restocks all of it, shipped or not.', de: 'WooCommerce: „Erstattete Artikel wieder einlagern“ ist beim Erstatten vorgewählt, was immer aus der Ware wurde; Stornieren lagert alles ein, auch Versandtes.' },
    },
    effort: 'S', decides: 'ops',
  },
  'gateway-answer': {
    action: { en: 'Call a refund done only when the gateway says it has settled; read its answer back into the shop.', de: 'Eine Erstattung gilt erst als erledigt, wenn der Zahlungsanbieter sie ausgezahlt hat; seine Antwort zurück in den Shop lesen.' },
    because: { en: 'Setting: the shop marks a refund as paid when it asks for it; failures and delays at the gateway do not come back.', de: 'Einstellung: Der Shop nennt eine Erstattung bezahlt, sobald er sie anfordert; Fehlschläge und Wartezeiten des Anbieters kommen nicht zurück.' },
    settings: {
      stripe: { en: 'Stripe: the webhook events charge.refund.updated and refund.failed are not subscribed, so a pending or failed refund stays "refunded" in the shop.', de: 'Stripe: Die Webhooks charge.refund.updated und refund.failed sind nicht abonniert; eine hängende oder gescheiterte Erstattung bleibt im Shop „erstattet“.' },
    },
    effort: 'M', decides: 'finance',
  },
  'two-hands': {
    action: { en: 'Let refunds be made in one place only: the shop. Take the right to refund in the gateway\'s dashboard from all but one person.', de: 'Erstattet wird nur an einer Stelle: im Shop. Das Recht, im Portal des Anbieters zu erstatten, behält eine Person.' },
    because: { en: 'Habit: some refund in the shop, others in the gateway\'s dashboard, and neither sees the other.', de: 'Gewohnheit: Die einen erstatten im Shop, die anderen im Portal des Anbieters, und keiner sieht den anderen.' },
    settings: {
      stripe: { en: 'Stripe: the dashboard role of support may create refunds; those carry no reference to the shop\'s refund.', de: 'Stripe: Die Portalrolle des Supports darf Erstattungen anlegen; diese tragen keinen Bezug zur Erstattung im Shop.' },
    },
    effort: 'S', decides: 'finance',
  },
  'credit-note': {
    action: { en: 'Post one credit note per refund, on the day of the refund, made from the return document.', de: 'Je Erstattung eine Gutschrift buchen, am Tag der Erstattung, aus dem Retourenbeleg heraus.' },
    because: { en: 'Setting: the credit note is made by hand, or made as a draft that nobody posts.', de: 'Einstellung: Die Gutschrift entsteht von Hand, oder als Entwurf, den niemand bucht.' },
    settings: {
      tryton: { en: 'Tryton: the return sale has invoice method "manual", so no credit note comes by itself; where it does, it stays a draft until somebody posts it.', de: 'Tryton: Der Rückgabeauftrag steht auf Rechnungsmethode „Manuell“, also entsteht keine Gutschrift; wo doch, bleibt sie Entwurf, bis jemand bucht.' },
      odoo: { en: 'Odoo: credit notes are made from the invoice and from the sale, and stay drafts until somebody confirms them.', de: 'Odoo: Gutschriften entstehen aus der Rechnung und aus dem Auftrag und bleiben Entwurf, bis jemand bestätigt.' },
    },
    effort: 'M', decides: 'finance',
  },
  'count-first': {
    action: { en: 'Refund what was counted, not what was asked for: the count is shown where the refund is typed.', de: 'Erstatten, was gezählt wurde, nicht, was angekündigt war: Die Zählung steht dort, wo erstattet wird.' },
    because: { en: 'Habit: the refund is typed from the request or the ticket, before or without a look at the receipt.', de: 'Gewohnheit: Erstattet wird nach Anfrage oder Ticket, vor oder ohne Blick auf den Wareneingang.' },
    effort: 'S', decides: 'support',
  },
  'typed-amounts': {
    action: { en: 'Refund by lines, never by typing an amount or setting the status; amounts without lines only for goodwill.', de: 'Nach Positionen erstatten, nie durch getippten Betrag oder Status; Beträge ohne Positionen nur aus Kulanz.' },
    because: { en: 'Habit: amount and quantity of a refund are typed by hand.', de: 'Gewohnheit: Betrag und Menge einer Erstattung werden von Hand getippt.' },
    settings: {
      woocommerce: { en: 'WooCommerce: setting an order to "refunded" by hand makes a refund without lines and moves no stock; the refund box accepts any amount and quantity.', de: 'WooCommerce: Den Status von Hand auf „Erstattet“ zu setzen, erzeugt eine Erstattung ohne Positionen und bewegt keinen Bestand; das Erstattungsfeld nimmt jeden Betrag und jede Menge.' },
    },
    effort: 'S', decides: 'finance',
  },
  'nobody-tells': {
    action: { en: 'Let the count start the refund: support gets the list of counted, unrefunded returns every morning.', de: 'Die Zählung löst die Erstattung aus: Der Support bekommt jeden Morgen die gezählten, nicht erstatteten Retouren.' },
    because: { en: 'Habit: the warehouse finishes in the ERP, and nobody tells support that the money is due.', de: 'Gewohnheit: Das Lager ist im ERP fertig, und niemand sagt dem Support, dass das Geld fällig ist.' },
    effort: 'M', decides: 'support',
  },
  'unannounced': {
    action: { en: 'Receive against a return number; what has none goes to a marked shelf and to support the same day.', de: 'Gegen eine Retourennummer vereinnahmen; was keine hat, kommt ins markierte Regal und am selben Tag zum Support.' },
    because: { en: 'Habit: returns are booked in without return number or ticket, by whoever opens the parcel.', de: 'Gewohnheit: Retouren werden ohne Retourennummer oder Ticket gebucht, von wem das Paket öffnet.' },
    effort: 'S', decides: 'ops',
  },
  'order-link': {
    action: { en: 'Let the ERP order follow the return: returns update the ordered quantities, finished moves are not edited.', de: 'Der ERP-Auftrag folgt der Retoure: Retouren ändern die Auftragsmengen, fertige Bewegungen werden nicht bearbeitet.' },
    because: { en: 'Setting: the return moves stock without touching the order, or a finished move is corrected in place.', de: 'Einstellung: Die Retoure bewegt Bestand, ohne den Auftrag zu ändern, oder eine fertige Bewegung wird nachträglich geändert.' },
    settings: {
      odoo: { en: 'Odoo: "Update quantities on SO/PO" (to_refund) is off on the return lines, and unlocked pickings let done moves be edited.', de: 'Odoo: „Mengen am Auftrag ändern“ (to_refund) ist bei Rückgabepositionen aus, und entsperrte Transfers lassen erledigte Bewegungen ändern.' },
    },
    effort: 'S', decides: 'ops',
  },
  'resolve-by-screen': {
    action: { en: 'Close a return ticket only when goods, money and books are settled; put Reentry\'s answer into the ticket.', de: 'Ein Retourenticket erst schließen, wenn Ware, Geld und Bücher stimmen; Reentrys Antwort steht im Ticket.' },
    because: { en: 'Habit: the ticket is closed by what one screen shows, mostly the shop\'s.', de: 'Gewohnheit: Das Ticket wird nach dem geschlossen, was ein Bildschirm zeigt, meist der des Shops.' },
    settings: {
      rt: { en: 'Request Tracker: "resolved" can be set at any time; nothing in the queue asks for goods, money and books.', de: 'Request Tracker: „erledigt“ lässt sich jederzeit setzen; nichts in der Warteschlange fragt nach Ware, Geld und Büchern.' },
    },
    effort: 'S', decides: 'support',
  },
  'exchange': {
    action: { en: 'Agree an exchange as two documents that are due together: the replacement and its price difference.', de: 'Einen Umtausch als zwei Belege vereinbaren, die zusammen fällig sind: Ersatz und Preisunterschied.' },
    because: { en: 'Habit: an exchange is agreed in a ticket and has no document that could be late.', de: 'Gewohnheit: Ein Umtausch wird im Ticket vereinbart und hat keinen Beleg, der überfällig werden könnte.' },
    effort: 'M', decides: 'support',
  },
  'references': {
    action: { en: 'Make the order number a required field in every system that writes about an order.', de: 'Die Bestellnummer wird Pflichtfeld in jedem System, das über eine Bestellung schreibt.' },
    because: { en: 'Setting: order and return number are optional or free text, so records cannot be tied to their order.', de: 'Einstellung: Bestell- und Retourennummer sind freiwillig oder Freitext, so dass Belege keiner Bestellung zuzuordnen sind.' },
    effort: 'S', decides: 'ops',
  },
  'item-map': {
    action: { en: 'Keep the item map: what the ERP holds for each set of the shop.', de: 'Die Artikelzuordnung pflegen: was das ERP für jedes Set des Shops führt.' },
    because: { en: 'Setting: the shop sells a set, the ERP keeps its parts, and returns are booked part by part.', de: 'Einstellung: Der Shop verkauft ein Set, das ERP führt die Teile, und Retouren werden Teil für Teil gebucht.' },
    effort: 'M', decides: 'ops',
  },
  'mapping': {
    action: { en: 'Say in the policy file what the unknown words mean, and which system counts where two differ.', de: 'In der Richtliniendatei sagen, was die unbekannten Wörter bedeuten und welches System bei Unterschieden zählt.' },
    because: { en: 'Setting: status words or values that nobody has mapped yet.', de: 'Einstellung: Statuswörter oder Werte, die noch niemand zugeordnet hat.' },
    effort: 'S', decides: 'ops',
  },
} as const satisfies Record<string, Cause>; // prettier-ignore

export type CauseId = keyof typeof causes;

type Drifting = { readonly cause: CauseId; readonly category: DriftCategory };
const is = (cause: CauseId, category: DriftCategory): Drifting => ({ cause, category });

/** Per problem code: its cause, and how it leaves the agreed journey. */
export const causeOfCode: Readonly<Record<ProblemCode, Drifting>> = {
  'approved-but-not-restored': is('put-away', 'missing'),
  'not-inspected': is('put-away', 'late'),
  'cancelled-but-moved': is('put-away', 'unreconciled'),
  'wrong-location': is('put-away', 'wrong system'),
  'quarantine-forgotten': is('put-away', 'late'),
  'return-backorder-lost': is('put-away', 'missing'),
  'write-off-missing': is('put-away', 'missing'),
  'delivered-not-received': is('put-away', 'missing'),
  'goods-not-sent-back': is('put-away', 'missing'),
  'shop-not-restocked': is('restock-box', 'missing'),
  'restored-without-receipt': is('restock-box', 'out of sequence'),
  'restored-though-damaged': is('restock-box', 'exclusive choice broken'),
  'restored-twice': is('restock-box', 'too often'),
  'restored-refund-failed': is('restock-box', 'out of sequence'),
  'restore-had-no-effect': is('restock-box', 'unreconciled'),
  'cancelled-after-shipping-restocked': is('restock-box', 'out of sequence'),
  'refund-not-at-gateway': is('gateway-answer', 'missing'),
  'refund-failed-at-gateway': is('gateway-answer', 'unreconciled'),
  'refund-failed-later': is('gateway-answer', 'unreconciled'),
  'refund-stuck-pending': is('gateway-answer', 'late'),
  'refund-recorded-never-paid': is('gateway-answer', 'missing'),
  'gateway-refund-not-in-shop': is('two-hands', 'wrong system'),
  'duplicate-payout': is('two-hands', 'too often'),
  'one-payout-two-records': is('two-hands', 'too often'),
  'refund-vanished': is('two-hands', 'unreconciled'),
  'refund-and-dispute': is('two-hands', 'exclusive choice broken'),
  'dispute-lost-partially': is('two-hands', 'wrong amount'),
  'dispute-won-still-refunded': is('two-hands', 'unreconciled'),
  'refund-without-credit-note': is('credit-note', 'missing'),
  'credit-note-left-draft': is('credit-note', 'late'),
  'credit-note-without-refund': is('credit-note', 'unreconciled'),
  'duplicate-credit-note': is('credit-note', 'too often'),
  'credit-note-differs': is('credit-note', 'wrong amount'),
  'credit-note-tax-differs': is('credit-note', 'wrong amount'),
  'credit-note-wrong-period': is('credit-note', 'late'),
  'refunded-unreceived-units': is('count-first', 'wrong amount'),
  'refunded-not-entitled': is('count-first', 'wrong amount'),
  'refunded-goods-never-came': is('count-first', 'missing'),
  'received-short': is('count-first', 'wrong amount'),
  'wrong-item-received': is('count-first', 'unreconciled'),
  'refund-lines-unequal-amount': is('typed-amounts', 'wrong amount'),
  'refund-without-lines': is('typed-amounts', 'unreconciled'),
  'refunded-more-than-bought': is('typed-amounts', 'wrong amount'),
  'refund-ignores-discount': is('typed-amounts', 'wrong amount'),
  'shipping-refunded-twice': is('typed-amounts', 'too often'),
  'refund-rounding-residue': is('typed-amounts', 'wrong amount'),
  'refund-wrong-currency': is('typed-amounts', 'wrong amount'),
  'refund-wrong-tender': is('typed-amounts', 'wrong system'),
  'refund-over-cap': is('typed-amounts', 'wrong amount'),
  'received-not-refunded': is('nobody-tells', 'missing'),
  'refund-overdue': is('nobody-tells', 'late'),
  'withdrawal-overdue': is('nobody-tells', 'late'),
  'promise-broken': is('nobody-tells', 'late'),
  'blind-return': is('unannounced', 'out of sequence'),
  'received-over': is('unannounced', 'wrong amount'),
  'wrong-serial': is('unannounced', 'unreconciled'),
  'returned-to-origin': is('unannounced', 'exclusive choice broken'),
  'label-unused': is('unannounced', 'missing'),
  'return-not-on-order': is('order-link', 'unreconciled'),
  'done-move-edited': is('order-link', 'unreconciled'),
  'stock-moved-by-two-documents': is('order-link', 'too often'),
  'return-valued-wrong': is('order-link', 'wrong amount'),
  'told-too-early': is('resolve-by-screen', 'out of sequence'),
  'loop-closed-case-open': is('resolve-by-screen', 'late'),
  'exchange-not-shipped': is('exchange', 'missing'),
  'exchange-balance-dropped': is('exchange', 'missing'),
  'kit-partly-restored': is('item-map', 'missing'),
  'orphan-object': is('references', 'unreconciled'),
  'ambiguous-order': is('references', 'unreconciled'),
  'reports-differ': is('mapping', 'wrong amount'),
  'unmapped-status': is('mapping', 'unreconciled'),
  'unreadable-object': is('mapping', 'unreconciled'),
  'refund-outcome-unknown': is('mapping', 'unreconciled'),
  'command-outcome-unknown': is('mapping', 'unreconciled'),
  'command-failed': is('mapping', 'missing'),
  // Raised by the running service about itself and its sources; no order drifts by them.
  'webhook-disabled': is('mapping', 'unreconciled'),
  'source-stale': is('mapping', 'unreconciled'),
  'source-rewound': is('mapping', 'unreconciled'),
  'census-alarm': is('mapping', 'unreconciled'),
  'clock-skew': is('mapping', 'unreconciled'),
  'notice-failed': is('mapping', 'missing'),
  'notice-outcome-unknown': is('mapping', 'unreconciled'),
  'many-at-once': is('mapping', 'unreconciled'),
};
