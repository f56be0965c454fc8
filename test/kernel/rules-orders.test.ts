/** When an order needs a look at all, what its tables count, and when something falls due next. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { foldOrder, orderFacts } from '../../src/kernel/fold.ts';
import { clean, refunded, returned } from './code-fixture.ts';
import { eur, late } from './found.ts';
import { allFed, everythingFed, shopPolicy, story, type Story } from './story.ts';

const bought = (): Story => story('1').delivered('SHOE', 2, 5990);
const units = { sku: 'SHOE', quantity: 1 };
const agreed = { money: eur(100), agreement: 'RF-1', lines: [], shipping: { gross: 0, tax: 0 }, fees: { gross: 0, tax: 0 }, purpose: 'price', pay: 'original', by: 'u' } as const; // prettier-ignore

describe('an order is looked at', () => {
  const once: Record<string, (told: Story) => Story> = {
    'a refund': (told) => told.amountOnly('r1', 100),
    'a refund at the gateway': (told) => told.atGateway('settled', 're', 100),
    'a credit note': (told) => told.credited('CN', 100),
    'an approval': (told) => told.fact('return.approved', 'crm', {}),
    'an announcement': (told) => told.announced('SHOE', 1),
    'a rejection': (told) => told.fact('return.rejected', 'crm', {}),
    'a request': (told) => told.fact('return.requested', 'crm', {}),
    'a withdrawal': (told) => told.fact('withdrawal.declared', 'shop', { wholeOrder: true }),
    'a cancellation': (told) => told.cancelled(),
    'a dispute': (told) => told.disputed('opened', 100),
    'a parcel': (told) => told.fact('parcel.delivered', 'carrier', { tracking: 'P' }),
    'a promise': (told) =>
      told.fact('promise.made', 'crm', { by: 'Kim', promised: 'refund', until: '2026-12-01' }),
    'a deleted refund': (told) => told.fact('refund.deleted', 'shop', { refund: 'r1' }),
    'an exchange': (told) => told.fact('exchange.agreed', 'crm', units),
    'a payout': (told) => told.paidOut(100),
    'store credit': (told) => told.fact('store_credit.issued', 'shop', { money: eur(100), reference: 'V' }),
    'an agreed refund': (told) => told.fact('refund.agreed', 'desk', agreed),
    'a case about a return': (told) => told.fact('case.opened', 'crm', { case: 't', about: 'return' }),
    'a receipt': (told) => told.fact('goods.received', 'wms', units),
    'a grade': (told) => told.graded('SHOE', 1, 'missing'),
    'a restock in the shop': (told) => told.restocked('SHOE', 1),
    'a waiting return': (told) =>
      told.fact('return.waiting', 'erp', { ...units, document: 'IN', linked: true }),
    'a move into stock': (told) => told.moved('SHOE', 1, 'other', 'saleable'),
    'goods sent back': (told) => told.fact('goods.sent_back', 'desk', { ...units, to: 'customer' }),
  };
  for (const [what, tell] of Object.entries(once))
    test(`once there is ${what}`, () => assert.equal(tell(bought()).judge(late).hasReturn, true));

  test('for nothing that happens to any order', () => {
    const told = bought()
      .fact('case.opened', 'crm', { case: 't', about: 'question' })
      .fact('customer.told', 'crm', { what: 'other' });
    const { hasReturn, verdict, money, accounts, units } = told.judge(late);
    assert.deepEqual(
      [hasReturn, verdict, money.paid, money.entitled, accounts, units[0]!.shipped],
      [false, 'closed', 11_980, 0, [], 2],
    );
  });
});

describe('the table of units', () => {
  test('counts each place by itself, and no less than nothing', () => {
    const told = story('1')
      .line('SHOE', 6, 5990)
      .line('GIFT', 1, 0, { kind: 'service' })
      .placed()
      .paid()
      .shipped('SHOE', 6)
      .announced('SHOE', 5, '2026-11-02T09:00')
      .moved('SHOE', 4, 'customer', 'input')
      .moved('SHOE', 1, 'input', 'saleable')
      .moved('SHOE', 1, 'input', 'hold')
      .moved('SHOE', 1, 'input', 'scrap')
      .restocked('SHOE', 1)
      .restocked('SHOE', 1, 'cancellation')
      .refunded('r1', [['SHOE', 3, 17_970]]);
    assert.deepEqual(told.judge(late).units, [
      {
        sku: 'SHOE',
        ordered: 6,
        shipped: 6,
        approved: 5,
        received: 4,
        restored: 1,
        onHold: 1,
        writtenOff: 1,
        restoredInShop: 2,
        refunded: 3,
      },
    ]);
    const gone = bought()
      .moved('SHOE', 1, 'saleable', 'hold')
      .moved('SHOE', 2, 'hold', 'scrap')
      .moved('SHOE', 3, 'scrap', 'other');
    const [row] = gone.judge(late).units;
    assert.deepEqual([row!.restored, row!.onHold, row!.writtenOff], [0, 0, 0]);
  });

  test('comes by SKU, and says nothing of shipments that nobody reports', () => {
    const told = story('1')
      .line('SHOE', 1, 100)
      .line('HAT', 1, 100)
      .placed()
      .paid()
      .received('SHOE', 1, '2026-11-03T09:00');
    assert.deepEqual(
      told.judge(late, { coverage: new Map() }).units.map(({ sku, shipped }) => [sku, shipped]),
      [
        ['HAT', 0],
        ['SHOE', 0],
      ],
    );
  });
});

describe('the table of money', () => {
  test('counts what counts', () => {
    const told = returned()
      .recorded('r1', [['SHOE', 1, 5990]])
      .amountOnly('r2', 700)
      .fact('refund.deleted', 'shop', { refund: 'r2' })
      .atGateway('settled', 'a', 1000, 'r1')
      .atGateway('pending', 'b', 200, 'r1')
      .atGateway('failed', 'c', 30, 'r1')
      .credited('A', 100)
      .credited('B', 200, undefined, 'applied')
      .credited('C', 400, undefined, 'drafted')
      .credited('D', 800, undefined, 'cancelled')
      .disputed('lost', 50);
    const { currency: _, ...money } = told.judge(late).money;
    assert.deepEqual(money, {
      paid: 11_980,
      entitled: 5990,
      refunded: 5990,
      settled: 1000,
      pending: 200,
      failed: 30,
      paidOut: 0,
      credited: 300,
      storeCredit: 0,
      disputed: 50,
    });
  });
});

describe('the next due time', () => {
  const nextOf = (told: Story, now: string): string | undefined => {
    const { nextDueAt } = told.judge(now);
    return nextDueAt === undefined ? undefined : new Date(nextDueAt).toISOString();
  };

  test('is the first of those to come', () => {
    const told = returned()
      .recorded('r1', [['SHOE', 1, 5990]], '2026-11-03T11:00')
      .disputed('opened', 1);
    const problems = told.judge('2026-11-03T12:00').problems.filter((one) => one.state === 'pending');
    const first = problems.map((one) => one.overdueAt!).sort()[0];
    assert.ok(first !== undefined && new Set(problems.map((one) => one.overdueAt)).size > 1);
    assert.equal(nextOf(told, '2026-11-03T12:00'), first);
  });

  test('is none where all is overdue, done, or withheld', () => {
    assert.equal(nextOf(refunded(), late), undefined);
    assert.equal(nextOf(clean(), late), undefined);
    const withheld = story('1')
      .delivered()
      .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-02T09:00');
    const only = withheld.judge('2027-06-01').problems.filter((one) => one.state === 'pending');
    assert.deepEqual(
      only.map((one) => one.code),
      ['withdrawal-overdue'],
    );
    assert.equal(nextOf(withheld, '2027-06-01'), undefined);
  });

  test('at its instant is open', () => {
    const told = refunded();
    const next = told.judge('2026-11-03T12:00').nextDueAt!;
    const at = (now: number): number =>
      foldOrder({
        orderKey: 'shop/1',
        home: 'shop',
        facts: told.facts,
        policy: shopPolicy,
        coverage: everythingFed,
        now,
      }).problems.filter((one) => one.state === 'open').length;
    assert.ok(at(next) > at(next - 1));
  });
});

describe('the facts of an order', () => {
  test('count once, by their id, in order of time', () => {
    const { facts } = clean();
    assert.deepEqual(orderFacts([...facts, ...facts].reverse()), facts);
    assert.deepEqual(orderFacts([]), []);
  });

  test('leave out incoming payments that are no returned transfers', () => {
    const told = returned()
      .paidOut(700, undefined, '2026-11-05T09:00')
      .paidOut(700, undefined, '2026-11-06T09:00', 'payout.returned')
      .paidOut(900, undefined, '2026-11-07T09:00', 'payout.returned');
    const kinds = orderFacts(told.facts)
      .filter((fact) => fact.type.startsWith('payout'))
      .map((fact) => `${fact.type} ${'money' in fact && fact.money?.minor}`);
    assert.deepEqual(kinds, ['payout.confirmed 700', 'payout.returned 700']);
    assert.equal(told.judge(late, { coverage: allFed }).money.paidOut, 0);
  });

  test('take their currency from the order, else from the first amount', () => {
    const told = story('1')
      .fact('goods.received', 'wms', units)
      .fact('refund.settled', 'psp', { money: { minor: 1, currency: 'USD' }, reference: 'a' })
      .fact('refund.settled', 'psp', { money: { minor: 1, currency: 'CHF' }, reference: 'b' });
    assert.equal(told.judge(late).money.currency, 'USD');
    assert.equal(story('1').fact('goods.received', 'wms', units).judge(late).money.currency, '');
  });
});

describe('what replaced a return', () => {
  /** Two hats shipped under an order of shoes, at different times, around a return of one shoe. */
  const owed = (tell: (told: Story) => Story, hatAt: string): number =>
    tell(story('1').line('SHOE', 2, 5990).placed().paid().shipped('SHOE', 2, '2026-10-27T09:00')).shipped('HAT', 1, hatAt)
      .judge(late, { policy: { ...shopPolicy, payAfter: [{ from: '', value: 'approval' }] } }).money.entitled;

  test('is another item that left once the return had begun: approved, announced or received', () => {
    const approve = (told: Story): Story => told.fact('return.approved', 'crm', units, '2026-11-02T09:00');
    assert.deepEqual([owed(approve, '2026-11-02T09:00'), owed(approve, '2026-11-02T09:01')], [5990, 0]);
    const announce = (told: Story): Story => told.announced('SHOE', 1, '2026-11-02T09:00').received('SHOE', 1, '2026-11-05T09:00');
    assert.deepEqual([owed(announce, '2026-11-02T09:00'), owed(announce, '2026-11-02T09:01')], [5990, 0]);
    const receive = (told: Story): Story => told.received('SHOE', 1, '2026-11-05T09:00').approved('2026-11-07T09:00');
    assert.deepEqual([owed(receive, '2026-11-05T09:00'), owed(receive, '2026-11-05T09:01')], [5990, 0]);
  });

  test('is the same item shipped beyond what was bought', () => {
    const again = story('1').delivered('SHOE', 2, 5990).received('SHOE', 1, '2026-11-05T09:00').shipped('SHOE', 1);
    assert.equal(again.judge(late).money.entitled, 0);
  });
}); // prettier-ignore
