/**
 * A shop with a long history: the orders of the company as they were folded, copied inside the database under numbers of
 * their own, each copy some minutes older. Lists see rows of the real size and shape; nothing is folded again.
 */
import type { Database } from '../../src/store/database.ts';

/** Between one copy of the company and the next. */
const apartMinutes = 7;
/** Old problems are mostly solved: of one copy in so many they are still open, and goods still wait. */
const oneOpenIn = 10;
const copiesAtOnce = 100;

const tables: Readonly<Record<string, { readonly keys: readonly string[]; readonly times?: readonly string[]; readonly when?: string }>> = {
  order_states: { keys: ['order_key', 'number'], times: ['placed_at', 'closed_at'] },
  facts: { keys: ['order_key'], times: ['happened_at'] },
  problems: { keys: ['subject_key'], times: ['opened_at'], when: `t.subject_key like 'shop/%'` },
  open_items: { keys: ['order_key'], times: ['since_at'], when: `copy.n % ${oneOpenIn} = 0` },
  order_returns: { keys: ['order_key', 'rma'], times: ['opened_at'] },
  order_accounts: { keys: ['order_key'], times: ['since_at'] },
  account_postings: { keys: ['order_key'], times: ['posted_at'] },
  order_items: { keys: ['order_key'], times: ['placed_at'] },
  held_goods: { keys: ['order_key'], times: ['since_at'], when: `copy.n % ${oneOpenIn} = 0` },
}; // prettier-ignore

/** Copies until there are about so many orders; returns how many orders, facts and problems there are. */
export async function multiplyCompany(
  db: Database,
  orders: number,
): Promise<{ readonly orders: number; readonly facts: number; readonly problems: number }> {
  const query = async <Row>(sql: string): Promise<readonly Row[]> => (await db.pool.query(sql)).rows as Row[];
  const [own] = await query<{ readonly count: number }>('select count(*)::int as count from order_states');
  const copies = Math.ceil(orders / own!.count) - 1;
  for (const table of Object.keys(tables)) await query(`create table own_${table} as select * from ${table}`);
  for (let first = 1; first <= copies; first += copiesAtOnce) {
    const last = Math.min(copies, first + copiesAtOnce - 1);
    for (const [table, { keys, times = [], when = 'true' }] of Object.entries(tables)) {
      const columns = await query<{ readonly name: string }>(
        `select column_name as name from information_schema.columns where table_name = '${table}' order by ordinal_position`,
      );
      const valueOf = (name: string): string => {
        if (keys.includes(name)) return name.endsWith('_key') ? `regexp_replace(t.${name}, '/', '/C' || copy.n || '-')` : `'C' || copy.n || '-' || t.${name}`; // prettier-ignore
        if (times.includes(name)) return `t.${name} - copy.n * interval '${apartMinutes} minutes'`;
        if (table === 'problems' && name === 'resolved_at')
          return `case when copy.n % ${oneOpenIn} = 0 then t.resolved_at else coalesce(t.resolved_at, now()) end`;
        if (table === 'order_accounts' && name === 'right_sum')
          return `case when copy.n % ${oneOpenIn} = 0 then t.right_sum else t.left_sum end`;
        return `t.${name}`;
      };
      const names = columns.map(({ name }) => name);
      await query(
        `insert into ${table} (${names.join(', ')}) select ${names.map(valueOf).join(', ')}
         from own_${table} t cross join generate_series(${first}, ${last}) as copy (n) where ${when} on conflict do nothing`,
      );
    }
  }
  await query('vacuum analyze');
  const [counts] = await query<{
    readonly orders: number;
    readonly facts: number;
    readonly problems: number;
  }>(
    `select (select count(*) from order_states)::int as orders, (select count(*) from facts)::int as facts,
       (select count(*) from problems)::int as problems`,
  );
  return counts!;
}
