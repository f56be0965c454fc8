/** Schemas of small values that many answers and requests of the API share. */
import { z } from 'zod';
import { errors, type ErrorCode } from './errors.ts';
import { permissionNames, roles } from './roles.ts';

export const instantSchema = z.iso.datetime().describe('Instant in UTC, `2026-11-02T08:00:00.000Z`');
export const languageSchema = z.enum(['en', 'de']);
export const roleSchema = z.enum(roles);
export const permissionSchema = z.enum(permissionNames);
export const currencySchema = z.string().describe('ISO 4217 code');
export const minorSchema = z.int().describe('Money in minor units of the currency');
/** Any JSON. */
export const jsonSchema = z.unknown();

/** Query of every list. */
export const pageQueryShape = {
  cursor: z.string().max(1000).exactOptional().describe('`next` of the page before'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
} as const;

/** Query of every list that is taken along as a file. */
export const exportQueryShape = {
  format: z.enum(['csv', 'xlsx']).default('csv'),
  language: languageSchema.default('en').describe('Of titles, separators and decimal signs'),
} as const;

/** A flag in a query: `true` or `false`. */
export const flagSchema = z.enum(['true', 'false']).transform((text) => text === 'true');

/** A page of a list. */
export function pageOf<Row extends z.ZodType>(row: Row) {
  return z.object({
    rows: z.array(row).readonly(),
    next: z.string().nullable().describe('Cursor of the next page; null on the last one'),
  });
}

export const moneySchema = z.object({ minor: minorSchema, currency: currencySchema });

export const stakeSchema = z
  .object({ gone: minorSchema, stuck: minorSchema, books: minorSchema })
  .describe(
    'Money at stake: paid without goods or twice, stuck in goods, wrong in the books. Never added up.',
  );

export const reasonSchema = z.string().trim().min(3).max(2000).describe('Why; kept in the audit trail');

const codes = Object.keys(errors) as [ErrorCode, ...ErrorCode[]];

/** RFC 9457. */
export const problemDocumentSchema = z
  .object({
    type: z.string().describe('Address of the explanation'),
    title: z.string(),
    status: z.int(),
    code: z.enum(codes),
    detail: z.string().optional(),
    todo: z.string().describe('What to do about it'),
    exit: z.int().describe('Exit code of the command line for this error'),
    requestId: z.string(),
    errors: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .readonly()
      .optional()
      .describe('What is wrong, field by field'),
    refusal: z
      .object({
        reason: z.string(),
        text: z.object({ en: z.string(), de: z.string() }),
        about: z.record(z.string(), z.union([z.string(), z.number()])),
      })
      .optional()
      .describe('Why a step of the returns desk was refused, in plain words'),
  })
  .meta({ id: 'ProblemDocument' });
export type ProblemDocument = z.output<typeof problemDocumentSchema>;

export const problemViewSchema = z
  .enum(['work', 'open', 'snoozed', 'silenced', 'dismissed', 'merged', 'storm', 'resolved'])
  .describe('`work` (default): what somebody should look at now; the others: why an open one is not there');
