/** The plan from the service is the plan from files; rows that are accepted change the kernel's matrix from their day on. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { absorbObjects } from '../../src/engine/absorb-objects.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { foldEverything } from '../../src/engine/fold-everything.ts';
import { foldOrders, type FoldContext } from '../../src/engine/fold-orders.ts';
import { loadPolicy } from '../../src/engine/load-policy.ts';
import { recordCoverage } from '../../src/engine/measure-coverage.ts';
import { controlOn, defaultPolicy } from '../../src/kernel/policy.ts';
import { readPlan, journeyOf } from '../../src/api/read-plan.ts';
import type { Plan } from '../../src/northstar/plan/plan.ts';
import { storeObservations } from '../../src/store/store-observations.ts';
import { companyFolders, readCompany } from '../engine/company-objects.ts';
import { openApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { companyO, planDay, planOf } from './plan-company.ts';

const store = useTestDatabases();
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
  const engine = {
    foldEverything: (visitor: Parameters<typeof foldEverything>[2]) => foldEverything(db, settled, visitor),
    policyFile: () => ({ zone: 'Europe/Berlin' }),
  };
  const found = await readPlan(db, engine);
  // What differs by nature: where the records came from, and in which files.
  const ofRecords = new Set(['links-resolved', 'status-mapped']);
  const comparable = ({ quality: _quality, scope, risks: _risks, matrix, ...rest }: Plan): unknown => {
    const { policyFile: _file, connections: _connections, ...counts } = scope;
    const rows = matrix.filter(({ control }) => !ofRecords.has(control));
    return JSON.parse(JSON.stringify({ ...rest, scope: counts, matrix: rows })) as unknown;
  };
  assert.deepEqual(comparable(found.plan), comparable(fromFiles));
  const again = await readPlan(db, engine);
  assert.equal(JSON.stringify(again.plan), JSON.stringify(found.plan), 'two runs are byte-identical');
  const journey = await journeyOf(found, 'en');
  const edge = journey.edges.find(({ count }) => count > 0)!;
  assert.equal(edge.orders.length, Math.min(200, edge.orders.length));
  assert.ok(edge.orders.length > 0 && edge.orders.length <= edge.count, 'the returns behind an edge');
});

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
