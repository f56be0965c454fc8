/**
 * Closing a month: one person prepares a pack of what the money accounts held, another signs it. Nothing is locked away:
 * a fact that comes to be known later and belongs into the month shows as an adjustment, and the month is open again until
 * somebody closes it with the adjustment in it.
 */
import { createHash } from 'node:crypto';
import type { Database, Runner } from '../store/database.ts';
import { canonicalJson } from '../store/json-text.ts';
import {
  decidePack, findFirstPosting, insertPack, listAdjustments, listPacks, listPeriodMoved, listPeriodOpen, sumPeriod,
  type Adjustment, type PeriodLine, type PeriodOpen, type PeriodSums, type StoredPack,
} from '../store/periods.ts'; // prettier-ignore

/** `2026-10`, a month of the shop's zone. */
export type PeriodName = string;

export type PeriodStatus = 'running' | 'open' | 'prepared' | 'signed' | 'reopened';

export type PackAccount = PeriodSums & {
  /** Closing of the month before as it was signed; undefined: it was not. What `opening` differs by came later. */
  readonly carried?: number;
};

/** What is signed. Names of fields are part of the hash: they are never changed, only added to. */
export type Pack = {
  readonly period: PeriodName;
  readonly zone: string;
  readonly from: string;
  readonly to: string;
  readonly asOf: string;
  /** The signed pack it continues, by its hash. */
  readonly previous: { readonly period: PeriodName; readonly hash: string } | null;
  /** The signed pack it replaces. */
  readonly replaces: { readonly revision: number; readonly hash: string } | null;
  readonly accounts: readonly PackAccount[];
  readonly open: readonly PeriodOpen[];
  /** Of what every order moved: SHA-256. */
  readonly lines: { readonly count: number; readonly hash: string };
};

export type Period = {
  readonly period: PeriodName;
  readonly from: string;
  readonly to: string;
  readonly status: PeriodStatus;
  readonly packs: readonly StoredPack[];
  readonly signed: StoredPack | undefined;
  readonly waiting: StoredPack | undefined;
  readonly adjustments: readonly Adjustment[];
};

export type PeriodRefusal =
  'period-not-over' | 'period-earlier-open' | 'period-unchanged' | 'period-prepared' | 'period-not-found';

/** First instant of a month and of the next one, in a zone; undefined for what is no month. */
export function boundsOf(
  period: PeriodName,
  zone: string,
): { readonly from: string; readonly to: string } | undefined {
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(period)) return undefined;
  const month = Temporal.PlainYearMonth.from(period);
  const startOf = (one: Temporal.PlainYearMonth): string =>
    new Date(one.toPlainDate({ day: 1 }).toZonedDateTime(zone).epochMilliseconds).toISOString();
  return { from: startOf(month), to: startOf(month.add({ months: 1 })) };
}

const monthOf = (at: string, zone: string): Temporal.PlainYearMonth =>
  Temporal.Instant.from(at).toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth();

/** Every month since the accounts begin, newest first. */
export async function listPeriods(db: Runner, zone: string, now: number): Promise<readonly Period[]> {
  const first = await findFirstPosting(db);
  if (first === undefined) return [];
  const packs = Map.groupBy(await listPacks(db), (pack) => pack.period);
  const periods: Period[] = [];
  let month = monthOf(new Date(now).toISOString(), zone);
  const earliest = monthOf(first, zone);
  for (; Temporal.PlainYearMonth.compare(month, earliest) >= 0; month = month.subtract({ months: 1 }))
    periods.push(await toPeriod(db, month.toString(), packs.get(month.toString()) ?? [], zone, now));
  return periods;
}

/** One month; undefined where the accounts had not begun, or which has not come. */
export async function readPeriod(
  db: Runner,
  period: PeriodName,
  zone: string,
  now: number,
): Promise<Period | undefined> {
  const bounds = boundsOf(period, zone);
  const first = await findFirstPosting(db);
  if (
    bounds === undefined ||
    first === undefined ||
    bounds.to <= first ||
    bounds.from > new Date(now).toISOString()
  )
    return undefined;
  return toPeriod(db, period, await listPacks(db, period), zone, now);
}

async function toPeriod(db: Runner, period: PeriodName, packs: readonly StoredPack[], zone: string, now: number): Promise<Period> {
  const signed = packs.findLast((pack) => pack.status === 'signed');
  const waiting = packs.find((pack) => pack.status === 'prepared');
  // A signed month keeps the bounds it was signed with, whatever zone the shop has now; its neighbours meet them, so that
  // no posting lies in two months or in none.
  const { from, to } = signed === undefined ? await boundsBeside(db, period, zone) : { from: signed.fromAt, to: signed.toAt };
  const adjustments = signed === undefined ? [] : await listAdjustments(db, signed);
  const status: PeriodStatus =
    waiting !== undefined ? 'prepared'
    : signed !== undefined ? (adjustments.length > 0 ? 'reopened' : 'signed')
    : Date.parse(to) > now ? 'running' : 'open';
  return { period, from, to, status, packs, signed, waiting, adjustments };
} // prettier-ignore

async function boundsBeside(db: Runner, period: PeriodName, zone: string): Promise<{ readonly from: string; readonly to: string }> {
  const own = boundsOf(period, zone)!;
  const signedOf = async (name: PeriodName): Promise<StoredPack | undefined> =>
    (await listPacks(db, name)).findLast((pack) => pack.status === 'signed');
  const next = Temporal.PlainYearMonth.from(period).add({ months: 1 }).toString();
  return { from: (await signedOf(previousOf(period)))?.toAt ?? own.from, to: (await signedOf(next))?.fromAt ?? own.to };
} // prettier-ignore

