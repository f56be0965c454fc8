/** Which controls speak: coverage by feed and class, thresholds, policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controls } from '../../src/kernel/controls.ts';
import {
  addCoverage,
  feedState,
  mergeCoverage,
  type Count,
  type Coverage,
  type Feed,
  tenderOf,
  watchOf,
} from '../../src/kernel/feeds.ts';
import { orderFacts, positionsOf } from '../../src/kernel/fold.ts';
import type { ControlPolicy, Policy } from '../../src/kernel/policy.ts';
import { clean } from './code-fixture.ts';
import { allFed, shopPolicy, story, type Story } from './story.ts';

function measure(...told: readonly Story[]): Record<string, string> {
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const one of told) addCoverage(coverage, positionsOf(orderFacts(one.facts), 'shop'));
  const counts: Record<string, string> = {};
  for (const [feed, classes] of coverage)
    for (const [key, { applicable, reported }] of classes)
      counts[`${feed} ${key}`] = `${reported}/${applicable}`;
  return counts;
}

test('an order that was only bought and paid says something about shipments alone', () => {
  assert.deepEqual(measure(story('1').line('SHOE', 1, 5990).placed().paid()), { 'shipments shop': '0/1' });
  assert.deepEqual(measure(story('1').line('SHOE', 1, 5990).placed()), {});
  assert.deepEqual(measure(story('1').delivered()), { 'shipments shop': '1/1' });
});

test('a clean return reports what its systems tell, and counts as a case for those that do not', () => {
  assert.deepEqual(measure(clean(), clean()), {
    'shipments shop': '2/2', 'receipts shop': '2/2', 'erpStock shop': '2/2', 'inspections shop': '0/2', 'grades shop': '2/2',
    'approvals shop': '2/2', 'shopRefunds shop': '2/2', 'gateway shop/card': '2/2', 'creditNotes shop': '2/2', 'cases shop': '2/2',
    'carrier shop': '0/2',
  }); // prettier-ignore
});

test('a refund at the gateway alone is a case for the shop to record', () => {
  assert.deepEqual(measure(story('1').delivered().atGateway('settled', 're', 100)), {
    'shipments shop': '1/1', 'shopRefunds shop': '0/1', 'gateway shop/card': '1/1',
  }); // prettier-ignore
});

test('a refund without goods is a case for receipts only where units left', () => {
  const shipped = story('1')
    .delivered('SHOE', 1, 5990)
    .recorded('r1', [['SHOE', 1, 5990]]);
  assert.equal(measure(shipped)['receipts shop'], '0/1');
  const unshipped = story('1')
    .line('SHOE', 1, 5990)
    .placed()
    .paid()
    .recorded('r1', [['SHOE', 1, 5990]]);
  assert.equal(measure(unshipped)['receipts shop'], undefined);
  const amount = story('1').delivered('SHOE', 1, 5990).amountOnly('r1', 500);
  assert.equal(measure(amount)['receipts shop'], undefined);
  assert.equal(measure(amount)['creditNotes shop'], '0/1');
});

test('payouts are a case of refunds by hand, the gateway of all others, by tender', () => {
  const manual = story('1')
    .delivered()
    .recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' });
  assert.equal(measure(manual)['payouts shop/card'], '0/1');
  assert.equal(measure(manual)['gateway shop/card'], undefined);
  assert.equal(measure(manual.paidOut(5990))['payouts shop/card'], '1/1');
  const invoice = story('2')
    .line('SHOE', 1, 5990)
    .placed({ tender: 'invoice' })
    .recorded('r1', [['SHOE', 1, 5990]]);
  assert.equal(measure(invoice)['gateway shop/invoice'], '0/1');
});

test('grades may come from the desk, where the ERP has no stock moves', () => {
  const graded = story('1')
    .delivered()
    .fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 })
    .graded('SHOE', 1, 'restock');
  const counts = measure(graded);
  assert.deepEqual(
    [counts['inspections shop'], counts['grades shop'], counts['erpStock shop']],
    ['1/1', '1/1', '0/1'],
  );
});

test('cases count where they are about a return, exchanges where one was agreed, parcels where goods are back', () => {
  const question = story('1')
    .delivered()
    .amountOnly('r1', 500)
    .fact('case.opened', 'crm', { case: 'q', about: 'question' });
  assert.equal(measure(question)['cases shop'], '0/1');
  const exchange = clean().fact('exchange.agreed', 'crm', { sku: 'SHOE', quantity: 1 });
  assert.equal(measure(exchange)['exchanges shop'], '0/1');
  assert.equal(
    measure(exchange.fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }))['exchanges shop'],
    '1/1',
  );
  assert.equal(
    measure(clean().fact('parcel.handed_over', 'carrier', { tracking: '1' }))['carrier shop'],
    '1/1',
  );
});

test('the tender of an order is that of its largest capture, else as placed', () => {
  const tender = (told: Story): string => tenderOf(positionsOf(told.facts, 'shop'));
  assert.equal(
    tender(story('1').line('A', 1, 100).placed().paid(40, 'card').paid(60, 'gift_card', 'shop')),
    'gift_card',
  );
  assert.equal(tender(story('1').line('A', 1, 100).placed({ tender: 'cod' })), 'cod');
  assert.equal(tender(story('1').fact('change.seen', 'shop', { text: '' })), 'other');
});

test('a feed is on from 5 reports and 20 % on, and thin below 80 %', () => {
  const state = (reported: number, applicable: number): string => {
    const coverage: Coverage = new Map([['receipts', new Map([['shop', { applicable, reported }]])]]);
    const { on, thin } = feedState(coverage, 'receipts', 'shop');
    return `${on ? 'on' : 'off'}${thin ? ' thin' : ''}`;
  };
  assert.deepEqual(
    [state(4, 4), state(5, 5), state(5, 25), state(5, 26), state(20, 25), state(19, 25), state(0, 0)],
    ['off', 'on', 'on thin', 'off', 'on', 'on thin', 'off'],
  );
  assert.equal(feedState(new Map(), 'receipts', 'shop').on, false);
});

const watch = (policy: Policy, coverage: Coverage = new Map()): ReturnType<typeof watchOf> =>
  watchOf(positionsOf(clean().facts, 'shop'), policy, coverage, '2026-11-02');
const only = (watched: ControlPolicy['watch']): Policy => ({
  ...shopPolicy,
  controls: {
    'refund-credited': [{ from: '', value: { mode: 'watch', watch: watched } }],
    'erp-shop-stock': [{ from: '', value: { mode: 'watch', watch: watched } }],
  },
});

test('policy may switch a control on without coverage, and off with it', () => {
  assert.equal(watch(only('auto')).on('refund-credited'), false);
  assert.equal(watch(only('on')).on('refund-credited'), true);
  assert.equal(watch(only('auto'), allFed).on('refund-credited'), true);
  assert.equal(watch(only('off'), allFed).on('refund-credited'), false);
  assert.deepEqual(watch(only('off'), allFed).missing('refund-credited'), controls['refund-credited'].needs);
});

test('shop stock is watched where the shop owns it, never because of coverage or a switch', () => {
  const unset: Policy = { ...only('on'), stockAuthority: [{ from: '', value: 'erp-sync' }] };
  assert.deepEqual(watch(unset, allFed).missing('erp-shop-stock'), ['shopStock']);
  assert.equal(watch(only('on')).on('erp-shop-stock'), true);
});

test('books per order are watched only where books are kept per order', () => {
  const summary: Policy = { ...only('on'), books: [{ from: '', value: 'summary' }] };
  assert.equal(watch(summary, allFed).on('refund-credited'), false);
});

test('counts of several threads add up, whatever each of them saw', () => {
  const parts = [[clean()], [clean(), story('1').delivered()], []];
  const merged = new Map<Feed, Map<string, Count>>();
  for (const part of parts) {
    const own = new Map<Feed, Map<string, Count>>();
    for (const one of part) addCoverage(own, positionsOf(orderFacts(one.facts), 'shop'));
    mergeCoverage(merged, own);
  }
  const counts = Object.fromEntries(
    [...merged].flatMap(([feed, classes]) =>
      [...classes].map(([key, { applicable, reported }]) => [`${feed} ${key}`, `${reported}/${applicable}`]),
    ),
  );
  assert.deepEqual(counts, measure(...parts.flat()));
  assert.equal(counts['shipments shop'], '3/3');
});
