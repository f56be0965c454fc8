/** Shops that round taxes once per order: the lines of an order sum up to what was charged, so a last refund is the exact rest. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { settingsOf } from './live-connections.ts';

/** Seven lines of 8.39 and 19 % on top: 69.89 in all, shown as 9.98 each. */
function grossOf(net: string, tax: string, total: string, currency = 'EUR'): readonly number[] {
  const line_items = Array.from({ length: 7 }, (_, index) => ({
    id: 10 + index, sku: `S-${index}`, name: 'x', product_id: 1, quantity: 1, total: net, total_tax: tax, meta_data: [],
  })); // prettier-ignore
  const body = {
    id: 1, number: '1', status: 'processing', currency, total, shipping_total: '0', shipping_tax: '0', line_items, shipping_lines: [],
    fee_lines: [], refunds: [], meta_data: [], date_created_gmt: '2026-10-01T10:00:00', date_modified_gmt: '2026-10-01T10:00:00',
  }; // prettier-ignore
  const object = { connection: 'shop', kind: 'order', id: '1', body };
  const { facts, unread } = woocommerce.read(object, {
    settings: settingsOf('shop', 'shop'),
    lookup: () => undefined,
  });
  assert.deepEqual(unread, []);
  const placed = facts.find((fact) => fact.type === 'order.placed');
  return placed?.lines.map(({ gross }) => gross) ?? [];
}
const sum = (list: readonly number[]): number => list.reduce((all, one) => all + one, 0);

test('unrounded lines are rounded as a running sum', () => {
  const gross = grossOf('8.390000', '1.594100', '69.890000');
  assert.deepEqual([sum(gross), Math.min(...gross), Math.max(...gross)], [6989, 998, 999]);
  assert.deepEqual(grossOf('10.000000', '0.500000', '74', 'JPY').length, 7);
  assert.equal(sum(grossOf('10.000000', '0.500000', '74', 'JPY')), 74);
});

test('rounded lines of an export take a minor unit each', () => {
  assert.deepEqual(grossOf('8.39', '1.59', '69.89'), [999, 999, 999, 998, 998, 998, 998]);
});

test('what is more than rounding stays as it is', () => {
  assert.deepEqual(new Set(grossOf('8.39', '1.59', '59.89')), new Set([998]));
});
