/**
 * The connection to PostgreSQL: a pool, named statements, transactions.
 *
 *   const db = await openDatabase({ url });
 *   const rows = await db.run(listDueOrders, [100]);
 *   await db.transaction(async (tx) => { … tx.run(…) … });
 *   await db.close();
 */
import pg from 'pg';
import { AppError } from '../wire/errors.ts';
import { isDatabaseFull, isTransient } from './constraint-codes.ts';
import type { ArchiveFiles } from './archive.ts';
import { BodyCache } from './body-cache.ts';
import { isDistributed } from './distribute.ts';

/** Oldest PostgreSQL that runs the schema. */
export const serverVersionMin = 150_000;

/**
 * Accelerators that some databases lack (Citus, poolers in transaction mode). Nothing depends on them: with all of
 * them off the results are the same.
 */
export type StoreSwitches = {
  /** Claim batches by `for update skip locked`; off: candidates first, then one claim per key. */
  readonly skipLocked: boolean;
  /** Write many orders in one transaction; off: one order at a time, each in one shard. */
  readonly batches: boolean;
  /** Keep prepared statements per connection. */
  readonly preparedStatements: boolean;
};

export const allAccelerators: StoreSwitches = { skipLocked: true, batches: true, preparedStatements: true };
export const noAccelerators: StoreSwitches = { skipLocked: false, batches: false, preparedStatements: false };

/**
 * How far a statement reaches when tables are distributed: one `object`, `order`, `term`, `customer` or `chain` (a
 * single shard), small `reference` tables, a `batch` of keys, or a `list` over all shards.
 */
export type Reach = 'object' | 'order' | 'term' | 'customer' | 'chain' | 'reference' | 'batch' | 'list';

/** One named SQL statement; `Row` is what it returns, `Params` what it takes, in order. */
export type Statement<Row, Params extends readonly unknown[]> = {
  readonly name: string;
  readonly reach: Reach;
  readonly sql: string;
  /**
   * The same for rows of one key (each array has one element per row, and all keys are equal), where batches are off: a
   * distributed database then sends it to the one shard of that key. Reaches one `object` or `order`.
   */
  readonly one?: string;
  /** For types only. */
  readonly types?: { readonly row: Row; readonly params: Params };
};

const statements = new Map<string, Statement<unknown, readonly unknown[]>>();

/** Declares a statement. The name is unique and shows up in PostgreSQL's views. */
export function statement<Row, Params extends readonly unknown[]>(
  name: string,
  reach: Reach,
  sql: string,
  one?: string,
): Statement<Row, Params> {
  if (statements.has(name)) throw new Error(`statement declared twice: ${name}`);
  const declared = { name, reach, sql, ...(one !== undefined && { one }) };
  statements.set(name, declared);
  return declared;
}

/**
 * Source of the rows of an insert: all of them, and for a single one the same as values, which a distributed database
 * sends to its shard. `more` are further values, `now()`; `#5` in them is the fifth column.
 */
