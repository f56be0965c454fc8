/** What is stored of a Tryton record: the fields that facts, links and pages need. Names and addresses are not. */
import type { SourceObject } from '../contract.ts';
import { type JsonRecord, asRecord } from './tryton-value.ts';

const always = ['id', 'create_date', 'write_date', '_timestamp'];
/** Fields of each kind that are read and kept. */
export const fieldsByKind: Readonly<Record<string, readonly string[]>> = {
  'sale.sale': [
    'number', 'reference', 'web_id', 'web_shop', 'origin', 'state', 'shipment_state', 'invoice_state', 'sale_date',
    'party', 'currency', 'warehouse', 'lines', 'total_amount', 'untaxed_amount', 'tax_amount', 'shipments',
    'shipment_returns', 'invoices',
  ],
  'sale.line': ['type', 'sale', 'product', 'quantity', 'unit', 'unit_price', 'amount', 'taxes', 'moves'],
  'stock.move': [
    'state', 'product', 'quantity', 'internal_quantity', 'uom', 'from_location', 'to_location', 'origin', 'sale',
    'shipment', 'effective_date', 'planned_date',
  ],
  'stock.shipment.out': [
    'number', 'reference', 'state', 'customer', 'warehouse', 'origins', 'outgoing_moves', 'inventory_moves',
    'effective_date', 'planned_date',
  ],
  'stock.shipment.out.return': [
    'number', 'reference', 'state', 'customer', 'warehouse', 'origins', 'incoming_moves', 'inventory_moves',
    'effective_date', 'planned_date',
  ],
  'stock.shipment.internal': [
    'number', 'reference', 'state', 'from_location', 'to_location', 'moves', 'effective_date', 'planned_date',
  ],
  'account.invoice': [
    'number', 'reference', 'type', 'state', 'invoice_date', 'currency', 'lines', 'sales', 'origins', 'total_amount',
    'untaxed_amount', 'tax_amount', 'amount_to_pay',
  ],
  'account.invoice.line': ['type', 'invoice', 'product', 'quantity', 'unit_price', 'amount', 'taxes', 'origin'],
  'sale.complaint': ['number', 'reference', 'state', 'origin', 'customer', 'actions', 'date'],
  'sale.complaint.action': ['complaint', 'action', 'result', 'quantity', 'unit_price', 'amount'],
  'stock.location': [
    'name', 'code', 'type', 'parent', 'warehouse', 'input_location', 'output_location', 'storage_location',
    'lost_found_location', 'waste_locations',
  ],
  'product.product': ['code', 'name', 'type', 'template', 'active', 'cost_price', 'list_price'],
  'party.party': ['code'],
  'account.tax': ['type', 'rate', 'amount'],
  'stock.inventory': ['number', 'state', 'date', 'location', 'lines'],
  'stock.inventory.line': ['inventory', 'product', 'quantity', 'expected_quantity', 'moves'],
}; // prettier-ignore

/** Of related records only what identifies them: a party's name would come along otherwise. */
const relatedFields = ['id', 'code', 'symbol'];
/** A location is told by its name and type, and is no person. */
const locationFields = [...relatedFields, 'name', 'type'];

function pick(record: JsonRecord, fields: readonly string[]): JsonRecord {
  return Object.fromEntries(fields.filter((field) => field in record).map((field) => [field, record[field]]));
}

/** The record without what nothing needs; reading it gives the same as reading the whole. */
export function keepRecord(object: SourceObject): unknown {
  const body = asRecord(object.body);
  if (body === undefined)
    return typeof object.body === 'string' ? '' : Array.isArray(object.body) ? [] : object.body;
  const fields = fieldsByKind[object.kind] ?? [];
  const kept: Record<string, unknown> = { ...pick(body, [...always, ...fields]) };
  for (const field of fields) {
    const related = asRecord(body[`${field}.`]);
    if (related !== undefined)
      kept[`${field}.`] = pick(related, field.endsWith('_location') ? locationFields : relatedFields);
    else if (`${field}.` in body) kept[`${field}.`] = body[`${field}.`];
  }
  return kept;
}
