/**
 * What a scan at the desk finds. A scanner types what the label says: a return number, an order, a parcel, an item or
 * its serial number. An item says nothing about whose it is, so it is looked for on the orders that lie open on the
 * table; people without a label are found by name or postcode.
 */
import type { FastifyRequest } from 'fastify';
import type { OpenOrder } from '../engine/decide-order.ts';
import { term } from '../kernel/term.ts';
import { findOrderKeys, listOrders, listOrderStates, type StoredOrder } from '../store/list-orders.ts';
import { findReturns } from '../store/order-returns.ts';
import { findOrdersByPerson } from '../store/person-terms.ts';
import { demand } from './access.ts';
import type { ApiContext } from './api-config.ts';
import { audit } from './audited.ts';
import { kitParts } from './show-desk-order.ts';

export type Scan = { readonly text: string; readonly orders: readonly string[] };

export type Scanned = {
  readonly orderKey: string;
  readonly number: string;
  readonly found: 'rma' | 'order' | 'tracking' | 'item' | 'serial' | 'name' | 'postcode' | 'payment';
  readonly rma: string | null;
  readonly sku: string | null;
  readonly kit: {
    readonly sku: string;
    readonly counted: number;
    readonly of: number;
    readonly missing: readonly { readonly sku: string; readonly units: number }[];
  } | null;
};

const foundMax = 50;

export async function scanDesk(
  api: ApiContext,
  request: FastifyRequest,
  { text, orders }: Scan,
): Promise<Scanned[]> {
  const onTable = await scanItems(api, text, orders);
  if (onTable.length > 0) return onTable;
  const { db } = api;
  const returns = await findReturns(db, text.toUpperCase());
  if (returns.length > 0)
    return returns.map(({ orderKey, number, rma }) => ({
      orderKey,
      number,
      found: 'rma',
      rma,
      sku: null,
      kit: null,
    }));
  const kinds = [
    ['rma', term.rma(text)],
    ['order', term.number(text)],
    ['order', term.ref(text)],
    ['tracking', term.tracking(text)],
    ['payment', term.payment(text)],
  ] as const;
  for (const [found, wanted] of kinds) {
    const states = await listOrderStates(db, await findOrderKeys(db, [wanted]));
    const rma = found === 'rma' ? text.toUpperCase() : null;
    if (states.length > 0)
      return states.map((state) => ({ ...headOf(state), found, rma, sku: null, kit: null }));
  }
  const [exact] = await listOrderStates(db, [text]);
  const numbered = exact === undefined ? (await listOrders(db, { numberPrefix: text, limit: foundMax })).rows.filter((row) => row.number === text) : [exact]; // prettier-ignore
  if (numbered.length > 0)
    return numbered.map((row) => ({ ...headOf(row), found: 'order', rma: null, sku: null, kit: null }));
  return scanPersons(api, request, text);
}

const headOf = ({ orderKey, number }: Pick<StoredOrder, 'orderKey' | 'number'>): { orderKey: string; number: string } => ({ orderKey, number }); // prettier-ignore

/** An item, its barcode or its serial number on the orders that lie open; on a set, how far its parts are counted. */
async function scanItems(api: ApiContext, text: string, orders: readonly string[]): Promise<Scanned[]> {
  const found: Scanned[] = [];
  for (const orderKey of orders) {
    const order = await api.engine.openOrder(orderKey);
    if (order === undefined) continue;
    const serial = order.state.facts.find((fact) => 'serial' in fact && fact.serial === text);
    const sku = serial !== undefined && 'sku' in serial ? serial.sku : skuOfCode(order, text);
    if (sku === undefined) continue;
    const kit = kitOf(order, sku);
    const isOnOrder = order.state.positions.items.get(sku)?.onOrder === true;
    if (!isOnOrder && kit === null) continue;
    const head = { orderKey: order.state.orderKey, number: order.state.order };
    found.push({
      ...head,
      found: serial === undefined ? 'item' : 'serial',
      rma: rmaFor(order, kit?.sku ?? sku),
      sku,
      kit,
    });
  }
  return found;
}

/** The SKU that a code stands for: itself, or by the item map's barcodes. */
function skuOfCode({ state, policy }: OpenOrder, text: string): string | undefined {
  const code = text.trim();
  const byBarcode = Object.hasOwn(policy.barcodes, code) ? policy.barcodes[code] : undefined;
  if (byBarcode !== undefined) return byBarcode;
  const known = [...state.positions.items.keys(), ...Object.values(policy.items).flatMap((parts) => parts.map((part) => part.sku))]; // prettier-ignore
  return known.find((sku) => sku === code) ?? known.find((sku) => sku.toUpperCase() === code.toUpperCase());
}

/** The set on the order that an item is a part of, with its parts counted, this one included. */
function kitOf(order: OpenOrder, sku: string): Scanned['kit'] {
  for (const item of order.state.positions.items.values()) {
    const parts = kitParts(order, item);
    if (!parts.some((part) => part.sku === sku)) continue;
    const one = parts.map((part) => ({
      ...part,
      counted: part.received + (part.sku === sku ? 1 : 0),
      of: part.expected,
    }));
    const counted = one.reduce((sum, part) => sum + Math.min(part.counted, part.of), 0);
    const of = one.reduce((sum, part) => sum + part.of, 0);
    const missing = one
      .filter((part) => part.counted < part.of)
      .map((part) => ({ sku: part.sku, units: part.of - part.counted }));
    return { sku: item.sku, counted, of, missing };
  }
  return null;
}

/** The return that expects an item, where exactly one does. */
function rmaFor(order: OpenOrder, sku: string): string | null {
  const numbers = new Set<string>();
  for (const fact of order.state.facts) {
    const allows =
      fact.type === 'return.requested' ||
      fact.type === 'return.approved' ||
      fact.type === 'withdrawal.declared';
    if (allows && fact.rma !== undefined && (fact.sku === undefined || fact.sku === sku))
      numbers.add(fact.rma);
  }
  return numbers.size === 1 ? [...numbers][0]! : null;
}

async function scanPersons(api: ApiContext, request: FastifyRequest, text: string): Promise<Scanned[]> {
  demand(request, 'persons.read');
  const { db } = api;
  const isPostcode = /\d/.test(text);
  const keys = await findOrdersByPerson(db, api.config.seal, isPostcode ? 'postcode' : 'name', text);
  const states = await listOrderStates(db, keys.slice(0, foundMax));
  await audit(api, request, {
    chain: 'desk',
    action: 'person.searched',
    after: { by: isPostcode ? 'postcode' : 'name', orders: states.length },
  });
  return states.map((state) => ({ ...headOf(state), found: isPostcode ? 'postcode' : 'name', rma: null, sku: null, kit: null })); // prettier-ignore
}
