/** Schemas of what is asked at the returns desk: the refund preview, and the body of every step. */
import { z } from 'zod';
import { assertable } from '../kernel/desk-step.ts';
import { conditions, dispositions, pays, purposes, wishes } from '../kernel/fact.ts';
import { deskOrderSchema, refusalSchema, rmaSchema } from './api-returns.ts';
import { currencySchema, instantSchema, minorSchema } from './api-values.ts';
import { stepPhotosMax } from './photo-limits.ts';

const skuSchema = z.string().trim().min(1).max(200);
const quantitySchema = z.int().min(1).max(1_000_000);
const whySchema = z.string().trim().min(3).max(500).describe('Why; the audit trail keeps it');

// ------------------------------------------------------------------------------------------------- refund preview

const partWishSchema = z
  .union([z.enum(['policy', 'none', 'all']), z.strictObject({ minor: minorSchema })])
  .describe('`policy`: what rules and law owe; or an amount');

export const refundWishSchema = z
  .strictObject({
    lines: z
      .array(
        z.strictObject({
          line: z.string().max(100).exactOptional(),
          sku: skuSchema.exactOptional(),
          units: quantitySchema,
          keepMinor: z.int().min(0).exactOptional().describe('Kept of the price, for wear or a fee'),
        }),
      )
      .max(500)
      .readonly()
      .exactOptional(),
    shipping: partWishSchema.exactOptional(),
    fees: partWishSchema.exactOptional(),
    amountMinor: z.int().min(0).exactOptional().describe('Without units, on top'),
    purpose: z.enum(purposes).exactOptional(),
    pay: z.enum(pays).exactOptional().describe('The way it came, as store credit, or by hand'),
  })
  .meta({ id: 'RefundWish' });

const partSchema = z.object({
  gross: minorSchema,
  tax: minorSchema,
  charged: minorSchema,
  before: minorSchema,
  because: z.enum(['all', 'standard', 'share', 'asked', 'none']),
});

const unitsAndMoney = z.object({ units: z.int(), gross: minorSchema, tax: minorSchema });

export const refundPreviewSchema = z
  .object({
    orderKey: z.string(),
    version: z.string(),
    currency: currencySchema,
    purpose: z.enum(purposes),
    pay: z.enum(pays),
    lines: z
      .array(
        z.object({
          line: z.string(),
          sku: z.string(),
          name: z.string().exactOptional(),
          units: z.int(),
          charged: unitsAndMoney,
          before: unitsAndMoney,
          gross: minorSchema,
          tax: minorSchema,
          kept: minorSchema,
          isLast: z
            .boolean()
            .describe('Nothing of the line is left afterwards, so it takes all that remained'),
        }),
      )
      .readonly(),
    shipping: partSchema,
    fees: partSchema,
    rounding: minorSchema.describe(
      'What the total of the order is above or below its parts; goes with the last goods',
    ),
    amount: minorSchema,
    cut: minorSchema.describe('Below zero where no more than what was paid can go back'),
    total: minorSchema,
    tax: minorSchema,
    tenders: z
      .array(
        z.object({
          tender: z.string(),
          reference: z.string().exactOptional(),
          captured: minorSchema,
          before: minorSchema,
          minor: minorSchema,
        }),
      )
      .readonly(),
    paid: minorSchema,
    before: minorSchema.describe('Given back or promised before'),
    left: minorSchema.describe('Left to be given back afterwards'),
    explained: z
      .object({ en: z.array(z.string()).readonly(), de: z.array(z.string()).readonly() })
      .describe('Every amount in a sentence; the amounts add up to the total'),
    mayAgree: z.boolean(),
    refused: refusalSchema.nullable().describe('Why it may not be agreed on now'),
    approvalsNeeded: z.int(),
  })
  .meta({ id: 'RefundPreview' });

// ------------------------------------------------------------------------------------------------- steps

const unitsSchema = z
  .array(z.strictObject({ sku: skuSchema, quantity: quantitySchema }))
  .min(1)
  .max(500)
  .readonly();
const formShape = {
  version: z.string().max(64).describe('As the form was shown'),
  note: z.string().trim().max(2000).exactOptional().describe('Kept in the desk log, part of no fact'),
} as const;
const photosShape = {
  photos: z
    .array(z.uuid())
    .max(stepPhotosMax)
    .readonly()
    .exactOptional()
    .describe('Ids of photos of this order'),
} as const;
const maybeRma = {
  rma: rmaSchema.exactOptional().describe('Left out: goods without a return number'),
} as const;

