/**
 * A streaming XML scanner for data files: elements, attributes, text, comments, CDATA. It refuses what data files
 * do not need and attackers do: document type declarations, and with them every entity but the five of XML itself.
 * Memory is bounded by the longest single tag or text, never by the file.
 */
import { ImportError } from './balance-sheet.ts';

export type XmlHandler = {
  /** `attributes` is name, value, name, value …; valid until the call returns. */
  open(name: string, attributes: readonly string[]): void;
  close(name: string): void;
  /** Text between tags that is not only blank; long text may come in one piece only. */
  text?(text: string): void;
};

const tokenLimit = 16 * 1024 * 1024;
const depthLimit = 200;
const attributeLimit = 500;
const namePattern = /[^\s/>=]+/y;
const attributePattern = /\s+([^\s/>="'<]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

export class XmlScanner {
  readonly #handler: XmlHandler;
  readonly #open: string[] = [];
  readonly #attributes: string[] = [];
  #rest = '';
  #line = 1;
  #sawRoot = false;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  /** Reads on. Throws ImportError where the text is not well-formed. */
  push(chunk: string): void {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    let at = this.#line === 1 && !this.#sawRoot && text.charCodeAt(0) === 0xfeff ? 1 : 0;
    for (;;) {
      const tag = text.indexOf('<', at);
      if (tag < 0) break;
      const next = this.#token(text, at, tag);
      if (next < 0) break;
      at = next;
    }
    this.#rest = text.slice(at);
    if (this.#rest.length > tokenLimit)
      this.#fail('xml-too-long', `a single tag or text is longer than ${tokenLimit} characters`);
    this.#countLines(text, 0, at);
  }

  /** The end of the file: everything opened must be closed. */
  end(): void {
    if (this.#open.length > 0 || this.#rest.trim() !== '') {
      const inside = this.#open.length > 0 ? ` inside <${this.#open.join('><')}>` : '';
      this.#fail('xml-truncated', `the file ends${inside}: it is cut off`);
    }
    if (!this.#sawRoot) this.#fail('xml-empty', 'the file holds no element');
  }

  /** Handles text from `at` up to the tag at `tag`, and the tag; returns where it ends, -1 where more is needed. */
  #token(text: string, at: number, tag: number): number {
    const kind = text.charCodeAt(tag + 1);
    if (kind === 33 /* ! */) return this.#declaration(text, at, tag);
    if (kind === 63 /* ? */) {
      const end = text.indexOf('?>', tag + 2);
      if (end >= 0) this.#textUpTo(text, at, tag);
      return end < 0 ? -1 : end + 2;
    }
    const end = tagEnd(text, tag + 1);
    if (end < 0) return -1;
    this.#textUpTo(text, at, tag);
    if (kind === 47 /* / */) this.#closeTag(text.slice(tag + 2, end).trimEnd(), text, tag);
    else this.#openTag(text, tag, end);
    return end + 1;
  }

  #declaration(text: string, at: number, tag: number): number {
    if (text.startsWith('<!--', tag)) {
      const end = text.indexOf('-->', tag + 4);
      if (end >= 0) this.#textUpTo(text, at, tag);
      return end < 0 ? -1 : end + 3;
    }
    if (text.startsWith('<![CDATA[', tag)) {
      const end = text.indexOf(']]>', tag + 9);
      if (end < 0) return -1;
      this.#textUpTo(text, at, tag);
      this.#handler.text?.(text.slice(tag + 9, end));
      return end + 3;
    }
    if (text.length < tag + 9 && '<!DOCTYPE'.startsWith(text.slice(tag))) return -1;
    if (text.length < tag + 9 && '<![CDATA['.startsWith(text.slice(tag))) return -1;
    return this.#failAt(text, tag, 'xml-doctype', 'document type declarations and entities are refused');
  }

  #textUpTo(text: string, at: number, tag: number): void {
    for (let i = at; i < tag; i++) {
      const code = text.charCodeAt(i);
      if (code === 32 || code === 10 || code === 13 || code === 9) continue;
      if (this.#open.length === 0) this.#failAt(text, i, 'xml-malformed', 'text outside the root element');
      // Decoded also where nobody listens: entities are refused wherever they stand.
      const decoded = this.#decode(text.slice(at, tag), text, at);
      this.#handler.text?.(decoded);
      return;
    }
  }

  #closeTag(name: string, text: string, tag: number): void {
    const expected = this.#open.pop();
    if (expected !== name) {
      this.#failAt(
        text,
        tag,
        'xml-malformed',
        expected === undefined ? `</${name}> closes nothing` : `<${expected}> is closed by </${name}>`,
      );
    }
    this.#handler.close(name);
  }

  #openTag(text: string, tag: number, end: number): void {
    const empty = text.charCodeAt(end - 1) === 47;
    const bodyEnd = empty ? end - 1 : end;
    namePattern.lastIndex = tag + 1;
    const name = namePattern.exec(text)?.[0] ?? '';
    if (!/^[\p{L}_:]/u.test(name)) this.#failAt(text, tag, 'xml-malformed', 'a tag without a name');
    if (this.#open.length === 0 && this.#sawRoot)
      this.#failAt(text, tag, 'xml-malformed', 'a second root element');
    this.#sawRoot = true;
    const attributes = this.#attributes;
    attributes.length = 0;
    let at = tag + 1 + name.length;
    while (at < bodyEnd) {
      attributePattern.lastIndex = at;
      const match = attributePattern.exec(text);
      if (match === null || attributePattern.lastIndex > bodyEnd) {
        if (text.slice(at, bodyEnd).trim() === '') break;
        return this.#failAt(text, tag, 'xml-malformed', `cannot read the attributes of <${name}>`);
      }
      const key = match[1]!;
      if (attributes.length >= attributeLimit * 2)
        this.#failAt(text, tag, 'xml-malformed', `<${name}> has more than ${attributeLimit} attributes`);
      for (let i = 0; i < attributes.length; i += 2) {
        if (attributes[i] === key)
          this.#failAt(text, tag, 'xml-malformed', `<${name}> has the attribute ${key} twice`);
      }
      attributes.push(key, this.#decode(match[2] ?? match[3]!, text, tag));
      at = attributePattern.lastIndex;
    }
    if (this.#open.length >= depthLimit)
      this.#failAt(text, tag, 'xml-too-deep', `elements are nested deeper than ${depthLimit}`);
    this.#handler.open(name, attributes);
    if (empty) this.#handler.close(name);
    else this.#open.push(name);
  }

  #decode(raw: string, text: string, at: number): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
      const plain = named[name];
      if (plain !== undefined && whole.endsWith(';')) return plain;
      const number = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
      const code =
        number === null ? -1 : number[1] === undefined ? Number(number[2]) : Number.parseInt(number[1], 16);
      if (whole.endsWith(';') && code > 0 && code <= 0x10ffff) return String.fromCodePoint(code);
      return this.#failAt(
        text,
        at,
        'xml-entity',
        `the entity ${whole.slice(0, 40)} is refused: only those of XML itself are read`,
      );
    });
  }

  #countLines(text: string, from: number, to: number): void {
    for (let i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) this.#line++;
  }

  #failAt(text: string, at: number, code: string, message: string): never {
    this.#countLines(text, 0, at);
    return this.#fail(code, message);
  }

  #fail(code: string, message: string): never {
    throw new ImportError(code, `line ${this.#line}: ${message}`);
  }
}

