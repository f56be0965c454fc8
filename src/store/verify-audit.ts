/**
 * Verifying the audit trail. Its chains prove that nothing in them was changed; that a chain was not cut short or taken
 * away as a whole, only a copy of its head that is kept elsewhere can prove: the anchor.
 */
import { findAuditBreak } from './audit-trail.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { listAuditChains } from './list-audit.ts';

/** Where a chain stood: its last position and the hash there, hex. */
export type AuditHead = { readonly chain: string; readonly position: number; readonly hash: string };

export type AuditBreak = {
  readonly chain: string;
  readonly position: number;
  /** `changed`: an entry does not fit the one before it. `missing`: what the anchor tells is not there. */
  readonly what: 'changed' | 'missing';
};

export type AuditVerified = {
  readonly heads: readonly AuditHead[];
  readonly entries: number;
  readonly breaks: readonly AuditBreak[];
};

const chainsPageMax = 500;

const findHead = statement<AuditHead, [string]>(
  'find-audit-head',
  'chain',
  `select chain, position, encode(entry_hash, 'hex') as hash from audit_entries
   where chain = $1 order by position desc limit 1`,
);

const findHash = statement<{ readonly hash: string }, [string, number]>(
  'find-audit-hash',
  'chain',
  `select encode(entry_hash, 'hex') as hash from audit_entries where chain = $1 and position = $2`,
);

/** Verifies one chain or all of them, and that all that `anchor` tells is still there. */
export async function verifyAudit(
  db: Runner,
  options: { readonly chain?: string; readonly anchor?: readonly AuditHead[] } = {},
): Promise<AuditVerified> {
  const breaks: AuditBreak[] = [];
  const heads: AuditHead[] = [];
  let entries = 0;
  for await (const chain of options.chain === undefined ? allChains(db) : [options.chain]) {
    const position = await findAuditBreak(db, chain);
    if (position !== undefined) breaks.push({ chain, position, what: 'changed' });
    const head = (await db.run(findHead, [chain]))[0];
    if (head === undefined) continue;
    heads.push(head);
    entries += head.position;
  }
  for (const { chain, position, hash } of options.anchor ?? []) {
    const found = (await db.run(findHash, [chain, position]))[0];
    if (found?.hash !== hash) breaks.push({ chain, position, what: 'missing' });
  }
  return { heads, entries, breaks };
}

async function* allChains(db: Runner): AsyncIterable<string> {
  for (let after = ''; ;) {
    const page = await listAuditChains(db, after, chainsPageMax);
    yield* page;
    if (page.length < chainsPageMax) return;
    after = page.at(-1)!;
  }
}
