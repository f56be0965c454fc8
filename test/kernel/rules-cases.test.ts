/** Cases that say too much or stay open, and promises. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clean, refunded, returned } from './code-fixture.ts';
import { eur, everything, found, late } from './found.ts';
import { allFed, roots, story, type Story } from './story.ts';

const all = { coverage: allFed };

describe('cases', () => {
  const early = (told: Story): string[] =>
    everything(told.judge(late)).filter((one) => one.startsWith('told'));

  test('closed or told too early hang on what is open first', () => {
    const open = (): Story =>
      returned()
        .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00')
        .restocked('SHOE', 1)
        .credited('CN', 5990);
    assert.deepEqual(early(open()), []);
    assert.deepEqual(early(open().told()), ['told-too-early → refund-not-at-gateway']);
    assert.deepEqual(early(open().resolved()), ['told-too-early → refund-not-at-gateway']);
    assert.deepEqual(early(open().fact('status.claimed', 'erp', { claim: 'done' })), [
      'told-too-early → refund-not-at-gateway',
    ]);
    assert.deepEqual(early(open().fact('status.claimed', 'erp', { claim: 'other' })), []);
    assert.deepEqual(early(open().fact('customer.told', 'crm', { what: 'approved' })), []);
    assert.deepEqual(
      early(open().resolved().fact('case.reopened', 'crm', { case: 't1001', about: 'return' })),
      [],
    );
  });

  test('told of the money are not too early where only goods are open', () => {
    const goods = story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .refunded('r1', [['SHOE', 1, 5990]])
      .credited('CN', 5990)
      .told();
    assert.deepEqual(early(goods), []);
  });

  test('stay open to be reminded of only when theirs is done', () => {
    const reminder = (told: Story): string[] =>
      found(told.judge(late)).filter((one) => one.startsWith('loop'));
    const done = (): Story => refunded().credited('CN', 5990, '2026-11-04T09:00');
    assert.deepEqual(reminder(done()), ['loop-closed-case-open']);
    assert.deepEqual(
      reminder(done().fact('return.rejected', 'crm', {}, undefined, { object: 'ticket/1001' })),
      [],
    );
    assert.deepEqual(
      reminder(done().fact('return.rejected', 'crm', {}, undefined, { object: 'ticket/9' })),
      [],
      'a refusal of no known case may be of this one',
    );
    const later = clean().fact('case.opened', 'crm', { case: 't2', about: 'return' }, '2026-11-20T09:00');
    assert.deepEqual(reminder(later), [], 'opened after all was done: it waits for something new');
    const question = done()
      .resolved()
      .fact('case.opened', 'crm', { case: 't2', about: 'question' }, '2026-11-02T10:00');
    assert.deepEqual(reminder(question), []);
  });

  test('of two returns are told apart by their numbers', () => {
    const two = (number: string): Story =>
      story('1').delivered('SHOE', 2, 5990)
        .fact('case.opened', 'crm', { case: 'a', about: 'return' }, '2026-11-02T09:00', { object: 'ticket/a' }).fact('return.approved', 'crm', {}, undefined, { object: 'ticket/a', rma: 'RMA-1' })
        .fact('case.opened', 'crm', { case: 'b', about: 'return' }, '2026-11-02T10:00', { object: 'ticket/b' }).fact('return.approved', 'crm', {}, undefined, { object: 'ticket/b', rma: 'RMA-2' })
        .received('SHOE', 1, '2026-11-03T09:00', number).recorded('r1', [['SHOE', 1, 5990]], undefined, {}, number).atGateway('settled', 're', 5990, 'r1').restocked('SHOE', 1)
        .fact('credit_note.posted', 'erp', { money: eur(5990), tax: 956, document: 'CN' }, undefined, { rma: number }); // prettier-ignore
    const open = (number: string): string[] =>
      roots(two(number).judge(late))
        .filter((one) => one.code === 'loop-closed-case-open')
        .flatMap((one) => one.evidence);
    assert.deepEqual(open('RMA-1'), ['crm:ticket/a']);
    assert.deepEqual(open('RMA-2'), ['crm:ticket/b']);
  });
});

describe('a case of one return among two', () => {
  /** A case for RMA-1 and one for RMA-2, both open; what was done carries these numbers. */
  const two = (tell: (told: Story) => Story): string[] => {
    const told = story('1')
      .delivered('SHOE', 2, 5990)
      .fact('case.opened', 'crm', { case: 'a', about: 'return' }, '2026-11-02T09:00', { object: 'ticket/a' })
      .fact('return.approved', 'crm', {}, undefined, { object: 'ticket/a', rma: 'RMA-1' })
      .fact('case.opened', 'crm', { case: 'b', about: 'return' }, '2026-11-02T10:00', { object: 'ticket/b' })
      .fact('return.approved', 'crm', {}, undefined, { object: 'ticket/b', rma: 'RMA-2' });
    return roots(tell(told).judge(late))
      .filter((one) => one.code === 'loop-closed-case-open')
      .flatMap((one) => one.evidence);
  };
  const done = (told: Story, rma: string | undefined, credited = rma): Story =>
    told
      .received('SHOE', 1, '2026-11-03T09:00', rma)
      .recorded('r1', [['SHOE', 1, 5990]], undefined, {}, rma)
      .atGateway('settled', 're', 5990, 'r1')
      .restocked('SHOE', 1)
      .fact(
        'credit_note.posted',
        'erp',
        { money: eur(5990), tax: 956, document: 'CN' },
        undefined,
        credited === undefined ? {} : { rma: credited },
      );

  test('is not served by a refund of nothing', () => {
    assert.deepEqual(
      two((told) => done(told, 'RMA-1').recorded('r0', [], undefined, {}, 'RMA-2')),
      ['crm:ticket/a'],
    );
  });

  test('is served by any step that carries its number', () => {
    assert.deepEqual(
      two((told) => done(told, 'RMA-1', 'RMA-2')),
      ['crm:ticket/a', 'crm:ticket/b'],
    );
  });

  test('is served by what carries no number, where all of it does not', () => {
    assert.deepEqual(
      two((told) => done(told, undefined)),
      ['crm:ticket/a', 'crm:ticket/b'],
    );
    assert.deepEqual(
      two((told) => done(told, 'RMA-1', undefined)),
      ['crm:ticket/a'],
    );
  });
});

