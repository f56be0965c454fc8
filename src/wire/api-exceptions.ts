/** Schemas of teams, routing, "Normal here", work in bulk, promises and decisions on the opening balance. */
import { z } from 'zod';
import { parseTerm, type Term } from '../kernel/calendar.ts';
import {
  currencySchema, instantSchema, jsonSchema, languageSchema, minorSchema, pageOf, pageQueryShape, problemViewSchema, reasonSchema, stakeSchema,
} from './api-values.ts'; // prettier-ignore

const daySchema = z.iso.date();
const timeSchema = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'HH:MM');
const teamNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'small letters, digits and hyphens');
const zoneSchema = z.string().refine(isZone, 'an IANA zone such as Europe/Berlin');

function isZone(name: string): boolean {
  try {
    return !/^[+-]/.test(name) && Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(name) !== undefined;
  } catch {
    return false;
  }
} // prettier-ignore

/** `2bd`, `3cd`, `4h`: kept as text, read by `readTerm`. */
const termSchema = z
  .string()
  .refine((text) => parseTerm(text) !== undefined, '2bd (business days), 14cd (calendar days) or 4h (hours)');

/** The term of a checked text. */
export function readTerm(text: string): Term {
  return parseTerm(text)!;
}

export const teamBodySchema = z.strictObject({
  title: z.object({ en: z.string().min(1).max(60), de: z.string().min(1).max(60) }),
  language: languageSchema.default('en'),
  emails: z.array(z.email().max(254)).max(20).default([]),
  chatFormat: z.enum(['slack', 'teams']).default('slack'),
  ticketConnection: z.string().max(40).nullable().default(null).describe('Connection of a helpdesk: each problem of an order is noted once on its case there'),
  calendar: z
    .strictObject({
      zone: zoneSchema,
      workdays: z.array(z.int().min(1).max(7)).min(1).describe('1 Monday … 7 Sunday'),
      holidays: z.array(daySchema).max(1000).default([]),
    })
    .nullable()
    .default(null)
    .describe('null: the calendar of the policy'),
  hours: z
    .strictObject({ from: timeSchema, until: timeSchema })
    .refine(({ from, until }) => from < until, 'begin before they end')
    .default({ from: '08:00', until: '18:00' })
    .describe('When its people may be told something'),
  digestAt: timeSchema.nullable().default('08:00').describe('Daily digest on working days; null: none'),
  notify: z.enum(['none', 'severity-1', 'all']).default('severity-1').describe('Which problems are told one by one'),
  letter: z.boolean().default(false).describe('Gets the Monday letter and the weekly case notes'),
  deadline: termSchema.nullable().default(null).describe('For problems that no rule gives one'),
  escalateTo: teamNameSchema.nullable().default(null),
  rota: z.array(z.strictObject({ from: daySchema, userId: z.uuid() })).max(400).default([]),
  deputies: z
    .array(z.strictObject({ userId: z.uuid(), deputyId: z.uuid(), from: daySchema, until: daySchema }))
    .max(400)
    .default([]),
}); // prettier-ignore
export type TeamBody = z.output<typeof teamBodySchema>;

export const teamSchema = z
  .object({
    team: z.string(),
    ...teamBodySchema.shape,
    hasChat: z.boolean(),
    version: z.int().describe('0: as it comes along'),
    gaps: z.array(z.string()).readonly().describe('What is missing: people who are gone, no way to be told'),
  })
  .meta({ id: 'Team' });
export const teamListSchema = z.object({ rows: z.array(teamSchema).readonly() });
export const teamParamsSchema = z.object({ team: teamNameSchema });
export const putTeamSchema = z.strictObject({
  ...teamBodySchema.shape,
  version: z.int().min(0),
  chatUrl: z.url({ protocol: /^https?$/ }).max(2000).nullable().exactOptional().describe('Only written, never given back; left out: stays'),
  reason: reasonSchema.exactOptional(),
}); // prettier-ignore

