/** The archive: closed orders lie in files, are answered as before, and come back when something is heard of them. */
import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import { archiveClosed, measureArchivable } from '../../src/engine/archive-closed.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { foldOrders, type FoldContext } from '../../src/engine/fold-orders.ts';
import { measureCoverage, recordCoverage } from '../../src/engine/measure-coverage.ts';
import { checkRebuild, rebuildAll } from '../../src/engine/rebuild.ts';
import { openArchiveFiles } from '../../src/files/archive-files.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { countArchived, type ArchiveStep } from '../../src/store/archive.ts';
import type { Database } from '../../src/store/database.ts';
import { listPostings } from '../../src/store/list-accounts.ts';
import { listOrders, listOrderStates } from '../../src/store/list-orders.ts';
import { countMarks, markOrders } from '../../src/store/marks.ts';
import { readOrderInputs } from '../../src/store/order-inputs.ts';
import { listContents } from '../../src/store/read-objects.ts';
import { checkBackup, restoreBackup } from '../../src/store/restore-backup.ts';
import { checkOf } from '../../src/store/seal.ts';
import { storeObservations, type Snapshot } from '../../src/store/store-observations.ts';
import { writeBackup } from '../../src/store/write-backup.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';

const databases = useTestDatabases();
const shop = new SmallShop();
const systems: ConnectedSystems = new Map([['shop', shop.connect()]]);
const context: FoldContext = {
  systems, policy: { ...defaultPolicy('Europe/Berlin'), controls: { 'refund-paid-out': [{ from: '', value: { mode: 'watch', watch: 'on' } }] } },
  coverage: new Map(), now: Date.parse('2026-12-10T12:00:00Z'), codeVersion: 'test',
}; // prettier-ignore
const before = '2026-12-01T00:00:00Z';

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-archive-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function snapshotOf(
  ref: ReturnType<SmallShop['placeOrder']>,
  readStartedAt: string,
): Promise<Snapshot> {
  const live = shop.connect().live!;
  const found = await live.connector.fetch(live.connection, ref, AbortSignal.timeout(1_000));
  assert.equal(found.is, 'snapshot');
  return { ...(found as Extract<typeof found, { is: 'snapshot' }>).snapshot, readStartedAt, via: 'sweep' };
}

async function absorb(db: Database): Promise<void> {
  while ((await absorbObjects(db, systems, { holder: 'test' })) > 0);
  while ((await foldOrders(db, context, { holder: 'test' })) > 0);
}

/** Four orders: two of them closed in November, one of them seen twice; one in December; one with a refund that never arrived. */
async function openFour(t: TestContext): Promise<{ readonly db: Database; readonly folder: string }> {
  const folder = folderOf(t);
  const db = await databases.open(undefined, undefined, openArchiveFiles(folder));
  const at = '2026-12-09T00:00:00Z';
  const orders = [
    shop.placeOrder(1), shop.placeOrder(2, 2), shop.placeOrder(3, 1, 10, '2026-12-05T09:00:00'), shop.placeOrder(4),
    shop.refundOrder(40, 4),
  ]; // prettier-ignore
  const snapshots = await Promise.all(orders.map((ref) => snapshotOf(ref, at)));
  const [first] = snapshots;
  const older = { ...first!, body: { ...(first!.body as object), status: 'processing' }, readStartedAt: '2026-12-08T00:00:00Z' };
  await storeObservations(db, [older, ...snapshots]);
  await absorb(db);
  return { db, folder };
} // prettier-ignore

const closed = ['shop/1', 'shop/2'];

/** All that can be asked about the two. */
async function askedOf(db: Database): Promise<unknown> {
  return {
    states: await listOrderStates(db, closed),
    // In which file a body lies is not part of what it says.
    inputs: (await readOrderInputs(db, closed, { facts: true })).map(({ isArchived: _isArchived, objects, ...input }) => ({
      ...input, objects: objects.map(({ archived: _file, ...object }) => object),
    })),
    contents: (await listContents(db, 'shop:order/1')).map(({ body, firstReadAt, isNewest }) => ({ body, firstReadAt, isNewest })),
    postings: await listPostings(db, 'shop/1', 'refund-paid-out'),
    list: await listOrders(db),
  };
} // prettier-ignore

