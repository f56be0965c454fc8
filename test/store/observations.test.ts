/** What was read of objects: the newest snapshot wins whatever order they come in, equal ones are stored once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { allAccelerators, noAccelerators, statement } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { fileObjects, filingLease } from '../../src/store/file-objects.ts';
import { takeLease, type Turn } from '../../src/store/leases.ts';
import { claimDirtyObjects } from '../../src/store/marks.ts';
import { recordMissing } from '../../src/store/missing-objects.ts';
import { listContents, readObjects } from '../../src/store/read-objects.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import type { Snapshot } from '../../src/store/store-observations.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const key = 'shop:order/7';

function snapshot(changes: Partial<Snapshot> = {}): Snapshot {
  return {
    connection: 'shop', kind: 'order', id: '7', body: { total: '10.00' }, readStartedAt: '2026-11-02T08:00:00Z',
    via: 'webhook', ...changes,
  }; // prettier-ignore
}

const at = (second: number): string => `2026-11-02T08:00:${String(second).padStart(2, '0')}Z`;

async function store(db: Database, changes: Partial<Snapshot>): Promise<string> {
  const [stored] = await storeObservations(db, [snapshot(changes)]);
  return stored!.verdict;
}

async function readBody(db: Database, objectKey = key): Promise<unknown> {
  return (await readObjects(db, [objectKey]))[0]?.body;
}

const listMarks = statement<{ readonly key: string; readonly stamp: string; readonly priority: number }, []>(
  'test-list-object-marks',
  'list',
  'select object_key as key, stamp, priority from object_marks order by object_key',
);
const dropMarks = statement<object, []>('test-drop-object-marks', 'list', 'delete from object_marks');

async function markedKeys(db: Database): Promise<readonly string[]> {
  return (await db.run(listMarks, [])).map((row) => row.key);
}

for (const [name, switches] of Object.entries({ allAccelerators, noAccelerators })) {
  test(`${name}: equal content is stored once and marks once, however often it comes`, async () => {
    const db = await databases.open(switches);
    const batch = [snapshot(), snapshot({ id: '8' }), snapshot()];
    const stored = await storeObservations(db, batch);
    assert.deepEqual(
      stored.map((row) => row.verdict),
      ['new', 'new', 'seen'],
    );
    const before = await db.run(listMarks, []);
    assert.deepEqual(before.map((row) => row.key), [key, 'shop:order/8']); // prettier-ignore
    // Keys in another order are the same content.
    const again = await storeObservations(db, [snapshot({ readStartedAt: at(5) }), snapshot()]);
    assert.deepEqual(
      again.map((row) => row.verdict),
      ['same', 'seen'],
    );
    assert.deepEqual(await db.run(listMarks, []), before, 'nothing changed, so nothing is marked anew');
    assert.equal((await listContents(db, key)).length, 1);
    assert.equal((await readObjects(db, [key]))[0]?.version, 1);
  });

  test(`${name}: the same newest snapshot for every order of arrival`, async () => {
    const db = await databases.open(switches);
    const read = fc.record({ total: fc.integer({ min: 1, max: 4 }), second: fc.integer({ min: 0, max: 9 }) });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(read, { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), async (reads, draws) => {
        run += 1;
        const order = reads.map((_, index) => index).sort((a, b) => a - b);
        const mixed = order.map((index) => ({ index, draw: draws.next().value! })).sort((a, b) => a.draw - b.draw || a.index - b.index);
        const toSnapshots = (id: string, indexes: readonly number[]): Snapshot[] =>
          indexes.map((index) => snapshot({ id, body: { total: reads[index]!.total }, readStartedAt: at(reads[index]!.second) }));
        for (const one of toSnapshots(`a${run}`, order)) await storeObservations(db, [one]);
        await storeObservations(db, toSnapshots(`b${run}`, mixed.map(({ index }) => index)));
        assert.deepEqual(await readBody(db, `shop:order/a${run}`), await readBody(db, `shop:order/b${run}`));
        const latest = Math.max(...reads.map((one) => one.second));
        const candidates = reads.filter((one) => one.second === latest).map((one) => one.total);
        const body = (await readBody(db, `shop:order/a${run}`)) as { total: number };
        assert.ok(candidates.includes(body.total), 'the latest read wins');
      }),
      { numRuns: 25 },
    ); // prettier-ignore
  });
}

test('keys of an object in another order are the same content', async () => {
  const db = await databases.open();
  await store(db, { body: { a: 1, b: { c: 2, d: 3 } } });
  assert.equal(await store(db, { body: { b: { d: 3, c: 2 }, a: 1 } }), 'seen');
});

test('an older read is kept as an observation and changes nothing', async () => {
  const db = await databases.open();
  await store(db, { body: { total: 2 }, readStartedAt: at(9) });
  await db.run(dropMarks, []);
  assert.equal(await store(db, { body: { total: 1 }, readStartedAt: at(3) }), 'older');
  assert.deepEqual(await readBody(db), { total: 2 });
  assert.deepEqual(
    (await listContents(db, key)).map((content) => [content.body, content.isNewest]),
    [
      [{ total: 1 }, false],
      [{ total: 2 }, true],
    ],
  );
  assert.deepEqual(await markedKeys(db), []);
});

test('a larger source version beats a later read', async () => {
  const db = await databases.open();
  await store(db, { body: { total: 5 }, sourceVersion: 5, readStartedAt: at(9) });
  assert.equal(await store(db, { body: { total: 6 }, sourceVersion: 6, readStartedAt: at(2) }), 'newer');
  assert.equal(await store(db, { body: { total: 4 }, sourceVersion: 4, readStartedAt: at(1) }), 'older');
  assert.deepEqual(await readBody(db), { total: 6 });
});

test('a version that went backwards is asked for again and then accepted', async () => {
  const db = await databases.open();
  await store(db, { body: { total: 5 }, sourceVersion: 5, readStartedAt: at(1) });
  const back = { body: { total: 1 }, sourceVersion: 1, readStartedAt: at(9) };
  const [first] = await storeObservations(db, [snapshot(back)]);
  assert.deepEqual(first, { objectKey: key, verdict: 'rewound', needsRead: true });
  assert.deepEqual(await readBody(db), { total: 5 });
  assert.equal(await store(db, { ...back, acceptRewound: true }), 'newer');
  assert.deepEqual(await readBody(db), { total: 1 });
});

test('a tie is decided alike in both orders, and asks for another read', async () => {
  const db = await databases.open();
  const [one, two] = [{ body: { total: 1 } }, { body: { total: 2 } }];
  await store(db, { id: 'x', ...one });
  const [tied] = await storeObservations(db, [snapshot({ id: 'x', ...two })]);
  assert.deepEqual([tied?.verdict, tied?.needsRead], ['tied', true]);
  await store(db, { id: 'y', ...two });
  assert.equal(await store(db, { id: 'y', ...one }), 'tied');
  assert.deepEqual(await readBody(db, 'shop:order/x'), await readBody(db, 'shop:order/y'));
});

test('reads that overlap and differ ask for another read', async () => {
  const db = await databases.open();
  await store(db, { readStartedAt: at(0), readEndedAt: at(5) });
  const [stored] = await storeObservations(db, [
    snapshot({ body: { total: 2 }, readStartedAt: at(3), readEndedAt: at(8) }),
  ]);
  assert.deepEqual([stored?.verdict, stored?.needsRead], ['newer', true]);
});

test('a read that ends before it starts is refused', async () => {
  const db = await databases.open();
  await assert.rejects(store(db, { readStartedAt: at(5), readEndedAt: at(1) }), RangeError);
  await assert.rejects(store(db, { readStartedAt: '2026-11-02 08:00' }), RangeError);
});

const takeTurn = async (db: Database): Promise<Turn> => {
  const { fence } = (await takeLease(db, filingLease, 'me', 60_000))!;
  return { holder: 'me', fence };
};

test('objects whose reading looked at a changed one are marked with it', async () => {
  const db = await databases.open();
  await storeObservations(db, [snapshot(), snapshot({ kind: 'refund', id: '1' })]);
  const marks = await claimDirtyObjects(db, { holder: 'me', limit: 10, leaseMs: 60_000 });
  const filings = marks.map(({ objectKey }) => ({
    objectKey,
    terms: [],
    orderKeys: [],
    lookedAt: new Map(objectKey === 'shop:refund/1' ? [[key, 1]] : []),
  }));
  await fileObjects(db, filings, marks, await takeTurn(db));
  assert.deepEqual(await markedKeys(db), []);
  await store(db, { readStartedAt: at(7) });
  assert.deepEqual(await markedKeys(db), [], 'the same content is no change');
  await store(db, { body: { total: 3 }, readStartedAt: at(8) });
  assert.deepEqual(await markedKeys(db), [key, 'shop:refund/1']);
});

test('what came while the one that looked for it was being read is seen when it is filed itself', async () => {
  const db = await databases.open();
  const refund = 'shop:refund/1';
  const turn = await takeTurn(db);
  const claimAll = (): ReturnType<typeof claimDirtyObjects> => claimDirtyObjects(db, { holder: 'me', limit: 10, leaseMs: 60_000 });
  const file = async (marks: Awaited<ReturnType<typeof claimAll>>, objectKey: string, lookedAt: ReadonlyMap<string, number>): Promise<void> => {
    assert.equal(await fileObjects(db, [{ objectKey, terms: [], orderKeys: [], lookedAt }], marks, turn), true);
  };
  await storeObservations(db, [snapshot({ kind: 'refund', id: '1' })]);
  const first = await claimAll();
  // The refund was read without its order, which is stored before that is on record.
  await store(db, {});
  await file(first, refund, new Map([[key, 0]]));
  assert.deepEqual(await markedKeys(db), [key]);
  await file(await claimAll(), key, new Map());
  assert.deepEqual(await markedKeys(db), [refund]);
  await file(await claimAll(), refund, new Map([[key, 1]]));
  assert.deepEqual(await markedKeys(db), []);
}); // prettier-ignore

test('a change while an object is being filed keeps its mark', async () => {
  const db = await databases.open();
  await store(db, {});
  const marks = await claimDirtyObjects(db, { holder: 'me', limit: 1, leaseMs: 60_000 });
  await store(db, { body: { total: 2 }, readStartedAt: at(9) });
  await fileObjects(db, [{ objectKey: key, terms: [], orderKeys: [] }], marks, await takeTurn(db));
  const again = await claimDirtyObjects(db, { holder: 'you', limit: 1, leaseMs: 60_000 });
  assert.deepEqual(again.map((mark) => mark.objectKey), [key]); // prettier-ignore
  assert.notEqual(again[0]?.stamp, marks[0]?.stamp);
});

test('an object is gone after two reads apart, and back with the next successful one', async () => {
  const db = await databases.open();
  await store(db, {});
  await db.run(dropMarks, []);
  assert.equal(await recordMissing(db, key, '2026-11-02T07:59:00Z', 1000), 'unknown');
  assert.equal(await recordMissing(db, key, at(10), 5000), 'missing');
  assert.equal(await recordMissing(db, key, at(12), 5000), 'missing');
  assert.deepEqual(await markedKeys(db), []);
  assert.equal(await recordMissing(db, key, at(16), 5000), 'gone');
  assert.deepEqual(await markedKeys(db), [key]);
  await db.run(dropMarks, []);
  assert.equal(await store(db, { readStartedAt: at(20) }), 'same');
  assert.equal((await readObjects(db, [key]))[0]?.goneAt, null);
  assert.deepEqual(await markedKeys(db), [key], 'coming back is a change');
});

test('what jsonb refuses does not stop a batch', async () => {
  const db = await databases.open();
  await store(db, { body: { note: 'a\0b\ud800' } });
  assert.deepEqual(await readBody(db), { note: 'a\uFFFDb\uFFFD' });
});
