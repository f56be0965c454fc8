/**
 * What ties a transfer or a move to a customer's return, if anything does.
 *
 * - `delivery`: a return made from its delivery (`return_id`, `origin_returned_move_id`).
 * - `backorder`: the rest of such a return. Odoo leaves its `return_id` false; `backorder_id` leads back.
 * - `hand`: goods taken in from a customer location by a transfer made by hand.
 * - `chain`: what happened next to goods of a return (`move_orig_ids`: put-away by route).
 * - `text`: a transfer or scrap that only names the return number or the return's transfer in `origin`.
 *
 * Supplier receipts, their returns, counts, shelf transfers and scraps of ordinary stock have no tie.
 */
import type { Link } from '../../kernel/fact.ts';
import { normalizeNumber, term } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { classifyLocation } from './odoo-location.ts';
import { idsOf, isRecord, many2oneOf, textOf, type OdooRecord } from './odoo-record.ts';
import { findDocumentName, findReturnNumber, isOneNumber } from './return-number.ts';

export type ReturnTie = {
  readonly by: 'delivery' | 'backorder' | 'hand' | 'chain' | 'text';
  readonly rma?: string;
  /** Strongest first. */
  readonly links: readonly Link[];
};

/** Chains of backorders and moves are short; a longer one is a loop in bad data. */
const maxDepth = 12;

/** What ties a transfer to a return. */
export function tieOfPicking(picking: OdooRecord, context: ReadContext, depth = 0): ReturnTie | undefined {
  if (depth > maxDepth || !touchesCustomer(picking, context)) return undefined;
  const { connection } = context.settings;
  const returnOf = many2oneOf(picking, 'return_id');
  const backorderOf = many2oneOf(picking, 'backorder_id');
  const links: Link[] = [...saleLinks(picking, context)];

  if (returnOf !== undefined) {
    links.push({ term: term.object(connection, 'stock.picking', returnOf.id) });
    return withRma('delivery', returnNumberOf(picking, context), links);
  }
  const incoming = comesFromCustomer(picking, context);
  const first = backorderOf && context.lookup('stock.picking', backorderOf.id);
  const firstTie = isRecord(first) ? tieOfPicking(first, context, depth + 1) : undefined;
  if (incoming && backorderOf !== undefined && firstTie?.by !== 'hand') {
    links.push(
      { term: term.object(connection, 'stock.picking', backorderOf.id) },
      ...(firstTie?.links ?? []),
    );
    return withRma('backorder', returnNumberOf(picking, context) ?? firstTie?.rma, links);
  }
  // Up to Odoo 16 a transfer has no `return_id`: its moves tell.
  if (siblings(picking, context).some(isReturnMove)) {
    return withRma('delivery', returnNumberOf(picking, context), links);
  }
  if (!incoming) return undefined;
  return handMade(picking, links, context);
}

/** What ties a single move to a return; `picking` is its transfer where that is known. */
export function tieOfMove(
  move: OdooRecord,
  picking: OdooRecord | undefined,
  context: ReadContext,
  depth = 0,
): ReturnTie | undefined {
  if (depth > maxDepth) return undefined;
  const ends = [classAt(move, 'location_id', context), classAt(move, 'location_dest_id', context)];
  const own = picking === undefined ? undefined : tieOfPicking(picking, context);
  if (own !== undefined) return { ...own, links: uniqueLinks([...own.links, ...moveLinks(move, context)]) };
  if (ends.includes('vendor') && !ends.includes('customer')) return undefined;
  if (ends.includes('customer')) return tieAtCustomer(move, ends[0] === 'customer', context);
  return tieByChain(move, context, depth) ?? tieByText(move, picking, context);
}

/** Links to the sale a move or transfer was made for. */
export function saleLinks(record: OdooRecord, context: ReadContext): readonly Link[] {
  const { connection } = context.settings;
  const links: Link[] = [];
  const sale = many2oneOf(record, 'sale_id');
  if (sale !== undefined) links.push({ term: term.object(connection, 'sale.order', sale.id) });
  const saleLine = many2oneOf(record, 'sale_line_id');
  if (saleLine !== undefined) {
    const line = context.lookup('sale.order.line', saleLine.id);
    const order = isRecord(line) ? many2oneOf(line, 'order_id') : undefined;
    if (order !== undefined) links.push({ term: term.object(connection, 'sale.order', order.id) });
    else links.push({ term: term.object(connection, 'sale.order.line', saleLine.id) });
  }
  const group = many2oneOf(record, 'group_id')?.name.trim();
  if (group !== undefined && group !== '') links.push({ term: term.object(connection, 'sale.name', group) });
  return uniqueLinks(links);
}

export function uniqueLinks(links: readonly Link[]): readonly Link[] {
  return [...new Map(links.map((link) => [link.term, link] as const)).values()];
}

function tieAtCustomer(move: OdooRecord, incoming: boolean, context: ReadContext): ReturnTie | undefined {
  if (isReturnMove(move)) return { by: 'delivery', links: moveLinks(move, context) };
  return incoming ? handMade(move, saleLinks(move, context), context) : undefined;
}

function tieByChain(move: OdooRecord, context: ReadContext, depth: number): ReturnTie | undefined {
  for (const id of idsOf(move, 'move_orig_ids')) {
    const before = context.lookup('stock.move', id);
    if (!isRecord(before)) continue;
    const tie = tieOfMove(before, pickingOf(before, context), context, depth + 1);
    if (tie === undefined) continue;
    const link = { term: term.object(context.settings.connection, 'stock.move', id) };
    return withRma('chain', tie.rma, [...tie.links, link]);
  }
  return undefined;
}

