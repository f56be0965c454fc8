/**
 * File feeds: what a watched folder or SFTP server has is read by the feed's mapping, row by row, as canonical facts.
 *
 * - A file is read once it lies still: two looks find it with the same size and time.
 * - A corrected file (the same slot: name, or part of it) replaces the earlier one: rows it no longer has are withdrawn,
 *   unless another file still has them. The same content again, under whatever name, changes nothing: a row is known by
 *   what it says.
 * - A file that cannot be read to its end replaces nothing. Its balance sheet says why, and a problem names it.
 * - A file that is taken away changes nothing either: feeds are cleared out.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { canonical } from '../connectors/canonical/canonical-connector.ts';
import { openFeedFolder, type FeedEntry, type FeedFolder } from '../connectors/canonical/feed-folder.ts';
import { withdrawnLine } from '../connectors/canonical/file-feed-connector.ts';
import { toUnreachable } from '../connectors/source-unreachable.ts';
import type { BalanceSheet } from '../files/finding.ts';
import type { CanonicalLine } from '../files/map-row.ts';
import { findPreset } from '../files/presets.ts';
import { readFacts } from '../files/read-facts.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Database } from '../store/database.ts';
import {
  dropFeedRows, listNewestFeedFiles, putFeedFile, putFeedRows, type DroppedRow, type FeedFile,
} from '../store/feed-files.ts'; // prettier-ignore
import { readClock, releaseLease, renewLease, takeLease } from '../store/leases.ts';
import { objectKeyOf, storeObservations, type Snapshot } from '../store/store-observations.ts';
import { feedSettingsSchema, type FeedSettings } from '../wire/feed-settings.ts';
import { setConnectionProblem } from './connection-problems.ts';
import type { ConnectedSystem } from './connected-system.ts';
import { lastExpected } from './feed-due.ts';
import { refOf, toStored } from './receive.ts';

const leaseMs = 300_000;
const batchMax = 500;
const settleMsDefault = 1500;
/** A first import of files that lie there already is a backfill: what comes live goes before it. */
const importPriority = 3;

export type FeedOptions = {
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly policy: Policy;
  /** Epoch milliseconds: decides what is late. */
  readonly now: number;
  /** How long a file must lie still. */
  readonly settleMs?: number;
};

export type FeedResult =
  | { readonly is: 'done'; readonly read: number; readonly refused: number; readonly withdrawn: number }
  /** Someone else reads it, or it is no feed. */
  | { readonly is: 'skipped' }
  | { readonly is: 'failed'; readonly message: string };

/** Reads every file of a feed that is new or changed, and says when one is late. */
export async function importFeed(
  db: Database,
  system: ConnectedSystem,
  options: FeedOptions,
): Promise<FeedResult> {
  const { live, settings } = system;
  if (live === undefined || system.connector.name !== 'file-feed') return { is: 'skipped' };
  const parsed = feedSettingsSchema.safeParse(settings.feed);
  if (!parsed.success)
    return { is: 'failed', message: 'the feed is not set: say which files, and how they are read' };
  const key = `feed/${settings.connection}`;
  const lease = await takeLease(db, key, options.holder, leaseMs);
  if (lease === undefined) return { is: 'skipped' };
  let folder: FeedFolder | undefined;
  try {
    folder = await openFeedFolder(live.connection);
    const feed = new Feed(db, system, parsed.data, folder, options);
    const result = await feed.read(() => renewLease(db, key, lease.fence, leaseMs));
    return { is: 'done', ...result };
  } catch (error) {
    const { message } = toUnreachable(error);
    return { is: 'failed', message };
  } finally {
    folder?.close();
    await checkLate(db, settings.connection, parsed.data, options);
    await releaseLease(db, key, lease.fence);
  }
}

