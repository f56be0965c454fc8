/** Finds orders by what people call them. */
import { problemCodes } from '../kernel/codes.ts';
import type { Problem } from '../kernel/order-state.ts';
import { term } from '../kernel/term.ts';
import type { Runner } from '../store/database.ts';
import { findOrdersOfRecord, findOrdersOfSku } from '../store/find-orders.ts';
import {
  findOrderKeys,
  listOrders,
  listOrderStates,
  type StoredOrder,
  type StoredOrderState,
} from '../store/list-orders.ts';
import type { OrderRow } from '../wire/api-orders.ts';
import { Refused } from './refused.ts';

const foundMax = 50;

/** The order with this key or number. Refused: `order-not-found`, `order-ambiguous` with the keys to choose from. */
export async function readOrder(db: Runner, name: string): Promise<StoredOrderState> {
  const [exact] = await listOrderStates(db, [name]);
  if (exact !== undefined) return exact;
  const numbered = await listOrders(db, { numberPrefix: name, limit: foundMax });
  const byNumber = numbered.rows.filter((row) => row.number === name).map((row) => row.orderKey);
  const keys = new Set([...byNumber, ...(await findOrderKeys(db, [term.number(name)]))]);
  const found = await listOrderStates(db, [...keys]);
  if (found.length > 1)
    throw new Refused('order-ambiguous', { detail: found.map((order) => order.orderKey).join(', ') });
  if (found.length === 0) throw new Refused('order-not-found', { detail: name });
  return found[0]!;
}

/**
 * Orders known by a number, RMA, tracking number or payment reference, by the id of any record (a refund, a ticket) or an item
 * that comes back, or whose number starts with the text.
 */
export async function searchOrders(db: Runner, text: string): Promise<readonly StoredOrder[]> {
  const terms = [term.number(text), term.rma(text), term.ref(text), term.tracking(text), term.payment(text)];
  const keys = new Set([text, ...(await findOrderKeys(db, terms))]);
  // Whole numbers are names of too many records.
  if (/[^\d\s]/.test(text)) for (const key of await findOrdersOfRecord(db, text)) keys.add(key);
  for (const key of await findOrdersOfSku(db, text, foundMax)) keys.add(key);
  const found = await listOrderStates(db, [...keys].slice(0, foundMax));
  const known = new Set(found.map((order) => order.orderKey));
  const prefixed = await listOrders(db, { numberPrefix: text, limit: foundMax });
  return [...found, ...prefixed.rows.filter((row) => !known.has(row.orderKey))].slice(0, foundMax);
}

/** A stored order as the API shows it. */
export function toOrderRow(order: StoredOrder): OrderRow {
  const { goneMinor: gone, stuckMinor: stuck, booksMinor: books } = order;
  return { ...order, stake: { gone, stuck, books }, problem: toOpenProblem(order.problem as Problem | null) };
}

function toOpenProblem(problem: Problem | null): OrderRow['problem'] {
  if (problem === null) return null;
  const { code, owner, due } = problem;
  return { code, title: problemCodes[code].title, owner, due };
}