describe('the day on which all was done', () => {
  const since = (told: Story): string | undefined =>
    roots(told.judge(late, all))
      .find((one) => one.code === 'loop-closed-case-open')
      ?.since.slice(0, 10);
  const base = (): Story =>
    returned()
      .recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00')
      .restocked('SHOE', 1);

  test('is that of the last step: the record, the payment, the books or the goods', () => {
    assert.equal(
      since(
        base()
          .atGateway('settled', 're', 5990, 'r1', '2026-11-05T09:00')
          .credited('CN', 5990, '2026-11-04T12:00'),
      ),
      '2026-11-05',
    );
    assert.equal(
      since(
        base()
          .atGateway('settled', 're', 5990, 'r1', '2026-11-04T10:00')
          .credited('CN', 5990, '2026-11-06T12:00'),
      ),
      '2026-11-06',
    );
    const late = story('1')
      .delivered('SHOE', 2, 5990)
      .approved('2026-11-02T09:00')
      .moved('SHOE', 1, 'customer', 'input', '2026-11-03T09:00')
      .refunded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00')
      .restocked('SHOE', 1)
      .credited('CN', 5990)
      .moved('SHOE', 1, 'input', 'saleable', '2026-11-07T09:00');
    assert.equal(since(late), '2026-11-07');
  });

  test('is none where nothing was given but goodwill', () => {
    const goodwill = story('1')
      .delivered()
      .fact('case.opened', 'crm', { case: 't', about: 'return' }, '2026-11-02T09:00')
      .amountOnly('r1', 500, 'goodwill', '2026-11-04T09:00')
      .atGateway('settled', 're', 500, 'r1')
      .credited('CN', 500);
    assert.equal(since(goodwill), undefined);
  });
});

