/** File feeds: watched folder and SFTP, corrections, late files, and a refund that a bank statement closes. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { fileFeed } from '../../src/connectors/canonical/file-feed-connector.ts';
import { fileFeedLive } from '../../src/connectors/canonical/file-feed-live.ts';
import type { ConnectionSettings } from '../../src/connectors/contract.ts';
import type { ConnectedSystem, ConnectedSystems } from '../../src/engine/connected-system.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { lastExpected } from '../../src/engine/feed-due.ts';
import { importFeed, type FeedResult } from '../../src/engine/import-feed.ts';
import { checkRebuild } from '../../src/engine/rebuild.ts';
import { defaultPolicy, plainCalendar, type Policy } from '../../src/kernel/policy.ts';
import type { Database } from '../../src/store/database.ts';
import { listFeedFiles } from '../../src/store/feed-files.ts';
import { listOrders, listOrderStates } from '../../src/store/list-orders.ts';
import { listProblems, listSubjectProblems } from '../../src/store/list-problems.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { SmallShop } from './small-shop.ts';
import { sshdSkip, startSshd } from './sshd.ts';

const store = useTestDatabases();
const root = mkdtempSync(join(tmpdir(), 'reentry-feed-test-'));
after(() => rmSync(root, { recursive: true }));

const policy: Policy = {
  ...defaultPolicy('Europe/Berlin'),
  controls: { 'refund-paid-out': [{ from: '', value: { mode: 'watch', watch: 'on' } }] },
};
const receipts = {
  mapping: 1,
  name: 'receipts',
  file: { decimal: ',', dates: ['dd.MM.yyyy'], zone: 'Europe/Berlin' },
  facts: {
    system: 'wms',
    rows: [{ type: 'goods.received', fields: { at: 'Eingang', order: 'Bestellung', sku: 'Artikel', quantity: 'Menge' } }],
  },
}; // prettier-ignore

let folders = 0;
function newFolder(): string {
  const folder = join(root, String(++folders));
  mkdirSync(folder);
  return folder;
}

function feedOf(
  baseUrl: string,
  feed: unknown,
  secrets: Readonly<Record<string, string>> = {},
): ConnectedSystem {
  const settings: ConnectionSettings = {
    connection: 'feed', system: 'wms', zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number', locations: {},
    statuses: {}, reasons: {}, tenders: {}, fields: {}, feed,
  }; // prettier-ignore
  const http = { request: () => Promise.reject(new Error('no network here')) } as never;
  const connection = { settings, baseUrl, secrets, http, allowedNetworks: ['127.0.0.1'] };
  return { connector: fileFeed, settings, live: { connector: fileFeedLive, connection } };
}

const rowsOf = (numbers: readonly number[], day = '09.11.2026'): string =>
  `Eingang;Bestellung;Artikel;Menge\n${numbers.map((n) => `${day};N${1 + (n % 6)};SHOE;${n}`).join('\n')}\n`;
const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

function run(db: Database, system: ConnectedSystem, now = '2026-11-10T12:00:00Z'): Promise<FeedResult> {
  const signal = new AbortController().signal;
  return importFeed(db, system, { holder: 'test', signal, policy, now: Date.parse(now), settleMs: 1 });
}

/** Facts as the orders have them, after everything is absorbed. */
async function receivedUnits(db: Database, engine: Engine): Promise<{ facts: number; units: number }> {
  await engine.drain();
  const { rows } = await db.pool.query<{ facts: string; units: string }>(
    `select count(*) as facts, coalesce(sum((body->>'quantity')::int), 0) as units from facts
     where type = 'goods.received' and retracted_at is null`,
  );
  return { facts: Number(rows[0]!.facts), units: Number(rows[0]!.units) };
}

function start(db: Database, systems: ConnectedSystems, now: () => number): Engine {
  return createEngine({ db, systems, policy, codeVersion: 'test', clock: now, isSimulated: true });
}

async function shopWithFeed(db: Database, feed: ConnectedSystem): Promise<Engine> {
  const shop = new SmallShop();
  for (let id = 1; id <= 6; id++) shop.placeOrder(id, 500);
  const engine = start(db, new Map([['shop', shop.connect()], ['feed', feed]]), () => Date.parse('2026-11-10T12:00:00Z')); // prettier-ignore
  await engine.sweepAll();
  return engine;
}

