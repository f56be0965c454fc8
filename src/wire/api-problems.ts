/** Schemas of problems as work with an owner, and of the opening balance. */
import { z } from 'zod';
import {
  currencySchema,
  flagSchema,
  instantSchema,
  jsonSchema,
  minorSchema,
  pageOf,
  pageQueryShape,
  reasonSchema,
  stakeSchema,
} from './api-values.ts';

export const problemRowSchema = z
  .object({
    id: z.string().describe('`subject~prb_…`'),
    subject: z.string().describe('Order key, or `object/… sku/… connection/…`'),
    code: z.string(),
    title: z.object({ en: z.string(), de: z.string() }),
    control: z.string(),
    severity: z.int().describe('1 money, 2 stock or books, 3 visibility'),
    owner: z
      .string()
      .nullable()
      .describe('Team it belongs to: given by people, else by its check; null is a gap'),
    userId: z.uuid().nullable(),
    dueAt: instantSchema.nullable(),
    deadlineAt: instantSchema.nullable(),
    stake: stakeSchema,
    currency: currencySchema.nullable(),
    cause: z.string().nullable(),
    openedAt: instantSchema,
    resolvedAt: instantSchema.nullable(),
    reopenedCount: z.int(),
    snoozedUntilAt: instantSchema.nullable(),
    isSnoozedToNextFact: z.boolean(),
    resolution: z.string().nullable(),
    version: z.int().describe('To be given back with a change'),
  })
  .meta({ id: 'ProblemRow' });
export type ProblemRow = z.output<typeof problemRowSchema>;

export const problemPageSchema = pageOf(problemRowSchema);

export const problemFilterSchema = z.object({
  ...pageQueryShape,
  isOpen: flagSchema.default(true),
  code: z.string().exactOptional(),
  severity: z.coerce.number().int().min(1).max(3).exactOptional(),
  team: z.string().exactOptional(),
  userId: z.union([z.uuid(), z.literal('me')]).exactOptional(),
});

export const problemParamsSchema = z.object({ problem: z.string().min(3).max(400) });

const noteSchema = z.object({
  entryId: z.string(),
  kind: z.string(),
  madeBy: z.string(),
  madeAt: instantSchema,
  body: jsonSchema,
});

export const problemSchema = z
  .object({
    problem: problemRowSchema,
    why: z.string().nullable(),
    todo: z.object({ en: z.string(), de: z.string() }).nullable(),
    body: jsonSchema.describe('As found: amounts, units, evidence'),
    notes: z.array(noteSchema).readonly(),
  })
  .meta({ id: 'Problem' });

const versionShape = {
  version: z.int().describe('As read; refused when somebody changed it meanwhile'),
} as const;

export const assignSchema = z.strictObject({
  ...versionShape,
  team: z
    .string()
    .trim()
    .min(1)
    .max(50)
    .nullable()
    .exactOptional()
    .describe('null: back to the team of its check'),
  userId: z.uuid().nullable().exactOptional(),
  deadlineAt: instantSchema.nullable().exactOptional(),
  reason: reasonSchema.exactOptional(),
});

export const snoozeSchema = z.strictObject({
  ...versionShape,
  untilAt: instantSchema.nullable().default(null),
  toNextFact: z.boolean().default(false),
  reason: reasonSchema.exactOptional(),
});

export const commentSchema = z.strictObject({ text: z.string().trim().min(1).max(5000) });
export const commentedSchema = z.object({ entryId: z.string() });

/**
 * Accepts the difference with a reason. It mutes nothing: when the amount changes, the problem opens again. Without
 * units and money the whole difference as found is accepted.
 */
export const resolveSchema = z.strictObject({
  ...versionShape,
  reason: reasonSchema,
  units: z.int().min(0).exactOptional(),
  amountMinor: z.int().min(0).exactOptional(),
});

export const changedSchema = z.object({ version: z.int() });

export const problemSummarySchema = z
  .object({
    rows: z
      .array(
        z.object({
          code: z.string(),
          severity: z.int(),
          currency: currencySchema.nullable(),
          count: z.int(),
          stake: stakeSchema,
          oldestAt: instantSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'ProblemSummary' });

export const openingBalanceSchema = z
  .object({
    rows: z
      .array(
        z.object({
          control: z.string(),
          currency: currencySchema.nullable(),
          count: z.int(),
          units: z.int(),
          minor: minorSchema,
          oldestAt: instantSchema,
        }),
      )
      .readonly(),
  })
  .meta({ id: 'OpeningBalance' });
