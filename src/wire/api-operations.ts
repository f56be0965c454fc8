/** Schemas of what concerns Reentry itself: health, events, audit trail, rebuild, sandbox. */
import { z } from 'zod';
import { instantSchema, jsonSchema, pageOf, pageQueryShape } from './api-values.ts';

export const aliveSchema = z.object({ status: z.literal('live') });
export const readySchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  reason: z.string().exactOptional(),
});

export const systemSchema = z
  .object({
    version: z.string(),
    isReady: z.boolean(),
    now: instantSchema,
    orders: z.array(z.object({ verdict: z.string(), count: z.int() })).readonly(),
    connections: z
      .array(z.object({ connection: z.string(), status: z.string(), health: jsonSchema }))
      .readonly(),
    streams: z.int().describe('Open event streams of this process'),
    sandbox: jsonSchema.describe('The sandbox company, where it runs; else null'),
  })
  .meta({ id: 'SystemHealth' });

export const hintKinds = ['order', 'problem', 'connection', 'delivery', 'policy', 'user'] as const;
export const hintSchema = z
  .object({
    kind: z.enum(hintKinds),
    key: z.string().exactOptional().describe('Which one; left out when many changed'),
  })
  .meta({ id: 'Hint' });
/** Says that something changed, never what: whoever cares reads it again. */
export type Hint = z.output<typeof hintSchema>;

export const auditEntrySchema = z
  .object({
    chain: z.string(),
    position: z.int(),
    actor: z.string(),
    actorName: z.string().nullable().describe('Name of the user, where it was one'),
    action: z.string(),
    body: jsonSchema,
    madeAt: instantSchema,
    hash: z.string(),
    previous: z.string(),
  })
  .meta({ id: 'AuditEntry' });
export const auditPageSchema = pageOf(auditEntrySchema);
export const auditFilterSchema = z.object({
  ...pageQueryShape,
  chain: z
    .string()
    .max(400)
    .exactOptional()
    .describe('Subject: an order key, `user/…`, `connection/…`, `policy`'),
});
export const verifyQuerySchema = z.object({ chain: z.string().max(400).exactOptional() });
export const verifiedSchema = z
  .object({
    chains: z.int().describe('How many were verified'),
    breaks: z
      .array(z.object({ chain: z.string(), position: z.int(), what: z.enum(['changed', 'missing']) }))
      .readonly()
      .describe('First entry of each chain that does not fit the one before it'),
  })
  .meta({ id: 'AuditVerification' });

export const rebuildCheckSchema = z
  .object({
    is: z.enum(['none', 'running', 'done', 'failed']),
    startedAt: instantSchema.nullable(),
    endedAt: instantSchema.nullable(),
    differences: z
      .array(z.object({ orderKey: z.string(), part: z.string(), stored: z.string(), derived: z.string() }))
      .readonly(),
    differenceCount: z.int(),
  })
  .meta({ id: 'RebuildCheck' });