test('a corrected file replaces the earlier one: 40 rows become 42, and end at 42', async () => {
  const [folder, db] = [newFolder(), await store.open()];
  const feed = feedOf(pathToFileURL(folder).href, { mapping: receipts });
  const path = join(folder, 'receipts.csv');
  writeFileSync(path, rowsOf(count(40)));
  const engine = await shopWithFeed(db, feed);
  await run(db, feed);
  assert.deepEqual(await receivedUnits(db, engine), { facts: 40, units: 820 });
  // Three rows are corrected, two are new.
  writeFileSync(path, rowsOf([...count(37), 101, 102, 103, 104, 105]));
  assert.deepEqual(await run(db, feed), { is: 'done', read: 1, refused: 0, withdrawn: 3 });
  assert.deepEqual(await receivedUnits(db, engine), { facts: 42, units: 703 + 515 });
  assert.deepEqual(await run(db, feed), { is: 'done', read: 0, refused: 0, withdrawn: 0 });
  const files = await listFeedFiles(db, 'feed', 10);
  assert.deepEqual(
    files.map(({ version, sheet }) => [
      version,
      (sheet as { in: number }).in,
      (sheet as { kept: number }).kept,
    ]),
    [
      [2, 42, 42],
      [1, 40, 40],
    ],
  );
  assert.deepEqual(await checkRebuild(db, engine.context()), []);
  await engine.stop();
});

test('the same rows under another name, or a file that is taken away, change nothing', async () => {
  const [folder, db] = [newFolder(), await store.open()];
  const feed = feedOf(pathToFileURL(folder).href, { mapping: receipts });
  writeFileSync(join(folder, 'a.csv'), rowsOf([1, 1, 2, 3]));
  const engine = await shopWithFeed(db, feed);
  await run(db, feed);
  writeFileSync(join(folder, 'again.csv'), rowsOf([3, 1, 2, 1]));
  await run(db, feed);
  assert.deepEqual(await receivedUnits(db, engine), { facts: 4, units: 7 });
  rmSync(join(folder, 'a.csv'));
  await run(db, feed);
  assert.deepEqual(await receivedUnits(db, engine), { facts: 4, units: 7 });
  // What another file still has stays when one of them loses it.
  writeFileSync(join(folder, 'again.csv'), rowsOf([3]));
  await run(db, feed);
  assert.deepEqual(await receivedUnits(db, engine), { facts: 4, units: 7 });
  await engine.stop();
});

test('names may say which file corrects which; a file that breaks off replaces nothing and is named', async () => {
  const [folder, db] = [newFolder(), await store.open()];
  const feed = feedOf(pathToFileURL(folder).href, {
    mapping: receipts,
    files: '^receipts_',
    slot: '^receipts_(\\d{8})',
  });
  writeFileSync(join(folder, 'receipts_20261109.csv'), rowsOf([1, 2]));
  writeFileSync(join(folder, 'other.csv'), 'not ours');
  writeFileSync(join(folder, 'receipts_20261110.csv.part'), rowsOf([9]));
  const engine = await shopWithFeed(db, feed);
  await run(db, feed);
  writeFileSync(join(folder, 'receipts_20261109_corrected.csv'), rowsOf([2, 3]));
  const later = new Date(Date.now() + 5000);
  utimesSync(join(folder, 'receipts_20261109_corrected.csv'), later, later);
  await run(db, feed);
  assert.deepEqual(await receivedUnits(db, engine), { facts: 2, units: 5 });
  writeFileSync(join(folder, 'receipts_20261109_x.csv'), `${rowsOf([7]).trimEnd()}\n09.11.2026;N1;"SHOE;1\n`);
  const last = new Date(Date.now() + 9000);
  utimesSync(join(folder, 'receipts_20261109_x.csv'), last, last);
  assert.deepEqual(await run(db, feed), { is: 'done', read: 0, refused: 1, withdrawn: 0 });
  assert.deepEqual(await receivedUnits(db, engine), { facts: 2, units: 5 });
  const [problem] = await listSubjectProblems(db, ['connection/feed']);
  assert.match((problem!.body as { note: string }).note, /receipts_20261109_x\.csv could not be read/);
  await engine.stop();
});

