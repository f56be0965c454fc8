/**
 * What customers are told, in the wording that comes along; every one can be replaced per language. A line whose
 * `{{placeholder}}` has no value is left out, so one template serves with and without a return number.
 */
import type { Language } from '../../kernel/wording.ts';
import type { Told } from '../../store/notices.ts';

export const templateFields = [
  'order', 'rma', 'items', 'amount', 'account', 'date', 'time', 'legalDate', 'reason', 'content', 'link', 'shop',
] as const; // prettier-ignore
export type TemplateField = (typeof templateFields)[number];
export type TemplateValues = Readonly<Partial<Record<TemplateField, string>>>;

export type TemplateText = { readonly subject: string; readonly body: string };
type TemplateEntry = {
  /** What the order then knows that the customer was told. */
  readonly told: Told;
  /** Without these it is not sent. */
  readonly needs: readonly TemplateField[];
  readonly text: Readonly<Record<Language, TemplateText>>;
};

export const customerTemplates = {
  'request-received': {
    told: 'other', needs: ['order'],
    text: {
      en: { subject: 'Your return request for order {{order}}', body: 'Hello,\n\nwe have received your return request for order {{order}} on {{time}}.\nItems: {{items}}\nReturn number: {{rma}}\nWe will tell you what happens next. Where it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Retourenanfrage zur Bestellung {{order}}', body: 'Guten Tag,\n\nwir haben Ihre Retourenanfrage zur Bestellung {{order}} am {{time}} erhalten.\nArtikel: {{items}}\nRetourennummer: {{rma}}\nWie es weitergeht, teilen wir Ihnen mit. Aktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'withdrawal-received': {
    told: 'other', needs: ['order', 'content', 'time'],
    text: {
      en: { subject: 'We have received your withdrawal from order {{order}}', body: 'Hello,\n\nwe confirm that we received your withdrawal on {{time}}. This is what you declared:\n\n{{content}}\n\nOrder: {{order}}\nReturn number: {{rma}}\nYou get your money back by {{legalDate}}; we may wait until the goods or a proof of dispatch are here.\nWhere it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Wir haben Ihren Widerruf zur Bestellung {{order}} erhalten', body: 'Guten Tag,\n\nwir bestätigen den Eingang Ihres Widerrufs am {{time}}. Das haben Sie erklärt:\n\n{{content}}\n\nBestellung: {{order}}\nRetourennummer: {{rma}}\nSie erhalten Ihr Geld bis zum {{legalDate}} zurück; wir dürfen warten, bis die Ware oder ein Versandnachweis da ist.\nAktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'return-approved': {
    told: 'approved', needs: ['order'],
    text: {
      en: { subject: 'Your return of order {{order}} is approved', body: 'Hello,\n\nyour return of order {{order}} is approved.\nPlease send the goods by {{date}}.\nItems: {{items}}\nReturn number, to be put into the parcel: {{rma}}\nWhere it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Retoure zur Bestellung {{order}} ist freigegeben', body: 'Guten Tag,\n\nIhre Retoure zur Bestellung {{order}} ist freigegeben.\nBitte senden Sie die Ware bis zum {{date}}.\nArtikel: {{items}}\nRetourennummer, bitte dem Paket beilegen: {{rma}}\nAktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'return-rejected': {
    told: 'rejected', needs: ['order', 'reason'],
    text: {
      en: { subject: 'About your return request for order {{order}}', body: 'Hello,\n\nwe cannot accept the return of order {{order}}.\nReason: {{reason}}\nItems: {{items}}\nPlease answer this mail if you see it differently.\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Zu Ihrer Retourenanfrage zur Bestellung {{order}}', body: 'Guten Tag,\n\nwir können die Retoure zur Bestellung {{order}} nicht annehmen.\nGrund: {{reason}}\nArtikel: {{items}}\nWenn Sie das anders sehen, antworten Sie bitte auf diese Nachricht.\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'return-expired': {
    told: 'other', needs: ['order'],
    text: {
      en: { subject: 'Your return of order {{order}} has expired', body: 'Hello,\n\nyour return of order {{order}} was approved, and nothing has arrived. It has expired.\nReturn number: {{rma}}\nIf the goods are on their way, or you still want to send them, please answer this mail.\nWhere it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Retoure zur Bestellung {{order}} ist verfallen', body: 'Guten Tag,\n\nIhre Retoure zur Bestellung {{order}} war freigegeben, und es ist nichts eingetroffen. Sie ist damit verfallen.\nRetourennummer: {{rma}}\nWenn die Ware unterwegs ist oder Sie sie noch senden möchten, antworten Sie bitte auf diese Nachricht.\nAktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'goods-received': {
    told: 'other', needs: ['order'],
    text: {
      en: { subject: 'Your return of order {{order}} has arrived', body: 'Hello,\n\nyour return of order {{order}} has arrived.\nItems: {{items}}\nWe expect to refund {{amount}} by {{date}}.\nWhere it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Retoure zur Bestellung {{order}} ist eingetroffen', body: 'Guten Tag,\n\nIhre Retoure zur Bestellung {{order}} ist eingetroffen.\nArtikel: {{items}}\nWir erstatten voraussichtlich {{amount}} bis zum {{date}}.\nAktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'refund-sent': {
    told: 'refunded', needs: ['order', 'amount'],
    text: {
      en: { subject: 'Your refund for order {{order}}', body: 'Hello,\n\nwe have refunded {{amount}} for order {{order}} on {{date}}.\nIt goes to: {{account}}\nItems: {{items}}\nYour bank may need a few days to show it.\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Erstattung zur Bestellung {{order}}', body: 'Guten Tag,\n\nwir haben Ihnen am {{date}} {{amount}} zur Bestellung {{order}} erstattet.\nZahlungsweg: {{account}}\nArtikel: {{items}}\nBis Ihre Bank den Betrag zeigt, können einige Tage vergehen.\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'refund-delayed': {
    told: 'other', needs: ['order'],
    text: {
      en: { subject: 'Your refund for order {{order}} takes longer', body: 'Hello,\n\nthe refund of {{amount}} for order {{order}} takes longer than we said. We are sorry.\nWe now expect it by {{date}}.\nReason: {{reason}}\nWhere it stands: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Erstattung zur Bestellung {{order}} dauert länger', body: 'Guten Tag,\n\ndie Erstattung von {{amount}} zur Bestellung {{order}} dauert länger als angekündigt. Das tut uns leid.\nWir rechnen jetzt damit bis zum {{date}}.\nGrund: {{reason}}\nAktueller Stand: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'refund-failed': {
    told: 'other', needs: ['order', 'amount'],
    text: {
      en: { subject: 'Your refund for order {{order}} did not go through', body: 'Hello,\n\nwe tried to refund {{amount}} for order {{order}}; your payment provider did not take it. The money is still yours.\nWe will pay it another way by {{date}}.\nReason: {{reason}}\nPlease answer this mail if your account has changed.\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Ihre Erstattung zur Bestellung {{order}} ist nicht angekommen', body: 'Guten Tag,\n\nwir wollten {{amount}} zur Bestellung {{order}} erstatten; Ihr Zahlungsanbieter hat die Zahlung nicht angenommen. Das Geld steht Ihnen weiter zu.\nWir zahlen es bis zum {{date}} auf anderem Weg.\nGrund: {{reason}}\nWenn sich Ihr Konto geändert hat, antworten Sie bitte auf diese Nachricht.\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
  'status': {
    told: 'other', needs: ['order', 'content'],
    text: {
      en: { subject: 'Where your return of order {{order}} stands', body: 'Hello,\n\nthis is where your return of order {{order}} stands on {{time}}:\n\n{{content}}\n\nWhere it stands at any time: {{link}}\n\nKind regards\n{{shop}}\n' },
      de: { subject: 'Stand Ihrer Retoure zur Bestellung {{order}}', body: 'Guten Tag,\n\nso steht Ihre Retoure zur Bestellung {{order}} am {{time}}:\n\n{{content}}\n\nJederzeit nachzusehen: {{link}}\n\nFreundliche Grüße\n{{shop}}\n' },
    },
  },
} as const satisfies Record<string, TemplateEntry>; // prettier-ignore

export type TemplateName = keyof typeof customerTemplates;
export const templateNames = Object.keys(customerTemplates) as TemplateName[];

/** Fields that a template asks for. Names that are none of ours stand in `unknown`. */
export function fieldsOfTemplate({ subject, body }: TemplateText): {
  readonly known: readonly TemplateField[];
  readonly unknown: readonly string[];
} {
  const names = [...new Set([...`${subject}\n${body}`.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].map((match) => match[1]!))];
  const all: readonly string[] = templateFields;
  return {
    known: names.filter((name) => all.includes(name)) as TemplateField[],
    unknown: names.filter((name) => !all.includes(name)),
  };
} // prettier-ignore

export type Filled =
  | { readonly is: 'filled'; readonly subject: string; readonly text: string }
  | { readonly is: 'lacking'; readonly fields: readonly TemplateField[] };

/** Puts values in. Lines that lack one are left out; what the template `needs` must be there. */
export function fillTemplate(
  text: TemplateText,
  needs: readonly TemplateField[],
  values: TemplateValues,
): Filled {
  const lacking = needs.filter((field) => (values[field] ?? '') === '');
  if (lacking.length > 0) return { is: 'lacking', fields: lacking };
  const put = (line: string): string | undefined => {
    let isWhole = true;
    const filled = line.replaceAll(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, name: string) => {
      const value = values[name as TemplateField] ?? '';
      if (value === '') isWhole = false;
      return value;
    });
    return isWhole ? filled : undefined;
  };
  const lines = text.body.split('\n').flatMap((line) => put(line) ?? []);
  // A header has one line, whatever a value holds.
  const subject = (put(text.subject) ?? text.subject.replaceAll(/\{\{[^{}]*\}\}/g, '')).replaceAll(/\s+/g, ' ').trim();
  return { is: 'filled', subject, text: lines.join('\n').replaceAll(/\n{3,}/g, '\n\n') };
} // prettier-ignore
