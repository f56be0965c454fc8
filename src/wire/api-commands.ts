/** Schemas of commands: corrections to be made in a source system, with who approved them and what became of them. */
import { z } from 'zod';
import { instantSchema, jsonSchema, moneySchema, pageQueryShape, reasonSchema } from './api-values.ts';
import { orderParamsSchema } from './api-orders.ts';

const commandStatuses = ['planned', 'approved', 'sending', 'unknown', 'failed', 'confirmed', 'dead', 'withdrawn'] as const; // prettier-ignore

const statusSchema = z
  .enum(commandStatuses)
  .describe(
    '`planned`: waits for people; `approved`: goes out; `sending` and `unknown`: on its way; `failed`: tried again; `confirmed`: its effect was seen; `dead`: the target will not do it; `withdrawn`',
  );

export const commandRowSchema = z
  .object({
    commandId: z.uuid(),
    orderKey: z.string(),
    number: z.string().nullable().describe('Order number'),
    problem: z.string().describe('`subject~prb_…`, the problem that it closes'),
    control: z.string(),
    kind: z.string(),
    connection: z.string().describe('Where it goes'),
    team: z.string().describe('Whose approval and care it needs'),
    mode: z.enum(['suggest', 'approve', 'auto']),
    status: statusSchema,
    sku: z.string().nullable(),
    units: z.int().nullable(),
    amount: moneySchema.nullable(),
    approvals: z.array(z.object({ by: z.string(), at: instantSchema })).readonly(),
    attempts: z.int(),
    sentAt: instantSchema.nullable(),
    plannedAt: instantSchema,
    endedAt: instantSchema.nullable(),
    message: z.string().nullable().describe('What the target said last'),
    needsDecision: z.boolean().describe('It failed for good, or nobody knows what became of it: a person decides'),
    effect: z.string().nullable().describe('The fact or record in which its effect was seen'),
  })
  .meta({ id: 'CommandRow' }); // prettier-ignore
export type CommandRow = z.output<typeof commandRowSchema>;

export const commandListSchema = z.object({ rows: z.array(commandRowSchema).readonly() });

export const commandFilterSchema = z.object({
  limit: pageQueryShape.limit,
  status: statusSchema.exactOptional().describe('Without it: all that are not ended, and the dead ones'),
});

export const commandParamsSchema = orderParamsSchema.extend({ command: z.uuid() });

const attemptSchema = z.object({
  attempt: z.int(),
  step: z.enum(['probe', 'send']),
  outcome: z.string().nullable(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  response: jsonSchema,
});
export const commandSchema = z
  .object({ command: commandRowSchema, tried: z.array(attemptSchema).readonly() })
  .meta({ id: 'Command' });

export const approveCommandSchema = z.strictObject({ reason: reasonSchema.exactOptional() });
export const decideCommandSchema = z.strictObject({ reason: reasonSchema });
export const commandDecidedSchema = z.object({
  status: statusSchema,
  approvals: z.int(),
  needed: z.int().describe('People who must approve it'),
});
