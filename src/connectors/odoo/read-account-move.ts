/**
 * Facts of a credit note (`account.move` of type `out_refund`). Invoices are only names on the way to their sale.
 *
 * Amounts are positive on both. `payment_state` is never read: a posted reversal is reconciled with its invoice at
 * once and stands as `paid` though no money moved.
 */
import { factId, type Fact, type FactOf, type Link, type RefundLine } from '../../kernel/fact.ts';
import { addMinor } from '../../kernel/money.ts';
import { term } from '../../kernel/term.ts';
import type { ReadContext, Reading, Unread } from '../contract.ts';
import { skuOf } from './odoo-product.ts';
import {
  currencyOf, dateOf, idsOf, instantOf, isRecord, many2oneOf, minorOf, numberOf, textOf, wholeUnits,
  type OdooRecord,
} from './odoo-record.ts'; // prettier-ignore
import { findReturnNumber, isOneNumber } from './return-number.ts';
import { saleOfLine } from './sale-of-line.ts';
import { unmapped, unreadable } from './unread.ts';

const typeByState = {
  draft: 'credit_note.drafted',
  posted: 'credit_note.posted',
  cancel: 'credit_note.cancelled',
} as const;

type NoteType = (typeof typeByState)[keyof typeof typeByState];

export function readAccountMove(id: string, move: OdooRecord, context: ReadContext): Reading {
  const { connection } = context.settings;
  const name = documentName(move);
  const names = [term.object(connection, 'account.move', id)];
  if (name !== undefined) names.push(term.object(connection, 'account.move.name', name));
  const reference = readReference(move, context);
  // A note that knows its sale and its return number is often the only record in the ERP that knows both: a put-away
  // names the number alone while the receipt kept "Return of WH/OUT/00001".
  if (reference.rma !== undefined && saleNames(move).length > 0) names.push(term.rma(reference.rma));
  const links = [
    ...saleNames(move).map((sale) => ({ term: term.object(connection, 'sale.name', sale) })),
    ...reference.links,
  ];
  const reading = { facts: [], names, links, unread: [] };
  if (textOf(move, 'move_type') !== 'out_refund') return reading;

  const state = textOf(move, 'state') ?? '';
  if (!Object.hasOwn(typeByState, state)) {
    return { ...reading, unread: [unmapped('state', move['state'], 'Credit note with an unknown state.')] };
  }
  const type = typeByState[state as keyof typeof typeByState];
  const currency = currencyOf(move, context.settings.currency);
  const gross = minorOf(move, 'amount_total', currency);
  const tax = minorOf(move, 'amount_tax', currency);
  const at = timeOf(type, move, context);
  const unread: Unread[] = [];
  if (gross === undefined || gross < 0) {
    unread.push(unreadable('amount_total', move['amount_total'], 'Expected an amount, not negative.'));
  }
  if (tax === undefined) unread.push(unreadable('amount_tax', move['amount_tax'], 'Expected an amount.'));
  if (at === undefined) {
    unread.push(unreadable('write_date', move['write_date'], 'Expected a time such as 2026-11-23 10:51:04.'));
  }
  if (gross === undefined || gross < 0 || tax === undefined || at === undefined)
    return { ...reading, unread };
  const content = readLines(move, currency, context);
  const document = name ?? `draft ${id}`;
  const note: Note = {
    id,
    type,
    at,
    document,
    currency,
    gross,
    tax,
    lines: content.lines,
    rma: reference.rma,
  };
  return { ...reading, facts: splitByOrder(note, context), unread: [...unread, ...content.unread] };
}

/** A draft has `name` false, or `/` up to Odoo 17. */
function documentName(move: OdooRecord): string | undefined {
  const name = textOf(move, 'name');
  return name === '/' ? undefined : name;
}

/** Names of the sales in `invoice_origin`: one, or several of a collective invoice. */
function saleNames(move: OdooRecord): readonly string[] {
  const origin = textOf(move, 'invoice_origin') ?? '';
  return origin.split(',').map((name) => name.trim()).filter((name) => name !== ''); // prettier-ignore
}

/**
 * What `ref` says. Made by reversal: "Reversal of: INV/2026/00002, RMA-7101" in the user's language, the typed reason
 * behind the invoice's name. Made from the sale, and on invoices: the shop's order number.
 */
function readReference(move: OdooRecord, context: ReadContext): { links: readonly Link[]; rma?: string } {
  const { connection } = context.settings;
  const ref = textOf(move, 'ref') ?? '';
  const reversed = many2oneOf(move, 'reversed_entry_id');
  if (reversed === undefined) {
    const rma = findReturnNumber(ref, context.settings);
    if (rma !== undefined) return { links: [{ term: term.rma(rma) }], rma };
    return { links: isOneNumber(ref) ? [{ term: term.number(ref) }, { term: term.ref(ref) }] : [] };
  }
  const links: Link[] = [{ term: term.object(connection, 'account.move', reversed.id) }];
  const invoice = reversed.name.split(' (')[0] ?? '';
  const typed =
    invoice !== '' && ref.includes(invoice) ? ref.slice(ref.indexOf(invoice) + invoice.length) : ref;
  const rma = findReturnNumber(typed, context.settings);
  if (rma === undefined) return { links };
  return { links: [...links, { term: term.rma(rma) }], rma };
}

