/** Schemas of notices, of their wording, and of what customers are told. */
import { z } from 'zod';
import {
  instantSchema,
  jsonSchema,
  languageSchema,
  pageOf,
  pageQueryShape,
  reasonSchema,
} from './api-values.ts';

const channelSchema = z.enum(['email', 'chat', 'ticket']);
const statusSchema = z
  .enum(['waiting', 'sending', 'accepted', 'unknown', 'dead', 'withdrawn'])
  .describe(
    '`accepted`: the server took it · `unknown`: nobody knows, never sent again · `dead`: refused for good',
  );

export const noticeSchema = z
  .object({
    id: z.string().describe('`subject~notice`'),
    subject: z.string().describe('Order key, `team/…` or `user/…`'),
    onceKey: z.string().describe('What makes it this one notice'),
    kind: z.string().describe('`digest letter problem escalation case-notes customer.…`'),
    channel: channelSchema,
    told: z.string().nullable().describe('What the order then knows that the customer was told'),
    status: statusSchema,
    attemptCount: z.int(),
    notBeforeAt: instantSchema,
    sentAt: instantSchema.nullable(),
    outcome: jsonSchema.describe('What the server said'),
    queuedAt: instantSchema,
    endedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Notice' });
export const noticePageSchema = pageOf(noticeSchema);
export const noticeFilterSchema = z.object({
  ...pageQueryShape,
  status: statusSchema.exactOptional(),
  channel: channelSchema.exactOptional(),
  subject: z.string().max(400).exactOptional(),
});
export const noticeParamsSchema = z.object({ notice: z.string().min(3).max(400) });
export const withdrawnSchema = z.object({ withdrawn: z.literal(true) });

export const templateSchema = z
  .object({
    name: z.string(),
    language: languageSchema,
    subject: z.string(),
    body: z.string(),
    isOwn: z.boolean().describe('false: the wording that comes along'),
    version: z.int().describe('To be given back with a change; 0 for the wording that comes along'),
    needs: z.array(z.string()).readonly().describe('Values without which it is not sent'),
    told: z.string(),
  })
  .meta({ id: 'MailTemplate' });
export const templateListSchema = z.object({
  rows: z.array(templateSchema).readonly(),
  fields: z
    .array(z.string())
    .readonly()
    .describe('Placeholders there are; a line whose placeholder has no value is left out'),
});
export const templateParamsSchema = z.object({ template: z.string().max(60), language: languageSchema });
export const putTemplateSchema = z.strictObject({
  version: z.int().min(0),
  subject: z.string().trim().min(1).max(200),
  body: z.string().trim().min(1).max(10_000),
  reason: reasonSchema.exactOptional(),
});

export const tellSchema = z.strictObject({
  template: z.string().max(60),
  language: languageSchema.exactOptional().describe('Default: the language of the order'),
  to: z.email().max(254).exactOptional().describe('Default: the address of the order'),
  values: z.record(z.string(), z.string().max(5000)).default({}).describe('In place of what the order says'),
  apply: z.boolean().default(false).describe('false: only shows what would be sent'),
});
export const toldSchema = z
  .object({
    is: z.enum(['preview', 'queued']),
    id: z.string().nullable(),
    language: languageSchema,
    subject: z.string(),
    text: z.string(),
  })
  .meta({ id: 'ToldCustomer' });

export const keptSchema = z
  .object({
    connection: z.string(),
    isPossible: z.boolean().describe('The system has a place for it'),
    isOn: z.boolean(),
    language: languageSchema,
    since: instantSchema.nullable(),
    counts: z.record(z.string(), z.int()).describe('Orders by outcome: `placed unknown failed no-place`'),
  })
  .meta({ id: 'KeptAnswer' });
export const keptListSchema = z.object({ rows: z.array(keptSchema).readonly() });
export const keepAnswerSchema = z.strictObject({
  isOn: z.boolean(),
  language: languageSchema.default('en'),
  reason: reasonSchema.exactOptional(),
});
export const placedListSchema = z.object({
  rows: z
    .array(
      z.object({
        connection: z.string(),
        asOfAt: instantSchema.nullable().describe('The moment that the text there holds for'),
        placedAt: instantSchema.nullable(),
        outcome: z.enum(['placed', 'unknown', 'failed', 'no-place']),
        detail: z.string().nullable(),
      }),
    )
    .readonly(),
});
export const caseNoteQuerySchema = z.object({ language: languageSchema.default('en') });
export const caseNoteSchema = z
  .object({
    orderKey: z.string(),
    number: z.string(),
    language: languageSchema,
    asOf: instantSchema,
    text: z.string().nullable().describe('null when nothing is open'),
  })
  .meta({ id: 'CaseNote' });
