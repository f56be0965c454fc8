/** What the customers' pages say, in English and German. `{name}` is filled in. */
import type { ReturnStage } from '../../kernel/desk-return.ts';
import type { Language } from '../../kernel/wording.ts';

type Words = Readonly<Record<Language, string>>;

export const customerWords = {
  title: { en: 'Returns', de: 'Retouren' },
  skip: { en: 'Skip to the content', de: 'Zum Inhalt springen' },
  other: { en: 'Deutsch', de: 'English' },
  entryTitle: { en: 'Return something, or see where your return stands', de: 'Etwas zurückgeben oder den Stand sehen' },
  entryLead: { en: 'We send you a link to the pages of your order. You need no account.', de: 'Wir schicken Ihnen einen Link zu den Seiten Ihrer Bestellung. Sie brauchen kein Konto.' },
  orderNumber: { en: 'Order number', de: 'Bestellnummer' },
  orderHint: { en: 'It stands in the confirmation of your order.', de: 'Sie steht in der Bestellbestätigung.' },
  email: { en: 'E-mail address of the order', de: 'E-Mail-Adresse der Bestellung' },
  sendLink: { en: 'Send me the link', de: 'Link zuschicken' },
  sentTitle: { en: 'Look into your inbox', de: 'Bitte sehen Sie in Ihr Postfach' },
  sentText: { en: 'If order number and address belong together, a link is on its way. It can take a few minutes; look into the spam folder, too.', de: 'Wenn Bestellnummer und Adresse zusammengehören, ist ein Link unterwegs. Das kann einige Minuten dauern; bitte sehen Sie auch im Spam-Ordner nach.' },
  again: { en: 'Try again', de: 'Noch einmal versuchen' },
  withdrawHere: { en: 'Withdraw from contract here', de: 'Vertrag hier widerrufen' },
  withdrawLead: { en: 'Consumers may withdraw from a purchase without giving a reason. It takes two steps: declare, then confirm. We acknowledge it at once.', de: 'Verbraucher können einen Kauf ohne Angabe von Gründen widerrufen. Dazu braucht es zwei Schritte: erklären und bestätigen. Den Eingang bestätigen wir sofort.' },
  withdrawDirect: { en: 'No link at hand? You can withdraw without it.', de: 'Keinen Link zur Hand? Sie können auch ohne ihn widerrufen.' },
  name: { en: 'Your name', de: 'Ihr Name' },
  emailForReceipt: { en: 'E-mail address for the acknowledgement', de: 'E-Mail-Adresse für die Eingangsbestätigung' },
  what: { en: 'What do you withdraw from?', de: 'Was widerrufen Sie?' },
  wholeOrder: { en: 'The whole order', de: 'Die ganze Bestellung' },
  partOfOrder: { en: 'Only a part of it', de: 'Nur einen Teil' },
  whichPart: { en: 'Which items, and how many?', de: 'Welche Artikel, und wie viele?' },
  next: { en: 'Next: look at it and confirm', de: 'Weiter: ansehen und bestätigen' },
  confirmTitle: { en: 'Please confirm your withdrawal', de: 'Bitte bestätigen Sie Ihren Widerruf' },
  confirmLead: { en: 'This is what you declare:', de: 'Das erklären Sie:' },
  confirmWithdrawal: { en: 'Confirm withdrawal', de: 'Widerruf bestätigen' },
  back: { en: 'Back', de: 'Zurück' },
  ackTitle: { en: 'We have received your withdrawal', de: 'Ihr Widerruf ist eingegangen' },
  ackTime: { en: 'Received on {time}', de: 'Eingegangen am {time}' },
  ackMail: { en: 'An acknowledgement with this content is on its way to {email}.', de: 'Eine Eingangsbestätigung mit diesem Inhalt ist unterwegs an {email}.' },
  ackLegal: { en: 'You get your money back by {date}. We may wait until the goods or a proof of dispatch are here.', de: 'Sie erhalten Ihr Geld bis zum {date} zurück. Wir dürfen warten, bis die Ware oder ein Versandnachweis da ist.' },
  statementWhole: { en: 'I withdraw from the contract for the whole order {order}.', de: 'Ich widerrufe den Vertrag über die ganze Bestellung {order}.' },
  statementUnits: { en: 'I withdraw from the contract for these goods of order {order}:', de: 'Ich widerrufe den Vertrag über diese Waren der Bestellung {order}:' },
  statementBy: { en: 'Declared by: {name}, {email}', de: 'Erklärt von: {name}, {email}' },
  order: { en: 'Order {order}', de: 'Bestellung {order}' },
  placedOn: { en: 'of {date}', de: 'vom {date}' },
  nothingYet: { en: 'There is no return on this order.', de: 'Zu dieser Bestellung gibt es keine Retoure.' },
  returnNo: { en: 'Return {rma}', de: 'Retoure {rma}' },
  withdrawalNo: { en: 'Withdrawal {rma}', de: 'Widerruf {rma}' },
  items: { en: 'Items', de: 'Artikel' },
  item: { en: 'Item', de: 'Artikel' },
  bought: { en: 'Bought', de: 'Gekauft' },
  howMany: { en: 'How many?', de: 'Wie viele?' },
  returnTitle: { en: 'Return something', de: 'Etwas zurückgeben' },
  returnLead: { en: 'Choose what you want to return. We tell you how to send it.', de: 'Wählen Sie, was Sie zurückgeben möchten. Wie Sie es senden, teilen wir Ihnen mit.' },
  reason: { en: 'Why?', de: 'Warum?' },
  optional: { en: 'You need not say.', de: 'Sie müssen es nicht sagen.' },
  wish: { en: 'What would you like best?', de: 'Was wäre Ihnen am liebsten?' },
  sendRequest: { en: 'Send the request', de: 'Anfrage senden' },
  requestDone: { en: 'We have your request', de: 'Ihre Anfrage ist da' },
  nothingLeft: { en: 'Everything of this order is in a return already, or was not shipped.', de: 'Alles aus dieser Bestellung ist schon in einer Retoure oder wurde nicht versandt.' },
  sendTo: { en: 'Send the goods to', de: 'Bitte senden Sie die Ware an' },
  putInside: { en: 'Put a note with the number {rma} into the parcel.', de: 'Legen Sie einen Zettel mit der Nummer {rma} ins Paket.' },
  tracking: { en: 'Sent already? Tracking number', de: 'Schon versandt? Sendungsnummer' },
  sendTracking: { en: 'Save', de: 'Speichern' },
  proved: { en: 'We have your proof of dispatch of {date}.', de: 'Ihr Versandnachweis vom {date} liegt uns vor.' },
  money: { en: 'Your money', de: 'Ihr Geld' },
  comes: { en: 'comes back to: {tender}', de: 'gehen zurück an: {tender}' },
  comesBy: { en: 'by {date}', de: 'bis {date}' },
  comesAfterGoods: { en: 'once the goods or a proof of dispatch are here, by {date} at the latest if they are here by then', de: 'sobald die Ware oder ein Versandnachweis da ist; wenn das rechtzeitig geschieht, spätestens bis {date}' },
  comesAfterCheck: { en: 'once the goods are here and checked', de: 'sobald die Ware da und geprüft ist' },
  wentBack: { en: '{amount} went back on {date} to: {tender}.', de: '{amount} gingen am {date} zurück an: {tender}.' },
  onItsWay: { en: '{amount} is on its way since {date} to: {tender}.', de: '{amount} sind seit {date} unterwegs an: {tender}.' },
  failed: { en: '{amount} could not be paid back on {date}. We take care of it; the money stays yours.', de: '{amount} konnten am {date} nicht zurückgezahlt werden. Wir kümmern uns darum; das Geld steht Ihnen weiter zu.' },
  asOf: { en: 'As of {time}', de: 'Stand: {time}' },
  linkOver: { en: 'This link does not work any more', de: 'Dieser Link gilt nicht mehr' },
  linkOverText: { en: 'It is too old or was cut off in the mail. Ask for a new one:', de: 'Er ist zu alt oder wurde in der Nachricht abgeschnitten. Hier bekommen Sie einen neuen:' },
  notNow: { en: 'That did not work', de: 'Das hat nicht geklappt' },
  tooMany: { en: 'Too many requests from your address. Please wait a minute, then try again.', de: 'Zu viele Anfragen von Ihrer Adresse. Bitte warten Sie eine Minute und versuchen Sie es dann noch einmal.' },
  later: { en: 'We cannot answer right now. Please try again in a few minutes; nothing you sent before is lost.', de: 'Wir können gerade nicht antworten. Bitte versuchen Sie es in einigen Minuten noch einmal; was Sie schon gesendet haben, ist nicht verloren.' },
  invalid: { en: 'Please fill in every field; the e-mail address needs an @.', de: 'Bitte füllen Sie alle Felder aus; die E-Mail-Adresse braucht ein @.' },
  private: { en: 'Whoever has the link of this page can see it. It shows this one order and nothing else.', de: 'Wer den Link dieser Seite hat, kann sie sehen. Sie zeigt nur diese eine Bestellung.' },
} as const satisfies Record<string, Words>; // prettier-ignore

