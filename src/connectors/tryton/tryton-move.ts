/**
 * Stock moves and shipments. Only `done` moves are facts: to the customer `goods.shipped`, on a return's chain
 * `stock.moved`. Counts, supplier receipts and goods moved for other reasons belong to no order.
 *
 * When a move was done: Tryton keeps a date (`effective_date`) and no time. `write_date` comes close, but posting
 * the invoice writes the move again (recording 050 does, minutes later). So the earliest of what can only lie after
 * the fact counts: the move's own write, the write that finished its shipment, the end of the effective date, and,
 * for a receipt, the creation of its put-away move, which is made in the same call (recording 042).
 */
import { term } from '../../kernel/term.ts';
import { locationClass } from './tryton-location.ts';
import { skuOf } from './tryton-product.ts';
import {
  type Reader, type Row, addFact, earliest, findRow, linkRecord, linkTerm, orderTerm, plainState, reportUnreadable,
  stateOf, writtenAt,
} from './tryton-row.ts'; // prettier-ignore
import { announcedProducts, rmaOfSale } from './tryton-sale.ts';
import { endOfDay } from './tryton-value.ts';

export const returnShipment = 'stock.shipment.out.return';
const moveStates = ['staging', 'draft', 'assigned', 'done', 'cancelled'] as const;
const returnStates = ['draft', 'received', 'done', 'cancelled'] as const;
const outStates = [
  'draft', 'waiting', 'assigned', 'picked', 'packed', 'shipped', 'done', 'cancelled',
] as const; // prettier-ignore
const internalStates = ['request', 'draft', 'waiting', 'assigned', 'shipped', 'done', 'cancelled'] as const;

type Chain = {
  /** The move that brought the goods in: the move itself, or what a put-away says it comes from. */
  readonly first: Row;
  readonly shipment:
    { readonly model: string; readonly id: number; readonly row: Row | undefined } | undefined;
  /** The sale behind it: the move's own, else its shipment's where that has only one. */
  readonly sale: number | undefined;
  /** Nothing but the shipment ties it to that sale. */
  readonly byShipment: boolean;
};

/** Sale of a move: the field where it was read, else through the sale line it comes from. */
function saleOfMove(reader: Reader, move: Row): number | undefined {
  const origin = move.reference('origin');
  if (origin?.model === 'sale.sale') return origin.id;
  return (
    move.id('sale') ??
    (origin?.model === 'sale.line' ? findRow(reader, 'sale.line', origin.id)?.id('sale') : undefined)
  );
}

/** Sales behind the incoming moves of a return shipment. */
function salesOfShipment(reader: Reader, shipment: Row | undefined): readonly number[] {
  const sales = new Set<number>();
  for (const field of ['incoming_moves', 'outgoing_moves']) {
    for (const id of shipment?.ids(field) ?? []) {
      const move = findRow(reader, 'stock.move', id);
      const sale = move === undefined ? undefined : saleOfMove(reader, move);
      if (sale !== undefined) sales.add(sale);
    }
  }
  return [...sales].sort((left, right) => left - right);
}

function chainOf(reader: Reader): Chain {
  let first = reader.row;
  let named = first.reference('shipment');
  const seen = new Set<number>();
  for (
    let origin = first.reference('origin');
    origin?.model === 'stock.move';
    origin = first.reference('origin')
  ) {
    const before = seen.has(origin.id) ? undefined : findRow(reader, 'stock.move', origin.id);
    if (before === undefined) break;
    seen.add(origin.id);
    first = before;
    if (named?.model !== returnShipment) named = before.reference('shipment') ?? named;
  }
  const shipment =
    named === undefined ? undefined : { ...named, row: findRow(reader, named.model, named.id) };
  const own = saleOfMove(reader, first);
  const shared = own === undefined ? salesOfShipment(reader, shipment?.row) : [];
  return {
    first,
    shipment,
    sale: own ?? (shared.length === 1 ? shared[0] : undefined),
    byShipment: own === undefined,
  };
}

