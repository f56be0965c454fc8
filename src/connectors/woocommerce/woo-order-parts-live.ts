/**
 * What belongs to an order and is read with it: refunds, which bump their order; notes, which bump nothing (432) and are
 * read with every order that changed or has a return about it; and what left, where the shop tells that by fulfillments.
 */
import type { LiveConnection, Snapshot } from '../live-contract.ts';
import { idOf, isShape } from './object-fields.ts';
import { usesFulfillments } from './read-fulfillment.ts';
import { stockNote, stockNotesField } from './stock-note.ts';
import { callWoo, listWoo, refuseWoo } from './woo-request.ts';
import { exact, pageSize, snapshotOf } from './woo-snapshot.ts';

const quietStatuses = [
  'pending',
  'processing',
  'on-hold',
  'completed',
  'failed',
  'checkout-draft',
  'auto-draft',
];

/** Orders with their refunds and notes. A first run leaves out notes of orders on which nothing about a return shows. */
export async function withOrderParts(
  connection: LiveConnection,
  orders: readonly Snapshot[],
  withAllNotes: boolean,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const refunds = orders.flatMap((order) => refundIdsOf(order.body));
  const around = [...(await readRefunds(connection, orders, refunds, signal))];
  const noted: Snapshot[] = [];
  for (const order of orders) {
    const status = isShape(order.body) ? order.body['status'] : undefined;
    const telling = refundIdsOf(order.body).length > 0 || !quietStatuses.includes(String(status));
    const notes = withAllNotes || telling ? await readNotes(connection, order.id, signal) : [];
    noted.push(withStockNotes(order, notes));
    around.push(...notes, ...(await readFulfillments(connection, order, signal)));
  }
  return [...noted, ...around];
}

/** An order of which units may have come back, with what the shop noted about its stock. */
function withStockNotes(order: Snapshot, notes: readonly Snapshot[]): Snapshot {
  if (!isShape(order.body) || refundIdsOf(order.body).length === 0) return order;
  const bodies = notes.map((note) => note.body).filter(isShape);
  return { ...order, body: { ...order.body, [stockNotesField]: bodies.flatMap(stockNote) } };
}

function refundIdsOf(body: unknown): string[] {
  const list = isShape(body) ? body['refunds'] : undefined;
  return (Array.isArray(list) ? (list as unknown[]) : []).flatMap((entry) =>
    isShape(entry) ? (idOf(entry['id']) ?? []) : [],
  );
}

/** By their ids, a hundred at once (621); of an older shop by their orders. */
async function readRefunds(
  connection: LiveConnection,
  orders: readonly Snapshot[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for (let from = 0; from < ids.length; from += pageSize) {
    const include = ids.slice(from, from + pageSize).join(',');
    const query = { ...exact, include, per_page: String(pageSize) };
    const answer = await callWoo(connection, { path: 'refunds', query }, signal);
    if (answer.is === 'error' && answer.code === 'rest_no_route') {
      for (const order of orders)
        if (refundIdsOf(order.body).length > 0)
          found.push(...(await readRefundsOf(connection, order.id, signal)));
      return found;
    }
    if (answer.is !== 'ok') throw refuseWoo(answer, connection);
    const rows = (Array.isArray(answer.body) ? (answer.body as unknown[]) : []).filter(isShape);
    found.push(...rows.flatMap((row) => snapshotOf(connection, 'refund', row)));
  }
  return found;
}

/** All refunds of one order, over all pages. `order_id` is added: the answer says it only in a link. */
export async function readRefundsOf(
  connection: LiveConnection,
  order: string,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for (let page = 1; ; page += 1) {
    const query = { ...exact, per_page: String(pageSize), page: String(page) };
    const { rows, size } = await listWoo(connection, `orders/${order}/refunds`, query, signal);
    found.push(
      ...rows.flatMap((row) => snapshotOf(connection, 'refund', { ...row, order_id: Number(order) })),
    );
    if (size < pageSize) return found;
  }
}

async function readNotes(
  connection: LiveConnection,
  order: string,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const answer = await callWoo(connection, { path: `orders/${order}/notes` }, signal);
  // The order was deleted since it was listed: the census tells.
  if (answer.is === 'error' && answer.status === 404) return [];
  if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  return (Array.isArray(answer.body) ? (answer.body as unknown[]) : [])
    .filter(isShape)
    .flatMap((row) => snapshotOf(connection, 'order_note', { ...row, order_id: Number(order) }));
}

/** What left, of an order that says so by fulfillments: there "completed" says nothing. Off by default (904). */
async function readFulfillments(
  connection: LiveConnection,
  order: Snapshot,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  if (!isShape(order.body) || !usesFulfillments(order.body)) return [];
  const answer = await callWoo(connection, { path: `orders/${order.id}/fulfillments` }, signal);
  // Switched off again, or the order was deleted since it was listed.
  if (answer.is === 'error' && answer.status === 404) return [];
  if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  const listed = isShape(answer.body) ? answer.body['fulfillments'] : answer.body;
  return (Array.isArray(listed) ? (listed as unknown[]) : [])
    .filter(isShape)
    .flatMap((row) => snapshotOf(connection, 'fulfillment', row));
}

/** One order with all that belongs to it. */
export async function withPartsOf(
  connection: LiveConnection,
  order: Snapshot,
  signal: AbortSignal,
): Promise<{ readonly snapshot: Snapshot; readonly others: readonly Snapshot[] }> {
  const refunds =
    refundIdsOf(order.body).length === 0 ? [] : await readRefundsOf(connection, order.id, signal);
  const notes = await readNotes(connection, order.id, signal);
  const parcels = await readFulfillments(connection, order, signal);
  return { snapshot: withStockNotes(order, notes), others: [...refunds, ...notes, ...parcels] };
}
