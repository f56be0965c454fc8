/** Values of an NDJSON file, read piece by piece. Raw lines are not kept. */
import { isUtf8 } from 'node:buffer';
import { firstBadByte } from './decode-text.ts';
import { locateJsonError } from './locate-json-error.ts';

export type LineSink = {
  /** A value and the bytes of its line, which are valid only during the call. */
  row(value: unknown, line: Buffer): void;
  /** A line that is no JSON, with its place. */
  setAside(reason: string): void;
};

const newline = 10;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Does a file that begins like this hold one JSON value per line, and more than one? */
export function startsWithLines(head: Buffer): boolean {
  const bytes = withoutMark(head);
  const end = bytes.indexOf(newline);
  if (end < 0 || bytes.subarray(end).every(isBlank)) return false;
  const line = bytes.toString('utf8', 0, end).trim();
  if (!line.startsWith('{') && !line.startsWith('[')) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}

/** Feeds on pieces of a file and hands over its values. */
export class LineReader {
  readonly #name: string;
  readonly #sink: LineSink;
  #carry: Buffer | undefined;
  #line = 0;
  #offset = 0;

  constructor(name: string, sink: LineSink) {
    this.#name = name;
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    const first = this.#line === 0 && this.#carry === undefined;
    const bytes = first ? withoutMark(chunk) : chunk;
    if (first) this.#offset = chunk.length - bytes.length;
    const whole = this.#carry === undefined ? bytes : Buffer.concat([this.#carry, bytes]);
    const last = whole.lastIndexOf(newline);
    // The piece is the stream's own and may be overwritten.
    this.#carry = last + 1 === whole.length ? undefined : Buffer.from(whole.subarray(last + 1));
    if (last >= 0) this.#readLines(whole.subarray(0, last + 1));
  }

  /** The last line may lack its newline. */
  end(): void {
    if (this.#carry !== undefined) this.#readLines(this.#carry);
    this.#carry = undefined;
  }

  #readLines(bytes: Buffer): void {
    const valid = isUtf8(bytes);
    for (let start = 0; start < bytes.length;) {
      const found = bytes.indexOf(newline, start);
      const end = found < 0 ? bytes.length : found;
      this.#line++;
      const line = bytes.subarray(start, end);
      if (valid || isUtf8(line)) this.#readLine(line);
      else {
        const at = this.#offset + start + firstBadByte(line);
        this.#sink.setAside(`${this.#name}, line ${this.#line}: not UTF-8 at byte ${at}`);
      }
      start = end + 1;
    }
    this.#offset += bytes.length;
  }

  #readLine(line: Buffer): void {
    const text = line.toString('utf8');
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      if (text.trim() !== '') this.#sink.setAside(brokenLine(this.#name, this.#line, text));
      return;
    }
    this.#sink.row(value, line);
  }
}

/** What is wrong with a line that is no JSON. */
export function brokenLine(name: string, number: number, line: string): string {
  const broken = locateJsonError(line);
  const why = broken?.atEnd === true ? 'the line ends in the middle of a value' : 'this is not JSON';
  return `${name}, line ${number}, column ${(broken?.offset ?? 0) + 1}: ${why}`;
}
