/** The plan from the service is the plan from files; rows that are accepted change the kernel's matrix from their day on. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { planContextOf } from '../../src/engine/fold-returns.ts';
import { foldOrders, type FoldContext } from '../../src/engine/fold-orders.ts';
import { loadPolicy } from '../../src/engine/load-policy.ts';
import { recordCoverage } from '../../src/engine/measure-coverage.ts';
import { controlOn, defaultPolicy } from '../../src/kernel/policy.ts';
import { runProgram } from '../../src/cli/program.ts';
import { readPlan, journeyOf } from '../../src/api/read-plan.ts';
import type { Plan } from '../../src/northstar/plan/plan.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { companyFolders, readCompany } from '../engine/company-objects.ts';
import { openApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { companyO, planDay, planOf } from './plan-company.ts';

const store = useTestDatabases();
const execute = promisify(execFile);
const program = join(import.meta.dirname, '../../bin/reentry.js');
const now = Date.parse(planDay);

test('the plan from stored records equals the plan from the files they came in', async () => {
  const policyFile = join(mkdtempSync(join(tmpdir(), 'reentry-plan-')), 'policy.json');
  writeFileSync(policyFile, JSON.stringify({ zone: 'Europe/Berlin' }));
  const fromFiles = await planOf(companyO, { policyPath: policyFile });
  rmSync(join(policyFile, '..'), { recursive: true });
  const connections = readCompany(companyFolders['company-o']);
  const systems: ConnectedSystems = new Map(
    connections.map(({ connector, settings }) => [settings.connection, { connector, settings }]),
  );
  const db = await store.open();
  for (const { settings, objects } of connections)
    for (const [kind, byId] of objects)
      await storeObservations(
        db,
        [...byId].map(([id, body]) => ({ connection: settings.connection, kind, id, body, readStartedAt: '2026-12-01T00:00:00Z', via: 'file' as const })),
      ); // prettier-ignore
  const context: FoldContext = {
    systems, policy: defaultPolicy('Europe/Berlin'), coverage: new Map(), now, codeVersion: 'test',
  }; // prettier-ignore
  const options = { holder: 'test', batchMax: 2000 };
  while ((await absorbObjects(db, systems, options)) > 0);
  while ((await foldOrders(db, context, options)) > 0);
  const { coverage } = await recordCoverage(db, systems, now);
  const settled = { ...context, coverage };
  const planContext = planContextOf(settled, { zone: 'Europe/Berlin' });
  const found = await readPlan(db, planContext);
  // What differs by nature: where the records came from, in which files, and events of records without an order.
  const ofRecords = new Set(['links-resolved', 'status-mapped']);
  const comparable = ({ quality: _quality, scope, risks: _risks, matrix, ...rest }: Plan): unknown => {
    const { policyFile: _file, connections: _connections, facts: _facts, ...counts } = scope;
    const rows = matrix.filter(({ control }) => !ofRecords.has(control));
    return JSON.parse(JSON.stringify({ ...rest, scope: counts, matrix: rows })) as unknown;
  };
  assert.deepEqual(comparable(found.plan), comparable(fromFiles));
  const again = await readPlan(db, planContext);
  assert.equal(JSON.stringify(again.plan), JSON.stringify(found.plan), 'two runs are byte-identical');
  const journey = await journeyOf(found, 'en');
  const edge = journey.edges.find(({ count }) => count > 0)!;
  assert.equal(edge.orders.length, Math.min(200, edge.orders.length));
  assert.ok(edge.orders.length > 0 && edge.orders.length <= edge.count, 'the returns behind an edge');
  await fromCommandLine(store.urlOf(db), found.plan);
  await exportedAsOcel(store.urlOf(db));
});

/** `reentry plan --data` and `reentry map --data` beside the store. */
async function fromCommandLine(url: string, plan: Plan): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-plan-data-'));
  const file = (name: string): string => join(folder, name);
  const before = process.env['DATABASE_URL'];
  process.env['DATABASE_URL'] = url;
  try {
    writeFileSync(file('policy.json'), JSON.stringify({ zone: 'Europe/Berlin' }));
    const run = (...more: string[]): Promise<number> =>
      runProgram([...more, '--data', folder, '--as-of', planDay]);
    assert.equal(await run('plan', '--markdown', file('plan.md'), '--html', file('plan.html')), 0);
    const text = readFileSync(file('plan.md'), 'utf8');
    for (const { order, minor } of plan.problems) {
      assert.ok(text.includes(`order-${order}`), order);
      assert.ok(minor === 0 || text.includes(`€${(minor / 100).toFixed(2)}`), `${order} ${minor}`);
    }
    assert.equal(await run('plan', '--markdown', file('again.md')), 0);
    assert.equal(readFileSync(file('again.md'), 'utf8'), text, 'two runs are byte-identical');
    assert.equal(await run('map', '--svg', file('map.svg')), 0);
    const svg = readFileSync(file('map.svg'), 'utf8');
    assert.ok(readFileSync(file('plan.html'), 'utf8').includes(svg.trim()), 'the map of the plan');
    assert.equal(await runProgram(['map']), 2, 'neither a log nor a store');
  } finally {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
  }
}

