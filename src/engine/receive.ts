/**
 * Receive: a webhook is verified over its raw bytes, stored durably, and only then acknowledged. It is a hint what to
 * read, never a snapshot; what it points at is read by `processDeliveries`.
 */
import type {
  ConnectorLive, LiveConnection, ObjectRef, RawDelivery, Snapshot as LiveSnapshot,
} from '../connectors/live-contract.ts'; // prettier-ignore
import type { Database } from '../store/database.ts';
import {
  claimDeliveries,
  finishDeliveries,
  giveBackDeliveries,
  postponeDeliveries,
  recordDeliveries,
  type ClaimedDelivery,
  type NewDelivery,
} from '../store/deliveries.ts';
import { GroupCommit } from '../store/group-commit.ts';
import { hashText } from '../store/json-text.ts';
import { readClock } from '../store/leases.ts';
import { recordMissing } from '../store/missing-objects.ts';
import { storeObservations, type Snapshot, type StoredSnapshot } from '../store/store-observations.ts';
import { noteRewound } from './connection-problems.ts';
import { storePersons } from './store-persons.ts';
import { activeTraceparent, inSpan } from './tracing.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { eachAtOnce } from '../connectors/each-at-once.ts';

/** What became of a delivery, and the HTTP status it is answered with. */
export type Received =
  | { readonly is: 'stored'; readonly status: 200; readonly deliveryIds: readonly string[] }
  | { readonly is: 'ping'; readonly status: 200 }
  | { readonly is: 'rejected'; readonly status: 401 | 400; readonly code: string; readonly message: string }
  /** It cannot be verified now; whoever sends must send again later. */
  | { readonly is: 'unusable'; readonly status: 503 }
  | { readonly is: 'unknown-connection'; readonly status: 404 };

/** Verifies and stores one delivery. When it resolves with `stored`, nothing that happens later can lose it. */
export async function receiveDelivery(
  db: Database,
  systems: ConnectedSystems,
  connection: string,
  delivery: RawDelivery,
): Promise<Received> {
  return inSpan('receive', { connection }, async (span) => {
    const received = await verifyAndStore(db, systems, connection, delivery);
    span?.setAttribute('reentry.outcome', received.is);
    return received;
  });
}

async function verifyAndStore(
  db: Database,
  systems: ConnectedSystems,
  connection: string,
  delivery: RawDelivery,
): Promise<Received> {
  const live = systems.get(connection)?.live;
  if (systems.get(connection)?.unusable !== undefined) return { is: 'unusable', status: 503 };
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
  const traceparent = activeTraceparent();
  const headers = traceparent === undefined ? {} : { headers: { traceparent } };
  const deliveryIds = await recordWithOthers(db, keys.map((objectKey) => ({ connection, topic: 'webhook', objectKey, bodyHash, ...headers }))); // prettier-ignore
  return { is: 'stored', status: 200, deliveryIds };
}

/** Deliveries that are being written to a database, and those that wait to be. */
const groups = new WeakMap<Database, GroupCommit<NewDelivery, string>>();

/** As `recordDeliveries`, together with what others received meanwhile: each commit makes all of them durable. */
function recordWithOthers(db: Database, deliveries: readonly NewDelivery[]): Promise<readonly string[]> {
  // Where tables are distributed each delivery has a shard of its own, and nothing is won.
  if (!db.switches.batches) return recordDeliveries(db, deliveries);
  let group = groups.get(db);
  if (group === undefined) {
    group = new GroupCommit((all) => recordDeliveries(db, all), { atOnce: 2, itemsMax: 200 });
    groups.set(db, group);
  }
  return group.add(deliveries);
}

const keyOf = (connection: string, ref: ObjectRef): string => `${connection}:${ref.kind}/${ref.id}`;

/**
 * Stores what was read. What a single read cannot settle is asked for again: two reads that overlapped and differ, and a
 * version that is smaller than the one before, which is believed only when a read of that very object says so too.
 */
