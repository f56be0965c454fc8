/** Schemas of orders: lists, the answer, the timeline, the state, records as read. */
import { z } from 'zod';
import {
  currencySchema,
  flagSchema,
  instantSchema,
  jsonSchema,
  languageSchema,
  minorSchema,
  moneySchema,
  pageOf,
  pageQueryShape,
  stakeSchema,
} from './api-values.ts';

export const verdictSchema = z
  .enum(['breaks', 'incomplete', 'pending', 'closed'])
  .describe('`breaks`: needs someone; `incomplete`: cannot tell; `pending`: in time; `closed`');

export const orderRowSchema = z
  .object({
    orderKey: z.string(),
    connection: z.string(),
    number: z.string(),
    verdict: verdictSchema,
    nextDueAt: instantSchema.nullable(),
    placedAt: instantSchema.nullable(),
    closedAt: instantSchema.nullable(),
    currency: currencySchema,
    paidMinor: minorSchema,
    refundedMinor: minorSchema,
    stake: stakeSchema,
    isReturn: z.boolean(),
    problem: z
      .object({
        code: z.string(),
        title: z.object({ en: z.string(), de: z.string() }),
        owner: z.string(),
        due: z.string(),
      })
      .nullable()
      .describe('The gravest open problem that stands for itself'),
    version: z.int(),
    foldedAt: instantSchema,
  })
  .meta({ id: 'OrderRow' });
export type OrderRow = z.output<typeof orderRowSchema>;

export const orderPageSchema = pageOf(orderRowSchema);

export const orderFilterSchema = z.object({
  ...pageQueryShape,
  verdict: verdictSchema.exactOptional(),
  connection: z.string().exactOptional(),
  isReturn: flagSchema.exactOptional().describe('Only orders with a return, or only those without'),
  number: z.string().max(100).exactOptional().describe('Start of the order number'),
  placedFrom: instantSchema.exactOptional(),
  placedTo: instantSchema.exactOptional(),
});

/** In the body, because an e-mail address has no place in a URL that is logged on its way. */
export const orderSearchSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(2)
    .max(254)
    .describe('Order number or key, RMA, tracking number, payment or refund reference, or an e-mail address'),
});
export const orderSearchResultSchema = z.object({ rows: z.array(orderRowSchema).readonly() });

export const orderParamsSchema = z.object({
  order: z
    .string()
    .min(1)
    .max(300)
    .describe('Order key (`shop/1001`, the slash as %2F), or the order number'),
});

const sentenceSchema = z.object({
  text: z.string(),
  evidence: z.array(z.string()).readonly().describe('Records that prove it, `connection:kind/id`'),
});

export const answerSchema = z
  .object({
    orderKey: z.string(),
    number: z.string(),
    verdict: verdictSchema,
    language: languageSchema,
    asOf: instantSchema,
    text: z.string().describe('All sentences as one text'),
    sentences: z.array(sentenceSchema).readonly(),
  })
  .meta({ id: 'Answer' });

export const answerQuerySchema = z.object({ language: languageSchema.default('en') });

export const customerReplySchema = z
  .object({
    orderKey: z.string(),
    language: languageSchema,
    text: z.string().describe('To be sent as it is; leaves out internals'),
  })
  .meta({ id: 'CustomerReply' });

export const foundProblemSchema = z
  .object({
    id: z.string(),
    code: z.string(),
    title: z.object({ en: z.string(), de: z.string() }),
    todo: z.object({ en: z.string(), de: z.string() }).describe('What closes it'),
    control: z.string(),
    key: z.string().describe('What tells it from others of the same check: a SKU, a refund, a document'),
    owner: z.string(),
    severity: z.int(),
    state: z.enum(['pending', 'open']),
    sku: z.string().exactOptional(),
    units: z.number().exactOptional(),
    amount: moneySchema.exactOptional(),
    since: z.string(),
    due: z.string(),
    evidence: z.array(z.string()).readonly(),
    waitsFor: z.string().exactOptional(),
    note: z.string().exactOptional(),
  })
  .meta({ id: 'FoundProblem' });

const unitsSchema = z.object({
  sku: z.string(),
  ordered: z.number(),
  shipped: z.number(),
  approved: z.number(),
  received: z.number(),
  restored: z.number(),
  onHold: z.number(),
  writtenOff: z.number(),
  restoredInShop: z.number(),
  refunded: z.number(),
});

const orderMoneySchema = z.object({
  currency: currencySchema,
  paid: minorSchema,
  entitled: minorSchema,
  refunded: minorSchema,
  settled: minorSchema,
  pending: minorSchema,
  failed: minorSchema,
  paidOut: minorSchema,
  credited: minorSchema,
  storeCredit: minorSchema,
  disputed: minorSchema,
});

/** Everything that the fold says about one order, but its facts: those are the timeline. */
export const orderStateSchema = z
  .object({
    row: orderRowSchema,
    asOf: instantSchema,
    answer: z.object({ en: z.array(sentenceSchema).readonly(), de: z.array(sentenceSchema).readonly() }),
    problems: z.array(foundProblemSchema).readonly(),
    units: z.array(unitsSchema).readonly(),
    money: orderMoneySchema,
    watched: z.array(z.string()).readonly(),
    notWatched: z
      .array(z.object({ control: z.string(), missing: z.array(z.string()).readonly() }))
      .readonly()
      .describe('Checks that say nothing about this order, and what would feed them'),
    accounts: z
      .array(z.object({ control: z.string(), unit: z.string(), left: z.number(), right: z.number() }))
      .readonly(),
  })
  .meta({ id: 'OrderState' });
