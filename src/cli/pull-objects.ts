/**
 * Reads a connection into files that an audit takes: one NDJSON file per kind, each object once, as it was read last and
 * without the personal data that nothing needs. It only reads; a key without the right to write is enough.
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import type { ConnectorPure } from '../connectors/contract.ts';
import type { ConnectorLive, LiveConnection, Snapshot } from '../connectors/live-contract.ts';

export type PullTarget = {
  readonly pure: ConnectorPure;
  readonly live: ConnectorLive;
  readonly connection: LiveConnection;
};

export type PullOptions = {
  /** Folder of the connection; made if it is not there. */
  readonly folder: string;
  /** Epoch ms; what changed before is left out where the system can tell. */
  readonly since: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly tell: (line: string) => void;
};

export type PulledFile = {
  readonly file: string;
  readonly objects: number;
  /** ISO instant at which reading it began: what the audit orders snapshots by. */
  readonly readAt: string;
};

export type Pulled = {
  readonly files: readonly PulledFile[];
  /** What exists but could not be read: `kind/id: message`. */
  readonly setAside: readonly string[];
};

const tellEveryObjects = 5000;

/** Reads all kinds. Throws `SourceUnreachable`; what was written until then stays as `.part` files and is no export. */
export async function pullObjects(target: PullTarget, options: PullOptions): Promise<Pulled> {
  const { live, connection } = target;
  await mkdir(options.folder, { recursive: true });
  const files = new FileSet(options);
  const setAside: string[] = [];
  try {
    for (const { kind } of live.sweeps) {
      let cursor = live.cursorSince?.(kind, options.since);
      for (let isDone = false; !isDone && !options.signal.aborted;) {
        const page = await live.sweep(connection, kind, cursor, options.signal);
        for (const snapshot of page.objects) await files.add(snapshot, target.pure.keep(snapshot));
        for (const { ref, message } of page.setAside ?? [])
          setAside.push(`${ref.kind}/${ref.id}: ${message}`);
        ({ cursor, done: isDone } = page);
      }
    }
    return { files: await files.finish(), setAside };
  } catch (error) {
    await files.abandon();
    throw error;
  }
}

type Part = {
  readonly path: string;
  readonly stream: ReturnType<typeof createWriteStream>;
  /** Line that counts, by object: the last one read. */
  readonly lastLine: Map<string, number>;
  readonly readAt: string;
  lines: number;
};

/** Files by kind. Lines are appended as they come; only their numbers are remembered. */
class FileSet {
  readonly #parts = new Map<string, Part>();
  readonly #options: PullOptions;
  #count = 0;

  constructor(options: PullOptions) {
    this.#options = options;
  }

  async add({ kind, id }: Snapshot, body: unknown): Promise<void> {
    let part = this.#parts.get(kind);
    if (part === undefined) {
      const path = join(this.#options.folder, `${kind}.ndjson`);
      part = {
        path, stream: createWriteStream(`${path}.part`), lastLine: new Map(), lines: 0,
        readAt: new Date(this.#options.now()).toISOString(),
      }; // prettier-ignore
      this.#parts.set(kind, part);
    }
    part.lastLine.set(id, part.lines);
    part.lines += 1;
    if (!part.stream.write(`${JSON.stringify(body)}\n`)) await once(part.stream, 'drain');
    this.#count += 1;
    if (this.#count % tellEveryObjects === 0) this.#options.tell(`${this.#count} records read, now ${kind}`);
  }

  async finish(): Promise<readonly PulledFile[]> {
    const files: PulledFile[] = [];
    for (const [kind, part] of this.#parts) {
      await ended(part);
      const { path, lastLine, lines, readAt } = part;
      if (lastLine.size === lines) await rename(`${path}.part`, path);
      else await keepLast(part);
      files.push({ file: `${kind}.ndjson`, objects: lastLine.size, readAt });
    }
    return files;
  }

  async abandon(): Promise<void> {
    for (const part of this.#parts.values()) await ended(part);
  }
}

async function ended({ stream }: Part): Promise<void> {
  stream.end();
  if (!stream.closed) await once(stream, 'close');
}

/** Leaves out lines of objects that were read again later: two snapshots of one reading could not be ordered. */
async function keepLast({ path, lastLine }: Part): Promise<void> {
  const wanted = new Set(lastLine.values());
  const output = createWriteStream(`${path}.kept`);
  let number = 0;
  for await (const line of createInterface({
    input: createReadStream(`${path}.part`),
    crlfDelay: Infinity,
  })) {
    if (wanted.has(number) && !output.write(`${line}\n`)) await once(output, 'drain');
    number += 1;
  }
  output.end();
  await once(output, 'close');
  await rename(`${path}.kept`, path);
  await rm(`${path}.part`);
}
