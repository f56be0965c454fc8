/**
 * Opens a file as a stream of bytes whose every byte is a Latin-1 character, with gzip undone and UTF-16 turned
 * into UTF-8. Splitting text into cells needs only ASCII characters, so it works on these; `decodeCell` then
 * turns each cell into text. That way a file of mixed encodings is read cell by cell, not lost as a whole.
 */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import type { Findings } from './finding.ts';

export type FileHead = {
  /** First 64 KiB, gzip undone. */
  readonly bytes: Buffer;
  readonly size: number;
  readonly gzip: boolean;
};

const headBytes = 65_536;

/** Reads the head of a file; throws the error of the file system where it cannot be opened. */
export async function readHead(path: string): Promise<FileHead> {
  const { size } = await stat(path);
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const raw = buffer.subarray(0, bytesRead);
    if (raw[0] !== 0x1f || raw[1] !== 0x8b) return { bytes: raw, size, gzip: false };
  } finally {
    await file.close();
  }
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of inflate(path)) {
      parts.push(part);
      length += part.length;
      if (length >= headBytes) break;
    }
  } catch {
    // A cut archive still has a head; reading it in full will say where it ends.
  }
  return { bytes: Buffer.concat(parts).subarray(0, headBytes), size, gzip: true };
}

function inflate(path: string): AsyncIterable<Buffer> {
  // `pipeline` closes the file when the reader stops early; the error itself reaches the reader.
  return pipeline(createReadStream(path, { highWaterMark: 1 << 16 }), createGunzip(), () => undefined);
}

export type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** UTF-16 by its mark, or by every second byte being zero; anything else is split as bytes. */
export function detectEncoding(head: Buffer): TextEncoding {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, 512);
  let even = 0;
  let odd = 0;
  for (const [at, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  }
  if (odd > sample.length * 0.3 && even === 0) return 'utf-16le';
  if (even > sample.length * 0.3 && odd === 0) return 'utf-16be';
  return 'utf-8';
}

/** Pieces of the file as Latin-1 text over UTF-8 (or single-byte) content, without a byte order mark. */
export async function* readLatin1(path: string, head: FileHead, findings: Findings): AsyncGenerator<string> {
  const encoding = detectEncoding(head.bytes);
  const source = head.gzip ? inflate(path) : createReadStream(path, { highWaterMark: 1 << 16 });
  const decoder = encoding === 'utf-8' ? undefined : new TextDecoder(encoding);
  let first = true;
  try {
    for await (const piece of source as AsyncIterable<Buffer>) {
      let bytes = decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }));
      if (first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
      first = false;
      yield bytes.toString('latin1');
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    if (!code.startsWith('Z_')) throw cause;
    findings.add({
      code: 'truncated-archive',
      effect: 'stopped',
      message: 'The gzip archive is cut or damaged here; what came before was read. Copy the file again.',
    });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const windows1252 = new TextDecoder('windows-1252');
// oxlint-disable-next-line no-control-regex
const ascii = /^[\u0000-\u007f]*$/;

/** How the cells of one file turned out to be encoded. */
export type EncodingCount = { utf8: number; windows1252: number };

/** Text of a cell: UTF-8 where its bytes are valid UTF-8, else Windows-1252. Counts which it was. */
export function decodeCell(latin1: string, count: EncodingCount): string {
  if (ascii.test(latin1)) return latin1;
  const bytes = Buffer.from(latin1, 'latin1');
  try {
    const text = utf8.decode(bytes);
    count.utf8 += 1;
    return text;
  } catch {
    count.windows1252 += 1;
    return windows1252.decode(bytes);
  }
}
