import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Public logs and expected values that lie beside the repository, where they do. */
const folder = fileURLToPath(new URL('../../../shared/data/event-logs/', import.meta.url));

/** For the `skip` of a test: false where the logs are there, else why it is skipped. */
export const sharedLogsSkip = existsSync(folder)
  ? false
  : 'the public logs are not beside the repository (../shared/data/event-logs)';

export function sharedLog(name: string): string {
  return folder + name;
}

export type LogOracle = {
  readonly events: number;
  readonly cases: number;
  readonly variants: number;
  readonly activities: Readonly<Record<string, number>>;
  readonly start_activities: Readonly<Record<string, number>>;
  readonly end_activities: Readonly<Record<string, number>>;
  readonly top_variants: readonly (readonly [readonly string[], number])[];
  readonly dfg: readonly (readonly [string, string, number])[];
  readonly performance_dfg_seconds: readonly (readonly [
    string,
    string,
    Readonly<Record<string, number | null>>,
  ])[];
  readonly temporal_profile: readonly (readonly [string, string, number, number])[];
  readonly rework_cases_per_activity: Readonly<Record<string, number>>;
  readonly case_duration_seconds: Readonly<Record<string, number>>;
} & Readonly<Record<`temporal_conformance_zeta${string}`, { deviating_cases: number; deviations: number }>>;

export function oracle<T>(name: string): T {
  return JSON.parse(readFileSync(`${folder}oracle/${name}.json`, 'utf8')) as T;
}