export async function storeRead(
  db: Database,
  system: ConnectedSystem,
  objects: readonly LiveSnapshot[],
  read: Parameters<typeof toStored>[2],
): Promise<void> {
  await storePersons(db, system, objects);
  const stored = await storeObservations(db, objects.map((snapshot) => toStored(system, snapshot, read))); // prettier-ignore
  const again = stored.filter((each) => each.needsRead).map((each) => each.objectKey);
  await requestRead(db, [...new Set(again)], 'again');
  await tellRewound(db, system, stored);
}

/** A record that its source shows as it was before: something that no person does. */
async function tellRewound(
  db: Database,
  system: ConnectedSystem,
  stored: readonly StoredSnapshot[],
): Promise<void> {
  const [first] = stored.filter((each) => each.wentBack);
  if (first === undefined) return;
  const { kind, id } = refOf(first.objectKey).ref;
  const { connection } = system.settings;
  const found = `${connection} shows ${kind} ${id} with an older time of change than before.`;
  await noteRewound(db, connection, found);
}

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
  /** Only what came of this connection. */
  readonly only?: string;
  readonly signal: AbortSignal;
  readonly goneGapMs?: number;
  /** Deliveries claimed at once. */
  readonly batchMax?: number;
  /** Objects of one connection that are read at the same time; its client holds them to its rate. */
  readonly readsAtOnce?: number;
};

