/** `reentry doctor --capacity`: what this machine carries, and what gives way first when the shop grows. */
import { statfs } from 'node:fs/promises';
import { listConnections } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { isDistributed } from '../store/distribute.ts';
import { readHoldings, readTraffic } from '../store/measure-store.ts';
import type { DataFolder } from './data-folder.ts';
import { measureSample } from './measure-sample.ts';

/** What was measured, and what comes in. */
export type Measured = {
  readonly recordsPerSecond: number;
  readonly recordsPerOrder: number;
  readonly bytesPerOrder: number;
  /** Undefined where the database is on another machine. */
  readonly freeBytes: number | undefined;
  readonly orders: number;
  readonly ordersPerDay: number;
  readonly ordersInBusiestHour: number;
  /** Of all systems together; undefined while none is connected. */
  readonly requestsPerSecond: number | undefined;
};

export type Limit = 'processors' | 'disk' | 'sources' | 'daily measurement';

/** How much of each is used, 1 is all of it: by one worker, and of the disk within a year. */
export function useOf(measured: Measured, factor: number): ReadonlyMap<Limit, number> {
  const { recordsPerSecond, recordsPerOrder, bytesPerOrder, freeBytes, requestsPerSecond } = measured;
  const busyRecords = (measured.ordersInBusiestHour * recordsPerOrder * factor) / 3600;
  const yearBytes = measured.ordersPerDay * 365 * bytesPerOrder * factor;
  const held = measured.orders * recordsPerOrder * factor;
  return new Map<Limit, number>([
    ['processors', busyRecords / recordsPerSecond],
    ...(freeBytes === undefined ? [] : [['disk', yearBytes / Math.max(1, freeBytes)] as const]),
    // Each change is read once when it is heard of, and once by a sweep.
    ...(requestsPerSecond === undefined ? [] : [['sources', (2 * busyRecords) / requestsPerSecond] as const]),
    // Once a day every order is read again.
    ['daily measurement', held / recordsPerSecond / 86_400],
  ]);
}

const factors = [1, 10, 100, 10_000] as const;
/** What a shop without orders is reckoned with. */
const ordersPerDayAssumed = 100;
/** Of an evenly spread day. */
const busiestHourTimes = 4;
const mega = 2 ** 20;

const said = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const whole = (value: number): string => said.format(value);
const percent = (value: number): string => `${said.format(value * 100)} %`;

/** Lines for people. Throws where nothing can be measured. */
export async function* examineCapacity(db: Database, folder: DataFolder): AsyncIterable<string> {
  const sample = await measureSample(db);
  const { recordsPerSecond } = sample;
  yield `pace       ${whole(recordsPerSecond)} records a second are stored, filed and folded by one process (the sample company, in a database of its own that was dropped)`;
  const distributed = await isDistributed(db);
  const holdings = await readHoldings(db, distributed);
  const isMeasured = holdings.orders >= ordersPerDayAssumed;
  const recordsPerOrder = isMeasured ? holdings.records / holdings.orders : sample.recordsPerOrder;
  const bytesPerOrder = isMeasured ? holdings.bytes / holdings.orders : sample.bytesPerOrder;
  yield `held       ${whole(holdings.orders)} orders, ${whole(holdings.records)} records, ${whole(holdings.bytes / mega)} MB; ${whole(recordsPerOrder)} records and ${whole(bytesPerOrder / 1024)} kB an order${isMeasured ? '' : ' (of the sample)'}`;
  const traffic = await readTraffic(db);
  const isRunning = traffic.ordersOfMonth > 0;
  const ordersPerDay = isRunning ? traffic.ordersOfMonth / 30 : ordersPerDayAssumed;
  const ordersInBusiestHour = isRunning ? traffic.ordersInBusiestHour : (ordersPerDayAssumed * busiestHourTimes) / 24;
  yield `coming in  ${whole(ordersPerDay)} orders a day, ${whole(ordersInBusiestHour)} in the busiest hour${isRunning ? ' of the last 30 days' : ' (assumed: none came in the last 30 days)'}`;
  const freeBytes = process.env['DATABASE_URL'] === undefined ? await freeOf(folder.path) : undefined;
  yield freeBytes === undefined
    ? 'room       the disk is on the machine of the database, and is not known here'
    : `room       ${whole(freeBytes / mega)} MB are free: ${whole(freeBytes / bytesPerOrder)} orders more`;
  const rates = (await listConnections(db)).flatMap(({ status, settings }) => {
    const { requestsPerSecond } = settings as { readonly requestsPerSecond?: number };
    return status === 'active' && requestsPerSecond !== undefined ? [requestsPerSecond] : [];
  });
  const requestsPerSecond = rates.length === 0 ? undefined : rates.reduce((sum, rate) => sum + rate, 0);
  const measured: Measured = {
    recordsPerSecond, recordsPerOrder, bytesPerOrder, freeBytes, orders: holdings.orders, ordersPerDay, ordersInBusiestHour, requestsPerSecond,
  };
  yield '';
  yield 'Used by as many times the orders: of one worker in the busiest hour, of the disk in a year, of the requests that the systems allow,';
  yield 'and of the day that the daily measurement may take.';
  for (const factor of factors) {
    const uses = [...useOf(measured, factor)].sort(([, left], [, right]) => right - left);
    const [[first, share]] = uses as [[Limit, number]];
    yield `${whole(factor).padStart(8)} ×  ${uses.map(([limit, use]) => `${limit} ${percent(use)}`).join(', ')}${share > 1 ? `: ${first} first` : ''}`;
  }
  yield '';
  yield 'What to do about each: docs/concepts/scale.md.';
} // prettier-ignore

async function freeOf(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}
