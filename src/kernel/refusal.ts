/**
 * Expected refusals of the return workflow: a reason code and what it is about, in plain words. A refusal is a value,
 * never an exception, and changes nothing.
 */
import { formatDecimal } from './money.ts';
import type { Language } from './wording.ts';

/** Every reason with its words. `{name}` is filled in from what the refusal is about. */
export const refusalReasons = {
  'order-unknown': { en: 'No system has told what was bought with this order, so nothing can be decided about it.', de: 'Kein System hat gesagt, was mit dieser Bestellung gekauft wurde; es lässt sich nichts entscheiden.' },
  'form-stale': { en: 'Something about this order changed since the form was opened. Look at it again, then decide.', de: 'An dieser Bestellung hat sich seit dem Öffnen etwas geändert. Bitte neu ansehen, dann entscheiden.' },
  'home-elsewhere': { en: 'This step is made in another system ({system}), not at the desk.', de: 'Dieser Schritt wird in einem anderen System gemacht ({system}), nicht am Retourentisch.' },
  'nothing-named': { en: 'Name at least one item and how many of it.', de: 'Bitte mindestens einen Artikel und die Stückzahl nennen.' },
  'units-invalid': { en: 'Units are whole numbers from 1.', de: 'Stückzahlen sind ganze Zahlen ab 1.' },
  'amount-invalid': { en: 'Amounts are whole minor units, 0 or more.', de: 'Beträge sind ganze kleinste Einheiten, 0 oder mehr.' },
  'item-not-on-order': { en: '{sku} is not on this order.', de: '{sku} steht nicht auf dieser Bestellung.' },
  'item-not-returnable': { en: '{sku} is a service; nothing of it comes back.', de: '{sku} ist eine Leistung, davon kommt nichts zurück.' },
  'more-than-shipped': { en: 'Only {limit} of {sku} were shipped, {units} were named.', de: 'Von {sku} wurden nur {limit} versandt, genannt sind {units}.' },
  'more-than-open': { en: 'Only {left} of {sku} are not in a return already.', de: 'Von {sku} sind nur {left} noch in keiner Retoure.' },
  'more-than-bought': { en: 'Only {limit} of {sku} were bought.', de: 'Von {sku} wurden nur {limit} gekauft.' },
  'return-window-over': { en: 'Returns are taken until {until}; that day has passed.', de: 'Retouren sind bis {until} möglich; der Tag ist vorbei.' },
  'not-a-consumer': { en: 'The right of withdrawal is for consumers; this is a business order.', de: 'Das Widerrufsrecht gilt für Verbraucher; dies ist eine Geschäftsbestellung.' },
  'withdrawal-not-offered': { en: 'This shop takes no withdrawals here.', de: 'Dieser Shop nimmt hier keine Widerrufe an.' },
  'withdrawn-already': { en: 'The whole order was withdrawn before; that declaration counts.', de: 'Die ganze Bestellung wurde schon widerrufen; diese Erklärung gilt.' },
  'declared-in-future': { en: 'A declaration cannot lie in the future.', de: 'Eine Erklärung kann nicht in der Zukunft liegen.' },
  'before-order': { en: 'That would lie before the order was placed.', de: 'Das läge vor der Bestellung.' },
  'rma-unknown': { en: 'There is no return {rma} on this order.', de: 'Auf dieser Bestellung gibt es keine Retoure {rma}.' },
  'rma-needed': { en: 'Name the return number.', de: 'Bitte die Retourennummer nennen.' },
  'wrong-stage': { en: 'The return is {stage}; this step does not follow.', de: 'Die Retoure ist {stage}; dieser Schritt folgt darauf nicht.' },
  'withdrawal-is-a-right': { en: 'A withdrawal is a right: nobody approves or refuses it.', de: 'Ein Widerruf ist ein Recht: niemand gibt ihn frei oder lehnt ihn ab.' },
  'reason-needed': { en: 'Say why; the customer and the audit trail are told.', de: 'Bitte einen Grund nennen; Kunde und Protokoll erfahren ihn.' },
  'surplus-unconfirmed': { en: '{units} of {sku} are {over} more than expected. Count again; confirm the surplus if it is really there.', de: '{units} von {sku} sind {over} mehr als erwartet. Bitte nachzählen und den Überschuss bestätigen, wenn er wirklich da ist.' },
  'wrong-item-unconfirmed': { en: '{sku} was never on this order. Confirm that the wrong item is really here.', de: '{sku} stand nie auf dieser Bestellung. Bitte bestätigen, dass der falsche Artikel wirklich da ist.' },
  'not-counted': { en: 'Only {left} of {sku} are counted and not graded yet. Count first, then grade.', de: 'Von {sku} sind nur {left} gezählt und noch nicht geprüft. Erst zählen, dann prüfen.' },
  'not-out-there': { en: 'Only {left} of {sku} left and did not come back.', de: 'Von {sku} sind nur {left} hinausgegangen und nicht zurück.' },
  'damaged-not-for-restock': { en: '{sku} is {condition}: it cannot go back into stock for sale.', de: '{sku} ist {condition}: das kann nicht zurück in den Verkauf.' },
  'not-on-hold': { en: 'Only {left} of {sku} are in quarantine.', de: 'Von {sku} sind nur {left} in Quarantäne.' },
  'not-to-send-back': { en: 'Only {left} of {sku} are graded as going back to the {to}.', de: 'Von {sku} sind nur {left} zum Zurücksenden an {to} vorgesehen.' },
  'not-counted-and-graded': { en: 'Stock is moved only for units that somebody counted and graded: of {sku} that is {left}.', de: 'Bestand wird nur für gezählte und geprüfte Stücke bewegt: bei {sku} sind das {left}.' },
  'nothing-paid': { en: 'Nothing was paid for this order, so nothing can go back.', de: 'Für diese Bestellung wurde nichts bezahlt, also kann nichts zurückgehen.' },
  'already-refunded': { en: 'All that was paid has gone back already or is promised.', de: 'Alles Bezahlte ist schon zurückgegangen oder zugesagt.' },
  'refund-of-nothing': { en: 'This would give back nothing.', de: 'Damit ginge nichts zurück.' },
  'more-than-left': { en: 'Only {left} of {sku} are not refunded or promised yet.', de: 'Von {sku} sind nur {left} noch nicht erstattet oder zugesagt.' },
  'kept-too-much': { en: 'More would be kept than {sku} cost.', de: 'Es würde mehr einbehalten, als {sku} gekostet hat.' },
  'over-cap': { en: 'At most {left} may still go back.', de: 'Höchstens {left} dürfen noch zurückgehen.' },
  'over-component': { en: 'At most {left} of the {part} may still go back.', de: 'Höchstens {left} dürfen davon ({part}) noch zurückgehen.' },
  'over-goodwill-cap': { en: 'Goodwill is limited to {left} here.', de: 'Kulanz ist hier auf {left} begrenzt.' },
  'purpose-needed': { en: 'An amount without items needs its purpose: goodwill, price, shipping or duplicate.', de: 'Ein Betrag ohne Artikel braucht einen Zweck: Kulanz, Preis, Versand oder doppelt.' },
  'disputed': { en: 'The payment is disputed at the gateway. A refund now could pay twice; settle the dispute first.', de: 'Die Zahlung ist beim Anbieter strittig. Eine Erstattung könnte doppelt zahlen; erst den Streitfall klären.' },
  'not-received': { en: 'Money goes back once goods are counted here: of {sku} that is {left}. A person with authority may pay first.', de: 'Geld geht zurück, wenn Ware gezählt ist: bei {sku} sind das {left}. Wer darf, kann vorher zahlen.' },
  'preview-differs': { en: 'The amounts changed since the preview. Look at it again, then agree.', de: 'Die Beträge haben sich seit der Vorschau geändert. Bitte neu ansehen, dann zustimmen.' },
  'refund-unknown': { en: 'There is no refund {refund} on this order.', de: 'Auf dieser Bestellung gibt es keine Erstattung {refund}.' },
  'agreement-unknown': { en: 'There is no agreed refund {agreement} on this order.', de: 'Auf dieser Bestellung gibt es keine vereinbarte Erstattung {agreement}.' },
  'agreement-done': { en: 'This refund is made or revoked already.', de: 'Diese Erstattung ist schon gemacht oder zurückgenommen.' },
  'agreement-complete': { en: 'This refund has all approvals it needs.', de: 'Diese Erstattung hat alle nötigen Freigaben.' },
  'same-person': { en: 'The second approval must come from another person.', de: 'Die zweite Freigabe muss von einer anderen Person kommen.' },
  'exchange-same-item': { en: 'An exchange needs an item to send instead.', de: 'Ein Umtausch braucht einen Artikel, der dafür versandt wird.' },
  'nothing-to-accept': { en: 'There is no open difference of this kind any more.', de: 'Eine offene Differenz dieser Art gibt es nicht mehr.' },
  'not-assertable': { en: '{type} cannot be vouched for by a person; it must come from its system.', de: '{type} kann niemand bezeugen; das muss aus dem System kommen.' },
  'evidence-needed': { en: 'Say what proves it: a reference, a photo, who saw it.', de: 'Bitte den Beleg nennen: eine Nummer, ein Foto, wer es gesehen hat.' },
  'photo-unknown': { en: 'A photo that was named is not stored.', de: 'Ein genanntes Foto ist nicht gespeichert.' },
  'match-taken': { en: 'This record belongs to an order already: {order}.', de: 'Dieser Beleg gehört schon zu einer Bestellung: {order}.' },
  'match-unknown': { en: 'There is no record {subject}.', de: 'Einen Beleg {subject} gibt es nicht.' },
} as const satisfies Record<string, Readonly<Record<Language, string>>>; // prettier-ignore