export function readMove(reader: Reader): void {
  const { row } = reader;
  const chain = chainOf(reader);
  linkMove(reader, chain);
  const state = stateOf(reader, moveStates);
  if (state === undefined || state === 'cancelled') return;
  const own = row.reference('shipment');
  const returning = chain.shipment?.model === returnShipment || namesReturn(reader);
  const origin = row.reference('origin')?.model;
  const delivering = own?.model === 'stock.shipment.out' || own?.model === 'stock.shipment.drop';
  if (!returning && !delivering && origin !== 'sale.line' && origin !== 'sale.sale') return;

  const warehouse =
    findRow(reader, own?.model ?? '', own?.id)?.id('warehouse') ?? chain.shipment?.row?.id('warehouse');
  const from = locationClass(reader, 'from_location', warehouse);
  const to = locationClass(reader, 'to_location', warehouse);
  const sku = skuOf(reader, row);
  const quantity = row.units('quantity') ?? row.units('internal_quantity');
  if (from === undefined || to === undefined) return;
  if (sku === undefined || quantity === undefined || quantity < 0) {
    const field = sku === undefined ? 'product' : 'quantity';
    reportUnreadable(reader, field, row.body[field], `A move needs its ${field} in whole units.`);
    return;
  }
  if (quantity === 0 || from === to) return;
  const rma = rmaOfSale(reader, findRow(reader, 'sale.sale', chain.sale));
  const units = { sku, quantity };

  if (state !== 'done') {
    const at = chain.shipment?.row?.instant('create_date') ?? row.instant('create_date');
    if (from === 'customer' && at !== undefined && stillExpected(reader, chain)) {
      const document = documentOf(chain) ?? reader.object.kind;
      const reference = chain.shipment?.row?.text('reference');
      const linked = chain.sale !== undefined || reference !== undefined;
      addFact(reader, 'return.waiting', at, { ...units, document, linked }, { rma });
    }
    return;
  }
  const at = doneAt(reader, chain, from === 'customer');
  if (at === undefined) {
    reportUnreadable(reader, 'write_date', '', 'A move needs its write_date or create_date.');
    return;
  }
  if (to === 'customer' && !returning) {
    addFact(reader, 'goods.shipped', at, units);
    return;
  }
  if (!returning && from !== 'customer') return;
  const document = documentOf(chain);
  addFact(
    reader,
    'stock.moved',
    at,
    {
      ...units,
      from,
      to,
      ...(document === undefined ? {} : { document }),
      ...(plainState(reader, chain.shipment?.row) === 'cancelled' ? { documentCancelled: true } : {}),
      ...(isUnannounced(reader, chain) ? { unannounced: true } : {}),
    },
    { rma },
  );
}

function documentOf(chain: Chain): string | undefined {
  return chain.shipment === undefined ? undefined : `${chain.shipment.model}/${chain.shipment.id}`;
}

/** The strongest there is: its own sale. Else the shipment, and the move or line it comes from. */
function linkMove(reader: Reader, chain: Chain): void {
  if (chain.sale !== undefined) linkRecord(reader, 'sale.sale', chain.sale);
  const origin = reader.row.reference('origin');
  if (chain.sale === undefined && origin !== undefined) linkRecord(reader, origin.model, origin.id);
  if (chain.sale === undefined || chain.byShipment) {
    linkRecord(reader, chain.shipment?.model ?? '', chain.shipment?.id);
  }
  for (const rma of returnNumbersIn(reader, internalReference(reader))) linkTerm(reader, term.rma(rma));
}

/** Reference of the internal shipment of a move, where people write the return number. */
function internalReference(reader: Reader): string | undefined {
  const shipment = reader.row.reference('shipment');
  if (shipment?.model !== 'stock.shipment.internal') return undefined;
  return findRow(reader, shipment.model, shipment.id)?.text('reference');
}

