/**
 * A store on a real PostgreSQL whose time is the simulation's: `now()`, `clock_timestamp()` and `gen_random_uuid()` are
 * found in the simulation's own schema first, so the same seed gives the same rows.
 */
import { BodyCache } from '../store/body-cache.ts';
import pg from 'pg';
import { openDatabase, type Database, type Runner, type Statement } from '../store/database.ts';
import { hashText } from '../store/json-text.ts';
import { toReadStamp } from '../store/leases.ts';
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
  // Plans are made once and kept: the tables stay small, and planning took more time than all the rest.
  const settings = [
    `search_path=sim,pg_catalog`,
    `sim.now=${epoch}`,
    'plan_cache_mode=force_generic_plan',
    'jit=off',
  ];
  url.searchParams.set('options', settings.map((setting) => `-c ${setting}`).join(' '));
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
    // Named by what they ask, so that their plans are kept, too: one is looked at after every few steps.
    look: async (sql, params = []) =>
      (await db.pool.query({ name: hashText(sql).toString('base64'), text: sql, values: [...params] }))
        .rows as never,
    async reset() {
      await db.pool.query(`truncate ${tables}; alter sequence sim.ids restart`);
    },
    execute: async (sql) => void (await db.pool.query(sql)),
    close: () => db.close(),
  };
}

/** A statement that ran, and whether it returned rows. */
export type StatementRun = { readonly name: string; readonly sql: string; readonly rows: number };

let runs = 0;

/** The store as one process sees it: every statement and transaction waits for its turn, and takes the time of then. */
export function storeOf(
  store: SimulatedStore,
  options: {
    readonly process: SimulatedProcess;
    readonly scheduler: Scheduler;
    readonly now: () => number;
    readonly rewrite: Rewrite;
    /** Told what ran, also while it runs; may kill the process before it runs or after it. */
    readonly around: (
      process: SimulatedProcess,
      ran: readonly StatementRun[],
      work: () => Promise<unknown>,
    ) => Promise<unknown>;
  },
): Database {
  const { process, scheduler, now, rewrite, around } = options;
  const { db } = store;
  runs += 1;
  const changed = <Row, Params extends readonly unknown[]>(
    statement: Statement<Row, Params>,
  ): Statement<Row, Params> => {
    const sql = rewrite(statement.name, statement.sql);
    // Of this reach plans are kept.
    const kept = { ...statement, reach: 'reference' } as const;
    return sql === statement.sql ? kept : { ...kept, name: `${statement.name}-x`, sql };
  };
  const inTurn = <T>(ran: readonly StatementRun[], work: () => Promise<T>): Promise<T> =>
    scheduler.run(process, async () => {
      const timed = async (): Promise<T> => {
        await store.setTime(now());
        return work();
      };
      return (await around(process, ran, timed)) as T;
    });
  const runOn = async <Row, const Params extends readonly unknown[]>(
    runner: Runner,
    statement: Statement<Row, Params>,
    params: NoInfer<Params>,
    ran: StatementRun[],
  ): Promise<Row[]> => {
    const rows = await runner.run(changed(statement), params);
    ran.push({ name: statement.name, sql: statement.sql, rows: rows.length });
    return rows;
  };
  // As with every process: what it has read is gone with it.
  const bodies = new BodyCache();
  return {
    // What this process of ours remembers of a database is nothing that the simulated one can know.
    name: `${db.name}/${runs}`,
    pool: db.pool,
    isFull: () => false,
    switches: db.switches,
    archive: db.archive,
    bodies,
    run<Row, const Params extends readonly unknown[]>(statement: Statement<Row, Params>, params: NoInfer<Params>): Promise<Row[]> {
      // The time is known here: what asks for nothing else takes its turn, but not the way to the server.
      if (statement.name === 'read-clock') {
        const read = async (): Promise<unknown> => [{ now: toReadStamp(new Date(now()).toISOString()) }];
        return scheduler.run(process, async () => (await around(process, [], read)) as Row[]);
      }
      const ran: StatementRun[] = [];
      return inTurn(ran, () => runOn(db, statement, params, ran));
    },
    transaction: (work) => {
      const ran: StatementRun[] = [];
      return inTurn(ran, () =>
        db.transaction((tx) => {
          ran.length = 0;
          return work({ switches: tx.switches, archive: tx.archive, bodies, run: (statement, params) => runOn(tx, statement, params, ran) });
        }),
      );
    },
    close: async () => {},
  };
} // prettier-ignore
