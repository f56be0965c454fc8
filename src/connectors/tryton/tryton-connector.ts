/**
 * Tryton 6 as an ERP: sales, stock moves, customer returns and credit notes over JSON-RPC. This is the pure half.
 *
 * Settings it looks at: `zone` (for dates without a time), `currency` (where a document names none), `locations`
 * (code, name or id → class), `statuses` (words of custom workflows → Tryton's own), `orderReference`, and in
 * `fields`: `shippingProduct` (code of the shipping product), `returnPattern` (regular expression of a return number
 * in the reference of an internal shipment).
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { readComplaint, readComplaintAction, readInvoice, readInvoiceLine } from './tryton-invoice.ts';
import { keepRecord } from './tryton-keep.ts';
import { type Kind, kindOf, kinds } from './tryton-kind.ts';
import { readDelivery, readInternalShipment, readMove, readReturnShipment } from './tryton-move.ts';
import { type Reader, openReader } from './tryton-row.ts';
import { readSale, readSaleLine } from './tryton-sale.ts';

/** Masters and counts: looked up by others, no order's business themselves. */
const readNothing = (): void => {};

const readers: Readonly<Record<Kind, (reader: Reader) => void>> = {
  'sale.sale': readSale,
  'sale.line': readSaleLine,
  'stock.move': readMove,
  'stock.shipment.out': readDelivery,
  'stock.shipment.out.return': readReturnShipment,
  'stock.shipment.internal': readInternalShipment,
  'account.invoice': readInvoice,
  'account.invoice.line': readInvoiceLine,
  'sale.complaint': readComplaint,
  'sale.complaint.action': readComplaintAction,
  'stock.location': readNothing,
  'product.product': readNothing,
  'party.party': readNothing,
  'account.tax': readNothing,
  'stock.inventory': readNothing,
  'stock.inventory.line': readNothing,
};

function read(object: SourceObject, context: ReadContext): Reading {
  const reader = openReader(object, context);
  if (!('facts' in reader && 'row' in reader)) return reader;
  const kind = kinds.find((known) => known === object.kind);
  if (kind !== undefined) readers[kind](reader);
  const { facts, names, links, unread } = reader;
  return { facts, names, links, unread };
}

export const tryton: ConnectorPure = {
  name: 'tryton',
  system: 'erp',
  reports: [
    'order.placed', 'order.cancelled', 'goods.shipped', 'return.approved', 'return.cancelled', 'return.waiting',
    'stock.moved', 'credit_note.drafted', 'credit_note.posted', 'credit_note.cancelled',
  ], // prettier-ignore
  needed: [
    'sale.sale', 'sale.line', 'stock.move', 'stock.shipment.out', 'stock.shipment.out.return', 'stock.location', 'account.invoice',
    'account.invoice.line',
  ], // prettier-ignore
  stateKinds: kinds,
  logKinds: [],
  kindOf,
  read,
  keep: keepRecord,
};
