/**
 * Reading Tryton: sweeps by time of writing, a census of ids, and single records.
 *
 * A run reads, in the order of their ids, all records written or created since the last run, less an overlap. The
 * next run starts from the newest time that the *server* showed when this one began: a slow run, or a clock that is
 * two hours off, loses nothing. `write_date` is the start of the writing transaction and null before the first
 * change, so `create_date` stands in and the overlap is longer than any transaction.
 */
import type {
  FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage,
} from '../live-contract.ts'; // prettier-ignore
import { SourceUnreachable, fetching } from '../source-unreachable.ts';
import { fieldsByKind } from './tryton-keep.ts';
import { type Kind, kinds } from './tryton-kind.ts';
import { type TrytonRpc, TrytonRefusal, openTryton } from './tryton-rpc.ts';
import { type JsonRecord, asRecord, decodeId, decodeInstant } from './tryton-value.ts';

const pageSize = 200;
const censusPageSize = 1000;
/** Tryton writes `write_date` at the start of a transaction; imports of many documents take minutes. */
export const trytonOverlapMs = 15 * 60_000;

/** Of these the pure half wants a few fields of the related record too. */
const companions: Readonly<Record<string, readonly string[]>> = {
  currency: ['code'],
  product: ['code'],
  unit: ['symbol'],
  uom: ['symbol'],
  from_location: ['code', 'name', 'type'],
  to_location: ['code', 'name', 'type'],
};

/** Products that are no longer sold are still on old orders. */
const inactiveToo = { active_test: false };

/** What is asked of a record; undefined where the model is not installed. */
async function fieldsToRead(rpc: TrytonRpc, kind: string): Promise<readonly string[] | undefined> {
  const fields = ['create_date', 'write_date', '_timestamp', ...(fieldsByKind[kind] ?? [])];
  const known = await rpc.fieldsOf(
    kind,
    fields.filter((field) => field !== '_timestamp'),
  );
  return known?.flatMap((field) => [field, ...(companions[field] ?? []).map((name) => `${field}.${name}`)]);
}

function rowsOf(result: unknown): JsonRecord[] {
  if (!Array.isArray(result)) throw new SourceUnreachable('bad-answer', 'Tryton did not answer with a list');
  return (result as unknown[]).map(asRecord).filter((row) => row !== undefined);
}

function toSnapshot(connection: LiveConnection, kind: string, body: unknown): Snapshot | undefined {
  const id = decodeId(asRecord(body)?.['id']);
  if (id === undefined) return undefined;
  const row = asRecord(body);
  const modifiedAt = decodeInstant(row?.['write_date']) ?? decodeInstant(row?.['create_date']);
  const { connection: name } = connection.settings;
  return {
    connection: name,
    kind,
    id: String(id),
    body,
    ...(modifiedAt === undefined ? {} : { modifiedAt }),
  };
}

/** An instant as Tryton's encoded datetime. */
function encodeInstant(at: number): object {
  const date = new Date(at);
  return {
    __class__: 'datetime',
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    microsecond: date.getUTCMilliseconds() * 1000,
  };
}

