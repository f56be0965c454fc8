/** The item map: ERP units of parts and renamed products count as units of what the shop sold. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ItemMap } from '../../src/kernel/policy.ts';
import { orderFacts } from '../../src/kernel/fold.ts';
import { inSkusOfErp, mapItems } from '../../src/kernel/map-items.ts';
import { codesOf, roots, shopPolicy, story, type Story } from './story.ts';

const map: ItemMap = {
  SET: [{ sku: 'CUP', factor: 2 }, { sku: 'POT', factor: 1 }],
  OLD: [{ sku: 'NEW', factor: 1 }],
  SIX: [{ sku: 'EGG', factor: 6 }],
}; // prettier-ignore

const order = (...lines: readonly (readonly [string, number])[]): Story => {
  const told = story('1');
  for (const [sku, quantity] of lines) told.line(sku, quantity, 1000);
  return told.placed().paid();
};

/** Unit facts after mapping: `type sku quantity`. */
function mapped(told: Story): string[] {
  const rows: string[] = [];
  for (const fact of mapItems(orderFacts(told.facts), 'shop', map).facts)
    if ('sku' in fact && 'quantity' in fact) rows.push(`${fact.type} ${fact.sku} ${fact.quantity}`);
  return rows;
}

test('the ERP is told of its own items; of a set that it keeps as parts only the money', () => {
  const told = (sku: string) => inSkusOfErp({ sku, units: 2, amount: 500 }, map);
  assert.deepEqual(told('OLD'), { sku: 'NEW', units: 2, amount: 500 });
  assert.deepEqual(told('SIX'), { sku: 'EGG', units: 12, amount: 500 });
  assert.deepEqual(told('OTHER'), { sku: 'OTHER', units: 2, amount: 500 });
  assert.deepEqual(told('SET'), { amount: 500 });
});

describe('mapped units', () => {
  test('are whole sets, told when the last part comes', () => {
    assert.deepEqual(mapped(order(['SET', 2]).shipped('CUP', 3).shipped('POT', 2).shipped('CUP', 1)), [
      'goods.shipped SET 1',
      'goods.shipped SET 1',
    ]);
  });

  test('are renamed one to one, and by factor', () => {
    assert.deepEqual(mapped(order(['OLD', 3]).shipped('NEW', 3)), ['goods.shipped OLD 3']);
    assert.deepEqual(mapped(order(['SIX', 2]).shipped('EGG', 5).shipped('EGG', 7)), ['goods.shipped SIX 2']);
  });

  test('leave a part that is sold by itself what makes no whole set', () => {
    assert.deepEqual(mapped(order(['SET', 1], ['CUP', 1]).shipped('CUP', 3).shipped('POT', 1)), [
      'goods.shipped CUP 1',
      'goods.shipped SET 1',
    ]);
    assert.deepEqual(mapped(order(['SET', 1], ['CUP', 1]).shipped('CUP', 2).shipped('POT', 1)), [
      'goods.shipped SET 1',
    ]);
    assert.deepEqual(mapped(order(['SET', 1], ['CUP', 1]).received('CUP', 1)), [
      'stock.moved CUP 1',
      'stock.moved CUP 1',
    ]);
  });

  test('of other orders, of the shop itself and of SKUs the map does not know stay as they are', () => {
    assert.deepEqual(mapped(order(['SHOE', 1]).shipped('CUP', 1)), ['goods.shipped CUP 1']);
    assert.deepEqual(mapped(order(['SET', 1]).restocked('SET', 1).shipped('SHOE', 1)), [
      'stock.moved SET 1',
      'goods.shipped SHOE 1',
    ]);
    assert.deepEqual(
      mapped(order(['SET', 1]).shipped('SET', 1)),
      ['goods.shipped SET 1'],
      'the ERP may know the set as well',
    );
  });

  test('add up by kind of event, place and grade, never over them', () => {
    const told = order(['SET', 1]).moved('CUP', 2, 'customer', 'input').moved('POT', 1, 'customer', 'hold');
    assert.deepEqual(mapped(told), []);
    assert.deepEqual(mapped(order(['SET', 1]).graded('CUP', 2, 'restock').graded('POT', 1, 'scrap')), []);
    assert.deepEqual(mapped(order(['SET', 1]).graded('CUP', 2, 'restock').graded('POT', 1, 'restock')), [
      'goods.inspected SET 1',
    ]);
  });

  test('that wait in one document are a set there', () => {
    const waiting = (first: string, second: string): string[] =>
      mapped(
        order(['SET', 1])
          .fact('return.waiting', 'erp', { sku: 'CUP', quantity: 2, document: first, linked: true })
          .fact('return.waiting', 'erp', { sku: 'POT', quantity: 1, document: second, linked: true }),
      );
    assert.deepEqual(waiting('IN1', 'IN1'), ['return.waiting SET 1']);
    assert.deepEqual(waiting('IN1', 'IN2'), []);
  });

  test('of two sets that share a part are counted for each', () => {
    const both: ItemMap = { DUO: [{ sku: 'CUP', factor: 1 }, { sku: 'LID', factor: 1 }], SOLO: [{ sku: 'CUP', factor: 1 }] }; // prettier-ignore
    const told = order(['DUO', 1], ['SOLO', 1]).received('CUP', 2).received('LID', 1);
    const { facts, partial } = mapItems(orderFacts(told.facts), 'shop', both);
    const saleable = facts.flatMap((fact) => (fact.type === 'stock.moved' && fact.to === 'saleable' ? [`${fact.sku} ${fact.quantity}`] : [])); // prettier-ignore
    assert.deepEqual(saleable.sort(), ['DUO 1', 'SOLO 1']);
    assert.deepEqual([...partial], []);
    const pairs: ItemMap = { ...both, SOLO: [{ sku: 'CUP', factor: 2 }] };
    const left = orderFacts(order(['DUO', 1], ['SOLO', 1]).received('CUP', 1).facts);
    assert.deepEqual(
      [...mapItems(left, 'shop', pairs).partial].map(([kit, { units }]) => [kit, units]),
      [['DUO', 1]],
      'what is left of it stands with the first',
    );
  });

  test('keep an edited move of a part in sight', () => {
    const edited = { editedAt: '2026-11-09T09:00:00.000Z', editedBy: 1 };
    assert.deepEqual(mapped(order(['SET', 1]).moved('CUP', 1, 'customer', 'input', undefined, edited)), [
      'stock.moved SET 0',
    ]);
  });
});

