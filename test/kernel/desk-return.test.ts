/** Returns as the desk sees them, and what it is offered to do with them. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { offerSteps } from '../../src/kernel/decide.ts';
import type { LocationClass } from '../../src/kernel/fact.ts';
import { deskReturns, nextRma } from '../../src/kernel/desk-return.ts';
import { approved, Desk, later, one, rma, stagesOf } from './desk-told.ts';
import { berlin, shopPolicy, shoesAndHat, story, type Story } from './story.ts';

const mixed = (): Story => shoesAndHat(5990, 1990);
describe('returns as the desk sees them', () => {
  const named = (number: string, at: string, object: string, told: Story): Story =>
    told.fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1 }, at, { rma: number, object });

  test('come oldest first, then by number', () => {
    const told = named(
      'R-1',
      '2026-11-01T10:00',
      'ticket/c',
      named('R-2', '2026-11-01T10:00', 'ticket/b', named('R-3', '2026-11-01T09:00', 'ticket/z', mixed())),
    );
    assert.deepEqual(
      new Desk(told).returns().map((own) => own.rma),
      ['R-3', 'R-1', 'R-2'],
    );
  });

  test('count goods that are told of without the number, where it is the only one', () => {
    const told = (): Story =>
      mixed()
        .fact('return.approved', 'crm', {}, '2026-11-01T09:00', { rma: 'R-1', object: 'ticket/a' })
        .received('SHOE', 1, '2026-11-01T12:00');
    assert.deepEqual(stagesOf(new Desk(told())), ['R-1 inspected']);
    assert.deepEqual(stagesOf(new Desk(named('R-2', '2026-11-01T10:00', 'ticket/b', told()))), ['R-1 approved', 'R-2 approved']); // prettier-ignore
    const hat = named('R-1', '2026-11-01T09:00', 'ticket/a', mixed()).received('HAT', 1, '2026-11-01T12:00');
    assert.deepEqual(stagesOf(new Desk(hat)), ['R-1 approved'], 'what it does not name is none of it');
    const before = named('R-1', '2026-11-01T13:00', 'ticket/a', mixed()).received(
      'SHOE',
      1,
      '2026-11-01T12:00',
    );
    assert.deepEqual(stagesOf(new Desk(before)), ['R-1 approved'], 'what came before it is none of it');
  });

  test('count by the book that ranks first, each system by itself', () => {
    const told = named('R-1', '2026-11-01T10:00', 'ticket/a', mixed())
      .fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 }, '2026-11-02T08:10', { rma: 'R-1' })
      .fact('goods.received', 'wms', { sku: 'SHOE', quantity: 1 }, '2026-11-02T08:20', { rma: 'R-1' })
      .moved('SHOE', 1, 'customer', 'input', '2026-11-02T08:30', {}, 'R-1')
      .moved('SHOE', 1, 'input', 'saleable', '2026-11-02T08:40', {}, 'R-1');
    const first = (...received: ('wms' | 'erp')[]): number | undefined =>
      new Desk(told, { bookOrder: { ...shopPolicy.bookOrder, received } }).returns()[0]!.units[0]!.received;
    assert.deepEqual([first('wms', 'erp'), first('erp', 'wms'), first()], [2, 1, 2]);
  });

  test('are inspected once as many units are graded as came', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(2) });
    const grade = (disposition: 'restock' | 'scrap') =>
      ({
        step: 'inspect',
        rma,
        units: [{ sku: 'SHOE', quantity: 1, disposition, condition: 'opened' }],
      }) as const;
    assert.deepEqual(stagesOf(desk.when(grade('restock'))), ['RMA-1-1 received']);
    assert.deepEqual(stagesOf(desk.when(grade('scrap'))), ['RMA-1-1 inspected']);
  });

  test('are inspected where the ERP has put them away, on the shelf or as scrap; not where they wait or lie on hold', () => {
    const put = (...places: LocationClass[]): string => {
      const told = named('R-1', '2026-11-01T10:00', 'ticket/a', mixed()).moved('SHOE', 1, 'customer', 'input', '2026-11-02T08:30', {}, 'R-1'); // prettier-ignore
      places.reduce((from, to, index) => {
        told.moved('SHOE', 1, from, to, `2026-11-02T09:0${index}`, {}, 'R-1');
        return to;
      }, 'input' as LocationClass);
      return stagesOf(new Desk(told))[0]!;
    };
    const [waits, done] = ['R-1 received', 'R-1 inspected'];
    assert.deepEqual([put(), put('hold'), put('saleable'), put('hold', 'scrap'), put('saleable', 'hold')], [waits, waits, done, done, waits]); // prettier-ignore
  });

  test('take released units from quarantine', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(2) });
    desk.when({
      step: 'inspect',
      rma,
      units: [{ sku: 'SHOE', quantity: 2, disposition: 'quarantine', condition: 'opened' }],
    });
    desk.when({ step: 'release', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'restock' }] });
    assert.deepEqual(desk.returns()[0]!.units[0]!.graded, { quarantine: 1, restock: 1 });
  });

  test('are withheld until goods or proof are there, of consumers alone', () => {
    const withheld = (told: Story): unknown =>
      new Desk(told).returns().map((own) => [own.legalOn, own.withheld]);
    const withdrawn = (customer?: 'business'): Story =>
      story('1')
        .line('SHOE', 2, 5990)
        .placed(customer === undefined ? {} : { customer })
        .paid()
        .shipped('SHOE', 2)
        .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-01T23:30', {
          rma: 'W-1',
        });
    assert.deepEqual(withheld(withdrawn()), [['2026-11-15', true]]);
    assert.deepEqual(withheld(withdrawn().fact('dispatch.proved', 'crm', {}, '2026-11-02T08:00')), [
      ['2026-11-15', false],
    ]);
    assert.deepEqual(withheld(withdrawn().received('SHOE', 1, '2026-11-02T08:00', 'W-1')), [
      ['2026-11-15', false],
    ]);
    assert.deepEqual(withheld(withdrawn('business')), [[undefined, undefined]]);
  });

  test('have numbers of their own, in letters that scanners read', () => {
    assert.equal(nextRma('lh 10/251', []), 'RMA-LH-10-251-1');
    assert.equal(nextRma('1', [{ rma: 'RMA-1-1' }, { rma: 'RMA-1-3' }]), 'RMA-1-2');
  });

  test('know who opened them, and what was wished', () => {
    const told = mixed()
      .fact(
        'return.requested',
        'shop',
        { sku: 'SHOE', quantity: 1, reason: 'too_small', wish: 'exchange' },
        '2026-11-01T09:00',
        { rma: 'R-1' },
      )
      .fact(
        'return.requested',
        'crm',
        { sku: 'HAT', quantity: 1, reason: 'other', wish: 'refund' },
        '2026-11-01T10:00',
        { rma: 'R-1' },
      );
    const [own] = deskReturns(told.facts, new Desk(told).order().state.positions, shopPolicy);
    assert.deepEqual(
      [own!.openedBy, own!.reason, own!.wish, own!.openedAt],
      ['shop', 'too_small', 'exchange', berlin('2026-11-01T09:00')],
    );
  });
});

test('what is offered depends on the stage, on where a step is made, and on whether it needs a number', () => {
  const desk = approved();
  const [own] = desk.returns();
  const offered = (one: typeof own | undefined): string[] =>
    offerSteps(desk.order(), one, berlin(later)).map(({ step, refused }) => (refused === undefined ? step : `${step}: ${refused.reason}`));
  assert.deepEqual(offered(own), [
    'prove-dispatch', 'approve: wrong-stage', 'reject: wrong-stage', 'cancel', 'expire', 'keep', 'receive', 'inspect', 'release', 'write-off',
    'send-back', 'refund', 'exchange',
  ]);
  assert.deepEqual(offered(undefined), [
    'request', 'withdraw', 'receive', 'inspect', 'release', 'write-off', 'send-back', 'refund', 'approve-refund', 'revoke-refund', 'exchange',
    'accept', 'assert', 'match',
  ]);
}); // prettier-ignore
