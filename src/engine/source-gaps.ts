/**
 * What cannot be seen for now: a connection that refuses us (lost rights, a plugin that is switched off), and a past
 * that a first backfill has not read yet. Neither deletes anything; orders that rest on it are incomplete.
 */
import type { UnreachableCode } from '../connectors/live-contract.ts';
import type { OrderState } from '../kernel/order-state.ts';
import {
  findConnection, listConnections, listPolicyValues, putPolicyValue, setConnectionHealth,
} from '../store/connections.ts'; // prettier-ignore
import type { Database } from '../store/database.ts';
import { pageOrdersOfConnection, pageOrdersOfVerdict } from '../store/list-orders.ts';
import { markOrders } from '../store/marks.ts';
import { listSweepCursors } from '../store/sweep-cursors.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { readHistorySince, type SweepResult } from './sweep.ts';

export type SourceGaps = {
  /** Connections that refuse to be read. */
  readonly refused: ReadonlySet<string>;
  /** Orders placed before (epoch ms) may not be known whole yet. */
  readonly historySince: number | undefined;
};

export const noGaps: SourceGaps = { refused: new Set(), historySince: undefined };

/** Answers that will be the same until somebody acts on the source. */
const refusals: readonly (UnreachableCode | undefined)[] = ['unauthorized', 'forbidden', 'route-missing'];
/** One refusal may be a restart of the source; as many sweeps in a row are not. */
const refusedMin = 2;
const markPriority = 4;

type Refusal = {
  readonly code?: unknown;
  readonly kind?: unknown;
  readonly times?: unknown;
};

/** Remembers in the connection's health whether a sweep was refused, and marks the orders for which that matters. */
export async function noteAccess(db: Database, connection: string, kind: string, result: SweepResult): Promise<void> {
  if (result.is === 'skipped') return;
  const isRefused = result.is === 'failed' && refusals.includes(result.code);
  if (result.is === 'failed' && !isRefused) return;
  const known = ((await findConnection(db, connection))?.health ?? {}) as Refusal;
  const isKnown = known.code === 'access-refused';
  if (isKnown && known.kind !== kind) return;
  if (!isRefused) {
    if (!isKnown) return;
    await setConnectionHealth(db, connection, { state: 'ok' });
    if (Number(known.times) >= refusedMin) await markOrdersOf(db, connection);
    return;
  }
  const times = isKnown ? Number(known.times) + 1 : 1;
  if (times > refusedMin) return;
  const { message } = result;
  await setConnectionHealth(db, connection, { state: 'failed', code: 'access-refused', kind, message, times });
  if (times === refusedMin) await markOrdersOf(db, connection);
} // prettier-ignore

/** Marks all orders with a record of a connection, and those that may still be waiting for one. */
export async function markOrdersOf(db: Database, connection: string): Promise<void> {
  for await (const keys of pageOrdersOfConnection(db, connection)) await markOrders(db, keys, markPriority);
  for await (const keys of pageOrdersOfVerdict(db, ['pending', 'incomplete'])) await markOrders(db, keys, markPriority); // prettier-ignore
}

const markedName = 'history-marked';

/**
 * Marks what was folded while the past was not read to its end, once for each end: it is on record when that was done, so
 * that whoever comes after a crash in between does it, and nobody does it again at every start.
 */
export async function markHalfRead(db: Database): Promise<void> {
  const ends = (await listSweepCursors(db)).filter((row) => row.name.startsWith('backfill/')).flatMap((row) => row.finishedAt ?? []); // prettier-ignore
  if (ends.length === 0) return;
  const validFromAt = new Date(Math.max(...ends.map((at) => Date.parse(at)))).toISOString();
  const done = (await listPolicyValues(db)).filter((value) => value.name === markedName);
  if (done.some((value) => Date.parse(value.validFromAt) === Date.parse(validFromAt))) return;
  for await (const keys of pageOrdersOfVerdict(db, ['breaks', 'incomplete'])) await markOrders(db, keys, markPriority); // prettier-ignore
  await putPolicyValue(db, {
    name: markedName,
    scope: '',
    validFromAt,
    validToAt: null,
    value: true,
    setBy: 'system',
  });
}

export async function readGaps(db: Database, systems: ConnectedSystems): Promise<SourceGaps> {
  const refused = new Set<string>();
  for (const { connection, health } of await listConnections(db)) {
    const known = (health ?? {}) as Refusal;
    if (known.code === 'access-refused' && Number(known.times) >= refusedMin) refused.add(connection);
  }
  return { refused, historySince: await readHistorySince(db, systems) };
}

/** Was the order placed when not everything was read yet? */
export const isHalfRead = (
  { placedAt }: Pick<OrderState, 'placedAt'>,
  { historySince }: SourceGaps,
): boolean => historySince !== undefined && (placedAt === undefined || Date.parse(placedAt) < historySince);

/**
 * Connections that refuse us and matter to an order: it rests on their records; or it is still open, and one that is no
 * shop may hold what it waits for.
 */
export function refusedFor(
  state: Pick<OrderState, 'verdict'>,
  objectKeys: readonly string[],
  { refused }: SourceGaps,
  systems: ConnectedSystems,
): string[] {
  if (refused.size === 0) return [];
  const own = new Set(objectKeys.map((key) => key.slice(0, key.indexOf(':'))));
  return [...refused].filter(
    (name) => own.has(name) || (state.verdict === 'pending' && systems.get(name)?.settings.system !== 'shop'),
  );
}