export function rowsOf(
  types: readonly string[],
  more: readonly string[] = [],
): { readonly many: string; readonly one: string } {
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`);
  const names = types.map((_, index) => `c${index + 1}`);
  const given = arrays.map((array) => `(${array})[1]`);
  const list = (columns: readonly string[]): string =>
    [
      ...columns,
      ...more.map((value) => value.replaceAll(/#(\d+)/g, (_, place: string) => columns[Number(place) - 1]!)),
    ].join(', ');
  return {
    many: `select ${list(names)} from unnest(${arrays.join(', ')}) as n (${names.join(', ')})`,
    one: `values (${list(given)})`,
  };
}

/** Runs an insert made with `rowsOf`: at once, or where batches are off row by row. */
export async function runRows<Row, Params extends readonly (readonly unknown[])[]>(
  db: Runner,
  insert: Statement<Row, Params>,
  columns: NoInfer<Params>,
): Promise<Row[]> {
  if (db.switches.batches) return db.run(insert, columns);
  const rows: Row[] = [];
  for (const index of columns[0]!.keys())
    rows.push(...(await db.run(insert, columns.map((column) => [column[index]]) as unknown as Params)));
  return rows;
}

/**
 * Every statement of the modules loaded so far: what a plan check goes through.
 *
 * @public
 */
export function listStatements(): readonly Statement<unknown, readonly unknown[]>[] {
  return [...statements.values()];
}

/** Runs statements: the pool, or one transaction. */
export type Runner = {
  readonly switches: StoreSwitches;
  /** Where what is archived lies; undefined where no folder is known. */
  readonly archive: ArchiveFiles | undefined;
  readonly bodies: BodyCache;
  run<Row, const Params extends readonly unknown[]>(
    statement: Statement<Row, Params>,
    params: NoInfer<Params>,
  ): Promise<Row[]>;
};

export type Database = Runner & {
  /** As given, without the password: for messages. */
  readonly name: string;
  readonly pool: pg.Pool;
  /** Whether something could not be written within the last half minute because the disk is full or read-only. */
  isFull(): boolean;
  /**
   * Runs `work` in one transaction and commits. It runs again after a deadlock or serialization failure, so it must
   * do nothing but run statements.
   */
  transaction<T>(work: (tx: Runner) => Promise<T>): Promise<T>;
  close(): Promise<void>;
};

export type DatabaseOptions = {
  readonly url: string;
  /** Connections at most; of 100 that PostgreSQL allows by default, several processes share. */
  readonly connectionsMax?: number;
  /** Without them: all, or none where the database is distributed. */
  readonly switches?: StoreSwitches;
  readonly applicationName?: string;
  readonly archive?: ArchiveFiles;
};

const triesMax = 5;
const connectTimeoutMs = 10_000;
/** The loops of the engine write every few seconds: while the disk is full, one of them is refused. */
const fullForMs = 30_000;

/**
 * Opens the pool and checks the server once. Throws AppError: `store-unreachable`, `store-refused-login`,
 * `store-version-too-old`, `store-encoding`.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionsMax ?? 10,
    connectionTimeoutMillis: connectTimeoutMs,
    application_name: options.applicationName ?? 'reentry',
    types: { getTypeParser: findTypeParser },
  });
  // An idle connection that breaks leaves the pool; whoever asks next gets a new one or the error.
  pool.on('error', () => {});
  // One that is in use and between two statements says so itself; unheard, it would end the process. The next statement
  // of its transaction gets the error.
  pool.on('connect', (client) => client.on('error', () => {}));
  const name = nameOf(options.url);
  let switches: StoreSwitches;
  let fullAt = Number.NEGATIVE_INFINITY;
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await retryTransient(work);
    } catch (error) {
      if (isDatabaseFull(error)) fullAt = performance.now();
      throw error;
    }
  };
  try {
    await checkServer(pool, name);
    switches = options.switches ?? ((await isDistributed({ pool })) ? noAccelerators : allAccelerators);
  } catch (error) {
    await pool.end();
    throw toOpenError(error, name);
  }
  const { archive } = options;
  const bodies = new BodyCache();
  return {
    name,
    pool,
    switches,
    archive,
    bodies,
    isFull: () => performance.now() - fullAt < fullForMs,
    run: (statement, params) => noted(() => runOn(pool, switches, statement, params)),
    transaction: (work) => noted(() => runTransaction(pool, { switches, archive, bodies }, work)),
    close: () => pool.end(),
  };
}

/**
 * Statements over many keys are planned each time. A plan that is kept was made while the tables were empty, and walks
 * them from end to end for the whole of a first import: 350 ms instead of 3 for a look-up of terms.
 */
const plannedAnew: ReadonlySet<Reach> = new Set<Reach>(['batch', 'list', 'term']);

async function runOn<Row, Params extends readonly unknown[]>(
  client: pg.Pool | pg.PoolClient,
  switches: StoreSwitches,
  { name, sql: many, one, reach }: Statement<Row, Params>,
  params: Params,
): Promise<Row[]> {
  const values = [...params];
  const sql = switches.batches ? many : (one ?? many);
  const isKept = switches.preparedStatements && !plannedAnew.has(reach);
  const config = isKept ? { name, text: sql, values } : { text: sql, values };
  // The row's shape is stated where the SQL stands; nothing checks it at run time.
  const result = await client.query(config);
  return result.rows as Row[];
}

/** A statement or transaction that lost a deadlock did nothing: it is run again. */
async function retryTransient<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= triesMax || !isTransient(error)) throw error;
    }
  }
}

async function runTransaction<T>(
  pool: pg.Pool,
  { switches, archive, bodies }: Omit<Runner, 'run'>,
  work: (tx: Runner) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin isolation level read committed');
    const result = await work({
      switches,
      archive,
      bodies,
      run: (statement, params) => runOn(client, switches, statement, params),
    });
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => {
      broken = cause instanceof Error ? cause : new Error(String(cause));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

async function checkServer(pool: pg.Pool, name: string): Promise<void> {
  const { rows } = await pool.query<{ version: number; encoding: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding",
  );
  const { version = 0, encoding = '' } = rows[0] ?? {};
  if (version < serverVersionMin) {
    throw new AppError('store-version-too-old', {
      detail: `${name} is version ${Math.floor(version / 10_000)}`,
    });
  }
  if (encoding !== 'UTF8') throw new AppError('store-encoding', { detail: `${name} has ${encoding}` });
}

function toOpenError(error: unknown, name: string): unknown {
  if (error instanceof AppError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // invalid_authorization_specification, invalid_password, invalid_catalog_name
  if (['28000', '28P01', '3D000'].includes(code))
    return new AppError('store-refused-login', { detail: name, cause: error });
  return new AppError('store-unreachable', { detail: name, cause: error });
}

function nameOf(url: string): string {
  try {
    const { hostname, port, pathname } = new URL(url);
    return `${hostname}${port === '' ? '' : `:${port}`}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}

const [int8, date, timestamptz] = [20, 1082, 1184];

/** bigint as a number (checked), timestamptz as `2026-11-02T08:00:00.000Z`, date as `2026-11-02`; else as `pg` does. */
function findTypeParser(oid: number, format?: 'text' | 'binary'): (value: never) => unknown {
  if (format !== 'binary') {
    if (oid === int8) return parseInt8;
    if (oid === timestamptz) return parseTimestamptz;
    if (oid === date) return (value: string) => value;
  }
  return pg.types.getTypeParser(oid, format) as (value: never) => unknown;
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint out of range: ${text}`);
  return value;
}

/** Cuts microseconds to milliseconds; where they matter (read stamps) statements return text. */
function parseTimestamptz(text: string): string {
  if (text.endsWith('infinity')) return text;
  // "2026-11-02 08:00:00.123456+00", or "+01", "+05:30" where the session has another zone.
  const zoned = text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
  return new Date(zoned).toISOString();
}
