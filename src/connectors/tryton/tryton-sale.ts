/** Sales: what was sold (a witness of the shop's order, or the order itself), and return sales, which announce. */
import type { Gross, OrderLine } from '../../kernel/fact.ts';
import { addMinor } from '../../kernel/money.ts';
import { normalizeNumber, term } from '../../kernel/term.ts';
import { lineKind, skuOf, taxByLine } from './tryton-product.ts';
import {
  type Reader, type Row, addFact, currencyOf, earliest, findRow, linkRecord, linkTerm, orderTerm, reportUnreadable,
  stateOf, writtenAt,
} from './tryton-row.ts'; // prettier-ignore

const saleStates = ['draft', 'quotation', 'confirmed', 'processing', 'done', 'cancelled'] as const;

type SaleLine = { readonly id: number; readonly row: Row; readonly sku: string; readonly quantity: number };

function productLines(reader: Reader, sale: Row, report: boolean): SaleLine[] {
  const lines: SaleLine[] = [];
  for (const [index, id] of sale.ids('lines').entries()) {
    const field = `lines[${index}]`;
    const row = findRow(reader, 'sale.line', id);
    if (row === undefined) {
      if (report) reportUnreadable(reader, field, id, 'This sale line is not at hand; read sale.line too.');
      continue;
    }
    const type = row.text('type');
    if (type !== undefined && type !== 'line') continue;
    const sku = skuOf(reader, row);
    const quantity = row.units('quantity');
    if (sku === undefined && quantity === undefined) continue;
    if (sku === undefined || quantity === undefined) {
      const what = sku === undefined ? 'product' : 'whole quantity';
      if (report)
        reportUnreadable(reader, field, id, `This sale line has no ${what}; correct it in the ERP.`);
      continue;
    }
    if (quantity !== 0) lines.push({ id, row, sku, quantity });
  }
  return lines;
}

/**
 * A return sale: it has negative lines only, or it points at a sale and takes something back. Without its lines the
 * total tells (recording 031: a copy of the whole sale with every quantity negative).
 */
function isReturn(reader: Reader, sale: Row): boolean {
  const lines = productLines(reader, sale, false);
  const back = lines.some((line) => line.quantity < 0);
  const out = lines.some((line) => line.quantity > 0);
  if (lines.length === 0) return (sale.minor('total_amount', 'EUR') ?? 0) < 0;
  return back && (!out || sale.reference('origin')?.model === 'sale.sale');
}

/**
 * Return number of a return sale: its `reference`, unless that is still the sold order's own, which the return
 * wizard copies (recording 030).
 */
export function rmaOfSale(reader: Reader, sale: Row | undefined): string | undefined {
  const reference = sale?.text('reference');
  if (sale === undefined || reference === undefined || !isReturn(reader, sale)) return undefined;
  const origin = sale.reference('origin');
  const sold = origin?.model === 'sale.sale' ? findRow(reader, 'sale.sale', origin.id) : undefined;
  const rma = normalizeNumber(reference);
  const copied = [sold?.text('reference'), sold?.text('web_id')].some(
    (number) => number !== undefined && normalizeNumber(number) === rma,
  );
  return copied || rma === '' ? undefined : rma;
}

/** Products that a return sale announces, by id. */
export function announcedProducts(reader: Reader, sale: Row | undefined): ReadonlySet<number> {
  const products = new Set<number>();
  if (sale === undefined) return products;
  for (const line of productLines(reader, sale, false)) {
    const product = line.row.id('product');
    if (line.quantity < 0 && product !== undefined) products.add(product);
  }
  return products;
}

export function readSale(reader: Reader): void {
  if (isReturn(reader, reader.row)) readReturnSale(reader);
  else readSoldSale(reader);
}

function readReturnSale(reader: Reader): void {
  const { row } = reader;
  const rma = rmaOfSale(reader, row);
  const origin = row.reference('origin');
  if (origin !== undefined) linkRecord(reader, origin.model, origin.id);
  const reference = row.text('reference');
  if (rma !== undefined) {
    reader.names.push(term.rma(rma));
    linkTerm(reader, term.rma(rma));
  }
  // A return sale made by hand has no origin; people then write the order's number into its reference.
  if (origin === undefined && reference !== undefined) linkTerm(reader, orderTerm(reader, reference));
  const party = row.id('party');
  if (reader.links.length === 0 && party !== undefined) {
    linkTerm(reader, term.customer(reader.object.connection, party), 'weak');
  }

  const state = stateOf(reader, saleStates);
  const neverConfirmed = state === 'cancelled' && row.text('number') === undefined;
  if (state === undefined || state === 'draft' || state === 'quotation' || neverConfirmed) return;
  const at = confirmedAt(reader);
  if (at === undefined) return;
  const cancelledAt = state === 'cancelled' ? (writtenAt(row) ?? at) : undefined;
  const units = productLines(reader, row, true).filter(
    (line) => line.quantity < 0 && lineKind(reader, line.row, line.sku) === 'goods',
  );
  for (const line of units) {
    const payload = { sku: line.sku, quantity: -line.quantity, line: String(line.id) };
    addFact(reader, 'return.approved', at, { ...payload, announces: true }, { part: line.id, rma });
    if (cancelledAt !== undefined) {
      addFact(reader, 'return.cancelled', cancelledAt, payload, { part: line.id, rma });
    }
  }
}

