/** Goods at the desk, at the edges of what may be counted, graded, released and sent back. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countForDesk } from '../../src/kernel/desk-count.ts';
import type { Condition, Disposition } from '../../src/kernel/fact.ts';
import { approved, Desk, one, rma, two } from './desk-told.ts';
import { story, type Story } from './story.ts';

const graded = (disposition: Disposition, condition: Condition, quantity = 1, number?: string) =>
  ({ step: 'inspect', units: [{ sku: 'SHOE', quantity, disposition, condition }], ...(number !== undefined && { rma: number }) }) as const; // prettier-ignore
const released = (condition?: Condition, number?: string) =>
  ({ step: 'release', units: [{ sku: 'SHOE', quantity: 1, disposition: 'restock', ...(condition !== undefined && { condition }) }], ...(number !== undefined && { rma: number }) }) as const; // prettier-ignore
const countsOf = (desk: Desk, sku = 'SHOE') =>
  countForDesk(desk.order(), desk.order().state.positions.items.get(sku)!);

describe('units on hold', () => {
  const held = (condition: Condition): Desk =>
    approved()
      .when({ step: 'receive', rma, units: one(2) })
      .when(graded('quarantine', condition, 1, rma));

  test('that went there as damaged are for sale only by somebody who says that they are not', () => {
    assert.equal(held('defective').refused(released()), 'damaged-not-for-restock');
    assert.equal(held('defective').refused(released('sellable')), 'done');
    assert.equal(held('defective').refused(released('customer_damaged')), 'damaged-not-for-restock');
    assert.equal(held('opened').refused(released()), 'done');
  });

  test('are told apart by the return that they came with', () => {
    assert.equal(held('defective').refused(released(undefined, rma)), 'damaged-not-for-restock');
    const desk = held('defective').when({ step: 'withdraw' });
    assert.equal(desk.refused(released(undefined, 'RMA-1-2')), 'done');
  });

  test('may be written off, no more than there are', () => {
    const gone = (quantity: number) =>
      ({ step: 'write-off', units: [{ sku: 'SHOE', quantity, disposition: 'scrap', from: 'quarantine' }] }) as const; // prettier-ignore
    assert.equal(held('defective').refused(gone(2)), 'not-on-hold');
    const desk = held('defective').when(gone(1));
    assert.deepEqual([countsOf(desk).onHold, countsOf(desk).ungraded], [0, 1]);
  });
});

describe('units that are graded without being here', () => {
  const grade = (disposition: 'missing' | 'keep', quantity: number, sku = 'SHOE') =>
    ({ step: 'inspect', units: [{ sku, quantity, condition: 'sellable', disposition }] }) as const;

  test('left and did not come back, each of them once', () => {
    assert.equal(approved().refused(grade('missing', 3)), 'not-out-there');
    assert.equal(approved().refused(grade('keep', 1, 'HAT')), 'item-not-on-order');
    const one = approved().when(grade('keep', 1));
    assert.equal(one.refused(grade('missing', 2)), 'not-out-there');
    assert.equal(one.refused(grade('missing', 1)), 'done');
  });
});

describe('parts of a set that never came', () => {
  test('are no more than the sets that left have of them', () => {
    const policy = { items: { SET: [{ sku: 'CUP', factor: 2 }, { sku: 'TRAY', factor: 1 }] } }; // prettier-ignore
    const told = (): Story => story('1').line('SET', 2, 5990).placed().paid().shipped('SET', 1);
    const missing = (quantity: number, sku: string) =>
      ({
        step: 'inspect',
        units: [{ sku, quantity, condition: 'sellable', disposition: 'missing' }],
      }) as const;
    assert.equal(new Desk(told(), policy).refused(missing(2, 'CUP')), 'done');
    assert.equal(new Desk(told(), policy).refused(missing(3, 'CUP')), 'not-out-there');
    assert.equal(new Desk(told(), policy).refused(missing(1, 'TRAY')), 'done');
    assert.equal(new Desk(told(), policy).refused(missing(2, 'TRAY')), 'not-out-there');
    assert.equal(new Desk(told(), policy).refused(missing(1, 'LID')), 'item-not-on-order');
  });
});

describe('units that are written off', () => {
  const came = (): Desk => approved().when({ step: 'receive', rma, units: one(1) });

  test('were counted, or are missing', () => {
    const gone = (quantity: number, disposition: 'scrap' | 'missing') =>
      ({ step: 'write-off', rma, units: [{ sku: 'SHOE', quantity, disposition }] }) as const;
    assert.equal(came().refused(gone(1, 'scrap')), 'done');
    assert.equal(came().refused(gone(2, 'scrap')), 'not-counted');
    assert.equal(came().refused(gone(1, 'missing')), 'done');
    assert.equal(came().refused(gone(2, 'missing')), 'not-out-there');
    assert.equal(came().when(gone(1, 'missing')).refused(gone(1, 'missing')), 'not-out-there');
    assert.equal(came().refused({ step: 'write-off', rma, units: [] }), 'nothing-named');
    assert.equal(came().refused(gone(0, 'missing')), 'units-invalid');
  });

  test('count over all lines of one request', () => {
    const both = [
      { sku: 'SHOE', quantity: 1, disposition: 'scrap' },
      { sku: 'SHOE', quantity: 1, disposition: 'recycle' },
    ] as const;
    assert.equal(came().refused({ step: 'write-off', rma, units: both }), 'not-counted');
  });
});

describe('units that go back', () => {
  const toGo = (to: 'vendor' | 'customer'): Desk =>
    approved()
      .when({ step: 'receive', rma, units: one(2) })
      .when(graded(to === 'vendor' ? 'return_to_vendor' : 'return_to_customer', 'defective', 2, rma));
  const left = (desk: Desk): number[] => [countsOf(desk).toCustomer, countsOf(desk).toVendor];

  test('are those graded so, to the one they are graded for', () => {
    assert.deepEqual(left(toGo('vendor')), [0, 2]);
    assert.deepEqual(left(toGo('customer')), [2, 0]);
    assert.equal(
      toGo('vendor').refused({ step: 'send-back', rma, units: one(1), to: 'customer' }),
      'not-to-send-back',
    );
    assert.deepEqual(
      left(toGo('vendor').when({ step: 'send-back', rma, units: one(1), to: 'vendor' })),
      [0, 1],
    );
    assert.deepEqual(
      left(toGo('customer').when({ step: 'send-back', rma, units: one(1), to: 'customer' })),
      [1, 0],
    );
  });

  test('are fewer where the ERP moved them to the customer, not to the vendor', () => {
    const desk = new Desk(
      two()
        .approved('2026-11-01T09:00')
        .received('SHOE', 2, '2026-11-01T12:00')
        .moved('SHOE', 1, 'saleable', 'customer', '2026-11-02T08:30'),
    );
    desk.told
      .graded('SHOE', 1, 'return_to_vendor', '2026-11-02T09:00')
      .graded('SHOE', 1, 'return_to_customer', '2026-11-02T09:10');
    assert.deepEqual(left(desk), [0, 1]);
  });

  test('leave the rest to be graded', () => {
    const desk = approved()
      .when({ step: 'receive', rma, units: one(2) })
      .when(graded('return_to_customer', 'defective', 1, rma));
    assert.equal(countsOf(desk).ungraded, 1);
    desk.when({ step: 'send-back', rma, units: one(1), to: 'customer' });
    assert.deepEqual([countsOf(desk).ungraded, countsOf(desk).received], [1, 1]);
  });
});

describe('what is counted', () => {
  test('is what a return still expects, or what has left and is not back', () => {
    const three = (): Story => story('1').delivered('SHOE', 3, 5990);
    const two = (): Desk =>
      new Desk(three()).when({ step: 'request', units: one(2) }).when({ step: 'approve', rma });
    assert.equal(two().refused({ step: 'receive', rma, units: one(3) }), 'surplus-unconfirmed');
    assert.equal(two().refused({ step: 'receive', rma, units: one(2) }), 'done');
    assert.equal(two().refused({ step: 'receive', units: one(3) }), 'done');
    assert.equal(two().refused({ step: 'receive', units: one(4) }), 'surplus-unconfirmed');
    const once = two().when({ step: 'receive', units: one(2) });
    assert.equal(once.refused({ step: 'receive', units: one(2) }), 'surplus-unconfirmed');
    assert.equal(once.refused({ step: 'receive', rma, units: one(1) }), 'surplus-unconfirmed', 'both units of it came, without its number'); // prettier-ignore
    assert.equal(once.refused({ step: 'receive', units: one(1) }), 'done');
  });

  test('says by how much it is over', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(2) });
    const decided = desk.ask({ step: 'receive', rma, units: one(2) });
    assert.ok(!decided.ok);
    assert.deepEqual(decided.about, { sku: 'SHOE', units: 2, over: 2 });
  });

  test('of a set may be its parts, one by one', () => {
    const policy = { items: { SET: [{ sku: 'CUP', factor: 2 }] } };
    const told = (): Story => story('1').line('SET', 1, 5990).placed().paid().shipped('SET', 1);
    assert.equal(new Desk(told(), policy).refused({ step: 'receive', units: one(1, 'CUP') }), 'done');
    assert.equal(
      new Desk(told()).refused({ step: 'receive', units: one(1, 'CUP') }),
      'wrong-item-unconfirmed',
    );
    assert.equal(
      new Desk(two(), policy).refused({ step: 'receive', units: one(1, 'CUP') }),
      'wrong-item-unconfirmed',
      'no such set was bought',
    );
  });
});

describe('what is graded', () => {
  test('needs no count where it never came', () => {
    const desk = approved();
    const absent = (disposition: Disposition) =>
      ({ step: 'inspect', rma, units: [{ sku: 'SHOE', quantity: 1, disposition, condition: 'opened' }] }) as const; // prettier-ignore
    assert.equal(desk.refused(absent('scrap')), 'not-counted');
    assert.equal(desk.refused(absent('missing')), 'done');
    assert.equal(desk.refused(absent('keep')), 'done');
    assert.deepEqual([countsOf(desk).ungraded, countsOf(desk).kept], [0, 1]);
  });

  test('beside what never came is counted by itself', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(1) });
    const units = [
      { sku: 'SHOE', quantity: 1, disposition: 'restock', condition: 'sellable' },
      { sku: 'SHOE', quantity: 1, disposition: 'missing', condition: 'opened' },
    ] as const;
    assert.equal(desk.refused({ step: 'inspect', rma, units }), 'done');
    assert.deepEqual([countsOf(desk).ungraded, countsOf(desk).received], [0, 1]);
    assert.equal(desk.returns()[0]!.stage, 'inspected');
    const none = [units[0], { ...units[1], quantity: -1 }];
    assert.equal(desk.refused({ step: 'inspect', rma, units: none }), 'units-invalid');
  });

  test('ends with what the ERP has put away', () => {
    const desk = new Desk(two().received('SHOE', 1, '2026-11-01T09:00'));
    assert.equal(countsOf(desk).ungraded, 0);
    const held = new Desk(two().moved('SHOE', 1, 'customer', 'hold', '2026-11-01T09:00'));
    assert.equal(countsOf(held).ungraded, 1);
  });
});

test('what is done to goods belongs to the return it was done for, where one was named', () => {
  const steps = (number: { rma?: string }): unknown[] => {
    const desk = approved();
    const unit = { sku: 'SHOE', quantity: 1 };
    const numbers: unknown[] = [];
    for (const wish of [
      { step: 'receive', ...number, units: [{ ...unit, quantity: 2 }] },
      { step: 'inspect', ...number, units: [{ ...unit, quantity: 2, disposition: 'quarantine', condition: 'opened' }] },
      { step: 'release', ...number, units: [{ ...unit, disposition: 'return_to_vendor', condition: 'defective' }] },
      { step: 'write-off', ...number, units: [{ ...unit, disposition: 'scrap', from: 'quarantine' }] },
      { step: 'send-back', ...number, units: [unit], to: 'vendor' },
    ] as const) {
      const decided = desk.ask(wish);
      assert.ok(decided.ok, wish.step);
      numbers.push(decided.rma, ...decided.facts.map((fact) => fact.rma));
    }
    return numbers;
  };
  assert.deepEqual(new Set(steps({ rma })), new Set([rma]));
  assert.deepEqual(new Set(steps({})), new Set([undefined]));
}); // prettier-ignore

test('what is counted and graded carries its serial number and its condition', () => {
  const desk = approved();
  const counted = desk.ask({ step: 'receive', rma, units: [{ sku: 'SHOE', quantity: 1, serial: 'A1' }, { sku: 'SHOE', quantity: 1 }] }); // prettier-ignore
  assert.deepEqual(counted.ok && counted.facts.map((fact) => 'serial' in fact && fact.serial), ['A1', false]);
  const inspected = desk.ask({ step: 'inspect', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'restock', condition: 'opened' }] }); // prettier-ignore
  const [fact] = inspected.ok ? inspected.facts : [];
  assert.deepEqual(fact?.type === 'goods.inspected' && [fact.condition, fact.disposition, fact.from], ['opened', 'restock', undefined]); // prettier-ignore
});
