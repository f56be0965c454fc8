/**
 * Facts of one `stock.move`: a delivery to a customer, or a step on a return's chain of moves. Transfers are only
 * looked up, never read for facts: editing a done move changes stock but neither `write_date` nor `date_done` of its
 * transfer.
 *
 * Only state `done` moves goods. On any other state `quantity` is merely what is reserved.
 */
import {
  factId,
  type Fact,
  type FactOf,
  type FactType,
  type Link,
  type LocationClass,
} from '../../kernel/fact.ts';
import { scaleMinor } from '../../kernel/money.ts';
import type { ReadContext, Unread } from '../contract.ts';
import { classifyLocation } from './odoo-location.ts';
import { productUnits, skuOf } from './odoo-product.ts';
import {
  idsOf, instantOf, isRecord, many2oneOf, minorOf, textOf, type OdooRecord,
} from './odoo-record.ts'; // prettier-ignore
import { pickingOf, saleLinks, tieOfMove, type ReturnTie } from './return-tie.ts';
import { unreadable, unmapped } from './unread.ts';

export type MoveReading = {
  readonly facts: readonly Fact[];
  readonly links: readonly Link[];
  readonly unread: readonly Unread[];
};

const nothing: MoveReading = { facts: [], links: [], unread: [] };

/** States in which a transfer still waits for its goods; a draft announces nothing yet. */
const waitingStates = new Set(['waiting', 'confirmed', 'partially_available', 'assigned']);
const knownStates = new Set([...waitingStates, 'draft', 'done', 'cancel']);

/** Odoo's `date` and `write_date` of a done move are the same instant, apart by rounding to whole seconds. */
const roundingMs = 1000;

export function readStockMove(id: string, move: OdooRecord, context: ReadContext): MoveReading {
  const state = textOf(move, 'state');
  if (state === undefined || !knownStates.has(state)) {
    return { ...nothing, unread: [unmapped('state', move['state'], 'Stock move with an unknown state.')] };
  }
  if (state === 'draft' || move['is_inventory'] === true) return nothing;
  const from = endOf(move, 'location_id', context);
  const end = endOf(move, 'location_dest_id', context);
  const to = { ...end, class: scrappedTo(move, end.class) };
  const picking = pickingOf(move, context);
  const tie = tieOfMove(move, picking, context);
  const step: Step = { id, move, picking, state, from: from.class, to: to.class };
  if (tie === undefined) return to.class === 'customer' ? readDelivery(step, context) : nothing;

  const read = readReturnStep(step, tie, context);
  if (read.facts.length === 0 && read.unread.length === 0) return { ...read, links: tie.links };
  const unknown = ([['location_id', from], ['location_dest_id', to]] as const).flatMap(([field, end]) =>
    end.unmapped === undefined
      ? []
      : [unmapped(field, end.unmapped, 'Say in the policy what this location means for a return.')],
  ); // prettier-ignore
  return { facts: read.facts, links: tie.links, unread: [...read.unread, ...unknown] };
}

type Step = {
  readonly id: string;
  readonly move: OdooRecord;
  readonly picking: OdooRecord | undefined;
  readonly state: string;
  readonly from: LocationClass;
  readonly to: LocationClass;
};

/** Goods that leave for a customer. Without a sale (samples, repairs by hand) they belong to no order. */
function readDelivery(step: Step, context: ReadContext): MoveReading {
  if (step.state !== 'done' || step.from === 'customer') return nothing;
  const links = [
    ...(step.picking === undefined ? [] : saleLinks(step.picking, context)),
    ...saleLinks(step.move, context),
  ];
  if (links.length === 0) return nothing;
  const units = unitsOfMove(step, 'done', context);
  if (units.unread !== undefined) return { facts: [], links, unread: [units.unread] };
  if (units.quantity === 0) return { ...nothing, links };
  const cost = costOf(step, context);
  const parts = partsOf(step, units.quantity, context);
  const facts = parts.map((part, index): Fact => ({
    ...head(step, 'goods.shipped', units.at, undefined, context, parts.length > 1 ? index + 1 : undefined),
    sku: units.sku,
    quantity: part.quantity,
    ...(part.serial === undefined ? {} : { serial: part.serial }),
    ...cost,
  }));
  return { facts, links, unread: [] };
}

function readReturnStep(step: Step, tie: ReturnTie, context: ReadContext): MoveReading {
  const facts: Fact[] = [];
  const unread: Unread[] = [];
  if (step.state === 'done') {
    const moved = readMoved(step, tie, context);
    if (moved.unread === undefined) facts.push(...moved.facts);
    else unread.push(moved.unread);
  }
  if (step.from === 'customer' && !isUnannounced(step, tie)) {
    const announced = readAnnouncement(step, tie, context);
    if (announced.unread === undefined) facts.push(...announced.facts);
    else if (unread.length === 0) unread.push(announced.unread);
  }
  return { facts, links: [], unread };
}