test('the cost of a set is that of its parts, where all are known', () => {
  const costs = (unitCost: Record<string, number>): unknown => {
    const told = order(['SET', 1]).fact('order.placed', 'erp', {
      number: '1',
      currency: 'EUR',
      lines: [],
      shipping: { gross: 0, tax: 0 },
      fees: { gross: 0, tax: 0 },
      total: 0,
      unitCost,
    });
    return mapItems(orderFacts(told.facts), 'shop', map).facts.find(
      (fact) => fact.type === 'order.placed' && fact.system === 'erp',
    );
  };
  assert.deepEqual((costs({ CUP: 100, POT: 300, HAT: 7 }) as { unitCost: unknown }).unitCost, {
    HAT: 7,
    SET: 500,
  });
  assert.deepEqual((costs({ CUP: 100 }) as { unitCost: unknown }).unitCost, {});
});

const judge = (told: Story): ReturnType<Story['judge']> =>
  told.judge('2026-12-15', { policy: { ...shopPolicy, items: map } });
const returnOf = (told: Story): Story =>
  told.shipped('CUP', 4).shipped('POT', 2).approved('2026-11-02T09:00');

describe('a set that comes back', () => {
  test('whole, in two parcels, is a clean return', () => {
    const told = returnOf(order(['SET', 2]))
      .received('CUP', 4, '2026-11-03T09:00')
      .received('POT', 1, '2026-11-04T09:00')
      .received('POT', 1)
      .refunded('r1', [['SET', 2, 2000]])
      .restocked('SET', 2)
      .closed(2000);
    assert.deepEqual(judge(told).problems, []);
    assert.deepEqual(
      judge(told).units.map(({ sku, shipped, received, restored }) => [sku, shipped, received, restored]),
      [['SET', 2, 2, 2]],
    );
  });

  test('with one part missing is one problem about the set, with the parts as evidence', () => {
    const told = returnOf(order(['SET', 2]))
      .received('CUP', 4, '2026-11-03T09:00')
      .received('POT', 1)
      .refunded('r1', [['SET', 2, 2000]])
      .restocked('SET', 2)
      .closed(2000);
    const [problem, ...others] = roots(judge(told));
    assert.deepEqual(others, []);
    assert.deepEqual(
      [problem!.code, problem!.sku, problem!.units, problem!.owner, problem!.since],
      ['kit-partly-restored', 'SET', 1, 'ops', '2026-11-03T09:00:00.000Z'],
    );
  });

  test('of which a part went to scrap is partly restored as well', () => {
    const told = returnOf(order(['SET', 2]))
      .received('CUP', 2, '2026-11-03T09:00')
      .moved('POT', 1, 'customer', 'input')
      .moved('POT', 1, 'input', 'scrap')
      .refunded('r1', [['SET', 1, 1000]])
      .restocked('SET', 1)
      .closed(1000);
    assert.deepEqual(codesOf(judge(told)), ['kit-partly-restored']);
  });

  test('not at all is missing as a set', () => {
    const told = returnOf(order(['SET', 2]))
      .refunded('r1', [['SET', 1, 1000]], '2026-11-03T09:00')
      .closed(1000);
    assert.deepEqual(
      roots(judge(told)).map(({ code, sku, units }) => [code, sku, units]),
      [['approved-but-not-restored', 'SET', 1]],
    );
  });

  test('and a part taken out of stock again does not count', () => {
    const told = returnOf(order(['SET', 2]))
      .received('CUP', 2, '2026-11-03T09:00')
      .moved('CUP', 2, 'saleable', 'customer')
      .resolved();
    assert.ok(!judge(told).problems.some((problem) => problem.code === 'kit-partly-restored'));
  });
});