const archive = (db: Database, reach?: (step: ArchiveStep) => Promise<void>) =>
  archiveClosed(db, db.archive!, {
    holder: 'archive/test',
    before,
    pageMax: 2,
    ...(reach !== undefined && { reach }),
  });

/** What still lies in the database of the two. */
async function leftOf(db: Database): Promise<{ readonly bodies: number; readonly facts: number }> {
  const { rows } = await db.pool.query<{ bodies: number; facts: number }>(
    `select (select count(*) from observations where body is not null and object_key in ('shop:order/1', 'shop:order/2')) as bodies,
       (select count(*) from facts where order_key in ('shop/1', 'shop/2') and type <> 'order.placed') as facts`,
  );
  return rows[0]!;
}

test('orders closed before the day lie in a file, and everything asked of them is answered as before', async (t) => {
  const { db } = await openFour(t);
  // A posting whose fact goes into the file.
  await db.pool.query(
    `insert into account_postings (order_key, control, side, place, posted_at, amount, currency, fact_id)
     select order_key, 'refund-paid-out', 'left', 0, happened_at, 1, 'EUR', fact_id from facts where order_key = 'shop/1' and type = 'payment.captured'`,
  );
  const asked = await askedOf(db);
  assert.match(JSON.stringify(asked), /"type":"payment.captured","system":"shop"/);
  assert.deepEqual((await measureArchivable(db, before)).orders, 2);
  assert.deepEqual(await archive(db), { ok: true, orders: 2, pruned: 0 });
  assert.deepEqual(await leftOf(db), { bodies: 0, facts: 0 });
  assert.deepEqual(await countArchived(db), { orders: 2, files: 1 });
  assert.deepEqual(await askedOf(db), asked);
  assert.deepEqual(await archive(db), { ok: true, orders: 0, pruned: 0 }, 'once is enough');
});

test('an order whose file is gone waits alone: the others of its batch are folded', async (t) => {
  const { db, folder } = await openFour(t);
  await archive(db);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  await markOrders(db, ['shop/1', 'shop/3', 'shop/4']);
  const folded: string[] = [];
  await assert.rejects(foldOrders(db, context, { holder: 'test', onFolded: (keys) => folded.push(...keys) }), { code: 'archive-unreadable' }); // prettier-ignore
  assert.deepEqual(folded.sort(), ['shop/3', 'shop/4']);
  assert.equal((await countMarks(db)).orders, 1, 'it is tried again later');
});

test('a late refund brings its order back, with everything that was there', async (t) => {
  const { db } = await openFour(t);
  await archive(db);
  const [, second] = await readOrderInputs(db, closed, { facts: true });
  await storeObservations(db, [await snapshotOf(shop.refundOrder(10, 1), '2026-12-10T00:00:00Z')]);
  await absorb(db);
  const [state] = await listOrderStates(db, ['shop/1']);
  assert.equal(state!.refundedMinor, 5990);
  assert.equal(state!.verdict, 'breaks', 'a refund that was never paid out');
  const [inputs] = await readOrderInputs(db, ['shop/1'], { facts: true });
  assert.equal(inputs!.isArchived, false);
  assert.ok(inputs!.objects.every((object) => object.archived === null));
  assert.equal((await listContents(db, 'shop:order/1')).length, 2);
  const types = inputs!.facts.map((fact) => fact.type);
  assert.ok(types.includes('payment.captured') && types.includes('refund.recorded'), types.join(' '));
  assert.deepEqual(await checkRebuild(db, context), []);
  assert.deepEqual((await readOrderInputs(db, ['shop/2'], { facts: true }))[0], second, 'the other one of its file stays there');
}); // prettier-ignore