/** Index of the `>` that ends the tag, minding quotes; -1 where it is not there yet. Linear in the tag's length. */
function tagEnd(text: string, from: number): number {
  let at = from;
  let end = text.indexOf('>', at);
  while (end >= 0) {
    while (at < end && text.charCodeAt(at) !== 34 && text.charCodeAt(at) !== 39) at++;
    if (at === end) return end;
    const closing = text.indexOf(text[at]!, at + 1);
    if (closing < 0) return -1;
    at = closing + 1;
    if (at > end) end = text.indexOf('>', at);
  }
  return -1;
}

/** Value of an attribute in the scanner's flat list. */
export function attributeOf(attributes: readonly string[], name: string): string | undefined {
  for (let i = 0; i < attributes.length; i += 2) if (attributes[i] === name) return attributes[i + 1];
  return undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;',
}; // prettier-ignore

/** Escapes text for an attribute or element; throws where XML 1.0 has no way to write a character. */
export function escapeXml(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the characters that XML 1.0 cannot carry
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text) || !text.isWellFormed()) {
    throw new ImportError(
      'xml-character',
      `XML cannot carry a control character in ${JSON.stringify(text.slice(0, 40))}`,
    );
  }
  return text.replace(/[&<>"\n\r\t]/g, (char) => escapes[char]!);
}
