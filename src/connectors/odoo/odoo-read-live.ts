/**
 * Reading Odoo: sweeps by `write_date`, a census of ids, single records. Over RPC `write_date` has whole seconds
 * while the database keeps microseconds (067), so a sweep asks `>=`, and begins each run an overlap before the newest
 * time that the *server* showed when the last run began.
 *
 * Moves are swept beside transfers: editing a done move changes stock but not its transfer.
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { SourceUnreachable, fetching, toUnreachable } from '../source-unreachable.ts';
import { keepRecord } from './odoo-kind.ts';
import { type OdooRecord, idsOf, instantOf, isRecord } from './odoo-record.ts';
import { type OdooRpc, openOdoo } from './odoo-rpc.ts';
import { OdooRefusal } from './odoo-transport.ts';

const pageSize = 200;
const censusPageSize = 1000;
/** Imports and mass validations run for minutes; `write_date` is when their transaction began. */
export const odooOverlapMs = 15 * 60_000;

const customerDocuments = ['out_invoice', 'out_refund'];

type Kind = {
  /** Which records of the model matter at all. */
  readonly domain?: readonly unknown[];
  /** Models of modules that may be missing, or that a user with few rights may not see. */
  readonly optional?: true;
  /** What belongs to a record and is read with it. */
  readonly parts?: Readonly<Record<string, string>>;
};

/** In the order in which they are swept: masters before what points at them. */
export const odooSweptKinds: Readonly<Record<string, Kind>> = {
  'stock.location': {},
  'stock.warehouse': { optional: true },
  'stock.picking.type': { optional: true },
  'uom.uom': { optional: true },
  'product.product': {},
  'sale.order': { parts: { order_line: 'sale.order.line', picking_ids: 'stock.picking' } },
  'sale.order.line': {},
  'stock.picking': { parts: { move_ids: 'stock.move' } },
  'stock.move': {},
  'stock.move.line': { optional: true },
  'stock.scrap': { optional: true, parts: { move_ids: 'stock.move' } },
  'stock.valuation.layer': { optional: true },
  'account.move': {
    domain: [['move_type', 'in', customerDocuments]],
    parts: { invoice_line_ids: 'account.move.line' },
  },
  'account.move.line': { domain: [['move_id.move_type', 'in', customerDocuments]] },
};

/**
 * The fields that are kept are the fields that are read, as far as this server has them. One that lists records of a
 * model which the user may not see makes Odoo refuse the whole read: a user of Inventory may read moves, but not the
 * valuations that they list.
 */
async function fieldsToRead(rpc: OdooRpc, kind: string): Promise<readonly string[]> {
  const names = await rpc.fieldsOf(kind);
  const kept = keepRecord(kind, Object.fromEntries(names.map((name) => [name, null])));
  const readable: string[] = [];
  for (const field of isRecord(kept) ? Object.keys(kept) : []) {
    const listed = await rpc.listedModelOf(kind, field);
    if (listed === undefined || (await rpc.mayRead(listed))) readable.push(field);
  }
  return readable;
}

function toSnapshot(connection: LiveConnection, kind: string, body: OdooRecord): Snapshot[] {
  const id = body['id'];
  if (typeof id !== 'number') return [];
  const modifiedAt = instantOf(body, 'write_date');
  const { connection: name } = connection.settings;
  return [
    { connection: name, kind, id: String(id), body, ...(modifiedAt === undefined ? {} : { modifiedAt }) },
  ];
}

/** `2026-11-23 09:17:39`, UTC. */
const textOfTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace('T', ' ');

type Cursor = { readonly since?: number; readonly high?: number; readonly after: number };

/** Documents that changed since; locations, units and products are needed whole. */
export function odooCursorSince(kind: string, at: number): string | undefined {
  if (!/^(?:sale\.|account\.|stock\.(?:picking$|move|scrap|valuation))/.test(kind)) return undefined;
  return JSON.stringify({ since: at + odooOverlapMs, after: 0 } satisfies Cursor);
}

function parseCursor(text: string | undefined): Cursor {
  return text === undefined ? { after: 0 } : (JSON.parse(text) as Cursor);
}

/** True where the user may not see a model that nothing depends on. */
function isOptional(kind: string, error: unknown): boolean {
  return (
    odooSweptKinds[kind]?.optional === true &&
    error instanceof OdooRefusal &&
    (error.because === 'access' || error.because === 'unknown-model')
  );
}

/** An error of a read in the words of the contract. */
export function toReadFailure(error: unknown): SourceUnreachable {
  if (!(error instanceof OdooRefusal)) return toUnreachable(error);
  const code =
    error.because === 'access' ? 'forbidden' : error.because === 'unknown-model' ? 'route-missing' : 'server-error'; // prettier-ignore
  return new SourceUnreachable(code, error.message);
}

export async function sweepOdoo(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  const cursor = parseCursor(cursorText);
  try {
    const rpc = await openOdoo(connection, signal);
    return await sweepOnce(connection, rpc, kind, cursor);
  } catch (error) {
    if (isOptional(kind, error)) return { objects: [], cursor: JSON.stringify(cursor), done: true };
    throw toReadFailure(error);
  }
}

