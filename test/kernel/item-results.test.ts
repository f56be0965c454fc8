/** What each item brought in and what came back of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { itemResults, type ItemResult } from '../../src/kernel/item-results.ts';
import { eur, late } from './found.ts';
import { story, type Story } from './story.ts';

const resultsOf = (told: Story): readonly ItemResult[] => itemResults(told.judge(late));
/** `sku sold/unshipped received/restored/written off, refunded units gross tax`. */
const rows = (told: Story): string[] =>
  resultsOf(told).map((one) => `${one.sku} ${one.sold}/${one.unshipped} ${one.received}/${one.restored}/${one.writtenOff}, ${one.refunded} ${one.refundedGross} ${one.refundedTax}`); // prettier-ignore
const bought = (): Story =>
  story('1').line('SHOE', 2, 1190, { tax: 380 }).line('HAT', 1, 595, { tax: 95 }).placed().paid();

test('items come by SKU with what they brought in', () => {
  const told = bought().fact('order.placed', 'erp', {
    number: '1', currency: 'EUR', lines: [], shipping: { gross: 0, tax: 0 }, fees: { gross: 0, tax: 0 }, total: 0, unitCost: { HAT: 200 },
  }); // prettier-ignore
  assert.deepEqual(
    resultsOf(told).map(({ sku, gross, tax, unitCost }) => [sku, gross, tax, unitCost]),
    [
      ['HAT', 595, 95, 200],
      ['SHOE', 2380, 380, undefined],
    ],
  );
});

test('units are told where they are, refunds over all records that count', () => {
  const told = bought().shipped('SHOE', 2).shipped('HAT', 1).moved('SHOE', 2, 'customer', 'input', '2026-11-03T09:00')
    .moved('SHOE', 1, 'input', 'saleable').moved('SHOE', 1, 'input', 'scrap').recorded('r1', [['SHOE', 1, 1190]]).recorded('r2', [['SHOE', 1, 595], ['HAT', 0, 100]])
    .recorded('r3', [['HAT', 1, 595]]).fact('refund.deleted', 'shop', { refund: 'r3' }); // prettier-ignore
  assert.deepEqual(rows(told), ['HAT 1/0 0/0/0, 0 100 16', 'SHOE 2/0 2/1/1, 2 1785 285']);
});

test('what names no item of the order stands by itself, with shipping and fees', () => {
  const told = bought()
    .recorded('r1', [['SHOE', 1, 1190]], undefined, {
      shipping: { gross: 119, tax: 19 },
      fees: { gross: 238, tax: 38 },
      money: eur(1547),
    })
    .amountOnly('r2', 50)
    .recorded('r3', [['BOOT', 1, 119]]);
  assert.deepEqual(
    rows(told).filter((row) => row.startsWith(' ') || row.startsWith('BOOT')),
    [' 0/0 0/0/0, 0 407 57', 'BOOT 0/0 0/0/0, 1 119 19'],
  );
  const line = bought().recorded('r1', [['VOUCHER', 0, 119]]);
  assert.deepEqual(rows(line)[0], ' 0/0 0/0/0, 0 119 19', 'a line of nothing that anybody knows');
  assert.deepEqual(
    rows(bought().shipped('BOOT', 1)).map((row) => row.split(' ')[0]),
    ['HAT', 'SHOE'],
  );
});

test('units of a cancelled order that nobody shipped never left', () => {
  const cancelled = bought().shipped('HAT', 1).cancelled('2026-11-02T09:00');
  assert.deepEqual(rows(cancelled), ['HAT 1/0 0/0/0, 0 0 0', 'SHOE 2/2 0/0/0, 0 0 0']);
  const service = story('1').line('SETUP', 1, 119, { kind: 'service' }).placed().paid().cancelled();
  assert.deepEqual(rows(service), ['SETUP 1/1 0/0/0, 0 0 0']);
  assert.deepEqual(rows(bought()), ['HAT 1/0 0/0/0, 0 0 0', 'SHOE 2/0 0/0/0, 0 0 0']);
});