export const scopeSchema = z.strictObject({
  codes: z.array(z.string().min(1)).min(1).exactOptional(),
  controls: z.array(z.string().min(1)).min(1).exactOptional(),
  severities: z.array(z.int().min(1).max(3)).min(1).exactOptional(),
  minorMin: minorSchema.min(0).exactOptional(),
  minorMax: minorSchema.min(0).exactOptional(),
  currency: z.string().regex(/^[A-Z]{3}$/).exactOptional(),
  connections: z.array(z.string().min(1)).min(1).exactOptional(),
  skus: z.array(z.string().min(1).max(200)).min(1).exactOptional().describe('Item class: SKUs, or patterns with `*`'),
  customer: z.enum(['consumer', 'business']).exactOptional().describe('Customer class'),
  channels: z.array(z.string().min(1)).min(1).exactOptional(),
}).refine(
  ({ minorMin, minorMax, currency }) => (minorMin === undefined && minorMax === undefined) || currency !== undefined,
  'an amount needs its currency',
); // prettier-ignore

export const routingRuleSchema = z
  .strictObject({
    ruleId: z.uuid().exactOptional().describe('Of a rule that stays; left out: a new one'),
    when: scopeSchema,
    team: teamNameSchema.exactOptional(),
    userId: z.uuid().exactOptional(),
    deadline: termSchema.exactOptional(),
  })
  .refine(({ team, userId }) => team !== undefined || userId !== undefined, 'names a team or a person');
export type RoutingRuleBody = z.output<typeof routingRuleSchema>;
export const routingSchema = z
  .object({
    rules: z.array(z.object({ ...routingRuleSchema.shape, ruleId: z.uuid() })).readonly(),
    stamp: z.string().describe('To be given back with a change'),
  })
  .meta({ id: 'Routing' });
export const putRoutingSchema = z.strictObject({
  stamp: z.string(),
  rules: z.array(routingRuleSchema).max(200),
  reason: reasonSchema.exactOptional(),
});
export const tryRoutingSchema = z.strictObject({
  rules: z.array(routingRuleSchema).max(200),
  days: z.int().min(1).max(90).default(30),
});
export const triedRoutingSchema = z
  .object({
    problems: z.int().describe('Problems of these days, also resolved ones'),
    moved: z.int().describe('Of these, how many would have another owner'),
    gaps: z.int().describe('Of these, how many would have no owner, or one that is not known'),
    owners: z.array(z.object({ owner: z.string(), before: z.int(), after: z.int() })).readonly(),
    rules: z.array(z.object({ place: z.int(), count: z.int() })).readonly().describe('How often each rule would have decided'),
    sample: z.array(z.object({ id: z.string(), code: z.string(), before: z.string(), after: z.string() })).readonly(),
  })
  .meta({ id: 'TriedRouting' }); // prettier-ignore

export const normalPreviewSchema = z
  .object({
    problems: z.int().describe('Problems of the last 90 days that it would have silenced'),
    real: z
      .int()
      .describe('Of these, how many proved real: a remedy was made, a loss accepted, or it was escalated'),
    open: z.int().describe('Of these, how many are open now'),
    stake: z.array(z.object({ currency: currencySchema, stake: stakeSchema })).readonly(),
    sample: z.array(z.string()).readonly().describe('Those that proved real first'),
  })
  .meta({ id: 'NormalPreview' });
export const previewNormalSchema = z.strictObject({ scope: scopeSchema });
export const addNormalSchema = z.strictObject({
  scope: scopeSchema,
  reason: reasonSchema,
  expiresAt: instantSchema,
});
export const normalRuleSchema = z
  .object({
    ruleId: z.uuid(), scope: jsonSchema, reason: z.string(), madeBy: z.string(), madeAt: instantSchema,
    madeByName: z.string().nullable().describe('Name of the user, where it was one'),
    titles: z.record(z.string(), z.object({ en: z.string(), de: z.string() })).describe('Of the problems it is about, by code'),
    expiresAt: instantSchema, endedAt: instantSchema.nullable(), endedBy: z.string().nullable(), isActive: z.boolean(),
    silenced: z.int().describe('Open problems it silences now'),
  })
  .meta({ id: 'NormalRule' }); // prettier-ignore
export const normalListSchema = z.object({ rows: z.array(normalRuleSchema).readonly() });
export const normalParamsSchema = z.object({ rule: z.uuid() });

