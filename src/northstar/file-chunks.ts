import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { ImportError } from './balance-sheet.ts';

/** Beyond this size a gzip file must not have grown by more than the ratio: it is a bomb, not a log. */
const suspiciousBytes = 512 * 1024 * 1024;
const suspiciousRatio = 300;

/** The first bytes of a file, fewer where it is shorter. */
export async function firstBytes(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Bytes of a file, unpacked when it is gzip by its first two bytes, piece by piece. */
export async function* fileChunks(path: string): AsyncGenerator<Uint8Array> {
  const magic = await firstBytes(path, 2);
  const file = createReadStream(path, { highWaterMark: 1 << 18 });
  if (magic[0] !== 0x1f || magic[1] !== 0x8b) {
    yield* file as AsyncIterable<Uint8Array>;
    return;
  }
  const gunzip = createGunzip({ chunkSize: 1 << 18 });
  file.once('error', (error) => gunzip.destroy(error));
  let unpacked = 0;
  try {
    for await (const chunk of file.pipe(gunzip) as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length;
      if (unpacked > suspiciousBytes && unpacked > suspiciousRatio * gunzip.bytesWritten) {
        throw new ImportError('gzip-bomb', 'the gzip file unpacks to more than 300 times its size: refused');
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof ImportError) throw error;
    throw new ImportError('gzip-damaged', 'the gzip file is cut off or damaged', { cause: error });
  } finally {
    file.destroy();
  }
}

/** Text of an XML file, piece by piece, by its byte order mark or its declared encoding; UTF-8 otherwise. */
export async function* xmlText(path: string): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  try {
    for await (const chunk of fileChunks(path)) {
      decoder ??= new TextDecoder(xmlEncoding(chunk), { fatal: true });
      yield decoder.decode(chunk, { stream: true });
    }
    if (decoder !== undefined) yield decoder.decode();
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw new ImportError(
      'xml-encoding',
      `the file is not text in its encoding (${decoder?.encoding ?? 'unknown'})`,
      { cause: error },
    );
  }
}

function xmlEncoding(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  const head = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  return /^\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]+)["']/.exec(head)?.[1] ?? 'utf-8';
}
