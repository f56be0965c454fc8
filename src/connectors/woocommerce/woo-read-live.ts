/**
 * Reading WooCommerce. Lists go by `modified`, which is exclusive, has whole seconds and ties; so a step continues
 * from the last time it saw *minus* one second, and only within one and the same second by page. Nothing shifts
 * through a gap while the list changes, whatever is read twice is the same object again.
 *
 * The first run goes back from the newest, later ones forward from where the last one began, less an overlap. Times
 * are sent without a zone and with `dates_are_gmt=true`; a `Z` together with the flag is off by the site's zone (661).
 *
 * An order comes with its refunds and notes (`woo-order-parts-live.ts`).
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { SourceUnreachable, fetching, toUnreachable } from '../source-unreachable.ts';
import { idOf, isShape } from './object-fields.ts';
import { withOrderParts, withPartsOf } from './woo-order-parts-live.ts';
import { callWoo, listWoo, readWoo, refuseWoo } from './woo-request.ts';
import { exact, modifiedAt, pageSize, snapshotOf } from './woo-snapshot.ts';

/** PHP ends a request after minutes; its clock may be another server's than the database's. */
export const wooOverlapMs = 10 * 60_000;

const paths: Readonly<Record<string, string>> = {
  order: 'orders',
  refund: 'refunds',
  product: 'products',
  variation: 'variations',
};

type Cursor = {
  /** Epoch ms: the newest modification when the last run began. */
  readonly since?: number;
  readonly high?: number;
  /** Boundary of the next step, exclusive, epoch ms; and the page within its second. */
  readonly at?: number;
  readonly page?: number;
  /** Refunds of an older WooCommerce come with their orders only. */
  readonly over?: boolean;
  /** How many orders lay in the trash when it was last read. */
  readonly trash?: number;
  /** A run over a long past: notes are read only of orders on which something about a return shows. */
  readonly sparing?: boolean;
};

/** Orders and refunds that changed since; products are needed whole. */
export function wooCursorSince(kind: string, at: number): string | undefined {
  if (kind !== 'order' && kind !== 'refund') return undefined;
  return JSON.stringify({ since: at + wooOverlapMs, sparing: true } satisfies Cursor);
}

const gmt = (at: number): string => new Date(at).toISOString().slice(0, 19);

export async function sweepWoo(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    const cursor = (cursorText === undefined ? {} : JSON.parse(cursorText)) as Cursor;
    if (kind === 'refund') return await sweepRefunds(connection, cursor, signal);
    return await sweepModified(connection, kind, cursor, signal);
  } catch (error) {
    const failure = toUnreachable(error);
    // Before 9.0 there is no list of all variations; they are then read one by one as orders ask for them.
    if (kind === 'variation' && failure.code === 'route-missing')
      return { objects: [], cursor: '{}', done: true };
    throw failure;
  }
}

