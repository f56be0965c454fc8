/** A refund preview in sentences: every amount once, and all of them add up to the total. */
import type { PreviewPart, RefundPreview } from './refund-preview.ts';
import { moneyText, unitsText, type Language } from './wording.ts';

const because: Readonly<Record<PreviewPart['because'], Readonly<Record<Language, string>>>> = {
  all: { en: 'all that is left of it', de: 'alles, was davon übrig ist' },
  standard: { en: 'the standard rate', de: 'der Standardsatz' },
  share: { en: 'the share of these goods', de: 'der Anteil dieser Ware' },
  asked: { en: 'as asked', de: 'wie gewünscht' },
  none: { en: 'none', de: 'nichts' },
};

const tenderWords: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  card: { en: 'card', de: 'Karte' },
  paypal: { en: 'PayPal', de: 'PayPal' },
  invoice: { en: 'invoice', de: 'Rechnung' },
  cod: { en: 'cash on delivery', de: 'Nachnahme' },
  gift_card: { en: 'gift card', de: 'Geschenkkarte' },
  store_credit: { en: 'store credit', de: 'Guthaben' },
  manual: { en: 'payment by hand', de: 'Zahlung von Hand' },
};

export const tenderText = (tender: string, language: Language): string =>
  tenderWords[tender]?.[language] ?? tender;

/** Sentences for people who decide and for the customer. */
export function previewSentences(preview: RefundPreview, language: Language): string[] {
  const money = (minor: number): string => moneyText({ minor, currency: preview.currency }, language);
  const de = language === 'de';
  const said: string[] = [];
  for (const line of preview.lines) {
    const of = `${unitsText(line.units, language)} ${line.name ?? line.sku}`;
    const all = line.isLast && line.charged.units > line.units;
    const why = all ? (de ? ' (der Rest der Position)' : ' (all that is left of the line)') : '';
    const kept =
      line.kept === 0 ? '' : de ? `, ${money(line.kept)} einbehalten` : `, ${money(line.kept)} kept`;
    said.push(`${of}: ${money(line.gross)}${why}${kept}.`);
  }
  const part = (name: string, one: PreviewPart): void => {
    if (one.gross !== 0) said.push(`${name}: ${money(one.gross)} (${because[one.because][language]}).`);
  };
  part(de ? 'Versand' : 'Shipping', preview.shipping);
  part(preview.fees.charged < 0 ? (de ? 'Rabatt' : 'Discount') : de ? 'Gebühren' : 'Fees', preview.fees);
  if (preview.rounding !== 0)
    said.push(`${de ? 'Rundung der Bestellung' : 'Rounding of the order'}: ${money(preview.rounding)}.`);
  if (preview.amount !== 0)
    said.push(`${de ? 'Betrag ohne Artikel' : 'Amount without items'}: ${money(preview.amount)}.`);
  if (preview.cut !== 0)
    said.push(
      de
        ? `${money(preview.cut)}, weil nicht mehr zurückgeht, als bezahlt wurde.`
        : `${money(preview.cut)}, because no more goes back than was paid.`,
    );
  said.push(
    de
      ? `Zusammen ${money(preview.total)}, darin ${money(preview.tax)} Steuer.`
      : `Together ${money(preview.total)}, tax ${money(preview.tax)} within.`,
  );
  for (const tender of preview.tenders)
    said.push(`${de ? 'An' : 'To'} ${tenderText(tender.tender, language)}: ${money(tender.minor)}.`);
  return said;
}