export type RefusalReason = keyof typeof refusalReasons;

export type RefusalAbout = Readonly<Record<string, string | number>>;

export type Refusal = {
  readonly ok: false;
  readonly reason: RefusalReason;
  readonly about: RefusalAbout;
};

export function refuse(reason: RefusalReason, about: RefusalAbout = {}): Refusal {
  return { ok: false, reason, about };
}

/** Words of stages, conditions and systems as they stand in sentences. */
const words: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  requested: { en: 'requested', de: 'angefragt' },
  approved: { en: 'approved', de: 'freigegeben' },
  withdrawn: { en: 'withdrawn', de: 'widerrufen' },
  rejected: { en: 'refused', de: 'abgelehnt' },
  cancelled: { en: 'cancelled', de: 'storniert' },
  expired: { en: 'expired', de: 'verfallen' },
  received: { en: 'received', de: 'eingetroffen' },
  inspected: { en: 'inspected', de: 'geprüft' },
  kept: { en: 'kept by the customer', de: 'beim Kunden geblieben' },
  opened: { en: 'opened', de: 'geöffnet' },
  defective: { en: 'defective', de: 'defekt' },
  customer_damaged: { en: 'damaged by the customer', de: 'vom Kunden beschädigt' },
  carrier_damaged: { en: 'damaged on the way', de: 'auf dem Weg beschädigt' },
  wrong_item: { en: 'the wrong item', de: 'der falsche Artikel' },
  expired_goods: { en: 'past its date', de: 'abgelaufen' },
  customer: { en: 'customer', de: 'den Kunden' },
  vendor: { en: 'vendor', de: 'den Lieferanten' },
  shipping: { en: 'shipping', de: 'Versand' },
  fees: { en: 'fees', de: 'Gebühren' },
};

/** The refusal in plain words. An amount (`left` with `currency`) is written with its currency. */
export function refusalText(refusal: Pick<Refusal, 'reason' | 'about'>, language: Language): string {
  const { about } = refusal;
  return refusalReasons[refusal.reason][language].replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    const value = about[name];
    if (value === undefined) return '–';
    if (typeof value === 'number' && typeof about['currency'] === 'string')
      return `${formatDecimal({ minor: value, currency: about['currency'] })} ${about['currency']}`;
    return typeof value === 'string' ? (words[value]?.[language] ?? value) : String(value);
  });
}
