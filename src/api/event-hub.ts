/**
 * Hints for open pages: what changed is said, never how. Streams are bounded in number and in what may wait for a slow
 * reader; whoever falls behind is cut off, comes back with the last id they saw, and gets the rest or is told to
 * read everything again.
 */
import { randomBytes } from 'node:crypto';
import type { Hint } from '../wire/api-operations.ts';
import type { Permission } from '../wire/roles.ts';

/** Where hints are written to: an open HTTP answer. */
export type HintSink = {
  /** Returns the bytes that wait because the reader is slow. */
  write(text: string): number;
  end(): void;
};

export type HintReader = {
  readonly userId: string;
  permissions: ReadonlySet<Permission>;
  readonly sink: HintSink;
};

/** What one must be allowed to read to hear of it. */
const hears: Readonly<Record<Hint['kind'], Permission>> = {
  order: 'orders.read',
  problem: 'problems.read',
  connection: 'connections.read',
  delivery: 'deliveries.read',
  policy: 'policy.read',
  user: 'users.write',
};

export type EventHub = {
  /** Tells everybody who may know. */
  tell(hint: Hint): void;
  /** Adds a reader, sends what it missed; undefined when there are too many. */
  join(reader: HintReader, lastId: string | undefined): (() => void) | undefined;
  readonly size: number;
  close(): void;
};

export type HubLimits = {
  readonly streamsMax: number;
  readonly streamsPerUserMax: number;
  readonly streamBacklogMax: number;
  readonly hintsKept: number;
};

export function createEventHub(limits: HubLimits): EventHub {
  // Ids of another run or process are not ours: their owner reads everything again.
  const run = randomBytes(6).toString('hex');
  const kept: { readonly number: number; readonly hint: Hint }[] = [];
  const readers = new Set<HintReader>();
  let last = 0;

  const send = (reader: HintReader, number: number, hint: Hint): void => {
    if (!reader.permissions.has(hears[hint.kind])) return;
    const waiting = reader.sink.write(`id: ${run}-${number}\nevent: hint\ndata: ${JSON.stringify(hint)}\n\n`);
    if (waiting > limits.streamBacklogMax) leave(reader);
  };
  const leave = (reader: HintReader): void => {
    if (readers.delete(reader)) reader.sink.end();
  };
  const resume = (reader: HintReader, lastId: string | undefined): void => {
    const number = lastId?.startsWith(`${run}-`) === true ? Number(lastId.slice(run.length + 1)) : Number.NaN;
    const isKnown = number <= last && number >= (kept[0]?.number ?? last + 1) - 1;
    if (isKnown) for (const entry of kept) if (entry.number > number) send(reader, entry.number, entry.hint);
    if (isKnown || lastId === undefined) reader.sink.write(`id: ${run}-${last}\nevent: ready\ndata: {}\n\n`);
    else reader.sink.write(`id: ${run}-${last}\nevent: resync\ndata: {}\n\n`);
  };

  return {
    tell(hint) {
      last += 1;
      kept.push({ number: last, hint });
      if (kept.length > limits.hintsKept) kept.shift();
      for (const reader of readers) send(reader, last, hint);
    },
    join(reader, lastId) {
      const own = [...readers].filter((other) => other.userId === reader.userId).length;
      if (readers.size >= limits.streamsMax || own >= limits.streamsPerUserMax) return undefined;
      readers.add(reader);
      resume(reader, lastId);
      return () => leave(reader);
    },
    get size() {
      return readers.size;
    },
    close() {
      for (const reader of readers) leave(reader);
    },
  };
}
