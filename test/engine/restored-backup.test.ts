/** A source that goes back in time, as one does that is restored from a backup. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type {
  ConnectorLive,
  FetchResult,
  LiveConnection,
  Snapshot,
} from '../../src/connectors/live-contract.ts';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { odooLive } from '../../src/connectors/odoo/odoo-live.ts';
import type { ConnectedSystem } from '../../src/engine/connected-system.ts';
import { watchFreshness } from '../../src/engine/exceptions/watch-sources.ts';
import { processDeliveries } from '../../src/engine/receive.ts';
import { sweepKind } from '../../src/engine/sweep.ts';
import type { Database } from '../../src/store/database.ts';
import { listSubjectProblems } from '../../src/store/list-problems.ts';
import { readObjects } from '../../src/store/read-objects.ts';
import { never, settingsOf } from '../connectors/live-connections.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const kind = 'stock.warehouse';

type Held = { readonly code: string; readonly modifiedAt?: string; readonly version?: string };

/** A source that is nothing but its records; it sweeps whole. */
function openSource(): { readonly records: Map<string, Held>; wentBackTo?: string; readonly system: ConnectedSystem } {
  const records = new Map<string, Held>();
  const settings = settingsOf('erp', 'erp');
  const snapshotOf = (id: string, { code, ...stamp }: Held): Snapshot => ({
    connection: 'erp', kind, id, body: { id: Number(id), code, lot_stock_id: false }, ...stamp,
  }); // prettier-ignore
  const source: { wentBackTo?: string } = {};
  const connector: ConnectorLive = {
    ...odooLive,
    sweep: async () => ({
      objects: [...records].map(([id, held]) => snapshotOf(id, held)), cursor: '{}', done: true, ...source,
    }),
    fetch: async (_connection, { id }): Promise<FetchResult> => {
      const held = records.get(id);
      return held === undefined ? { is: 'gone' } : { is: 'snapshot', snapshot: snapshotOf(id, held) };
    },
  }; // prettier-ignore
  const connection = { settings, baseUrl: 'http://127.0.0.1:9', secrets: {} } as unknown as LiveConnection;
  return Object.assign(source, { records, system: { connector: odoo, settings, live: { connector, connection } } });
} // prettier-ignore

async function look(db: Database, system: ConnectedSystem): Promise<void> {
  const options = { holder: 'test', signal: never };
  const swept = await sweepKind(db, system, kind, options);
  assert.equal(swept.is, 'done', JSON.stringify(swept));
  await processDeliveries(db, new Map([['erp', system]]), { ...options, goneGapMs: 0 });
}
async function rewoundOf(db: Database): Promise<string | undefined> {
  const found = await listSubjectProblems(db, ['connection/erp']);
  const open = found.find((each) => each.code === 'source-rewound' && each.resolvedAt === null);
  return open === undefined ? undefined : String((open.body as { readonly note?: unknown }).note);
}
const codeOf = async (db: Database, id: string): Promise<unknown> => {
  const [row] = await readObjects(db, [`erp:${kind}/${id}`]);
  return (row?.body as { readonly code?: unknown } | undefined)?.code;
};

test('a smaller version is believed when a second read says so too, and told', async () => {
  const db = await databases.open();
  const { records, system } = openSource();
  records.set('1', { code: 'new', version: '7' });
  await look(db, system);
  records.set('1', { code: 'old', version: '5' });
  await look(db, system);
  assert.equal(await codeOf(db, '1'), 'old');
  assert.match((await rewoundOf(db)) ?? '', /older version/);
  records.set('1', { code: 'newer', version: '6' });
  await look(db, system);
  assert.equal(await codeOf(db, '1'), 'newer', 'and it goes on from there');
});

test('a record with an older time of change than before is told', async () => {
  const db = await databases.open();
  const { records, system } = openSource();
  records.set('1', { code: 'new', modifiedAt: '2026-06-01T12:00:00.000Z' });
  await look(db, system);
  records.set('1', { code: 'old', modifiedAt: '2026-06-01T11:00:00.000Z' });
  await look(db, system);
  assert.equal(await codeOf(db, '1'), 'old');
  assert.match((await rewoundOf(db)) ?? '', /shows stock\.warehouse 1 with an older time of change/);
});

test('what changed later than anything the source shows is read again; one deletion is none', async () => {
  const db = await databases.open();
  const source = openSource();
  const { records, system } = source;
  records.set('1', { code: 'A', modifiedAt: '2026-06-01T10:00:00.000Z' });
  records.set('2', { code: 'B', modifiedAt: '2026-06-01T11:00:00.000Z' });
  await look(db, system);
  records.delete('2');
  source.wentBackTo = '2026-06-01T10:00:00.000Z';
  await look(db, system);
  const [gone] = await readObjects(db, [`erp:${kind}/2`]);
  assert.notEqual(gone, undefined);
  assert.equal(await rewoundOf(db), undefined);
  assert.equal((await db.pool.query(`select 1 from objects where missing_at is not null`)).rows.length, 1);
});

test('more of them gone than people delete says it at once, and it ends after a day', async () => {
  const db = await databases.open();
  const source = openSource();
  const { records, system } = source;
  records.set('1', { code: 'A', modifiedAt: '2026-06-01T10:00:00.000Z' });
  for (let id = 2; id < 40; id += 1) records.set(String(id), { code: 'B', modifiedAt: '2026-06-01T11:00:00.000Z' });
  await look(db, system);
  for (let id = 2; id < 40; id += 1) records.delete(String(id));
  source.wentBackTo = '2026-06-01T10:00:00.000Z';
  await look(db, system);
  assert.match((await rewoundOf(db)) ?? '', /changed after 2026-06-01 10:00 UTC, but 38 that had were read/);
  const systems = new Map([['erp', system]]);
  await watchFreshness(db, systems);
  assert.notEqual(await rewoundOf(db), undefined);
  await db.pool.query(`update problems set opened_at = (opened_at at time zone 'UTC' - interval '25 hours') at time zone 'UTC'`);
  await watchFreshness(db, systems);
  assert.equal(await rewoundOf(db), undefined);
}); // prettier-ignore
