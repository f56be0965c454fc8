/** Schemas of the overview: is the loop closed? */
import { z } from 'zod';
import { currencySchema, instantSchema, minorSchema, stakeSchema } from './api-values.ts';
import { verdictSchema } from './api-orders.ts';

const titleSchema = z.object({ en: z.string(), de: z.string() });

export const overviewSchema = z
  .object({
    asOf: instantSchema,
    orders: z
      .array(z.object({ verdict: verdictSchema, count: z.int() }))
      .readonly()
      .describe('Orders with a return'),
    waiting: z
      .array(
        z.object({
          control: z.string(),
          title: titleSchema,
          currency: currencySchema.nullable(),
          count: z.int(),
          late: z.int(),
          units: z.int(),
          minor: minorSchema,
          medianSince: instantSchema,
          oldestSince: instantSchema,
        }),
      )
      .readonly()
      .describe('What is open at each check, in time and late, by currency'),
    owners: z
      .array(
        z.object({
          owner: z.string().nullable(),
          currency: currencySchema.nullable(),
          count: z.int(),
          oldestAt: instantSchema,
          stake: stakeSchema,
        }),
      )
      .readonly()
      .describe('Open problems by team'),
    systems: z
      .array(
        z.object({
          connection: z.string(),
          system: z.string(),
          status: z.string(),
          state: z.enum(['ok', 'paused', 'behind', 'failed', 'files']),
          lastReadAt: instantSchema.nullable(),
        }),
      )
      .readonly(),
    trend: z
      .array(z.object({ day: z.string(), opened: z.int(), resolved: z.int() }))
      .readonly()
      .describe('Problems per day, oldest first'),
  })
  .meta({ id: 'Overview' });