async function sweepOnce(
  connection: LiveConnection,
  rpc: OdooRpc,
  kind: string,
  cursor: Cursor,
): Promise<SweepPage> {
  const fields = await fieldsToRead(rpc, kind);
  const own = odooSweptKinds[kind]?.domain ?? [];
  const context = { active_test: false };
  let { high } = cursor;
  if (cursor.after === 0) {
    const newest = await rpc.read(kind, 'search_read', [own, ['write_date']], {
      order: 'write_date desc', limit: 1, context,
    }); // prettier-ignore
    const [row] = Array.isArray(newest) ? (newest as unknown[]) : [];
    const at = isRecord(row) ? instantOf(row, 'write_date') : undefined;
    high = at === undefined ? undefined : Date.parse(at);
  }
  const domain: unknown[] = [...own, ['id', '>', cursor.after]];
  if (cursor.since !== undefined) domain.push(['write_date', '>=', textOfTime(cursor.since - odooOverlapMs)]);
  const found = await rpc.read(kind, 'search', [domain], { order: 'id', limit: pageSize, context });
  const ids = (Array.isArray(found) ? (found as unknown[]) : []).filter((id) => typeof id === 'number');
  const { objects, setAside } = await readRows(connection, rpc, kind, ids, fields);
  const done = ids.length < pageSize;
  const since = high ?? cursor.since;
  const next: Cursor = done
    ? { ...(since === undefined ? {} : { since }), after: 0 }
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
  rpc: OdooRpc,
  kind: string,
  ids: readonly number[],
  fields: readonly string[],
): Promise<{ objects: Snapshot[]; setAside: { ref: ObjectRef; message: string }[] }> {
  const setAside: { ref: ObjectRef; message: string }[] = [];
  if (ids.length === 0) return { objects: [], setAside };
  const readIds = async (some: readonly number[]): Promise<Snapshot[]> => {
    const rows = await rpc.read(kind, 'read', [some, fields]);
    return (Array.isArray(rows) ? (rows as unknown[]) : [])
      .filter(isRecord)
      .flatMap((row) => toSnapshot(connection, kind, row));
  };
  try {
    return { objects: await readIds(ids), setAside };
  } catch (error) {
    const passing = error instanceof OdooRefusal || (error instanceof SourceUnreachable && error.code === 'server-error'); // prettier-ignore
    if (!passing || ids.length === 1) {
      if (!passing) throw error;
      setAside.push({ ref: { kind, id: String(ids[0]) }, message: (error as Error).message });
      return { objects: [], setAside };
    }
    const objects: Snapshot[] = [];
    for (const id of ids) {
      const one = await readRows(connection, rpc, kind, [id], fields);
      objects.push(...one.objects);
      setAside.push(...one.setAside);
    }
    // Not one of a whole page may be read: that is said of the rights, not of each record.
    if (objects.length === 0 && error instanceof OdooRefusal && error.because === 'access') throw error;
    return { objects, setAside };
  }
}

export async function* censusOdoo(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  try {
    const rpc = await openOdoo(connection, signal);
    const own = odooSweptKinds[kind]?.domain ?? [];
    for (let after = 0; ;) {
      const found = await rpc.read(kind, 'search', [[...own, ['id', '>', after]]], {
        order: 'id', limit: censusPageSize, context: { active_test: false },
      }); // prettier-ignore
      const ids = (Array.isArray(found) ? (found as unknown[]) : []).filter((id) => typeof id === 'number');
      if (ids.length > 0) yield ids.map((id) => ({ kind, id: String(id) }));
      if (ids.length < censusPageSize) return;
      after = ids.at(-1) ?? after;
    }
  } catch (error) {
    if (!isOptional(kind, error)) throw toReadFailure(error);
  }
}

/** Reads one record with what belongs to it. A missing id is an empty list, without an error (075). */
export async function fetchOdoo(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    try {
      const rpc = await openOdoo(connection, signal);
      const fields = await fieldsToRead(rpc, ref.kind);
      const rows = await rpc.read(ref.kind, 'read', [[Number(ref.id)], fields]);
      if (!Array.isArray(rows)) throw new SourceUnreachable('bad-answer', 'Odoo did not answer with a list');
      const [body] = rows as unknown[];
      if (body === undefined) return { is: 'gone' };
      const [snapshot] = isRecord(body) ? toSnapshot(connection, ref.kind, body) : [];
      if (snapshot === undefined || !isRecord(body))
        throw new SourceUnreachable('bad-answer', 'Odoo answered with no record');
      const others: Snapshot[] = [];
      for (const [field, part] of Object.entries(odooSweptKinds[ref.kind]?.parts ?? {})) {
        const partFields = await fieldsToRead(rpc, part);
        others.push(...(await readRows(connection, rpc, part, idsOf(body, field), partFields)).objects);
      }
      return { is: 'snapshot', snapshot, ...(others.length === 0 ? {} : { others }) };
    } catch (error) {
      if (error instanceof OdooRefusal && error.because === 'missing') return { is: 'gone' };
      throw toReadFailure(error);
    }
  });
}
