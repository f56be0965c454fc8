/** What the status words of each system really mean here, and how often they stand beside an open problem. */
import { byText } from '../../kernel/by-text.ts';
import type { FactType } from '../../kernel/fact.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import { ordersOf, shareOf } from './amounts.ts';
import type { StatusRow } from './plan.ts';

/** Objects of one connection and kind that show one word. */
export type StatusWord = {
  readonly connection: string;
  readonly kind: string;
  readonly field: string;
  readonly word: string;
  readonly objects: readonly string[];
};

const codesMax = 3;

/** Rows by connection, kind, field; the most frequent word first. */
export function readStatuses(words: readonly StatusWord[], states: readonly OrderState[]): StatusRow[] {
  const objects = new Map<string, { types: Set<FactType>; orders: Set<OrderState> }>();
  for (const state of states) {
    for (const fact of state.facts) {
      const ref = `${fact.connection}:${fact.object}`;
      let entry = objects.get(ref);
      if (entry === undefined) objects.set(ref, (entry = { types: new Set(), orders: new Set() }));
      entry.types.add(fact.type);
      entry.orders.add(state);
    }
  }
  // Kinds of which no object ever says anything (products, customers) tell nothing about returns.
  const speaking = new Set(
    words
      .filter(({ connection, kind, objects: ids }) =>
        ids.some((id) => objects.has(`${connection}:${kind}/${id}`)),
      )
      .map(({ connection, kind }) => `${connection}:${kind}`),
  );
  const told = words.filter(({ connection, kind }) => speaking.has(`${connection}:${kind}`));
  const rows = told.map(({ connection, kind, field, word, objects: ids }): StatusRow => {
    const types = new Map<FactType, number>();
    const orders = new Set<OrderState>();
    for (const id of ids) {
      const entry = objects.get(`${connection}:${kind}/${id}`);
      for (const type of entry?.types ?? []) types.set(type, (types.get(type) ?? 0) + 1);
      for (const order of entry?.orders ?? []) orders.add(order);
    }
    const broken = [...orders].filter(({ verdict }) => verdict === 'breaks');
    const codes = new Map<StatusRow['codes'][number], number>();
    for (const { problems } of broken)
      for (const { state, waitsFor, code } of problems)
        if (state === 'open' && waitsFor === undefined) codes.set(code, (codes.get(code) ?? 0) + 1);
    return {
      connection,
      kind,
      field,
      word,
      objects: ids.length,
      orders: ordersOf(orders),
      means: byCount(types).map(([type, count]) => ({ type, objects: count })),
      contradicted: shareOf(
        broken.map(({ order }) => order),
        orders.size,
      ),
      codes: byCount(codes)
        .slice(0, codesMax)
        .map(([code]) => code),
    };
  });
  return rows.sort(
    (left, right) =>
      byText(left.connection, right.connection) ||
      byText(left.kind, right.kind) ||
      byText(left.field, right.field) ||
      right.objects - left.objects ||
      byText(left.word, right.word),
  );
}

const byCount = <T extends string>(counts: ReadonlyMap<T, number>): [T, number][] =>
  [...counts].sort((left, right) => right[1] - left[1] || byText(left[0], right[0]));
