/** Deliveries: what source systems sent us. Stored before it is acknowledged; each one only says what to read. */
import { defineClaim, type Claim, type ClaimOptions } from './claim.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { newId } from './ids.ts';
import { canonicalJson } from './json-text.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';
import { stampSql } from './leases.ts';

export type NewDelivery = {
  readonly connection: string;
  readonly topic: string;
  /** What it points at. Without an object (a ping, an unknown topic) a key of its own: `connection:delivery/…`. */
  readonly objectKey: string;
  /** `hashText` of the raw bytes: equal deliveries are equal in this, the topic and the object. */
  readonly bodyHash: Buffer;
  /** Only where the delivery is the data (signed facts), without personal data. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

const recordDeliveriesStatement = statement<
  { readonly object_key: string; readonly topic: string; readonly body_hash: Buffer; readonly delivery_id: string },
  [readonly string[], readonly string[], readonly string[], readonly string[], readonly Buffer[],
    readonly (string | null)[], readonly string[], readonly number[]]
>(
  'record-deliveries',
  'batch',
  `insert into deliveries as d
     (object_key, delivery_id, connection, topic, body_hash, body, headers, seen_count)
   select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::jsonb[], $7::jsonb[], $8::int[])
   on conflict (object_key, topic, body_hash) where taken_at is null do update
     set seen_count = d.seen_count + excluded.seen_count, last_received_at = excluded.last_received_at
   returning object_key, topic, body_hash, delivery_id`,
); // prettier-ignore

/**
 * Stores deliveries durably, in one statement; they may be acknowledged when this resolves. One that equals another
 * whose processing has not begun is counted on that one; after it has begun it is stored anew, because the read under
 * way may not have seen what it tells. Returns the id each is stored under, in order.
 */
export async function recordDeliveries(db: Runner, deliveries: readonly NewDelivery[]): Promise<string[]> {
  const merged = new Map<string, { readonly delivery: NewDelivery; count: number }>();
  const names = deliveries.map((delivery) => nameOf(delivery.objectKey, delivery.topic, delivery.bodyHash));
  for (const [index, name] of names.entries()) {
    const known = merged.get(name);
    if (known === undefined) merged.set(name, { delivery: deliveries[index]!, count: 1 });
    else known.count += 1;
  }
  // In one order everywhere, so that two batches with common rows cannot wait for each other.
  const rows = [...merged.entries()].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => row);
  const stored = await db.run(recordDeliveriesStatement, [
    rows.map((row) => row.delivery.objectKey),
    rows.map(() => newId()),
    rows.map((row) => row.delivery.connection),
    rows.map((row) => row.delivery.topic),
    rows.map((row) => row.delivery.bodyHash),
    rows.map((row) => (row.delivery.body === undefined ? null : canonicalJson(row.delivery.body))),
    rows.map((row) => canonicalJson(row.delivery.headers ?? {})),
    rows.map((row) => row.count),
  ]);
  const ids = new Map(
    stored.map((row) => [nameOf(row.object_key, row.topic, row.body_hash), row.delivery_id]),
  );
  return names.map((name) => ids.get(name)!);
}

function nameOf(objectKey: string, topic: string, bodyHash: Buffer): string {
  return `${objectKey}\n${topic}\n${bodyHash.toString('base64')}`;
}

export type ClaimedDelivery = {
  readonly objectKey: string;
  readonly deliveryId: string;
  readonly connection: string;
  readonly topic: string;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly attemptCount: number;
  readonly receivedAt: string;
};

const defineDeliveryClaim = (name: string, connections: string): Claim<ClaimedDelivery> =>
  defineClaim<ClaimedDelivery>({
    name,
    table: 'deliveries',
    floor: 'deliveries',
    key: ['object_key', 'delivery_id'],
    reach: 'object',
    ready: `t.processed_at is null and t.not_before_at <= now() and ${connections}`,
    order: 't.not_before_at',
    set: 'taken_at = least(t.taken_at, now()), attempt_count = t.attempt_count + 1',
    returning: `t.object_key as "objectKey", t.delivery_id as "deliveryId", t.connection, t.topic, t.body, t.headers,
    t.attempt_count as "attemptCount", t.received_at as "receivedAt"`,
  });

const claimOther = defineDeliveryClaim('claim-deliveries', 't.connection <> all ($2::text[])');
// By an index that begins with the connection: a long queue of another one is not looked at.
const claimOwn = defineDeliveryClaim('claim-own-deliveries', 't.connection = ($2::text[])[1]');

/** Leases waiting deliveries, of one connection or of all but some, oldest first. From now on equal ones are stored anew. */
export const claimDeliveries = async (
  db: Runner,
  options: ClaimOptions & { readonly only?: string },
): Promise<ClaimedDelivery[]> =>
  options.only === undefined
    ? claimOther(db, options)
    : claimOwn(db, { ...options, without: [options.only] });

/**
 * Condition on alias `d`: the deliveries `$1` (object keys) and `$2` (ids, each of one delivery only) that still wait. While
 * somebody reads for long, a join or an index of all that waits would pass by everything that was ever processed: arrays lead
 * to the primary key, and no index of what waits fits the rest as it is written.
 */
const stillWaiting = `d.object_key = any ($1) and d.delivery_id = any ($2::uuid[])
     and coalesce(d.processed_at, 'infinity') = 'infinity'`;

