import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { dumpCompany } from '../../src/sandbox/dump-company.ts';
import { startSandbox, type SandboxCompany, type SandboxOptions } from '../../src/sandbox/start-sandbox.ts';
import { auditAgainstTruth, describeComparison, readTruth } from '../audit/truth.ts';
import { companyFor } from './sandbox-clients.ts';

async function live(sandbox: SandboxCompany, days: number): Promise<SandboxCompany> {
  await sandbox.advance({ days });
  await sandbox.finish();
  return sandbox;
}

test('the same seed gives the same company, another seed another', async () => {
  const told = async (options: SandboxOptions): Promise<string> => {
    const sandbox = await startSandbox({ ordersPerDay: 6, ...options });
    await live(sandbox, 6);
    const text = JSON.stringify(sandbox.truth().orders);
    await sandbox.close();
    return text;
  };
  const first = await told({ seed: 'one' });
  assert.equal(await told({ seed: 'one' }), first);
  assert.notEqual(await told({ seed: 'two' }), first);
});

test('in every clean order, goods and money agree across the systems', async (t) => {
  const sandbox = await live(await companyFor(t, { ordersPerDay: 8 }), 15);
  const clean = sandbox.truth().orders.filter((order) => order.clean && !order.open);
  assert.ok(clean.length > 50, `${clean.length} clean orders`);
  assert.ok(
    clean.some(({ refs }) => refs.returns.length > 0),
    'some of them with returns',
  );
  for (const { order, money, units, expect } of clean) {
    assert.deepEqual(expect, [], order);
    assert.equal(money.refunded_gateway_pending + money.refunded_gateway_failed, 0, order);
    assert.equal(money.refunded_shop, money.refunded_gateway_settled, `${order}: shop and gateway`);
    assert.ok(money.refunded_shop <= money.paid, order);
    for (const [sku, of] of Object.entries(units)) {
      assert.ok(
        of.shipped <= of.ordered && of.received <= of.shipped,
        `${order} ${sku}: ${JSON.stringify(of)}`,
      );
      assert.ok(of.restored_erp + of.written_off <= of.received, `${order} ${sku}: ${JSON.stringify(of)}`);
    }
  }
});

test('stories are planted only as asked for', async (t) => {
  const none = await live(await companyFor(t, { ordersPerDay: 6, storyRate: 0 }), 8);
  assert.ok(none.truth().orders.every((order) => order.clean && order.expect.length === 0));
  const all = await startSandbox({ seed: 'all', ordersPerDay: 6, storyRate: 1, returnRate: 0.8 });
  t.after(() => all.close());
  await live(all, 8);
  const planted = all.truth().orders.filter((order) => !order.clean);
  assert.ok(planted.length > 5, `${planted.length} planted`);
  assert.ok(new Set(planted.flatMap((order) => order.expect.map(({ code }) => code))).size > 3);
});

test('an audit of the company’s exports finds what was planted and accuses nothing else', async (t) => {
  const sandbox = await live(await companyFor(t, { seed: 'exports', ordersPerDay: 10 }), 15);
  const folder = mkdtempSync(join(tmpdir(), 'reentry-company-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  await dumpCompany(sandbox, folder);
  const truth = readTruth(join(folder, 'truth.json'));
  const comparison = await auditAgainstTruth(folder, join(folder, 'policy.json'), truth);
  t.diagnostic(`${comparison.found} of ${comparison.expected}, precision ${comparison.precision.toFixed(3)}`);
  assert.ok(comparison.expected > 3, `${comparison.expected} planted`);
  assert.ok(comparison.recall >= 0.99 && comparison.precision >= 0.99, describeComparison(comparison));
  assert.ok(JSON.parse(readFileSync(join(folder, 'stripe/charges.json'), 'utf8')));
});
