/** Schemas of the finance pages: accounts over all orders, money that does not match, months and margin. */
import { z } from 'zod';
import {
  currencySchema, flagSchema, instantSchema, minorSchema, pageOf, pageQueryShape, reasonSchema,
} from './api-values.ts'; // prettier-ignore

const titleSchema = z.object({ en: z.string(), de: z.string() });
const currencyFilter = z
  .string()
  .regex(/^[A-Z]{3}$/, 'an ISO 4217 code such as EUR')
  .exactOptional();

// ------------------------------------------------------------------------------------------------- accounts

const unitSchema = z.enum(['units', 'money']);
const amountSchema = z.int().describe('Units, or minor units of the currency');

export const accountsSchema = z
  .object({
    asOf: instantSchema,
    rows: z
      .array(
        z.object({
          control: z.string(),
          title: titleSchema,
          unit: unitSchema,
          currency: z.string().describe('Empty for units'),
          left: amountSchema,
          right: amountSchema,
          orders: z.int(),
          openOrders: z.int().describe('Orders that hold more than rounding'),
          roundedOrders: z.int().describe('Orders that hold a minor unit for each document at most'),
          openLeft: amountSchema.describe('Of orders whose left side is larger'),
          openRight: amountSchema.describe('Of orders whose right side is larger'),
          unexplained: amountSchema.describe('What no problem of the check amounts to; must be 0'),
          oldestAt: instantSchema.nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Accounts' });

const openAccountShape = {
  orderKey: z.string(),
  number: z.string(),
  control: z.string(),
  title: titleSchema,
  unit: unitSchema,
  currency: z.string().describe('Empty for units'),
  left: amountSchema,
  right: amountSchema,
  difference: amountSchema.describe('Left less right'),
  unexplained: amountSchema,
  sinceAt: instantSchema.nullable(),
  reasons: z
    .array(
      z.object({
        code: z.string(),
        title: titleSchema,
        minor: minorSchema.nullable(),
        dueAt: instantSchema.nullable(),
        isLate: z.boolean(),
      }),
    )
    .readonly()
    .describe('Open items of the check'),
} as const;

export const openAccountSchema = z.object(openAccountShape).meta({ id: 'OpenAccount' });
export const openAccountPageSchema = pageOf(openAccountSchema);

export const openAccountFilterSchema = z.object({
  ...pageQueryShape,
  control: z.string().max(60).exactOptional(),
  currency: currencyFilter,
  side: z.enum(['left', 'right']).exactOptional().describe('Which side says more'),
  isUnexplained: flagSchema.exactOptional(),
  isRounding: flagSchema.exactOptional().describe('Only what is rounding; by default only what is more'),
});

// ------------------------------------------------------------------------------------------------- reconcile

export const reconcileFilterSchema = z.object({
  ...pageQueryShape,
  currency: currencyFilter,
  side: z
    .enum(['left', 'right'])
    .exactOptional()
    .describe('`left`: refunded, no money seen; `right`: money seen, no refund'),
});

export const reconcileParamsSchema = z.object({
  order: z.string().min(1).max(400),
  control: z.string().max(60),
});

const sideRecordSchema = z.object({
  at: instantSchema,
  amount: amountSchema,
  fact: z.string(),
  type: z.string().nullable(),
  system: z.string().nullable(),
  connection: z.string().nullable(),
  record: z.string().nullable(),
  reference: z.string().nullable().describe('By which the other side could know it'),
});
export const reconcileDetailSchema = z
  .object({
    ...openAccountShape,
    version: z.string().describe('Of what is known about the order; to be given back with a step'),
    leftRecords: z.array(sideRecordSchema).readonly(),
    rightRecords: z.array(sideRecordSchema).readonly(),
    problems: z
      .array(
        z.object({
          id: z.string().describe('`prb_…`'),
          code: z.string(),
          title: titleSchema,
          todo: titleSchema,
          minor: minorSchema.nullable(),
          state: z.enum(['pending', 'open']),
        }),
      )
      .readonly()
      .describe('What may be accepted as it is'),
  })
  .meta({ id: 'ReconcileDetail' });

export const orphanMoneySchema = z
  .object({
    record: z.string().describe('`connection:kind/id`'),
    connection: z.string(),
    system: z.string().nullable(),
    kind: z.string(),
    amount: z.object({ minor: minorSchema, currency: currencySchema }),
    happenedAt: instantSchema,
    note: z.string(),
    isAmbiguous: z.boolean().describe('It names several orders'),
  })
  .meta({ id: 'OrphanMoney' });
export const orphanPageSchema = pageOf(orphanMoneySchema);
export const orphanFilterSchema = z.object({ ...pageQueryShape, currency: currencyFilter });
export const orphanParamsSchema = z.object({ record: z.string().min(3).max(400) });

export const candidatesSchema = z
  .object({
    record: z.string(),
    amount: z.object({ minor: minorSchema, currency: currencySchema }),
    status: z
      .enum(['clear', 'one', 'several', 'none'])
      .describe('`clear`: one is ahead of everything else by the margin; `one`: only one fits, not clearly'),
    rows: z
      .array(
        z.object({
          orderKey: z.string(),
          number: z.string(),
          control: z.string().nullable(),
          minor: minorSchema.nullable().describe('What is open there'),
          sinceAt: instantSchema.nullable(),
          score: z.int().describe('Tenths of the decimal logarithm of the odds'),
          evidence: z.array(z.object({ kind: z.string(), weight: z.int(), text: z.string() })).readonly(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'MatchCandidates' });

export const confirmMatchSchema = z.strictObject({
  orderKey: z.string().min(1).max(400),
  reason: reasonSchema,
});
export const acceptDifferenceSchema = z.strictObject({
  version: z.string().max(64).describe('As the form was shown'),
  problem: z.string().max(200).describe('`prb_…`'),
  reason: reasonSchema,
});
export const reconciledSchema = z.object({ entryId: z.string(), orderKey: z.string() });

// ------------------------------------------------------------------------------------------------- periods

const periodSchema = z
  .string()
  .regex(/^\d{4}-(?:0[1-9]|1[0-2])$/, 'a month such as 2026-10')
  .describe('A month, `2026-10`');
export const periodParamsSchema = z.object({ period: periodSchema });

const packSchema = z.object({
  revision: z.int(),
  status: z.enum(['prepared', 'signed', 'sent-back']),
  hash: z.string().describe('SHA-256 of the pack as JSON with sorted keys, hex'),
  preparedBy: z.string().describe('`user/…`'),
  preparedByName: z.string(),
  preparedAt: instantSchema,
  decidedBy: z.string().nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: instantSchema.nullable(),
  note: z.string().nullable(),
});

const periodShape = {
  period: periodSchema,
  from: instantSchema,
  to: instantSchema.describe('First instant of the next month'),
  status: z
    .enum(['running', 'open', 'prepared', 'signed', 'reopened'])
    .describe('`reopened`: a later fact changed what was signed'),
  adjustments: z.int().describe('Accounts of orders that later facts changed'),
  signed: packSchema.nullable(),
  waiting: packSchema.nullable(),
} as const;

export const periodListSchema = z
  .object({ zone: z.string(), rows: z.array(z.object(periodShape)).readonly() })
  .meta({ id: 'Periods' });

export const periodAccountSchema = z.object({
  control: z.string(),
  title: titleSchema,
  currency: currencySchema,
  opening: minorSchema,
  carried: minorSchema.nullable().describe('Closing of the month before as signed; null: it was not signed'),
  left: minorSchema,
  right: minorSchema,
  closing: minorSchema.describe('Carried forward'),
  signedClosing: minorSchema.nullable().describe('As signed; null: this month was not signed'),
});

export const periodOpenSchema = z.object({
  orderKey: z.string(),
  number: z.string(),
  control: z.string(),
  title: titleSchema,
  currency: currencySchema,
  balance: minorSchema,
  balanceNow: minorSchema,
  lastAt: instantSchema,
  reason: z.object({ code: z.string(), title: titleSchema }).nullable(),
  unexplained: minorSchema,
});

export const adjustmentSchema = z.object({
  orderKey: z.string(),
  number: z.string().nullable(),
  control: z.string(),
  title: titleSchema,
  currency: currencySchema,
  signed: minorSchema.describe('Left less right as signed'),
  now: minorSchema,
  difference: minorSchema,
  knownAt: instantSchema.nullable().describe('When it came to be known'),
});

export const periodDetailSchema = z
  .object({
    ...periodShape,
    zone: z.string(),
    accounts: z.array(periodAccountSchema).readonly(),
    open: z
      .array(periodOpenSchema)
      .readonly()
      .describe('What stood open at the end, largest first; at most 500'),
    openCount: z.int(),
    unexplained: z.int().describe('Orders whose balance no problem explains'),
    changes: z.array(adjustmentSchema).readonly(),
    packs: z.array(packSchema).readonly().describe('Every revision, oldest first'),
    mayPrepare: z.boolean(),
    blockedBy: z.string().nullable().describe('Code of what stands in the way of closing it'),
  })
  .meta({ id: 'Period' });

export const preparePeriodSchema = z.strictObject({ note: z.string().trim().max(2000).exactOptional() });
export const signPeriodSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/).describe('Of the pack as it was read'),
  note: z.string().trim().max(2000).exactOptional(),
}); // prettier-ignore
export const sendBackPeriodSchema = z.strictObject({ reason: reasonSchema });
export const periodPackSchema = z
  .object({ ...packSchema.shape, period: periodSchema, pack: z.unknown().describe('What was signed') })
  .meta({ id: 'PeriodPack' });
export const periodPackParamsSchema = z.object({
  period: periodSchema,
  revision: z.coerce.number().int().min(1),
});

// ------------------------------------------------------------------------------------------------- margin

export const marginFilterSchema = z.object({
  from: z.iso.date().exactOptional().describe('Orders placed from this day on; by default the last 90 days'),
  to: z.iso.date().exactOptional().describe('Up to and with this day'),
  currency: currencyFilter,
  sku: z.string().trim().max(200).exactOptional().describe('Start of the SKU'),
});

export const marginRowSchema = z.object({
  sku: z.string().describe('Empty: given back without naming items'),
  name: z.string().nullable(),
  currency: currencySchema,
  orders: z.int(),
  sold: z.int(),
  received: z.int().describe('Units that came back'),
  restored: z.int(),
  writtenOff: z.int(),
  kept: z.int().describe('Units that stayed sold'),
  sellThrough: z.int().nullable().describe('Units that stayed sold of 10,000 sold'),
  netMinor: minorSchema.describe('Charged without tax'),
  refundedNetMinor: minorSchema.describe('Given back without tax'),
  revenueMinor: minorSchema.describe('Net after refunds'),
  costMinor: minorSchema
    .nullable()
    .describe('Of units not back in stock; null: the cost of some is not known'),
  costUnknown: z.int(),
  marginMinor: minorSchema.nullable(),
});
export const marginSchema = z
  .object({
    from: z.string(),
    to: z.string(),
    rows: z.array(marginRowSchema).readonly(),
    totals: z.array(marginRowSchema.omit({ sku: true, name: true })).readonly().describe('Per currency'),
  })
  .meta({ id: 'Margin' }); // prettier-ignore