/** What a return document expects, and what of it is still awaited. */
function readAnnouncement(step: Step, tie: ReturnTie, context: ReadContext): Partial {
  const whole = step.picking === undefined ? step.state : textOf(step.picking, 'state');
  // Goods taken in by hand were never announced, unless the transfer carries a return number.
  if (whole === 'cancel' || (tie.by === 'hand' && tie.rma === undefined)) return { facts: [] };
  const units = unitsOfMove(step, 'announced', context);
  if (units.unread !== undefined) return { facts: [], unread: units.unread };
  if (units.quantity === 0) return { facts: [] };
  const { sku, quantity, at } = units;
  // A backorder takes its units from the first document (its demand is lowered to what was done), so summing over
  // both counts each unit once. With "no backorder" the done move keeps its full demand.
  const facts: Fact[] = [
    { ...head(step, 'return.approved', at, tie.rma, context), sku, quantity, announces: true },
  ];
  if (waitingStates.has(step.state)) {
    const document = documentOf(step);
    const linked = tie.by !== 'backorder';
    facts.push({ ...head(step, 'return.waiting', at, tie.rma, context), sku, quantity, document, linked });
  }
  return { facts };
}

type Partial = { readonly facts: readonly Fact[]; readonly unread?: Unread };

function readMoved(step: Step, tie: ReturnTie, context: ReadContext): Partial {
  const units = unitsOfMove(step, 'done', context);
  if (units.unread !== undefined) return { facts: [], unread: units.unread };
  const edit = readEdit(step, tie, units.quantity, context);
  const cost = costOf(step, context);
  const parts = partsOf(step, units.quantity, context).filter((part) => part.from !== part.to);
  const facts = parts.map((part, index): FactOf<'stock.moved'> => {
    const documentCancelled = step.picking !== undefined && textOf(step.picking, 'state') === 'cancel';
    return {
      ...head(step, 'stock.moved', units.at, tie.rma, context, parts.length > 1 ? index + 1 : undefined),
      sku: units.sku,
      quantity: part.quantity,
      from: part.from,
      to: part.to,
      document: documentOf(step),
      ...(documentCancelled ? { documentCancelled } : {}),
      ...(edit === undefined ? {} : { editedAt: edit.at }),
      ...(edit?.by === undefined || index > 0 ? {} : { editedBy: edit.by }),
      ...(step.from === 'customer' && isUnannounced(step, tie) ? { unannounced: true } : {}),
      ...(part.serial === undefined ? {} : { serial: part.serial }),
      ...cost,
    };
  });
  return { facts: facts.filter((fact) => fact.quantity > 0 || fact.editedAt !== undefined) };
}

/**
 * A done move that was written again, and by how many units where the data leaves only one answer.
 *
 * Less than the demand is no sign: with "no backorder" a done move keeps its demand of 2 with `quantity` 1. But once
 * the move was written again, the quantity before was some other number between 1 (a move of nothing is cancelled)
 * and the demand; where that leaves a single one, it is known.
 */
function readEdit(
  step: Step,
  tie: ReturnTie,
  quantity: number,
  context: ReadContext,
): { at: string; by?: number } | undefined {
  const doneAt = instantOf(step.move, 'date');
  const writtenAt = instantOf(step.move, 'write_date');
  if (doneAt === undefined || writtenAt === undefined) return undefined;
  const demand = productUnits(step.move, 'product_uom_qty', 'product_uom', context);
  const announced = demand !== undefined && demand > 0 && !isUnannounced(step, tie);
  const above = announced && quantity > demand;
  const later = Date.parse(writtenAt) - Date.parse(doneAt) > roundingMs;
  if (!later && !above) return undefined;
  if (above) return { at: writtenAt, by: quantity - demand };
  // A quantity equal to the demand may have been written for another reason (a price, a note).
  const before = announced && quantity < demand ? candidatesBefore(quantity, demand) : [];
  return before.length === 1 ? { at: writtenAt, by: quantity - (before[0] ?? 0) } : { at: writtenAt };
}

function candidatesBefore(quantity: number, demand: number): readonly number[] {
  // Two candidates are already one too many.
  const range = Array.from({ length: Math.min(demand, 4) }, (_, index) => demand - index);
  return range.filter((units) => units !== quantity);
}

/** Added by hand to a return made from a delivery: it belongs to no line of the sale and returns no delivered move. */
function isUnannounced(step: Step, tie: ReturnTie): boolean {
  return (
    (tie.by === 'delivery' || tie.by === 'backorder') &&
    step.move['origin_returned_move_id'] === false &&
    step.move['sale_line_id'] === false
  );
}

type Part = {
  quantity: number;
  readonly from: LocationClass;
  readonly to: LocationClass;
  readonly serial?: string;
};

/**
 * The move split by where its lines really went and by lot. The location of a move is the planned one; on its lines
 * the warehouse may choose another. Lines that are not known, or do not add up to the move, say nothing.
 */
