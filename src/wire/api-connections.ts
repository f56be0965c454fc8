/** Schemas of connections, deliveries and the policy. */
import { z } from 'zod';
import { locationClasses, purposes, systems } from '../kernel/fact.ts';
import { feedSettingsSchema } from './feed-settings.ts';
import { flagSchema, instantSchema, jsonSchema, pageOf, pageQueryShape, reasonSchema } from './api-values.ts';

const nameSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
export const connectionParamsSchema = z.object({ connection: nameSchema });

const textMap = z.record(z.string().min(1), z.string().min(1));

/** What a connection may say about itself; what it leaves out its connector and the policy decide. */
export const connectionSettingsSchema = z.strictObject({
  zone: z.string().exactOptional(),
  currency: z.string().regex(/^[A-Z]{3}$/).exactOptional(),
  orderReference: z.enum(['number', 'id', 'either']).exactOptional(),
  locations: z.record(z.string().min(1), z.enum(locationClasses)).exactOptional(),
  statuses: textMap.exactOptional(),
  reasons: z.record(z.string().min(1), z.enum(purposes)).exactOptional(),
  tenders: textMap.exactOptional(),
  fields: textMap.exactOptional(),
  payoutPath: z.enum(['gateway', 'shop']).exactOptional().describe('Of a shop: where its refunds are paid out; without it refunds are only suggested'),
  feed: feedSettingsSchema.exactOptional(),
}); // prettier-ignore

export const putConnectionSchema = z.strictObject({
  connector: z.string().min(1).describe('Which system it is: one of the connectors'),
  system: z.enum(systems).exactOptional().describe('Its role; without it that of the connector'),
  baseUrl: z.url({ protocol: /^(?:https?|sftp|file)$/ }).max(500).exactOptional().describe('Without it the connection is fed by files'),
  allowedNetworks: z
    .array(z.string())
    .max(20)
    .default([])
    .describe('Private addresses or networks that it may reach (`10.20.0.0/16`), for self-hosted systems'),
  settings: connectionSettingsSchema.default({}).describe('What its own words mean; which there are stands with each connector'),
  requestsPerSecond: z.number().positive().max(1000).exactOptional().describe('At most; without it what the connector allows itself'),
  secrets: z
    .record(z.string().min(1).max(100), z.string().max(10_000).nullable())
    .exactOptional()
    .describe('Only written, never given back. Those not named stay; null takes one away.'),
  watchFrom: instantSchema.exactOptional().describe('What stood open before belongs to the opening balance'),
  reason: reasonSchema.exactOptional(),
}); // prettier-ignore
export type PutConnection = z.output<typeof putConnectionSchema>;

const questionSchema = z.object({
  name: z.string(),
  label: z.string().describe('In the words of the system itself'),
  isOptional: z.boolean(),
  isShown: z.boolean().describe('No secret: it may be seen while it is typed'),
});
export const connectorListSchema = z
  .object({
    rows: z
      .array(
        z.object({
          connector: z.string(),
          system: z.string().describe('Its usual role'),
          address: z.object({ label: z.string(), example: z.string(), usual: z.string().nullable() }),
          secrets: z.array(questionSchema).readonly(),
          fields: z
            .array(questionSchema)
            .readonly()
            .describe('Settings without which it cannot be spoken to'),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'Connectors' });

const progressSchema = z.object({
  name: z.string(),
  progress: jsonSchema,
  startedAt: instantSchema,
  movedAt: instantSchema,
  finishedAt: instantSchema.nullable(),
});

export const connectionSchema = z
  .object({
    connection: z.string(),
    connector: z.string(),
    system: z.string(),
    status: z.enum(['active', 'paused', 'stopped', 'removed']),
    baseUrl: z.string().nullable(),
    allowedNetworks: z.array(z.string()).readonly(),
    settings: jsonSchema,
    secrets: z.array(z.string()).readonly().describe('Names of the secrets that are set'),
    watchFromAt: instantSchema.nullable(),
    webhook: z.string().describe('Where its system sends webhooks'),
    health: jsonSchema,
    progress: z.array(progressSchema).readonly(),
    changedAt: instantSchema,
  })
  .meta({ id: 'Connection' });
export const connectionListSchema = z.object({ rows: z.array(connectionSchema).readonly() });

export const healthLinesSchema = z
  .object({
    lines: z
      .array(z.object({ check: z.string(), state: z.enum(['ok', 'warning', 'failed']), message: z.string() }))
      .readonly(),
  })
  .meta({ id: 'ConnectionHealth' });

export const pauseSchema = z.strictObject({ reason: reasonSchema });
export const backfillSchema = z.strictObject({
  from: instantSchema.exactOptional().describe('How far back; without it as far as the system goes'),
});
export const backfillStartedSchema = z.object({ is: z.enum(['started', 'running', 'fed-by-files']) });
export const connectionStatusSchema = z.object({ status: z.string() });

export const deliverySchema = z
  .object({
    id: z.string(),
    connection: z.string(),
    record: z.string(),
    topic: z.string(),
    receivedAt: instantSchema,
    lastReceivedAt: instantSchema,
    seenCount: z.int(),
    attemptCount: z.int(),
    processedAt: instantSchema.nullable(),
    outcome: z.string().nullable(),
    detail: jsonSchema,
  })
  .meta({ id: 'Delivery' });
export const deliveryPageSchema = pageOf(deliverySchema);
export const deliveryFilterSchema = z.object({
  ...pageQueryShape,
  connection: z.string().exactOptional(),
  isWaiting: flagSchema.exactOptional(),
});
export const deliveryParamsSchema = z.object({ delivery: z.string().min(3).max(500) });
export const replayedSchema = z.object({ replayed: z.boolean() });

/** What a webhook is answered with. */
export const hookAnswerSchema = z.object({
  is: z.enum(['stored', 'ping']),
  deliveries: z.array(z.string()).readonly(),
});

export const policyValueSchema = z
  .object({
    name: z.string(),
    scope: z.string(),
    validFromAt: instantSchema,
    validToAt: instantSchema.nullable(),
    value: jsonSchema,
    setBy: z.string(),
  })
  .meta({ id: 'PolicyValue' });
export const policySchema = z.object({ rows: z.array(policyValueSchema).readonly() });
export const policyParamsSchema = z.object({ name: z.string().regex(/^[a-zA-Z]{1,40}$/) });
export const putPolicySchema = z.strictObject({
  value: jsonSchema.describe('As under this key in the policy file'),
  validFromAt: instantSchema,
  validToAt: instantSchema.nullable().default(null),
  reason: reasonSchema,
});
