/** An export that lacks one kind of a system, though its records point at it, says so and calls nothing closed. */
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { auditFolder } from './audit-folder.ts';

const company = join(import.meta.dirname, '../fixtures/company-o');

async function without(
  file: string,
): Promise<{ readonly missing: readonly string[]; readonly closed: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-absent-'));
  try {
    cpSync(company, folder, { recursive: true });
    if (file !== '') rmSync(join(folder, file));
    const { incomplete, orders } = await auditFolder(folder, { policyPath: join(folder, 'policy.json') });
    return { missing: incomplete, closed: orders.filter(({ verdict }) => verdict === 'closed').length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('what is missing is named with what points at it, and nothing is called closed', async () => {
  for (const [file, kind] of [
    ['odoo/pickings.json', 'odoo: no stock.picking'],
    ['odoo/moves.json', 'odoo: no stock.move'],
    ['odoo/account_move_lines.json', 'odoo: no account.move.line'],
    ['woocommerce/orders.json', 'woocommerce: no order'],
    ['woocommerce/refunds.json', 'woocommerce: no refund'],
    ['rt/tickets.json', 'rt: no ticket'],
  ] as const) {
    const { missing, closed } = await without(file);
    assert.deepEqual([missing.length, closed], [1, 0], file);
    assert.match(missing[0]!, new RegExp(`^${kind} is here, though records point at \\d+ of them`), file);
  }
});

test('what only refines is not missed', async () => {
  const files = ['', 'odoo/picking_types.json', 'odoo/users.json', 'woocommerce/order_notes.json', 'stripe/refunds.json'];
  for (const file of files) {
    const { missing, closed } = await without(file);
    assert.deepEqual([missing, closed > 0], [[], true], file);
  }
}); // prettier-ignore
