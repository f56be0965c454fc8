import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerOf } from '../../src/kernel/answer.ts';
import { addCoverage, type Count, type Feed } from '../../src/kernel/feeds.ts';
import { orderFacts, positionsOf } from '../../src/kernel/fold.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import { shopPolicy, story, zone, type Story } from './story.ts';

/** Failed at the gateway, €214.70 together. */
const failed = new Map([
  [40, 5990],
  [200, 4990],
  [555, 10_490],
]);

/** 1,000 orders of a shop with its gateway; each sixth is refunded up to the 180th. */
function shopOrders(): Story[] {
  return Array.from({ length: 1000 }, (_, index) => {
    const price = failed.get(index) ?? 1990 + (index % 50) * 100;
    const order = story(`S${index}`, '2026-10-05T10:00').line(`SKU-${index % 20}`, 1, price);
    order
      .placed()
      .paid()
      .fact('goods.shipped', 'shop', { sku: `SKU-${index % 20}`, quantity: 1 });
    if (index % 5 !== 0 || index / 5 >= 180) return order;
    const id = `r${index}`;
    order.recorded(id, [[`SKU-${index % 20}`, 1, price]], '2026-10-12T10:00');
    // Half of the refunds were made with the restock box.
    if (index % 2 === 0) order.restocked(`SKU-${index % 20}`, 1);
    return order.atGateway(failed.has(index) ? 'failed' : 'settled', `re_${id}`, price, id);
  });
}

for (const [name, policy] of [
  ['a policy file', shopPolicy],
  ['no policy file', defaultPolicy(zone)],
] as const) {
  test(`shop and gateway alone: three failed refunds, and silence about what nobody reports (${name})`, () => {
    const orders = shopOrders();
    const coverage = new Map<Feed, Map<string, Count>>();
    for (const order of orders) addCoverage(coverage, positionsOf(orderFacts(order.facts), 'shop'));
    const states = orders.map((order) => order.judge('2026-11-30', { policy, coverage }));
    const problems = states.flatMap((state) => state.problems);
    assert.deepEqual(
      problems.map(({ code, state, amount }) => [code, state, amount?.minor]),
      [
        ['refund-failed-at-gateway', 'open', 5990],
        ['refund-failed-at-gateway', 'open', 4990],
        ['refund-failed-at-gateway', 'open', 10_490],
      ],
    );
    assert.equal(
      problems.reduce((sum, problem) => sum + (problem.amount?.minor ?? 0), 0),
      21_470,
    );

    const returns = states.filter((state) => state.hasReturn);
    assert.equal(returns.length, 180);
    const closed = returns.filter((state) => state.verdict === 'closed');
    assert.equal(closed.length, 177);
    for (const state of closed) {
      const silent = new Map(state.notWatched.map((entry) => [entry.control, entry.missing]));
      assert.ok(state.watched.includes('refund-settled'));
      for (const control of [
        'back-restored',
        'authorized-received',
        'refund-credited',
        'resolved-closed',
      ] as const) {
        assert.ok(!state.watched.includes(control));
        assert.ok((silent.get(control)?.length ?? 0) > 0, `${control} says what would feed it`);
      }
      const text = answerOf(state, { language: 'en', zone, asOf: '2026-11-30' })
        .map((one) => one.text)
        .join(' ');
      assert.match(text, /[Cc]losed as far as watched/);
    }
    assert.deepEqual(
      new Map(closed[0]!.notWatched.map((entry) => [entry.control, entry.missing])).get('refund-credited'),
      ['creditNotes'],
    );
  });
}

test('an order that was never returned is closed', () => {
  const state = story('1').delivered('SHOE', 1, 5990).judge('2026-12-01');
  assert.equal(state.verdict, 'closed');
  assert.equal(state.hasReturn, false);
});
