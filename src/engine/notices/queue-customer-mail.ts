/** Mail to a customer about an order: wording by language, queued in the outbox, sent at most once. */
import { languages, type Language } from '../../kernel/wording.ts';
import type { Runner } from '../../store/database.ts';
import { listTemplates } from '../../store/notice-templates.ts';
import { queueNotice } from '../../store/notices.ts';
import { customerKeyOf } from '../../store/person-fields.ts';
import type { Seal } from '../../store/seal.ts';
import {
  customerTemplates, fillTemplate, type Filled, type TemplateField, type TemplateName, type TemplateText,
  type TemplateValues,
} from './customer-templates.ts'; // prettier-ignore

export type CustomerMail = {
  readonly orderKey: string;
  readonly template: TemplateName;
  /** BCP 47 language of the order, or of whoever asks; what is not spoken here becomes `fallback`. */
  readonly language: string | undefined;
  readonly fallback?: Language;
  readonly values: TemplateValues;
  readonly to: string;
  /** Queued twice with one key, it is one mail: of the step it tells of (`withdrawal/<id>`). */
  readonly onceKey: string;
  /** Who has it sent; nobody for what goes out by itself. */
  readonly madeBy?: string;
};

export type QueuedMail =
  | { readonly is: 'queued'; readonly noticeId: string; readonly language: Language }
  /** Queued before under the same key. */
  | { readonly is: 'known' }
  | { readonly is: 'lacking'; readonly fields: readonly TemplateField[] };

/** The language of ours for a BCP 47 tag: `de-AT` is `de`. */
export function languageOf(tag: string | undefined, fallback: Language = 'en'): Language {
  const primary = (tag ?? '').toLowerCase().split(/[-_]/)[0];
  return languages.find((language) => language === primary) ?? fallback;
}

/** The wording in force of one template. */
export async function readTemplate(
  db: Runner,
  name: TemplateName,
  language: Language,
): Promise<TemplateText> {
  const own = (await listTemplates(db)).find((one) => one.name === name && one.language === language);
  return own ?? customerTemplates[name].text[language];
}

/** The mail as it would be sent. */
export async function previewCustomerMail(
  db: Runner,
  mail: Pick<CustomerMail, 'template' | 'language' | 'fallback' | 'values'>,
): Promise<Filled & { readonly language: Language }> {
  const language = languageOf(mail.language, mail.fallback);
  const text = await readTemplate(db, mail.template, language);
  return { ...fillTemplate(text, customerTemplates[mail.template].needs, mail.values), language };
}

/** Queues a mail, in the transaction of the step it tells of. */
export async function queueCustomerMail(db: Runner, seal: Seal, mail: CustomerMail): Promise<QueuedMail> {
  const filled = await previewCustomerMail(db, mail);
  if (filled.is === 'lacking') return { is: 'lacking', fields: filled.fields };
  const noticeId = await queueNotice(db, seal, {
    subjectKey: mail.orderKey,
    onceKey: mail.onceKey,
    kind: `customer.${mail.template}`,
    channel: 'email',
    content: { to: [mail.to], subject: filled.subject, text: filled.text },
    customerKey: customerKeyOf(seal, mail.to),
    told: customerTemplates[mail.template].told,
    ...(mail.madeBy !== undefined && { madeBy: mail.madeBy }),
  });
  return noticeId === undefined ? { is: 'known' } : { is: 'queued', noticeId, language: filled.language };
}