test('a late file is told once, on business days, until one comes', async () => {
  const [folder, db] = [newFolder(), await store.open()];
  const feed = feedOf(pathToFileURL(folder).href, { mapping: receipts, expected: { by: '07:30' } });
  const put = (name: string, at: string): void => {
    writeFileSync(join(folder, name), rowsOf([name.length]));
    utimesSync(join(folder, name), new Date(at), new Date(at));
  };
  const late = async (): Promise<string[]> =>
    (await listSubjectProblems(db, ['connection/feed']))
      .filter(({ code, resolvedAt }) => code === 'source-stale' && resolvedAt === null)
      .map(({ body }) => (body as { note: string }).note.slice(0, 23));
  await run(db, feed, '2026-11-06T12:00:00Z');
  assert.deepEqual(await late(), [], 'a feed that never brought anything is being set up');
  put('1.csv', '2026-11-06T06:00:00Z');
  await run(db, feed, '2026-11-06T07:00:00Z');
  await run(db, feed, '2026-11-08T20:00:00Z');
  assert.deepEqual(await late(), [], 'nothing is expected at the weekend');
  await run(db, feed, '2026-11-09T06:31:00Z');
  assert.deepEqual(await late(), ['The file of 2026-11-09 ']);
  await run(db, feed, '2026-11-09T09:00:00Z');
  await run(db, feed, '2026-11-10T09:00:00Z');
  assert.equal((await late()).length, 1, 'one alert, however long it lasts');
  put('22.csv', '2026-11-10T09:30:00Z');
  await run(db, feed, '2026-11-10T10:00:00Z');
  assert.deepEqual(await late(), []);
});

test('the last expected moment follows zone, weekends and holidays', () => {
  const calendar = { ...plainCalendar('Europe/Berlin'), holidays: new Set(['2026-11-09']) };
  const at = (now: string): string | undefined =>
    lastExpected({ by: '07:30' }, calendar, Date.parse(now))?.day;
  assert.equal(at('2026-11-09T12:00:00Z'), '2026-11-06');
  assert.equal(at('2026-11-10T06:29:00Z'), '2026-11-06');
  assert.equal(at('2026-11-10T06:30:00Z'), '2026-11-10');
});