for (const step of ['held', 'written', 'removed'] as const)
  test(`killed when a page is ${step}: nothing is lost, and the next run ends it`, async (t) => {
    const { db, folder } = await openFour(t);
    const asked = await askedOf(db);
    const die = async (reached: ArchiveStep): Promise<void> => {
      if (reached === step) throw new Error('killed');
    };
    await assert.rejects(archive(db, die), /killed/);
    assert.deepEqual(await askedOf(db), asked);
    // Its orders are held for a while; when that is over they are folded once more.
    await db.pool.query("update order_marks set lease_ends_at = now() - interval '1 second'");
    await absorb(db);
    assert.deepEqual(await countMarks(db).then(({ orders }) => orders), 0);
    const again = await archive(db);
    assert.deepEqual(again, {
      ok: true,
      orders: step === 'removed' ? 0 : 2,
      pruned: step === 'written' ? 1 : 0,
    });
    assert.deepEqual(await leftOf(db), { bodies: 0, facts: 0 });
    assert.equal(readdirSync(folder).length, 1);
  });

test('what is under way is left: open problems, marks, what happened since', async (t) => {
  const { db } = await openFour(t);
  await markOrders(db, ['shop/2']);
  assert.deepEqual(await archive(db), { ok: true, orders: 1, pruned: 0 });
  const rows = await readOrderInputs(db, ['shop/1', 'shop/2', 'shop/3', 'shop/4']);
  assert.deepEqual(rows.map((row) => row.isArchived), [true, false, false, false]); // prettier-ignore
});

test('an order that is marked while its page is written comes back as soon as it is folded', async (t) => {
  const { db } = await openFour(t);
  const change = async (step: ArchiveStep): Promise<void> => {
    if (step === 'written') await markOrders(db, ['shop/1']);
  };
  await archive(db, change);
  // It was held: folded afterwards, and with that it is back.
  await absorb(db);
  assert.deepEqual((await readOrderInputs(db, closed)).map((row) => row.isArchived), [false, true]);
  assert.deepEqual(await checkRebuild(db, context), []);
}); // prettier-ignore

test('a lost lease stops the removal: the file may be gone by then', async (t) => {
  const { db } = await openFour(t);
  const asked = await askedOf(db);
  const lose = async (step: ArchiveStep): Promise<void> => {
    if (step === 'written') await db.pool.query("update leases set ends_at = now() - interval '1 second', fence = fence + 1 where lease_key = 'archive'"); // prettier-ignore
  };
  await assert.rejects(archive(db, lose), /lease was lost/);
  assert.deepEqual(await askedOf(db), asked);
  assert.deepEqual(await countArchived(db), { orders: 0, files: 0 });
});

test('rebuilding, coverage and changed rules leave archived orders where they are', async (t) => {
  const { db } = await openFour(t);
  await archive(db);
  await rebuildAll(db);
  await absorb(db);
  await recordCoverage(db, systems, context.now);
  await absorb(db);
  assert.deepEqual(await countArchived(db), { orders: 2, files: 1 });
  assert.ok((await measureCoverage(db, systems)).size > 0);
});

test('a missing file is said by its name, and nothing is written without it', async (t) => {
  const { db, folder } = await openFour(t);
  await archive(db);
  const [file] = readdirSync(folder);
  rmSync(join(folder, file!));
  await assert.rejects(readOrderInputs(db, closed), { code: 'archive-unreadable' });
  writeFileSync(join(folder, file!), 'no Parquet');
  await markOrders(db, ['shop/1']);
  await assert.rejects(foldOrders(db, context, { holder: 'test' }), { code: 'archive-unreadable' });
  assert.equal((await countMarks(db)).orders, 1, 'it stays marked');
});

test('a backup with the files restores to the same answers', async (t) => {
  const { db, folder } = await openFour(t);
  await archive(db);
  const asked = await askedOf(db);
  const [path, other] = [join(folderOf(t), 'whole.backup'), folderOf(t)];
  const files = readdirSync(folder).map(
    (name) => [`archive/${name}`, readFileSync(join(folder, name))] as const,
  );
  await writeBackup(
    { db, keyCheck: checkOf(Buffer.alloc(32, 7)), version: 'test', files },
    createWriteStream(path),
  );
  const restored = await databases.openEmpty(openArchiveFiles(other));
  await restoreBackup(restored, await checkBackup(path, undefined), (name, bytes) =>
    writeFileSync(join(other, name.replace('archive/', '')), bytes),
  );
  assert.deepEqual(await askedOf(restored), asked);
});
