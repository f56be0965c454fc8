/**
 * Absorb, filing: objects that changed are read, their orders found, and those orders marked to be folded.
 * Idempotent: a crash anywhere leaves the marks, and the same work is done again.
 */
import type { Database } from '../store/database.ts';
import {
  fileObjects, filingLease, filingLeaseMs, type FiledTerm, type Filing,
} from '../store/file-objects.ts'; // prettier-ignore
import { isLeaseFree, isTurn, releaseLease, renewLease, takeLease, type Turn } from '../store/leases.ts';
import { claimDirtyObjects, claimMarksOf, postponeObjects, type ObjectMark } from '../store/marks.ts';
import { readOrderInputs } from '../store/order-inputs.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { writeObjectProblems } from './object-problems.ts';
import { oneByOneAfterFailure } from './one-by-one.ts';
import { readComponent, type ReadObject } from './read-component.ts';
import { inTracesOf } from './tracing.ts';

export type AbsorbOptions = {
  readonly holder: string;
  /** Objects or orders per batch. */
  readonly batchMax?: number;
  /** Connections that are paused or unknown: theirs stay marked. */
  readonly without?: readonly string[];
  /** Told which orders were folded. */
  readonly onFolded?: (orderKeys: readonly string[]) => void;
};

const leaseMs = 60_000;
/**
 * Each batch reads everything that its objects hang together with. In a first import these are the objects of the batches
 * before, again and again: large batches are what keeps that down. Where little is marked, a batch is small by itself.
 */
const batchMaxDefault = 1000;
const retryDelayMsMax = 60_000;

/**
 * Files one batch of changed objects, and with them every other changed object that has to be read for it: an order's
 * objects hang together, and in a rebuild reading all of them for each of them took twice the processor time.
 * Returns how many there were; 0 also while another process files.
 */
export async function absorbObjects(
  db: Database,
  systems: ConnectedSystems,
  options: AbsorbOptions,
): Promise<number> {
  const { holder, batchMax = batchMaxDefault, without = [] } = options;
  if (!(await isLeaseFree(db, filingLease))) return 0;
  const marks = await claimDirtyObjects(db, { holder, limit: batchMax, leaseMs, without });
  if (marks.length === 0) return 0;
  const giveBack = (own: readonly ObjectMark[], delayMs: number): Promise<void> =>
    postponeObjects(db, own.map((mark) => mark.objectKey), holder, delayMs); // prettier-ignore
  const lease = await takeLease(db, filingLease, holder, filingLeaseMs);
  if (lease === undefined) {
    await giveBack(marks, 0);
    return 0;
  }
  const { fence } = lease;
  const turn = { holder, fence };
  const claimed = keysOf(marks);
  // Of a batch that is not full nothing else waits. Asking for it would cost more the more dead rows a long reader keeps.
  const areMoreWaiting = marks.length >= batchMax;
  let renewedAt = performance.now();
  /** Long before it ends, and not with every look. */
  const renew = async (): Promise<void> => {
    if (performance.now() - renewedAt < filingLeaseMs / 4) return;
    renewedAt = performance.now();
    await renewLease(db, filingLease, fence, filingLeaseMs);
  };
  const claim = async (keys: readonly string[]): Promise<readonly string[]> => {
    const others = keys.filter((key) => !claimed.has(key));
    await renew();
    if (!areMoreWaiting) return [];
    const more = await claimMarksOf(db, others, { holder, leaseMs, without });
    marks.push(...more);
    for (const mark of more) claimed.add(mark.objectKey);
    return more.map((mark) => mark.objectKey);
  };
  const file = async (own: Claimed): Promise<void> => {
    const isFiled = await inTracesOf(db, 'absorb', () => fileMarked(db, systems, own, turn), () => [...own.marked]);
    // Slower than the lease, and somebody else went on meanwhile: what was read may be older than what is filed.
    if (!isFiled) await giveBack(own.marks, 0);
  }; // prettier-ignore
  try {
    await oneByOneAfterFailure(db, marks, {
      together: () => file({ marks, marked: claimed, claim }),
      alone: async (mark) => {
        await renew();
        await file({ marks: [mark], marked: keysOf([mark]), claim: async () => [] });
      },
      postpone: (own) => giveBack(own, Math.min(retryDelayMsMax, 250 * 2 ** Math.min(8, own[0]!.attemptCount))),
    }); // prettier-ignore
  } finally {
    await releaseLease(db, filingLease, fence);
  }
  return marks.length;
}

const keysOf = (marks: readonly ObjectMark[]): Set<string> => new Set(marks.map((mark) => mark.objectKey));

/** Marks that are claimed; both grow while components are read. */
type Claimed = {
  readonly marks: readonly ObjectMark[];
  readonly marked: ReadonlySet<string>;
  readonly claim: (keys: readonly string[]) => Promise<readonly string[]>;
};

async function fileMarked(
  db: Database,
  systems: ConnectedSystems,
  { marks, marked, claim }: Claimed,
  turn: Turn,
): Promise<boolean> {
  let component = await readComponent(db, systems, [...marked], claim);
  // What a changed object was filed under before may have to be filed anew without it.
  const before = [...marked].flatMap((key) => component.objects.get(key)?.object.orderKeys ?? []);
  const now = new Set([...marked].flatMap((key) => component.ordersOf.get(key) ?? []));
  if (before.some((orderKey) => !now.has(orderKey))) {
    const neighbours = await listMembersOf(db, before);
    component = await readComponent(db, systems, [...marked, ...neighbours], claim);
  }
  const priorityOf = new Map(marks.map((mark) => [mark.objectKey, mark.priority]));
  // Of those that only moved: they moved because of the most urgent one.
  const urgent = marks.reduce((least, mark) => Math.min(least, mark.priority), Infinity);
  const filings: Filing[] = [];
  for (const [key, read] of component.objects) {
    const orderKeys = component.ordersOf.get(key) ?? [];
    const moved = orderKeys.join('\n') !== [...read.object.orderKeys].sort().join('\n');
    if (!marked.has(key) && !moved) continue;
    filings.push({
      objectKey: key,
      terms: filedTerms(read),
      orderKeys,
      lookedAt: read.lookedAt,
      priority: priorityOf.get(key) ?? urgent,
    });
  }
  if (!(await isTurn(db, filingLease, turn))) return false;
  // Before the marks go: a crash in between leaves both to be done again.
  await writeObjectProblems(db, systems, component, filings.map((filing) => filing.objectKey)); // prettier-ignore
  // Marks whose object is unknown (its connection was removed) are cleared with nothing to file.
  return fileObjects(db, filings, marks, turn);
}

async function listMembersOf(db: Database, orderKeys: readonly string[]): Promise<string[]> {
  const inputs = await readOrderInputs(db, [...new Set(orderKeys)], { objects: false });
  return inputs.flatMap((input) => [...input.objectKeys]);
}

function filedTerms({ reading }: ReadObject): FiledTerm[] {
  const terms: FiledTerm[] = reading.names.map((term) => ({ term, role: 'name' }));
  const links = [...reading.links, ...reading.facts.flatMap((fact) => fact.links ?? [])];
  for (const link of links)
    terms.push({ term: link.term, role: 'link', ...(link.weak === true && { weak: true as const }) });
  return terms;
}
