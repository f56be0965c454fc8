/**
 * A database of the first schema, as PostgreSQL's own dump wrote it when that schema was the newest (six orders, three of them refunded by
 * hand without a payout, one delivery not worked off). It is never written anew.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import { createEngine } from '../../src/engine/engine.ts';
import { checkRebuild, rebuildAll } from '../../src/engine/rebuild.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { listDeliveries } from '../../src/store/deliveries.ts';
import { checkSchema, migrateDatabase, readMigrations } from '../../src/store/migrate.ts';
import { AppError } from '../../src/wire/errors.ts';
import { SmallShop } from '../engine/small-shop.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const dump = readFileSync(join(import.meta.dirname, '../fixtures/first-schema/dump.sql'), 'utf8');
const now = Date.parse('2026-11-20T12:00:00Z');
const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: { 'refund-paid-out': [{ from: '', value: { mode: 'watch', watch: 'on' } }] },
};

async function openFrozen(): Promise<Database> {
  const db = await databases.openEmpty();
  // A session of its own: the dump changes its settings.
  const client = new pg.Client({ connectionString: databases.urlOf(db) });
  await client.connect();
  await client.query(dump);
  await client.end();
  return db;
}

/** What people were told: verdicts, money, problems with owner and amount, facts that hold. */
async function answersOf(db: Database): Promise<unknown> {
  const { rows } = await db.pool.query(
    `select s.order_key, s.verdict, s.paid_minor::int, s.refunded_minor::int, s.gone_minor::int, s.stuck_minor::int,
       (select coalesce(jsonb_agg(jsonb_build_array(p.problem_id, p.code, p.owner, p.gone_minor, p.stuck_minor) order by p.problem_id), '[]')
        from problems p where p.subject_key = s.order_key and p.resolved_at is null) as problems,
       (select jsonb_agg(f.fact_id order by f.fact_id) from facts f
        where f.order_key = s.order_key and f.retracted_at is null) as facts
     from order_states s order by s.order_key`,
  );
  return rows;
}

test('a database of the first schema is brought up to date, loses nothing and gives the same answers', async () => {
  const db = await openFrozen();
  const before = (await answersOf(db)) as readonly { readonly problems: readonly unknown[] }[];
  assert.equal(before.length, 6);
  assert.equal(before.filter((row) => row.problems.length === 1).length, 3);
  const newest = (await readMigrations()).map((migration) => migration.version);
  assert.deepEqual(await migrateDatabase(db), newest.slice(1));
  await checkSchema(db);
  assert.deepEqual(await answersOf(db), before, 'migrating changes no answer');
  assert.equal((await listDeliveries(db, { isWaiting: true })).rows.length, 1, 'what waited still waits');

  // Everything derived again by today's code, from the records as they were.
  const systems = new Map([['shop', { ...new SmallShop().connect(), live: undefined } as never]]);
  const engine = createEngine({
    db,
    systems,
    policy,
    codeVersion: 'test',
    clock: () => now,
    isSimulated: true,
  });
  assert.equal(await rebuildAll(db), 9);
  await engine.drain();
  assert.deepEqual(await answersOf(db), before, 'deriving anew changes no answer');
  assert.deepEqual(await checkRebuild(db, engine.context()), []);
  await engine.stop();
});

test('a program that knows only the first schema refuses a newer one, and touches nothing', async () => {
  const db = await openFrozen();
  const before = await answersOf(db);
  const newest = (await readMigrations()).at(-1)!.version;
  const insert =
    "insert into schema_migrations (version, name, note, checksum) values ($1, 'later', 'of a later version', '')";
  await db.pool.query(insert, [newest + 1]);
  await assert.rejects(
    migrateDatabase(db),
    (error) => error instanceof AppError && error.code === 'store-schema-newer',
  );
  assert.deepEqual(await answersOf(db), before);
});
