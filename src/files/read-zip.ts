/**
 * Parts of a ZIP archive (an XLSX workbook), read from the file as they are needed. Every part is inflated under
 * limits, counted in the bytes that really come out: the sizes an archive declares may lie.
 */
import { open, type FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import { pipeline } from 'node:stream';

/** Most bytes one part may have, and how many times its packed size: text of real sheets packs 10 to 40 times. */
export const partBytesMax = 1_000_000_000;
export const partRatioMax = 250;
/** Below this size no ratio is suspicious. */
const ratioFromBytes = 20_000_000;
const partsMax = 10_000;

export class ZipError extends Error {
  override readonly name = 'ZipError';
  readonly code: 'damaged-archive' | 'archive-bomb' | 'encrypted-archive';
  constructor(code: ZipError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

type Part = {
  readonly offset: number;
  readonly packed: number;
  readonly method: number;
  readonly flags: number;
};

export class ZipFile {
  readonly #file: FileHandle;
  readonly #parts: ReadonlyMap<string, Part>;

  private constructor(file: FileHandle, parts: ReadonlyMap<string, Part>) {
    this.#file = file;
    this.#parts = parts;
  }

  /** Opens an archive; throws ZipError where it is cut or damaged. Close it. */
  static async open(path: string): Promise<ZipFile> {
    const file = await open(path);
    try {
      return new ZipFile(file, await readDirectory(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  names(): string[] {
    return [...this.#parts.keys()];
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  /** Bytes of a part, as they inflate; throws ZipError where they pass the limits or end early. */
  async *read(name: string): AsyncGenerator<Buffer> {
    const part = this.#parts.get(name);
    if (part === undefined) throw new ZipError('damaged-archive', `The archive has no part "${name}".`);
    if ((part.flags & 1) !== 0) {
      throw new ZipError(
        'encrypted-archive',
        'The workbook is protected by a password; save it without one.',
      );
    }
    if (part.packed === 0) return;
    const local = await readAt(this.#file, part.offset, 30);
    const start = part.offset + 30 + local.readUInt16LE(26) + local.readUInt16LE(28);
    const packed = this.#file.createReadStream({ start, end: start + part.packed - 1, autoClose: false });
    const source: AsyncIterable<Buffer> =
      part.method === 0 ? packed : pipeline(packed, createInflateRaw(), () => undefined);
    let length = 0;
    try {
      for await (const piece of source) {
        length += piece.length;
        const ratio = length / Math.max(1, part.packed);
        if (length > partBytesMax || (length > ratioFromBytes && ratio > partRatioMax)) {
          throw new ZipError(
            'archive-bomb',
            `"${name}" unpacks to more than ${Math.floor(length / 1_000_000)} MB from ${part.packed} bytes: this is no honest sheet. Nothing of it was used.`,
          );
        }
        yield piece;
      }
    } catch (error) {
      if (error instanceof ZipError) throw error;
      throw new ZipError('damaged-archive', `"${name}" in the workbook is damaged or cut.`);
    }
  }

  /** A part as text, for the small ones. */
  async text(name: string): Promise<string> {
    const pieces: Buffer[] = [];
    for await (const piece of this.read(name)) pieces.push(piece);
    return Buffer.concat(pieces).toString('utf8');
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  if (bytesRead < length)
    throw new ZipError('damaged-archive', 'The workbook is cut: it ends before its contents do.');
  return buffer;
}

async function readDirectory(file: FileHandle): Promise<Map<string, Part>> {
  const { size } = await file.stat();
  const tailLength = Math.min(size, 65_557);
  const tail = await readAt(file, size - tailLength, tailLength);
  const end = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'));
  if (end === -1)
    throw new ZipError('damaged-archive', 'The workbook is cut: its table of contents is missing.');
  const count = tail.readUInt16LE(end + 10);
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  if (count > partsMax)
    throw new ZipError('archive-bomb', `The archive has ${count} parts; a workbook has a few.`);
  const parts = new Map<string, Part>();
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== 0x0201_4b50) {
      throw new ZipError('damaged-archive', 'The table of contents of the workbook is damaged.');
    }
    const nameLength = directory.readUInt16LE(at + 28);
    parts.set(directory.toString('utf8', at + 46, at + 46 + nameLength), {
      flags: directory.readUInt16LE(at + 8),
      method: directory.readUInt16LE(at + 10),
      packed: directory.readUInt32LE(at + 20),
      offset: directory.readUInt32LE(at + 42),
    });
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return parts;
}
