/** A company of which one system is not connected: less is watched, and no order that is right is accused for it. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runAudit } from '../../src/audit/run-audit.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import type { Truth } from './truth.ts';

const company = join(import.meta.dirname, '../fixtures/company-o');
const asOf = Date.parse('2026-12-03T12:00:00Z');
const { orders } = JSON.parse(readFileSync(join(company, 'truth.json'), 'utf8')) as Truth;
const clean = new Set(orders.filter((order) => order.clean).map(({ order }) => order));

async function statesWithout(system: string): Promise<readonly OrderState[]> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-without-'));
  try {
    cpSync(company, folder, { recursive: true, filter: (path) => path !== join(company, system) });
    const states: OrderState[] = [];
    const input = { paths: [folder], policyPath: join(folder, 'policy.json'), asOf: () => asOf, language: 'en' } as const; // prettier-ignore
    await runAudit(input, () => (state) => void states.push(state));
    return states;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const system of ['rt', 'stripe'])
  test(`without ${system} no order that is right is accused`, async () => {
    const states = (await statesWithout(system)).filter(({ order }) => clean.has(order));
    assert.ok(states.length > 5);
    const open = states.flatMap(({ order, problems }) =>
      problems.filter((one) => one.state === 'open').map(({ code }) => `${order} ${code}`),
    );
    assert.deepEqual(open, []);
  });

test('without the helpdesk goods are found by the return number that the transfers of the ERP share', async () => {
  const state = (await statesWithout('rt')).find(({ order }) => order === 'NK-20438')!;
  assert.equal(state.verdict, 'closed');
  const { received, restored, onHold, writtenOff } = state.units.find(({ sku }) => sku === 'MAP-ELBE')!;
  assert.deepEqual({ received, restored, onHold, writtenOff }, { received: 2, restored: 1, onHold: 0, writtenOff: 1 }); // prettier-ignore
});