async function sweepModified(
  connection: LiveConnection,
  kind: string,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<SweepPage> {
  const first = cursor.since === undefined;
  const page = cursor.page ?? 1;
  const at = cursor.at ?? (cursor.since === undefined ? undefined : cursor.since - wooOverlapMs);
  const query: Record<string, string> = {
    ...(kind === 'order' ? { ...exact, status: 'any' } : {}),
    orderby: 'modified',
    order: first ? 'desc' : 'asc',
    per_page: String(pageSize),
    page: String(page),
  };
  if (at !== undefined) {
    query[first ? 'modified_before' : 'modified_after'] = gmt(at);
    query['dates_are_gmt'] = 'true';
  }
  const listed = await listWoo(connection, paths[kind] ?? kind, query, signal);
  const times = listed.rows.flatMap((row) => modifiedAt(row) ?? []);
  // Where the next run begins: what was newest when this one did. Going forward the list ends with the newest, and
  // whatever changes meanwhile changes to a later time, so it is still ahead of us.
  const high = Math.max(cursor.high ?? cursor.since ?? 0, ...times);
  const done = listed.size < pageSize;
  let objects: readonly Snapshot[] = listed.rows.flatMap((row) => snapshotOf(connection, kind, row));
  let { trash } = cursor;
  if (kind === 'order') {
    if (done) {
      const trashed = await readTrash(connection, trash, signal);
      objects = [...objects, ...trashed.objects];
      trash = trashed.total;
    }
    objects = await withOrderParts(connection, objects, !first && cursor.sparing !== true, signal);
  }
  const next = nextCursor(cursor, { first, at, page, high, times, done });
  const read = { objects, cursor: JSON.stringify(trash === undefined ? next : { ...next, trash }), done };
  // The record that the last run ended with is read again by every run, unless it is gone or as it was before.
  const isAhead = first || cursor.high !== undefined || times.some((time) => time >= (cursor.since ?? 0));
  if (!done || isAhead) return read;
  const newest = await readNewest(connection, kind, signal);
  if (newest === undefined || newest >= (cursor.since ?? 0)) return read;
  return {
    ...read,
    cursor: JSON.stringify({ ...next, since: newest, ...(trash === undefined ? {} : { trash }) }),
    wentBackTo: new Date(newest).toISOString(),
  };
}

/** The newest modification that the shop shows, trash left out. */
async function readNewest(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const query = {
    ...(kind === 'order' ? { status: 'any' } : {}), orderby: 'modified', order: 'desc', per_page: '1',
  }; // prettier-ignore
  const { rows } = await listWoo(connection, paths[kind] ?? kind, query, signal);
  return rows[0] === undefined ? undefined : modifiedAt(rows[0]);
}

function nextCursor(
  cursor: Cursor,
  step: {
    readonly first: boolean;
    readonly at: number | undefined;
    readonly page: number;
    readonly high: number;
    readonly times: readonly number[];
    readonly done: boolean;
  },
): Cursor {
  const { first, high, times, page } = step;
  if (step.done) return high === 0 ? {} : { since: high };
  const kept = {
    ...(cursor.since === undefined ? {} : { since: cursor.since }),
    ...(cursor.sparing === undefined ? {} : { sparing: cursor.sparing }),
  };
  const last = times.at(-1);
  const boundary = last === undefined ? step.at : first ? last + 1000 : last - 1000;
  const moved = boundary !== undefined && boundary !== step.at;
  return {
    ...kept,
    high,
    ...(boundary === undefined ? {} : { at: boundary }),
    // A full page of one and the same second: only then by page.
    page: moved ? 1 : page + 1,
  };
}

/**
 * Trashed orders are in no other list, and trashing does not always show in the modified time. The first hundred are
 * read each time; all of them, where there are more, when their number has changed.
 */
async function readTrash(
  connection: LiveConnection,
  before: number | undefined,
  signal: AbortSignal,
): Promise<{ readonly objects: readonly Snapshot[]; readonly total: number | undefined }> {
  const objects: Snapshot[] = [];
  for (let page = 1; ; page += 1) {
    const query = {
      ...exact, status: 'trash', orderby: 'modified', order: 'desc', per_page: String(pageSize), page: String(page),
    }; // prettier-ignore
    const { rows, size, total } = await listWoo(connection, 'orders', query, signal);
    objects.push(...rows.flatMap((row) => snapshotOf(connection, 'order', row)));
    if (size < pageSize || total === before) return { objects, total };
  }
}

/** Refunds by modification; deleted ones shift the pages, which the smaller count tells. */
async function sweepRefunds(
  connection: LiveConnection,
  cursor: Cursor & { readonly total?: number },
  signal: AbortSignal,
): Promise<SweepPage> {
  const page = cursor.page ?? 1;
  const query: Record<string, string> = {
    ...exact, orderby: 'id', order: 'asc', per_page: String(pageSize), page: String(page),
  }; // prettier-ignore
  if (cursor.since !== undefined) {
    query['modified_after'] = gmt(cursor.since - wooOverlapMs);
    query['dates_are_gmt'] = 'true';
  }
  const answer = await callWoo(connection, { path: 'refunds', query }, signal);
  // Before 9.0 there is no list of all refunds; the orders bring theirs.
  if (answer.is === 'error' && answer.code === 'rest_no_route')
    return { objects: [], cursor: JSON.stringify({ over: true }), done: true };
  if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  const rows = (Array.isArray(answer.body) ? (answer.body as unknown[]) : []).filter(isShape);
  const high = Math.max(cursor.high ?? cursor.since ?? 0, ...rows.flatMap((row) => modifiedAt(row) ?? []));
  const shifted = rows.length > 0 && (answer.total ?? 0) < (cursor.total ?? 0);
  const done = !shifted && rows.length < pageSize;
  const next = done
    ? high === 0
      ? {}
      : { since: high }
    : {
        ...(cursor.since === undefined ? {} : { since: cursor.since }),
        high,
        page: shifted ? Math.max(1, page - 1) : page + 1,
        ...(answer.total === undefined ? {} : { total: answer.total }),
      };
  const objects = rows.flatMap((row) => snapshotOf(connection, 'refund', row));
  return { objects, cursor: JSON.stringify(next), done };
}

/** All ids. A deletion while we count shifts a page; a smaller total makes us count that page again. */
export async function* censusWoo(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  const statuses = kind === 'order' ? ['any', 'trash'] : [undefined];
  try {
    for (const status of statuses) {
      let before = 0;
      for (let page = 1; ; page += 1) {
        const { rows, size, total } = await listWoo(
          connection,
          paths[kind] ?? kind,
          {
            _fields: 'id', orderby: 'id', order: 'asc', per_page: String(pageSize), page: String(page),
            ...(status === undefined ? {} : { status }),
          },
          signal,
        ); // prettier-ignore
        const refs = rows.flatMap((row) => {
          const id = idOf(row['id']);
          return id === undefined ? [] : [{ kind, id }];
        });
        if (refs.length > 0) yield refs;
        const shifted = size > 0 && (total ?? 0) < before;
        if (!shifted && size < pageSize) break;
        before = total ?? 0;
        if (shifted) page = Math.max(0, page - 2);
      }
    }
  } catch (error) {
    throw toUnreachable(error);
  }
}

/** The answers that mean: this very object is not there (115, 221, 425). */
const notFound = [
  'woocommerce_rest_shop_order_invalid_id', 'woocommerce_rest_product_invalid_id',
  'woocommerce_rest_product_variation_invalid_id', 'woocommerce_rest_invalid_id', 'woocommerce_rest_invalid_order_id',
]; // prettier-ignore

export async function fetchWoo(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    switch (ref.kind) {
      case 'order':
        return fetchOrder(connection, ref.id, signal);
      case 'refund':
        return fetchRefund(connection, ref.id, signal);
      case 'variation':
        return fetchVariation(connection, ref.id, signal);
      case 'product':
        return fetchOne(connection, ref, `products/${ref.id}`, signal);
      default:
        return { is: 'unreachable', code: 'route-missing', message: `${ref.kind} cannot be read by itself` };
    }
  });
}