/**
 * When a return sale was confirmed: its shipment and credit note are made in that moment and, unlike the sale,
 * keep their creation time. Else the last change.
 */
function confirmedAt(reader: Reader): string | undefined {
  const { row } = reader;
  const made = [
    ...row.ids('shipment_returns').map((id) => findRow(reader, 'stock.shipment.out.return', id)),
    ...row.ids('invoices').map((id) => findRow(reader, 'account.invoice', id)),
  ].map((document) => document?.instant('create_date'));
  const at = earliest([...made, writtenAt(row)]);
  if (at === undefined)
    reportUnreadable(reader, 'create_date', '', 'The sale has no time; read its create_date.');
  return at;
}

function readSoldSale(reader: Reader): void {
  const { row, object } = reader;
  const webId = row.text('web_id');
  const reference = row.text('reference');
  const number = webId ?? reference ?? row.text('number');
  const party = row.id('party');
  if (webId !== undefined || reference !== undefined)
    linkTerm(reader, orderTerm(reader, webId ?? reference ?? ''));
  // No web shop behind it (marketplace, phone): others reach the order by the number it has here.
  if (webId === undefined && number !== undefined) reader.names.push(term.number(number));
  if (party !== undefined) reader.names.push(term.customer(object.connection, party));

  const state = stateOf(reader, saleStates);
  const neverConfirmed = state === 'cancelled' && row.text('number') === undefined;
  if (state === undefined || state === 'draft' || state === 'quotation' || neverConfirmed) return;
  const currency = currencyOf(reader);
  const placedAt = row.instant('create_date');
  const total = row.minor('total_amount', currency);
  if (placedAt === undefined || total === undefined || number === undefined) {
    const field = placedAt === undefined ? 'create_date' : total === undefined ? 'total_amount' : 'number';
    reportUnreadable(reader, field, '', `A sale needs its ${field}; read that field.`);
    return;
  }
  addFact(reader, 'order.placed', placedAt, {
    number,
    currency,
    ...splitLines(reader, currency, total),
    total,
    channel: webId === undefined ? 'marketplace' : 'shop',
  });
  if (state === 'cancelled') addFact(reader, 'order.cancelled', writtenAt(row) ?? placedAt, {});
}

/** Lines, shipping and fees with their tax; together they are the total to the cent where all lines are known. */
function splitLines(
  reader: Reader,
  currency: string,
  total: number,
): { lines: OrderLine[]; shipping: Gross; fees: Gross; unitCost?: Record<string, number> } {
  // A line below zero in a sale that is no return takes something off: a coupon, a discount.
  const sold = productLines(reader, reader.row, true);
  const amounts = sold.map((line) => line.row.minor('amount', currency) ?? 0);
  const untaxed = reader.row.minor('untaxed_amount', currency);
  const tax = reader.row.minor('tax_amount', currency) ?? (untaxed === undefined ? 0 : total - untaxed);
  const taxes = taxByLine(reader, sold.map((line) => line.row), amounts, tax); // prettier-ignore
  const lines: OrderLine[] = [];
  const unitCost: Record<string, number> = {};
  let shipping: Gross = { gross: 0, tax: 0 };
  let fees: Gross = { gross: 0, tax: 0 };
  for (const [index, line] of sold.entries()) {
    const lineTax = taxes[index] ?? 0;
    const gross = addMinor(amounts[index] ?? 0, lineTax);
    const kind = lineKind(reader, line.row, line.sku);
    const product = findRow(reader, 'product.product', line.row.id('product'));
    const name = product?.text('name');
    if (kind === 'shipping') shipping = addGross(shipping, gross, lineTax);
    else if (line.quantity < 0 || (kind === 'service' && gross < 0)) fees = addGross(fees, gross, lineTax);
    else {
      lines.push({
        line: String(line.id), sku: line.sku, quantity: line.quantity, gross, tax: lineTax, kind,
        ...(name === undefined ? {} : { name }),
      }); // prettier-ignore
      const cost = kind === 'goods' ? product?.minor('cost_price', currency) : undefined;
      if (cost !== undefined) unitCost[line.sku] = cost;
    }
  }
  return { lines, shipping, fees, ...(Object.keys(unitCost).length === 0 ? {} : { unitCost }) };
}

function addGross(sum: Gross, gross: number, tax: number): Gross {
  return { gross: addMinor(sum.gross, gross), tax: addMinor(sum.tax, tax) };
}

/** A sale line says nothing alone; it leads what names it to its sale. */
export function readSaleLine(reader: Reader): void {
  linkRecord(reader, 'sale.sale', reader.row.id('sale'));
}
