/**
 * Receive: a webhook is verified over its raw bytes, stored durably, and only then acknowledged. It is a hint what to
 * read, never a snapshot; what it points at is read by `processDeliveries`.
 */
import type { ConnectorLive, LiveConnection, ObjectRef, RawDelivery } from '../connectors/live-contract.ts';
import type { Database } from '../store/database.ts';
import {
  claimDeliveries,
  finishDeliveries,
  postponeDeliveries,
  recordDeliveries,
  type ClaimedDelivery,
} from '../store/deliveries.ts';
import { hashText } from '../store/json-text.ts';
import { readClock } from '../store/leases.ts';
import { recordMissing } from '../store/missing-objects.ts';
import { storeObservations, type Snapshot } from '../store/store-observations.ts';
import { storePersons } from './store-persons.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';

/** What became of a delivery, and the HTTP status it is answered with. */
export type Received =
  | { readonly is: 'stored'; readonly status: 200; readonly deliveryIds: readonly string[] }
  | { readonly is: 'ping'; readonly status: 200 }
  | { readonly is: 'rejected'; readonly status: 401 | 400; readonly code: string; readonly message: string }
  | { readonly is: 'unknown-connection'; readonly status: 404 };

/** Verifies and stores one delivery. When it resolves with `stored`, nothing that happens later can lose it. */
export async function receiveDelivery(
  db: Database,
  systems: ConnectedSystems,
  connection: string,
  delivery: RawDelivery,
): Promise<Received> {
  const live = systems.get(connection)?.live;
  if (live === undefined) return { is: 'unknown-connection', status: 404 };
  const verified = live.connector.verify(live.connection, delivery);
  if (verified.is === 'ping') return { is: 'ping', status: 200 };
  if (verified.is === 'rejected') {
    const status = verified.code === 'unreadable' ? 400 : 401;
    return { is: 'rejected', status, code: verified.code, message: verified.message };
  }
  if (verified.objects !== undefined && verified.objects.length > 0) {
    // Posted facts are the data itself, not a hint: stored before they are acknowledged.
    const system = systems.get(connection)!;
    const readStartedAt = await readClock(db);
    await storeObservations(db, verified.objects.map((object) => toStored(system, object, { readStartedAt, via: 'webhook' }))); // prettier-ignore
  }
  const bodyHash = hashText(delivery.body);
  const keys = verified.hints.length === 0
    ? [`${connection}:delivery/${verified.key}`]
    : verified.hints.map((ref) => keyOf(connection, ref)); // prettier-ignore
  const deliveryIds = await recordDeliveries(db, keys.map((objectKey) => ({ connection, topic: 'webhook', objectKey, bodyHash }))); // prettier-ignore
  return { is: 'stored', status: 200, deliveryIds };
}

const keyOf = (connection: string, ref: ObjectRef): string => `${connection}:${ref.kind}/${ref.id}`;

/** Splits an object key into its parts. */
export function refOf(objectKey: string): { connection: string; ref: ObjectRef } {
  const colon = objectKey.indexOf(':');
  const slash = objectKey.indexOf('/', colon);
  return {
    connection: objectKey.slice(0, colon),
    ref: { kind: objectKey.slice(colon + 1, slash), id: objectKey.slice(slash + 1) },
  };
}

/** Asks for an object to be read as soon as possible, as a webhook would. */
export async function requestRead(db: Database, objectKeys: readonly string[], topic: string): Promise<void> {
  if (objectKeys.length === 0) return;
  const bodyHash = hashText(topic);
  await recordDeliveries(db, objectKeys.map((objectKey) => ({ connection: refOf(objectKey).connection, topic, objectKey, bodyHash }))); // prettier-ignore
}

const leaseMs = 60_000;
const batchMax = 50;
const attemptsMax = 12;
const retryDelayMsMax = 15 * 60_000;
/** Two direct reads this far apart must both find nothing before an object counts as gone. */
const goneGapMs = 60_000;

export type ProcessOptions = {
  readonly holder: string;
  readonly without?: readonly string[];
  readonly signal: AbortSignal;
  readonly goneGapMs?: number;
};

