/** The audit trail across its chains: what happened lately, and which chains there are. */
import type { AuditEntry } from './audit-trail.ts';
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { stampSql } from './leases.ts';
import { pageLimit, readCursor, toPage } from './page.ts';
import type { Page } from './page.ts';

const listRecent = statement<
  AuditEntry & { readonly sortAt: string },
  [string | null, string, string, number, number]
>(
  'list-recent-audit-entries',
  'list',
  `select chain, position, encode(entry_hash, 'hex') as hash, encode(previous_hash, 'hex') as previous, actor, action,
     body, made_at as "madeAt", ${stampSql('made_at')} as "sortAt"
   from audit_entries
   where ($1::text is null or chain = $1) and (made_at, chain, position) < ($2::timestamptz, $3, $4::bigint)
   order by made_at desc, chain desc, position desc limit $5`,
);

/** Entries of all chains, or of one, newest first. */
export async function listRecentAudit(
  db: Runner,
  filter: { readonly chain?: string; readonly cursor?: string; readonly limit?: number },
): Promise<Page<AuditEntry>> {
  const [at = 'infinity', chain = '', position = 0] = readCursor(filter.cursor, 3) ?? [];
  const limit = pageLimit(filter.limit);
  const rows = await db.run(listRecent, [
    filter.chain ?? null, String(at), String(chain), Number(position), limit + 1,
  ]); // prettier-ignore
  return toPage(rows, limit, (row) => [row.sortAt, row.chain, row.position]);
}

const listChains = statement<{ readonly chain: string }, [string, number]>(
  'list-audit-chains',
  'list',
  'select distinct chain from audit_entries where chain > $1 order by chain limit $2',
);

/** Names of all chains in pages; start after `''`. */
export async function listAuditChains(db: Runner, after: string, limit: number): Promise<readonly string[]> {
  return (await db.run(listChains, [after, limit])).map((row) => row.chain);
}