/** A statement of one booking. */
function statement(id: string, day: string, amount: string, direction: 'DBIT' | 'CRDT', purpose: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>${id}</Id>
    <Acct><Id><IBAN>DE02120300000000202051</IBAN></Id></Acct><Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
    <BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>REF-${id}</AcctSvcrRef><NtryDtls><TxDtls><RmtInf><Ustrd>${purpose}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
    </Stmt></BkToCstmrStmt></Document>`;
} // prettier-ignore

for (const tender of ['card', 'cod'] as const)
  test(`a manual refund (${tender}) that nobody paid is open until a bank line pays it, and again when the money comes back`, () =>
    payByBank(tender));

async function payByBank(tender: 'card' | 'cod'): Promise<void> {
  const [folder, db] = [newFolder(), await store.open()];
  const shop = new SmallShop();
  shop.placeOrder(10251, 1, 120, '2026-11-02T09:00:00', tender);
  shop.refundOrder(900, 10251, 120, '2026-11-09T10:00:00');
  const feed = feedOf(pathToFileURL(folder).href, { mapping: 'camt-053' });
  let now = Date.parse('2026-11-09T12:00:00Z');
  const engine = start(db, new Map([['shop', shop.connect()], ['feed', feed]]), () => now); // prettier-ignore
  type Open = { code: string; owner: string; due: string; state: string; since: string };
  const unpaid = async (at: string): Promise<Open[]> => {
    now = Date.parse(at);
    await run(db, feed, at);
    await engine.drain();
    const { rows } = await listOrders(db, { limit: 5 });
    const [stored] = await listOrderStates(db, rows.map(({ orderKey }) => orderKey)); // prettier-ignore
    const { problems, verdict } = stored!.state as { problems: Open[]; verdict: string };
    const found = problems.filter(({ code }) => code === 'refund-recorded-never-paid');
    assert.ok(found.length === 0 || verdict !== 'closed', 'an order with an unpaid refund is never closed');
    return found;
  };
  await engine.sweepAll();
  const [waiting] = await unpaid('2026-11-09T12:00:00Z');
  assert.deepEqual([waiting?.owner, waiting?.due, waiting?.state], ['finance', '2026-11-12', 'pending']);
  assert.equal((await unpaid('2026-11-13T08:00:00Z'))[0]?.state, 'open');
  writeFileSync(join(folder, 's1.xml'), statement('S1', '2026-11-12', '120.00', 'DBIT', 'Erstattung Bestellung N10251'));
  assert.deepEqual(await unpaid('2026-11-13T09:00:00Z'), []);
  writeFileSync(join(folder, 's1-again.xml'), statement('S1', '2026-11-12', '120.00', 'DBIT', 'Erstattung Bestellung N10251'));
  assert.deepEqual(await unpaid('2026-11-13T10:00:00Z'), [], 'twice the same statement pays once');
  writeFileSync(join(folder, 's2.xml'), statement('S2', '2026-11-16', '120.00', 'CRDT', 'N10251'));
  const [again] = await unpaid('2026-11-16T20:00:00Z');
  assert.deepEqual([again?.state, again?.since.slice(0, 10), again?.due], ['pending', '2026-11-16', '2026-11-19']);
  writeFileSync(join(folder, 's2-again.xml'), statement('S2', '2026-11-16', '120.00', 'CRDT', 'N10251'));
  assert.equal((await unpaid('2026-11-20T09:00:00Z')).length, 1);
  const { rows } = await listProblems(db, { code: 'refund-recorded-never-paid' });
  assert.deepEqual([rows.length, rows[0]?.reopenedCount], [1, 1], 'one problem, reopened once');
  writeFileSync(join(folder, 's3.xml'), statement('S3', '2026-11-20', '120.00', 'DBIT', 'N10251'));
  assert.deepEqual(await unpaid('2026-11-20T20:00:00Z'), []);
  assert.deepEqual(await checkRebuild(db, engine.context()), []);
  await engine.stop();
} // prettier-ignore

test('SFTP: a real OpenSSH server, known by its key', { skip: sshdSkip }, async (t) => {
  const [folder, db] = [newFolder(), await store.open()];
  const server = await startSshd(t, root);
  writeFileSync(join(folder, 'receipts.csv'), rowsOf(count(40)));
  const url = `sftp://127.0.0.1:${server.port}${folder}`;
  const login = { user: server.user, privateKey: server.privateKey };
  const health = async (secrets: Readonly<Record<string, string>>): Promise<string> => {
    const feed = feedOf(url, { mapping: receipts }, secrets);
    const lines = await fileFeedLive.check(feed.live!.connection, new AbortController().signal);
    return lines.find(({ check }) => check === 'folder')!.message;
  };
  assert.match(await health(login), new RegExp(`shows the key ${server.hostKey.replace(/[+/]/g, '\\$&')}; compare`));
  assert.match(await health({ ...login, hostKey: 'SHA256:another' }), /it was changed, or it is another server/);
  assert.match(await health({ ...login, user: 'nobody-here', hostKey: server.hostKey }), /refuses the login/);
  assert.match(await health({ ...login, hostKey: server.hostKey }), /can be read: 1 files fit/);
  const feed = feedOf(url, { mapping: receipts }, { ...login, hostKey: server.hostKey });
  assert.deepEqual(await run(db, feed), { is: 'done', read: 1, refused: 0, withdrawn: 0 });
  writeFileSync(join(folder, 'receipts.csv'), rowsOf(count(42)));
  const later = new Date(Date.now() + 5000);
  utimesSync(join(folder, 'receipts.csv'), later, later);
  await run(db, feed);
  const { rows } = await db.pool.query('select 1 from feed_rows');
  assert.equal(rows.length, 42);
  await server.stop();
  const down = await run(db, feed);
  assert.equal(down.is, 'failed', 'a server that is down takes nothing back');
}); // prettier-ignore
