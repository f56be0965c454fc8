/** The thread behind a lane: does what it is told and answers. */
import { parentPort } from 'node:worker_threads';
import { Buffer } from 'node:buffer';
import type { Slab } from './byte-slabs.ts';
import type { LaneAnswer, LaneMessage } from './lane-thread.ts';
import { LaneWork } from './lane-work.ts';

const work = new LaneWork();

/** Buffers arrive as plain arrays of bytes; the memory is the same. */
const asSlab = (bytes: Uint8Array<SharedArrayBuffer>): Slab =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

parentPort!.on('message', (message: LaneMessage) => {
  if (message.tell === 'begin') {
    const { source } = message.pass;
    work.begin({ ...message.pass, source: { ...source, slabs: source.slabs.map(asSlab) } });
    return;
  }
  const { task, number } = message;
  const own =
    task.do === 'digest' ? { ...task, block: { ...task.block, slab: asSlab(task.block.slab) } } : task;
  const result = work.perform(own);
  parentPort!.postMessage({ number, result } satisfies LaneAnswer, []);
});
