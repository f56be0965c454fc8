/** What a customer is told of their money: no more than is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { customerOrder } from '../../src/api/customer/customer-order.ts';
import type { OpenOrder } from '../../src/engine/decide-order.ts';
import type { Coverage } from '../../src/kernel/feeds.ts';
import { approved, rma, one, two } from '../kernel/desk-told.ts';
import { allFed, shopPolicy, type Story } from '../kernel/story.ts';

const told = (story: Story, coverage: Coverage = allFed): string[] => {
  const state = story.judge('2026-11-20T10:00', { policy: shopPolicy, coverage });
  const order = { state, policy: shopPolicy, shipmentsTold: true, version: '' } as unknown as OpenOrder;
  return customerOrder(order, 'en').money.map((money) => `${money.is} ${money.amount}`);
};
const refunded = (): Story => two().recorded('r1', [['SHOE', 1, 5990]], '2026-11-02T08:30');

test('money went back once the gateway shows it; before it is on its way', () => {
  assert.deepEqual(told(refunded()), ['on-its-way €59.90']);
  assert.deepEqual(told(refunded().atGateway('settled', 're_1', 5990)), ['went-back €59.90']);
  const both = refunded()
    .recorded('r2', [['SHOE', 1, 5990]], '2026-11-03T08:30')
    .atGateway('settled', 're_1', 5990);
  assert.deepEqual(told(both), ['went-back €59.90', 'on-its-way €59.90']);
});

test('where nobody tells of payments the shop’s record is all there is; what it pays by hand is not paid by that', () => {
  assert.deepEqual(told(refunded(), new Map()), ['went-back €59.90']);
  const byHand = (): Story =>
    two().recorded('r1', [['SHOE', 1, 5990]], '2026-11-02T08:30', { payment: 'manual' });
  assert.deepEqual(told(byHand(), new Map()), ['on-its-way €59.90']);
  assert.deepEqual(told(byHand().paidOut(5990, 'r1', '2026-11-04T09:00')), ['went-back €59.90']);
});

test('no money is promised for what is exchanged', () => {
  const swapped = approved().when({ step: 'receive', rma, units: one(2) }).when({ step: 'exchange', sku: 'SHOE', quantity: 1, newSku: 'BOOT', rma });
  assert.deepEqual(told(swapped.told), ['comes €59.90'], 'for the other one');
}); // prettier-ignore
