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
  problemViewSchema,
  reasonSchema,
  stakeSchema,
} from './api-values.ts';

export const problemRowSchema = z
  .object({
    id: z.string().describe('`subject~prb_…`'),
    subject: z.string().describe('Order key, or `object/… sku/… connection/…`'),
    number: z.string().nullable().describe('Order number, where the subject is an order'),
    code: z.string(),
    title: z.object({ en: z.string(), de: z.string() }),
    control: z.string(),
    severity: z.int().describe('1 money, 2 stock or books, 3 visibility'),
    owner: z
      .string()
      .nullable()
      .describe('Team it belongs to: given by people, else by its check; null is a gap'),
    userId: z.uuid().nullable().describe('Person it was given to, or who is on duty'),
    ownerGap: z
      .enum(['nobody', 'unknown'])
      .nullable()
      .describe('`nobody` owns it, or the owner is `unknown`: no team and no user of that name'),
    dueAt: instantSchema.nullable(),
    deadlineAt: instantSchema.nullable().describe('Set by people, else by rule or team'),
    escalatedAt: instantSchema.nullable(),
    seenAt: instantSchema.describe('When it was first found; `openedAt` is when it began'),
    stake: stakeSchema,
    currency: currencySchema.nullable(),
    cause: z.string().nullable(),
    openedAt: instantSchema,
    resolvedAt: instantSchema.nullable(),
    reopenedCount: z.int(),
    snoozedUntilAt: instantSchema.nullable(),
    isSnoozedToNextFact: z.boolean(),
    dismissedAt: instantSchema.nullable(),
    normalRuleId: z.uuid().nullable().describe('The rule that calls it normal here'),
    stormRef: z.string().nullable().describe('The one problem that stands for it and others with its cause'),
    mergedRef: z.string().nullable(),
    routingRuleId: z.uuid().nullable(),
    resolution: z.string().nullable(),
    version: z.int().describe('To be given back with a change'),
  })
  .meta({ id: 'ProblemRow' });
export type ProblemRow = z.output<typeof problemRowSchema>;

export const problemPageSchema = pageOf(problemRowSchema);
export const orderProblemsSchema = z.object({ rows: z.array(problemRowSchema).readonly() });

export const problemFilterSchema = z.object({
  ...pageQueryShape,
  isOpen: flagSchema.exactOptional().describe('`false` is the view `resolved`'),
  view: problemViewSchema.exactOptional(),
  cause: z.string().max(400).exactOptional(),
  storm: z.string().max(400).exactOptional().describe('Those that this problem stands for'),
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
  madeByName: z.string().nullable().describe('Name of the user, where it was one'),
  madeAt: instantSchema,
  body: jsonSchema,
});

export const problemSchema = z
  .object({
    problem: problemRowSchema,
    why: z.object({ en: z.string(), de: z.string() }).nullable(),
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

export const dismissSchema = z.strictObject({ ...versionShape, reason: reasonSchema });
export const mergeSchema = z.strictObject({
  ...versionShape,
  into: z.string().min(3).max(400).describe('`subject~id` of the problem that stands for both'),
  reason: reasonSchema.exactOptional(),
});
export const reopenSchema = z.strictObject({ ...versionShape, reason: reasonSchema });
export const undoSchema = z.strictObject(versionShape);
export const undoneSchema = z.object({
  version: z.int(),
  undone: z.string().describe('What was taken back'),
});

export const problemGroupsQuerySchema = z.object({
  view: problemViewSchema.exactOptional(),
  team: z.string().exactOptional(),
  userId: z.union([z.uuid(), z.literal('me')]).exactOptional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
export const problemGroupsSchema = z
  .object({
    rows: z
      .array(
        z.object({
          cause: z.string(),
          code: z.string(),
          title: z.object({ en: z.string(), de: z.string() }).describe('The cause in words'),
          team: z.string().nullable(),
          currency: currencySchema.nullable(),
          severity: z.int(),
          count: z.int(),
          stake: stakeSchema,
          oldestAt: instantSchema,
          dueAt: instantSchema.nullable(),
          sample: z.array(z.string()).readonly(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'ProblemGroups' });

export const changedSchema = z.object({ version: z.int() });

export const problemSummarySchema = z
  .object({
    rows: z
      .array(
        z.object({
          code: z.string(),
          title: z.object({ en: z.string(), de: z.string() }),
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

export const openingDecisionSchema = z.object({
  control: z.string(),
  currency: z.string(),
  decision: z.enum(['taken-on', 'accepted']),
  reason: z.string(),
  madeBy: z.string(),
  madeAt: instantSchema,
});

export const openingBalanceSchema = z
  .object({
    rows: z
      .array(
        z.object({
          control: z.string(),
          title: z.object({ en: z.string(), de: z.string() }),
          currency: currencySchema.nullable(),
          count: z.int(),
          units: z.int(),
          minor: minorSchema,
          oldestAt: instantSchema,
          decision: openingDecisionSchema.nullable().describe('Where a person has accepted it as it is'),
        }),
      )
      .readonly(),
    takenOn: z
      .array(openingDecisionSchema.extend({ title: z.object({ en: z.string(), de: z.string() }) }))
      .readonly()
      .describe('Groups that are work now, and stand no more above'),
  })
  .meta({ id: 'OpeningBalance' });
