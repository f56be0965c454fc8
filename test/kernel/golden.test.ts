/** The whole state of every fixture story, written out. */
import { controlIds } from '../../src/kernel/controls.ts';
import type { OrderState } from '../../src/kernel/order-state.ts';
import { planCommands } from '../../src/kernel/plan.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { booksFixtures } from './books-fixtures.ts';
import type { CodeFixture } from './code-fixture.ts';
import { checkGolden } from './golden-file.ts';
import { goodsFixtures } from './goods-fixtures.ts';
import { moneyFixtures } from './money-fixtures.ts';
import { ordinaryStories } from './ordinary-stories.ts';
import { plantedOrder, plants } from './planted-stories.ts';
import { ReturnTeller } from './return-teller.ts';
import { shopPolicy, story } from './story.ts';

/** Every control suggests its remedy. */
const suggesting = (policy: Policy): Policy => ({
  ...policy,
  controls: Object.fromEntries(
    controlIds.map((id) => [id, [{ from: '', value: { mode: 'suggest', watch: 'auto' } as const }]]),
  ),
});

const fields = (parts: Readonly<Record<string, unknown>>): string =>
  Object.entries(parts)
    .filter(([, value]) => value !== undefined && value !== 0)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)
    .join(', ');

function describe(state: OrderState, policy: Policy): string {
  const rows = [`  ${state.verdict}; ${fields({ next: state.nextDueAt, ...state.stake })}`];
  for (const { id, severity: _, evidence, ...problem } of state.problems)
    rows.push(
      `  ${id} ${fields(problem)}`,
      `    ${evidence.map((ref) => ref.slice(ref.indexOf('/') + 1)).join(' ')}`,
    );
  for (const { sku, ...units } of state.units) rows.push(`  ${sku}: ${fields(units)}`);
  rows.push(`  money: ${fields(state.money)}`);
  for (const { control, left, right, postings } of state.accounts) {
    rows.push(`  ${control}: ${left} against ${right}`);
    for (const side of ['left', 'right'] as const)
      rows.push(
        ...postings[side].map(
          (one) => `    ${side} ${one.amount} ${one.sku ?? ''} ${one.fact.slice(one.fact.indexOf('#') + 1)}`,
        ),
      );
  }
  for (const command of planCommands(state, suggesting(policy)))
    rows.push(
      `  could ${command.kind}: ${fields({ sku: command.sku, units: command.units, amount: command.amount, key: command.key })}`,
    );
  return rows.join('\n');
}

function* goldenStories(): Generator<[name: string, text: string]> {
  const fixtures = { ...moneyFixtures, ...goodsFixtures, ...booksFixtures };
  for (const [code, fixture] of Object.entries(fixtures) as [string, CodeFixture][]) {
    const policy = fixture.policy ?? shopPolicy;
    const options = { policy, ...(fixture.coverage !== undefined && { coverage: fixture.coverage }) };
    yield [`${code} fires`, describe(fixture.fires().judge('2026-12-15', options), policy)];
    if (fixture.expect.due !== undefined)
      yield [`${code} early`, describe(fixture.fires().judge('2026-11-05', options), policy)];
    yield [`${code} near miss`, describe(fixture.nearMiss().judge('2026-12-15', options), policy)];
  }
  for (const [name, tell] of Object.entries(ordinaryStories)) {
    const at = (days: number, hour = 9): string =>
      `${Temporal.PlainDate.from('2026-10-05').add({ days }).toString()}T${String(hour).padStart(2, '0')}:00`;
    const ordinary = tell(story('1001', '2026-10-05T09:00'), { units: 3, back: 2, price: 5990, at });
    const policy = ordinary.policy ?? shopPolicy;
    const options = { policy, ...(ordinary.home !== undefined && { home: ordinary.home }) };
    yield [name, describe(ordinary.story.judge('2026-12-20', options), policy)];
  }
  for (const [name, plant] of Object.entries(plants)) {
    const told = plantedOrder();
    plant.tell(
      new ReturnTeller(told, { route: 'hold', numbers: 'erp', paysFirst: true, named: true }, 'RMA-2'),
      told,
    );
    yield [`planted: ${name}`, describe(told.judge('2026-11-16'), shopPolicy)];
  }
}

checkGolden('golden-states.txt', [...goldenStories()]);
