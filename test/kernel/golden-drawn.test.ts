/** What is found on orders to which anything happened, drawn from fixed seeds: one line each. */
import type { Policy } from '../../src/kernel/policy.ts';
import { drawnOrder, drawSteps, happenTo, randomOf } from './drawn-orders.ts';
import { drawDeskOrder, drawFrom, drawPolicy } from './drawn-wishes.ts';
import { checkGolden } from './golden-file.ts';
import { allFed, everythingFed, shopPolicy, type Story } from './story.ts';

/** Seeds up to this one draw what happens to one plain order; later ones draw the order and the policy too. */
const plainOrders = 300;

const payFirst: Policy = { ...shopPolicy, payAfter: [{ from: '', value: 'approval' }] };

/** Problems with units, money, due day and cause; then every account, and the tables of units and money. */
function lineOf(seed: number): string {
  const random = randomOf(seed);
  if (seed > plainOrders) {
    const draw = drawFrom(random);
    const policy = drawPolicy(draw);
    return judged(happenTo(drawDeskOrder(draw), drawSteps(random, true)), policy, seed);
  }
  return judged(drawnOrder(drawSteps(random)), seed % 4 === 0 ? payFirst : shopPolicy, seed);
}

function judged(told: Story, policy: Policy, seed: number): string {
  const { verdict, problems, accounts, stake, units, money } = told.judge(seed % 5 === 0 ? '2026-10-21' : '2026-12-24', {
    policy, coverage: seed % 3 === 0 ? everythingFed : allFed,
  }); // prettier-ignore
  const found = problems.map(({ code, state, sku, units, amount, since, due, waitsFor, evidence }) =>
    [code, state, sku, units, amount?.minor, since.slice(5, 16), due.slice(5, 10), waitsFor, `${evidence.length} refs`].filter((part) => part !== undefined).join(' '),
  ); // prettier-ignore
  const sums = accounts.map(({ control, left, right }) => `${control} ${left}:${right}`);
  const tables = [...units, money].map((row) => Object.values(row).join(' '));
  return [
    `${verdict} ${stake.gone}/${stake.stuck}/${stake.books}`,
    ...found,
    sums.join(', '),
    tables.join(', '),
  ]
    .map((part) => `  ${part}`)
    .join('\n');
}

checkGolden(
  'golden-drawn.txt',
  Array.from({ length: 700 }, (_, index) => [`order of seed ${index + 1}`, lineOf(index + 1)] as const),
);
