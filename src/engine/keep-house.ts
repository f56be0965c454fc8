/**
 * Housekeeping by whichever process comes first: once an hour ended leases go, once a day everything whose time is over,
 * among it old snapshots that changed no fact. What changed a fact stays for ever: it is the evidence of the timeline.
 */
import type { Retention } from '../kernel/policy.ts';
import { canonicalJson } from '../store/json-text.ts';
import type { Database } from '../store/database.ts';
import { pruneLeases, takeLease } from '../store/leases.ts';
import { deleteContents, listChangedObjects, listContents, readObjects } from '../store/read-objects.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { cutOff, expireData } from './expire-data.ts';
import { refOf } from './receive.ts';

const hourMs = 3_600_000;
const leaseKeptMs = 24 * hourMs;
const dayMs = 24 * hourMs;
const pageMax = 200;
const lookupRoundsMax = 8;

export type HousekeepingOptions = {
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly retention: Retention;
  /** Epoch milliseconds. */
  readonly nowMs: number;
};

/** Tidies up if it is time to; returns 0, so that the loop waits. */
export async function keepHouse(
  db: Database,
  systems: ConnectedSystems,
  options: HousekeepingOptions,
): Promise<number> {
  // Never given back: the next one may come when it has ended.
  if ((await takeLease(db, 'housekeeping', options.holder, hourMs)) === undefined) return 0;
  await pruneLeases(db, leaseKeptMs);
  if ((await takeLease(db, 'retention', options.holder, dayMs)) === undefined) return 0;
  const { retention, nowMs, signal } = options;
  await expireData(db, retention, nowMs);
  const before = cutOff(retention.unchangedRecords, nowMs);
  if (before !== undefined) await expireContents(db, systems, before, signal);
  return 0;
}

/** Forgets contents first seen before `before` that say nothing else than the one before them; returns how many. */
export async function expireContents(
  db: Database,
  systems: ConnectedSystems,
  before: string,
  signal: AbortSignal,
): Promise<number> {
  let count = 0;
  let after = '';
  while (!signal.aborted) {
    const keys = await listChangedObjects(db, after, before, pageMax);
    if (keys.length === 0) break;
    for (const key of keys) count += await expireOf(db, systems, key, before);
    after = keys.at(-1)!;
  }
  return count;
}

async function expireOf(
  db: Database,
  systems: ConnectedSystems,
  objectKey: string,
  before: string,
): Promise<number> {
  const { connection, ref } = refOf(objectKey);
  const system = systems.get(connection);
  if (system === undefined) return 0;
  const others = new Map<string, unknown>();
  const expired: string[] = [];
  let said: string | undefined;
  for (const content of await listContents(db, objectKey)) {
    const says = await readingOf(db, system, { connection, ...ref, body: content.body }, others);
    if (says === said && !content.isNewest && content.firstReadAt < before) expired.push(content.hash);
    said = says;
  }
  if (expired.length > 0) await deleteContents(db, objectKey, expired);
  return expired.length;
}

/** All that a content says, as text; what the reading looks up is loaded into `others`. */
async function readingOf(
  db: Database,
  system: ConnectedSystem,
  object: { readonly connection: string; readonly kind: string; readonly id: string; readonly body: unknown },
  others: Map<string, unknown>,
): Promise<string> {
  for (let round = 0; ; round++) {
    const missing = new Set<string>();
    const lookup = (kind: string, id: string | number): unknown => {
      const key = `${object.connection}:${kind}/${id}`;
      if (!others.has(key)) missing.add(key);
      return others.get(key);
    };
    const reading = system.connector.read(object, { settings: system.settings, lookup });
    if (missing.size === 0 || round >= lookupRoundsMax) return canonicalJson(reading);
    for (const key of missing) others.set(key, undefined);
    for (const found of await readObjects(db, [...missing])) others.set(found.objectKey, found.body);
  }
}
