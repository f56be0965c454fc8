/** Schemas of the journey map and the 30-day plan. */
import { z } from 'zod';
import { controlIds } from '../kernel/controls.ts';
import { jsonSchema, languageSchema, reasonSchema } from './api-values.ts';

const lineSchema = z.union([
  z.string(),
  z.array(
    z.union([
      z.string(),
      z.object({ code: z.string() }),
      z.object({ strong: z.string() }),
      z.object({ link: z.string(), text: z.string() }),
      z.object({ order: z.string(), anchor: z.string().optional() }),
      z.object({ slot: z.string(), value: z.string().optional(), gap: z.string() }),
    ]),
  ).readonly(),
]); // prettier-ignore

const blockSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('title'), text: z.string() }),
  z.object({ kind: z.literal('heading'), level: z.union([z.literal(2), z.literal(3)]), anchor: z.string(), text: z.string() }),
  z.object({ kind: z.literal('text'), line: lineSchema, lead: z.literal(true).optional() }),
  z.object({ kind: z.literal('list'), ordered: z.boolean(), items: z.array(lineSchema).readonly() }),
  z.object({
    kind: z.literal('table'),
    title: z.string(),
    columns: z.array(z.object({ title: z.string(), numeric: z.literal(true).optional() })).readonly(),
    rows: z.array(z.object({ anchors: z.array(z.string()).readonly().optional(), cells: z.array(lineSchema).readonly() })).readonly(),
  }),
  z.object({ kind: z.literal('picture'), svg: z.string(), title: z.string() }),
  z.object({ kind: z.literal('code'), text: z.string() }),
  z.object({ kind: z.literal('quote'), text: z.string() }),
  z.object({ kind: z.literal('comment'), id: z.string(), value: z.string().optional(), gap: z.string() }),
]); // prettier-ignore

export const planQuerySchema = z.object({ language: languageSchema.default('en') });

const asOfSchema = z.string().describe('Instant as of which it was made');
const isRenewingSchema = z
  .boolean()
  .describe('Has something changed since, and is a newer one being made? Ask again in some seconds');

export const planSchema = z
  .object({
    asOf: asOfSchema,
    isRenewing: isRenewingSchema,
    plan: jsonSchema.describe('The plan as data, the same as `reentry plan --json` writes'),
    blocks: z.array(blockSchema).readonly().describe('The plan on paper, section by section'),
    rows: z
      .array(
        z.object({
          control: z.enum(controlIds),
          title: z.string(),
          due: z.string().optional(),
          owner: z.string(),
          mode: z.string(),
          proposedDue: z.string().optional(),
          proposedOwner: z.string(),
          proposedMode: z.string(),
        }),
      )
      .readonly()
      .describe('The matrix: what holds now and what is proposed'),
  })
  .meta({ id: 'Plan' });

export const comparePlanSchema = z.strictObject({
  language: languageSchema.default('en'),
  since: jsonSchema.describe('An earlier plan, as data'),
});

const typedSchema = z.record(z.string().min(1).max(200), z.string().max(4000));
export const peopleSchema = z.strictObject({
  names: typedSchema.default({}).describe('Role or person → name, by the place in the plan'),
  comments: typedSchema.default({}).describe('What was typed, by the place in the plan; an empty text takes it away'),
}); // prettier-ignore

export const acceptRowsSchema = z.strictObject({
  from: z.iso.date().describe('First day on which the rows hold; what lies before does not change'),
  rows: z
    .array(
      z.strictObject({
        control: z.enum(controlIds),
        due: z.string().regex(/^\d{1,4}\s*(?:bd|cd|h)$/, 'a term such as 3bd, 14cd or 1h').exactOptional(),
        owner: z.string().trim().min(1).max(80).exactOptional(),
        mode: z.enum(['watch', 'suggest', 'approve', 'auto']).exactOptional(),
      }),
    )
    .min(1)
    .max(50),
  reason: reasonSchema,
}); // prettier-ignore
export const acceptedRowsSchema = z.object({
  controls: jsonSchema.describe('The controls as they hold now, with their dates'),
  later: z.array(z.object({ control: z.enum(controlIds), from: z.string() })).readonly().describe('Values that hold from a later day on, and stay'),
}); // prettier-ignore

const pointSchema = z.tuple([z.number(), z.number()]).readonly();
export const journeySchema = z
  .object({
    asOf: asOfSchema,
    isRenewing: isRenewingSchema,
    width: z.number(),
    height: z.number(),
    currency: z.string(),
    returns: z.int(),
    steps: z
      .array(
        z.object({
          id: z.string(), name: z.string(), x: z.number(), y: z.number(), width: z.number(), height: z.number(),
          events: z.int(), returns: z.int(), agreed: z.boolean(), watched: z.boolean(),
        }),
      )
      .readonly(),
    edges: z
      .array(
        z.object({
          from: z.string(), to: z.string(), points: z.array(pointSchema).readonly(), tip: pointSchema, label: pointSchema,
          words: z.array(z.string()).readonly().describe('What stands around `label`, line by line; there is room for it'),
          count: z.int(), medianSeconds: z.number().nullable(), p90Seconds: z.number().nullable(),
          minor: z.int().describe('At stake in the returns that go this way: to compare ways, not to be added up'),
          agreed: z.boolean(), spine: z.boolean(),
          orders: z.array(z.object({ order: z.string(), orderKey: z.string() })).readonly().describe('Returns behind it, the first 200'),
        }),
      )
      .readonly(),
    drifts: z
      .array(z.object({ category: z.string(), step: z.string(), name: z.string(), returns: z.int(), examples: z.array(z.string()).readonly() }))
      .readonly(),
    svg: z.string(),
  })
  .meta({ id: 'Journey' }); // prettier-ignore