/** Reads what waiting deliveries point at; returns how many deliveries were worked on. */
export async function processDeliveries(
  db: Database,
  systems: ConnectedSystems,
  options: ProcessOptions,
): Promise<number> {
  const { holder, without = [] } = options;
  const claimed = await claimDeliveries(db, { holder, limit: batchMax, leaseMs, without });
  // One connection after another within a batch: its rate limit is its own affair.
  await Promise.all(
    [...Map.groupBy(claimed, (delivery) => delivery.connection).values()].map(async (group) => {
      // One read serves all that point at the same object: it begins after they came.
      for (const same of Map.groupBy(group, (delivery) => delivery.objectKey).values())
        await processSame(db, systems, same, options);
    }),
  );
  return claimed.length;
}

/** Works on deliveries that point at one object. */
async function processSame(
  db: Database,
  systems: ConnectedSystems,
  same: readonly ClaimedDelivery[],
  options: ProcessOptions,
): Promise<void> {
  const delivery = same.reduce((first, other) => (other.attemptCount > first.attemptCount ? other : first));
  const system = systems.get(delivery.connection);
  const { ref } = refOf(delivery.objectKey);
  if (system?.live === undefined || ref.kind === 'delivery') {
    await finishDeliveries(db, same, 'ignored');
    return;
  }
  const outcome = await readObject(db, system, system.live, ref, 'webhook', options);
  if (outcome.is === 'unreachable' && delivery.attemptCount < attemptsMax) {
    const delayMs = Math.min(retryDelayMsMax, 1000 * 2 ** delivery.attemptCount);
    await postponeDeliveries(db, same, delayMs, outcome);
    return;
  }
  // Absent just after a webhook: the source's transaction may not have ended. Read once more before believing it.
  if (outcome.is === 'missing' && delivery.attemptCount < 2) {
    await postponeDeliveries(db, same, options.goneGapMs ?? goneGapMs, outcome);
    return;
  }
  await finishDeliveries(db, same, outcome.is === 'unreachable' ? 'failed' : outcome.is, outcome);
}

export type ReadOutcome =
  | { readonly is: 'read' }
  | { readonly is: 'missing' | 'gone' }
  | { readonly is: 'unreachable'; readonly code: string; readonly message: string };

/** Reads one object now and stores what came; a specific not-found counts towards gone. */
export async function readObject(
  db: Database,
  system: ConnectedSystem,
  live: { readonly connector: ConnectorLive; readonly connection: LiveConnection },
  ref: ObjectRef,
  via: Snapshot['via'],
  options: Pick<ProcessOptions, 'signal' | 'goneGapMs'>,
): Promise<ReadOutcome> {
  const readStartedAt = await readClock(db);
  const result = await live.connector.fetch(live.connection, ref, options.signal);
  if (result.is === 'unreachable') return result;
  if (result.is === 'gone') {
    const key = keyOf(system.settings.connection, ref);
    const verdict = await recordMissing(db, key, readStartedAt, options.goneGapMs ?? goneGapMs);
    return { is: verdict === 'gone' ? 'gone' : 'missing' };
  }
  const readEndedAt = await readClock(db);
  const snapshots = [result.snapshot, ...(result.others ?? [])];
  await storePersons(db, system, snapshots);
  await storeObservations(db, snapshots.map((snapshot) => toStored(system, snapshot, { readStartedAt, readEndedAt, via }))); // prettier-ignore
  return { is: 'read' };
}

/** A snapshot as it is stored: without the personal data that nothing needs. */
export function toStored(
  system: ConnectedSystem,
  snapshot: {
    readonly connection: string;
    readonly kind: string;
    readonly id: string;
    readonly body: unknown;
    readonly version?: string;
  },
  read: Pick<Snapshot, 'readStartedAt' | 'readEndedAt' | 'via' | 'priority'>,
): Snapshot {
  const { connection, kind, id, version } = snapshot;
  return {
    connection, kind, id, body: system.connector.keep(snapshot), ...read,
    ...(version !== undefined && Number.isSafeInteger(Number(version)) && { sourceVersion: Number(version) }),
  }; // prettier-ignore
}