/** The newest time of writing that the server shows for a model, in milliseconds. */
async function newestWrite(rpc: TrytonRpc, kind: string): Promise<number | undefined> {
  const times: number[] = [];
  for (const field of ['write_date', 'create_date']) {
    const order = [[field, 'DESC NULLS LAST']];
    const found = rowsOf(
      await rpc.read(`model.${kind}.search_read`, [[], 0, 1, order, [field]], inactiveToo),
    );
    const at = decodeInstant(found[0]?.[field]);
    if (at !== undefined) times.push(Date.parse(at));
  }
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Milliseconds; `high` and `after` belong to the run under way. */
type Cursor = { readonly since?: number; readonly high?: number; readonly after: number };

/** Documents that changed since; locations, products and taxes are needed whole. */
export function trytonCursorSince(kind: string, at: number): string | undefined {
  if (!/^(?:sale\.|account\.invoice|stock\.(?:move|shipment))/.test(kind)) return undefined;
  return JSON.stringify({ since: at + trytonOverlapMs, after: 0 } satisfies Cursor);
}

function parseCursor(text: string | undefined): Cursor {
  const value = asRecord(text === undefined ? undefined : (JSON.parse(text) as unknown));
  const { since, high, after } = value ?? {};
  return {
    ...(typeof since === 'number' ? { since } : {}),
    ...(typeof high === 'number' ? { high } : {}),
    after: typeof after === 'number' ? after : 0,
  };
}

export async function sweepTryton(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  const rpc = await openTryton(connection, signal);
  const fields = await fieldsToRead(rpc, kind);
  const cursor = parseCursor(cursorText);
  if (fields === undefined) return { objects: [], cursor: JSON.stringify(cursor), done: true };
  const high = cursor.after > 0 ? cursor.high : await newestWrite(rpc, kind);
  const domain: unknown[] = [['id', '>', cursor.after]];
  if (cursor.since !== undefined) {
    const since = encodeInstant(cursor.since - trytonOverlapMs);
    domain.push([
      'OR',
      ['write_date', '>=', since],
      [
        ['write_date', '=', null],
        ['create_date', '>=', since],
      ],
    ]);
  }
  const order = [['id', 'ASC']];
  const ids = (
    await rpc
      .read(`model.${kind}.search`, [domain, 0, pageSize, order], inactiveToo)
      .then((found) => (Array.isArray(found) ? (found as unknown[]) : []))
  ).flatMap((id) => decodeId(id) ?? []);
  const { objects, setAside } = await readRows(connection, rpc, kind, ids, fields);
  const done = ids.length < pageSize;
  const newest = high ?? cursor.since;
  const next: Cursor = done
    ? { ...(newest === undefined ? {} : { since: newest }), after: 0 }
    : { ...cursor, ...(high === undefined ? {} : { high }), after: ids.at(-1) ?? cursor.after };
  const backTo = cursor.after === 0 && (high ?? Infinity) < (cursor.since ?? 0) ? high : undefined;
  return {
    objects, cursor: JSON.stringify(next), done, setAside,
    ...(backTo === undefined ? {} : { wentBackTo: new Date(backTo).toISOString() }),
  }; // prettier-ignore
}

/** Reads records by id; where one of them breaks the page, each by itself. */
async function readRows(
  connection: LiveConnection,
  rpc: TrytonRpc,
  kind: string,
  ids: readonly number[],
  fields: readonly string[],
): Promise<{ objects: Snapshot[]; setAside: { ref: ObjectRef; message: string }[] }> {
  const setAside: { ref: ObjectRef; message: string }[] = [];
  if (ids.length === 0) return { objects: [], setAside };
  // `read` adds `_timestamp` only when asked, as one more field.
  const all = [...fields, '_timestamp'];
  const readIds = async (some: readonly number[]): Promise<Snapshot[]> => {
    const rows = rowsOf(await rpc.read(`model.${kind}.read`, [some, all], inactiveToo));
    return rows.flatMap((row) => toSnapshot(connection, kind, row) ?? []);
  };
  try {
    return { objects: await readIds(ids), setAside };
  } catch (error) {
    if (!isOneRecords(error)) throw error;
    const objects: Snapshot[] = [];
    for (const id of ids) {
      try {
        objects.push(...(await readIds([id])));
      } catch (reason) {
        if (!isOneRecords(reason)) throw reason;
        // Deleted since the search: the census will tell.
        if (!(reason instanceof TrytonRefusal && reason.because === 'missing'))
          setAside.push({ ref: { kind, id: String(id) }, message: (reason as Error).message });
      }
    }
    return { objects, setAside };
  }
}

function isOneRecords(error: unknown): boolean {
  return (
    (error instanceof TrytonRefusal && error.because !== 'access') ||
    (error instanceof SourceUnreachable && error.code === 'server-error')
  );
}

export async function* censusTryton(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  const rpc = await openTryton(connection, signal);
  if ((await rpc.fieldsOf(kind, [])) === undefined) return;
  for (let after = 0; ;) {
    const found = await rpc.read(
      `model.${kind}.search`,
      [[['id', '>', after]], 0, censusPageSize, [['id', 'ASC']]],
      inactiveToo,
    );
    const ids = (Array.isArray(found) ? (found as unknown[]) : []).flatMap((id) => decodeId(id) ?? []);
    if (ids.length > 0) yield ids.map((id) => ({ kind, id: String(id) }));
    if (ids.length < censusPageSize) return;
    after = ids.at(-1) ?? after;
  }
}

/**
 * Reads one record. A deleted record and one that a rule hides answer with the same words (recording 073), so `gone`
 * is said only while the same user still reads another record of the model.
 */
export async function fetchTryton(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    const rpc = await openTryton(connection, signal);
    const fields = await fieldsToRead(rpc, ref.kind);
    if (fields === undefined)
      return { is: 'unreachable', code: 'route-missing', message: `${ref.kind} is not installed` };
    try {
      const rows = rowsOf(
        await rpc.read(`model.${ref.kind}.read`, [[Number(ref.id)], [...fields, '_timestamp']], inactiveToo),
      );
      const snapshot = toSnapshot(connection, ref.kind, rows[0]);
      if (snapshot === undefined)
        return { is: 'unreachable', code: 'bad-answer', message: 'an empty record' };
      const others = await readOthers(connection, rpc, snapshot);
      return { is: 'snapshot', snapshot, ...(others.length === 0 ? {} : { others }) };
    } catch (error) {
      if (!(error instanceof TrytonRefusal)) throw error;
      if (error.because !== 'missing')
        return { is: 'unreachable', code: 'forbidden', message: error.message };
      const others = await rpc.read(`model.${ref.kind}.search`, [[], 0, 1, null], inactiveToo);
      return Array.isArray(others) && others.length > 0
        ? { is: 'gone' }
        : { is: 'unreachable', code: 'forbidden', message: `no record of ${ref.kind} can be read any more` };
    }
  });
}

/** What hangs together is read together: a move does not bump its shipment, and a shipment says little without. */
const parts: Readonly<Partial<Record<Kind, Readonly<Record<string, Kind>>>>> = {
  'sale.sale': {
    lines: 'sale.line',
    shipment_returns: 'stock.shipment.out.return',
    invoices: 'account.invoice',
  },
  'stock.shipment.out.return': { incoming_moves: 'stock.move', inventory_moves: 'stock.move' },
  'stock.shipment.out': { outgoing_moves: 'stock.move' },
  'stock.shipment.internal': { moves: 'stock.move' },
  'account.invoice': { lines: 'account.invoice.line' },
};

async function readOthers(
  connection: LiveConnection,
  rpc: TrytonRpc,
  snapshot: Snapshot,
): Promise<readonly Snapshot[]> {
  const kind = kinds.find((known) => known === snapshot.kind);
  const others: Snapshot[] = [];
  for (const [field, model] of Object.entries((kind === undefined ? undefined : parts[kind]) ?? {})) {
    const list = asRecord(snapshot.body)?.[field];
    const ids = (Array.isArray(list) ? (list as unknown[]) : []).flatMap((id) => decodeId(id) ?? []);
    const fields = await fieldsToRead(rpc, model);
    if (fields !== undefined) others.push(...(await readRows(connection, rpc, model, ids, fields)).objects);
  }
  return others;
}
