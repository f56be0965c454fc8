/**
 * The audit trail: who did what, in chains by subject. Each entry carries the hash of the one before it, so that one
 * changed or taken out in the middle shows. One chain per subject, because one for everything would make all acts wait
 * for each other.
 */
import { findConstraintCode } from './constraint-codes.ts';
import { statement } from './database.ts';
import type { Database, Runner } from './database.ts';
import { canonicalJson, hashText } from './json-text.ts';

export type NewAuditEntry = {
  /** Subject: an order key, `user/…`, `connection/…`, `settings`. */
  readonly chain: string;
  /** `user/…`, `token/…` or `system`. */
  readonly actor: string;
  /** `problem.assigned`, `command.approved`, `login.failed` … */
  readonly action: string;
  readonly body: unknown;
};

export type AuditEntry = NewAuditEntry & {
  readonly position: number;
  readonly madeAt: string;
  /** SHA-256 over the previous hash and this entry, hex. */
  readonly hash: string;
  readonly previous: string;
};

const appendTries = 20;
const firstHash = Buffer.alloc(32);

const findLast = statement<
  { readonly position: number; readonly hash: Buffer; readonly now: string },
  [string]
>(
  'find-last-audit-entry',
  'chain',
  `select coalesce(max(position), 0) as position, now() as now,
     (select entry_hash from audit_entries where chain = $1 order by position desc limit 1) as hash
   from audit_entries where chain = $1`,
);

const insertEntry = statement<object, [string, number, Buffer, Buffer, string, string, string, string]>(
  'insert-audit-entry',
  'chain',
  `insert into audit_entries (chain, position, entry_hash, previous_hash, actor, action, body, made_at)
   values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8::timestamptz)`,
);

/** Appends an entry to its chain and returns it. Two at the same moment follow one another. */
export async function appendAudit(db: Database, entry: NewAuditEntry): Promise<AuditEntry> {
  for (let attempt = 1; ; attempt += 1) {
    const last = (await db.run(findLast, [entry.chain]))[0]!;
    const previous = last.hash ?? firstHash;
    const next = { ...entry, position: last.position + 1, madeAt: last.now };
    const hash = hashEntry(next, previous);
    try {
      await db.run(insertEntry, [
        next.chain, next.position, hash, previous, next.actor, next.action, canonicalJson(next.body), next.madeAt,
      ]); // prettier-ignore
      return { ...next, hash: hash.toString('hex'), previous: previous.toString('hex') };
    } catch (error) {
      if (attempt >= appendTries || findConstraintCode(error) !== 'audit-position-taken') throw error;
    }
  }
}

function hashEntry(entry: Omit<AuditEntry, 'hash' | 'previous'>, previous: Buffer): Buffer {
  const { chain, position, actor, action, body, madeAt } = entry;
  return hashText(
    `${previous.toString('hex')}\n${canonicalJson({ chain, position, actor, action, body, madeAt })}`,
  );
}

const listEntries = statement<AuditEntry, [string, number, number]>(
  'list-audit-entries',
  'chain',
  `select chain, position, encode(entry_hash, 'hex') as hash, encode(previous_hash, 'hex') as previous, actor, action,
     body, made_at as "madeAt"
   from audit_entries where chain = $1 and position > $2 order by position limit $3`,
);

/** Entries of a chain after a position, in order. */
export async function listAudit(
  db: Runner,
  chain: string,
  after = 0,
  limit = 500,
): Promise<readonly AuditEntry[]> {
  return db.run(listEntries, [chain, after, limit]);
}

/** Position of the first entry of a chain that does not fit the one before it; undefined when all do. */
export async function findAuditBreak(db: Runner, chain: string): Promise<number | undefined> {
  let previous = firstHash;
  for (let after = 0; ;) {
    const entries = await db.run(listEntries, [chain, after, 500]);
    for (const entry of entries) {
      const fits =
        entry.position === after + 1 &&
        entry.previous === previous.toString('hex') &&
        entry.hash === hashEntry(entry, previous).toString('hex');
      if (!fits) return entry.position;
      previous = Buffer.from(entry.hash, 'hex');
      after = entry.position;
    }
    if (entries.length < 500) return undefined;
  }
}
