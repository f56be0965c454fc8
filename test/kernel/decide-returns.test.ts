/** Requests, withdrawals, approvals and ends of returns, at their edges. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Policy } from '../../src/kernel/policy.ts';
import { previewRefund } from '../../src/kernel/refund-preview.ts';
import { approved, Desk, later, one, rma, stagesOf, two } from './desk-told.ts';
import { berlin, shoesAndHat, story, type Story } from './story.ts';

const guest = { as: 'customer', by: 'customer' } as const;
const mixed = (): Story => shoesAndHat(5990, 1990);
const unitsOf = (desk: Desk, index = 0) =>
  desk.returns()[index]!.units.map(({ sku, requested, allowed }) => [sku, requested, allowed]);

describe('the return window', () => {
  const shipped = (shoe: string, hat: string, policy: Partial<Policy> = {}): Desk =>
    new Desk(story('1').line('SHOE', 1, 5990).line('HAT', 1, 1990).placed().paid().shipped('SHOE', 1, shoe).shipped('HAT', 1, hat),
      { returnWindow: [{ from: '', value: { count: 14, unit: 'cd' } }], ...policy }); // prettier-ignore

  test('runs from the last shipment, whichever item it was of', () => {
    for (const desk of [
      shipped('2026-11-10T09:00', '2026-10-28T09:00'),
      shipped('2026-10-28T09:00', '2026-11-10T09:00'),
    ]) {
      assert.equal(desk.on('2026-11-24T20:00').refused({ step: 'request', units: one(1) }, guest), 'done');
      const late = desk.on('2026-11-25T08:00').ask({ step: 'request', units: one(1, 'HAT') }, guest);
      assert.deepEqual([late.ok, !late.ok && late.about], [false, { until: '2026-11-24' }]);
    }
  });

  test('runs from the order where nothing has left', () => {
    const told = story('1', '2026-10-26T10:00').line('SHOE', 1, 5990).placed().paid();
    const desk = new Desk(told, { returnWindow: [{ from: '', value: { count: 14, unit: 'cd' } }] });
    const order = { ...desk.order(), shipmentsTold: false };
    assert.equal(order.state.placedAt?.slice(0, 10), '2026-10-26');
    assert.equal(
      desk.on('2026-11-20').refused({ step: 'request', units: one(1) }, guest),
      'more-than-shipped',
    );
  });

  test('is over for the policy too: what comes late is approved by people', () => {
    const desk = shipped('2026-10-28T09:00', '2026-10-28T09:00', {
      autoApprove: [{ from: '', value: 'in-window' }],
    });
    assert.deepEqual(stagesOf(desk.on('2026-11-05').when({ step: 'request', units: one(1) })), [
      'RMA-1-1 approved',
    ]);
    desk.on('2026-11-20').when({ step: 'request', units: one(1, 'HAT') });
    assert.deepEqual(stagesOf(desk), ['RMA-1-1 approved', 'RMA-1-2 requested']);
  });
});

describe('approval by the policy', () => {
  const asked = (cap: number | undefined, units = one(1)): string => {
    const desk = new Desk(mixed(), {
      autoApprove: [{ from: '', value: 'in-window' }],
      autoApproveCap: [{ from: '', value: cap }],
    });
    return desk.when({ step: 'request', units }).returns()[0]!.stage;
  };

  test('goes up to the value of all units asked for, that value included', () => {
    assert.equal(asked(5990), 'approved');
    assert.equal(asked(5989), 'requested');
    assert.equal(asked(undefined), 'approved');
    assert.equal(asked(7980, [...one(1), ...one(1, 'HAT')]), 'approved');
    assert.equal(asked(7979, [...one(1), ...one(1, 'HAT')]), 'requested');
    assert.equal(asked(11_980, one(2)), 'approved');
    assert.equal(asked(11_979, one(2)), 'requested');
  });

  test('is for all units of the request', () => {
    const desk = new Desk(mixed(), { autoApprove: [{ from: '', value: 'in-window' }] });
    desk.when({ step: 'request', units: [...one(2), ...one(1, 'HAT')] });
    assert.deepEqual(unitsOf(desk), [
      ['HAT', 1, 1],
      ['SHOE', 2, 2],
    ]);
  });
});

describe('an approval', () => {
  const asked = (): Desk => new Desk(mixed()).when({ step: 'request', units: [...one(1), ...one(1, 'HAT')] });

  test('allows what was asked for, or what is named', () => {
    assert.deepEqual(unitsOf(asked().when({ step: 'approve', rma })), [
      ['HAT', 1, 1],
      ['SHOE', 1, 1],
    ]);
    assert.deepEqual(unitsOf(asked().when({ step: 'approve', rma, units: one(2) })), [
      ['HAT', 1, 0],
      ['SHOE', 1, 2],
    ]);
    assert.equal(asked().refused({ step: 'approve', rma, units: one(3) }), 'more-than-shipped');
    assert.equal(asked().refused({ step: 'approve', rma, units: one(1, 'BOOT') }), 'item-not-on-order');
  });

  test('takes no units that stand in another return', () => {
    const desk = asked().when({ step: 'request', units: one(1) });
    const decided = desk.ask({ step: 'approve', rma, units: one(2) });
    assert.deepEqual(
      [!decided.ok && decided.reason, !decided.ok && decided.about],
      ['more-than-open', { sku: 'SHOE', left: 1 }],
    );
    assert.equal(desk.refused({ step: 'approve', rma, units: one(1) }), 'done');
  });

  test('frees what was asked for and is not allowed', () => {
    const desk = asked().when({ step: 'approve', rma, units: one(1) });
    assert.equal(desk.refused({ step: 'request', units: one(1, 'HAT') }), 'done');
  });

  test('of a request without units allows it as it is', () => {
    const told = two().fact('return.requested', 'crm', {}, '2026-11-01T09:00', { rma: 'R-7' });
    const desk = new Desk(told).when({ step: 'approve', rma: 'R-7' });
    assert.deepEqual(stagesOf(desk), ['R-7 approved']);
    assert.equal(desk.told.facts.at(-1)!.type, 'return.approved');
    assert.deepEqual(unitsOf(desk), []);
    const uncounted = two().fact('return.approved', 'crm', { sku: 'SHOE' }, '2026-11-01T09:00', {
      rma: 'R-8',
    });
    assert.deepEqual(unitsOf(new Desk(uncounted)), [['SHOE', 0, 0]]);
  });
});

describe('a refusal or an end', () => {
  test('needs a reason', () => {
    const asked = (): Desk => new Desk(two()).when({ step: 'request', units: one(1) });
    assert.equal(asked().refused({ step: 'reject', rma, why: ' ' }), 'reason-needed');
    assert.equal(asked().refused({ step: 'cancel', rma, why: '' }), 'reason-needed');
    assert.equal(approved().refused({ step: 'expire', rma }), 'done');
  });

  test('is of every unit that was asked for or allowed', () => {
    const desk = new Desk(mixed()).when({ step: 'request', units: [...one(2), ...one(1, 'HAT')] });
    desk.when({ step: 'approve', rma, units: one(1) }).when({ step: 'cancel', rma, why: 'stays' });
    const ended = desk.told.facts.filter((fact) => fact.type === 'return.cancelled');
    assert.deepEqual(
      ended.map((fact) => 'sku' in fact && [fact.sku, fact.quantity]),
      [
        ['HAT', 1],
        ['SHOE', 1],
      ],
    );
    assert.deepEqual(stagesOf(desk), ['RMA-1-1 cancelled']);
  });

  test('is not of units that stay with the customer', () => {
    const told = mixed().fact('return.approved', 'crm', { sku: 'HAT', quantity: 1, keep: true }, '2026-11-01T09:00', { rma: 'R-7' }).fact('return.approved', 'crm', { sku: 'SHOE', quantity: 1 }, undefined, { rma: 'R-7' }); // prettier-ignore
    const desk = new Desk(told).when({ step: 'cancel', rma: 'R-7', why: 'stays' });
    const ended = desk.told.facts.filter((fact) => fact.type === 'return.cancelled');
    assert.deepEqual(
      ended.map((fact) => 'sku' in fact && [fact.sku, fact.quantity]),
      [['SHOE', 1]],
    );
  });

  test('of a return that names no units is of all of it', () => {
    const told = (): Story => two().fact('return.requested', 'crm', {}, '2026-11-01T09:00', { rma: 'R-7' });
    assert.deepEqual(stagesOf(new Desk(told()).when({ step: 'reject', rma: 'R-7', why: 'worn' })), [
      'R-7 rejected',
    ]);
    assert.deepEqual(stagesOf(new Desk(told()).when({ step: 'cancel', rma: 'R-7', why: 'stays' })), [
      'R-7 cancelled',
    ]);
  });

  test('of some units leaves the others allowed', () => {
    const desk = approved();
    desk.told.fact('return.cancelled', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-02T11:00', { rma });
    desk.on('2026-11-03');
    assert.deepEqual(
      desk.returns().map((own) => [own.stage, own.units[0]!.allowed]),
      [['approved', 1]],
    );
    desk.told.fact('return.expired', 'crm', { sku: 'SHOE', quantity: 5 }, '2026-11-02T12:00', { rma });
    assert.deepEqual(
      desk.returns().map((own) => [own.stage, own.units[0]!.allowed]),
      [['expired', 0]],
    );
  });

  test('of a part of what was asked for does not take from what is allowed', () => {
    const desk = approved();
    desk.told.fact('return.rejected', 'crm', { sku: 'SHOE', quantity: 1 }, '2026-11-02T11:00', { rma });
    assert.equal(desk.on('2026-11-03').returns()[0]!.units[0]!.allowed, 2);
  });

  test('is undone by a later approval', () => {
    const desk = new Desk(two())
      .when({ step: 'request', units: one(1) })
      .when({ step: 'reject', rma, why: 'worn' });
    desk.told.fact('return.approved', 'crm', {}, '2026-11-02T11:00', { rma });
    assert.deepEqual(stagesOf(desk.on('2026-11-03')), ['RMA-1-1 approved']);
  });
});

describe('what the customer keeps', () => {
  test('is what was asked for or allowed and has not come', () => {
    assert.deepEqual(
      stagesOf(new Desk(two()).when({ step: 'request', units: one(2) }).when({ step: 'keep', rma })),
      ['RMA-1-1 kept'],
    );
    const part = approved().when({ step: 'keep', rma, units: one(1) });
    assert.deepEqual([stagesOf(part), unitsOf(part)], [['RMA-1-1 approved'], [['SHOE', 2, 1]]]);
    const more = approved().ask({ step: 'keep', rma, units: one(3) });
    assert.deepEqual(!more.ok && more.about, { sku: 'SHOE', left: 2 });
    assert.equal(approved().refused({ step: 'keep', rma, units: one(1, 'HAT') }), 'more-than-open');
  });

  test('is named in whole units', () => {
    assert.equal(approved().refused({ step: 'keep', rma, units: one(0) }), 'units-invalid');
    assert.equal(approved().refused({ step: 'keep', rma, units: [] }), 'nothing-named');
  });

  test('is told without ending what was never allowed', () => {
    const desk = new Desk(two()).when({ step: 'request', units: one(2) }).when({ step: 'keep', rma });
    assert.ok(!desk.told.facts.some((fact) => fact.type === 'return.cancelled'));
    assert.ok(
      approved()
        .when({ step: 'keep', rma })
        .told.facts.some((fact) => fact.type === 'return.cancelled'),
    );
  });
});

describe('a withdrawal beside returns', () => {
  test('ends only the open ones of its item, and no more of them than it needs', () => {
    const desk = new Desk(mixed())
      .when({ step: 'request', units: one(1) })
      .when({ step: 'request', units: one(1, 'HAT') });
    desk.when({ step: 'withdraw', units: one(1) });
    assert.deepEqual(
      stagesOf(desk),
      ['RMA-1-1 requested', 'RMA-1-2 requested', 'RMA-1-3 withdrawn'],
      'another shoe is free',
    );
    desk.when({ step: 'withdraw', units: one(1) });
    assert.deepEqual(stagesOf(desk), [
      'RMA-1-1 cancelled',
      'RMA-1-2 requested',
      'RMA-1-3 withdrawn',
      'RMA-1-4 withdrawn',
    ]);
    assert.equal(desk.refused({ step: 'withdraw', units: one(1) }), 'more-than-open');
    assert.equal(desk.refused({ step: 'withdraw', units: one(3) }), 'more-than-bought');
  });

  test('leaves one that has begun', () => {
    const desk = approved()
      .when({ step: 'receive', rma, units: one(2) })
      .when({ step: 'withdraw', units: one(1) });
    assert.deepEqual(stagesOf(desk), ['RMA-1-1 received', 'RMA-1-2 withdrawn']);
  });

  test('from the whole order is made once', () => {
    const desk = new Desk(mixed()).when({ step: 'withdraw' }, guest);
    assert.deepEqual(unitsOf(desk), [
      ['HAT', 0, 1],
      ['SHOE', 0, 2],
    ]);
    assert.equal(desk.refused({ step: 'withdraw', units: [] }), 'withdrawn-already');
    assert.equal(
      desk.refused({ step: 'request', units: one(1) }),
      'more-than-open',
      'nothing is left to ask for',
    );
  });

  test('is not offered by every shop', () => {
    const desk = new Desk(mixed(), { withdrawal: [{ from: '', value: 'none' }] });
    assert.equal(desk.refused({ step: 'withdraw' }, guest), 'withdrawal-not-offered');
  });

  test('was declared at a time that is one, and is past', () => {
    const at = (declaredAt: string): string => new Desk(mixed()).refused({ step: 'withdraw', declaredAt });
    assert.equal(at('soon'), 'declared-in-future');
    assert.equal(at(berlin(later)), 'done');
    assert.equal(at(berlin('2026-11-02T10:01')), 'declared-in-future');
    assert.equal(at('2000-01-01T00:00:00Z'), 'before-order');
  });

  test('that names no item, or says so, is from the whole order', () => {
    for (const payload of [{}, { wholeOrder: true }, { sku: 'SHOE', quantity: 1, wholeOrder: true }]) {
      const desk = new Desk(
        mixed().fact('withdrawal.declared', 'shop', payload, '2026-11-01T09:00', { rma: 'W-1' }),
      );
      assert.deepEqual(desk.returns().map((own) => [own.wholeOrder, own.stage]), [[true, 'withdrawn']]); // prettier-ignore
      assert.deepEqual(unitsOf(desk), [['HAT', 0, 1], ['SHOE', 0, 2]]); // prettier-ignore
      assert.equal(desk.refused({ step: 'request', units: one(1, 'HAT') }), 'more-than-open');
      assert.equal(desk.refused({ step: 'withdraw' }), 'withdrawn-already');
    }
  });

  test('that names an item without a count is from all of it', () => {
    const told = mixed().fact('withdrawal.declared', 'shop', { sku: 'SHOE' }, '2026-11-01T09:00', {
      rma: 'W-1',
    });
    const desk = new Desk(told, { standardShipping: [{ from: '', value: 490 }] });
    assert.deepEqual(unitsOf(desk), [['SHOE', 0, 2]]);
    assert.equal(desk.refused({ step: 'request', units: one(1) }), 'more-than-open');
    const shipping = (): number | false => {
      const { state } = desk.order();
      const result = previewRefund(
        { positions: state.positions, policy: desk.policy, day: state.placedAt! },
        {
          lines: [
            { sku: 'SHOE', units: 2 },
            { sku: 'HAT', units: 1 },
          ],
        },
      );
      return result.ok && result.preview.shipping.gross;
    };
    assert.equal(shipping(), 0, 'the hat is not withdrawn from');
    told.fact('withdrawal.declared', 'shop', { sku: 'HAT' }, '2026-11-01T10:00', { rma: 'W-2' });
    assert.equal(shipping(), 490);
  });
});

describe('proof of dispatch', () => {
  test('is a text, with the number of the parcel where there is one', () => {
    const desk = approved();
    assert.equal(desk.refused({ step: 'prove-dispatch', rma, text: ' ' }), 'evidence-needed');
    desk.when({ step: 'prove-dispatch', rma, text: 'post office' });
    assert.ok(!desk.told.facts.some((fact) => fact.type === 'parcel.handed_over'));
    desk.when({ step: 'prove-dispatch', rma, text: 'post office', tracking: '0034' });
    assert.ok(desk.told.facts.some((fact) => fact.type === 'parcel.handed_over' && fact.tracking === '0034'));
  });

  test('counts for the return it names, or for each where it names none', () => {
    const proved = (extra: { rma?: string }): (string | undefined)[] => {
      const desk = new Desk(mixed())
        .when({ step: 'withdraw', units: one(1) })
        .when({ step: 'withdraw', units: one(1, 'HAT') });
      desk.told.fact('dispatch.proved', 'crm', {}, '2026-11-02T09:00', extra);
      return desk.returns().map((own) => own.dispatchProvedAt?.slice(0, 10));
    };
    assert.deepEqual(proved({}), ['2026-11-02', '2026-11-02']);
    assert.deepEqual(proved({ rma: 'RMA-1-2' }), [undefined, '2026-11-02']);
  });
});
