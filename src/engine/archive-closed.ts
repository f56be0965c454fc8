/** Archives closed orders page by page, or says what would go. */
import {
  archiveLeaseMs, archiveOrders, listArchivable, pruneArchive, readToArchive, type ArchiveFiles, type ArchiveStep,
} from '../store/archive.ts'; // prettier-ignore
import type { Database } from '../store/database.ts';
import { releaseLease, renewLease, takeLease } from '../store/leases.ts';

/** Orders of one file: a file of some megabytes, of which one order is read in hundredths of a second. */
const pageMax = 500;

export type ToArchive = { readonly orders: number; readonly rows: number; readonly bytes: number };

/** What would go into the archive; bytes as they would be written, uncompressed. */
export async function measureArchivable(db: Database, before: string): Promise<ToArchive> {
  const sum = { orders: 0, rows: 0, bytes: 0 };
  for (let after = ''; ;) {
    const page = await listArchivable({ db, before, after, limit: pageMax });
    if (page.length > 0) {
      for (const { head, body } of await readToArchive(db, page)) {
        sum.rows += 1;
        sum.bytes += head.length + body.length;
      }
    }
    sum.orders += page.length;
    if (page.length < pageMax) return sum;
    after = page.at(-1)!;
  }
}

export type Archived =
  | { readonly ok: true; readonly orders: number; readonly pruned: number }
  | { readonly ok: false; readonly reason: 'somebody-archives' };

/** Archives every order that was closed before an instant for good. One process at a time. */
export async function archiveClosed(
  db: Database,
  files: ArchiveFiles,
  options: {
    readonly holder: string;
    readonly before: string;
    readonly pageMax?: number;
    readonly onPage?: (orders: number) => void;
    readonly reach?: (step: ArchiveStep) => Promise<void>;
  },
): Promise<Archived> {
  const { holder, before, onPage, reach } = options;
  const lease = await takeLease(db, 'archive', holder, archiveLeaseMs);
  if (lease === undefined) return { ok: false, reason: 'somebody-archives' };
  const { fence } = lease;
  try {
    const pruned = await pruneArchive(db, files);
    let orders = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      if (!(await renewLease(db, 'archive', fence, archiveLeaseMs))) return { ok: false, reason: 'somebody-archives' };
      const page = { db, files, holder, fence, before, after, limit: options.pageMax ?? pageMax, ...(reach !== undefined && { reach }) };
      const { archived, next } = await archiveOrders(page);
      orders += archived.length;
      onPage?.(orders);
      after = next;
    }
    return { ok: true, orders, pruned };
  } finally {
    await releaseLease(db, 'archive', fence);
  }
} // prettier-ignore
