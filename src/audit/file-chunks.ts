/** The bytes of a file in pieces, unpacked where it is gzip. */
import { createReadStream, openSync, readSync, closeSync } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { pipeline } from 'node:stream';
import { AppError } from '../wire/errors.ts';
import type { FoundFile } from './find-files.ts';

const chunkBytes = 1 << 20;

/** Does the file begin like gzip? Its name does not matter. */
export function isGzip(file: FoundFile): boolean {
  const head = Buffer.alloc(2);
  try {
    const descriptor = openSync(file.path, 'r');
    try {
      readSync(descriptor, head, 0, 2, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (cause) {
    throw new AppError('file-unreadable', { detail: file.name, cause });
  }
  return head[0] === 0x1f && head[1] === 0x8b;
}

/** Thrown while unpacking: the gzip stream is damaged or cut off. What came before is good. */
export class GzipDamaged extends Error {
  override readonly name = 'GzipDamaged';
}

/** Pieces of the file, each valid until the next is asked for. Throws `file-unreadable`, and `GzipDamaged` after the last good piece. */
export async function* fileChunks(file: FoundFile, gzip: boolean): AsyncGenerator<Buffer> {
  if (!gzip) {
    yield* plainChunks(file);
    return;
  }
  const source = createReadStream(file.path, { highWaterMark: chunkBytes });
  // Errors reach the loop below, which ends the streams; the callback is only there because `pipeline` wants one.
  const stream = pipeline(source, createGunzip({ chunkSize: chunkBytes }), () => undefined);
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (cause) {
    if (isZlibError(cause)) throw new GzipDamaged('damaged', { cause });
    throw new AppError('file-unreadable', { detail: file.name, cause });
  }
}

/**
 * Nothing else waits meanwhile, and reading at once saves a tenth of the time of a large file. A piece is overwritten
 * by the next one.
 */
function* plainChunks(file: FoundFile): Generator<Buffer> {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.path, 'r');
    const chunk = Buffer.allocUnsafe(chunkBytes);
    for (;;) {
      const length = readSync(descriptor, chunk, 0, chunkBytes, null);
      if (length === 0) return;
      yield length === chunkBytes ? chunk : chunk.subarray(0, length);
    }
  } catch (cause) {
    throw new AppError('file-unreadable', { detail: file.name, cause });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
