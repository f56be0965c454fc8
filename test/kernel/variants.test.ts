import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lamp, plantedOrder, plants, tent } from './planted-stories.ts';
import { ReturnTeller, type Line, type Style } from './return-teller.ts';
import { roots, shopPolicy } from './story.ts';

/** Every way of working; each story is told in all of them, alone and beside another, clean return. */
const routes = ['one step', 'input', 'hold'] as const;
const styles: Style[] = routes.flatMap((route) =>
  (['all', 'erp', 'shop', 'none'] as const).flatMap((numbers) =>
    [true, false].flatMap((paysFirst) => [true, false].map((named) => ({ route, numbers, paysFirst, named }))),
  ),
); // prettier-ignore

/** What else happens on the order: a clean return before or after, of another item or of the same. */
const besides: Readonly<Record<string, { before?: readonly Line[]; after?: readonly Line[] }>> = {
  alone: {},
  'after a clean return of another item': { before: [tent] },
  'after a clean return of the same item': { before: [lamp(1)] },
  'before a clean return of another item': { after: [tent] },
  'before a clean return of the same item': { after: [lamp(1)] },
};

const policy = { ...shopPolicy, booksTolerance: [{ from: '', value: 3 }] };

for (const [row, [name, plant]] of Object.entries(plants).entries()) {
  for (const [column, [beside, { before, after }]] of Object.entries(besides).entries()) {
    // A third of the styles each: over the stories and their neighbours all of them come up.
    const mine = styles.filter((_, index) => index % 3 === (row + column) % 3);
    test(`${name}, ${beside}`, () => {
      const wrong: string[] = [];
      for (const style of mine) {
        if (plant.only?.(style) === false) continue;
        const told = plantedOrder();
        if (before !== undefined) new ReturnTeller(told, style, 'RMA-1').clean('r1', before);
        plant.tell(new ReturnTeller(told, style, 'RMA-2'), told);
        if (after !== undefined) new ReturnTeller(told, style, 'RMA-3').clean('r4', after);
        const found = roots(told.judge('2026-11-16', { policy }))
          .map(({ code, sku, units, amount }) =>
            [code, sku, units, amount?.minor].filter((part) => part !== undefined).join(' '),
          )
          .sort();
        if (found.join() !== [...plant.expect].sort().join())
          wrong.push(`${Object.values(style).join(', ')}: ${found.join(' + ')}`);
      }
      assert.deepEqual(wrong, []);
    });
  }
}