describe('what was told too early', () => {
  const told = (tell: (one: Story) => Story): { amount: number | undefined; waitsFor: string | undefined; due: string } | undefined => {
    const found = tell(returned().restocked('SHOE', 1)).judge(late, all).problems.find((one) => one.code === 'told-too-early');
    return found && { amount: found.amount?.minor, waitsFor: found.waitsFor, due: found.due.slice(0, 10) };
  };

  test('amounts to the refunds that count, and hangs on what is due first', () => {
    const open = (one: Story): Story => one.recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').amountOnly('r2', 10).fact('refund.deleted', 'shop', { refund: 'r2' }).credited('CN', 5990).resolved();
    assert.deepEqual(told(open), { amount: 5990, waitsFor: 'refund-not-at-gateway', due: '2026-11-09' });
    assert.deepEqual(told((one) => one.resolved()), { amount: undefined, waitsFor: 'received-not-refunded', due: '2026-11-10' });
  });

  test('about money on its way hangs on that money', () => {
    const pending = (one: Story): Story => one.recorded('r1', [['SHOE', 1, 5990]], '2026-11-04T09:00').atGateway('pending', 're', 5000, 'r1').resolved();
    assert.deepEqual([told(pending)?.amount, told(pending)?.waitsFor], [5000, 'refund-stuck-pending']);
  });

  test('is what was said of this return, not of a question', () => {
    const question = (one: Story): Story => one.resolved().fact('case.resolved', 'crm', { case: 'q', about: 'question' });
    assert.equal(told((one) => question(one).fact('case.opened', 'crm', { case: 'b', about: 'return' })), undefined, 'another case of it is open');
    assert.equal(told((one) => one.resolved().fact('case.opened', 'crm', { case: 'q', about: 'question' }))?.waitsFor, 'received-not-refunded');
  });
}); // prettier-ignore

describe('promises', () => {
  const promised = (until: string, what: 'refund' | 'replacement' = 'refund'): Story =>
    returned()
      .restocked('SHOE', 1)
      .fact('promise.made', 'crm', { by: 'Kim', promised: what, until }, '2026-11-04T09:00');
  const broken = (told: Story, now = late): string[] =>
    told
      .judge(now, all)
      .problems.filter((one) => one.code === 'promise-broken')
      .map(({ state, due }) => `${state} ${due}`);

  test('hold to the end of their day', () => {
    assert.deepEqual(broken(promised('2026-11-06'), '2026-11-06T23:59'), ['pending 2026-11-06']);
    assert.deepEqual(broken(promised('2026-11-06'), '2026-11-07T00:00'), ['open 2026-11-06']);
  });

  test('are kept by money that reached the customer, not by a record', () => {
    assert.deepEqual(broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 5990]])), ['open 2026-11-06']);
    assert.deepEqual(broken(promised('2026-11-06').refunded('r1', [['SHOE', 1, 5990]])), []);
    assert.deepEqual(
      broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' })),
      [],
    );
    assert.deepEqual(
      broken(promised('2026-11-06').recorded('r1', [['SHOE', 1, 0]], undefined, { payment: 'manual' })),
      ['open 2026-11-06'],
    );
    const before = returned()
      .recorded('r1', [['SHOE', 1, 5990]], undefined, { payment: 'manual' })
      .fact(
        'promise.made',
        'crm',
        { by: 'Kim', promised: 'refund', until: '2026-11-06' },
        '2026-11-05T09:00',
      );
    assert.deepEqual(
      broken(before),
      ['open 2026-11-06'],
      'a record from before the promise is not what was promised',
    );
  });

  test('of a replacement are kept by any item that leaves after them', () => {
    const two = (at: string): string[] =>
      broken(
        story('1')
          .line('HAT', 1, 100)
          .delivered('SHOE', 1, 5990)
          .received('SHOE', 1, '2026-11-03T09:00')
          .fact(
            'promise.made',
            'crm',
            { by: 'Kim', promised: 'replacement', until: '2026-11-06' },
            '2026-11-04T09:00',
          )
          .fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }, at),
      );
    assert.deepEqual(two('2026-11-04T09:00'), []);
    assert.deepEqual(two('2026-11-04T08:59'), ['open 2026-11-06']);
  });

  test('of a replacement are kept by what leaves after them', () => {
    assert.deepEqual(broken(promised('2026-11-06', 'replacement')), ['open 2026-11-06']);
    assert.deepEqual(
      broken(
        promised('2026-11-06', 'replacement').fact('exchange.shipped', 'erp', { sku: 'SHOE', quantity: 1 }),
      ),
      [],
    );
  });
});
