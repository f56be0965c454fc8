/**
 * A store on a real PostgreSQL whose time is the simulation's: `now()`, `clock_timestamp()` and `gen_random_uuid()` are
 * found in the simulation's own schema first, so the same seed gives the same rows.
 */
import pg from 'pg';
import { openDatabase, type Database, type Runner, type Statement } from '../store/database.ts';
import { migrateDatabase } from '../store/migrate.ts';
import type { SimulatedProcess, Scheduler } from './scheduler.ts';

const epoch = '2026-11-02T08:00:00Z';

/** What replaces parts of statements, by name: guards that are taken away on purpose. */
export type Rewrite = (name: string, sql: string) => string;

export type SimulatedStore = {
  /** One connection: one statement or transaction at a time. */
  readonly db: Database;
  /** Sets the time of the one connection, where it has moved. */
  setTime(now: number): Promise<void>;
  /** For looks that are no part of the run. */
  look<Row extends object>(sql: string, params?: readonly unknown[]): Promise<Row[]>;
  /** Empties every table and starts the ids anew. */
  reset(): Promise<void>;
  /** Runs what a guard needs, and what takes it back. */
  execute(sql: string): Promise<void>;
  close(): Promise<void>;
};

/** Makes a database of its own on the server and migrates it. */
export async function openSimulatedStore(serverUrl: string): Promise<SimulatedStore> {
  const name = `reentry_simulation_${process.pid}_${Math.floor(performance.now())}`;
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  await admin.query(`create database ${name} template template0 encoding 'UTF8'`);
  await admin.end();
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const bare = new pg.Client({ connectionString: url.href });
  await bare.connect();
  await bare.query(`
    create schema sim;
    create sequence sim.ids;
    create function sim.now() returns timestamptz language sql stable
      as $$ select pg_catalog.current_setting('sim.now')::timestamptz $$;
    create function sim.clock_timestamp() returns timestamptz language sql stable
      as $$ select pg_catalog.current_setting('sim.now')::timestamptz $$;
    create function sim.gen_random_uuid() returns uuid language sql volatile
      as $$ select pg_catalog.md5(pg_catalog.nextval('sim.ids')::text)::uuid $$;
  `);
  await bare.end();
  url.searchParams.set('options', `-c search_path=sim,pg_catalog -c sim.now=${epoch}`);
  const db = await openDatabase({ url: url.href, connectionsMax: 1 });
  await migrateDatabase(db);
  const { rows } = await db.pool.query<{ name: string }>(
    `select format('%I', tablename) as name from pg_catalog.pg_tables where schemaname = 'sim' and tablename <> 'schema_migrations'`,
  );
  const tables = rows.map((row) => row.name).join(', ');
  let set = Number.NaN;
  return {
    db,
    async setTime(now) {
      if (now === set) return;
      set = now;
      await db.pool.query(`select set_config('sim.now', $1, false)`, [new Date(now).toISOString()]);
    },
    look: async (sql, params = []) => (await db.pool.query(sql, [...params])).rows as never,
    async reset() {
      await db.pool.query(`truncate ${tables}; alter sequence sim.ids restart`);
    },
    execute: async (sql) => void (await db.pool.query(sql)),
    close: () => db.close(),
  };
}

/** The store as one process sees it: every statement and transaction waits for its turn, and takes the time of then. */
export function storeOf(
  store: SimulatedStore,
  options: {
    readonly process: SimulatedProcess;
    readonly scheduler: Scheduler;
    readonly now: () => number;
    readonly rewrite: Rewrite;
    /** Told what ran; may kill the process before it runs or after it. */
    readonly around: (
      process: SimulatedProcess,
      names: readonly string[],
      work: () => Promise<unknown>,
    ) => Promise<unknown>;
  },
): Database {
  const { process, scheduler, now, rewrite, around } = options;
  const { db } = store;
  const changed = <Row, Params extends readonly unknown[]>(
    statement: Statement<Row, Params>,
  ): Statement<Row, Params> => {
    const sql = rewrite(statement.name, statement.sql);
    return sql === statement.sql ? statement : { ...statement, name: `${statement.name}-x`, sql };
  };
  const inTurn = <T>(names: () => readonly string[], work: () => Promise<T>): Promise<T> =>
    scheduler.run(process, async () => {
      const timed = async (): Promise<T> => {
        await store.setTime(now());
        return work();
      };
      return (await around(process, names(), timed)) as T;
    });
  return {
    name: db.name,
    pool: db.pool,
    switches: db.switches,
    run: (statement, params) => inTurn(() => [statement.name], () => db.run(changed(statement), params)),
    transaction: (work) => {
      const names: string[] = [];
      return inTurn(() => names, () =>
        db.transaction((tx) => {
          names.length = 0;
          const runner: Runner = {
            switches: tx.switches,
            run: (statement, params) => (names.push(statement.name), tx.run(changed(statement), params)),
          };
          return work(runner);
        }),
      );
    },
    close: async () => {},
  }; // prettier-ignore
}
