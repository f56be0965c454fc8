/** Schemas of the returns desk: an order with its returns, the steps that may be made, lists, scans, the refund preview. */
import { z } from 'zod';
import { returnStages } from '../kernel/desk-return.ts';
import { deskStepNames } from '../kernel/desk-step.ts';
import { pays, purposes, systems } from '../kernel/fact.ts';
import { currencySchema, instantSchema, minorSchema, moneySchema, pageOf, pageQueryShape } from './api-values.ts'; // prettier-ignore

const textSchema = (about: string) => z.object({ en: z.string(), de: z.string() }).describe(about);

export const rmaSchema = z.string().trim().min(1).max(100).describe('Return number, as in `RMA-10457-1`');

export const refusalSchema = z
  .object({
    reason: z.string(),
    text: textSchema('In plain words'),
    about: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .meta({ id: 'Refusal' });

const offeredStepSchema = z
  .object({
    step: z.enum(deskStepNames),
    title: textSchema('What the button says'),
    home: z.enum(systems).describe('The system in which this step is made'),
    isOffered: z.boolean().describe('It may be made here, now'),
    refused: refusalSchema.nullable().describe('Why not'),
    system: z
      .object({ connection: z.string(), url: z.string().nullable() })
      .nullable()
      .describe('Where it is made instead'),
  })
  .meta({ id: 'OfferedStep' });

const returnUnitsSchema = z.object({
  sku: z.string(),
  name: z.string().nullable(),
  requested: z.int(),
  allowed: z.int(),
  kept: z.int(),
  received: z.int(),
  graded: z.record(z.string(), z.int()).describe('Units by what happens to them'),
  sentBack: z.int(),
});

export const deskReturnSchema = z
  .object({
    rma: z.string(),
    kind: z.enum(['return', 'withdrawal']),
    stage: z.enum(returnStages),
    openedAt: instantSchema,
    openedBy: z.enum(systems),
    wholeOrder: z.boolean(),
    units: z.array(returnUnitsSchema).readonly(),
    wish: z.string().nullable(),
    reason: z.string().nullable(),
    legalOn: z
      .string()
      .nullable()
      .describe('Of a consumer’s withdrawal: last day on which the money is in time'),
    isWithheld: z.boolean().describe('The money may be withheld until goods or a proof of dispatch are here'),
    dispatchProvedAt: instantSchema.nullable(),
  })
  .meta({ id: 'DeskReturn' });

const deskItemSchema = z
  .object({
    sku: z.string(),
    name: z.string().nullable(),
    kind: z.enum(['goods', 'service']),
    isOnOrder: z.boolean().describe('False: it only turned up'),
    bought: z.int(),
    shipped: z.int(),
    inReturns: z.int().describe('Named by returns that stand'),
    received: z.int(),
    ungraded: z.int().describe('Counted and not graded yet'),
    onHold: z.int(),
    kept: z.int(),
    refunded: z.int(),
    toCustomer: z.int().describe('Graded as going back to the customer and not sent'),
    toVendor: z.int(),
    parts: z
      .array(z.object({ sku: z.string(), factor: z.int(), received: z.int(), expected: z.int() }))
      .readonly()
      .describe('Of a set that is counted by its parts'),
  })
  .meta({ id: 'DeskItem' });

const agreementSchema = z
  .object({
    agreement: z.string(),
    state: z.enum(['waits-for-approval', 'ready', 'made', 'revoked']),
    money: moneySchema,
    purpose: z.enum(purposes),
    pay: z.enum(pays),
    rma: z.string().nullable(),
    agreedAt: instantSchema,
    agreedBy: z.string(),
    approvedBy: z.array(z.string()).readonly(),
    approvalsNeeded: z.int(),
    lines: z
      .array(
        z.object({
          line: z.string().nullable(),
          sku: z.string(),
          units: z.int(),
          gross: minorSchema,
          tax: minorSchema,
        }),
      )
      .readonly(),
    shipping: minorSchema,
    fees: minorSchema,
  })
  .meta({ id: 'AgreedRefund' });

const deskEntrySchema = z.object({
  entryId: z.string(),
  step: z.string(),
  madeBy: z.string(),
  madeByName: z.string().nullable().describe('Name of the user, where it was one'),
  madeAt: instantSchema,
  rma: z.string().nullable(),
  note: z.string().nullable(),
  photos: z.array(z.string()).readonly(),
});

export const deskOrderSchema = z
  .object({
    orderKey: z.string(),
    number: z.string(),
    version: z
      .string()
      .describe('Give it back with a step; refused when something about the order changed meanwhile'),
    asOf: instantSchema,
    currency: currencySchema,
    placedAt: instantSchema.nullable(),
    customer: z.enum(['consumer', 'business']).nullable(),
    language: z.string().nullable(),
    items: z.array(deskItemSchema).readonly(),
    returns: z.array(deskReturnSchema.extend({ steps: z.array(offeredStepSchema).readonly() })).readonly(),
    agreements: z.array(agreementSchema).readonly(),
    steps: z
      .array(offeredStepSchema)
      .readonly()
      .describe('Steps of the order itself, and of goods without a number'),
    entries: z.array(deskEntrySchema).readonly().describe('What people decided here, oldest first'),
  })
  .meta({ id: 'DeskOrder' });
export type DeskOrderAnswer = z.output<typeof deskOrderSchema>;

// ------------------------------------------------------------------------------------------------- lists and scans

const stageListSchema = z
  .string()
  .max(200)
  .transform((text) => text.split(',').filter((one) => one !== ''))
  .pipe(z.array(z.enum(returnStages)));

export const returnFilterSchema = z.object({
  ...pageQueryShape,
  stage: stageListSchema.exactOptional().describe('One or several stages, separated by commas'),
  kind: z.enum(['return', 'withdrawal']).exactOptional(),
});

export const returnRowSchema = z
  .object({ orderKey: z.string(), number: z.string(), connection: z.string(), ...deskReturnSchema.shape })
  .meta({ id: 'ReturnRow' });
export const returnPageSchema = pageOf(returnRowSchema);
export const returnParamsSchema = z.object({ rma: rmaSchema });
export const returnListSchema = z.object({ rows: z.array(returnRowSchema).readonly() });

export const heldRowSchema = z
  .object({
    orderKey: z.string(),
    number: z.string(),
    sku: z.string(),
    name: z.string().nullable(),
    rma: z.string().nullable(),
    units: z.int(),
    sinceAt: instantSchema,
    heldBy: z.enum(['desk', 'erp']).describe('Graded so at the desk, or in a location of the ERP on hold'),
    condition: z.string().nullable(),
  })
  .meta({ id: 'HeldGoods' });
export const heldPageSchema = pageOf(heldRowSchema);
export const heldFilterSchema = z.object(pageQueryShape);

export const scanSchema = z.strictObject({
  text: z
    .string()
    .trim()
    .min(1)
    .max(254)
    .describe('RMA, order number, tracking number, EAN or SKU, serial number, name or postcode'),
  orders: z
    .array(z.string().min(1).max(300))
    .max(20)
    .readonly()
    .default([])
    .describe('Orders that lie open on the table: an item is looked for on them first, and on no other'),
});

const scannedSchema = z
  .object({
    orderKey: z.string(),
    number: z.string(),
    found: z.enum(['rma', 'order', 'tracking', 'item', 'serial', 'name', 'postcode', 'payment']),
    rma: z.string().nullable(),
    sku: z.string().nullable().describe('The item scanned; of a set its part'),
    kit: z
      .object({
        sku: z.string(),
        counted: z.int(),
        of: z.int(),
        missing: z.array(z.object({ sku: z.string(), units: z.int() })).readonly(),
      })
      .nullable()
      .describe('The set that the part belongs to, with the parts counted so far, this one included'),
  })
  .meta({ id: 'Scanned' });
export const scanResultSchema = z.object({
  rows: z
    .array(scannedSchema)
    .readonly()
    .describe('Several: one parcel may hold two orders, a name may fit many'),
});

// ------------------------------------------------------------------------------------------------- photos, links

export const photoParamsSchema = z.object({ order: z.string().min(1).max(300), photo: z.uuid() });
export const photoListSchema = z.object({
  rows: z
    .array(z.object({ photoId: z.string(), contentType: z.string(), bytes: z.int(), takenAt: instantSchema }))
    .readonly(),
});
export const photoStoredSchema = z.object({ photoId: z.string() });

export const customerLinkSchema = z.object({
  url: z.string().describe('Opens the pages of this one order for whoever holds it; treat it like a key'),
  expiresAt: instantSchema,
});

export const declarationListSchema = z.object({
  rows: z
    .array(
      z.object({
        id: z.string(),
        declaredAt: instantSchema,
        legalOn: z.string(),
        orderKey: z.string().nullable().describe('Its order, where only the units are missing'),
        order: z.string().describe('Order number as typed'),
        name: z.string(),
        email: z.string(),
        part: z.string().describe('What is withdrawn, in the customer’s words; empty: the whole order'),
      }),
    )
    .readonly(),
});
export const declarationParamsSchema = z.object({ declaration: z.uuid() });
export const fileDeclarationSchema = z.strictObject({
  order: z.string().min(1).max(300),
  units: z
    .array(z.strictObject({ sku: z.string().min(1).max(200), quantity: z.int().min(1) }))
    .min(1)
    .max(500)
    .readonly()
    .exactOptional()
    .describe('Left out: from the whole order'),
});
export const declarationFiledSchema = z.object({ orderKey: z.string(), rma: z.string().nullable() });