export type OrderStateAnswer = z.output<typeof orderStateSchema>;

const namesSchema = z.object({ en: z.string(), de: z.string() });
const ledgerPostingSchema = z.object({
  at: instantSchema,
  amount: z.int().describe('Units, or minor units of the currency'),
  sku: z.string().exactOptional(),
  fact: z.string().describe('Id of the fact that posts'),
});
export const orderLedgerSchema = z
  .object({
    orderKey: z.string(),
    currency: currencySchema,
    accounts: z
      .array(
        z.object({
          control: z.string(),
          title: namesSchema,
          leftSays: z.string(),
          rightSays: z.string(),
          unit: z.enum(['units', 'money']),
          left: z.int(),
          right: z.int(),
          balance: z.int(),
          unexplained: z
            .int()
            .describe('Part of the balance that no problem of this check amounts to; must be 0'),
          rounding: z.int().describe('Part of it that rounding explains: a minor unit for each document'),
          accepted: z.int().describe('Part of it that people accepted'),
          explainedBy: z
            .array(
              z.object({
                id: z.string().describe('`prb_…`'),
                code: z.string(),
                units: z.int().nullable(),
                amount: moneySchema.nullable(),
                title: namesSchema,
                state: z.enum(['pending', 'open']),
                waitsFor: namesSchema.nullable(),
              }),
            )
            .readonly(),
          postings: z.object({
            left: z.array(ledgerPostingSchema).readonly(),
            right: z.array(ledgerPostingSchema).readonly(),
          }),
        }),
      )
      .readonly(),
    others: z
      .array(
        z.object({
          code: z.string(),
          title: namesSchema,
          control: namesSchema,
          state: z.enum(['pending', 'open']),
        }),
      )
      .readonly()
      .describe('Problems of limits and gates, which have no balance'),
    notWatched: z
      .array(z.object({ control: z.string(), title: namesSchema, missing: z.array(namesSchema).readonly() }))
      .readonly(),
  })
  .meta({ id: 'OrderLedger' });

const timelineFactSchema = z.object({
  factId: z.string(),
  type: z.string(),
  at: instantSchema,
  system: z.string(),
  connection: z.string(),
  record: z.string().describe('The record it was read from, `connection:kind/id`'),
  body: jsonSchema.describe('The whole fact, cut to the role'),
  recordedAt: instantSchema.describe('When Reentry first knew it'),
  retractedAt: instantSchema.nullable().describe('When newer records stopped saying it'),
});
export const timelineSchema = z
  .object({ orderKey: z.string(), facts: z.array(timelineFactSchema).readonly() })
  .meta({ id: 'Timeline' });

const recordSchema = z.object({
  record: z.string(),
  connection: z.string(),
  kind: z.string(),
  id: z.string(),
  readStartedAt: z.string(),
  modifiedAt: instantSchema.nullable(),
  goneAt: instantSchema.nullable(),
  version: z.int(),
  body: jsonSchema.describe('As kept: what nothing needs was dropped before storage. Cut to the role.'),
});
export const recordListSchema = z
  .object({ rows: z.array(recordSchema).readonly() })
  .meta({ id: 'RecordList' });

export const recordParamsSchema = z.object({ record: z.string().min(3).max(400) });
export const recordContentsSchema = z
  .object({
    record: z.string(),
    contents: z
      .array(
        z.object({
          firstReadAt: z.string(),
          via: z.string(),
          isNewest: z.boolean(),
          body: jsonSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'RecordContents' });

export const personSchema = z
  .object({
    orderKey: z.string(),
    fields: z
      .array(z.object({ record: z.string(), field: z.string(), value: z.string() }))
      .readonly()
      .describe('What your role may see'),
    hidden: z.int().describe('Fields that your role may not see'),
  })
  .meta({ id: 'Person' });

export const aboutPersonSchema = z.strictObject({
  email: z.email().max(254),
  reason: z.string().trim().min(3).max(500),
});
export const erasedSchema = z.object({
  erased: z.boolean(),
  fields: z.int().describe('Names, addresses and the like that were deleted'),
  notices: z.int().describe('Mails whose content was deleted'),
  declarations: z.int().describe('Filed withdrawals whose words were deleted'),
  waiting: z.int().describe('Withdrawals that nobody has filed yet: their words go as soon as they are'),
});
export const heldDataSchema = z
  .object({
    customerKey: z.string().describe('By which the customer is known: a keyed hash of the address'),
    asOf: z.string(),
    erasedAt: z.string().nullable(),
    person: z.array(z.object({ record: z.string(), field: z.string(), value: z.string() })).readonly(),
    orders: z.array(jsonSchema).readonly().describe('Orders with answer, events, records, decisions and photos'),
    notices: z.array(jsonSchema).readonly().describe('What they were told, with text'),
    declarations: z.array(jsonSchema).readonly().describe('Withdrawals declared without a link'),
    accesses: z.array(z.object({ action: z.string(), at: z.string() })).readonly().describe('Who searched, looked, exported and erased: when, and what of it'),
  })
  .meta({ id: 'HeldData' }); // prettier-ignore
export const readAgainSchema = z.object({ records: z.int().describe('How many will be read') });