const finishDeliveriesStatement = statement<
  object,
  [readonly string[], readonly string[], string, string | null]
>(
  'finish-deliveries',
  'batch',
  `update deliveries d set processed_at = now(), outcome = $3, detail = $4::jsonb, leased_by = null, lease_ends_at = null
   where ${stillWaiting}`,
);

export type DeliveryRef = { readonly objectKey: string; readonly deliveryId: string };

/** Marks deliveries as processed: `outcome` is one word for lists (`read`, `ignored`, `stored`). */
export async function finishDeliveries(
  db: Runner,
  done: readonly DeliveryRef[],
  outcome: string,
  detail?: unknown,
): Promise<void> {
  await db.run(finishDeliveriesStatement, [
    done.map((row) => row.objectKey),
    done.map((row) => row.deliveryId),
    outcome,
    detail === undefined ? null : canonicalJson(detail),
  ]);
}

const postponeDeliveriesStatement = statement<
  object,
  [readonly string[], readonly string[], number, string | null]
>(
  'postpone-deliveries',
  'batch',
  `update deliveries d set leased_by = null, lease_ends_at = null, detail = $4::jsonb,
     not_before_at = now() + $3 * interval '1 millisecond'
   where ${stillWaiting}`,
);

/** Gives deliveries back to be tried again after `delayMs`. */
export async function postponeDeliveries(
  db: Runner,
  late: readonly DeliveryRef[],
  delayMs: number,
  detail?: unknown,
): Promise<void> {
  await db.run(postponeDeliveriesStatement, [
    late.map((row) => row.objectKey),
    late.map((row) => row.deliveryId),
    delayMs,
    detail === undefined ? null : canonicalJson(detail),
  ]);
}

const giveBackDeliveriesStatement = statement<object, [readonly string[], readonly string[], string]>(
  'give-back-deliveries',
  'batch',
  `update deliveries d set leased_by = null, lease_ends_at = null, attempt_count = d.attempt_count - 1
   where ${stillWaiting}
     and d.leased_by = $3`,
);

/** Gives deliveries back that `holder` claimed and could not try: at once free for others, and no attempt counts. */
export async function giveBackDeliveries(
  db: Runner,
  back: readonly DeliveryRef[],
  holder: string,
): Promise<void> {
  await db.run(giveBackDeliveriesStatement, [
    back.map((row) => row.objectKey),
    back.map((row) => row.deliveryId),
    holder,
  ]);
}

const replayDeliveryStatement = statement<object, [string, string]>(
  'replay-delivery',
  'object',
  `update deliveries set processed_at = null, outcome = null, not_before_at = now()
   where object_key = $1 and delivery_id = $2 and processed_at is not null
   returning delivery_id`,
);

/** Has a processed delivery processed once more; false when there is no such one. */
export async function replayDelivery(db: Runner, { objectKey, deliveryId }: DeliveryRef): Promise<boolean> {
  return (await db.run(replayDeliveryStatement, [objectKey, deliveryId])).length === 1;
}

export type DeliveryRow = DeliveryRef & {
  readonly connection: string;
  readonly topic: string;
  readonly receivedAt: string;
  readonly lastReceivedAt: string;
  readonly seenCount: number;
  readonly attemptCount: number;
  readonly processedAt: string | null;
  readonly outcome: string | null;
  readonly detail: unknown;
};

const listDeliveriesStatement = statement<
  DeliveryRow & { readonly sortAt: string },
  [string | null, boolean | null, string, string, number]
>(
  'list-deliveries',
  'list',
  `select object_key as "objectKey", delivery_id as "deliveryId", connection, topic, received_at as "receivedAt",
     last_received_at as "lastReceivedAt", seen_count as "seenCount", attempt_count as "attemptCount",
     processed_at as "processedAt", outcome, detail, ${stampSql('received_at')} as "sortAt"
   from deliveries
   where ($1::text is null or connection = $1) and ($2::bool is null or (processed_at is null) = $2)
     and (received_at, delivery_id) < ($3::timestamptz, $4::uuid)
   order by received_at desc, delivery_id desc limit $5`,
);

/** Deliveries, newest first. `isWaiting` true: only those not processed yet. */
export async function listDeliveries(
  db: Runner,
  filter: {
    readonly connection?: string;
    readonly isWaiting?: boolean;
    readonly cursor?: string;
    readonly limit?: number;
  },
): Promise<Page<DeliveryRow>> {
  const [at = 'infinity', id = 'ffffffff-ffff-ffff-ffff-ffffffffffff'] = readCursor(filter.cursor, 2) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listDeliveriesStatement, [
    filter.connection ?? null, filter.isWaiting ?? null, String(at), String(id), limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.deliveryId]);
}

const listTraceparentsStatement = statement<
  { readonly objectKey: string; readonly traceparent: string },
  [readonly string[], number]
>(
  'list-traceparents',
  'object',
  `select object_key as "objectKey", headers ->> 'traceparent' as traceparent from deliveries
   where object_key = any ($1) and headers ? 'traceparent' and received_at > now() - $2 * interval '1 millisecond'
   order by received_at desc`,
);

/** Trace contexts that lie with deliveries about these objects, newest first. */
export async function listTraceparents(
  db: Runner,
  objectKeys: readonly string[],
  sinceMs: number,
): Promise<readonly { readonly objectKey: string; readonly traceparent: string }[]> {
  return db.run(listTraceparentsStatement, [objectKeys, sinceMs]);
}
