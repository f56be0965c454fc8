/** Part credits of an Odoo invoice line with a discount, in prices with tax and without. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectorCommand } from '../../src/connectors/live-contract.ts';
import { executeCreditNote } from '../../src/connectors/odoo/odoo-credit-live.ts';
import type { OdooRpc } from '../../src/connectors/odoo/odoo-rpc.ts';

type Line = { readonly price_unit: number; readonly quantity: number; readonly discount: number };

/** Credits 20.00 of one line of 100.00 net at 20 % tax; gives the totals of the drafts that were made. */
async function credited(discount: number, isTaxIncluded: boolean): Promise<readonly number[]> {
  const net = 100 - discount;
  const invoice = {
    id: 7, move_type: 'out_invoice', state: 'posted', amount_total: net * 1.2, currency_id: [1, 'EUR'], partner_id: [3, 'x'], journal_id: [1, 'j'],
    invoice_line_ids: [70],
  }; // prettier-ignore
  const line = {
    id: 70, product_id: [10, 'A'], name: 'A', quantity: 1, price_unit: isTaxIncluded ? 120 : 100, discount, tax_ids: [1], price_subtotal: net,
    price_total: net * 1.2, display_type: 'product', sale_line_ids: [1],
  }; // prettier-ignore
  const made: { readonly id: number; readonly amount_total: number }[] = [];
  const rpc = {
    fieldsOf: () => Promise.resolve(['narration']),
    find: (model: string, domain: unknown) => {
      const asked = JSON.stringify(domain);
      if (model === 'sale.order') return Promise.resolve([{ id: 1, name: 'S1', invoice_ids: [7] }]);
      if (model === 'account.move.line') return Promise.resolve([line]);
      if (model !== 'account.move' || asked.includes('narration')) return Promise.resolve([]);
      return Promise.resolve(asked.includes('["id","="') ? [made.at(-1)] : [invoice]);
    },
    write: (_model: string, method: string, [values]: readonly [{ readonly invoice_line_ids: readonly [readonly [0, 0, Line]] }]) => {
      if (method !== 'create') return Promise.resolve(true);
      const { price_unit, quantity, discount: less } = values.invoice_line_ids[0][2];
      const total = price_unit * quantity * (1 - less / 100) * (isTaxIncluded ? 1 : 1.2);
      made.push({ id: 900 + made.length, amount_total: Math.round(total * 100) / 100 });
      return Promise.resolve(made.at(-1)!.id);
    },
  }; // prettier-ignore
  const command = { key: 'k.1', kind: 'draft-credit-note', amount: { minor: 2000, currency: 'EUR' }, refs: { 'sale.order': '1' } }; // prettier-ignore
  const done = await executeCreditNote(rpc as unknown as OdooRpc, command as unknown as ConnectorCommand);
  assert.equal(done.is, 'accepted');
  return made.map((row) => row.amount_total);
}

test('the first draft is of the exact amount, whatever the discount', async () => {
  for (const isTaxIncluded of [false, true])
    for (const discount of [0, 5, 10, 20, 50])
      assert.deepEqual(await credited(discount, isTaxIncluded), [20], `${discount} %, ${isTaxIncluded}`);
});
