/**
 * What has to be known of canonical lines before all of them are there: which object each is and which order it names.
 * A pure function of a block of bytes, so that any thread can do it.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { canonical } from '../connectors/canonical/canonical-connector.ts';
import { term } from '../kernel/term.ts';
import { hashId } from './id-table.ts';

/** Told before an id, to keep ids of connections, and of orders and facts, apart. */
export type IdPrefixes = { readonly order: string; readonly fact: string };

/** Columns with one entry per line, and the orders that lines name. */
export type Digest = {
  readonly count: number;
  /** First byte of each line, and one past its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Hash of the id, two numbers per line. */
  readonly hashes: Int32Array;
  /** Twice the index into `orders`, plus 1 where the line is the order itself; `other` for all that is not canonical. */
  readonly what: Int32Array;
  /** Terms of the orders named, each once. */
  readonly orders: readonly string[];
};

/** A line to be looked at more closely: no JSON, an envelope, an object of another system. */
export const other = -1;

const newline = 10;

export function digestLines(block: Buffer, prefixes: IdPrefixes): Digest {
  const room = countLines(block);
  const starts = new Int32Array(room);
  const ends = new Int32Array(room);
  const hashes = new Int32Array(2 * room);
  const what = new Int32Array(room);
  const valid = isUtf8(block);
  const encoding = isAscii(block) ? 'latin1' : 'utf8';
  const orders: string[] = [];
  const indexOf = new Map<string, number>();
  let count = 0;
  for (let start = 0; start < block.length; count++) {
    const found = block.indexOf(newline, start);
    const end = found < 0 ? block.length : found;
    starts[count] = start;
    ends[count] = end;
    what[count] = other;
    const body = valid ? parsed(block.toString(encoding, start, end)) : undefined;
    const object = canonical.kindOf(body, '');
    start = end + 1;
    if (object === undefined) continue;
    const isOrder = object.kind === 'order';
    hashId(isOrder ? prefixes.order : prefixes.fact, object.id, hashes, 2 * count);
    const number = orderNumberOf(body);
    let index = indexOf.get(number);
    if (index === undefined) {
      indexOf.set(number, (index = orders.length));
      orders.push(term.number(number));
    }
    what[count] = 2 * index + (isOrder ? 1 : 0);
  }
  return { count, starts, ends, hashes, what, orders };
}

/** The number by which a line names its order; what is no text is refused when the line is read. */
export function orderNumberOf(body: unknown): string {
  const { order } = body as { readonly order?: unknown };
  return typeof order === 'string' ? order : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function countLines(block: Buffer): number {
  let count = 1;
  for (let at = block.indexOf(newline); at >= 0; at = block.indexOf(newline, at + 1)) count++;
  return count;
}
