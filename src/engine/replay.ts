/** Replay: an order, a record or a webhook goes through everything once more. What comes out the same changes nothing. */
import type { Database } from '../store/database.ts';
import { replayDelivery } from '../store/deliveries.ts';
import { listOrders, listOrderStates } from '../store/list-orders.ts';
import { markOrders } from '../store/marks.ts';
import { readOrderInputs } from '../store/order-inputs.ts';
import { readObjects } from '../store/read-objects.ts';
import { markObjects } from '../store/store-observations.ts';
import { requestRead } from './receive.ts';

/** What is replayed. `isRead`: the systems are asked again first, else what is stored is derived again. */
export type Replay =
  | { readonly what: 'order'; readonly number: string; readonly isRead: boolean }
  | { readonly what: 'record'; readonly objectKey: string; readonly isRead: boolean }
  | { readonly what: 'delivery'; readonly objectKey: string; readonly deliveryId: string };

const priority = 1;
const candidatesMax = 50;

/** How many records go through again; undefined when there is no such order, record or delivery. */
export async function replay(db: Database, wanted: Replay): Promise<number | undefined> {
  if (wanted.what === 'delivery') return (await replayDelivery(db, wanted)) ? 1 : undefined;
  const found = wanted.what === 'order' ? await findOrder(db, wanted.number) : undefined;
  if (wanted.what === 'order' && found === undefined) return undefined;
  const keys = wanted.what === 'record' ? [wanted.objectKey] : await recordsOf(db, found!);
  const known = (await readObjects(db, keys)).map((object) => object.objectKey);
  if (known.length === 0) return undefined;
  if (wanted.isRead) await requestRead(db, known, 'replay');
  await db.transaction((tx) => markObjects(tx, new Map(known.map((key) => [key, priority]))));
  if (found !== undefined) await markOrders(db, [found], priority);
  return known.length;
}

async function recordsOf(db: Database, orderKey: string): Promise<readonly string[]> {
  return (await readOrderInputs(db, [orderKey], { objects: false }))[0]?.objectKeys ?? [];
}

/** By its key, or by its number where that is one order's alone. */
async function findOrder(db: Database, number: string): Promise<string | undefined> {
  const [exact] = await listOrderStates(db, [number]);
  if (exact !== undefined) return exact.orderKey;
  const { rows } = await listOrders(db, { numberPrefix: number, limit: candidatesMax });
  const same = rows.filter((row) => row.number === number);
  return same.length === 1 ? same[0]!.orderKey : undefined;
}
