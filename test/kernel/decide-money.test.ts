/** Refunds agreed, approved and taken back, and exchanges: what may be paid for, and by whose word. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Decided, Decider } from '../../src/kernel/decide.ts';
import { agreementState, approvalsNeeded } from '../../src/kernel/decide-money.ts';
import type { RefundWish } from '../../src/kernel/refund-preview.ts';
import { approved, Desk, one, rma, two } from './desk-told.ts';
import { shopPolicy, story, type Story } from './story.ts';

const shoe = (units: number): RefundWish => ({ lines: [{ sku: 'SHOE', units }] });
const pay = (refund: RefundWish, totalMinor: number, more: { rma?: string; payFirst?: boolean } = {}) =>
  ({ step: 'refund', refund, totalMinor, ...more }) as const;
const shoes = (units: number) => pay(shoe(units), 5990 * units);
const leftOf = (decided: Decided): unknown => (decided.ok ? 'done' : [decided.reason, decided.about['left']]);

describe('units that something else is sent for', () => {
  const swap = (quantity: number, newSku = 'BOOT') =>
    ({ step: 'exchange', sku: 'SHOE', quantity, newSku }) as const;
  const came = (): Desk => approved().when({ step: 'receive', rma, units: one(2) });

  test('are not paid for as well, in either order, nor first', () => {
    const swapped = came().when({ ...swap(1), rma });
    assert.deepEqual(leftOf(swapped.ask(shoes(2))), ['more-than-left', 1]);
    assert.deepEqual(leftOf(swapped.ask({ ...shoes(2), payFirst: true })), ['more-than-left', 1]);
    assert.equal(swapped.refused(shoes(1)), 'done');
    assert.deepEqual(
      leftOf(
        came()
          .when(shoes(2))
          .ask({ ...swap(1), rma }),
      ),
      ['more-than-left', 0],
    );
  });

  test('are paid for when what was sent came back in turn', () => {
    const again = came().when({ ...swap(2), rma }).when({ step: 'receive', units: one(2, 'BOOT'), isSurplus: true }); // prettier-ignore
    assert.equal(again.refused(shoes(2)), 'done');
    const same = came().when({ ...swap(2, 'SHOE'), rma });
    assert.deepEqual(leftOf(same.ask(shoes(1))), ['more-than-left', 0]);
    assert.equal(same.when({ step: 'receive', units: one(1), isSurplus: true }).refused(shoes(1)), 'done');
  });
});

describe('an amount without goods', () => {
  const cap = { goodwillCap: [{ from: '', value: 500 }] };
  const given = (amountMinor: number, purpose?: RefundWish['purpose']): string =>
    new Desk(two(), cap).refused(
      pay({ amountMinor, ...(purpose !== undefined && { purpose }) }, amountMinor),
    );

  test('needs a purpose for which no goods come back', () => {
    assert.equal(given(500), 'purpose-needed');
    assert.equal(given(500, 'return'), 'purpose-needed');
    assert.equal(given(500, 'price'), 'done');
  });

  test('as goodwill ends with its cap, others do not', () => {
    assert.equal(given(500, 'goodwill'), 'done');
    assert.equal(given(501, 'goodwill'), 'over-goodwill-cap');
    assert.equal(given(501, 'price'), 'done');
    assert.equal(new Desk(two()).refused(pay({ amountMinor: 501, purpose: 'goodwill' }, 501)), 'done');
  });
});

describe('units that are paid for', () => {
  test('are here, and each is paid once', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(1) });
    assert.deepEqual(leftOf(desk.ask(shoes(2))), ['not-received', 1]);
    assert.deepEqual(leftOf(desk.when(shoes(1)).ask(shoes(1))), ['not-received', 0]);
  });

  test('are fewer by what was refunded and what is promised', () => {
    const told = (): Story =>
      story('1')
        .delivered('SHOE', 4, 5990)
        .received('SHOE', 3, '2026-11-01T09:00')
        .recorded('r1', [['SHOE', 1, 5990]]);
    assert.deepEqual(leftOf(new Desk(told()).ask(shoes(3))), ['not-received', 2]);
    assert.equal(new Desk(told()).refused(shoes(2)), 'done');
    assert.deepEqual(leftOf(new Desk(told()).when(shoes(1)).ask(shoes(2))), ['not-received', 1]);
    const other = story('1').line('SHOE', 2, 5990).line('HAT', 1, 1990).placed().paid().shipped('SHOE', 2).shipped('HAT', 1)
      .received('SHOE', 1, '2026-11-01T09:00').received('HAT', 1); // prettier-ignore
    const desk = new Desk(other).when(pay({ lines: [{ sku: 'HAT', units: 1 }] }, 1990));
    assert.equal(desk.refused(shoes(1)), 'done', 'a promise of a hat is none of a shoe');
  });

  test('or have never left, were lost, or stay with the customer', () => {
    const part = story('1').line('SHOE', 3, 5990).placed().paid().shipped('SHOE', 1);
    assert.deepEqual(leftOf(new Desk(part).ask(shoes(3))), ['not-received', 2]);
    const lost = two().fact(
      'parcel.lost',
      'carrier',
      { sku: 'SHOE', quantity: 1, tracking: 'P' },
      '2026-11-01T09:00',
    );
    assert.deepEqual(leftOf(new Desk(lost).ask(shoes(2))), ['not-received', 1]);
    assert.deepEqual(
      leftOf(
        approved()
          .when({ step: 'keep', rma, units: one(1) })
          .ask(shoes(2)),
      ),
      ['not-received', 1],
    );
  });

  test('need not be here where money goes first: by policy, or by a person’s word', () => {
    assert.equal(approved().refused(shoes(1)), 'not-received');
    assert.equal(approved().refused({ ...shoes(1), payFirst: true }), 'done');
    const first = new Desk(two(), { payAfter: [{ from: '', value: 'approval' }] });
    assert.equal(first.refused(shoes(1)), 'done');
    const goodwill = pay({ ...shoe(1), purpose: 'goodwill' }, 5990);
    assert.equal(approved().refused(goodwill), 'not-received', 'a purpose is no authority');
    assert.equal(approved().refused({ ...goodwill, payFirst: true }), 'done');
    const capped = new Desk(two(), { goodwillCap: [{ from: '', value: 5989 }] });
    assert.equal(capped.refused({ ...goodwill, payFirst: true }), 'over-goodwill-cap');
  });

  test('are goods: a service is not awaited', () => {
    const told = (): Story =>
      story('1')
        .line('SHOE', 1, 5990)
        .line('SETUP', 1, 990, { kind: 'service' })
        .placed()
        .paid()
        .shipped('SHOE', 1);
    assert.equal(new Desk(told()).refused(pay({ lines: [{ sku: 'SETUP', units: 1 }] }, 990)), 'done');
    const both = pay(
      {
        lines: [
          { sku: 'SETUP', units: 1 },
          { sku: 'SHOE', units: 1 },
        ],
      },
      6980,
    );
    assert.deepEqual(leftOf(new Desk(told()).ask(both)), ['not-received', 0]);
  });

  test('of a consumer who withdrew and proves the dispatch need not have come', () => {
    const proved = (units: { sku: string; quantity: number }[] | undefined, isProved = true): Desk => {
      const told = story('1')
        .line('SHOE', 2, 5990)
        .line('HAT', 1, 1990)
        .placed()
        .paid()
        .shipped('SHOE', 2)
        .shipped('HAT', 1);
      const desk = new Desk(told).when({ step: 'withdraw', ...(units !== undefined && { units }) });
      return isProved ? desk.when({ step: 'prove-dispatch', rma, text: 'post office' }) : desk;
    };
    assert.equal(proved(one(1)).refused(shoes(1)), 'done');
    assert.deepEqual(
      leftOf(proved(one(1)).ask(shoes(2))),
      ['not-received', 1],
      'the other was not withdrawn',
    );
    assert.equal(proved(undefined).refused(shoes(1)), 'done');
    assert.equal(proved(one(1), false).refused(shoes(1)), 'not-received');
    assert.equal(proved(one(1, 'HAT')).refused(shoes(1)), 'not-received');
    const asReturn = approved().when({ step: 'prove-dispatch', rma, text: 'post office' });
    assert.equal(asReturn.refused(shoes(1)), 'not-received', 'nobody withdrew');
  });
});

describe('an agreed refund', () => {
  const limit = { secondApproval: [{ from: '', value: 5989 }] };
  const ben: Partial<Decider> = { by: 'user/ben' };
  const agreed = (policy = limit): Desk =>
    new Desk(two().received('SHOE', 1, '2026-11-01T09:00'), policy).when(shoes(1));
  const RF = { agreement: 'RF-1-1' } as const;
  const stateOf = (desk: Desk): string =>
    agreementState(desk.order().state.positions.agreements.get(RF.agreement)!, desk.policy);

  test('needs a second person above the limit', () => {
    assert.deepEqual(
      [5989, 5990].map((minor) => approvalsNeeded(minor, { ...shopPolicy, ...limit }, '2026-11-02')),
      [1, 2],
    );
    assert.equal(approvalsNeeded(5990, shopPolicy, '2026-11-02'), 1, 'no limit is set');
    assert.equal(stateOf(agreed()), 'waits-for-approval');
    assert.equal(stateOf(agreed().when({ step: 'approve-refund', ...RF }, ben)), 'ready');
  });

  test('is approved once, by somebody else, while nothing is disputed', () => {
    assert.equal(agreed().refused({ step: 'approve-refund', ...RF }), 'same-person');
    assert.equal(agreed().refused({ step: 'approve-refund', agreement: 'RF-9' }, ben), 'agreement-unknown');
    const none = { secondApproval: [{ from: '', value: undefined }] } as never;
    assert.equal(agreed(none).refused({ step: 'approve-refund', ...RF }, ben), 'agreement-complete');
    const revoked = agreed().when({ step: 'revoke-refund', ...RF, why: 'worn' });
    assert.equal(revoked.refused({ step: 'approve-refund', ...RF }, ben), 'agreement-done');
  });

  test('is approved in spite of a dispute that is over', () => {
    const desk = agreed();
    desk.told.disputed('won', 11_980, '2026-11-02T09:30');
    assert.equal(desk.refused({ step: 'approve-refund', ...RF }, ben), 'done');
  });

  test('is taken back with a reason, once, and promises nothing any more', () => {
    assert.equal(agreed().refused({ step: 'revoke-refund', ...RF, why: ' ' }), 'reason-needed');
    assert.equal(
      agreed().refused({ step: 'revoke-refund', agreement: 'RF-9', why: 'x' }),
      'agreement-unknown',
    );
    const desk = agreed().when({ step: 'revoke-refund', ...RF, why: 'worn' });
    assert.equal(stateOf(desk), 'revoked');
    assert.equal(desk.refused({ step: 'revoke-refund', ...RF, why: 'again' }), 'agreement-done');
    assert.equal(desk.refused(shoes(1)), 'done', 'the shoe may be paid for again');
  });

  test('carries the return it belongs to, and the refunds that were seen', () => {
    const told = two()
      .received('SHOE', 2, '2026-11-01T09:00')
      .recorded('r1', [['SHOE', 1, 5990]], '2026-11-01T12:00');
    const desk = new Desk(told);
    desk.told.fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-01T08:00', {
      rma: 'R-1',
    });
    const decided = desk.ask(pay(shoe(1), 5990, { rma: 'R-1' }));
    assert.ok(decided.ok);
    const [fact] = decided.facts;
    assert.deepEqual(
      [decided.rma, decided.agreement, fact!.rma, fact!.type === 'refund.agreed' && fact!.seen],
      ['R-1', 'RF-1-1', 'R-1', 'r1'],
    );
    const revoked = desk.ask({ step: 'revoke-refund', ...RF, why: 'worn' });
    assert.deepEqual(revoked.ok && [revoked.rma, revoked.facts[0]!.rma], [undefined, 'R-1']);
  });
});

describe('an exchange', () => {
  const swap = (quantity: number, more: { rma?: string; differenceMinor?: number; newSku?: string; sku?: string } = {}) =>
    ({ step: 'exchange', sku: 'SHOE', quantity, newSku: 'BOOT', ...more }) as const;
  const allowedBy = (desk: Desk): unknown[] =>
    desk.told.facts.flatMap((fact) => (fact.type === 'return.approved' && fact.system === 'desk' ? [fact.quantity] : []));

  test('names whole units of goods on the order, a new item and a whole difference', () => {
    assert.equal(new Desk(two()).refused(swap(0)), 'units-invalid');
    assert.equal(new Desk(two()).refused(swap(1, { differenceMinor: 0.5 })), 'amount-invalid');
    assert.equal(new Desk(two()).refused(swap(1, { newSku: ' ' })), 'exchange-same-item');
    assert.equal(new Desk(two()).refused(swap(1, { sku: 'HAT' })), 'item-not-on-order');
    const told = story('1').line('SHOE', 1, 5990, { kind: 'service' }).placed().paid();
    assert.equal(new Desk(told).refused(swap(1)), 'item-not-returnable');
  });

  test('takes units that are in no return, or those of its return', () => {
    assert.equal(new Desk(two()).refused(swap(2)), 'done');
    assert.equal(new Desk(two()).refused(swap(3)), 'more-than-shipped');
    const asked = new Desk(two()).when({ step: 'request', units: one(1) });
    assert.deepEqual(leftOf(asked.ask(swap(2))), ['more-than-open', 1]);
    assert.deepEqual(leftOf(asked.ask(swap(2, { rma }))), ['more-than-open', 1]);
    assert.equal(asked.refused(swap(1, { rma })), 'done');
    assert.deepEqual(leftOf(asked.ask(swap(1, { rma }))), ['more-than-open', 0], 'each unit once');
  });

  test('takes none that are refunded or exchanged already', () => {
    const told = (): Story => story('1').delivered('SHOE', 2, 5990).recorded('r1', [['SHOE', 1, 5990]], '2026-11-01T09:00');
    assert.deepEqual(leftOf(new Desk(told()).ask(swap(2))), ['more-than-left', 1]);
    assert.equal(new Desk(told()).refused(swap(1)), 'done');
  });

  test('allows the units to come back, as far as they are not allowed yet', () => {
    assert.deepEqual(allowedBy(new Desk(two()).when(swap(2))), [2]);
    assert.deepEqual(allowedBy(new Desk(two()).when({ step: 'request', units: one(2) }).when(swap(2, { rma }))), [2]);
    assert.deepEqual(allowedBy(approved().when(swap(2, { rma }))), [2]);
    const part = new Desk(two()).when({ step: 'request', units: one(2) });
    part.told.fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-02T09:59', { rma });
    assert.deepEqual(allowedBy(part.when(swap(2, { rma }))), [1]);
  });

  test('for something cheaper gives back no more than was paid', () => {
    assert.equal(new Desk(two()).refused(swap(1, { differenceMinor: -11_980 })), 'done');
    assert.equal(new Desk(two()).refused(swap(1, { differenceMinor: -11_981 })), 'over-cap');
    assert.equal(new Desk(two()).refused(swap(1, { differenceMinor: 99_000 })), 'done');
  });
}); // prettier-ignore