/**
 * When a note was drafted, posted or cancelled. Odoo keeps no time of posting, only the accounting date; the time of
 * the last write stands for it where it falls on that day, else the end of that day, never before the draft was made
 * nor after the last write.
 */
function timeOf(type: NoteType, move: OdooRecord, context: ReadContext): string | undefined {
  const created = instantOf(move, 'create_date');
  const written = instantOf(move, 'write_date') ?? created;
  if (type === 'credit_note.drafted') return created ?? written;
  const day = dateOf(move, 'date') ?? dateOf(move, 'invoice_date');
  if (type === 'credit_note.cancelled' || day === undefined || written === undefined) {
    return written ?? (day && endOfDay(day, context.settings.zone));
  }
  const end = endOfDay(day, context.settings.zone);
  if (written <= end) return written;
  return created !== undefined && created > end ? created : end;
}

/** The last millisecond of a day in a zone, as an instant. An unknown zone counts as UTC. */
function endOfDay(day: string, zone: string): string {
  try {
    const next = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime({ timeZone: zone });
    return new Date(next.epochMilliseconds - 1).toISOString();
  } catch {
    return `${day}T23:59:59.999Z`;
  }
}

type NoteLine = RefundLine & { readonly order: number | undefined };

type Note = {
  readonly id: string;
  readonly type: NoteType;
  readonly at: string;
  readonly document: string;
  readonly currency: string;
  readonly gross: number;
  readonly tax: number;
  readonly lines: readonly NoteLine[];
  readonly rma: string | undefined;
};

function readLines(
  move: OdooRecord,
  currency: string,
  context: ReadContext,
): { lines: readonly NoteLine[]; unread: readonly Unread[] } {
  const lines: NoteLine[] = [];
  const unread: Unread[] = [];
  for (const [index, id] of idsOf(move, 'invoice_line_ids').entries()) {
    const line = context.lookup('account.move.line', id);
    if (!isRecord(line) || (textOf(line, 'display_type') ?? 'product') !== 'product') continue;
    const quantity = wholeUnits(numberOf(line, 'quantity') ?? Number.NaN);
    const gross = minorOf(line, 'price_total', currency);
    const net = minorOf(line, 'price_subtotal', currency);
    if (quantity === undefined || gross === undefined || net === undefined) {
      const given = [line['quantity'], line['price_total'], line['price_subtotal']];
      const message = 'Expected whole units and two amounts.';
      unread.push(unreadable(`invoice_line_ids[${index}]`, given, message));
      continue;
    }
    const sku = skuOf(line, context) ?? `line:${id}`;
    const order = saleOfLine(line, context);
    lines.push({ sku, quantity: Math.abs(quantity), gross, tax: gross - net, order });
  }
  return { lines, unread };
}

/**
 * One fact, or one per sale where the lines of a collective note belong to several; the last one takes what rounding
 * per document leaves over.
 */
function splitByOrder(note: Note, context: ReadContext): readonly Fact[] {
  const orders = [...new Set(note.lines.map((line) => line.order))];
  const known = orders.filter((order) => order !== undefined);
  if (known.length < 2) return [noteFact(note, note.gross, note.tax, note.lines, undefined, context)];
  let grossLeft = note.gross;
  let taxLeft = note.tax;
  return known.map((order, index) => {
    const last = index === known.length - 1;
    const lines = note.lines.filter((line) => line.order === order || (last && line.order === undefined));
    const gross = last ? grossLeft : lines.reduce((sum, line) => addMinor(sum, line.gross), 0);
    const tax = last ? taxLeft : lines.reduce((sum, line) => addMinor(sum, line.tax), 0);
    grossLeft = addMinor(grossLeft, -gross);
    taxLeft = addMinor(taxLeft, -tax);
    return noteFact(note, gross, tax, lines, order, context);
  });
}

function noteFact(
  note: Note,
  gross: number,
  tax: number,
  lines: readonly NoteLine[],
  order: number | undefined,
  context: ReadContext,
): FactOf<NoteType> {
  const { connection, system } = context.settings;
  const object = `account.move/${note.id}`;
  const part = order === undefined ? undefined : `sale.order-${order}`;
  return {
    id: factId(connection, object, note.type, part),
    type: note.type,
    at: note.at,
    system,
    connection,
    object,
    ...(note.rma === undefined ? {} : { rma: note.rma }),
    ...(order === undefined ? {} : { links: [{ term: term.object(connection, 'sale.order', order) }] }),
    money: { minor: gross, currency: note.currency },
    tax,
    document: note.document,
    lines: lines.map(({ order: _order, ...line }) => line),
  };
}
