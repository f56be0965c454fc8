import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { streamFactsByOrder, type OrderFacts } from '../../src/files/stream-facts.ts';
import { fileFor } from './temporary-file.ts';

const mapping = {
  mapping: 1,
  name: 'receipts',
  facts: {
    system: 'wms',
    rows: [
      { type: 'goods.received', fields: { at: 'Date', order: 'Order', sku: 'Item', quantity: 'Units' } },
    ],
  },
};

async function collect(orders: AsyncIterable<OrderFacts>): Promise<OrderFacts[]> {
  const all: OrderFacts[] = [];
  for await (const each of orders) all.push(each);
  return all;
}

test('facts of several files come order by order, by time, those without an order last', async (t) => {
  const one = fileFor(t, 'Date,Order,Item,Units\n2026-11-03,A-2,S,1\n2026-11-02,A-1,S,1\n2026-11-01,,S,1\n');
  const two = fileFor(t, 'Date,Order,Item,Units\n2026-11-01,A-2,T,1\n2026-11-x,A-2,T,1\n');
  const stream = streamFactsByOrder([one, two], mapping);
  const orders = await collect(stream.orders);
  assert.deepEqual(
    orders.map(([order, facts]) => [order, facts.map(({ at }) => at.slice(0, 10))]),
    [
      ['A-1', ['2026-11-02']],
      ['A-2', ['2026-11-01', '2026-11-03']],
      [undefined, ['2026-11-01']],
    ],
  );
  assert.deepEqual(
    stream.sheets().map((sheet) => [sheet.in, sheet.kept, sheet.setAside]),
    [
      [3, 3, 0],
      [2, 1, 1],
    ],
  );
});

test('ids do not depend on the order of rows, and equal rows of one file are two events', async (t) => {
  const rows = ['2026-11-01,A-1,S,1', '2026-11-01,A-1,S,1', '2026-11-02,A-2,S,1'];
  const ids = async (list: readonly string[]): Promise<string[]> => {
    const path = fileFor(t, `Date,Order,Item,Units\n${list.join('\n')}\n`);
    const orders = await collect(streamFactsByOrder([path], mapping).orders);
    return orders.flatMap(([, facts]) => facts.map(({ id }) => id));
  };
  const given = await ids(rows);
  assert.equal(new Set(given).size, 3);
  assert.deepEqual(await ids(rows.toReversed()), given);
});

test('canonical columns are read without a mapping; what lacks a column is said', async (t) => {
  const path = fileFor(
    t,
    `type,at,system,order,id,sku,quantity,money.minor,money.currency
goods.received,2026-11-02T09:00:00Z,wms,A-1,f1,S,2,,
refund.settled,2026-11-01T09:00:00Z,psp,A-1,f2,,,5990,EUR
`,
  );
  const bad = fileFor(t, 'type,at,order\ngoods.received,2026-11-02T09:00:00Z,A-1\n', 'bad.csv');
  const stream = streamFactsByOrder([path, bad], 'canonical');
  assert.deepEqual(await collect(stream.orders), [
    [
      'A-1',
      [
        { type: 'refund.settled', at: '2026-11-01T09:00:00Z', system: 'psp', order: 'A-1', id: 'f2', money: { minor: 5990, currency: 'EUR' } },
        { type: 'goods.received', at: '2026-11-02T09:00:00Z', system: 'wms', order: 'A-1', id: 'f1', sku: 'S', quantity: 2 },
      ],
    ],
  ]); // prettier-ignore
  const [good, missing] = stream.sheets();
  assert.deepEqual([good?.in, good?.kept, good?.complete], [2, 2, true]);
  assert.deepEqual([missing?.complete, missing?.findings[0]?.column], [false, 'system']);
});

// One order after the other: what is held at a time must not grow with the file.
test('a hundred thousand facts pass in bounded memory', async (t) => {
  const path = fileFor(t, '');
  const rows: string[] = ['Date,Order,Item,Units'];
  for (let at = 0; at < 100_000; at += 1) rows.push(`2026-11-01,A-${(at * 7919) % 25_000},SKU-${at % 97},1`);
  writeFileSync(path, `${rows.join('\n')}\n`);
  rows.length = 0;
  const before = process.memoryUsage().heapUsed;
  let highest = 0;
  let last = '';
  let facts = 0;
  let orders = 0;
  const stream = streamFactsByOrder([path], mapping, { memoryMb: 200, threads: 1 });
  for await (const [order, lines] of stream.orders) {
    orders += 1;
    facts += lines.length;
    assert.ok(order! > last, `${order} after ${last}`);
    last = order!;
    if (orders % 1000 === 0) highest = Math.max(highest, process.memoryUsage().heapUsed - before);
  }
  assert.deepEqual([orders, facts], [25_000, 100_000]);
  assert.ok(highest < 125_000_000, `${Math.round(highest / 1e6)} MB more on the heap`);
});