/** Reads what waiting deliveries point at; returns how many deliveries were worked on. */
export async function processDeliveries(
  db: Database,
  systems: ConnectedSystems,
  options: ProcessOptions,
): Promise<number> {
  const { holder, without = [], only, readsAtOnce = 1 } = options;
  const limit = options.batchMax ?? batchMax;
  const claimed = await claimDeliveries(db, {
    holder,
    limit,
    leaseMs,
    without,
    ...(only !== undefined && { only }),
  });
  const groups = Map.groupBy(claimed, (delivery) => delivery.connection);
  await eachAtOnce(groups.values(), Math.max(1, groups.size), async (group) => {
    // One read serves all that point at the same object: it begins after they came.
    const objects = Map.groupBy(group, (delivery) => delivery.objectKey);
    await eachAtOnce(objects.values(), readsAtOnce, (same) => processSame(db, systems, same, options));
  });
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
  if (options.signal.aborted) {
    await giveBackDeliveries(db, same, options.holder);
    return;
  }
  if (system?.live === undefined || ref.kind === 'delivery') {
    await finishDeliveries(db, same, 'ignored');
    return;
  }
  const { live } = system;
  const outcome = await inSpan(
    'read',
    { connection: delivery.connection, object: delivery.objectKey },
    async (span) => {
      const read = await readObject(db, system, live, ref, 'webhook', options);
      span?.setAttribute('reentry.outcome', read.is);
      return read;
    },
    delivery.headers['traceparent'],
  );
  // Broken off by ourselves, which says nothing about the source.
  if (outcome.is === 'unreachable' && options.signal.aborted) {
    await giveBackDeliveries(db, same, options.holder);
    return;
  }
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

type Live = { readonly connector: ConnectorLive; readonly connection: LiveConnection };

/** Reads one object now and stores what came; a specific not-found counts towards gone. */
export async function readObject(
  db: Database,
  system: ConnectedSystem,
  live: Live,
  ref: ObjectRef,
  via: Snapshot['via'],
  options: Pick<ProcessOptions, 'signal' | 'goneGapMs'>,
): Promise<ReadOutcome> {
  return (await readObjectsNow(db, system, live, [ref], via, options)).outcomes[0]!;
}

/** Objects of one system that are read at the same time; its client holds them to its rate. */
const readsAtOnce = 4;

/**
 * Reads objects of one system now, each by itself, and stores all that came at once. What became of each, in order; after the
 * first that cannot be reached the others are not asked for.
 */
export async function readObjectsNow(
  db: Database,
  system: ConnectedSystem,
  live: Live,
  refs: readonly ObjectRef[],
  via: Snapshot['via'],
  options: Pick<ProcessOptions, 'signal' | 'goneGapMs'>,
): Promise<{
  readonly outcomes: readonly ReadOutcome[];
  /** Keys of all that came, also of what belongs to one of them: the refunds of an order. */
  readonly read: readonly string[];
}> {
  const { connection } = system.settings;
  const outcomes: ReadOutcome[] = [];
  const own: { readonly index: number; readonly snapshot: Snapshot }[] = [];
  const others: Snapshot[] = [];
  const read: LiveSnapshot[] = [];
  let down: Extract<ReadOutcome, { readonly is: 'unreachable' }> | undefined;
  await eachAtOnce(refs.entries(), readsAtOnce, async ([index, ref]) => {
    if (down !== undefined) {
      outcomes[index] = down;
      return;
    }
    const readStartedAt = await readClock(db);
    const result = await live.connector.fetch(live.connection, ref, options.signal);
    if (result.is === 'unreachable') {
      outcomes[index] = down = result;
    } else if (result.is === 'gone') {
      const verdict = await recordMissing(db, keyOf(connection, ref), readStartedAt, options.goneGapMs ?? goneGapMs); // prettier-ignore
      outcomes[index] = { is: verdict === 'gone' ? 'gone' : 'missing' };
    } else {
      const stamps = { readStartedAt, readEndedAt: await readClock(db), via };
      read.push(result.snapshot, ...(result.others ?? []));
      own.push({ index, snapshot: toStored(system, result.snapshot, stamps) });
      others.push(...(result.others ?? []).map((one) => toStored(system, one, stamps)));
    }
  });
  if (read.length === 0) return { outcomes, read: [] };
  await storePersons(db, system, read);
  const stored = await storeObservations(db, [...own.map(({ snapshot }) => snapshot), ...others]);
  // An object that was read by itself and went back is read a second time, and believed then.
  const rewound = own.filter((_, place) => stored[place]!.verdict === 'rewound').map(({ index }) => index);
  const settled = stored.filter((one, place) => place >= own.length || one.verdict !== 'rewound');
  await requestRead(db, [...new Set(settled.filter((one) => one.needsRead).map((one) => one.objectKey))], 'again'); // prettier-ignore
  await tellRewound(db, system, settled);
  for (const { index } of own) outcomes[index] = { is: 'read' };
  for (const index of rewound) outcomes[index] = await acceptRewound(db, system, live, refs[index]!, via, options); // prettier-ignore
  return { outcomes, read: stored.map((one) => one.objectKey) };
}

/** Reads an object whose version went back a second time, and believes it then. */
async function acceptRewound(
  db: Database,
  system: ConnectedSystem,
  live: { readonly connector: ConnectorLive; readonly connection: LiveConnection },
  ref: ObjectRef,
  via: Snapshot['via'],
  options: Pick<ProcessOptions, 'signal'>,
): Promise<ReadOutcome> {
  const readStartedAt = await readClock(db);
  const result = await live.connector.fetch(live.connection, ref, options.signal);
  if (result.is === 'unreachable') return result;
  if (result.is === 'gone') return { is: 'missing' };
  const readEndedAt = await readClock(db);
  const own = toStored(system, result.snapshot, { readStartedAt, readEndedAt, via });
  await storeObservations(db, [{ ...own, acceptRewound: true }]);
  const { connection } = system.settings;
  await noteRewound(
    db,
    connection,
    `${connection} shows ${ref.kind} ${ref.id} in an older version than before, in two reads.`,
  );
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
    readonly modifiedAt?: string;
  },
  read: Pick<Snapshot, 'readStartedAt' | 'readEndedAt' | 'via' | 'priority'>,
): Snapshot {
  const { connection, kind, id, version, modifiedAt } = snapshot;
  return {
    connection, kind, id, body: system.connector.keep(snapshot), ...read,
    ...(version !== undefined && Number.isSafeInteger(Number(version)) && { sourceVersion: Number(version) }),
    ...(modifiedAt !== undefined && { modifiedAt }),
  }; // prettier-ignore
}