export const bulkActionSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('assign'), team: teamNameSchema.nullable().exactOptional(), userId: z.uuid().nullable().exactOptional(), deadlineAt: instantSchema.nullable().exactOptional(), reason: reasonSchema.exactOptional() }),
  z.strictObject({ do: z.literal('snooze'), untilAt: instantSchema.nullable().default(null), toNextFact: z.boolean().default(false), reason: reasonSchema.exactOptional() }),
  z.strictObject({ do: z.literal('dismiss'), reason: reasonSchema }),
  z.strictObject({ do: z.literal('resolve'), reason: reasonSchema }),
]); // prettier-ignore
export type BulkAction = z.output<typeof bulkActionSchema>;
export const bulkRequestSchema = z.strictObject({
  action: bulkActionSchema,
  ids: z.array(z.string().min(3).max(400)).min(1).max(5000).exactOptional().describe('`subject~id`'),
  filter: z
    .strictObject({
      cause: z.string().max(400).exactOptional(),
      code: z.string().exactOptional(),
      team: z.string().exactOptional(),
      severity: z.int().min(1).max(3).exactOptional(),
      userId: z.union([z.uuid(), z.literal('me')]).exactOptional(),
      view: problemViewSchema.exactOptional(),
    })
    .exactOptional()
    .describe('Instead of ids: everything that fits, of the view `work` unless it names another'),
}); // prettier-ignore
export type BulkRequest = z.output<typeof bulkRequestSchema>;
const numberSchema = z.string().nullable().describe('Order number, where the problem is of an order');
const outcomeSchema = z.enum(['applied', 'no-op', 'refused', 'failed', 'cancelled']);
export const bulkPreviewSchema = z
  .object({
    counts: z
      .object({ applied: z.int(), 'no-op': z.int(), refused: z.int() })
      .describe('What would become of them'),
    stamp: z.string().describe('To be given back to start the job: it does exactly what was previewed'),
    items: z
      .array(
        z.object({
          id: z.string(),
          number: numberSchema,
          outcome: outcomeSchema,
          detail: z.string().nullable(),
        }),
      )
      .readonly(),
  })
  .meta({ id: 'BulkPreview' });
export const startBulkSchema = z.strictObject({ ...bulkRequestSchema.shape, stamp: z.string() });
export const bulkJobSchema = z
  .object({
    jobId: z.uuid(), action: jsonSchema, madeBy: z.string(), madeByName: z.string().nullable().describe('Name of the user, where it was one'), madeAt: instantSchema, itemCount: z.int(),
    status: z.enum(['running', 'done', 'cancelled']), endedAt: instantSchema.nullable(),
    counts: z.object({ waiting: z.int(), applied: z.int(), 'no-op': z.int(), refused: z.int(), failed: z.int(), cancelled: z.int() }),
  })
  .meta({ id: 'BulkJob' }); // prettier-ignore
export const jobParamsSchema = z.object({ job: z.uuid() });
export const jobItemsSchema = pageOf(
  z.object({ item: z.int(), id: z.string(), number: numberSchema, outcome: outcomeSchema.nullable(), detail: z.string().nullable(), doneAt: instantSchema.nullable() }),
); // prettier-ignore
export const jobItemsQuerySchema = z.object({ ...pageQueryShape });

const promiseStateSchema = z
  .enum(['open', 'today', 'overdue', 'kept', 'broken', 'not-watched'])
  .describe('`not-watched`: no system reports whether it is kept');

export const promiseFilterSchema = z.object({
  ...pageQueryShape,
  state: promiseStateSchema.default('open'),
});
export const promiseSchema = z
  .object({
    orderKey: z.string(), number: z.string(), promised: z.enum(['refund', 'replacement']), by: z.string(), until: daySchema,
    madeAt: instantSchema, state: promiseStateSchema,
    problem: z.string().nullable().describe('`subject~id` once it is broken'),
  })
  .meta({ id: 'Promise' }); // prettier-ignore
export const promisePageSchema = pageOf(promiseSchema);
export const makePromiseSchema = z.strictObject({
  promised: z.enum(['refund', 'replacement']),
  until: daySchema.describe('The last day on which it is kept'),
  reason: reasonSchema.exactOptional(),
});
export const madeSchema = z.object({ entryId: z.string() });

export const decideOpeningSchema = z.strictObject({
  control: z.string().min(1),
  currency: currencySchema.nullable(),
  decision: z.enum(['taken-on', 'accepted', 'none']).describe('`none`: back to undecided'),
  reason: reasonSchema,
});
