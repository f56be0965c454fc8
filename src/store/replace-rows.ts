/** Rows of an order that a fold derives: made what they should be, with as little writing as that takes. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { rowsBesideState } from './rows-beside-state.ts';

type Columns = Readonly<
  Record<string, 'text' | 'bigint' | 'int' | 'bool' | 'timestamptz' | 'date' | 'jsonb'>
>;
type Value = string | number | boolean | null;
type Rows = readonly (readonly Value[])[];

/** Makes the rows of some orders in one table those given, column by column. `known`: orders that may have rows. */
export type Replace = (tx: Runner, known: readonly string[], columns: Rows) => Promise<void>;

/**
 * Declares the statements for one table. What differs goes, what lacks comes, and what is as it should be is not touched: most
 * folds change no account, and each row written anew leaves a dead one. `keys` are the columns of the primary key, the
 * order's first: by them a row is looked for, and compared whole.
 */
export function defineReplace(table: string, keys: readonly string[], columns: Columns): Replace {
  const names = Object.keys(columns);
  const arrays = (from: number, of = Object.values(columns)): string =>
    of.map((type, index) => `$${index + from}::${type}[]`).join(', ');
  const all = (alias: string, of: readonly string[]): string =>
    of.map((name) => `${alias}.${name}`).join(', ');
  const rest = names.filter((name) => !keys.includes(name));
  const isSame = (left: string, right: string): string =>
    `${keys.map((key) => `${left}.${key} = ${right}.${key}`).join(' and ')}
           and (${all(left, rest)}) is not distinct from (${all(right, rest)})`;
  const statementName = table.replaceAll('_', '-');

  const insert = `insert into ${table} (${names.join(', ')})`;
  const deleteChanged = statement<object, [readonly string[], ...Rows]>(
    `delete-changed-${statementName}`,
    'batch',
    `delete from ${table} t where t.order_key = any ($1)
       and not exists (select from unnest(${arrays(2)}) as n (${names.join(', ')})
         where ${isSame('n', 't')})`,
  );
  const deleteAll = statement<object, [readonly string[]]>(
    `delete-${statementName}`,
    'batch',
    `delete from ${table} where order_key = any ($1)`,
  );
  // All of one order, whose shard they find by the state beside them.
  const ofOne = `${insert} ${rowsBesideState(arrays(2, Object.values(columns).slice(1)))}`;
  const insertAll = statement<object, Rows>(
    `insert-${statementName}`,
    'batch',
    `${insert} select * from unnest(${arrays(1)})`,
    ofOne,
  );
  const insertLacking = statement<object, Rows>(
    `insert-lacking-${statementName}`,
    'batch',
    `${insert} select n.* from unnest(${arrays(1)}) as n (${names.join(', ')})
       left join lateral (select true as is_there from ${table} t where ${isSame('t', 'n')} offset 0) as h on true
     where h.is_there is null`,
    ofOne,
  );
  return async (tx, known, rows) => {
    // Order by order, for a distributed database, without a look: plain statements go to one shard.
    const looks = known.length > 0 && tx.switches.batches;
    if (looks) await tx.run(deleteChanged, [known, ...rows]);
    else if (known.length > 0) await tx.run(deleteAll, [known]);
    if (rows[0]!.length > 0) await tx.run(looks ? insertLacking : insertAll, rows);
  };
}
