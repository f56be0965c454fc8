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

export type Lease = {
  /** Grows with every taking: what was done under an older fence is void. */
  readonly fence: number;
  /** When it was taken, by the database: the start of a read that happens under it. */
  readonly takenAt: ReadStamp;
};

const takeLeaseStatement = statement<Lease, [string, string, number]>(
  'take-lease',
  'reference',
  `insert into leases as l (lease_key, holder, ends_at)
   values ($1, $2, now() + $3 * interval '1 millisecond')
   on conflict (lease_key) do update
     set holder = excluded.holder, fence = l.fence + 1, taken_at = now(), ends_at = excluded.ends_at
     where l.ends_at <= now()
   returning fence, ${stampSql('taken_at')} as "takenAt"`,
);

/** Takes a lease that is free or has ended; undefined while someone holds it (also the same holder). */
export async function takeLease(
  db: Runner,
  key: string,
  holder: string,
  leaseMs: number,
): Promise<Lease | undefined> {
  return (await db.run(takeLeaseStatement, [key, holder, leaseMs]))[0];
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