function partsOf(step: Step, quantity: number, context: ReadContext): readonly Part[] {
  const whole: readonly Part[] = [{ quantity, from: step.from, to: step.to }];
  const lines = linesOf(step, context);
  const parts = new Map<string, Part>();
  let sum = 0;
  for (const line of lines) {
    const field = 'quantity' in line ? 'quantity' : 'qty_done';
    const units = productUnits(line, field, 'product_uom_id', context);
    if (units === undefined || units < 0) return whole;
    const from = endOf(line, 'location_id', context).class;
    const to = scrappedTo(step.move, endOf(line, 'location_dest_id', context).class);
    const serial = many2oneOf(line, 'lot_id')?.name || undefined;
    const key = `${from} ${to} ${serial ?? ''}`;
    const part = parts.get(key);
    if (part !== undefined) part.quantity += units;
    else parts.set(key, { quantity: units, from, to, ...(serial === undefined ? {} : { serial }) });
    sum += units;
  }
  return sum === quantity && parts.size > 0 ? [...parts.values()] : whole;
}

/** What a scrap order moves out of stock is scrapped, whatever its location is called: in Odoo 19 nothing else marks one. */
function scrappedTo(move: OdooRecord, to: LocationClass): LocationClass {
  const isScrap = many2oneOf(move, 'scrap_id') !== undefined || idsOf(move, 'scrap_ids').length > 0;
  return isScrap && to === 'other' ? 'scrap' : to;
}

/** The value per unit the move was booked at, where the valuation was read: in the company's currency. */
function costOf(step: Step, context: ReadContext): { unitCost?: number } {
  for (const id of idsOf(step.move, 'stock_valuation_layer_ids')) {
    const layer = context.lookup('stock.valuation.layer', id);
    const cost = isRecord(layer) ? minorOf(layer, 'unit_cost', context.settings.currency) : undefined;
    if (cost !== undefined && cost > 0) return { unitCost: cost };
  }
  // Since Odoo 19 there are no layers; the move itself has the value of all its units.
  const value = minorOf(step.move, 'value', context.settings.currency);
  const units = productUnits(step.move, 'quantity', 'product_uom', context) ?? 0;
  if (value !== undefined && value !== 0 && units > 0)
    return { unitCost: scaleMinor(Math.abs(value), 1, units) };
  return {};
}

function linesOf(step: Step, context: ReadContext): readonly OdooRecord[] {
  const own = idsOf(step.move, 'move_line_ids');
  const ids = own.length > 0 || step.picking === undefined ? own : idsOf(step.picking, 'move_line_ids');
  return ids
    .map((id) => context.lookup('stock.move.line', id))
    .filter(isRecord)
    .filter((line) => String(many2oneOf(line, 'move_id')?.id) === step.id);
}

type MoveUnits =
  | { readonly sku: string; readonly quantity: number; readonly at: string; readonly unread?: undefined }
  | { readonly unread: Unread };

/** SKU, units and time of a move: what was done of it, or what it announces. */
function unitsOfMove(step: Step, what: 'done' | 'announced', context: ReadContext): MoveUnits {
  const { move } = step;
  const sku = skuOf(move, context);
  if (sku === undefined)
    return { unread: unreadable('product_id', move['product_id'], 'Expected [id, name].') };
  // Up to Odoo 16 the done quantity is `quantity_done`.
  const doneField = 'quantity' in move ? 'quantity' : 'quantity_done';
  const field = what === 'done' ? doneField : 'product_uom_qty';
  const quantity = productUnits(move, field, 'product_uom', context);
  if (quantity === undefined || quantity < 0) {
    return { unread: unreadable(field, move[field], 'Expected whole units, not negative.') };
  }
  const timeField = what === 'done' ? 'date' : 'create_date';
  const at = instantOf(move, timeField) ?? instantOf(move, 'date') ?? instantOf(move, 'write_date');
  if (at === undefined) {
    return { unread: unreadable(timeField, move[timeField], 'Expected a time such as 2026-11-23 10:51:04.') };
  }
  return { sku, quantity, at };
}

function endOf(
  record: OdooRecord,
  field: string,
  context: ReadContext,
): { readonly class: LocationClass; readonly unmapped?: string } {
  const location = many2oneOf(record, field);
  return location === undefined ? { class: 'other' } : classifyLocation(location, context);
}

function documentOf(step: Step): string {
  const name = step.picking === undefined ? undefined : textOf(step.picking, 'name');
  const pointed = many2oneOf(step.move, 'picking_id')?.name;
  return name ?? (pointed || textOf(step.move, 'reference')) ?? `stock.move/${step.id}`;
}

function head<T extends FactType>(
  step: Step,
  type: T,
  at: string,
  rma: string | undefined,
  context: ReadContext,
  part?: number,
) {
  const { connection, system } = context.settings;
  const object = `stock.move/${step.id}`;
  const id = factId(connection, object, type, part);
  return { id, type, at, system, connection, object, ...(rma === undefined ? {} : { rma }) };
}
