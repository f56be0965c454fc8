/** The end of a past that was being read: what was folded without it is folded again, once, whoever dies in between. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../../src/engine/engine.ts';
import { markHalfRead } from '../../src/engine/source-gaps.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { countMarks } from '../../src/store/marks.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const store = useTestDatabases();
const now = Date.parse('2026-11-20T12:00:00Z');
const finish = (db: Database, at: string): Promise<unknown> =>
  db.pool.query(
    `insert into sweep_cursors (connection, name, cursor, finished_at) values ('shop', 'backfill/order', '{}', $1)
     on conflict (connection, name) do update set finished_at = excluded.finished_at`,
    [at],
  );

test('orders are marked once for each end of a past, also by the next process after a crash', async () => {
  const db = await store.open();
  const shop = new SmallShop();
  shop.placeOrder(1);
  const systems = new Map([['shop', shop.connect()]]);
  const engine = createEngine({ db, systems, policy: defaultPolicy('Europe/Berlin'), codeVersion: 'test', clock: () => now, isSimulated: true }); // prettier-ignore
  await engine.sweepAll();
  await engine.drain();
  await db.pool.query("update order_states set verdict = 'incomplete'");
  const marked = async (): Promise<number> => {
    await markHalfRead(db);
    const { orders } = await countMarks(db);
    await db.pool.query('delete from order_marks');
    return orders;
  };
  assert.equal(await marked(), 0, 'there was no past to be read');
  await finish(db, '2026-11-19T08:00:00.123456Z');
  // As if the process had died before it was on record.
  assert.equal(await marked(), 1);
  assert.equal(await marked(), 0);
  await finish(db, '2026-11-19T09:00:00Z');
  assert.equal(await marked(), 1);
  // A backfill that has nothing to read does what was left.
  await finish(db, '2026-11-19T10:00:00Z');
  await engine.backfillAll();
  assert.equal((await countMarks(db)).orders, 1);
});
