/**
 * Invoices. A credit note is an `account.invoice` of type `out` with a negative total (recording 049); any other
 * invoice only leads from its lines to its sale. A credit note hangs on the return sale (`sales`), or, for goodwill,
 * on a complaint: credit note line → complaint → invoice line → invoice → sale.
 */
import type { RefundLine } from '../../kernel/fact.ts';
import { addMinor } from '../../kernel/money.ts';
import { term } from '../../kernel/term.ts';
import { referencesIn } from './tryton-move.ts';
import { skuOf, taxByLine } from './tryton-product.ts';
import {
  type Reader, type Row, addFact, currencyOf, earliest, findRow, linkRecord, linkTerm, orderTerm, reportUnreadable,
  stateOf, writtenAt,
} from './tryton-row.ts'; // prettier-ignore
import { rmaOfSale } from './tryton-sale.ts';
import { endOfDay } from './tryton-value.ts';

const invoiceStates = ['draft', 'validated', 'posted', 'paid', 'cancelled'] as const;
const factByState = {
  draft: 'credit_note.drafted',
  validated: 'credit_note.drafted',
  posted: 'credit_note.posted',
  paid: 'credit_note.posted',
  cancelled: 'credit_note.cancelled',
} as const;

export function readInvoice(reader: Reader): void {
  const { row, object } = reader;
  const lines = row.ids('lines').flatMap((id) => findRow(reader, 'account.invoice.line', id) ?? []);
  const sales = linkInvoice(reader, lines);
  const state = stateOf(reader, invoiceStates);
  const currency = currencyOf(reader);
  const total = row.minor('total_amount', currency);
  if (state === undefined || row.text('type') === 'in') return;
  if (total === undefined) {
    reportUnreadable(reader, 'total_amount', '', 'An invoice needs its total_amount; read that field.');
    return;
  }
  if (total >= 0) return;
  const untaxed = row.minor('untaxed_amount', currency);
  const tax = row.minor('tax_amount', currency) ?? (untaxed === undefined ? 0 : total - untaxed);
  const at = bookedAt(reader, state === 'posted' || state === 'paid');
  if (at === undefined) {
    reportUnreadable(reader, 'create_date', '', 'An invoice needs a time; read its create_date.');
    return;
  }
  const rmas = new Set(sales.map((id) => rmaOfSale(reader, findRow(reader, 'sale.sale', id))));
  addFact(
    reader,
    factByState[state],
    at,
    {
      money: { minor: -total, currency },
      tax: tax === 0 ? 0 : -tax,
      document: row.text('number') ?? `${object.kind}/${object.id}`,
      ...(lines.length === 0 ? {} : { lines: creditLines(reader, lines, currency, tax) }),
    },
    { rma: rmas.size === 1 ? [...rmas][0] : undefined },
  );
}

/**
 * When it was posted: the write, but payments and reconciliation write it again later, so no later than the day it
 * is dated to. Never before it was made.
 */
function bookedAt(reader: Reader, posted: boolean): string | undefined {
  const { row } = reader;
  const day = posted ? row.date('invoice_date') : undefined;
  const at = earliest([
    writtenAt(row),
    day === undefined ? undefined : endOfDay(day, reader.context.settings.zone),
  ]);
  const createdAt = row.instant('create_date');
  if (at !== undefined && createdAt !== undefined && at < createdAt) return createdAt;
  return (
    at ??
    (row.date('invoice_date') === undefined
      ? undefined
      : endOfDay(row.date('invoice_date') ?? '', reader.context.settings.zone))
  );
}

/** Links of an invoice, strongest first; answers the sales it names. */
function linkInvoice(reader: Reader, lines: readonly Row[]): readonly number[] {
  const { row } = reader;
  const sales = new Set(row.ids('sales'));
  const others: { model: string; id: number }[] = [];
  for (const line of lines) {
    const origin = line.reference('origin');
    const sale =
      origin?.model === 'sale.line' ? findRow(reader, 'sale.line', origin.id)?.id('sale') : undefined;
    if (sale !== undefined) sales.add(sale);
    else if (origin !== undefined) others.push(origin);
  }
  for (const sale of sales) linkRecord(reader, 'sale.sale', sale);
  if (sales.size === 0) for (const origin of others) linkRecord(reader, origin.model, origin.id);
  const reference = row.text('reference');
  const shown = reader.links.length === 0 ? referencesIn(row.text('origins')) : [];
  for (const text of reference === undefined ? shown : [reference, ...shown]) {
    linkTerm(reader, orderTerm(reader, text));
    linkTerm(reader, term.rma(text));
  }
  return [...sales];
}

/**
 * Credited lines by SKU, netted: goodwill over a complaint takes the whole line back and charges the rest again
 * (−1 at 11.12 and +1 at 8.32), which is a price and no unit.
 */
function creditLines(reader: Reader, lines: readonly Row[], currency: string, tax: number): RefundLine[] {
  const products = lines.filter((line) => (line.text('type') ?? 'line') === 'line');
  const amounts = products.map((line) => line.minor('amount', currency) ?? 0);
  const taxes = taxByLine(reader, products, amounts, tax);
  const bySku = new Map<string, RefundLine>();
  for (const [index, line] of products.entries()) {
    const sku = skuOf(reader, line) ?? 'other';
    const known = bySku.get(sku) ?? { sku, quantity: 0, gross: 0, tax: 0 };
    const gross = addMinor(amounts[index] ?? 0, taxes[index] ?? 0);
    bySku.set(sku, {
      sku,
      quantity: known.quantity - (line.units('quantity') ?? 0),
      gross: addMinor(known.gross, -gross),
      tax: addMinor(known.tax, -(taxes[index] ?? 0)),
    });
  }
  return [...bySku.values()].map((line) => ({ ...line, quantity: Math.max(0, line.quantity) }));
}

export function readInvoiceLine(reader: Reader): void {
  const { row } = reader;
  linkRecord(reader, 'account.invoice', row.id('invoice'));
  const origin = row.reference('origin');
  if (reader.links.length === 0 && origin !== undefined) linkRecord(reader, origin.model, origin.id);
}

/** A complaint leads to the sale, sale line, invoice or invoice line it is about. */
export function readComplaint(reader: Reader): void {
  const origin = reader.row.reference('origin');
  if (origin !== undefined) linkRecord(reader, origin.model, origin.id);
  const customer = reader.row.id('customer');
  if (origin === undefined && customer !== undefined) {
    linkTerm(reader, term.customer(reader.object.connection, customer), 'weak');
  }
}

/** What a complaint led to carries no trace of it in its head; the action knows both. */
export function readComplaintAction(reader: Reader): void {
  linkRecord(reader, 'sale.complaint', reader.row.id('complaint'));
  const result = reader.row.reference('result');
  if (result !== undefined) reader.names.push(term.object(reader.object.connection, result.model, result.id));
}
