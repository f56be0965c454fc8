/** Shapes of Tryton that its recordings do not hold: two rates of tax, returns that are announced in several parts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ConnectorCommand } from '../../src/connectors/live-contract.ts';
import { tryton } from '../../src/connectors/tryton/tryton-connector.ts';
import { executeRestore } from '../../src/connectors/tryton/tryton-restore-live.ts';
import type { TrytonRpc } from '../../src/connectors/tryton/tryton-rpc.ts';
import { settingsOf } from './live-connections.ts';

const decimal = (text: string): object => ({ __class__: 'Decimal', decimal: text });
const when = { __class__: 'datetime', year: 2026, month: 11, day: 23, hour: 10, minute: 8, second: 51, microsecond: 0 }; // prettier-ignore

void describe('tax of a sale with two rates', () => {
  const line = (id: number, code: string, tax: number): object => ({
    id, type: 'line', sale: 9, product: id, 'product.': { id, code }, quantity: 1, amount: decimal('10.00'), unit_price: decimal('10'), taxes: [tax],
  }); // prettier-ignore
  const lines: Readonly<Record<string, object>> = { 1: line(1, 'BOOK', 7), 2: line(2, 'LAMP', 19) };
  const taxRow = (id: string | number, rate: string): object => ({ id: Number(id), rec_name: `VAT ${rate}`, type: 'percentage', rate: decimal(rate), amount: null }); // prettier-ignore
  const taxes: Readonly<Record<string, object>> = { 7: taxRow(7, '0.07'), 19: taxRow(19, '0.19') };
  const grossOf = (isTaxKnown: boolean): unknown => {
    const body = {
      id: 9, number: '9', web_id: 'LH-1', state: 'processing', lines: [1, 2], total_amount: decimal('22.60'), untaxed_amount: decimal('20.00'),
      tax_amount: decimal('2.60'), create_date: when, currency: 1, 'currency.': { code: 'EUR' }, party: 3,
    }; // prettier-ignore
    const lookup = (kind: string, id: string | number): unknown =>
      kind === 'sale.line' ? lines[id] : kind === 'account.tax' && isTaxKnown ? taxes[id] : undefined;
    const [placed] = tryton.read({ connection: 'erp', kind: 'sale.sale', id: '9', body }, { settings: settingsOf('erp', 'erp'), lookup }).facts; // prettier-ignore
    return placed?.type === 'order.placed' ? placed.lines.map(({ gross, tax }) => [gross, tax]) : placed;
  };

  it('is shared out by the rates, which are records of their own', () => {
    assert.deepEqual(grossOf(true), [
      [1070, 70],
      [1190, 190],
    ]);
    assert.deepEqual(tryton.kindOf(taxRow(7, '0.07'), 'records.json'), { kind: 'account.tax', id: '7' });
    const kept = tryton.keep({ connection: 'erp', kind: 'account.tax', id: '7', body: taxRow(7, '0.07') });
    assert.deepEqual((kept as { rate: unknown }).rate, decimal('0.07'));
  });

  it('is shared out by amount where nobody may read them', () => {
    assert.deepEqual(grossOf(false), [
      [1130, 130],
      [1130, 130],
    ]);
  });
});

void describe('a line below zero in a sale', () => {
  it('takes something off, and lines and fees make up the total', () => {
    const line = (id: number, quantity: number, amount: string, type: string): object => ({
      id, type: 'line', sale: 9, product: id, 'product.': { id, code: `P${id}`, type }, quantity, amount: decimal(amount), unit_price: decimal('1'), taxes: [19],
    }); // prettier-ignore
    const rows: Readonly<Record<string, object>> = {
      1: line(1, 2, '40.00', 'goods'),
      2: line(2, -1, '-5.00', 'service'),
    };
    const body = {
      id: 9, number: '9', web_id: 'LH-1', state: 'processing', lines: [1, 2], total_amount: decimal('41.65'), untaxed_amount: decimal('35.00'),
      tax_amount: decimal('6.65'), create_date: when, currency: 1, 'currency.': { code: 'EUR' }, party: 3,
    }; // prettier-ignore
    const lookup = (kind: string, id: string | number): unknown =>
      kind === 'sale.line' ? rows[id] : undefined;
    const [placed] = tryton.read({ connection: 'erp', kind: 'sale.sale', id: '9', body }, { settings: settingsOf('erp', 'erp'), lookup }).facts; // prettier-ignore
    assert.ok(placed?.type === 'order.placed');
    assert.deepEqual(placed.lines.map(({ sku, gross, tax }) => [sku, gross, tax]), [['P1', 4760, 760]]); // prettier-ignore
    assert.deepEqual([placed.fees, placed.total], [{ gross: -595, tax: -95 }, 4165]);
  });
});

void describe('units that open returns announce', () => {
  const move = (id: number, quantity: number, state: string): object => ({
    id, state, quantity, product: 1, 'product.': { code: 'A' }, from_location: 5, to_location: 2, origin: `sale.line,${id}`,
  }); // prettier-ignore
  async function codeOf(
    incoming: readonly object[],
    units: number,
    shipments?: readonly object[],
  ): Promise<string> {
    const rows: Readonly<Record<string, readonly object[]>> = {
      'sale.line': [{ id: 1, quantity: 2, product: 1, 'product.': { code: 'A' } }],
      'stock.shipment.out.return': shipments ?? [{ id: 30, state: 'draft', incoming_moves: [1, 2], inventory_moves: [], warehouse: 4 }],
      'stock.move': incoming, 'stock.location': [{ storage_location: 3, waste_locations: [] }],
    }; // prettier-ignore
    const rpc = {
      fieldsOf: (_model: string, fields: readonly string[]) => Promise.resolve(fields),
      read: (method: string, [domain]: readonly unknown[]) => {
        const model = method.slice('model.'.length, -'.search_read'.length);
        if (model !== 'sale.sale') return Promise.resolve(rows[model] ?? []);
        const asked = JSON.stringify(domain);
        if (asked.includes('web_id')) return Promise.resolve([]);
        return Promise.resolve([asked.includes('"origin"') ? { id: 61, shipment_returns: [30] } : { id: 50, lines: [1], party: 1 }]); // prettier-ignore
      },
    };
    const command = { key: 'p.1', kind: 'restore-stock', sku: 'A', units, refs: { 'sale.sale': '50' } };
    try {
      await executeRestore(rpc as unknown as TrytonRpc, command as unknown as ConnectorCommand);
      return 'done';
    } catch (error) {
      return String((error as { readonly code?: string }).code);
    }
  }

  it('are not back yet, and are not returned a second time', async () => {
    assert.equal(await codeOf([move(1, 1, 'draft'), move(2, 1, 'draft')], 2), 'announced-otherwise');
    assert.equal(await codeOf([move(1, 1, 'draft')], 2), 'announced-otherwise');
    assert.equal(await codeOf([move(1, 2, 'done')], 1), 'already-returned');
  });

  it('and received by several are put away by people, not brought back once more', async () => {
    const received = (id: number, incoming: number, putAway: number): object => ({ id, state: 'received', incoming_moves: [incoming], inventory_moves: [putAway], warehouse: 4 }); // prettier-ignore
    const moves = [move(1, 1, 'done'), move(2, 1, 'done'), move(3, 1, 'draft'), move(4, 1, 'draft')];
    assert.equal(await codeOf(moves, 2, [received(30, 1, 3), received(31, 2, 4)]), 'received-apart');
  });
});
