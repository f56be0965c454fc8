/** What is found on orders to which anything happened, drawn from fixed seeds: one line each. */
import type { Policy } from '../../src/kernel/policy.ts';
import { drawnOrder, drawSteps, randomOf } from './drawn-orders.ts';
import { checkGolden } from './golden-file.ts';
import { allFed, everythingFed, shopPolicy } from './story.ts';

const payFirst: Policy = { ...shopPolicy, payAfter: [{ from: '', value: 'approval' }] };

/** Problems with units, money, due day and cause; then every account that is not zero. */
function lineOf(seed: number): string {
  const told = drawnOrder(drawSteps(randomOf(seed)));
  const policy = seed % 4 === 0 ? payFirst : shopPolicy;
  const { verdict, problems, accounts, stake } = told.judge(seed % 5 === 0 ? '2026-10-21' : '2026-12-24', {
    policy, coverage: seed % 3 === 0 ? everythingFed : allFed,
  }); // prettier-ignore
  const found = problems.map(({ code, state, sku, units, amount, since, due, waitsFor, evidence }) =>
    [code, state, sku, units, amount?.minor, since.slice(5, 16), due.slice(5, 10), waitsFor, `${evidence.length} refs`].filter((part) => part !== undefined).join(' '),
  ); // prettier-ignore
  const open = accounts
    .filter(({ left, right }) => left !== right)
    .map(({ control, left, right }) => `${control} ${left}:${right}`);
  return [`${verdict} ${stake.gone}/${stake.stuck}/${stake.books}`, ...found, ...open]
    .map((part) => `  ${part}`)
    .join('\n');
}

checkGolden(
  'golden-drawn.txt',
  Array.from({ length: 300 }, (_, index) => [`order of seed ${index + 1}`, lineOf(index + 1)] as const),
);