/** Body of each step, by its name. */
export const stepBodies = {
  'request': z.strictObject({ ...formShape, units: unitsSchema, reason: z.string().trim().max(100).exactOptional(), wish: z.enum(wishes).exactOptional() }),
  'withdraw': z.strictObject({ ...formShape, declaredAt: instantSchema.exactOptional().describe('When it was declared, where that was earlier: by letter, on the phone'), units: unitsSchema.exactOptional().describe('Left out: from the whole order') }),
  'prove-dispatch': z.strictObject({ ...formShape, ...photosShape, rma: rmaSchema, tracking: z.string().trim().max(100).exactOptional(), text: whySchema }),
  'approve': z.strictObject({ ...formShape, rma: rmaSchema, units: unitsSchema.exactOptional().describe('Left out: all that was asked for') }),
  'reject': z.strictObject({ ...formShape, rma: rmaSchema, why: whySchema }),
  'cancel': z.strictObject({ ...formShape, rma: rmaSchema, why: whySchema }),
  'expire': z.strictObject({ ...formShape, rma: rmaSchema }),
  'keep': z.strictObject({ ...formShape, rma: rmaSchema, units: unitsSchema.exactOptional() }),
  'receive': z.strictObject({
    ...formShape, ...photosShape, ...maybeRma,
    units: z.array(z.strictObject({ sku: skuSchema, quantity: quantitySchema, serial: z.string().trim().min(1).max(100).exactOptional() })).min(1).max(500).readonly(),
    isSurplus: z.boolean().exactOptional().describe('More than expected, or something never ordered, is really there'),
  }),
  'inspect': z.strictObject({
    ...formShape, ...photosShape, ...maybeRma,
    units: z.array(z.strictObject({ sku: skuSchema, quantity: quantitySchema, condition: z.enum(conditions), disposition: z.enum(dispositions) })).min(1).max(500).readonly(),
  }),
  'release': z.strictObject({
    ...formShape, ...photosShape, ...maybeRma,
    units: z.array(z.strictObject({ sku: skuSchema, quantity: quantitySchema, disposition: z.enum(dispositions).exclude(['quarantine']), condition: z.enum(conditions).exactOptional() })).min(1).max(500).readonly(),
  }),
  'write-off': z.strictObject({
    ...formShape, ...photosShape, ...maybeRma,
    units: z.array(z.strictObject({ sku: skuSchema, quantity: quantitySchema, disposition: z.enum(['scrap', 'recycle', 'donate', 'missing']), from: z.literal('quarantine').exactOptional() })).min(1).max(500).readonly(),
  }),
  'send-back': z.strictObject({ ...formShape, ...photosShape, ...maybeRma, units: unitsSchema, to: z.enum(['customer', 'vendor']), tracking: z.string().trim().max(100).exactOptional() }),
  'refund': z.strictObject({
    ...formShape, ...maybeRma, refund: refundWishSchema,
    totalMinor: z.int().min(1).describe('As the preview showed it; refused when it came out differently meanwhile'),
    payFirst: z.boolean().exactOptional().describe('Before goods are counted; needs the permission `refunds.early`'),
  }),
  'approve-refund': z.strictObject({ ...formShape, agreement: z.string().max(100) }),
  'revoke-refund': z.strictObject({ ...formShape, agreement: z.string().max(100), why: whySchema }),
  'exchange': z.strictObject({ ...formShape, ...maybeRma, sku: skuSchema, quantity: quantitySchema, newSku: skuSchema, differenceMinor: minorSchema.exactOptional().describe('Owed by the customer (positive) or to them (negative)') }),
  'accept': z.strictObject({ ...formShape, problem: z.string().max(200).describe('Id of the problem as found, `prb_…`'), why: whySchema }),
  'assert': z.strictObject({
    ...formShape, ...photosShape, rma: rmaSchema.exactOptional(), text: whySchema.describe('What proves it'),
    assertion: z.strictObject({
      type: z.enum(assertable), at: instantSchema.exactOptional(), sku: skuSchema.exactOptional(), quantity: quantitySchema.exactOptional(),
      minor: z.int().min(1).exactOptional(), reference: z.string().trim().max(200).exactOptional(), refund: z.string().trim().max(100).exactOptional(),
      to: z.enum(['customer', 'vendor']).exactOptional(),
    }),
  }),
  'match': z.strictObject({ ...formShape, subject: z.string().min(3).max(400).describe('The record, `connection:kind/id`'), text: whySchema }),
} as const; // prettier-ignore

export const stepDoneSchema = z
  .object({
    entryId: z.string(),
    rma: z.string().nullable(),
    agreement: z.string().nullable(),
    isRepeated: z.boolean().describe('The same request had been decided before'),
    order: deskOrderSchema.describe('As it stands now'),
  })
  .meta({ id: 'StepDone' });
