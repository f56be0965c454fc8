/**
 * A file with one JSON value per line, in blocks of whole lines. A block is memory of its own that threads can share:
 * whoever keeps lines keeps the block.
 */
import { isUtf8 } from 'node:buffer';
import { newSlab, type Slab } from './byte-slabs.ts';
import { firstBadByte } from './decode-text.ts';
import { locateJsonError } from './locate-json-error.ts';

/** Whole lines; only the last one of a file may lack its newline. */
export type LineBlock = {
  readonly slab: Slab;
  /** Bytes of the block that are used. */
  readonly length: number;
  /** Number of its first line, and place of its first byte in the file. */
  readonly line: number;
  readonly offset: number;
};

export type LineSink = {
  row(value: unknown): void;
  /** A line that is no JSON, with its place. */
  setAside(reason: string): void;
};

const blockBytes = 4 << 20;
const newline = 10;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * The first value of a file that begins like this, where it holds one JSON value per line and more than one line;
 * undefined for any other file.
 */
export function firstOfLines(head: Buffer): object | undefined {
  const bytes = withoutMark(head);
  const end = bytes.indexOf(newline);
  if (end < 0 || bytes.subarray(end).every(isBlank)) return undefined;
  const line = bytes.toString('utf8', 0, end).trim();
  if (!line.startsWith('{') && !line.startsWith('[')) return undefined;
  try {
    return JSON.parse(line) as object;
  } catch {
    return undefined;
  }
}

const isBlank = (byte: number): boolean => byte === 32 || (byte >= 9 && byte <= 13);

function withoutMark(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(byteOrderMark) ? bytes.subarray(3) : bytes;
}

/** Feeds on pieces of a file and gives blocks of its lines. */
export class LineBlocks {
  readonly #blockBytes: number;
  #slab: Slab;
  #length = 0;
  #line = 1;
  #offset = 0;

  /** `bytes`: size of a block, where no line is longer. */
  constructor(bytes = blockBytes) {
    this.#blockBytes = bytes;
    this.#slab = newSlab(bytes);
  }

  /** Takes a piece; gives what became full. */
  push(chunk: Buffer): LineBlock | undefined {
    const first = this.#length === 0 && this.#offset === 0;
    const bytes = first ? withoutMark(chunk) : chunk;
    if (first) this.#offset = chunk.length - bytes.length;
    if (this.#length + bytes.length <= this.#slab.length) {
      this.#append(bytes);
      return undefined;
    }
    // The piece belongs to the full block up to its last line that still fits.
    const room = this.#slab.length - this.#length;
    const inPiece = room === 0 ? 0 : bytes.lastIndexOf(newline, room - 1) + 1;
    this.#append(bytes.subarray(0, inPiece));
    const rest = bytes.subarray(inPiece);
    const end = this.#slab.lastIndexOf(newline, this.#length - 1) + 1;
    if (end === 0 || this.#length === 0) {
      // One line is longer than the block.
      const wider = newSlab(2 * (this.#length + rest.length));
      this.#slab.copy(wider, 0, 0, this.#length);
      this.#slab = wider;
      this.#append(rest);
      return undefined;
    }
    const carry = Buffer.from(this.#slab.subarray(end, this.#length));
    const block = this.#close(end);
    this.#slab = newSlab(Math.max(this.#blockBytes, 2 * (carry.length + rest.length)));
    this.#append(carry);
    this.#append(rest);
    return block;
  }

  /** What is left; undefined where nothing is. */
  end(): LineBlock | undefined {
    return this.#length === 0 ? undefined : this.#close(this.#length);
  }

  #append(bytes: Buffer): void {
    bytes.copy(this.#slab, this.#length);
    this.#length += bytes.length;
  }

  #close(length: number): LineBlock {
    const block = { slab: this.#slab, length, line: this.#line, offset: this.#offset };
    for (let at = -1; (at = this.#slab.indexOf(newline, at + 1)) >= 0 && at < length;) this.#line++;
    this.#offset += length;
    this.#length = 0;
    return block;
  }
}

/** All values of a block, line by line. */
export function readBlock(block: LineBlock, name: string, sink: LineSink): void {
  const valid = isUtf8(block.slab.subarray(0, block.length));
  let number = block.line;
  for (let start = 0; start < block.length; number++) {
    const found = block.slab.indexOf(newline, start);
    const end = found < 0 || found > block.length ? block.length : found;
    readLine({ block, name, number, start, end, valid }, sink);
    start = end + 1;
  }
}

export type LinePlace = {
  readonly block: LineBlock;
  /** Name of the file. */
  readonly name: string;
  readonly number: number;
  /** Place of the line in the block; the newline is not part of it. */
  readonly start: number;
  readonly end: number;
  /** Is the line known to be UTF-8? */
  readonly valid: boolean;
};

/** The value of one line, or why there is none. A blank line is nothing. */
export function readLine({ block, name, number, start, end, valid }: LinePlace, sink: LineSink): void {
  const line = block.slab.subarray(start, end);
  if (!valid && !isUtf8(line)) {
    const at = block.offset + start + firstBadByte(line);
    sink.setAside(`${name}, line ${number}: not UTF-8 at byte ${at}`);
    return;
  }
  const text = line.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (text.trim() !== '') sink.setAside(brokenLine(name, number, text));
    return;
  }
  sink.row(value);
}

/** What is wrong with a line that is no JSON. */
export function brokenLine(name: string, number: number, line: string): string {
  const broken = locateJsonError(line);
  const why = broken?.atEnd === true ? 'the line ends in the middle of a value' : 'this is not JSON';
  return `${name}, line ${number}, column ${(broken?.offset ?? 0) + 1}: ${why}`;
}
