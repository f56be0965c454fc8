/**
 * A folder that another system puts NDJSON files into. A file that changed is read again from its beginning; a corrected
 * file under the same name replaces the earlier one, because a line that is in no file any more is in no census and gone
 * when looked for.
 */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { SourceUnreachable, fetching } from '../source-unreachable.ts';
import { isInside } from './inside-folder.ts';
import { canonical } from './canonical-connector.ts';

const linesPerPage = 2000;
const lineCharsMax = 1_000_000;
/** A file that was written to within this time may still be on its way. */
const settledMs = 2000;

const kinds = ['order', 'fact'];

type Mark = { readonly size: number; readonly time: number };
type Cursor = {
  /** Files as they were when they were read to their end. */
  readonly files: Readonly<Record<string, Mark>>;
  /** The file that is being read, and how many of its lines are done. */
  readonly name?: string;
  readonly mark?: Mark;
  readonly lines?: number;
};

type Entry = { readonly name: string; readonly path: string; readonly mark: Mark };

async function listFolder(connection: LiveConnection): Promise<readonly Entry[]> {
  const folder = fileURLToPath(connection.baseUrl);
  const names = await readdir(folder).catch((error: unknown) => {
    // A folder that is not mounted must never look like one that was emptied.
    const { code } = error as NodeJS.ErrnoException;
    throw new SourceUnreachable(
      code === 'EACCES' ? 'forbidden' : 'route-missing',
      'the folder cannot be read',
    );
  });
  const entries: Entry[] = [];
  for (const name of names.filter((each) => /\.(?:ndjson|jsonl)$/i.test(each)).sort()) {
    if (!(await isInside(folder, name))) continue;
    const path = join(folder, name);
    const found = await stat(path);
    if (found.isFile()) entries.push({ name, path, mark: { size: found.size, time: found.mtimeMs } });
  }
  return entries;
}

type Line = { readonly snapshot: Snapshot } | { readonly bad: string };

async function* readFile(connection: LiveConnection, path: string): AsyncGenerator<Line> {
  const lines = createInterface({
    input: createReadStream(path, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const text of lines) {
    const line = text.replace(/^\uFEFF/, '').trim();
    if (line === '') continue;
    if (line.length > lineCharsMax) {
      yield { bad: 'The line is too long for a fact.' };
      continue;
    }
    let body: unknown;
    try {
      body = JSON.parse(line) as unknown;
    } catch {
      yield { bad: 'The line is no JSON.' };
      continue;
    }
    const found = canonical.kindOf(body, '');
    if (found === undefined)
      yield { bad: 'The line is no canonical fact: it needs type, at, system and order.' };
    else yield { snapshot: { connection: connection.settings.connection, ...found, body } };
  }
}

const same = (left: Mark | undefined, right: Mark): boolean =>
  left !== undefined && left.size === right.size && left.time === right.time;

/** One page of lines. Both kinds come together, under the kind `fact`; `order` has nothing of its own to sweep. */
export async function sweepFolder(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  const cursor = (cursorText === undefined ? { files: {} } : JSON.parse(cursorText)) as Cursor;
  if (kind !== 'fact') return { objects: [], cursor: JSON.stringify(cursor), done: true };
  const entries = await listFolder(connection);
  const entry = entries.find(
    ({ name, mark }) => !same(cursor.files[name], mark) && Date.now() - mark.time >= settledMs,
  );
  if (entry === undefined) {
    const files = Object.fromEntries(
      Object.entries(cursor.files).filter(([name]) => entries.some((each) => each.name === name)),
    );
    return { objects: [], cursor: JSON.stringify({ files }), done: true };
  }
  // The file changed since we began with it: from the beginning.
  const skip = cursor.name === entry.name && same(cursor.mark, entry.mark) ? (cursor.lines ?? 0) : 0;
  const objects: Snapshot[] = [];
  const setAside: { ref: ObjectRef; message: string }[] = [];
  let count = 0;
  let done = true;
  for await (const line of readFile(connection, entry.path)) {
    signal.throwIfAborted();
    count += 1;
    if (count <= skip) continue;
    if ('snapshot' in line) objects.push(line.snapshot);
    else setAside.push({ ref: { kind: 'line', id: `${entry.name}:${count}` }, message: line.bad });
    if (count - skip >= linesPerPage) {
      done = false;
      break;
    }
  }
  const next: Cursor = done
    ? { files: { ...cursor.files, [entry.name]: entry.mark } }
    : { files: cursor.files, name: entry.name, mark: entry.mark, lines: count };
  // Another file may be waiting; the next step says when there is none.
  return { objects, cursor: JSON.stringify(next), done: false, setAside };
}

export async function* censusFolder(
  connection: LiveConnection,
  kind: string,
): AsyncGenerator<readonly ObjectRef[]> {
  for (const entry of await listFolder(connection)) {
    let refs: ObjectRef[] = [];
    for await (const line of readFile(connection, entry.path)) {
      if (!('snapshot' in line) || line.snapshot.kind !== kind) continue;
      refs.push({ kind, id: line.snapshot.id });
      if (refs.length >= linesPerPage) {
        yield refs;
        refs = [];
      }
    }
    if (refs.length > 0) yield refs;
  }
}

/** Looks a line up in all files; the last one that has it counts. */
export async function fetchFromFolder(connection: LiveConnection, ref: ObjectRef): Promise<FetchResult> {
  return fetching(async () => {
    if (!kinds.includes(ref.kind))
      return { is: 'unreachable', code: 'route-missing', message: `${ref.kind} is no kind of line` };
    let last: Snapshot | undefined;
    for (const entry of await listFolder(connection)) {
      for await (const line of readFile(connection, entry.path)) {
        if ('snapshot' in line && line.snapshot.kind === ref.kind && line.snapshot.id === ref.id)
          last = line.snapshot;
      }
    }
    return last === undefined ? { is: 'gone' } : { is: 'snapshot', snapshot: last };
  });
}
