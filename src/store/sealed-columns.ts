/** Everything that is sealed with the master key, and where it says that it belongs. A test holds it to the schema. */
import { statement } from './database.ts';
import type { Runner, Statement } from './database.ts';

type Row = { readonly keys: readonly string[]; readonly sealed: Buffer };
type Replaced = { readonly keys: readonly string[]; readonly before: Buffer; readonly after: Buffer };

export type SealedColumn = {
  readonly table: string;
  readonly column: string;
  readonly placeOf: (keys: readonly string[]) => string;
  readonly list: Statement<Row, [string | null, string | null, number]>;
  readonly replace: Statement<object, [readonly string[], readonly string[], readonly Buffer[], readonly Buffer[]]>;
}; // prettier-ignore

/** Keys in the order of the primary key, one or two. */
type KeyColumn = readonly [name: string, type: 'text' | 'uuid'];

function defineColumn(
  table: string,
  keys: readonly [KeyColumn] | readonly [KeyColumn, KeyColumn],
  column: string,
  placeOf: (keys: readonly string[]) => string,
): SealedColumn {
  const names = keys.map(([name]) => name).join(', ');
  const given = keys.map(([, type], index) => `$${index + 1}::text::${type}`).join(', ');
  const texts = keys.map(([name]) => `${name}::text`).join(', ');
  const same = keys.map(([name, type], index) => `t.${name} = n.key${index + 1}::${type}`).join(' and ');
  return {
    table,
    column,
    placeOf,
    list: statement(
      `list-sealed-${table}`,
      'list',
      `select array[${texts}] as keys, ${column} as sealed from ${table}
       where ${column} is not null and ($1::text is null or $2::text is null or (${names}) > (${given}))
       order by ${names} limit $3`,
    ),
    // Only what was read is replaced: what came to lie there meanwhile is newer.
    replace: statement(
      `replace-sealed-${table}`,
      'batch',
      `update ${table} t set ${column} = n.after
       from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[]) as n (key1, key2, before, after)
       where ${same} and t.${column} = n.before`,
    ),
  };
}

export const sealedColumns: readonly SealedColumn[] = [
  defineColumn('connections', [['connection', 'text']], 'secrets', ([name]) => `connection/${name}`),
  defineColumn('person_keys', [['customer_key', 'text']], 'sealed_key', ([key]) => key!),
  defineColumn('notices', [['subject_key', 'text'], ['notice_id', 'uuid']], 'sealed_content', ([subject, id]) => `notice/${subject}/${id}`),
  defineColumn('second_factors', [['user_id', 'uuid']], 'sealed_secret', ([user]) => `second-factor/${user}`),
  defineColumn('teams', [['team', 'text']], 'sealed_chat', ([team]) => `team/${team}`),
  defineColumn('declarations', [['declaration_id', 'uuid']], 'sealed_content', ([id]) => `declaration/${id}`),
]; // prettier-ignore

/** Sealed values after the keys `after`, in the order of their keys. */
export async function listSealed(
  db: Runner,
  { list }: SealedColumn,
  after: readonly string[] | undefined,
  limit: number,
): Promise<readonly Row[]> {
  return db.run(list, [after?.[0] ?? null, after?.[1] ?? after?.[0] ?? null, limit]);
}

/** Replaces sealed values, all of them or none. */
export async function replaceSealed(
  db: Runner,
  { replace }: SealedColumn,
  rows: readonly Replaced[],
): Promise<void> {
  await db.run(replace, [
    rows.map((row) => row.keys[0]!),
    rows.map((row) => row.keys[1] ?? ''),
    rows.map((row) => row.before),
    rows.map((row) => row.after),
  ]);
}
