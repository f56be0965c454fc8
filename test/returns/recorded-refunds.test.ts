/** The preview against what a real shop recorded: its refunds of whole units, and every order it ever showed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import type { Fact, FactOf } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import { defaultPolicy } from '../../src/kernel/policy.ts';
import {
  previewRefund,
  refundLinesOf,
  type RefundPreview,
  type RefundWish,
} from '../../src/kernel/refund-preview.ts';
import { objectsIn, recordingsOf, settingsOf, type Json } from '../connectors/recorded-objects.ts';

const recordings = recordingsOf('woocommerce');
const bodies = (kind: string): { name: string; body: Json }[] =>
  recordings.flatMap(({ name, whole }) => objectsIn(whole, woocommerce, name).filter((object) => object.kind === kind).map((object) => ({ name, body: object.body as Json }))); // prettier-ignore

function factsOf(kind: string, body: Json, order: Json): readonly Fact[] {
  const lookup = (of: string): unknown => (of === 'order' ? order : undefined);
  return woocommerce.read({ connection: 'woocommerce', kind, id: String(body['id']), body }, { settings: settingsOf(woocommerce), lookup }).facts; // prettier-ignore
}

/** The order as paid in full, whatever the recorded one says of its payment. */
function ask(order: Json, refunds: readonly Fact[], wish: RefundWish): RefundPreview | undefined {
  const facts = factsOf('order', order, order).filter((fact) => fact.type === 'order.placed');
  const [placed] = facts as FactOf<'order.placed'>[];
  if (placed === undefined || placed.total <= 0) return undefined;
  const paid = { ...placed, id: 'paid', type: 'payment.captured', money: { minor: placed.total, currency: placed.currency }, tender: 'card' } as unknown as Fact; // prettier-ignore
  const state = foldOrder({ orderKey: 'o', home: 'woocommerce', facts: [...facts, paid, ...refunds], policy: defaultPolicy(), coverage: new Map(), now: Date.parse('2027-01-01T00:00:00Z') }); // prettier-ignore
  const result = previewRefund({ positions: state.positions, policy: defaultPolicy(), day: placed.at }, wish);
  return result.ok ? result.preview : undefined;
}

test('one unit of two (304) and everything by lines (311) come out as the shop recorded them', () => {
  const orders = bodies('order');
  for (const [name, shipping] of [
    ['304-refund-line-item-qty1-default-restock', 'none'],
    ['311-refund-full-by-lines-shipping-fee', 'all'],
  ] as const) {
    // prettier-ignore
    const refund = recordings.find((one) => one.name === name)!.response!['body'] as Json;
    const parent = /orders\/(\d+)/.exec(
      String(recordings.find((one) => one.name === name)!.request['path']),
    )![1]!;
    const order = orders.find(({ body }) => String(body['id']) === parent)!.body;
    const [recorded] = factsOf('refund', refund, order) as FactOf<'refund.recorded'>[];
    const wish = { lines: recorded!.lines.map((line) => ({ line: line.line!, units: line.quantity })), shipping, fees: shipping } as const; // prettier-ignore
    const preview = ask(order, [], wish)!;
    assert.equal(preview.total, recorded!.money.minor, name);
    assert.deepEqual(refundLinesOf(preview).map((line) => `${line.line} ${line.quantity} ${line.gross} ${line.tax}`), recorded!.lines.map((line) => `${line.line} ${line.quantity} ${line.gross} ${line.tax}`), name); // prettier-ignore
    assert.deepEqual(
      [preview.shipping.gross, preview.fees.gross],
      [recorded!.shipping.gross, recorded!.fees.gross],
    );
  }
});

test('every recorded order, refunded unit by unit, gives back exactly its total', () => {
  const seen = new Set<string>();
  let units = 0;
  for (const { name, body } of bodies('order')) {
    const key = JSON.stringify([body['total'], body['currency'], body['line_items'], body['shipping_total']]);
    if (seen.has(key)) continue;
    seen.add(key);
    const made: Fact[] = [];
    let back = 0;
    const all = ask(body, [], { shipping: 'all', fees: 'all', lines: unitsOf(body) });
    if (all === undefined) continue;
    const steps = unitsOf(body).flatMap(({ line, units: count }) =>
      Array.from({ length: count }, () => line),
    );
    for (const [index, line] of steps.entries()) {
      const isLast = index === steps.length - 1;
      const preview = ask(body, made, {
        lines: [{ line, units: 1 }],
        ...(isLast && { shipping: 'all', fees: 'all' }),
      });
      if (preview === undefined) continue; // A free unit gives back nothing.
      const placed = factsOf('order', body, body).find((fact) => fact.type === 'order.placed')!;
      made.push({ ...placed, id: `r${index}`, type: 'refund.recorded', at: new Date(Date.parse(placed.at) + 1000 * (index + 1)).toISOString(), money: { minor: preview.total, currency: preview.currency }, refund: `r${index}`, lines: refundLinesOf(preview), shipping: preview.shipping, fees: preview.fees, payment: 'manual' } as unknown as Fact); // prettier-ignore
      back += preview.total;
      units++;
    }
    assert.equal(back, all.total, name);
  }
  assert.ok(seen.size > 20 && units > 60, `${seen.size} orders, ${units} units`);
});

const unitsOf = (order: Json): { line: string; units: number }[] =>
  (order['line_items'] as Json[]).map((line) => ({ line: String(line['id']), units: Number(line['quantity']) })).filter((line) => line.units > 0 && line.units < 50); // prettier-ignore
