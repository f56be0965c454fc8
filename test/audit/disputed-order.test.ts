/** Two readings of one order that contradict each other: the order keeps its name, is not called closed, and accuses nobody. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runAudit } from '../../src/audit/run-audit.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';

const company = join(import.meta.dirname, '../fixtures/company-o');
const asOf = Date.parse('2026-12-03T12:00:00Z');

async function stateOf(order: string, readings: (rows: object[]) => readonly object[]): Promise<OrderState> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-disputed-'));
  try {
    cpSync(company, folder, { recursive: true });
    const path = join(folder, 'woocommerce/orders.json');
    writeFileSync(path, JSON.stringify(readings(JSON.parse(readFileSync(path, 'utf8')) as object[])));
    const states: OrderState[] = [];
    const input = { paths: [folder], policyPath: join(folder, 'policy.json'), asOf: () => asOf, language: 'en' } as const; // prettier-ignore
    await runAudit(input, () => (state) => void states.push(state));
    const found = states.filter((state) => state.order === order);
    assert.equal(found.length, 1, order);
    return found[0]!;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('an order of which two readings differ is not known in full, whichever stands first', async () => {
  const other = (row: object): object => ({ ...row, status: 'processing' });
  const isIt = (row: object): boolean => 'id' in row && row.id === 2119;
  const whole = await stateOf('NK-20420', (rows) => rows);
  const after = await stateOf('NK-20420', (rows) => [...rows, other(rows.find(isIt)!)]);
  const before = await stateOf('NK-20420', (rows) => [other(rows.find(isIt)!), ...rows]);
  assert.equal(after.orderKey, whole.orderKey);
  assert.deepEqual(after.gaps, [{ is: 'unread', object: 'woocommerce:order/2119' }]);
  assert.notEqual(after.verdict, 'closed');
  const codes = ({ problems }: OrderState): string[] => problems.map(({ code }) => code).sort();
  assert.deepEqual(codes(after), codes(whole));
  assert.deepEqual([before.verdict, codes(before), before.money], [after.verdict, codes(after), after.money]);
});
