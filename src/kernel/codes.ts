/**
 * The catalogue of problem codes: what each says, why it shows, what to do, who owns it, how bad it is.
 * Severity: 1 money wrong, 2 stock or books wrong, 3 visibility.
 *
 * To switch a code off: set `controls.<its control>.watch` to `off` in the policy file, or make a rule
 * "Normal here" with scope, reason and expiry.
 */
import type { Team } from './controls.ts';

export type CodeEntry = {
  readonly owner: Team;
  readonly severity: 1 | 2 | 3;
  readonly title: { readonly en: string; readonly de: string };
  readonly why: string;
  readonly todo: { readonly en: string; readonly de: string };
};

export const problemCodes = {
  'refund-not-at-gateway': {
    owner: 'finance', severity: 1, title: { en: 'Refund not at the gateway', de: 'Erstattung fehlt beim Zahlungsanbieter' },
    why: 'The shop says the gateway paid this refund; the gateway has no such refund.',
    todo: { en: 'Look at the charge in the gateway. Refund there once, or correct the record in the shop.', de: 'Zahlung beim Anbieter prüfen. Dort einmal erstatten oder den Shop-Eintrag korrigieren.' },
  },
  'refund-failed-at-gateway': {
    owner: 'finance', severity: 1, title: { en: 'Refund failed at the gateway', de: 'Erstattung beim Zahlungsanbieter fehlgeschlagen' },
    why: 'The gateway refused the refund; the customer has no money although the shop shows one.',
    todo: { en: 'Hold the message to the customer. Read the reason, then retry or pay another way.', de: 'Nachricht an den Kunden zurückhalten. Grund lesen, dann erneut oder anders auszahlen.' },
  },
  'refund-failed-later': {
    owner: 'finance', severity: 1, title: { en: 'Refund failed after it had settled', de: 'Erstattung nachträglich fehlgeschlagen' },
    why: 'The refund had settled and came back.',
    todo: { en: 'Pay by another way; the customer is owed the money again.', de: 'Auf anderem Weg auszahlen; das Geld ist wieder geschuldet.' },
  },
  'refund-stuck-pending': {
    owner: 'finance', severity: 2, title: { en: 'Refund stuck as pending', de: 'Erstattung hängt' },
    why: 'The gateway has not settled the refund within the time.',
    todo: { en: 'Ask the gateway; tell the customer the true state.', de: 'Beim Anbieter nachfragen; dem Kunden den wahren Stand sagen.' },
  },
  'refund-recorded-never-paid': {
    owner: 'finance', severity: 1, title: { en: 'Refund recorded, never paid', de: 'Erstattung erfasst, nie ausgezahlt' },
    why: 'The shop has a manual refund and no payout is seen.',
    todo: { en: 'Pay it, or hand over the evidence of the payout.', de: 'Auszahlen oder den Zahlungsnachweis vorlegen.' },
  },
  'gateway-refund-not-in-shop': {
    owner: 'finance', severity: 2, title: { en: 'Gateway refund missing in the shop', de: 'Erstattung fehlt im Shop' },
    why: 'The money was refunded at the gateway; the shop has no record.',
    todo: { en: 'Record the refund in the shop without paying again and without restock.', de: 'Erstattung im Shop erfassen, ohne erneute Zahlung und ohne Einlagerung.' },
  },
  'one-payout-two-records': {
    owner: 'finance', severity: 2, title: { en: 'One payout, two shop records', de: 'Eine Auszahlung, zwei Shop-Einträge' },
    why: 'The shop holds two refunds for the same units; the gateway paid once.',
    todo: { en: 'Delete the record that paid nothing.', de: 'Den Eintrag löschen, der nichts ausgezahlt hat.' },
  },
  'duplicate-payout': {
    owner: 'finance', severity: 1, title: { en: 'Paid twice', de: 'Doppelt ausgezahlt' },
    why: 'One entitlement was paid by two gateway refunds.',
    todo: { en: 'Stop further refunds of this order. Recover the excess or accept it.', de: 'Weitere Erstattungen dieser Bestellung anhalten. Überschuss zurückholen oder akzeptieren.' },
  },
  'refund-and-dispute': {
    owner: 'finance', severity: 1, title: { en: 'Refund and dispute on one charge', de: 'Erstattung und Rückbuchung auf einer Zahlung' },
    why: 'The charge is disputed and was refunded as well.',
    todo: { en: 'Answer the dispute with the refund as evidence; no further refund while it is open.', de: 'Rückbuchung mit der Erstattung als Beleg beantworten; solange sie offen ist, nichts erstatten.' },
  },
  'dispute-lost-partially': {
    owner: 'finance', severity: 1, title: { en: 'Dispute lost in part, shop shows all', de: 'Rückbuchung nur teilweise verloren' },
    why: 'The dispute took less than the shop records as refunded.',
    todo: { en: 'Correct the shop record to the disputed amount.', de: 'Shop-Eintrag auf den strittigen Betrag korrigieren.' },
  },
  'dispute-won-still-refunded': {
    owner: 'finance', severity: 2, title: { en: 'Dispute won, still shown as refunded', de: 'Rückbuchung gewonnen, noch als erstattet geführt' },
    why: 'The money came back with the dispute; the shop still shows a refund.',
    todo: { en: 'Reopen the order: remove the refund record or refund for real.', de: 'Bestellung wieder öffnen: Eintrag entfernen oder wirklich erstatten.' },
  },
  'refund-wrong-currency': {
    owner: 'finance', severity: 1, title: { en: 'Refund in another currency', de: 'Erstattung in anderer Währung' },
    why: 'The refund is not in the currency that was paid.',
    todo: { en: 'Stop; refund in the currency of the payment.', de: 'Anhalten; in der Währung der Zahlung erstatten.' },
  },
  'refund-wrong-tender': {
    owner: 'finance', severity: 1, title: { en: 'Refund to another payment method', de: 'Erstattung auf andere Zahlart' },
    why: 'The refund goes to a payment method that did not pay.',
    todo: { en: 'Stop; split the refund by what was paid with each method.', de: 'Anhalten; die Erstattung nach Zahlarten aufteilen.' },
  },
  'refund-vanished': {
    owner: 'finance', severity: 2, title: { en: 'Refund record vanished', de: 'Erstattung verschwunden' },
    why: 'The shop record was deleted; the money and the books stay.',
    todo: { en: 'Record the refund in the shop again without paying and without restock.', de: 'Erstattung im Shop neu erfassen, ohne Zahlung und ohne Einlagerung.' },
  },
  'refund-outcome-unknown': {
    owner: 'finance', severity: 1, title: { en: 'Nobody knows whether the refund went out', de: 'Unklar, ob die Erstattung ausgeführt wurde' },
    why: 'The connection broke while the refund was sent, and the target has had its time without showing it.',
    todo: { en: 'Look in the shop and at the gateway. Then have it sent again, or leave it.', de: 'Im Shop und beim Zahlungsanbieter nachsehen. Dann erneut senden lassen oder es dabei belassen.' },
  },
  'command-outcome-unknown': {
    owner: 'ops', severity: 2, title: { en: 'Nobody knows whether a correction was made', de: 'Unklar, ob eine Korrektur ausgeführt wurde' },
    why: 'The connection broke while the correction was sent, and the target has had its time without showing it.',
    todo: { en: 'Look in the target. Then have it sent again, or leave it.', de: 'Im Zielsystem nachsehen. Dann erneut senden lassen oder es dabei belassen.' },
  },
  'command-failed': {
    owner: 'ops', severity: 2, title: { en: 'A correction could not be made', de: 'Eine Korrektur ist gescheitert' },
    why: 'The target refused the correction, or it failed too often.',
    todo: { en: 'Read the reason. Remove the obstacle and have it sent again, or make the step by hand.', de: 'Den Grund lesen. Das Hindernis beseitigen und erneut senden lassen oder den Schritt von Hand machen.' },
  },
  'refunded-not-entitled': {
    owner: 'finance', severity: 1, title: { en: 'Refunded more than owed', de: 'Mehr erstattet als geschuldet' },
    why: 'The refund is more than, or earlier than, what policy owes.',
    todo: { en: 'Hold; a person decides whether it stays.', de: 'Anhalten; ein Mensch entscheidet, ob es bleibt.' },
  },
  'refund-rounding-residue': {
    owner: 'finance', severity: 3, title: { en: 'A cent left over', de: 'Ein Cent bleibt übrig' },
    why: 'Everything was refunded but for a rounding remainder.',
    todo: { en: 'Refund the remainder with the last refund.', de: 'Den Rest mit der letzten Erstattung auszahlen.' },
  },
  'refund-lines-unequal-amount': {
    owner: 'finance', severity: 2, title: { en: 'Refund lines do not add up', de: 'Erstattungspositionen ergeben nicht den Betrag' },
    why: 'The lines of the refund sum to another amount than was paid.',
    todo: { en: 'Show the customer the difference; correct the lines or pay the rest.', de: 'Dem Kunden den Unterschied zeigen; Positionen korrigieren oder den Rest zahlen.' },
  },
  'refund-without-lines': {
    owner: 'support', severity: 2, title: { en: 'Refund without lines', de: 'Erstattung ohne Positionen' },
    why: 'Money was refunded without saying for which units, while a return is open.',
    todo: { en: 'Assign the refund to what came back.', de: 'Die Erstattung dem zuordnen, was zurückkam.' },
  },
  'refund-ignores-discount': {
    owner: 'finance', severity: 1, title: { en: 'Refund ignores the discount', de: 'Erstattung ohne Rabatt gerechnet' },
    why: 'The refund of a line exceeds what was charged after discount.',
    todo: { en: 'Hold and recompute.', de: 'Anhalten und neu rechnen.' },
  },
  'shipping-refunded-twice': {
    owner: 'finance', severity: 1, title: { en: 'Shipping refunded twice', de: 'Versand doppelt erstattet' },
    why: 'More shipping was refunded than charged.',
    todo: { en: 'Recover the second, or accept it.', de: 'Die zweite zurückholen oder akzeptieren.' },
  },
  'refunded-more-than-bought': {
    owner: 'support', severity: 1, title: { en: 'More units refunded than bought', de: 'Mehr Stück erstattet als gekauft' },
    why: 'The refund lists more units than the order.',
    todo: { en: 'Correct the refund; check the shop stock.', de: 'Erstattung korrigieren; Shopbestand prüfen.' },
  },
  'refunded-unreceived-units': {
    owner: 'finance', severity: 1, title: { en: 'Refunded units that did not come back', de: 'Nicht eingetroffene Stücke erstattet' },
    why: 'More units were refunded than were counted on arrival.',
    todo: { en: 'Hold the excess: find the units, or charge with consent.', de: 'Überschuss anhalten: Stücke finden oder mit Zustimmung nachberechnen.' },
  },
  'refund-over-cap': {
    owner: 'finance', severity: 1, title: { en: 'More out than in', de: 'Mehr erstattet als bezahlt' },
    why: 'Refunds and lost disputes exceed what was captured.',
    todo: { en: 'Stop all refunds of this order.', de: 'Alle Erstattungen dieser Bestellung anhalten.' },
  },
  'refund-overdue': {
    owner: 'support', severity: 1, title: { en: 'Refund overdue', de: 'Erstattung überfällig' },
    why: 'The customer is owed money and nothing was refunded.',
    todo: { en: 'Refund after a look at the preview.', de: 'Nach einem Blick auf die Vorschau erstatten.' },
  },
  'received-not-refunded': {
    owner: 'support', severity: 1, title: { en: 'Goods back, refund missing', de: 'Ware zurück, Erstattung fehlt' },
    why: 'The units were counted on arrival; they are not refunded.',
    todo: { en: 'Refund the counted units.', de: 'Die gezählten Stücke erstatten.' },
  },
  'withdrawal-overdue': {
    owner: 'finance', severity: 1, title: { en: 'Withdrawal not paid in time', de: 'Widerruf nicht fristgerecht erstattet' },
    why: '14 days after the withdrawal the money must be back.',
    todo: { en: 'Pay today.', de: 'Heute auszahlen.' },
  },
  'approved-but-not-restored': {
    owner: 'ops', severity: 2, title: { en: 'Goods back, not in stock', de: 'Ware zurück, nicht im Bestand' },
    why: 'By some evidence the goods are back; the ERP has not put them into stock.',
    todo: { en: 'Find the units, count and grade them; then put them into stock.', de: 'Ware finden, zählen und bewerten; dann einlagern.' },
  },
  'restored-without-receipt': {
    owner: 'ops', severity: 2, title: { en: 'In stock without a receipt', de: 'Im Bestand ohne Wareneingang' },
    why: 'Stock was put back for goods that nobody received.',
    todo: { en: 'Count the shelf; reverse the stock, or book the receipt.', de: 'Regal zählen; Bestand zurücknehmen oder Wareneingang buchen.' },
  },
  'restored-though-damaged': {
    owner: 'ops', severity: 2, title: { en: 'Damaged, but put into stock', de: 'Beschädigt, aber im Bestand' },
    why: 'Units graded as not saleable were put back into stock.',
    todo: { en: 'Take them out of stock again.', de: 'Wieder aus dem Bestand nehmen.' },
  },
  'restored-twice': {
    owner: 'ops', severity: 2, title: { en: 'Put into stock twice', de: 'Doppelt in den Bestand gebucht' },
    why: 'More units were restored than came back.',
    todo: { en: 'Count the shelf and correct.', de: 'Regal zählen und korrigieren.' },
  },
  'restored-refund-failed': {
    owner: 'ops', severity: 2, title: { en: 'In stock, refund failed', de: 'Im Bestand, Erstattung fehlgeschlagen' },
    why: 'The shop put the units back; the refund failed and nothing was received.',
    todo: { en: 'Keep the stock only if the goods are there.', de: 'Bestand nur behalten, wenn die Ware da ist.' },
  },
  'restore-had-no-effect': {
    owner: 'ops', severity: 2, title: { en: 'Restock had no effect', de: 'Wiedereinlagerung ohne Wirkung' },
    why: 'A restock was asked for and the shop stock did not move.',
    todo: { en: 'Post the stock where it is missing.', de: 'Bestand dort buchen, wo er fehlt.' },
  },
  'shop-not-restocked': {
    owner: 'ops', severity: 2, title: { en: 'Back in the ERP, not in the shop', de: 'Im ERP zurück, nicht im Shop' },
    why: 'The ERP has the units in saleable stock; the shop does not sell them.',
    todo: { en: 'Restock in the shop without money.', de: 'Im Shop ohne Geld wieder einlagern.' },
  },
  'write-off-missing': {
    owner: 'ops', severity: 2, title: { en: 'Write-off missing', de: 'Ausbuchung fehlt' },
    why: 'Units graded as not saleable still stand in the books.',
    todo: { en: 'Post the write-off.', de: 'Ausbuchung erfassen.' },
  },
  'goods-not-sent-back': {
    owner: 'ops', severity: 2, title: { en: 'Not sent back', de: 'Nicht zurückgesandt' },
    why: 'Units graded as going back to customer or vendor are still here.',
    todo: { en: 'Send them, or grade them again.', de: 'Versenden oder neu bewerten.' },
  },
  'cancelled-after-shipping-restocked': {
    owner: 'ops', severity: 2, title: { en: 'Cancelled after shipping, restocked', de: 'Nach Versand storniert und eingelagert' },
    why: 'The goods are out; the shop counts them as in stock.',
    todo: { en: 'Take the units out of the shop stock until they are back.', de: 'Stücke aus dem Shopbestand nehmen, bis sie zurück sind.' },
  },
  'kit-partly-restored': {
    owner: 'ops', severity: 2, title: { en: 'Bundle only partly in stock', de: 'Set nur teilweise im Bestand' },
    why: 'The bundle was restored, not all of its parts.',
    todo: { en: 'Count the parts; book what is missing.', de: 'Teile zählen; buchen, was fehlt.' },
  },
  'wrong-location': {
    owner: 'ops', severity: 2, title: { en: 'Put away in the wrong place', de: 'Am falschen Ort eingelagert' },
    why: 'The goods were moved to a place that is neither stock, hold nor scrap.',
    todo: { en: 'Move them, or map the location.', de: 'Umlagern oder den Lagerort zuordnen.' },
  },
  'received-short': {
    owner: 'support', severity: 1, title: { en: 'Less came than announced', de: 'Weniger eingetroffen als angekündigt' },
    why: 'Part of the announced units did not come in time.',
    todo: { en: 'Refund the counted units; ask for the rest.', de: 'Die gezählten Stücke erstatten; nach dem Rest fragen.' },
  },
  'received-over': {
    owner: 'ops', severity: 1, title: { en: 'More came than was shipped', de: 'Mehr eingetroffen als versandt' },
    why: 'More units were counted than ever left.',
    todo: { en: 'Find out whose they are.', de: 'Herausfinden, wem sie gehören.' },
  },
  'wrong-item-received': {
    owner: 'ops', severity: 1, title: { en: 'Wrong item received', de: 'Falscher Artikel eingetroffen' },
    why: 'An item came back that is not on the order.',
    todo: { en: 'Ask the customer; find the item that should have come.', de: 'Den Kunden fragen; den richtigen Artikel finden.' },
  },
  'blind-return': {
    owner: 'ops', severity: 2, title: { en: 'Return without permission', de: 'Retoure ohne Freigabe' },
    why: 'Goods came back that nobody had authorized.',
    todo: { en: 'Match them to a return, or decide by hand.', de: 'Einer Retoure zuordnen oder von Hand entscheiden.' },
  },
  'delivered-not-received': {
    owner: 'ops', severity: 2, title: { en: 'Parcel delivered, not received', de: 'Paket zugestellt, nicht vereinnahmt' },
    why: 'The carrier delivered the return; nobody booked it.',
    todo: { en: 'Find the parcel.', de: 'Das Paket finden.' },
  },
  'not-inspected': {
    owner: 'ops', severity: 2, title: { en: 'Not inspected', de: 'Nicht geprüft' },
    why: 'Received goods wait for inspection.',
    todo: { en: 'Inspect and put away.', de: 'Prüfen und einlagern.' },
  },
  'label-unused': {
    owner: 'support', severity: 3, title: { en: 'Return not used', de: 'Retoure nicht genutzt' },
    why: 'A return was approved and nothing came.',
    todo: { en: 'Let it expire with notice.', de: 'Mit Hinweis verfallen lassen.' },
  },
  'returned-to-origin': {
    owner: 'ops', severity: 1, title: { en: 'Undelivered, came back', de: 'Unzustellbar zurück' },
    why: 'The parcel never reached the customer, and nothing had been paid.',
    todo: { en: 'No refund of what was not paid.', de: 'Keine Erstattung dessen, was nicht bezahlt war.' },
  },
  'refunded-goods-never-came': {
    owner: 'support', severity: 1, title: { en: 'Refunded, goods never came', de: 'Erstattet, Ware kam nie' },
    why: 'The refund was paid before the goods; they did not come in time.',
    todo: { en: 'Chase the goods; charge only with consent.', de: 'Ware nachfordern; nur mit Zustimmung berechnen.' },
  },
  'exchange-not-shipped': {
    owner: 'support', severity: 2, title: { en: 'Exchange not shipped', de: 'Umtausch nicht versandt' },
    why: 'The replacement has not left.',
    todo: { en: 'Ship it or offer the refund.', de: 'Versenden oder Erstattung anbieten.' },
  },
  'quarantine-forgotten': {
    owner: 'ops', severity: 2, title: { en: 'Forgotten on hold', de: 'In Quarantäne vergessen' },
    why: 'Units wait on hold for a decision.',
    todo: { en: 'Decide: stock, vendor or scrap.', de: 'Entscheiden: Bestand, Lieferant oder Ausschuss.' },
  },
  'wrong-serial': {
    owner: 'ops', severity: 1, title: { en: 'Another serial number', de: 'Andere Seriennummer' },
    why: 'The serial that came back is not one that was shipped, or came twice.',
    todo: { en: 'Keep it out of stock; ask the customer.', de: 'Nicht einlagern; den Kunden fragen.' },
  },
  'refund-without-credit-note': {
    owner: 'finance', severity: 2, title: { en: 'Refund without credit note', de: 'Erstattung ohne Gutschrift' },
    why: 'The money went back; the books do not show it.',
    todo: { en: 'Draft the credit note.', de: 'Gutschrift entwerfen.' },
  },
  'credit-note-without-refund': {
    owner: 'finance', severity: 1, title: { en: 'Credit note without refund', de: 'Gutschrift ohne Erstattung' },
    why: 'The credit note is posted; the customer was not paid.',
    todo: { en: 'Pay, or cancel the credit note.', de: 'Auszahlen oder die Gutschrift stornieren.' },
  },
  'credit-note-left-draft': {
    owner: 'finance', severity: 2, title: { en: 'Credit note left as draft', de: 'Gutschrift nur Entwurf' },
    why: 'The credit note exists and was never posted.',
    todo: { en: 'Post it.', de: 'Buchen.' },
  },
  'duplicate-credit-note': {
    owner: 'finance', severity: 2, title: { en: 'Two credit notes for one refund', de: 'Zwei Gutschriften für eine Erstattung' },
    why: 'One return was credited twice.',
    todo: { en: 'Cancel one.', de: 'Eine stornieren.' },
  },
  'credit-note-differs': {
    owner: 'finance', severity: 2, title: { en: 'Credit note differs from refund', de: 'Gutschrift weicht ab' },
    why: 'Credit note and refund differ by more than rounding.',
    todo: { en: 'Correct the document.', de: 'Beleg korrigieren.' },
  },
  'credit-note-tax-differs': {
    owner: 'finance', severity: 3, title: { en: 'Tax of the credit note differs', de: 'Steuer der Gutschrift weicht ab' },
    why: 'The totals agree, the tax does not.',
    todo: { en: 'Correct the tax rate of the lines.', de: 'Steuersatz der Positionen korrigieren.' },
  },
  'credit-note-wrong-period': {
    owner: 'finance', severity: 2, title: { en: 'Credit note in the wrong period', de: 'Gutschrift in falscher Periode' },
    why: 'The refund belongs to an earlier month than its credit note.',
    todo: { en: 'Correct the date, or accept it.', de: 'Datum korrigieren oder akzeptieren.' },
  },
  'stock-moved-by-two-documents': {
    owner: 'ops', severity: 2, title: { en: 'Two documents moved the stock', de: 'Zwei Belege haben den Bestand bewegt' },
    why: 'More units reached stock than were received.',
    todo: { en: 'Reverse one of the moves.', de: 'Eine der Bewegungen zurücknehmen.' },
  },
  'return-not-on-order': {
    owner: 'ops', severity: 2, title: { en: 'Return missing on the ERP order', de: 'Retoure fehlt am ERP-Auftrag' },
    why: 'The goods are back; the ERP order still counts them as delivered.',
    todo: { en: 'Switch on "update quantities on the order" for returns and correct this one.', de: 'Bei Retouren „Mengen am Auftrag ändern“ einschalten und diese korrigieren.' },
  },
  'exchange-balance-dropped': {
    owner: 'finance', severity: 1, title: { en: 'Exchange balance forgotten', de: 'Umtauschdifferenz vergessen' },
    why: 'A price difference was agreed and neither paid nor refunded.',
    todo: { en: 'Settle the balance.', de: 'Den Unterschied ausgleichen.' },
  },
  'return-backorder-lost': {
    owner: 'ops', severity: 2, title: { en: 'Rest of the return lost', de: 'Rest der Retoure verwaist' },
    why: 'Part of the return came; the rest hangs in a document that nothing links to it.',
    todo: { en: 'Receive the rest, or cancel the document.', de: 'Den Rest vereinnahmen oder den Beleg stornieren.' },
  },
  'cancelled-but-moved': {
    owner: 'ops', severity: 2, title: { en: 'Document cancelled, goods moved', de: 'Beleg storniert, Ware bewegt' },
    why: 'The receipt was cancelled after its goods had been moved.',
    todo: { en: 'Find the goods; book them with a new receipt.', de: 'Ware finden; mit neuem Wareneingang buchen.' },
  },
  'done-move-edited': {
    owner: 'ops', severity: 2, title: { en: 'Finished move was edited', de: 'Abgeschlossene Bewegung geändert' },
    why: 'A move that was done was changed afterwards; stock moved silently with it.',
    todo: { en: 'Count the shelf; undo or confirm the change.', de: 'Regal zählen; Änderung zurücknehmen oder bestätigen.' },
  },
  'return-valued-wrong': {
    owner: 'finance', severity: 2, title: { en: 'Return valued at another cost', de: 'Retoure falsch bewertet' },
    why: 'The stock came back at another cost than it left.',
    todo: { en: 'Correct the valuation.', de: 'Bewertung korrigieren.' },
  },
  'told-too-early': {
    owner: 'support', severity: 1, title: { en: 'Told too early', de: 'Zu früh Bescheid gegeben' },
    why: 'A system says all is done while something is still open: closed in one system, open loss in another.',
    todo: { en: 'Put the true state into the case; tell the customer.', de: 'Den wahren Stand in den Fall schreiben; dem Kunden Bescheid geben.' },
  },
  'loop-closed-case-open': {
    owner: 'support', severity: 3, title: { en: 'All done, case still open', de: 'Alles erledigt, Fall noch offen' },
    why: 'Every account is settled; the case is still open.',
    todo: { en: 'Resolve the case with the answer.', de: 'Fall mit der Antwort schließen.' },
  },
  'promise-broken': {
    owner: 'support', severity: 1, title: { en: 'Promise broken', de: 'Zusage gebrochen' },
    why: 'What was promised did not happen by its day.',
    todo: { en: 'Tell the customer.', de: 'Dem Kunden Bescheid geben.' },
  },
  'orphan-object': {
    owner: 'ops', severity: 2, title: { en: 'No order found', de: 'Keine Bestellung gefunden' },
    why: 'A refund, receipt or credit note that no order claims.',
    todo: { en: 'Choose its order among the candidates.', de: 'Bestellung unter den Vorschlägen wählen.' },
  },
  'reports-differ': {
    owner: 'ops', severity: 2, title: { en: 'Reports differ', de: 'Meldungen weichen ab' },
    why: 'Two systems count the same event differently.',
    todo: { en: 'Count again; correct the wrong one.', de: 'Neu zählen; die falsche Meldung korrigieren.' },
  },
  'unmapped-status': {
    owner: 'ops', severity: 3, title: { en: 'Unknown status word', de: 'Unbekannter Status' },
    why: 'A status word has no meaning here yet.',
    todo: { en: 'Map it in the policy file.', de: 'In der Richtliniendatei zuordnen.' },
  },
  'unreadable-object': {
    owner: 'ops', severity: 3, title: { en: 'Unreadable value', de: 'Unlesbarer Wert' },
    why: 'A value could not be read and was set aside.',
    todo: { en: 'Correct the value at its source.', de: 'Den Wert an der Quelle korrigieren.' },
  },
  'webhook-disabled': {
    owner: 'ops', severity: 2, title: { en: 'Webhooks are off', de: 'Webhooks sind aus' },
    why: 'The source does not tell us of changes any more; they are found late, by polling.',
    todo: { en: 'Switch them on again in the source, or give our key the right to.', de: 'In der Quelle wieder einschalten oder unserem Schlüssel das Recht dazu geben.' },
  },
  'source-stale': {
    owner: 'ops', severity: 2, title: { en: 'Source not read', de: 'Quelle nicht gelesen' },
    why: 'The last complete read of this connection is too long ago; what rests on it is withheld.',
    todo: { en: 'Test the connection; the last error is on its card.', de: 'Die Verbindung testen; der letzte Fehler steht auf ihrer Karte.' },
  },
  'source-rewound': {
    owner: 'ops', severity: 2, title: { en: 'Source went back in time', de: 'Quelle sprang zurück' },
    why: 'A record came back with an older version than before: a restored backup, most often.',
    todo: { en: 'Ask who restored it; have everything since then read again.', de: 'Klären, wer zurückgespielt hat; alles seither neu lesen lassen.' },
  },
  'census-alarm': {
    owner: 'ops', severity: 2, title: { en: 'Too much missing at once', de: 'Zu viel fehlt auf einmal' },
    why: 'A count of all records misses more than could have been deleted by people; the connection was stopped.',
    todo: { en: 'See whether they were deleted or only hidden, then resume the connection.', de: 'Prüfen, ob gelöscht oder nur verborgen, dann die Verbindung fortsetzen.' },
  },
  'clock-skew': {
    owner: 'ops', severity: 3, title: { en: 'Clocks differ', de: 'Uhren gehen verschieden' },
    why: 'The clock of the source and ours are too far apart for signatures and due times.',
    todo: { en: 'Have both set by NTP.', de: 'Beide über NTP stellen.' },
  },
  'many-at-once': {
    owner: 'ops', severity: 2, title: { en: 'Many at once, one cause', de: 'Viele auf einmal, eine Ursache' },
    why: 'One cause brought far more problems within an hour than is usual; this one stands for all of them.',
    todo: { en: 'Find the cause first; its problems close by their own facts.', de: 'Zuerst die Ursache finden; ihre Klärfälle schließen sich durch eigene Ereignisse.' },
  },
  'ambiguous-order': {
    owner: 'ops', severity: 2, title: { en: 'Fits two orders', de: 'Passt zu zwei Bestellungen' },
    why: 'A value that fits two orders; nothing decides between them.',
    todo: { en: 'Choose the order.', de: 'Die Bestellung wählen.' },
  },
} as const satisfies Record<string, CodeEntry>; // prettier-ignore

export type ProblemCode = keyof typeof problemCodes;
