/** What a withdrawal is from, what pays it, and what proves that the goods are on their way. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Payloads } from '../../src/kernel/fact.ts';
import { eur, late, openCodes } from './found.ts';
import { allFed, coverageOf, shoesAndHat, story, type Story } from './story.ts';

const all = { coverage: allFed };
const byHand = { payment: 'manual' } as const;
describe('a withdrawal', () => {
  const bought = (): Story => shoesAndHat(1000, 500);
  const from = (told: Story, payload: Payloads['withdrawal.declared'], at = '2026-11-05T09:00'): Story =>
    told.fact('withdrawal.declared', 'shop', payload, at, {
      object: `withdrawal/${payload.sku ?? 'all'}-${at}`,
    });
  const proved = (told: Story): Story => told.fact('dispatch.proved', 'crm', {}, '2026-11-06T09:00');
  const open = (told: Story, coverage = allFed): string[] =>
    openCodes(proved(told).judge(late, { coverage }), 'withdrawal');

  test('is from so many units, or all of the item, at most what was bought', () => {
    const of = (quantity: number | undefined): string[] =>
      open(from(bought(), { sku: 'SHOE', ...(quantity !== undefined && { quantity }) }));
    assert.deepEqual(
      [of(1), of(2), of(3), of(undefined)].map(([one]) => one),
      [
        'withdrawal-overdue SHOE 1000',
        'withdrawal-overdue SHOE 2000',
        'withdrawal-overdue SHOE 2000',
        'withdrawal-overdue SHOE 2000',
      ],
    );
  });

  test('from the whole order is from all that was left of it, with the standard shipping', () => {
    assert.deepEqual(open(from(bought(), { wholeOrder: true })), ['withdrawal-overdue 2990']);
    assert.deepEqual(
      open(
        from(bought().recorded('r0', [['HAT', 1, 500]], '2026-11-01T09:00', byHand), { wholeOrder: true }),
      ),
      ['withdrawal-overdue 2490'],
    );
    assert.deepEqual(open(from(bought(), { sku: 'HAT', quantity: 1, wholeOrder: true })), [
      'withdrawal-overdue HAT 2990',
    ]);
  });

  test('from an order that nobody placed is from nothing that is known', () => {
    assert.deepEqual(open(from(story('1'), { wholeOrder: true })), []);
    assert.deepEqual(open(from(story('1').shipped('SHOE', 1), { sku: 'SHOE', quantity: 1 })), []);
  });

  test('is paid by refunds of its item, or of none, made since', () => {
    const hat = (tell: (told: Story) => Story): string[] =>
      open(tell(from(bought(), { sku: 'HAT', quantity: 1 })));
    assert.deepEqual(
      hat((told) => told.recorded('r1', [['HAT', 1, 500]], '2026-11-07T09:00', byHand)),
      [],
    );
    assert.deepEqual(
      hat((told) => told.recorded('r1', [['SHOE', 1, 1000]], '2026-11-07T09:00', byHand)),
      ['withdrawal-overdue HAT 500'],
    );
    assert.deepEqual(
      hat((told) => told.amountOnly('r1', 499, 'return', '2026-11-07T09:00', byHand)),
      [],
      'a cent is rounding',
    );
    assert.deepEqual(
      hat((told) => told.amountOnly('r1', 498, 'return', '2026-11-07T09:00', byHand)),
      ['withdrawal-overdue HAT 2'],
    );
    assert.deepEqual(
      hat((told) => told.recorded('r1', [['HAT', 1, 500]], '2026-11-05T09:00', byHand)),
      [],
      'at that very time',
    );
    assert.deepEqual(
      open(
        from(bought().recorded('r1', [['HAT', 1, 500]], '2026-11-05T08:59', byHand), {
          sku: 'HAT',
          quantity: 1,
        }),
      ),
      ['withdrawal-overdue HAT 500'],
    );
    assert.deepEqual(
      hat((told) => told.amountOnly('r1', 500, 'goodwill', '2026-11-07T09:00', byHand)),
      ['withdrawal-overdue HAT 500'],
    );
  });

  test('is paid through the gateway by what the gateway did, where it is watched', () => {
    const hat = (tell: (told: Story) => Story, coverage = allFed): string[] =>
      open(
        tell(
          from(bought(), { sku: 'HAT', quantity: 1 }).recorded('r1', [['HAT', 1, 500]], '2026-11-07T09:00'),
        ),
        coverage,
      );
    assert.deepEqual(
      hat((told) => told),
      ['withdrawal-overdue HAT 500'],
    );
    assert.deepEqual(
      hat((told) => told.atGateway('settled', 're', 300, 'r1')),
      ['withdrawal-overdue HAT 200'],
    );
    assert.deepEqual(
      hat((told) => told.atGateway('pending', 're', 500, 'r1')),
      [],
    );
    const silent = coverageOf(['receipts', 'erpStock', 'shopRefunds', 'approvals']);
    assert.deepEqual(
      hat((told) => told, silent),
      [],
    );
  });

  test('is paid by payments without a record and by store credit since then', () => {
    const hat = (tell: (told: Story) => Story): string[] =>
      open(tell(from(bought(), { sku: 'HAT', quantity: 1 })));
    const credit = (told: Story, at: string): Story =>
      told.fact('store_credit.issued', 'shop', { money: eur(500), reference: 'V' }, at);
    assert.deepEqual(
      hat((told) => told.atGateway('settled', 're', 500, undefined, '2026-11-05T09:00')),
      [],
    );
    assert.deepEqual(
      hat((told) => told.atGateway('settled', 're', 500, undefined, '2026-11-05T08:59')),
      ['withdrawal-overdue HAT 500'],
    );
    assert.deepEqual(
      hat((told) => credit(told, '2026-11-05T09:00')),
      [],
    );
    assert.deepEqual(
      hat((told) => credit(told, '2026-11-05T08:59')),
      ['withdrawal-overdue HAT 500'],
    );
  });

  test('shares money with another, each cent once', () => {
    const both = (minor: number): string[] =>
      open(
        from(
          from(bought(), { sku: 'HAT', quantity: 1 }),
          { sku: 'SHOE', quantity: 1 },
          '2026-11-05T10:00',
        ).amountOnly('r1', minor, 'return', '2026-11-07T09:00', byHand),
      );
    assert.deepEqual(
      [both(1500), both(1100), both(400)],
      [[], ['withdrawal-overdue SHOE 400'], ['withdrawal-overdue HAT 100', 'withdrawal-overdue SHOE 1000']],
    );
  });

  test('is proved by goods or a parcel of its item', () => {
    const state = (tell: (told: Story) => Story): string | undefined =>
      tell(from(bought(), { sku: 'HAT', quantity: 1 }))
        .judge(late, all)
        .problems.find((one) => one.code === 'withdrawal-overdue')?.state;
    assert.equal(
      state((told) => told),
      'pending',
    );
    assert.equal(
      state((told) => told.received('SHOE', 1, '2026-11-07T09:00')),
      'pending',
    );
    assert.equal(
      state((told) => told.received('HAT', 1, '2026-11-07T09:00')),
      'open',
    );
    assert.equal(
      state((told) => told.fact('dispatch.proved', 'crm', { sku: 'HAT' })),
      'open',
    );
    assert.equal(
      state((told) => told.fact('dispatch.proved', 'crm', { sku: 'SHOE' })),
      'pending',
    );
  });
});
