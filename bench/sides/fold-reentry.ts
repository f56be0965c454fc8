/** Folds orders in memory, one core: states, problems, due times and the answer of every order. */
import { generateCanonical } from '../generate-canonical.ts';
import { canonical } from '../../src/connectors/canonical/canonical-connector.ts';
import { parseCanonicalFact } from '../../src/connectors/canonical/parse-canonical-fact.ts';
import { answerOf } from '../../src/kernel/answer.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { addCoverage, type Count, type Feed } from '../../src/kernel/feeds.ts';
import { foldOrder, orderFacts, positionsOf } from '../../src/kernel/fold.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import type { Figures, SideTask } from '../side.ts';

/** Facts of whole orders, as they come from the connector. */
export function readOrders(size: number): ReadonlyMap<string, Fact[]> {
  const settings = { connection: canonical.name, zone: 'UTC', currency: 'EUR' };
  const orders = new Map<string, Fact[]>();
  for (const block of generateCanonical(size)) {
    for (const line of block.split('\n')) {
      if (line === '') continue;
      const body = JSON.parse(line) as { readonly order: string };
      const read = parseCanonicalFact(body, { settings });
      if ('unread' in read) throw new Error(`unreadable: ${line}`);
      const known = orders.get(body.order);
      if (known === undefined) orders.set(body.order, [read.fact]);
      else known.push(read.fact);
    }
  }
  return orders;
}

export async function run({ size }: SideTask): Promise<Figures> {
  const orders = readOrders(size);
  const policy = defaultPolicy();
  const now = Date.UTC(2026, 10, 30);
  const words = { language: 'en', zone: policy.zone, asOf: new Date(now).toISOString() } as const;
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const facts of orders.values()) addCoverage(coverage, positionsOf(orderFacts(facts), canonical.name));
  const foldAll = (): number => {
    let sentences = 0;
    for (const [number, facts] of orders) {
      const state = foldOrder({ orderKey: number, home: canonical.name, facts, policy, coverage, now });
      sentences += answerOf(state, words).length;
    }
    return sentences;
  };
  const began = performance.now();
  const sentences = foldAll();
  const seconds = (performance.now() - began) / 1000;
  if (sentences < orders.size) throw new Error('every order has an answer');
  return { 'facts/s': size / seconds };
}