/** A feed that expects files says once that one is late, until one has come. */
async function checkLate(
  db: Database,
  connection: string,
  { expected }: FeedSettings,
  { policy, now }: FeedOptions,
): Promise<void> {
  if (expected === undefined) return;
  const last = lastExpected(expected, policy.calendars[expected.calendar ?? 'ops'], now);
  const read = (await listNewestFeedFiles(db, connection)).filter(({ status }) => status === 'read');
  // A feed that never brought anything is being set up: nothing was promised yet.
  const newest = Math.max(...read.map(({ modifiedAt }) => Date.parse(modifiedAt)));
  const isLate = last !== undefined && read.length > 0 && newest <= last.since;
  await setConnectionProblem(
    db,
    connection,
    'source-stale',
    isLate
      ? {
          note: `The file of ${last.day} was expected by ${expected.by} and has not come; the last one is of ${new Date(newest).toISOString().slice(0, 10)}. Ask who sends it.`,
          since: new Date(last.at).toISOString(),
        }
      : undefined,
  );
}

class Feed {
  readonly #db: Database;
  readonly #system: ConnectedSystem;
  readonly #feed: FeedSettings;
  readonly #folder: FeedFolder;
  readonly #options: FeedOptions;
  readonly #connection: string;

  constructor(
    db: Database,
    system: ConnectedSystem,
    feed: FeedSettings,
    folder: FeedFolder,
    options: FeedOptions,
  ) {
    this.#db = db;
    this.#system = system;
    this.#feed = feed;
    this.#folder = folder;
    this.#options = options;
    this.#connection = system.settings.connection;
  }

