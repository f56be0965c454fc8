/** Options that every command on exported files takes, and what they mean. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { AuditInput } from '../audit/run-audit.ts';
import { timeOf } from '../audit/read-times.ts';
import { readDate } from '../kernel/policy-schema.ts';
import { AppError } from '../wire/errors.ts';

export type AuditOptions = {
  readonly asOf?: string;
  readonly policy?: string;
  readonly readAt?: string;
  readonly lang: 'en' | 'de';
};

/** Adds `--as-of --policy --read-at --lang`. */
export function addAuditOptions(command: Command): Command {
  return command
    .option(
      '--as-of <time>',
      'judge at this time: 2026-12-03 or 2026-12-03T12:00:00Z (default: now)',
      checkedTime,
    )
    .option('--policy <file>', 'how this shop works (default: policy.json in the folder, else the defaults)')
    .option('--read-at <time>', 'when the files were read, where no manifest.json says it', checkedTime)
    .addOption(new Option('--lang <language>', 'language of the report').choices(['en', 'de']).default('en'));
}

function checkedTime(text: string): string {
  if (readDate(text) === undefined && timeOf(text) === undefined) {
    throw new InvalidArgumentError('Write it as 2026-12-03 or 2026-12-03T12:00:00Z.');
  }
  return text;
}

/** What an audit needs, from the command line. */
export function auditInput(paths: readonly string[], options: AuditOptions): AuditInput {
  const { asOf, readAt } = options;
  return {
    paths,
    asOf: (zone) => (asOf === undefined ? Date.now() : instantOf(asOf, zone)),
    ...(options.policy === undefined ? {} : { policyPath: options.policy }),
    ...(readAt === undefined ? {} : { readAt: instantOf(readAt, 'UTC') }),
    language: options.lang,
  };
}

/** A date ends with its last millisecond in the zone. */
function instantOf(text: string, zone: string): number {
  const day = readDate(text);
  if (day !== undefined) {
    return Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime(zone).epochMilliseconds - 1;
  }
  const time = timeOf(text);
  if (time === undefined) throw new AppError('time-invalid', { detail: text });
  return time;
}