async function fetchOne(
  connection: LiveConnection,
  ref: ObjectRef,
  path: string,
  signal: AbortSignal,
): Promise<FetchResult> {
  const query = ref.kind === 'order' ? exact : {};
  const answer = await callWoo(connection, { path, query }, signal);
  if (answer.is === 'error' && notFound.includes(answer.code)) return { is: 'gone' };
  if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  const [snapshot] = isShape(answer.body) ? snapshotOf(connection, ref.kind, answer.body) : [];
  if (snapshot === undefined || snapshot.id !== ref.id)
    return { is: 'unreachable', code: 'bad-answer', message: 'the answer is another object' };
  return { is: 'snapshot', snapshot };
}

export async function fetchOrder(
  connection: LiveConnection,
  id: string,
  signal: AbortSignal,
): Promise<FetchResult> {
  const found = await fetchOne(connection, { kind: 'order', id }, `orders/${id}`, signal);
  return found.is === 'snapshot'
    ? { ...found, ...(await withPartsOf(connection, found.snapshot, signal)) }
    : found;
}

/**
 * A refund has no address without its order (629), so it is looked up by id. A count of zero from a list that a
 * moment later still shows other refunds, or from a shop that has none, is its "not found".
 */
async function fetchRefund(
  connection: LiveConnection,
  id: string,
  signal: AbortSignal,
): Promise<FetchResult> {
  const found = await listWoo(connection, 'refunds', { ...exact, include: id }, signal);
  const row = found.rows.find((each) => idOf(each['id']) === id);
  if (row === undefined) {
    if (found.total !== 0) throw new SourceUnreachable('bad-answer', 'the list has no count');
    await readWoo(connection, 'refunds', { per_page: '1' }, signal);
    return { is: 'gone' };
  }
  const [snapshot] = snapshotOf(connection, 'refund', row);
  const parent = idOf(row['parent_id']);
  const order = parent === undefined ? undefined : await fetchOrder(connection, parent, signal);
  if (snapshot === undefined) throw new SourceUnreachable('bad-answer', 'the refund has no id');
  return {
    is: 'snapshot',
    snapshot,
    ...(order?.is === 'snapshot'
      ? { others: [order.snapshot, ...(order.others ?? []).filter((other) => other.id !== id)] }
      : {}),
  };
}

async function fetchVariation(
  connection: LiveConnection,
  id: string,
  signal: AbortSignal,
): Promise<FetchResult> {
  const found = await listWoo(connection, 'variations', { include: id }, signal);
  const [snapshot] = found.rows.flatMap((row) => snapshotOf(connection, 'variation', row));
  if (snapshot !== undefined) return { is: 'snapshot', snapshot };
  // A variation is a product too, and there its absence has a word of its own.
  const direct = await callWoo(connection, { path: `products/${id}` }, signal);
  if (direct.is === 'error' && notFound.includes(direct.code)) return { is: 'gone' };
  if (direct.is === 'ok' && isShape(direct.body)) {
    const [product] = snapshotOf(connection, 'variation', direct.body);
    if (product !== undefined) return { is: 'snapshot', snapshot: product };
  }
  throw direct.is === 'ok'
    ? new SourceUnreachable('bad-answer', 'the answer is no variation')
    : refuseWoo(direct, connection);
}