/** Internal transfers have no other link to their return than the text in `origin`. */
function tieByText(
  move: OdooRecord,
  picking: OdooRecord | undefined,
  context: ReadContext,
): ReturnTie | undefined {
  const { connection } = context.settings;
  // Up to Odoo 16 a move lists its scraps.
  const scrap = many2oneOf(move, 'scrap_id')?.id ?? idsOf(move, 'scrap_ids')[0];
  const scrapped = scrap === undefined ? undefined : context.lookup('stock.scrap', scrap);
  const sources = [picking, isRecord(scrapped) ? scrapped : undefined, move];
  const texts = sources.flatMap((source) => (source && textOf(source, 'origin')) ?? []);
  for (const text of texts) {
    const rma = findReturnNumber(text, context.settings);
    const named = findDocumentName(text);
    const other = named === undefined ? undefined : context.lookup('stock.picking.name', named);
    const tie = isRecord(other) ? tieOfPicking(other, context) : undefined;
    // The document it names is known and is no return: a put-away of a supplier's receipt.
    if (isRecord(other) && tie === undefined && rma === undefined) continue;
    const links: Link[] = [];
    if (rma !== undefined) links.push({ term: term.rma(rma) });
    if (named !== undefined && !/\/(?:OUT|PICK|PACK)\//i.test(named)) {
      links.push({ term: term.object(connection, 'stock.picking.name', named) });
    }
    links.push(...(tie?.links ?? []));
    if (links.length > 0) return withRma('text', rma ?? tie?.rma, links);
  }
  return undefined;
}

/** A transfer made by hand: what its `origin` says, then the customer, who may have several orders. */
function handMade(record: OdooRecord, sale: readonly Link[], context: ReadContext): ReturnTie {
  const { connection } = context.settings;
  const origin = textOf(record, 'origin') ?? '';
  const rma = findReturnNumber(origin, context.settings);
  const links: Link[] = [...sale];
  if (rma !== undefined) links.push({ term: term.rma(rma) });
  else if (isOneNumber(origin)) {
    links.push({ term: term.object(connection, 'sale.name', origin) }, { term: term.number(origin) });
  }
  const partner = many2oneOf(record, 'partner_id');
  if (partner !== undefined) links.push({ term: term.customer(connection, partner.id), weak: true });
  return withRma('hand', rma, links);
}

/** The return number in a return's `origin`; the others keep "Return of WH/OUT/00001" in some language. */
function returnNumberOf(picking: OdooRecord, context: ReadContext): string | undefined {
  const origin = textOf(picking, 'origin');
  if (origin === undefined) return undefined;
  const delivery = many2oneOf(picking, 'return_id')?.name ?? findDocumentName(origin) ?? '';
  if (delivery !== '' && origin.includes(delivery)) return undefined;
  const found = findReturnNumber(origin, context.settings);
  if (found !== undefined) return found;
  const sale = many2oneOf(picking, 'sale_id');
  const body = sale && context.lookup('sale.order', sale.id);
  const others = [sale?.name, many2oneOf(picking, 'group_id')?.name];
  if (isRecord(body)) others.push(textOf(body, 'client_order_ref'), textOf(body, 'name'));
  return isOneNumber(origin) && !others.includes(origin) ? normalizeNumber(origin) : undefined;
}

/** The transfer of a move, where it is known. */
export function pickingOf(move: OdooRecord, context: ReadContext): OdooRecord | undefined {
  const picking = many2oneOf(move, 'picking_id');
  const body = picking && context.lookup('stock.picking', picking.id);
  return isRecord(body) ? body : undefined;
}

function isReturnMove(move: OdooRecord): boolean {
  return many2oneOf(move, 'origin_returned_move_id') !== undefined;
}

function siblings(picking: OdooRecord, context: ReadContext): readonly OdooRecord[] {
  return idsOf(picking, 'move_ids')
    .map((id) => context.lookup('stock.move', id))
    .filter(isRecord);
}

function moveLinks(move: OdooRecord, context: ReadContext): readonly Link[] {
  const { connection } = context.settings;
  const delivered = many2oneOf(move, 'origin_returned_move_id');
  return [
    ...saleLinks(move, context),
    ...(delivered === undefined ? [] : [{ term: term.object(connection, 'stock.move', delivered.id) }]),
  ];
}

function comesFromCustomer(picking: OdooRecord, context: ReadContext): boolean {
  return classAt(picking, 'location_id', context) === 'customer';
}

/**
 * A return to a supplier has a `return_id` as well: only what comes from or goes to a customer is ours. Where the
 * locations were not read, the sale tells (recording 057).
 */
function touchesCustomer(picking: OdooRecord, context: ReadContext): boolean {
  const from = classAt(picking, 'location_id', context);
  const to = classAt(picking, 'location_dest_id', context);
  if (from === undefined && to === undefined) return many2oneOf(picking, 'sale_id') !== undefined;
  return from === 'customer' || to === 'customer';
}

function classAt(record: OdooRecord, field: string, context: ReadContext): string | undefined {
  const location = many2oneOf(record, field);
  return location && classifyLocation(location, context).class;
}

function withRma(by: ReturnTie['by'], rma: string | undefined, links: readonly Link[]): ReturnTie {
  const unique = uniqueLinks(rma === undefined ? links : [...links, { term: term.rma(rma) }]);
  return rma === undefined ? { by, links: unique } : { by, rma, links: unique };
}
