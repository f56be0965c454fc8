/**
 * Canonical facts of a made-up shop as NDJSON: four of ten orders come back, and one return of forty lacks a step.
 * The same seed gives the same bytes.
 *
 *     node bench/generate-canonical.ts COUNT [SEED] > facts.ndjson
 *
 * COUNT is the number of facts; the last order may be cut by it.
 */
import { once } from 'node:events';

type Line = Readonly<Record<string, unknown>> & { readonly at: string };

const minuteMs = 60_000;
const dayMs = 86_400_000;
const begin = Date.UTC(2025, 11, 1, 8);
/** Orders whose facts are sorted by time together: a feed tells of many orders side by side. */
const blockOrders = 1000;

/** Steps of a return that may be lost; what is expected of a good audit. */
const lossy = ['goods.received', 'stock.moved', 'refund.recorded', 'refund.settled', 'credit_note.posted'];

/** Marsaglia's xorshift, 32 bits: whole numbers below `limit`. */
export function xorshift(seed: number): (limit: number) => number {
  // Zero is the one state that it never leaves.
  let state = seed >>> 0 || 0x9e37_79b9;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state % limit;
  };
}

/** Tax within a gross amount at 19 %, in cents. */
const taxIn = (gross: number): number => Math.round((gross * 19) / 119);

/** All facts of one order, by time. */
export function orderFacts(number: number, draw: (limit: number) => number): Line[] {
  const order = `GC-${100_000 + number}`;
  const placed = begin + (number % 300) * dayMs + draw(720) * minuteMs;
  const sku = `SKU-${1000 + draw(400)}`;
  const bought = 1 + draw(3);
  const price = 990 + draw(120) * 100;
  const goods = { gross: price * bought, tax: taxIn(price * bought) };
  const shipping = { gross: 490, tax: taxIn(490) };
  const none = { gross: 0, tax: 0 };
  const charge = `ch_${number}`;
  const money = (minor: number) => ({ minor, currency: 'EUR' });
  const lines: Line[] = [];
  const tell = (type: string, system: string, afterMinutes: number, fields: object): void => {
    const at = new Date(placed + afterMinutes * minuteMs).toISOString();
    lines.push({ type, at, system, order, id: `${order}/${lines.length + 1}`, ...fields });
  };
  tell('order.placed', 'shop', 0, {
    currency: 'EUR',
    lines: [{ line: '1', sku, quantity: bought, ...goods, kind: 'goods' }],
    shipping,
    fees: none,
    total: goods.gross + shipping.gross,
    tender: 'card',
    customer: 'consumer',
  });
  const total = money(goods.gross + shipping.gross);
  tell('payment.captured', 'psp', 2, { money: total, tender: 'card', reference: charge });
  tell('goods.shipped', 'wms', 1440 + draw(600), { sku, quantity: bought, line: '1' });
  if (draw(10) >= 4) return lines;

  const back = 1 + draw(bought);
  const refunded = { gross: price * back, tax: taxIn(price * back) };
  const rma = `RMA-${number}`;
  const units = { sku, quantity: back, line: '1', rma };
  const refund = `rf-${number}`;
  const asked = 7 * 1440 + draw(5 * 1440);
  const received = asked + 3 * 1440 + draw(2 * 1440);
  const lost = draw(40) === 0 ? lossy[draw(lossy.length)] : undefined;
  const steps: readonly (readonly [type: string, system: string, after: number, fields: object])[] = [
    ['return.requested', 'shop', asked, units],
    ['return.approved', 'shop', asked + 60, units],
    ['goods.received', 'wms', received, units],
    ['goods.inspected', 'wms', received + 90, { ...units, disposition: 'restock', condition: 'sellable' }],
    ['stock.moved', 'wms', received + 120, { ...units, from: 'input', to: 'saleable' }],
    [
      'refund.recorded',
      'shop',
      received + 180,
      {
        money: money(refunded.gross),
        refund,
        lines: [{ sku, quantity: back, ...refunded, line: '1' }],
        shipping: none,
        fees: none,
        payment: 'gateway',
        purpose: 'return',
        rma,
      },
    ],
    [
      'refund.settled',
      'psp',
      received + 200,
      { money: money(refunded.gross), reference: `re_${number}`, charge, refund },
    ],
    [
      'credit_note.posted',
      'erp',
      received + 1440,
      {
        money: money(refunded.gross),
        tax: refunded.tax,
        document: `CN-${number}`,
        lines: [{ sku, quantity: back, ...refunded, line: '1' }],
        refund,
        rma,
      },
    ],
  ];
  for (const [type, system, after, fields] of steps) if (type !== lost) tell(type, system, after, fields);
  return lines;
}

/** Blocks of NDJSON with `count` facts in all. */
export function* generateCanonical(count: number, seed = 1): Generator<string> {
  const draw = xorshift(seed);
  let left = count;
  let number = 0;
  while (left > 0) {
    const block: Line[] = [];
    for (let step = 0; step < blockOrders && left > 0; step += 1) {
      const facts = orderFacts((number += 1), draw).slice(0, left);
      left -= facts.length;
      block.push(...facts);
    }
    block.sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : 0));
    yield `${block.map((line) => JSON.stringify(line)).join('\n')}\n`;
  }
}

if (import.meta.main) {
  const count = Number(process.argv[2]);
  const seed = Number(process.argv[3] ?? 1);
  if (!Number.isSafeInteger(count) || count < 0 || !Number.isSafeInteger(seed)) {
    console.error('usage: node bench/generate-canonical.ts COUNT [SEED] > facts.ndjson');
    process.exitCode = 2;
  } else {
    for (const block of generateCanonical(count, seed)) {
      if (!process.stdout.write(block)) await once(process.stdout, 'drain');
    }
  }
}
