/**
 * Leases: who alone may read an object, sweep a connection or run a daily job, until when. Times are the database's,
 * so the clocks of processes do not matter.
 */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

/** An instant of the database in microseconds, `2026-11-02T08:00:00.123456Z`: fixed width, sorts as text. */
export type ReadStamp = string;

/** SQL of a timestamptz as ReadStamp. */
export function stampSql(expression: string): string {
  return `to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** Pads an ISO instant in UTC to microseconds. Throws RangeError for anything else. */
export function toReadStamp(text: string): ReadStamp {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\d*Z$/.exec(text);
  if (match === null) throw new RangeError(`not an instant in UTC: ${text}`);
  return `${match[1]}.${(match[2] ?? '').padEnd(6, '0')}Z`;
}

/** Microseconds since 1970 as ReadStamp. */
function stampOf(micros: number): ReadStamp {
  const ms = Math.floor(micros / 1000);
  const rest = String(micros - ms * 1000).padStart(3, '0');
  return `${new Date(ms).toISOString().slice(0, -1)}${rest}Z`;
}

export type Lease = {
  /** Grows with every taking: what was done under an older fence is void. */
  readonly fence: number;
  /** When it was taken, by the database: the start of a read that happens under it. */
  readonly takenAt: ReadStamp;
};

/** Who holds a lease, and the fence it was taken with. */
export type Turn = { readonly holder: string; readonly fence: number };

const takeLeaseStatement = statement<
  { readonly fence: number; readonly micros: number },
  [string, string, number]
>(
  'take-lease',
  'reference',
  // The instant as a number: a distributed database returns no text of an instant, for that depends on the session.
  `insert into leases as l (lease_key, holder, taken_at, ends_at)
   values ($1, $2, now(), now() + $3 * interval '1 millisecond')
   on conflict (lease_key) do update
     set holder = excluded.holder, fence = l.fence + 1, taken_at = excluded.taken_at, ends_at = excluded.ends_at
     where l.ends_at <= excluded.taken_at
   returning fence, (extract(epoch from taken_at at time zone 'UTC') * 1000000)::bigint as micros`,
);

/** Takes a lease that is free or has ended; undefined while someone holds it (also the same holder). */
export async function takeLease(
  db: Runner,
  key: string,
  holder: string,
  leaseMs: number,
): Promise<Lease | undefined> {
  const [row] = await db.run(takeLeaseStatement, [key, holder, leaseMs]);
  return row === undefined ? undefined : { fence: row.fence, takenAt: stampOf(row.micros) };
}

const renewLeaseStatement = statement<object, [string, number, number]>(
  'renew-lease',
  'reference',
  `update leases set ends_at = now() + $3 * interval '1 millisecond'
   where lease_key = $1 and fence = $2 and ends_at > now()
   returning lease_key`,
);

/** Extends a lease; false when it has ended or someone else has it. */
export async function renewLease(db: Runner, key: string, fence: number, leaseMs: number): Promise<boolean> {
  return (await db.run(renewLeaseStatement, [key, fence, leaseMs])).length === 1;
}

const isLeaseFreeStatement = statement<object, [string]>(
  'is-lease-free',
  'reference',
  'select lease_key from leases where lease_key = $1 and ends_at > now()',
);

/** Does nobody hold it now? Reads only, so that whoever waits for work may ask often. */
export async function isLeaseFree(db: Runner, key: string): Promise<boolean> {
  return (await db.run(isLeaseFreeStatement, [key])).length === 0;
}

// The holder too: a lease that was forgotten begins with the first fence again.
const turnSql = 'select lease_key from leases where lease_key = $1 and holder = $2 and fence = $3';
const isTurnStatement = statement<object, [string, string, number]>('is-turn', 'reference', turnSql);
const lockTurnStatement = statement<object, [string, string, number]>('lock-turn', 'reference', `${turnSql} for update`); // prettier-ignore

/** Has nobody taken the lease since, though it may have ended? */
export async function isTurn(db: Runner, key: string, { holder, fence }: Turn): Promise<boolean> {
  return (await db.run(isTurnStatement, [key, holder, fence])).length === 1;
}

/** As `isTurn`; where it is so, nobody takes the lease before the transaction ends. */
export async function lockTurn(tx: Runner, key: string, { holder, fence }: Turn): Promise<boolean> {
  return (await tx.run(lockTurnStatement, [key, holder, fence])).length === 1;
}

const releaseLeaseStatement = statement<object, [string, number]>(
  'release-lease',
  'reference',
  'update leases set ends_at = now() where lease_key = $1 and fence = $2 and ends_at > now()',
);

export async function releaseLease(db: Runner, key: string, fence: number): Promise<void> {
  await db.run(releaseLeaseStatement, [key, fence]);
}

const pruneLeasesStatement = statement<object, [number]>(
  'prune-leases',
  'reference',
  "delete from leases where ends_at < now() - $1 * interval '1 millisecond'",
);

/** Forgets leases that ended long ago: one per object read would pile up. Their fences start again at 1. */
export async function pruneLeases(db: Runner, olderThanMs: number): Promise<void> {
  await db.run(pruneLeasesStatement, [olderThanMs]);
}

const readClockStatement = statement<{ readonly now: ReadStamp }, []>(
  'read-clock',
  'reference',
  `select ${stampSql('clock_timestamp()')} as now`,
);

/** The database's time: stamp of a read of many objects (a page of a sweep). Take it before the request goes out. */
export async function readClock(db: Runner): Promise<ReadStamp> {
  return (await db.run(readClockStatement, []))[0]!.now;
}
