import type { ReadContext } from '../contract.ts';
import { idsOf, isRecord, many2oneOf, type OdooRecord } from './odoo-record.ts';

/** The sale an invoice line belongs to, by its `sale_line_ids`; undefined where it is none or several. */
export function saleOfLine(line: OdooRecord, context: ReadContext): number | undefined {
  const orders = new Set<number>();
  for (const id of idsOf(line, 'sale_line_ids')) {
    const saleLine = context.lookup('sale.order.line', id);
    const order = isRecord(saleLine) ? many2oneOf(saleLine, 'order_id') : undefined;
    if (order !== undefined) orders.add(order.id);
  }
  return orders.size === 1 ? [...orders][0] : undefined;
}