export type CustomerWord = keyof typeof customerWords;

export function say(
  word: CustomerWord,
  language: Language,
  values: Readonly<Record<string, string>> = {},
): string {
  return customerWords[word][language].replaceAll(/\{(\w+)\}/g, (_match, name: string) => values[name] ?? '');
}

export const stageWords: Readonly<Record<ReturnStage, Words>> = {
  requested: { en: 'We have your request', de: 'Ihre Anfrage ist da' },
  withdrawn: { en: 'We have your withdrawal', de: 'Ihr Widerruf ist da' },
  approved: { en: 'Approved, please send the goods', de: 'Freigegeben, bitte senden Sie die Ware' },
  rejected: { en: 'We could not accept this return', de: 'Wir konnten diese Retoure nicht annehmen' },
  cancelled: { en: 'Cancelled', de: 'Storniert' },
  expired: { en: 'Expired: nothing came', de: 'Verfallen: es kam nichts an' },
  kept: { en: 'You keep the goods', de: 'Sie behalten die Ware' },
  received: { en: 'Your parcel is here', de: 'Ihr Paket ist da' },
  inspected: { en: 'Checked', de: 'Geprüft' },
};

export const pathWords = {
  received: { en: 'Parcel arrives here', de: 'Paket kommt bei uns an' },
  inspected: { en: 'We check the goods', de: 'Wir prüfen die Ware' },
  refunded: { en: 'Money goes back', de: 'Geld geht zurück' },
} as const satisfies Record<string, Words>;

/** Reasons a customer may pick; the word goes into the fact. */
export const reasonWords: Readonly<Record<string, Words>> = {
  too_small: { en: 'Too small', de: 'Zu klein' },
  too_large: { en: 'Too large', de: 'Zu groß' },
  not_as_described: { en: 'Not as described', de: 'Nicht wie beschrieben' },
  defective: { en: 'Broken or faulty', de: 'Defekt oder fehlerhaft' },
  wrong_item: { en: 'The wrong item came', de: 'Falscher Artikel' },
  not_needed: { en: 'No longer needed', de: 'Nicht mehr gebraucht' },
};

export const wishWords: Readonly<Record<string, Words>> = {
  refund: { en: 'Money back', de: 'Geld zurück' },
  exchange: { en: 'An exchange', de: 'Einen Umtausch' },
  store_credit: { en: 'Store credit', de: 'Ein Guthaben' },
  repair: { en: 'A repair', de: 'Eine Reparatur' },
};
