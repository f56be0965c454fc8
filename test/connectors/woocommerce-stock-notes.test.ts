/** What refunds put back, by the shop's count and by its notes, in whatever language it speaks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { restockedUnits } from '../../src/connectors/woocommerce/restocked-units.ts';
import { stockNote } from '../../src/connectors/woocommerce/stock-note.ts';
import { settingsOf } from './live-connections.ts';

const productOf = (note: string, more: Readonly<Record<string, unknown>> = {}): string | undefined =>
  stockNote({
    note,
    author: 'WooCommerce',
    customer_note: false,
    date_created_gmt: '2026-11-23T08:46:21',
    ...more,
  })[0]?.product;

test('a restock is told by its numbers', () => {
  for (const note of [
    'Item #10 stock increased from 43 to 45.',
    'Lagerbestand von Artikel #10 wurde von -3 auf -1 erhöht.',
    'Le stock de l’article n°10 est passé de 1,5 à 2,5.',
    '商品 #10 の在庫が43から45に増加しました。',
  ])
    assert.equal(productOf(note), '10', note);
});

test('other changes of stock, and what people write, are none', () => {
  for (const note of [
    'Stock levels reduced: Canvas Tote (#10) (45&rarr;43)',
    'Stock levels increased: Tee 12 43→45',
    'Item #10 stock reduced from 45 to 43.',
    'Order status changed from Processing to Completed.',
    'Refund 10.00 of 20.00 on day 3, 4 left',
  ])
    assert.equal(productOf(note), undefined, note);
  const told = 'Item #10 stock increased from 43 to 45.';
  assert.equal(productOf(told, { author: 'ada' }), undefined);
  assert.equal(productOf(told, { customer_note: true }), undefined);
});

/** Units restored of a line of six, by the shop's count, the units of refunds a minute apart, and so many notes. */
function restored(counted: number, refunds: readonly number[], notes: number): readonly [number, boolean] {
  const time = (minute: number): string => `2026-11-23T08:${String(10 + minute)}:00.000Z`;
  const line = {
    id: 3,
    product_id: 10,
    quantity: 6,
    meta_data: [{ key: '_restock_refunded_items', value: String(counted) }],
  };
  const stock_notes = Array.from({ length: notes }, (_, minute) => ({ product: '10', at: time(minute) }));
  const known = refunds.map((units, minute) => ({ at: time(minute), units: new Map([['3', units]]) }));
  const context = { settings: settingsOf('shop', 'shop'), lookup: () => undefined };
  const { units, isSure } = restockedUnits({ id: 1, line_items: [line], stock_notes }, line, known, context);
  return [units, isSure];
}

test('the count stands where as many refunds as there are notes make it up', () => {
  assert.deepEqual(restored(2, [2, 1], 1), [2, true]);
  assert.deepEqual(restored(1, [1, 1], 1), [1, true]);
  assert.deepEqual(restored(0, [1, 1], 0), [0, true]);
});

test('the notes count where it is lower than they say', () => {
  assert.deepEqual(restored(1, [1, 1, 1, 1], 4), [4, true]);
  assert.deepEqual(restored(1, [1, 1, 1, 1], 3), [3, true]);
  assert.deepEqual(restored(1, [2, 1], 2), [3, true]);
});

test('where neither tells, all are taken to be back and nothing rests on it', () => {
  assert.deepEqual(restored(1, [2, 1, 3], 2), [6, false]);
  assert.deepEqual(restored(2, [1, 1, 1], 0), [3, false]);
});
