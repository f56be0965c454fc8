/**
 * Text that is written only when all of it is known, off the heap: in memory as bytes, beyond a limit in a file that
 * has no name any more. The orders of a million facts are 220 MB of JSON.
 */
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const blockBytes = 1 << 20;
const memoryBytesMax = 32 << 20;

export class RowSpool {
  #rows: string[] = [];
  #rowsLength = 0;
  #blocks: Buffer[] = [];
  #blocksLength = 0;
  #file: number | undefined;
  count = 0;

  /** Adds one row. */
  add(row: string): void {
    this.#rows.push(row);
    this.#rowsLength += row.length;
    this.count++;
    if (this.#rowsLength >= blockBytes) this.#closeBlock();
  }

  /** All rows, with `between` between any two, in pieces. The spool is empty afterwards. */
  *drain(between: string): Generator<string> {
    this.#closeBlock();
    let first = true;
    for (const block of this.#readBlocks()) {
      for (const row of block.toString('utf8').split('\n')) {
        yield first ? row : between + row;
        first = false;
      }
    }
    this.close();
  }

  /** Forgets everything. */
  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#rows = [];
    this.#rowsLength = 0;
    this.#blocks = [];
    this.#blocksLength = 0;
    this.count = 0;
  }

  #closeBlock(): void {
    if (this.#rows.length === 0) return;
    const block = Buffer.from(this.#rows.join('\n'));
    this.#rows = [];
    this.#rowsLength = 0;
    this.#blocks.push(block);
    this.#blocksLength += block.length;
    if (this.#blocksLength < memoryBytesMax) return;
    this.#file ??= openNameless();
    for (const one of this.#blocks) writeBlock(this.#file, one);
    this.#blocks = [];
    this.#blocksLength = 0;
  }

  *#readBlocks(): Generator<Buffer> {
    if (this.#file !== undefined) {
      const head = Buffer.alloc(4);
      for (let at = 0; readSync(this.#file, head, 0, 4, at) === 4;) {
        const block = Buffer.alloc(head.readUInt32LE());
        for (let done = 0; done < block.length;) {
          done += readSync(this.#file, block, done, block.length - done, at + 4 + done);
        }
        yield block;
        at += 4 + block.length;
      }
    }
    yield* this.#blocks;
  }
}

/** A file that vanishes with the process, however that ends. */
function openNameless(): number {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-'));
  const file = openSync(join(folder, 'rows'), 'w+', 0o600);
  try {
    rmSync(folder, { recursive: true });
  } catch {
    // Windows keeps the name of an open file; the system's own cleaning takes it later.
  }
  return file;
}

/** Each block stands behind its length. */
function writeBlock(file: number, block: Buffer): void {
  const head = Buffer.alloc(4);
  head.writeUInt32LE(block.length);
  for (const bytes of [head, block]) {
    for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
  }
}