/** Return numbers in a text people wrote; `settings.fields.returnPattern` replaces the usual `RMA-5012`. */
function returnNumbersIn(reader: Reader, text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const custom = reader.context.settings.fields['returnPattern'];
  return text.match(custom === undefined ? /\bRMA[-_ ]?[A-Z]*\d[\w-]*/gi : new RegExp(custom, 'gi')) ?? [];
}

/** An internal move belongs to a return when its document names one. Others (a broken shelf) do not. */
function namesReturn(reader: Reader): boolean {
  return returnNumbersIn(reader, internalReference(reader)).length > 0;
}

/** A draft receipt is awaited while neither its shipment nor its return sale was called off. */
function stillExpected(reader: Reader, chain: Chain): boolean {
  if (chain.shipment?.model !== returnShipment) return false;
  const shipment = plainState(reader, chain.shipment.row);
  const sale = plainState(reader, findRow(reader, 'sale.sale', chain.sale));
  return (shipment === undefined || shipment === 'draft') && sale !== 'cancelled';
}

/** The product is not what the return announced; a blind return announces nothing, so nothing is unannounced. */
function isUnannounced(reader: Reader, chain: Chain): boolean {
  const announced = announcedProducts(reader, findRow(reader, 'sale.sale', chain.sale));
  const product = reader.row.id('product');
  return announced.size > 0 && product !== undefined && !announced.has(product);
}

function doneAt(reader: Reader, chain: Chain, isReceipt: boolean): string | undefined {
  const { row } = reader;
  const own = row.reference('shipment');
  const shipment = findRow(reader, own?.model ?? '', own?.id);
  const finished = ['received', 'done', 'cancelled'].includes(plainState(reader, shipment) ?? '');
  const putAways = isReceipt ? (chain.shipment?.row?.ids('inventory_moves') ?? []) : [];
  const made = putAways.map((id) => {
    const move = findRow(reader, 'stock.move', id);
    const origin = move?.reference('origin');
    const mine = origin?.model === 'stock.move' && String(origin.id) === reader.object.id;
    return mine ? move?.instant('create_date') : undefined;
  });
  const day = row.date('effective_date');
  const at = earliest([
    writtenAt(row),
    finished ? (shipment?.instant('write_date') ?? undefined) : undefined,
    ...made,
    day === undefined ? undefined : endOfDay(day, reader.context.settings.zone),
  ]);
  // Entered after the day it is dated to: nothing is known before it was entered.
  const createdAt = row.instant('create_date');
  return at !== undefined && createdAt !== undefined && at < createdAt ? createdAt : at;
}

/** A customer return shipment: no fact of its own, but what its moves hang on. */
export function readReturnShipment(reader: Reader): void {
  stateOf(reader, returnStates);
  linkShipment(reader);
}

export function readDelivery(reader: Reader): void {
  stateOf(reader, outStates);
  linkShipment(reader);
}

export function readInternalShipment(reader: Reader): void {
  stateOf(reader, internalStates);
  for (const rma of returnNumbersIn(reader, reader.row.text('reference'))) linkTerm(reader, term.rma(rma));
}

function linkShipment(reader: Reader): void {
  const { row } = reader;
  for (const sale of salesOfShipment(reader, row)) linkRecord(reader, 'sale.sale', sale);
  // Without the moves, "129 [RMA-5040]" still names the sale's reference (recording 037).
  const texts = [
    row.text('reference'),
    ...(reader.links.length === 0 ? referencesIn(row.text('origins')) : []),
  ];
  for (const text of texts) {
    if (text === undefined) continue;
    linkTerm(reader, orderTerm(reader, text));
    linkTerm(reader, term.rma(text));
  }
  const customer = row.id('customer');
  const sold = reader.links.some((link) => link.term.startsWith('object/'));
  if (!sold && customer !== undefined)
    linkTerm(reader, term.customer(reader.object.connection, customer), 'weak');
}

/** References in a list of origins as Tryton shows them: `"2 [RMA-5001], 7 [RMA-5009]"`. */
export function referencesIn(origins: string | undefined): string[] {
  return [...(origins ?? '').matchAll(/\[([^\]]+)\]/g)].map((match) => match[1] ?? '');
}
