/**
 * Recognizes Tryton records. A dump has no model name, so fields that only one model has decide; a file name helps
 * where a partial read left too few. Other systems have models of the same names (Odoo's `stock.move`), so a record
 * must first show Tryton's hand: a `__class__` encoding, a dotted companion field, a `rec_name`, or a field name that
 * no other system has.
 */
import { type JsonRecord, asRecord, decodeId, isEncoded } from './tryton-value.ts';

export const kinds = [
  'sale.sale', 'sale.line', 'stock.move', 'stock.shipment.out', 'stock.shipment.out.return',
  'stock.shipment.internal', 'account.invoice', 'account.invoice.line', 'sale.complaint', 'sale.complaint.action',
  'stock.location', 'product.product', 'party.party', 'account.tax', 'stock.inventory', 'stock.inventory.line',
] as const; // prettier-ignore
export type Kind = (typeof kinds)[number];

/** Fields that together only this model has; the first row that fits decides. `!` must be absent. */
const shapes: readonly (readonly [Kind, ...string[]])[] = [
  ['sale.sale', 'shipment_state', 'invoice_state'],
  ['sale.complaint.action', 'complaint', 'action'],
  ['sale.complaint', 'actions', 'customer', 'origin'],
  ['account.invoice', 'total_amount', 'invoice_date'],
  ['account.invoice', 'total_amount', 'amount_to_pay'],
  ['stock.move', 'from_location', 'to_location', 'product', 'state'],
  ['stock.shipment.internal', 'from_location', 'to_location', 'moves'],
  ['stock.shipment.out', 'outgoing_moves', 'inventory_moves', '!supplier'],
  ['stock.shipment.out.return', 'incoming_moves', 'inventory_moves', 'customer', '!supplier'],
  ['account.invoice.line', 'invoice', 'unit_price', 'quantity'],
  ['sale.line', 'sale', 'unit_price', 'quantity', '!from_location', '!invoice'],
  ['stock.inventory.line', 'inventory', 'expected_quantity'],
  ['stock.inventory', 'location', 'date', 'lines'],
  ['stock.location', 'type', 'storage_location', 'input_location'],
  ['product.product', 'template', 'code'],
  ['party.party', 'contact_mechanisms', 'code'],
  ['account.tax', 'rate', 'amount', 'type'],
];

/** File names as exporters write them, most specific first; models that are not ours come out as undefined. */
const hints: readonly (readonly [RegExp, Kind | undefined, ...string[]])[] = [
  [/complaint.*action/, 'sale.complaint.action', 'complaint'],
  [/complaint/, 'sale.complaint', 'origin'],
  [/purchase|supplier|production|payment|level/, undefined],
  [/shipments?[._-]in(?:$|[._-](?!ternal))/, undefined],
  [/invoice.*line/, 'account.invoice.line', 'quantity', 'unit_price'],
  [/invoice/, 'account.invoice', 'state'],
  [/sale.*line/, 'sale.line', 'quantity', 'unit_price'],
  [/ship.*return|return.*ship/, 'stock.shipment.out.return', 'state'],
  [/ship.*internal|internal.*ship/, 'stock.shipment.internal', 'state'],
  [/shipment/, 'stock.shipment.out', 'state'],
  [/tax(?:es)?$/, 'account.tax', 'rate'],
  [/inventor.*line/, 'stock.inventory.line', 'quantity'],
  [/inventor/, 'stock.inventory', 'state'],
  [/account.*move/, undefined],
  [/move/, 'stock.move', 'state', 'quantity'],
  [/location/, 'stock.location', 'type'],
  [/product/, 'product.product', 'code'],
  [/part(?:y|ies)|customer/, 'party.party', 'code'],
  [/sale/, 'sale.sale', 'state', 'lines'],
];

function has(body: JsonRecord, field: string): boolean {
  return field.startsWith('!')
    ? !(field.slice(1) in body) && !(`${field.slice(1)}.` in body)
    : field in body || `${field}.` in body;
}

const ownFields = [
  'shipment_returns', 'incoming_moves', 'outgoing_moves', 'inventory_moves', 'waste_locations', 'lost_found_location',
]; // prettier-ignore

function isFromTryton(body: JsonRecord): boolean {
  if (typeof body['rec_name'] === 'string' || ownFields.some((field) => field in body)) return true;
  return Object.entries(body).some(
    ([field, value]) => isEncoded(value) || (field.endsWith('.') && asRecord(value) !== undefined),
  );
}

/** Kind and id of a Tryton record, or undefined. */
export function kindOf(body: unknown, hint: string): { kind: Kind; id: string } | undefined {
  const record = asRecord(body);
  const id = decodeId(record?.['id']);
  if (record === undefined || id === undefined || !isFromTryton(record)) return undefined;
  const found = shapes.find(([, ...fields]) => fields.every((field) => has(record, field)))?.[0];
  if (found !== undefined) return { kind: found, id: String(id) };
  const named = hints.find(([pattern]) => pattern.test(hint.toLowerCase()));
  if (named === undefined) return undefined;
  const [, kind, ...fields] = named;
  return kind !== undefined && fields.every((field) => has(record, field))
    ? { kind, id: String(id) }
    : undefined;
}
