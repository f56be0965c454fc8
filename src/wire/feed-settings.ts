/** How a file feed is set: which files, how they are read, and when the next one is expected. */
import { z } from 'zod';

const pattern = z
  .string()
  .max(200)
  .refine((text) => isPattern(text), 'is no regular expression');

export const feedSettingsSchema = z.strictObject({
  mapping: z
    .union([z.string().min(1).max(60), z.record(z.string(), z.json())])
    .describe('Name of a preset (`camt-053`), or a whole mapping'),
  files: pattern.exactOptional().describe('Names that are read; without it every file of the folder'),
  slot: pattern
    .exactOptional()
    .describe(
      'Part of the name, in brackets, that says what a file is about (`^receipts_(\\d{8})`): of files with the same, the last one counts. Without it the whole name.',
    ),
  expected: z
    .strictObject({
      by: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time such as 07:30'),
      zone: z.string().max(60).exactOptional().describe('Without it the zone of the calendar'),
      calendar: z.enum(['support', 'ops', 'finance']).exactOptional().describe('Whose business days; `ops`'),
    })
    .exactOptional()
    .describe('A file must have come by this time of every business day'),
});
export type FeedSettings = z.output<typeof feedSettingsSchema>;

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u').source !== '';
  } catch {
    return false;
  }
}
