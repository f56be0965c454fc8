/**
 * Splits CSV bytes into fields without making strings: RFC 4180 with any one-byte delimiter, `\n`, `\r\n` or `\r`
 * at line ends, quotes with doubled quotes inside. The scanner stands on one row; `start` and `end` of its fields
 * index `bytesOf(field)`.
 */
const quote = 34;
const lineFeed = 10;
const carriageReturn = 13;

export class CsvScanner {
  /** Fields of the current row. */
  fields = 0;
  /** Line on which the current row begins, 1 upwards. */
  line = 0;
  /** The file ended inside a quoted field. */
  unclosed = false;
  start = new Uint32Array(64);
  end = new Uint32Array(64);
  readonly #bytes: Uint8Array;
  readonly #delimiter: number;
  /** No byte above it ends a field: most bytes are done with one comparison. */
  readonly #highestMark: number;
  #at: number;
  #nextLine = 1;
  /** Fields with doubled quotes, unescaped; keyed by field number of this row. */
  readonly #unescaped = new Map<number, Uint8Array>();

  constructor(bytes: Uint8Array, delimiter: number, start = 0) {
    this.#bytes = bytes;
    this.#delimiter = delimiter;
    this.#highestMark = Math.max(delimiter, carriageReturn);
    this.#at = start;
  }

  /** Byte offset of the row to come. */
  get offset(): number {
    return this.#at;
  }

  bytesOf(field: number): Uint8Array {
    return this.#unescaped.size === 0 ? this.#bytes : (this.#unescaped.get(field) ?? this.#bytes);
  }

  /** Steps to the next row that is not blank; false at the end. */
  next(): boolean {
    const bytes = this.#bytes;
    const length = bytes.length;
    const delimiter = this.#delimiter;
    const highestMark = this.#highestMark;
    if (this.#unescaped.size > 0) this.#unescaped.clear();
    let at = this.#at;
    while (at < length && (bytes[at] === lineFeed || bytes[at] === carriageReturn)) {
      if (bytes[at] === lineFeed || bytes[at + 1] !== lineFeed) this.#nextLine++;
      at++;
    }
    if (at >= length) {
      this.#at = at;
      return false;
    }
    this.line = this.#nextLine;
    let field = 0;
    for (;;) {
      if (field === this.start.length) this.#moreFields();
      if (bytes[at] === quote) {
        at = this.#quoted(field, at);
      } else {
        this.start[field] = at;
        let byte = -1;
        while (
          at < length &&
          ((byte = bytes[at]!) > highestMark ||
            (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn))
        )
          at++;
        this.end[field] = at;
      }
      field++;
      if (at >= length || bytes[at] !== delimiter) break;
      at++;
    }
    this.fields = field;
    if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) at++;
    this.#at = at + 1;
    this.#nextLine++;
    return true;
  }

  /** Reads the quoted field at `at`, returns where it ends. Text after the closing quote belongs to the field. */
  #quoted(field: number, at: number): number {
    const bytes = this.#bytes;
    const length = bytes.length;
    const from = at + 1;
    let doubled = false;
    at = from;
    for (;;) {
      if (at >= length) {
        this.unclosed = true;
        break;
      }
      const byte = bytes[at]!;
      if (byte === quote) {
        if (bytes[at + 1] !== quote) break;
        doubled = true;
        at++;
      } else if (byte === lineFeed) this.#nextLine++;
      at++;
    }
    const to = at;
    let after = at + 1;
    while (after < length && bytes[after] !== this.#delimiter && bytes[after] !== lineFeed && bytes[after] !== carriageReturn) after++; // prettier-ignore
    this.start[field] = from;
    this.end[field] = to;
    if (doubled || after > to + 1) {
      const text = Buffer.concat([bytes.subarray(from, to), bytes.subarray(to + 1, after)]);
      let used = 0;
      for (let i = 0; i < text.length; i++) {
        if (text[i] === quote && text[i + 1] === quote) i++;
        text[used++] = text[i]!;
      }
      this.#unescaped.set(field, text);
      this.start[field] = 0;
      this.end[field] = used;
    }
    return Math.min(after, length);
  }

  #moreFields(): void {
    const grow = (old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> => {
      const larger = new Uint32Array(old.length * 2);
      larger.set(old);
      return larger;
    };
    this.start = grow(this.start);
    this.end = grow(this.end);
  }
}

/** Text of a field. */
export function fieldText(scanner: CsvScanner, field: number, decode: (bytes: Uint8Array) => string): string {
  return decode(scanner.bytesOf(field).subarray(scanner.start[field]!, scanner.end[field]!));
}

/** The delimiter that splits the first line most often, outside quotes; a comma where none does. */
export function detectDelimiter(bytes: Uint8Array, start: number): number {
  const counts = new Map([[44, 0], [59, 0], [9, 0], [124, 0]]); // prettier-ignore
  let quoted = false;
  for (let i = start; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === quote) quoted = !quoted;
    if (quoted) continue;
    if (byte === lineFeed || byte === carriageReturn) break;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