/** Figures of a month as they are now, fit to be signed; with what every order moved. */
export async function makePack(
  db: Runner,
  { period, from, to, signed }: Pick<Period, 'period' | 'from' | 'to' | 'signed'>,
  zone: string,
  now: number,
): Promise<{ readonly pack: Pack; readonly lines: readonly PeriodLine[] }> {
  const lines = await listPeriodMoved(db, from, to);
  const before = (await listPacks(db, previousOf(period))).findLast((pack) => pack.status === 'signed');
  const carried = new Map(
    ((before?.pack as Pack | undefined)?.accounts ?? []).map((account) => [`${account.control} ${account.currency}`, account.closing]),
  );
  const accounts = (await sumPeriod(db, from, to)).map((sums): PackAccount => {
    const closing = carried.get(`${sums.control} ${sums.currency}`);
    return before === undefined ? sums : { ...sums, carried: closing ?? 0 };
  });
  return {
    lines,
    pack: {
      period, zone, from, to, asOf: new Date(now).toISOString(),
      previous: before === undefined ? null : { period: before.period, hash: before.hash },
      replaces: signed === undefined ? null : { revision: signed.revision, hash: signed.hash },
      accounts, open: await listPeriodOpen(db, to), lines: { count: lines.length, hash: hashOf(lines) },
    },
  };
} // prettier-ignore

const previousOf = (period: PeriodName): PeriodName =>
  Temporal.PlainYearMonth.from(period).subtract({ months: 1 }).toString();

/** SHA-256 of a value as text with sorted keys, hex: anybody can compute it from the pack they downloaded. */
export const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex');

export type Prepared =
  { readonly ok: true; readonly pack: StoredPack } | { readonly ok: false; readonly reason: PeriodRefusal };

/** Prepares a month for its signature. */
export async function preparePeriod(
  db: Database,
  period: PeriodName,
  {
    zone,
    now,
    by,
    note,
  }: { readonly zone: string; readonly now: number; readonly by: string; readonly note: string | null },
): Promise<Prepared> {
  return db.transaction(async (tx): Promise<Prepared> => {
    const found = await readPeriod(tx, period, zone, now);
    if (found === undefined) return { ok: false, reason: 'period-not-found' };
    if (found.status === 'running') return { ok: false, reason: 'period-not-over' };
    if (found.status === 'prepared') return { ok: false, reason: 'period-prepared' };
    if (found.status === 'signed') return { ok: false, reason: 'period-unchanged' };
    const before = await readPeriod(tx, previousOf(period), zone, now);
    if (before !== undefined && before.status !== 'signed')
      return { ok: false, reason: 'period-earlier-open' };
    const { pack, lines } = await makePack(tx, found, zone, now);
    const revision = (found.packs.at(-1)?.revision ?? 0) + 1;
    const stored = await insertPack(
      tx,
      { period, revision, fromAt: pack.from, toAt: pack.to, pack, hash: hashOf(pack), preparedBy: by, note },
      lines,
    );
    return { ok: true, pack: stored };
  });
}

export type SignRefusal = 'period-not-prepared' | 'period-same-person' | 'period-changed';
export type Signed =
  { readonly ok: true; readonly pack: StoredPack } | { readonly ok: false; readonly reason: SignRefusal };

/** Signs the pack that waits, by somebody else than who prepared it, and only as it was shown to them. */
export async function signPeriod(
  db: Database,
  period: PeriodName,
  { hash, by, now, note }: { readonly hash: string; readonly by: string; readonly now: number; readonly note: string | null },
): Promise<Signed> {
  const waiting = (await listPacks(db, period)).find((pack) => pack.status === 'prepared');
  if (waiting === undefined || waiting.hash !== hash) return { ok: false, reason: 'period-not-prepared' };
  if (waiting.preparedBy === by) return { ok: false, reason: 'period-same-person' };
  const shown = waiting.pack as Pack;
  const signed = (await listPacks(db, period)).findLast((pack) => pack.status === 'signed');
  const { pack } = await makePack(db, { period, from: waiting.fromAt, to: waiting.toAt, signed }, shown.zone, now);
  if (figuresOf(pack) !== figuresOf(shown) || hashOf(shown) !== waiting.hash) return { ok: false, reason: 'period-changed' };
  const decided = await decidePack(db, waiting, { status: 'signed', by, note });
  return decided === undefined ? { ok: false, reason: 'period-not-prepared' } : { ok: true, pack: decided };
} // prettier-ignore

/** What must be as it was when it was prepared. How open items are explained by now may change with the time of day. */
function figuresOf({ accounts, lines, open }: Pack): string {
  return canonicalJson({
    accounts,
    lines,
    open: open.map(({ orderKey, control, balance }) => [orderKey, control, balance]),
  });
}

/** Sends the waiting pack back to who prepared it; also by themselves, to prepare it anew. */
export async function sendBackPeriod(
  db: Database,
  period: PeriodName,
  { by, note }: { readonly by: string; readonly note: string },
): Promise<StoredPack | undefined> {
  const waiting = (await listPacks(db, period)).find((pack) => pack.status === 'prepared');
  return waiting === undefined ? undefined : decidePack(db, waiting, { status: 'sent-back', by, note });
}