/** `reentry export ocel --data` beside the store: every fact of every order, as from the files. */
async function exportedAsOcel(url: string): Promise<void> {
  const run = async (...from: string[]): Promise<string> => {
    const args = [program, 'export', 'ocel', ...from, '--as-of', planDay];
    const { stdout } = await execute(process.execPath, args, { env: { ...process.env, DATABASE_URL: url }, maxBuffer: 1 << 28 });
    return stdout;
  };
  const folder = mkdtempSync(join(tmpdir(), 'reentry-ocel-data-'));
  try {
    const zone = join(folder, 'policy.json');
    writeFileSync(zone, JSON.stringify({ zone: 'Europe/Berlin' }));
    const [stored, files] = [await run('--data', folder), await run('--from', companyO, '--policy', zone)];
    assert.ok(stored.length > 100_000);
    assert.ok(stored === files, 'from the store as from the files');
  } finally {
    rmSync(folder, { recursive: true });
  }
} // prettier-ignore

test('reentry plan apply --data accepts rows into the settings of a service, and the trail says so', async () => {
  const db = await store.open();
  const folder = mkdtempSync(join(tmpdir(), 'reentry-apply-data-'));
  const before = process.env['DATABASE_URL'];
  process.env['DATABASE_URL'] = store.urlOf(db);
  try {
    const apply = (from: string, ...more: string[]): Promise<number> =>
      runProgram(['plan', 'apply', ...more, '--data', folder, '--from', from, '--reason', 'agreed']);
    assert.equal(await apply('2027-01-01', 'back-restored:due=2bd,owner=maria,mode=suggest'), 0);
    assert.equal(await apply('2027-02-01', 'back-restored:due=1bd'), 0);
    assert.equal(await apply('2027-01-01', 'no-check:due=1bd'), 2);
    assert.equal(await runProgram(['plan', 'apply', 'back-restored:due=1bd', '--from', '2027-01-01']), 2, 'neither a file nor a store');
    const policy = await loadPolicy(db, {});
    const on = (day: string): unknown => {
      const { due, owner, mode } = controlOn(policy, 'back-restored', day);
      return [due?.count, owner, mode];
    };
    assert.deepEqual(on('2026-12-31'), [3, undefined, 'watch']);
    assert.deepEqual(on('2027-01-01'), [2, 'maria', 'suggest']);
    assert.deepEqual(on('2027-02-01'), [1, 'maria', 'suggest']);
    const acts = (await listAudit(db, 'policy', 0, 10)).map(({ actor, action, body }) => [actor, action, (body as { why: unknown }).why]);
    assert.deepEqual(acts, [
      ['command-line', 'plan.rows-accepted', 'agreed'],
      ['command-line', 'plan.rows-accepted', 'agreed'],
    ]);
  } finally {
    rmSync(folder, { recursive: true });
    if (before === undefined) delete process.env['DATABASE_URL'];
    else process.env['DATABASE_URL'] = before;
  }
}); // prettier-ignore

