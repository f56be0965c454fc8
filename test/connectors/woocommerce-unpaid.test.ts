/** An order that waited for money and was cancelled: had it reduced stock, so that cancelling put it back? */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { settingsOf } from './live-connections.ts';

void describe('an order that was cancelled unpaid', () => {
  const restored = (method: string, more: object = {}, tenders: Readonly<Record<string, string>> = {}): number => {
    const body = {
      id: 1, number: '1', status: 'cancelled', currency: 'EUR', date_created_gmt: '2026-11-23T10:00:00', date_modified_gmt: '2026-11-23T11:00:00',
      date_paid_gmt: null, date_completed_gmt: null, payment_method: method, transaction_id: '', total: '10.00', shipping_total: '0', shipping_tax: '0',
      line_items: [{ id: 5, product_id: 10, variation_id: 0, quantity: 2, total: '10.00', total_tax: '0', sku: 'A', meta_data: [] }],
      shipping_lines: [], fee_lines: [], refunds: [], meta_data: [], ...more,
    };
    const settings = settingsOf('shop', 'shop', { tenders });
    const { facts } = woocommerce.read({ connection: 'shop', kind: 'order', id: '1', body }, { settings, lookup: () => undefined });
    return facts.filter((fact) => fact.type === 'stock.moved').reduce((sum, fact) => sum + fact.quantity, 0);
  }; // prettier-ignore

  it('was pending where a gateway’s page was to be paid on, and puts nothing back', () => {
    const methods = ['stripe', 'ppcp-gateway', 'klarna_payments', 'stripe_ideal', 'stripe_sepa_debit', 'mollie_wc_gateway_bancontact', 'amazon_payments_advanced']; // prettier-ignore
    for (const method of methods) assert.equal(restored(method), 0, method);
  });

  it('waited on hold for a transfer, cash or an unknown method, and puts its units back', () => {
    for (const method of ['bacs', 'cod', 'cheque', 'our_own_method'])
      assert.equal(restored(method), 2, method);
  });

  it('is as the shop says, where its settings name the method', () => {
    assert.equal(restored('stripe_sepa_debit', {}, { stripe_sepa_debit: 'invoice' }), 2);
  });

  it('had reduced stock once the gateway had said yes', () => {
    assert.equal(restored('klarna_payments', { transaction_id: 'K-1' }), 2);
  });
});
