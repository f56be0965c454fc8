import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionSettings, ReadContext } from '../../src/connectors/contract.ts';
import { connectors } from '../../src/connectors/registry.ts';
import { timeOf } from '../../src/connectors/rt/rt-value.ts';
import { instantOf } from '../../src/connectors/hubspot/hubspot-value.ts';

test('30 February is no day, in any notation of a source', () => {
  assert.equal(timeOf('2026-02-30T10:00:00Z'), 'unreadable');
  assert.deepEqual(timeOf('2026-02-28T10:00:00Z'), { at: '2026-02-28T10:00:00.000Z' });
  assert.equal(instantOf('2026-02-30T10:00:00Z'), undefined);
  assert.equal(instantOf('2026-02-28T23:30:00-05:00'), '2026-03-01T04:30:00.000Z');
});

test('a WooCommerce refund of 30 February is set aside with its field', () => {
  const settings: ConnectionSettings = {
    connection: 'shop', system: 'shop', zone: 'Europe/Berlin', currency: 'EUR', orderReference: 'number', locations: {}, statuses: {},
    reasons: {}, tenders: {}, fields: {},
  }; // prettier-ignore
  const context: ReadContext = { settings, lookup: () => undefined };
  const body = {
    id: 1,
    parent_id: 7,
    amount: '5.00',
    date_created_gmt: '2026-02-30T09:00:00',
    reason: '',
    refunded_payment: false,
    line_items: [],
    meta_data: [],
  };
  const shop = connectors.find((connector) => connector.name === 'woocommerce')!;
  const reading = shop.read({ connection: 'shop', kind: 'refund', id: '1', body }, context);
  assert.deepEqual(reading.facts, []);
  assert.ok(reading.unread.some((unread) => unread.field.includes('date_created')), JSON.stringify(reading.unread)); // prettier-ignore
});