test('accepting rows changes the matrix from the day given, and nothing before it; typed words stay', async () => {
  const world = await openApiWorld(store);
  const { ask, db } = world;
  const row = { control: 'refund-paid-out', due: '7bd', owner: 'maria', mode: 'suggest' };
  const body = { from: '2027-01-01', rows: [row], reason: 'agreed in the weekly meeting' };
  assert.equal((await ask('ops', 'POST', '/api/v1/plan/rows', body)).statusCode, 403);
  assert.equal((await ask('admin', 'POST', '/api/v1/plan/rows', body)).statusCode, 200);
  await ask('admin', 'POST', '/api/v1/plan/rows', { ...body, from: '2027-02-01', rows: [{ control: 'refund-paid-out', due: '2bd' }] });
  const policy = await loadPolicy(db, {});
  const on = (day: string): unknown => {
    const { due, owner, mode } = controlOn(policy, 'refund-paid-out', day);
    return [due?.count, owner, mode];
  };
  assert.deepEqual([on('2026-12-31'), on('2027-01-01'), on('2027-02-01')], [[3, undefined, 'watch'], [7, 'maria', 'suggest'], [2, 'maria', 'suggest']]);
  const wrong = await ask('admin', 'POST', '/api/v1/plan/rows', { ...body, rows: [{ control: 'refund-paid-out', due: 'soon' }] });
  assert.equal(wrong.statusCode, 400);
  const typed = { names: { 'support.owner': 'Maria Lind' }, comments: { 'matrix.back-restored': 'Agreed.' } };
  assert.equal((await ask('ops', 'PUT', '/api/v1/plan/people', typed)).statusCode, 200);
  const plan = await ask('viewer', 'GET', '/api/v1/plan?language=de');
  assert.equal(plan.statusCode, 200);
  const { plan: data } = plan.json<{ plan: Plan }>();
  assert.deepEqual(data.people, typed);
  const compared = await ask('viewer', 'POST', '/api/v1/plan/compare', { since: data });
  assert.equal(compared.statusCode, 200, compared.body.slice(0, 300));
  assert.equal((await ask('viewer', 'POST', '/api/v1/plan/compare', { since: { no: 'plan' } })).json<{ code: string }>().code, 'plan-unreadable');
  assert.equal((await ask('viewer', 'GET', '/api/v1/journey')).statusCode, 200);
}); // prettier-ignore

test('problems follow the accepted rows: of refunds made from the day on, and of none before it', async () => {
  const world = await openApiWorld(store, {
    policy: { controls: { 'refund-paid-out': { watch: 'on' } } },
    now: () => Date.parse('2026-11-20T12:00:00Z'),
  });
  const { ask } = world;
  const refundedOn = async (id: number, day: string): Promise<void> => {
    const at = '2026-11-09T08:00:00';
    await world.addOrder(id, {
      date_created_gmt: at, date_paid_gmt: at, date_completed_gmt: at, date_modified_gmt: at, payment_method: 'cod', transaction_id: '', refunds: [{ id: id + 500 }],
    }); // prettier-ignore
    await world.addRecord('shop', 'refund', String(id + 500), {
      id: id + 500, parent_id: id, order_id: id, amount: '59.90', reason: '', refunded_payment: false, date_created_gmt: `2026-11-${day}T09:00:00`,
      meta_data: [], shipping_lines: [], fee_lines: [],
      line_items: [{ id: id * 100, product_id: 7, variation_id: 0, sku: 'SHOE-42', quantity: -1, total: '-50.34', total_tax: '-9.56', meta_data: [{ key: '_refunded_item_id', value: String(id * 10) }] }],
    }); // prettier-ignore
  };
  await refundedOn(10_601, '17');
  await refundedOn(10_602, '18');
  const unpaid = async (): Promise<string[]> => {
    const { plan } = (await ask('viewer', 'GET', '/api/v1/plan')).json<{ plan: Plan }>();
    const row = plan.matrix.find(({ control }) => control === 'refund-paid-out')!;
    const found = plan.problems.filter(({ code }) => code === 'refund-recorded-never-paid');
    assert.equal(row.breaches, found.length, 'matrix and list say the same');
    return found.map(({ order, due }) => `${order} ${due.slice(0, 10)}`);
  };
  assert.deepEqual(await unpaid(), [], 'three business days: due on 20 and 23 November');
  const body = { from: '2026-11-18', rows: [{ control: 'refund-paid-out', due: '1bd' }], reason: 'the bank is quick' };
  const accepted = await ask('admin', 'POST', '/api/v1/plan/rows', body);
  assert.equal(accepted.statusCode, 200, accepted.body);
  assert.deepEqual(await unpaid(), ['T-10602 2026-11-19'], 'shown at once, and only for the later refund');
  await world.close();
}); // prettier-ignore
