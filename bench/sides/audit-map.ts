/** The same balances with a plain Map in JavaScript, line by line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { factsFile } from '../facts-file.ts';
import type { Figures, SideTask } from '../side.ts';

type Line = {
  readonly order: string;
  readonly type: string;
  readonly quantity?: number;
  readonly money?: { readonly minor: number };
};

export async function run({ size, folder }: SideTask): Promise<Figures> {
  const file = await factsFile(folder, size);
  const began = performance.now();
  const sums = new Map<string, { count: number; units: number; minor: number }>();
  for await (const text of createInterface({ input: createReadStream(file) })) {
    const { order, type, quantity = 0, money } = JSON.parse(text) as Line;
    const key = `${order} ${type}`;
    let sum = sums.get(key);
    if (sum === undefined) sums.set(key, (sum = { count: 0, units: 0, minor: 0 }));
    sum.count++;
    sum.units += quantity;
    sum.minor += money?.minor ?? 0;
  }
  const seconds = (performance.now() - began) / 1000;
  if (sums.size === 0) throw new Error('nothing was summed');
  return { seconds, 'µs/fact': (seconds * 1e6) / size };
}
