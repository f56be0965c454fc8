/**
 * Bytes of a file as UTF-8. Exports come as UTF-8 with or without a byte order mark and, from Windows tools, as
 * UTF-16. Anything else is refused with the place of the first byte that does not fit: guessing between the
 * one-byte encodings would turn names and SKUs into others in silence.
 */
import { isUtf8 } from 'node:buffer';

export type Decoded =
  | { readonly ok: true; readonly bytes: Buffer; readonly encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' }
  | { readonly ok: false; readonly message: string };

/** UTF-8 bytes without byte order mark, or what is wrong and where (byte offset from 0). */
export function decodeText(bytes: Buffer): Decoded {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return checked(bytes.subarray(3), 3);
  const wide = wideEncoding(bytes);
  if (wide !== undefined) return decodeWide(bytes, wide);
  return checked(bytes, 0);
}

function checked(bytes: Buffer, skipped: number): Decoded {
  if (isUtf8(bytes)) return { ok: true, bytes, encoding: 'UTF-8' };
  const offset = firstBadByte(bytes);
  const value = bytes[offset]!.toString(16).toUpperCase().padStart(2, '0');
  const place = `byte ${offset + skipped} (0x${value})`;
  if (looksBinary(bytes)) return { ok: false, message: `not a text file: ${place} is not text` };
  return {
    ok: false,
    message: `not UTF-8 or UTF-16: ${place} is neither; export it again as UTF-8, or convert it from the encoding of your system`,
  };
}

/** UTF-16 by its mark, or by the zeros that JSON's ASCII leaves in every other byte. */
function wideEncoding(bytes: Buffer): 'UTF-16LE' | 'UTF-16BE' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE';
  if (bytes.length < 4 || bytes.length % 2 !== 0) return undefined;
  if (bytes[0] !== 0 && bytes[1] === 0 && bytes[2] !== 0 && bytes[3] === 0) return 'UTF-16LE';
  if (bytes[0] === 0 && bytes[1] !== 0 && bytes[2] === 0 && bytes[3] !== 0) return 'UTF-16BE';
  return undefined;
}

function decodeWide(bytes: Buffer, encoding: 'UTF-16LE' | 'UTF-16BE'): Decoded {
  const whole = bytes.length - (bytes.length % 2);
  const little = Buffer.from(bytes.subarray(0, whole));
  if (encoding === 'UTF-16BE') little.swap16();
  const text = little.toString('utf16le').replace(/^\uFEFF/, '');
  if (!text.isWellFormed()) {
    const at = firstLoneSurrogate(text);
    return { ok: false, message: `not valid ${encoding}: half a character at byte ${2 * at}` };
  }
  return { ok: true, bytes: Buffer.from(text, 'utf8'), encoding };
}

function firstLoneSurrogate(text: string): number {
  for (let index = 0; index < text.length; index++) {
    const code = text.codePointAt(index)!;
    if (code >= 0xd800 && code <= 0xdfff) return index;
    if (code > 0xffff) index++;
  }
  return text.length;
}

/** Control characters that no text holds, near the start: an archive, an image, a spreadsheet. */
function looksBinary(bytes: Buffer): boolean {
  const head = bytes.subarray(0, 512);
  return head.some((byte) => byte < 9 || (byte > 13 && byte < 27));
}

/** Offset of the first byte that breaks UTF-8 (RFC 3629: no overlong forms, no surrogates); the length if none does. */
export function firstBadByte(bytes: Buffer): number {
  let at = 0;
  while (at < bytes.length) {
    const lead = bytes[at]!;
    const size = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (size === 0 || !isUtf8(bytes.subarray(at, at + size)) || at + size > bytes.length) return at;
    at += size;
  }
  return at;
}
