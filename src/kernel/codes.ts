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
  readonly why: { readonly en: string; readonly de: string };
  readonly todo: { readonly en: string; readonly de: string };
};

export const problemCodes = {
  'refund-not-at-gateway': {
    owner: 'finance', severity: 1, title: { en: 'Refund not at the gateway', de: 'Erstattung fehlt beim Zahlungsanbieter' },
    why: { en: 'The shop says the gateway paid this refund; the gateway has no such refund.', de: 'Der Shop sagt, der Zahlungsanbieter habe diese Erstattung gezahlt; dort gibt es sie nicht.' },
    todo: { en: 'Look at the charge in the gateway. Refund there once, or correct the record in the shop.', de: 'Zahlung beim Anbieter prüfen. Dort einmal erstatten oder den Shop-Eintrag korrigieren.' },
  },
  'refund-failed-at-gateway': {
    owner: 'finance', severity: 1, title: { en: 'Refund failed at the gateway', de: 'Erstattung beim Zahlungsanbieter fehlgeschlagen' },
    why: { en: 'The gateway refused the refund; the customer has no money although the shop shows one.', de: 'Der Zahlungsanbieter hat die Erstattung abgelehnt; der Kunde hat kein Geld, obwohl der Shop eine zeigt.' },
    todo: { en: 'Hold the message to the customer. Read the reason, then retry or pay another way.', de: 'Nachricht an den Kunden zurückhalten. Grund lesen, dann erneut oder anders auszahlen.' },
  },
  'refund-failed-later': {
    owner: 'finance', severity: 1, title: { en: 'Refund failed after it had settled', de: 'Erstattung nachträglich fehlgeschlagen' },
    why: { en: 'The refund had settled and came back.', de: 'Die Erstattung war angekommen und ging zurück.' },
    todo: { en: 'Pay by another way; the customer is owed the money again.', de: 'Auf anderem Weg auszahlen; das Geld ist wieder geschuldet.' },
  },
  'refund-stuck-pending': {
    owner: 'finance', severity: 2, title: { en: 'Refund stuck as pending', de: 'Erstattung hängt' },
    why: { en: 'The gateway has not settled the refund within the time.', de: 'Der Zahlungsanbieter hat die Erstattung nicht in der Frist ausgezahlt.' },
    todo: { en: 'Ask the gateway; tell the customer the true state.', de: 'Beim Anbieter nachfragen; dem Kunden den wahren Stand sagen.' },
  },
  'refund-recorded-never-paid': {
    owner: 'finance', severity: 1, title: { en: 'Refund recorded, never paid', de: 'Erstattung erfasst, nie ausgezahlt' },
    why: { en: 'The shop has a manual refund and no payout is seen.', de: 'Im Shop steht eine Erstattung von Hand, eine Auszahlung ist nicht zu sehen.' },
    todo: { en: 'Pay it, or hand over the evidence of the payout.', de: 'Auszahlen oder den Zahlungsnachweis vorlegen.' },
  },
  'gateway-refund-not-in-shop': {
    owner: 'finance', severity: 2, title: { en: 'Gateway refund missing in the shop', de: 'Erstattung fehlt im Shop' },
    why: { en: 'The money was refunded at the gateway; the shop has no record.', de: 'Beim Zahlungsanbieter wurde erstattet; der Shop weiß nichts davon.' },
    todo: { en: 'Record the refund in the shop without paying again and without restock.', de: 'Erstattung im Shop erfassen, ohne erneute Zahlung und ohne Einlagerung.' },
  },
  'one-payout-two-records': {
    owner: 'finance', severity: 2, title: { en: 'One payout, two shop records', de: 'Eine Auszahlung, zwei Shop-Einträge' },
    why: { en: 'The shop holds two refunds for the same units; the gateway paid once.', de: 'Im Shop stehen zwei Erstattungen für dieselben Stücke; gezahlt wurde einmal.' },
    todo: { en: 'Delete the record that paid nothing.', de: 'Den Eintrag löschen, der nichts ausgezahlt hat.' },
  },
  'duplicate-payout': {
    owner: 'finance', severity: 1, title: { en: 'Paid twice', de: 'Doppelt ausgezahlt' },
    why: { en: 'One entitlement was paid by two gateway refunds.', de: 'Ein Anspruch wurde mit zwei Erstattungen beim Zahlungsanbieter bezahlt.' },
    todo: { en: 'Stop further refunds of this order. Recover the excess or accept it.', de: 'Weitere Erstattungen dieser Bestellung anhalten. Überschuss zurückholen oder akzeptieren.' },
  },
  'refund-and-dispute': {
    owner: 'finance', severity: 1, title: { en: 'Refund and dispute on one charge', de: 'Erstattung und Rückbuchung auf einer Zahlung' },
    why: { en: 'The charge is disputed and was refunded as well.', de: 'Die Zahlung ist strittig und wurde zugleich erstattet.' },
    todo: { en: 'Answer the dispute with the refund as evidence; no further refund while it is open.', de: 'Rückbuchung mit der Erstattung als Beleg beantworten; solange sie offen ist, nichts erstatten.' },
  },
  'dispute-lost-partially': {
    owner: 'finance', severity: 1, title: { en: 'Dispute lost in part, shop shows all', de: 'Rückbuchung nur teilweise verloren' },
    why: { en: 'The dispute took less than the shop records as refunded.', de: 'Der Streitfall hat weniger gekostet, als der Shop als erstattet führt.' },
    todo: { en: 'Correct the shop record to the disputed amount.', de: 'Shop-Eintrag auf den strittigen Betrag korrigieren.' },
  },
  'dispute-won-still-refunded': {
    owner: 'finance', severity: 2, title: { en: 'Dispute won, still shown as refunded', de: 'Rückbuchung gewonnen, noch als erstattet geführt' },
    why: { en: 'The money came back with the dispute; the shop still shows a refund.', de: 'Das Geld kam mit dem Streitfall zurück; der Shop zeigt noch eine Erstattung.' },
    todo: { en: 'Reopen the order: remove the refund record or refund for real.', de: 'Bestellung wieder öffnen: Eintrag entfernen oder wirklich erstatten.' },
  },
  'refund-wrong-currency': {
    owner: 'finance', severity: 1, title: { en: 'Refund in another currency', de: 'Erstattung in anderer Währung' },
    why: { en: 'The refund is not in the currency that was paid.', de: 'Die Erstattung ist nicht in der Währung, in der bezahlt wurde.' },
    todo: { en: 'Stop; refund in the currency of the payment.', de: 'Anhalten; in der Währung der Zahlung erstatten.' },
  },
  'refund-wrong-tender': {
    owner: 'finance', severity: 1, title: { en: 'Refund to another payment method', de: 'Erstattung auf andere Zahlart' },
    why: { en: 'The refund goes to a payment method that did not pay.', de: 'Die Erstattung geht an eine Zahlart, mit der nicht bezahlt wurde.' },
    todo: { en: 'Stop; split the refund by what was paid with each method.', de: 'Anhalten; die Erstattung nach Zahlarten aufteilen.' },
  },
  'refund-vanished': {
    owner: 'finance', severity: 2, title: { en: 'Refund record vanished', de: 'Erstattung verschwunden' },
    why: { en: 'The shop record was deleted; the money and the books stay.', de: 'Der Eintrag im Shop wurde gelöscht; Geld und Bücher bleiben.' },
    todo: { en: 'Record the refund in the shop again without paying and without restock.', de: 'Erstattung im Shop neu erfassen, ohne Zahlung und ohne Einlagerung.' },
  },
  'refund-outcome-unknown': {
    owner: 'finance', severity: 1, title: { en: 'Nobody knows whether the refund went out', de: 'Unklar, ob die Erstattung ausgeführt wurde' },
    why: { en: 'The connection broke while the refund was sent, and the target has had its time without showing it.', de: 'Die Verbindung brach ab, während die Erstattung gesendet wurde, und das Ziel hat sie in seiner Zeit nicht gezeigt.' },
    todo: { en: 'Look in the shop and at the gateway. Then have it sent again, or leave it.', de: 'Im Shop und beim Zahlungsanbieter nachsehen. Dann erneut senden lassen oder es dabei belassen.' },
  },
  'command-outcome-unknown': {
    owner: 'ops', severity: 2, title: { en: 'Nobody knows whether a correction was made', de: 'Unklar, ob eine Korrektur ausgeführt wurde' },
    why: { en: 'The connection broke while the correction was sent, and the target has had its time without showing it.', de: 'Die Verbindung brach ab, während die Korrektur gesendet wurde, und das Ziel hat sie in seiner Zeit nicht gezeigt.' },
    todo: { en: 'Look in the target. Then have it sent again, or leave it.', de: 'Im Zielsystem nachsehen. Dann erneut senden lassen oder es dabei belassen.' },
  },
  'command-failed': {
    owner: 'ops', severity: 2, title: { en: 'A correction could not be made', de: 'Eine Korrektur ist gescheitert' },
    why: { en: 'The target refused the correction, or it failed too often.', de: 'Das Ziel hat die Korrektur abgelehnt, oder sie ist zu oft gescheitert.' },
    todo: { en: 'Read the reason. Remove the obstacle and have it sent again, or make the step by hand.', de: 'Den Grund lesen. Das Hindernis beseitigen und erneut senden lassen oder den Schritt von Hand machen.' },
  },
  'refunded-not-entitled': {
    owner: 'finance', severity: 1, title: { en: 'Refunded more than owed', de: 'Mehr erstattet als geschuldet' },
    why: { en: 'The refund is more than, or earlier than, what policy owes.', de: 'Die Erstattung ist höher oder früher, als die Regeln es vorsehen.' },
    todo: { en: 'Hold; a person decides whether it stays.', de: 'Anhalten; ein Mensch entscheidet, ob es bleibt.' },
  },
  'refund-rounding-residue': {
    owner: 'finance', severity: 3, title: { en: 'A cent left over', de: 'Ein Cent bleibt übrig' },
    why: { en: 'Everything was refunded but for a rounding remainder.', de: 'Alles wurde erstattet bis auf einen Rundungsrest.' },
    todo: { en: 'Refund the remainder with the last refund.', de: 'Den Rest mit der letzten Erstattung auszahlen.' },
  },
  'refund-lines-unequal-amount': {
    owner: 'finance', severity: 2, title: { en: 'Refund lines do not add up', de: 'Erstattungspositionen ergeben nicht den Betrag' },
    why: { en: 'The lines of the refund sum to another amount than was paid.', de: 'Die Positionen der Erstattung ergeben einen anderen Betrag, als gezahlt wurde.' },
    todo: { en: 'Show the customer the difference; correct the lines or pay the rest.', de: 'Dem Kunden den Unterschied zeigen; Positionen korrigieren oder den Rest zahlen.' },
  },
  'refund-without-lines': {
    owner: 'support', severity: 2, title: { en: 'Refund without lines', de: 'Erstattung ohne Positionen' },
    why: { en: 'Money was refunded without saying for which units, while a return is open.', de: 'Geld wurde erstattet, ohne zu sagen für welche Stücke, während eine Retoure offen ist.' },
    todo: { en: 'Assign the refund to what came back.', de: 'Die Erstattung dem zuordnen, was zurückkam.' },
  },
  'refund-ignores-discount': {
    owner: 'finance', severity: 1, title: { en: 'Refund ignores the discount', de: 'Erstattung ohne Rabatt gerechnet' },
    why: { en: 'The refund of a line exceeds what was charged after discount.', de: 'Die Erstattung einer Position ist höher, als nach Rabatt berechnet wurde.' },
    todo: { en: 'Hold and recompute.', de: 'Anhalten und neu rechnen.' },
  },
  'shipping-refunded-twice': {
    owner: 'finance', severity: 1, title: { en: 'Shipping refunded twice', de: 'Versand doppelt erstattet' },
    why: { en: 'More shipping was refunded than charged.', de: 'Es wurde mehr Versand erstattet als berechnet.' },
    todo: { en: 'Recover the second, or accept it.', de: 'Die zweite zurückholen oder akzeptieren.' },
  },
  'refunded-more-than-bought': {
    owner: 'support', severity: 1, title: { en: 'More units refunded than bought', de: 'Mehr Stück erstattet als gekauft' },
    why: { en: 'The refund lists more units than the order.', de: 'Die Erstattung nennt mehr Stücke als die Bestellung.' },
    todo: { en: 'Correct the refund; check the shop stock.', de: 'Erstattung korrigieren; Shopbestand prüfen.' },
  },
  'refunded-unreceived-units': {
    owner: 'finance', severity: 1, title: { en: 'Refunded units that did not come back', de: 'Nicht eingetroffene Stücke erstattet' },
    why: { en: 'More units were refunded than were counted on arrival.', de: 'Es wurden mehr Stücke erstattet, als beim Eingang gezählt wurden.' },
    todo: { en: 'Hold the excess: find the units, or charge with consent.', de: 'Überschuss anhalten: Stücke finden oder mit Zustimmung nachberechnen.' },
  },
  'refund-over-cap': {
    owner: 'finance', severity: 1, title: { en: 'More out than in', de: 'Mehr erstattet als bezahlt' },
    why: { en: 'Refunds and lost disputes exceed what was captured.', de: 'Erstattungen und verlorene Streitfälle sind höher als das eingezogene Geld.' },
    todo: { en: 'Stop all refunds of this order.', de: 'Alle Erstattungen dieser Bestellung anhalten.' },
  },
  'refund-overdue': {
    owner: 'support', severity: 1, title: { en: 'Refund overdue', de: 'Erstattung überfällig' },
    why: { en: 'The customer is owed money and nothing was refunded.', de: 'Dem Kunden steht Geld zu, und nichts wurde erstattet.' },
    todo: { en: 'Refund after a look at the preview.', de: 'Nach einem Blick auf die Vorschau erstatten.' },
  },
  'received-not-refunded': {
    owner: 'support', severity: 1, title: { en: 'Goods back, refund missing', de: 'Ware zurück, Erstattung fehlt' },
    why: { en: 'The units were counted on arrival; they are not refunded.', de: 'Die Stücke wurden beim Eingang gezählt; erstattet sind sie nicht.' },
    todo: { en: 'Refund the counted units.', de: 'Die gezählten Stücke erstatten.' },
  },
  'withdrawal-overdue': {
    owner: 'finance', severity: 1, title: { en: 'Withdrawal not paid in time', de: 'Widerruf nicht fristgerecht erstattet' },
    why: { en: '14 days after the withdrawal the money must be back.', de: '14 Tage nach dem Widerruf muss das Geld zurück sein.' },
    todo: { en: 'Pay today.', de: 'Heute auszahlen.' },
  },
  'approved-but-not-restored': {
    owner: 'ops', severity: 2, title: { en: 'Goods back, not in stock', de: 'Ware zurück, nicht im Bestand' },
    why: { en: 'By some evidence the goods are back; the ERP has not put them into stock.', de: 'Etwas belegt, dass die Ware zurück ist; das ERP hat sie nicht in den Bestand genommen.' },
    todo: { en: 'Find the units, count and grade them; then put them into stock.', de: 'Ware finden, zählen und bewerten; dann einlagern.' },
  },
  'restored-without-receipt': {
    owner: 'ops', severity: 2, title: { en: 'In stock without a receipt', de: 'Im Bestand ohne Wareneingang' },
    why: { en: 'Stock was put back for goods that nobody received.', de: 'Bestand wurde zurückgebucht für Ware, die niemand angenommen hat.' },
    todo: { en: 'Count the shelf; reverse the stock, or book the receipt.', de: 'Regal zählen; Bestand zurücknehmen oder Wareneingang buchen.' },
  },
  'restored-though-damaged': {
    owner: 'ops', severity: 2, title: { en: 'Damaged, but put into stock', de: 'Beschädigt, aber im Bestand' },
    why: { en: 'Units graded as not saleable were put back into stock.', de: 'Stücke, die als nicht verkäuflich geprüft sind, kamen zurück in den Bestand.' },
    todo: { en: 'Take them out of stock again.', de: 'Wieder aus dem Bestand nehmen.' },
  },
  'restored-twice': {
    owner: 'ops', severity: 2, title: { en: 'Put into stock twice', de: 'Doppelt in den Bestand gebucht' },
    why: { en: 'More units were restored than came back.', de: 'Es wurden mehr Stücke zurückgebucht, als zurückkamen.' },
    todo: { en: 'Count the shelf and correct.', de: 'Regal zählen und korrigieren.' },
  },
  'restored-refund-failed': {
    owner: 'ops', severity: 2, title: { en: 'In stock, refund failed', de: 'Im Bestand, Erstattung fehlgeschlagen' },
    why: { en: 'The shop put the units back; the refund failed and nothing was received.', de: 'Der Shop hat die Stücke zurückgebucht; die Erstattung scheiterte, und nichts kam an.' },
    todo: { en: 'Keep the stock only if the goods are there.', de: 'Bestand nur behalten, wenn die Ware da ist.' },
  },
  'restore-had-no-effect': {
    owner: 'ops', severity: 2, title: { en: 'Restock had no effect', de: 'Wiedereinlagerung ohne Wirkung' },
    why: { en: 'A restock was asked for and the shop stock did not move.', de: 'Eine Rückbuchung war verlangt, und der Shop-Bestand hat sich nicht bewegt.' },
    todo: { en: 'Post the stock where it is missing.', de: 'Bestand dort buchen, wo er fehlt.' },
  },
  'shop-not-restocked': {
    owner: 'ops', severity: 2, title: { en: 'Back in the ERP, not in the shop', de: 'Im ERP zurück, nicht im Shop' },
    why: { en: 'The ERP has the units in saleable stock; the shop does not sell them.', de: 'Das ERP hat die Stücke im verkäuflichen Bestand; der Shop verkauft sie nicht.' },
    todo: { en: 'Restock in the shop without money.', de: 'Im Shop ohne Geld wieder einlagern.' },
  },
  'write-off-missing': {
    owner: 'ops', severity: 2, title: { en: 'Write-off missing', de: 'Ausbuchung fehlt' },
    why: { en: 'Units graded as not saleable still stand in the books.', de: 'Stücke, die als nicht verkäuflich geprüft sind, stehen noch in den Büchern.' },
    todo: { en: 'Post the write-off.', de: 'Ausbuchung erfassen.' },
  },
  'goods-not-sent-back': {
    owner: 'ops', severity: 2, title: { en: 'Not sent back', de: 'Nicht zurückgesandt' },
    why: { en: 'Units graded as going back to customer or vendor are still here.', de: 'Stücke, die an Kunden oder Lieferanten gehen sollen, sind noch hier.' },
    todo: { en: 'Send them, or grade them again.', de: 'Versenden oder neu bewerten.' },
  },
  'cancelled-after-shipping-restocked': {
    owner: 'ops', severity: 2, title: { en: 'Cancelled after shipping, restocked', de: 'Nach Versand storniert und eingelagert' },
    why: { en: 'The goods are out; the shop counts them as in stock.', de: 'Die Ware ist draußen; der Shop zählt sie als Bestand.' },
    todo: { en: 'Take the units out of the shop stock until they are back.', de: 'Stücke aus dem Shopbestand nehmen, bis sie zurück sind.' },
  },
  'kit-partly-restored': {
    owner: 'ops', severity: 2, title: { en: 'Bundle only partly in stock', de: 'Set nur teilweise im Bestand' },
    why: { en: 'The bundle was restored, not all of its parts.', de: 'Das Set wurde zurückgebucht, aber nicht alle seine Teile.' },
    todo: { en: 'Count the parts; book what is missing.', de: 'Teile zählen; buchen, was fehlt.' },
  },
  'wrong-location': {
    owner: 'ops', severity: 2, title: { en: 'Put away in the wrong place', de: 'Am falschen Ort eingelagert' },
    why: { en: 'The goods were moved to a place that is neither stock, hold nor scrap.', de: 'Die Ware kam an einen Ort, der weder Bestand noch Sperrlager noch Ausschuss ist.' },
    todo: { en: 'Move them, or map the location.', de: 'Umlagern oder den Lagerort zuordnen.' },
  },
  'received-short': {
    owner: 'support', severity: 1, title: { en: 'Less came than announced', de: 'Weniger eingetroffen als angekündigt' },
    why: { en: 'Part of the announced units did not come in time.', de: 'Ein Teil der angekündigten Stücke kam nicht rechtzeitig.' },
    todo: { en: 'Refund the counted units; ask for the rest.', de: 'Die gezählten Stücke erstatten; nach dem Rest fragen.' },
  },
  'received-over': {
    owner: 'ops', severity: 1, title: { en: 'More came than was shipped', de: 'Mehr eingetroffen als versandt' },
    why: { en: 'More units were counted than ever left.', de: 'Es wurden mehr Stücke gezählt, als je hinausgingen.' },
    todo: { en: 'Find out whose they are.', de: 'Herausfinden, wem sie gehören.' },
  },
  'wrong-item-received': {
    owner: 'ops', severity: 1, title: { en: 'Wrong item received', de: 'Falscher Artikel eingetroffen' },
    why: { en: 'An item came back that is not on the order.', de: 'Ein Artikel kam zurück, der nicht auf der Bestellung steht.' },
    todo: { en: 'Ask the customer; find the item that should have come.', de: 'Den Kunden fragen; den richtigen Artikel finden.' },
  },
  'blind-return': {
    owner: 'ops', severity: 2, title: { en: 'Return without permission', de: 'Retoure ohne Freigabe' },
    why: { en: 'Goods came back that nobody had authorized.', de: 'Ware kam zurück, die niemand freigegeben hatte.' },
    todo: { en: 'Match them to a return, or decide by hand.', de: 'Einer Retoure zuordnen oder von Hand entscheiden.' },
  },
  'delivered-not-received': {
    owner: 'ops', severity: 2, title: { en: 'Parcel delivered, not received', de: 'Paket zugestellt, nicht vereinnahmt' },
    why: { en: 'The carrier delivered the return; nobody booked it.', de: 'Der Paketdienst hat die Retoure zugestellt; niemand hat sie gebucht.' },
    todo: { en: 'Find the parcel.', de: 'Das Paket finden.' },
  },
  'not-inspected': {
    owner: 'ops', severity: 2, title: { en: 'Not inspected', de: 'Nicht geprüft' },
    why: { en: 'Received goods wait for inspection.', de: 'Angenommene Ware wartet auf die Prüfung.' },
    todo: { en: 'Inspect and put away.', de: 'Prüfen und einlagern.' },
  },
  'label-unused': {
    owner: 'support', severity: 3, title: { en: 'Return not used', de: 'Retoure nicht genutzt' },
    why: { en: 'A return was approved and nothing came.', de: 'Eine Retoure wurde freigegeben, und nichts kam.' },
    todo: { en: 'Let it expire with notice.', de: 'Mit Hinweis verfallen lassen.' },
  },
  'returned-to-origin': {
    owner: 'ops', severity: 1, title: { en: 'Undelivered, came back', de: 'Unzustellbar zurück' },
    why: { en: 'The parcel never reached the customer, and nothing had been paid.', de: 'Das Paket hat den Kunden nie erreicht, und bezahlt war nichts.' },
    todo: { en: 'No refund of what was not paid.', de: 'Keine Erstattung dessen, was nicht bezahlt war.' },
  },
  'refunded-goods-never-came': {
    owner: 'support', severity: 1, title: { en: 'Refunded, goods never came', de: 'Erstattet, Ware kam nie' },
    why: { en: 'The refund was paid before the goods; they did not come in time.', de: 'Erstattet wurde vor der Ware; sie kam nicht rechtzeitig.' },
    todo: { en: 'Chase the goods; charge only with consent.', de: 'Ware nachfordern; nur mit Zustimmung berechnen.' },
  },
  'exchange-not-shipped': {
    owner: 'support', severity: 2, title: { en: 'Exchange not shipped', de: 'Umtausch nicht versandt' },
    why: { en: 'The replacement has not left.', de: 'Der Ersatz ist nicht hinausgegangen.' },
    todo: { en: 'Ship it or offer the refund.', de: 'Versenden oder Erstattung anbieten.' },
  },
  'quarantine-forgotten': {
    owner: 'ops', severity: 2, title: { en: 'Forgotten on hold', de: 'In Quarantäne vergessen' },
    why: { en: 'Units wait on hold for a decision.', de: 'Stücke im Sperrlager warten auf eine Entscheidung.' },
    todo: { en: 'Decide: stock, vendor or scrap.', de: 'Entscheiden: Bestand, Lieferant oder Ausschuss.' },
  },
  'wrong-serial': {
    owner: 'ops', severity: 1, title: { en: 'Another serial number', de: 'Andere Seriennummer' },
    why: { en: 'The serial that came back is not one that was shipped, or came twice.', de: 'Die zurückgekommene Seriennummer wurde nicht versandt oder kam zweimal.' },
    todo: { en: 'Keep it out of stock; ask the customer.', de: 'Nicht einlagern; den Kunden fragen.' },
  },
  'refund-without-credit-note': {
    owner: 'finance', severity: 2, title: { en: 'Refund without credit note', de: 'Erstattung ohne Gutschrift' },
    why: { en: 'The money went back; the books do not show it.', de: 'Das Geld ging zurück; die Bücher zeigen es nicht.' },
    todo: { en: 'Draft the credit note.', de: 'Gutschrift entwerfen.' },
  },
  'credit-note-without-refund': {
    owner: 'finance', severity: 1, title: { en: 'Credit note without refund', de: 'Gutschrift ohne Erstattung' },
    why: { en: 'The credit note is posted; the customer was not paid.', de: 'Die Gutschrift ist gebucht; der Kunde hat kein Geld.' },
    todo: { en: 'Pay, or cancel the credit note.', de: 'Auszahlen oder die Gutschrift stornieren.' },
  },
  'credit-note-left-draft': {
    owner: 'finance', severity: 2, title: { en: 'Credit note left as draft', de: 'Gutschrift nur Entwurf' },
    why: { en: 'The credit note exists and was never posted.', de: 'Die Gutschrift gibt es, gebucht wurde sie nie.' },
    todo: { en: 'Post it.', de: 'Buchen.' },
  },
  'duplicate-credit-note': {
    owner: 'finance', severity: 2, title: { en: 'Two credit notes for one refund', de: 'Zwei Gutschriften für eine Erstattung' },
    why: { en: 'One return was credited twice.', de: 'Eine Retoure wurde zweimal gutgeschrieben.' },
    todo: { en: 'Cancel one.', de: 'Eine stornieren.' },
  },
  'credit-note-differs': {
    owner: 'finance', severity: 2, title: { en: 'Credit note differs from refund', de: 'Gutschrift weicht ab' },
    why: { en: 'Credit note and refund differ by more than rounding.', de: 'Gutschrift und Erstattung weichen um mehr als die Rundung ab.' },
    todo: { en: 'Correct the document.', de: 'Beleg korrigieren.' },
  },
  'credit-note-tax-differs': {
    owner: 'finance', severity: 3, title: { en: 'Tax of the credit note differs', de: 'Steuer der Gutschrift weicht ab' },
    why: { en: 'The totals agree, the tax does not.', de: 'Die Summen stimmen, die Steuer nicht.' },
    todo: { en: 'Correct the tax rate of the lines.', de: 'Steuersatz der Positionen korrigieren.' },
  },
  'credit-note-wrong-period': {
    owner: 'finance', severity: 2, title: { en: 'Credit note in the wrong period', de: 'Gutschrift in falscher Periode' },
    why: { en: 'The refund belongs to an earlier month than its credit note.', de: 'Die Erstattung gehört in einen früheren Monat als ihre Gutschrift.' },
    todo: { en: 'Correct the date, or accept it.', de: 'Datum korrigieren oder akzeptieren.' },
  },
  'stock-moved-by-two-documents': {
    owner: 'ops', severity: 2, title: { en: 'Two documents moved the stock', de: 'Zwei Belege haben den Bestand bewegt' },
    why: { en: 'More units reached stock than were received.', de: 'Es kamen mehr Stücke in den Bestand, als angenommen wurden.' },
    todo: { en: 'Reverse one of the moves.', de: 'Eine der Bewegungen zurücknehmen.' },
  },
  'return-not-on-order': {
    owner: 'ops', severity: 2, title: { en: 'Return missing on the ERP order', de: 'Retoure fehlt am ERP-Auftrag' },
    why: { en: 'The goods are back; the ERP order still counts them as delivered.', de: 'Die Ware ist zurück; der ERP-Auftrag zählt sie noch als geliefert.' },
    todo: { en: 'Switch on "update quantities on the order" for returns and correct this one.', de: 'Bei Retouren „Mengen am Auftrag ändern“ einschalten und diese korrigieren.' },
  },
  'exchange-balance-dropped': {
    owner: 'finance', severity: 1, title: { en: 'Exchange balance forgotten', de: 'Umtauschdifferenz vergessen' },
    why: { en: 'A price difference was agreed and neither paid nor refunded.', de: 'Ein Preisunterschied war vereinbart und ist weder gezahlt noch erstattet.' },
    todo: { en: 'Settle the balance.', de: 'Den Unterschied ausgleichen.' },
  },
  'return-backorder-lost': {
    owner: 'ops', severity: 2, title: { en: 'Rest of the return lost', de: 'Rest der Retoure verwaist' },
    why: { en: 'Part of the return came; the rest hangs in a document that nothing links to it.', de: 'Ein Teil der Retoure kam; der Rest hängt in einem Beleg, auf den nichts verweist.' },
    todo: { en: 'Receive the rest, or cancel the document.', de: 'Den Rest vereinnahmen oder den Beleg stornieren.' },
  },
  'cancelled-but-moved': {
    owner: 'ops', severity: 2, title: { en: 'Document cancelled, goods moved', de: 'Beleg storniert, Ware bewegt' },
    why: { en: 'The receipt was cancelled after its goods had been moved.', de: 'Der Wareneingang wurde storniert, nachdem seine Ware bewegt war.' },
    todo: { en: 'Find the goods; book them with a new receipt.', de: 'Ware finden; mit neuem Wareneingang buchen.' },
  },
  'done-move-edited': {
    owner: 'ops', severity: 2, title: { en: 'Finished move was edited', de: 'Abgeschlossene Bewegung geändert' },
    why: { en: 'A move that was done was changed afterwards; stock moved silently with it.', de: 'Eine fertige Bewegung wurde nachträglich geändert; der Bestand änderte sich still mit.' },
    todo: { en: 'Count the shelf; undo or confirm the change.', de: 'Regal zählen; Änderung zurücknehmen oder bestätigen.' },
  },
  'return-valued-wrong': {
    owner: 'finance', severity: 2, title: { en: 'Return valued at another cost', de: 'Retoure falsch bewertet' },
    why: { en: 'The stock came back at another cost than it left.', de: 'Die Ware kam mit anderen Kosten zurück, als sie hinausging.' },
    todo: { en: 'Correct the valuation.', de: 'Bewertung korrigieren.' },
  },
  'told-too-early': {
    owner: 'support', severity: 1, title: { en: 'Told too early', de: 'Zu früh Bescheid gegeben' },
    why: { en: 'A system says all is done while something is still open: closed in one system, open loss in another.', de: 'Ein System sagt, alles sei erledigt, während noch etwas offen ist: in einem System zu, im anderen ein offener Verlust.' },
    todo: { en: 'Put the true state into the case; tell the customer.', de: 'Den wahren Stand in den Fall schreiben; dem Kunden Bescheid geben.' },
  },
  'loop-closed-case-open': {
    owner: 'support', severity: 3, title: { en: 'All done, case still open', de: 'Alles erledigt, Fall noch offen' },
    why: { en: 'Every account is settled; the case is still open.', de: 'Alle Konten sind ausgeglichen; der Fall ist noch offen.' },
    todo: { en: 'Resolve the case with the answer.', de: 'Fall mit der Antwort schließen.' },
  },
  'promise-broken': {
    owner: 'support', severity: 1, title: { en: 'Promise broken', de: 'Zusage gebrochen' },
    why: { en: 'What was promised did not happen by its day.', de: 'Was versprochen war, geschah nicht bis zu seinem Tag.' },
    todo: { en: 'Tell the customer.', de: 'Dem Kunden Bescheid geben.' },
  },
  'orphan-object': {
    owner: 'ops', severity: 2, title: { en: 'No order found', de: 'Keine Bestellung gefunden' },
    why: { en: 'A refund, receipt or credit note that no order claims.', de: 'Eine Erstattung, ein Wareneingang oder eine Gutschrift, zu der keine Bestellung passt.' },
    todo: { en: 'Choose its order among the candidates.', de: 'Bestellung unter den Vorschlägen wählen.' },
  },
  'reports-differ': {
    owner: 'ops', severity: 2, title: { en: 'Reports differ', de: 'Meldungen weichen ab' },
    why: { en: 'Two systems count the same event differently.', de: 'Zwei Systeme zählen dasselbe Ereignis verschieden.' },
    todo: { en: 'Count again; correct the wrong one.', de: 'Neu zählen; die falsche Meldung korrigieren.' },
  },
  'unmapped-status': {
    owner: 'ops', severity: 3, title: { en: 'Unknown status word', de: 'Unbekannter Status' },
    why: { en: 'A status word has no meaning here yet.', de: 'Ein Statuswort hat hier noch keine Bedeutung.' },
    todo: { en: 'Map it in the policy file.', de: 'In der Richtliniendatei zuordnen.' },
  },
  'unreadable-object': {
    owner: 'ops', severity: 3, title: { en: 'Unreadable value', de: 'Unlesbarer Wert' },
    why: { en: 'A value could not be read and was set aside.', de: 'Ein Wert war nicht lesbar und liegt beiseite.' },
    todo: { en: 'Correct the value at its source.', de: 'Den Wert an der Quelle korrigieren.' },
  },
  'webhook-disabled': {
    owner: 'ops', severity: 2, title: { en: 'Webhooks are off', de: 'Webhooks sind aus' },
    why: { en: 'The source does not tell us of changes any more; they are found late, by polling.', de: 'Die Quelle meldet keine Änderungen mehr; sie werden später gefunden, durch Abfragen.' },
    todo: { en: 'Switch them on again in the source, or give our key the right to.', de: 'In der Quelle wieder einschalten oder unserem Schlüssel das Recht dazu geben.' },
  },
  'source-stale': {
    owner: 'ops', severity: 2, title: { en: 'Source not read', de: 'Quelle nicht gelesen' },
    why: { en: 'The last complete read of this connection is too long ago; what rests on it is withheld.', de: 'Das letzte vollständige Lesen dieser Verbindung ist zu lange her; was darauf beruht, wird zurückgehalten.' },
    todo: { en: 'Test the connection; the last error is on its card.', de: 'Die Verbindung testen; der letzte Fehler steht auf ihrer Karte.' },
  },
  'source-rewound': {
    owner: 'ops', severity: 2, title: { en: 'Source went back in time', de: 'Quelle sprang zurück' },
    why: { en: 'A record came back with an older version than before: a restored backup, most often.', de: 'Ein Beleg kam mit einem älteren Stand zurück als zuvor: meist eine eingespielte Sicherung.' },
    todo: { en: 'Ask who restored it; have everything since then read again.', de: 'Klären, wer zurückgespielt hat; alles seither neu lesen lassen.' },
  },
  'census-alarm': {
    owner: 'ops', severity: 2, title: { en: 'Too much missing at once', de: 'Zu viel fehlt auf einmal' },
    why: { en: 'A count of all records misses more than could have been deleted by people; the connection was stopped.', de: 'Eine Zählung aller Belege vermisst mehr, als Menschen gelöscht haben können; die Verbindung ist angehalten.' },
    todo: { en: 'See whether they were deleted or only hidden, then resume the connection.', de: 'Prüfen, ob gelöscht oder nur verborgen, dann die Verbindung fortsetzen.' },
  },
  'clock-skew': {
    owner: 'ops', severity: 3, title: { en: 'Clocks differ', de: 'Uhren gehen verschieden' },
    why: { en: 'The clock of the source and ours are too far apart for signatures and due times.', de: 'Die Uhr der Quelle und unsere gehen zu weit auseinander für Signaturen und Fristen.' },
    todo: { en: 'Have both set by NTP.', de: 'Beide über NTP stellen.' },
  },
  'notice-failed': {
    owner: 'support', severity: 2, title: { en: 'Somebody was not told', de: 'Jemand wurde nicht informiert' },
    why: { en: 'The server refused the message for good, or it failed too often.', de: 'Der Server hat die Nachricht endgültig abgelehnt, oder sie ist zu oft gescheitert.' },
    todo: { en: 'Read the reason, mend address or channel, and tell them yourself.', de: 'Den Grund lesen, Adresse oder Weg berichtigen und selbst Bescheid geben.' },
  },
  'notice-outcome-unknown': {
    owner: 'support', severity: 3, title: { en: 'Unknown whether somebody was told', de: 'Unklar, ob jemand informiert wurde' },
    why: { en: 'The connection broke while the message was sent. It is not sent again by itself.', de: 'Die Verbindung brach ab, während die Nachricht gesendet wurde. Von selbst wird sie nicht erneut gesendet.' },
    todo: { en: 'Look whether it arrived; tell them yourself where it did not.', de: 'Nachsehen, ob sie ankam; sonst selbst Bescheid geben.' },
  },
  'many-at-once': {
    owner: 'ops', severity: 2, title: { en: 'Many at once, one cause', de: 'Viele auf einmal, eine Ursache' },
    why: { en: 'One cause brought far more problems within an hour than is usual; this one stands for all of them.', de: 'Eine Ursache brachte in einer Stunde weit mehr Klärfälle als üblich; dieser steht für alle.' },
    todo: { en: 'Find the cause first; its problems close by their own facts.', de: 'Zuerst die Ursache finden; ihre Klärfälle schließen sich durch eigene Ereignisse.' },
  },
  'ambiguous-order': {
    owner: 'ops', severity: 2, title: { en: 'Fits two orders', de: 'Passt zu zwei Bestellungen' },
    why: { en: 'A value that fits two orders; nothing decides between them.', de: 'Ein Wert, der zu zwei Bestellungen passt; nichts entscheidet zwischen ihnen.' },
    todo: { en: 'Choose the order.', de: 'Die Bestellung wählen.' },
  },
} as const satisfies Record<string, CodeEntry>; // prettier-ignore

export type ProblemCode = keyof typeof problemCodes;
