/** Sums the units and amounts of the same facts from an array: nothing less can be called looking at them. */
import type { Figures, SideTask } from '../side.ts';
import { readOrders } from './fold-reentry.ts';

export async function run({ size }: SideTask): Promise<Figures> {
  const facts = [...readOrders(size).values()].flat();
  const began = performance.now();
  let units = 0;
  const money = new Map<string, number>();
  for (const fact of facts) {
    if ('quantity' in fact) units += fact.quantity ?? 0;
    if ('money' in fact && fact.money !== undefined)
      money.set(fact.money.currency, (money.get(fact.money.currency) ?? 0) + fact.money.minor);
  }
  const seconds = (performance.now() - began) / 1000;
  if (units === 0 || money.size === 0) throw new Error('nothing was summed');
  return { 'facts/s': size / seconds };
}