  async read(renew: () => Promise<boolean>): Promise<{ read: number; refused: number; withdrawn: number }> {
    const known = new Map((await listNewestFeedFiles(this.#db, this.#connection)).map((file) => [file.slot, file])); // prettier-ignore
    const result = { read: 0, refused: 0, withdrawn: 0 };
    const refused: string[] = [];
    for (const entry of await this.#changed(known)) {
      if (this.#options.signal.aborted || !(await renew())) break;
      const slot = this.#slotOf(entry.name);
      const { status, withdrawn } = await this.#import(entry, slot, known.get(slot));
      result[status] += 1;
      result.withdrawn += withdrawn;
      if (status === 'refused') refused.push(entry.name);
    }
    for (const { name, status } of await listNewestFeedFiles(this.#db, this.#connection))
      if (status === 'refused' && !refused.includes(name)) refused.push(name);
    await setConnectionProblem(
      this.#db,
      this.#connection,
      'unreadable-object',
      refused.length === 0
        ? undefined
        : {
            note: `${refused.slice(0, 3).join(', ')} could not be read to the end; what was there before still counts. Its balance sheet says where it breaks off: have it sent again.`,
            since: await readClock(this.#db),
          },
    );
    return result;
  }

  /** Of several names of one slot the one that was written last. */
  #slotOf(name: string): string {
    const { slot } = this.#feed;
    return (slot === undefined ? undefined : new RegExp(slot, 'u').exec(name)?.[1]) ?? name;
  }

  /** Files that are not as they were when they were read, oldest first, and that lie still. */
  async #changed(known: ReadonlyMap<string, FeedFile>): Promise<readonly FeedEntry[]> {
    const names = new RegExp(this.#feed.files ?? '', 'u');
    const newestOfSlot = new Map<string, FeedEntry>();
    for (const entry of (await this.#folder.list()).filter(({ name }) => names.test(name))) {
      const slot = this.#slotOf(entry.name);
      const other = newestOfSlot.get(slot);
      if (other === undefined || entry.modifiedAt >= other.modifiedAt) newestOfSlot.set(slot, entry);
    }
    const isKnown = ({ name, size, modifiedAt }: FeedEntry): boolean => {
      const file = known.get(this.#slotOf(name));
      return file !== undefined && file.name === name && Number(file.sizeBytes) === size && Date.parse(file.modifiedAt) === modifiedAt; // prettier-ignore
    };
    const changed = [...newestOfSlot.values()].filter((entry) => !isKnown(entry));
    if (changed.length === 0) return [];
    await new Promise((resolve) => setTimeout(resolve, this.#options.settleMs ?? settleMsDefault));
    const again = new Map((await this.#folder.list()).map((entry) => [entry.name, entry]));
    return changed
      .filter(({ name, size, modifiedAt }) => {
        const now = again.get(name);
        return now?.size === size && now.modifiedAt === modifiedAt;
      })
      .sort((a, b) => a.modifiedAt - b.modifiedAt || (a.name < b.name ? -1 : 1));
  }

  async #import(
    entry: FeedEntry,
    slot: string,
    before: FeedFile | undefined,
  ): Promise<{ status: FeedFile['status']; withdrawn: number }> {
    const folder = await mkdtemp(join(tmpdir(), 'reentry-feed-'));
    try {
      const readStartedAt = await readClock(this.#db);
      // The ending tells a reader nothing; formats are known by their content.
      const path = join(folder, entry.name.replaceAll(/[^\p{L}\p{N}._-]/gu, '_').slice(-100));
      await this.#folder.download(entry.name, path);
      const contentHash = await hashFile(path);
      const file = {
        connection: this.#connection, slot, name: entry.name, sizeBytes: entry.size,
        modifiedAt: new Date(entry.modifiedAt).toISOString(), contentHash,
      }; // prettier-ignore
      if (before !== undefined && before.contentHash === contentHash) {
        await putFeedFile(this.#db, { ...before, ...file });
        return { status: before.status, withdrawn: 0 };
      }
      const version = (before?.version ?? 0) + 1;
      const spool = join(folder, 'rows.ndjson');
      const sheet = await this.#spool(path, spool, entry.name);
      // Nothing of a file that breaks off: it would take back what only its lost end has.
      if (!sheet.complete) {
        await putFeedFile(this.#db, { ...file, version, status: 'refused', sheet });
        return { status: 'refused', withdrawn: 0 };
      }
      await this.#store(spool, slot, version, readStartedAt);
      const withdrawn = await dropFeedRows(
        this.#db,
        { connection: this.#connection, slot, version },
        (rows) => this.#withdraw(rows, readStartedAt),
      );
      // Last: a crash before this reads the file again, which changes nothing that is stored already.
      await putFeedFile(this.#db, { ...file, version, status: 'read', sheet });
      return { status: 'read', withdrawn };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** All rows as NDJSON in a file beside: whether the file is whole is known only at its end. */
  async #spool(path: string, target: string, name: string): Promise<BalanceSheet> {
    const { mapping } = this.#feed;
    const file = await readFacts(path, typeof mapping === 'string' ? findPreset(mapping)?.mapping : mapping);
    const out = createWriteStream(target);
    for await (const lines of file.lines) {
      const text = lines.map(({ line }) => `${JSON.stringify(line)}\n`).join('');
      if (!out.write(text)) await once(out, 'drain');
    }
    out.end();
    await once(out, 'finish');
    return { ...file.sheet(), file: name };
  }

  async #store(spool: string, slot: string, version: number, readStartedAt: string): Promise<void> {
    let batch: Snapshot[] = [];
    const flush = async (): Promise<void> => {
      if (batch.length === 0) return;
      await storeObservations(this.#db, batch);
      const bodies = new Map(batch.map((row) => [objectKeyOf(row), row.body]));
      await putFeedRows(this.#db, bodies, { connection: this.#connection, slot, version });
      batch = [];
    };
    const rows = createInterface({ input: createReadStream(spool), crlfDelay: Number.POSITIVE_INFINITY });
    for await (const text of rows) {
      const line = JSON.parse(text) as CanonicalLine;
      const found = canonical.kindOf(line, '');
      if (found === undefined) throw new Error(`a mapped row is no canonical line: ${text.slice(0, 80)}`);
      const snapshot = { connection: this.#connection, ...found, body: line };
      batch.push(toStored(this.#system, snapshot, { readStartedAt, via: 'file', priority: importPriority }));
      if (batch.length >= batchMax) await flush();
    }
    await flush();
  }

  /** What no file has any more says nothing; what another file has says what that one says. */
  async #withdraw(rows: readonly DroppedRow[], readStartedAt: string): Promise<void> {
    await storeObservations(
      this.#db,
      rows.map(({ objectKey, elsewhere }): Snapshot => {
        const { ref } = refOf(objectKey);
        const body = elsewhere ?? withdrawnLine;
        return { connection: this.#connection, ...ref, body, readStartedAt, via: 'file' };
      }),
    );
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
