/** Look-ups by term: who is known by it, who links to it, under which order. */
import { statement } from './database.ts';
import { inParallel } from './in-parallel.ts';
import type { Runner, Statement } from './database.ts';
import { termHash } from './json-text.ts';

export type FoundTerm = {
  /** As hashed by `termHash`, hex. */
  readonly hash: string;
  readonly objectKey: string;
  readonly role: 'name' | 'link';
  readonly isWeak: boolean;
  readonly orderKey: string | null;
};

const listByTerms = statement<FoundTerm, [readonly Buffer[]]>(
  'list-by-terms',
  'term',
  `select encode(term_hash, 'hex') as hash, object_key as "objectKey", role, is_weak as "isWeak",
     order_key as "orderKey"
   from keys where term_hash = any ($1) order by object_key, role, term_hash`,
);

/** Objects that are known by one of the terms or link to it, with the order each stands under. */
export async function findByTerms(db: Runner, terms: readonly string[]): Promise<readonly FoundTerm[]> {
  return findByHashes(db, new Set(terms.map((term) => termHash(term).toString('hex'))));
}

const listConnected = statement<{ readonly objectKey: string }, [readonly Buffer[]]>(
  'list-connected-objects',
  'term',
  'select distinct object_key as "objectKey" from keys where term_hash = any ($1)',
);

/** Keys of the objects that are known by one of the terms or link to it, sorted. */
export async function findConnected(db: Runner, terms: readonly string[]): Promise<readonly string[]> {
  const rows = await runByHashes(db, listConnected, [...new Set(terms)].map(termHash));
  return [...new Set(rows.map((row) => row.objectKey))].sort();
}

/** Of more terms than this it is cheaper to ask every shard than each for its own. */
const singlesMax = 24;

async function runByHashes<Row>(
  db: Runner,
  find: Statement<Row, [readonly Buffer[]]>,
  hashes: readonly Buffer[],
): Promise<readonly Row[]> {
  if (hashes.length === 0) return [];
  if (db.switches.batches || hashes.length > singlesMax) return db.run(find, [hashes]);
  return (await inParallel(hashes, (hash) => db.run(find, [[hash]]))).flat();
}

async function findByHashes(db: Runner, hashes: ReadonlySet<string>): Promise<readonly FoundTerm[]> {
  return runByHashes(db, listByTerms, [...hashes].map((hash) => Buffer.from(hash, 'hex'))); // prettier-ignore
}

const listTerms = statement<
  {
    readonly terms: readonly {
      readonly hash: string;
      readonly role: 'name' | 'link';
      readonly weak: boolean;
    }[];
  },
  [readonly string[]]
>('list-object-terms', 'batch', 'select terms from objects where object_key = any ($1)');

/** Longest chain of links from a move or credit note to its order; the recorded ones have five. */
const stepsMax = 24;

/**
 * Keys of all objects on the way from these links up to orders: those known by a linked term, those known by what
 * these link to, and so on, along strong links that are filed already. Sorted. What the kernel's filing needs beside
 * the object itself.
 *
 * @public
 */
export async function findUpward(db: Runner, links: readonly string[]): Promise<readonly string[]> {
  const seen = new Set<string>();
  let hashes = new Set(links.map((term) => termHash(term).toString('hex')));
  for (let step = 0; step < stepsMax && hashes.size > 0; step += 1) {
    const found = await findByHashes(db, hashes);
    const fresh = found
      .filter((row) => row.role === 'name' && !seen.has(row.objectKey))
      .map((row) => row.objectKey);
    for (const key of fresh) seen.add(key);
    const terms = fresh.length === 0 ? [] : await db.run(listTerms, [fresh]);
    const next = terms.flatMap((row) => row.terms.filter((term) => term.role === 'link' && !term.weak));
    hashes = new Set(next.map((term) => term.hash));
  }
  return [...seen].sort();
}

/** Keys of the objects that link to one of these names, strongly or weakly: to be filed anew when the name comes up. */
export async function findWaiting(db: Runner, names: readonly string[]): Promise<readonly string[]> {
  const found = await findByTerms(db, names);
  return [...new Set(found.filter((row) => row.role === 'link').map((row) => row.objectKey))].sort();
}
