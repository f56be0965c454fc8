import assert from 'node:assert/strict';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { foldOrders, type FoldContext } from '../../src/engine/fold-orders.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { checkBackup, restoreBackup } from '../../src/store/restore-backup.ts';
import { checkOf } from '../../src/store/seal.ts';
import { storeObservations, type Snapshot } from '../../src/store/store-observations.ts';
import { writeBackup } from '../../src/store/write-backup.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { companyFolders, readCompany } from './company-objects.ts';

const store = useTestDatabases();
const keyCheck = checkOf(Buffer.alloc(32, 7));
const connections = readCompany(companyFolders['company-o']);
const systems: ConnectedSystems = new Map(
  connections.map(({ connector, settings }) => [settings.connection, { connector, settings }]),
);
const context: FoldContext = {
  systems, policy: defaultPolicy('Europe/Berlin'), coverage: new Map(), now: Date.parse('2026-12-03T12:00:00Z'), codeVersion: 'test',
}; // prettier-ignore
const snapshots: Snapshot[] = connections.flatMap(({ settings, objects }) =>
  [...objects].flatMap(([kind, byId]) =>
    [...byId].map(([id, body]) => ({
      connection: settings.connection, kind, id, body, readStartedAt: '2026-12-01T00:00:00Z', via: 'file' as const,
    })),
  ),
); // prettier-ignore

async function absorbAll(db: Database): Promise<void> {
  const options = { holder: 'test', batchMax: 2000 };
  while ((await absorbObjects(db, systems, options)) > 0);
  while ((await foldOrders(db, context, options)) > 0);
}

/** Contents of every table, for comparison. */
async function readTables(db: Database): Promise<Map<string, number>> {
  const { rows } = await db.pool.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const counts = new Map<string, number>();
  for (const { name } of rows) {
    const { rows: found } = await db.pool.query<{ n: number }>(`select count(*)::int as n from ${name}`);
    counts.set(name, found[0]!.n);
  }
  return counts;
}

const passphrase = 'four words and a colour';

test('a backup taken under load restores to a database in which nothing differs from what derives', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-drill-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [whole, sealed] = [join(folder, 'whole.backup'), join(folder, 'sealed.backup')];
  const db = await store.open();
  const half = snapshots.length >> 1;
  await storeObservations(db, snapshots.slice(0, half));
  await absorbAll(db);
  await db.pool.query(
    "insert into leases (lease_key, holder, ends_at) values ('sweep/shop', 'gone', now() + interval '1 hour')",
  );

  // The other half arrives and is absorbed while the backup runs.
  const working = (async () => {
    for (let start = half; start < snapshots.length; start += 200) {
      await storeObservations(db, snapshots.slice(start, start + 200));
      await absorbAll(db);
    }
  })();
  const options = { db, keyCheck, version: 'test', files: new Map([['master.key', Buffer.from('00')]]) };
  const summary = await writeBackup({ ...options, passphrase }, createWriteStream(sealed));
  await working;
  assert.ok(summary.rows > half);
  await writeBackup({ ...options, files: new Map() }, createWriteStream(whole));

  for (const [path, given] of [
    [sealed, passphrase],
    [whole, undefined],
  ] as const) {
    const backup = await checkBackup(path, given);
    const other = await store.openEmpty();
    await restoreBackup(other, backup);
    if (path === whole) {
      const [before, after] = [await readTables(db), await readTables(other)];
      assert.equal(after.get('leases'), 0, 'who held what then holds it no longer');
      // That of the sweep, and that under which records were filed.
      assert.deepEqual(new Map([...after, ['leases', 2]]), before);
    }
    // What was still to be done then is done now.
    await absorbAll(other);
    assert.deepEqual(await checkRebuild(other, context), []);
    assert.equal(backup.files.has('master.key'), path === sealed);
  }

  await t.test('a second restore into it is refused', async () => {
    await assert.rejects(async () => restoreBackup(db, await checkBackup(whole, undefined)), {
      code: 'restore-target-used',
    });
  });

  await t.test('a wrong passphrase, or none, is refused', async () => {
    await assert.rejects(() => checkBackup(sealed, 'another'), { code: 'backup-passphrase-wrong' });
    await assert.rejects(() => checkBackup(sealed, undefined), { code: 'backup-passphrase-missing' });
  });

  await t.test('no byte of it can be changed and none cut off', async () => {
    const bytes = readFileSync(sealed);
    const start = bytes.indexOf('\n', 20) + 1;
    const places = [3, 30, start, start + 4, start + 9, bytes.length >> 1, bytes.length - 1];
    for (const [file, given] of [
      [sealed, passphrase],
      [whole, undefined],
    ] as const) {
      const good = readFileSync(file);
      const path = join(folder, 'damaged.backup');
      for (const place of places.filter((one) => one < good.length)) {
        const bad = Buffer.from(good);
        bad[place]! ^= 0x20;
        writeFileSync(path, bad);
        await assert.rejects(() => checkBackup(path, given), { code: /^backup-/ }, `byte ${place}`);
      }
      for (const length of [0, 10, start + 3, good.length - 1]) {
        writeFileSync(path, good);
        truncateSync(path, length);
        await assert.rejects(() => checkBackup(path, given), { code: /^backup-/ }, `cut at ${length}`);
      }
      writeFileSync(path, Buffer.concat([good, Buffer.from('more')]));
      await assert.rejects(() => checkBackup(path, given), { code: /^backup-/ }, 'bytes after its end');
    }
  });

  await t.test('a backup of a newer schema is refused', async () => {
    const path = join(folder, 'newer.backup');
    const text = readFileSync(whole, 'latin1').replace(/"schema":\d+/, '"schema":9999');
    writeFileSync(path, text, 'latin1');
    await assert.rejects(() => checkBackup(path, undefined), { code: 'backup-newer' });
  });
});
