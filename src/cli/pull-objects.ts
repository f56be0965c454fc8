/**
 * Reads a connection into files that an audit takes: one NDJSON file per kind, each object once, as it was read last and
 * without the personal data that nothing needs. It only reads; a key without the right to write is enough.
 *
 * Until all is read it stands in the folder `.unfinished` beside the files, page by page with the cursor that continues
 * after it, so that a run that was cut off goes on. The files change only when all is there.
 */
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { appendFile, mkdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { z } from 'zod';
import type { ConnectorPure } from '../connectors/contract.ts';
import type { ConnectorLive, LiveConnection, SweepPage } from '../connectors/live-contract.ts';
import { SourceUnreachable } from '../connectors/source-unreachable.ts';

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
/** An unfinished run is gone on with for so long; what it has read would be too old for the rest after that. */
const unfinishedMs = 24 * 3_600_000;

const stateSchema = z.object({
  baseUrl: z.string(),
  since: z.number(),
  startedAt: z.number(),
  /** Kinds that are read to their end. */
  done: z.array(z.string()),
  /** Of the kind under way. */
  cursor: z.string().optional(),
  parts: z.record(z.string(), z.object({ bytes: z.number(), readAt: z.string() })),
  setAside: z.array(z.string()),
});
type State = z.infer<typeof stateSchema>;

/** Reads all kinds. Throws `SourceUnreachable`; the next run goes on from the last page then. */
export async function pullObjects(target: PullTarget, options: PullOptions): Promise<Pulled> {
  const { live, connection } = target;
  const { since, signal, tell } = options;
  const work = join(options.folder, '.unfinished');
  const state = await openState(work, { baseUrl: connection.baseUrl, since, now: options.now(), tell });
  let count = 0;
  for (const { kind } of live.sweeps) {
    if (state.done.includes(kind)) continue;
    let cursor = state.cursor ?? live.cursorSince?.(kind, state.since);
    for (let isDone = false; !isDone;) {
      if (signal.aborted) throw new SourceUnreachable('timeout', 'stopped');
      const page = await live.sweep(connection, kind, cursor, signal);
      await keepPage(work, state, target.pure, page, options.now());
      ({ cursor, done: isDone } = page);
      if (isDone) state.done.push(kind);
      state.cursor = isDone ? undefined : cursor;
      await saveState(work, state);
      const before = count;
      count += page.objects.length;
      if (Math.floor(before / tellEveryObjects) < Math.floor(count / tellEveryObjects))
        tell(`${count} records read, now ${kind}`);
    }
  }
  const files: PulledFile[] = [];
  for (const [kind, { readAt }] of Object.entries(state.parts)) {
    const objects = await writeLast(join(work, kind), join(options.folder, `${kind}.ndjson`));
    files.push({ file: `${kind}.ndjson`, objects, readAt });
  }
  await rm(work, { recursive: true });
  return { files, setAside: state.setAside };
}

/** What a run that was cut off has left, where it is of the same system and time; else a fresh beginning. */
async function openState(
  work: string,
  run: {
    readonly baseUrl: string;
    readonly since: number;
    readonly now: number;
    readonly tell: (line: string) => void;
  },
): Promise<State> {
  const { baseUrl, since, now, tell } = run;
  const left = await readState(work);
  const fits =
    left !== undefined &&
    left.baseUrl === baseUrl &&
    now - left.startedAt < unfinishedMs &&
    Math.abs(left.since - since) < unfinishedMs &&
    (await cutBack(work, left));
  if (fits) {
    tell(`goes on where the run of ${new Date(left.startedAt).toISOString().slice(0, 16)} stopped`);
    return left;
  }
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  return { baseUrl, since, startedAt: now, done: [], parts: {}, setAside: [] };
}

async function readState(work: string): Promise<State | undefined> {
  const path = join(work, 'state.json');
  if (!existsSync(path)) return undefined;
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Of another version, or half written: it is read anew.
    return undefined;
  }
}

async function saveState(work: string, state: State): Promise<void> {
  const path = join(work, 'state.json');
  await writeFile(`${path}.new`, JSON.stringify(state));
  await rename(`${path}.new`, path);
}

/** Cuts off what was written after the state was saved; false where something is missing. */
async function cutBack(work: string, state: State): Promise<boolean> {
  for (const [kind, { bytes }] of Object.entries(state.parts)) {
    const path = join(work, kind);
    if (!existsSync(path) || (await stat(path)).size < bytes) return false;
    await truncate(path, bytes);
  }
  return true;
}

/** Appends the objects of a page, each as `id`, a tab and its body. */
async function keepPage(
  work: string,
  state: State,
  pure: ConnectorPure,
  page: SweepPage,
  now: number,
): Promise<void> {
  for (const [kind, objects] of Map.groupBy(page.objects, (object) => object.kind)) {
    const lines = objects.map((each) => `${JSON.stringify(each.id)}\t${JSON.stringify(pure.keep(each))}\n`);
    const text = lines.join('');
    await appendFile(join(work, kind), text);
    const part = (state.parts[kind] ??= { bytes: 0, readAt: new Date(now).toISOString() });
    part.bytes += Buffer.byteLength(text);
  }
  for (const { ref, message } of page.setAside ?? [])
    state.setAside.push(`${ref.kind}/${ref.id}: ${message}`);
}

const linesOf = (path: string): AsyncIterable<string> =>
  createInterface({ input: createReadStream(path), crlfDelay: Infinity });

/** Writes the last line of each object: two snapshots of one reading could not be ordered. Answers how many there are. */
async function writeLast(from: string, to: string): Promise<number> {
  const last = new Map<string, number>();
  let number = 0;
  for await (const line of linesOf(from)) last.set(line.slice(0, line.indexOf('\t')), number++);
  const output = createWriteStream(`${from}.kept`);
  number = 0;
  for await (const line of linesOf(from)) {
    const tab = line.indexOf('\t');
    if (last.get(line.slice(0, tab)) === number && !output.write(`${line.slice(tab + 1)}\n`))
      await once(output, 'drain');
    number += 1;
  }
  output.end();
  await once(output, 'close');
  await rename(`${from}.kept`, to);
  return last.size;
}
