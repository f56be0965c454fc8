/**
 * Claiming work: rows of a queue-like table are leased to one holder for a while. The lease columns decide;
 * `skip locked` only spares the holders from waiting for each other.
 */
import { statement } from './database.ts';
import type { Reach, Runner, Statement } from './database.ts';
import { aboveFloor, type FlooredQueue } from './queue-floors.ts';

export type ClaimOptions = {
  /** Who claims: unique per process and run. */
  readonly holder: string;
  /** Rows at most. */
  readonly limit: number;
  /** After this the rows are free for others. */
  readonly leaseMs: number;
  /** Connections that have enough under way or are paused. Ignored where the table knows no connection. */
  readonly without?: readonly string[];
};

type ClaimDefinition = {
  readonly name: string;
  readonly table: string;
  /** Where the table is long, and worked off from its beginning: claims begin at its floor (queue-floors.ts). */
  readonly floor?: FlooredQueue;
  /** Primary key columns, the family's key first. */
  readonly key: readonly string[];
  readonly reach: Reach;
  /**
   * Which rows can be claimed, on alias `t`; `$2` are the connections given as `without`, `key` is SQL of the family's key, for
   * looking at other rows of the same key.
   */
  readonly ready: string | ((key: string) => string);
  readonly order: string;
  /** Further columns to set. */
  readonly set?: string;
  readonly returning: string;
};

export type Claim<Row> = (db: Runner, options: ClaimOptions) => Promise<Row[]>;

/** Candidates asked for per row wanted, where rows cannot be locked in passing: others are after the same ones. */
const candidatesPerRow = 3;

/** Declares the statements of one table's claim and returns the claim. */
export function defineClaim<Row>(definition: ClaimDefinition): Claim<Row> {
  const { name, table, key, reach, order, returning } = definition;
  const ready = (of: string): string =>
    typeof definition.ready === 'string' ? definition.ready : definition.ready(of);
  const keys = key.join(', ');
  const free = (of: string): string =>
    `(t.lease_ends_at is null or t.lease_ends_at <= now()) and (${ready(of)})`;
  const set = ['leased_by = $3', "lease_ends_at = now() + $4 * interval '1 millisecond'"];
  if (definition.set !== undefined) set.push(definition.set);
  const floor = definition.floor === undefined ? '' : `${aboveFloor(definition.floor)} and `;
  const pick = `select ${keys} from ${table} t where ${floor}${free(`t.${key[0]}`)} order by ${order} limit $1`;

  // An array where one column is the key: nobody knows how long the queue is now, and a join may be tried row by row.
  const claimMany: Statement<Row, [number, readonly string[], string, number]> = statement(
    `${name}-many`,
    'list',
    key.length === 1
      ? `update ${table} t set ${set.join(', ')}
         where t.${keys} = any (array(${pick} for update skip locked))
         returning ${returning}`
      : `with picked as materialized (${pick} for update skip locked)
         update ${table} t set ${set.join(', ')} from picked
         where ${key.map((column) => `t.${column} = picked.${column}`).join(' and ')}
         returning ${returning}`,
  );
  const listCandidates: Statement<Record<string, string>, [number, readonly string[]]> = statement(
    `${name}-candidates`,
    'list',
    pick,
  );
  const claimOne: Statement<Row, [string, readonly string[], string, number, string?]> = statement(
    `${name}-one`,
    reach,
    `update ${table} t set ${set.join(', ')}
     where ${key.map((column, index) => `t.${column} = $${index === 0 ? 1 : index + 4}`).join(' and ')} and ${free('$1')}
     returning ${returning}`,
  );

  return async (db, { holder, limit, leaseMs, without = [] }) => {
    if (db.switches.skipLocked) return db.run(claimMany, [limit, without, holder, leaseMs]);
    const candidates = await db.run(listCandidates, [limit * candidatesPerRow, without]);
    const rows: Row[] = [];
    // From a random place on, so that two holders mostly meet different rows.
    const first = Math.floor(Math.random() * candidates.length);
    for (let index = 0; index < candidates.length && rows.length < limit; index += 1) {
      const candidate = candidates[(first + index) % candidates.length]!;
      const [lead = '', ...rest] = key.map((column) => candidate[column]!);
      rows.push(...(await db.run(claimOne, [lead, without, holder, leaseMs, ...(rest as [string?])])));
    }
    return rows;
  };
}
