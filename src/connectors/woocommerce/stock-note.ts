/**
 * The shop's own note of one restock: "Item #10 stock increased from 43 to 45." (313), one per refund and line. Its
 * words are the shop's language, so only its numbers are read. They stand with the order as it is read, because the
 * count on the line is wrong where refunds overlapped (455) and the notes are not.
 */
import type { ReadContext } from '../contract.ts';
import { idOf, instantIn, isShape, type Shape } from './object-fields.ts';

export type StockNote = { readonly product: string; readonly at: string };

/** The item's id, the stock before and after, and no other digits; changes with an arrow are no restock. */
const pattern = /^\D*(\d{1,15})[^\d\u2192&]+?(-?\d+(?:[.,]\d+)?)[^\d\u2192&]+?(-?\d+(?:[.,]\d+)?)\D*$/;
const noteLengthMax = 300;

/** The name the notes of an order have in its body; there when they were read, also if there is none. */
export const stockNotesField = 'stock_notes';

/** A note as it stands with its order, or nothing where it tells of something else or was written by a person. */
export function stockNote(note: Shape): StockNote[] {
  const { author, note: text } = note;
  if (note['customer_note'] !== false || (author !== 'WooCommerce' && author !== 'system')) return [];
  if (typeof text !== 'string' || text.length > noteLengthMax) return [];
  const [, product, from, to] = pattern.exec(text) ?? [];
  const at = instantIn(note['date_created_gmt'], 'UTC');
  if (product === undefined || at === undefined || decimal(to) <= decimal(from)) return [];
  return [{ product, at }];
}

const decimal = (text: string | undefined): number => Number((text ?? '').replace(',', '.'));

/** The item whose stock a line moves. */
const productOf = (line: Shape): string | undefined => idOf(line['variation_id']) ?? idOf(line['product_id']);

/**
 * When a line's item was put back; undefined where nobody read the notes, and nothing that could be told where two lines
 * are of one item.
 */
export function restocksOf(order: Shape, line: Shape, context: ReadContext): readonly number[] | undefined {
  const notes = notesOf(order, context);
  const product = productOf(line);
  const lines = Array.isArray(order['line_items']) ? (order['line_items'] as readonly unknown[]) : [];
  const own = lines.filter(isShape).filter((each) => productOf(each) === product);
  if (notes === undefined || product === undefined || own.length > 1) return notes && [];
  return notes.filter((note) => note.product === product).map((note) => Date.parse(note.at));
}

/** Those that stand with the order, else those among the files of an export. */
function notesOf(order: Shape, context: ReadContext): readonly StockNote[] | undefined {
  const listed = order[stockNotesField];
  if (!Array.isArray(listed)) {
    const all = context.lookup('order_note.by.order_id', String(order['id']));
    const bodies = Array.isArray(all) ? (all as readonly unknown[]).filter(isShape) : [];
    return bodies.length === 0 ? undefined : bodies.flatMap(stockNote);
  }
  return (listed as readonly unknown[]).filter(isShape).flatMap((entry) => {
    const product = idOf(entry['product']);
    const { at } = entry;
    return product === undefined || typeof at !== 'string' ? [] : [{ product, at }];
  });
}
