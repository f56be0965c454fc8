import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Fact, FactType, Link, Payloads, System } from '../../src/kernel/fact.ts';
import { factId } from '../../src/kernel/fact.ts';
import { Filing, type Filable, type Filed } from '../../src/kernel/file-facts.ts';
import { term } from '../../src/kernel/term.ts';

type Line = readonly [sku: string, quantity: number, gross: number];

function object(
  connection: string,
  system: System,
  kind: string,
  id: string,
  names: readonly string[],
  links: readonly (string | Link)[],
  facts: readonly { type: FactType; payload: object; links?: readonly Link[] }[],
): Filable {
  return {
    ref: `${connection}:${kind}/${id}`,
    names,
    links: links.map((link) => (typeof link === 'string' ? { term: link } : link)),
    facts: facts.map(
      ({ type, payload, links: own }, index) =>
        ({
          id: factId(connection, `${kind}/${id}`, type, index), type, at: '2026-11-02T09:00:00.000Z', system, connection,
          object: `${kind}/${id}`, ...(own !== undefined && { links: own }), ...payload,
        }) as Fact,
    ),
  }; // prettier-ignore
}

function placed(
  number: string,
  lines: readonly Line[],
): { type: FactType; payload: Payloads['order.placed'] } {
  return {
    type: 'order.placed',
    payload: {
      number, currency: 'EUR', shipping: { gross: 0, tax: 0 }, fees: { gross: 0, tax: 0 },
      lines: lines.map(([sku, quantity, gross], index) => ({ line: String(index), sku, quantity, gross, tax: 0, kind: 'goods' })),
      total: lines.reduce((sum, [, , gross]) => sum + gross, 0),
    },
  }; // prettier-ignore
}

const shopOrder = (id: string, number: string, lines: readonly Line[], customer?: string): Filable =>
  object('shop', 'shop', 'order', id, [term.orderId('shop', id), term.number(number), term.ref(number), term.ref(id), ...(customer === undefined ? [] : [term.customer('erp', customer)])], [], [placed(number, lines)]); // prettier-ignore

const sale = (id: string, number: string, lines: readonly Line[], links = [term.number(number)]): Filable =>
  object('erp', 'erp', 'sale', id, [term.object('erp', 'sale', id)], links, [placed(number, lines)]);

const move = (id: string, sku: string, quantity: number, links: readonly (string | Link)[]): Filable =>
  object('erp', 'erp', 'move', id, [], links, [
    { type: 'stock.moved', payload: { sku, quantity, from: 'customer', to: 'input' } },
    { type: 'return.approved', payload: { sku, quantity, announces: true } },
  ]);

function file(objects: readonly Filable[]): Filed {
  const filing = new Filing();
  for (const one of objects) filing.add(one);
  return filing.file();
}

/** Order keys with the refs of their objects. */
const homesOf = (filed: Filed): Record<string, string[]> =>
  Object.fromEntries(
    [...filed.orders].sort().map(([key, order]) => [
      key,
      [...new Set(order.facts.map((fact) => `${fact.connection}:${fact.object}`))].sort(),
    ]),
  ); // prettier-ignore
const orphansOf = (filed: Filed): [string, readonly string[]][] =>
  filed.orphans.map((orphan) => [orphan.ref, orphan.candidates]);

/** Files the objects in this and in reverse order: adding order changes nothing. */
function bothWays(objects: readonly Filable[]): Filed {
  const filed = file(objects);
  const reversed = file(objects.toReversed());
  assert.deepEqual(homesOf(reversed), homesOf(filed));
  assert.deepEqual(orphansOf(reversed), orphansOf(filed));
  return filed;
}

// Order 10457 has the number 10460; order 10460 has the number 10457.
const crossing = [
  shopOrder('10457', '10460', [['SHOE', 1, 5990]]),
  shopOrder('10460', '10457', [['HAT', 2, 2980]]),
];

test('a number is not an id: two orders that cross keep their own objects', () => {
  const filed = bothWays([
    ...crossing,
    move('1', 'SHOE', 1, [term.number('10460')]),
    move('2', 'HAT', 1, [term.orderId('shop', '10460')]),
  ]);
  assert.deepEqual(homesOf(filed), {
    'shop/10457': ['erp:move/1', 'shop:order/10457'],
    'shop/10460': ['erp:move/2', 'shop:order/10460'],
  });
  assert.deepEqual(filed.orphans, []);
});

test('a bare value that fits two orders is decided by the item, and by the quantity', () => {
  const filed = bothWays([
    ...crossing,
    move('1', 'SHOE', 1, [term.ref('10457')]),
    move('2', 'HAT', 2, [term.ref('10457')]),
  ]);
  assert.deepEqual(homesOf(filed)['shop/10457'], ['erp:move/1', 'shop:order/10457']);
  assert.deepEqual(homesOf(filed)['shop/10460'], ['erp:move/2', 'shop:order/10460']);
  const tooMany = bothWays([...crossing, move('3', 'HAT', 3, [term.ref('10457')])]);
  assert.deepEqual(orphansOf(tooMany), [['erp:move/3', ['shop/10457', 'shop/10460']]]);
});

test('a bare value that fits two orders stays ambiguous where nothing decides, with both candidates', () => {
  const ticket = object('crm', 'crm', 'ticket', '7', [], [term.ref('10457')], [
    { type: 'case.opened', payload: { case: '7', about: 'return' } },
    { type: 'case.resolved', payload: { case: '7', about: 'return' } },
  ]); // prettier-ignore
  const filed = bothWays([...crossing, ticket]);
  assert.deepEqual(orphansOf(filed), [['crm:ticket/7', ['shop/10457', 'shop/10460']]]);
  assert.equal(filed.orphans[0]!.facts.length, 2);
});

test('where no shop has the number, what names it belongs to the sale of that number', () => {
  const ticket = object('crm', 'crm', 'ticket', '7', [], [term.number('LH-1')], [
    { type: 'case.opened', payload: { case: '7', about: 'return' } },
    { type: 'case.resolved', payload: { case: '7', about: 'return' } },
  ]); // prettier-ignore
  const alone = bothWays([sale('30', 'LH-1', [['SHOE', 1, 5990]]), ticket]);
  assert.deepEqual(homesOf(alone), { 'erp/30': ['crm:ticket/7', 'erp:sale/30'] });
  const twice = bothWays([
    sale('30', 'LH-1', [['SHOE', 1, 5990]]),
    sale('31', 'LH-1', [['SHOE', 1, 5990]]),
    ticket,
  ]);
  assert.deepEqual(homesOf(twice), { 'erp/30': ['erp:sale/30'], 'erp/31': ['erp:sale/31'] });
  assert.deepEqual(orphansOf(twice), [['crm:ticket/7', ['erp/30', 'erp/31']]]);
  const inShop = bothWays([
    shopOrder('9', 'LH-1', [['SHOE', 1, 5990]]),
    sale('30', 'LH-1', [['SHOE', 1, 5990]]),
    ticket,
  ]);
  assert.deepEqual(homesOf(inShop), { 'shop/9': ['crm:ticket/7', 'erp:sale/30', 'shop:order/9'] });
});

test('money decides as well: currency, no more than the order cost, a capture exactly', () => {
  const charge = (id: string, minor: number, type: FactType, currency = 'EUR'): Filable =>
    object(
      'psp',
      'psp',
      'charge',
      id,
      [],
      [term.ref('10457')],
      [{ type, payload: { money: { minor, currency }, tender: 'card', reference: id } }],
    );
  const filed = bothWays([
    ...crossing,
    charge('a', 5990, 'payment.captured'), charge('b', 2980, 'payment.captured'), charge('c', 4000, 'refund.settled'),
    charge('d', 1000, 'refund.settled'), charge('e', 5990, 'payment.captured', 'USD'),
  ]); // prettier-ignore
  assert.deepEqual(homesOf(filed)['shop/10457'], ['psp:charge/a', 'psp:charge/c', 'shop:order/10457']);
  assert.deepEqual(homesOf(filed)['shop/10460'], ['psp:charge/b', 'shop:order/10460']);
  assert.deepEqual(
    filed.orphans.map((orphan) => orphan.ref),
    ['psp:charge/d', 'psp:charge/e'],
  );
});

test('an ERP sale whose lines fit only one of two orders finds it', () => {
  const filed = bothWays([
    ...crossing,
    sale('50', '10457', [['HAT', 2, 2981]], [term.ref('10457')]),
    move('1', 'HAT', 1, [term.object('erp', 'sale', '50')]),
  ]);
  assert.deepEqual(homesOf(filed)['shop/10460'], ['erp:move/1', 'erp:sale/50', 'shop:order/10460']);
});

test('one parcel for two orders: each fact goes to its own', () => {
  const parcel = object('wms', 'wms', 'receipt', '1', [], [], [
    { type: 'goods.received', payload: { sku: 'SHOE', quantity: 1 }, links: [{ term: term.number('1001') }] },
    { type: 'goods.received', payload: { sku: 'HAT', quantity: 1 }, links: [{ term: term.number('1002') }] },
    { type: 'goods.received', payload: { sku: 'SCARF', quantity: 1 }, links: [{ term: term.number('9999') }] },
  ]); // prettier-ignore
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]]),
    shopOrder('2', '1002', [['HAT', 1, 1990]]),
    parcel,
  ]);
  assert.deepEqual(
    [...filed.orders].sort().map(([key, { facts }]) => [key, facts.map((fact) => ('sku' in fact ? fact.sku : '')).join('')]),
    [['shop/1', 'SHOE'], ['shop/2', 'HAT']],
  ); // prettier-ignore
  assert.deepEqual(orphansOf(filed), [['wms:receipt/1', []]]);
});

test('a fact that has no order of its own goes where its object goes', () => {
  const receipt = object('wms', 'wms', 'receipt', '1', [], [term.number('1001')], [
    { type: 'goods.received', payload: { sku: 'SHOE', quantity: 1 }, links: [{ term: term.number('0000') }] },
    { type: 'goods.received', payload: { sku: 'SHOE', quantity: 2 } },
  ]); // prettier-ignore
  const filed = bothWays([shopOrder('1', '1001', [['SHOE', 3, 5990]]), receipt]);
  assert.equal(filed.orders.get('shop/1')!.facts.length, 3);
  assert.deepEqual(filed.orphans, []);
});

test('a replacement order keeps its own objects, though its sale names the old order as well', () => {
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]]),
    shopOrder('2', '1002', [['SHOE', 1, 5990]]),
    sale('50', '1001', [['SHOE', 1, 5990]]),
    sale('51', '1002', [['SHOE', 1, 5990]]),
    move('1', 'SHOE', 1, [term.object('erp', 'sale', '50')]),
    move('2', 'SHOE', 1, [term.object('erp', 'sale', '51')]),
  ]);
  assert.deepEqual(homesOf(filed), {
    'shop/1': ['erp:move/1', 'erp:sale/50', 'shop:order/1'],
    'shop/2': ['erp:move/2', 'erp:sale/51', 'shop:order/2'],
  });
});

test('orders that live only in the ERP are orders; their returns are no orphans', () => {
  const returnSale = object('erp', 'erp', 'sale', '61', [term.object('erp', 'sale', '61')], [term.object('erp', 'sale', '60')], [
    { type: 'return.approved', payload: { sku: 'SHOE', quantity: 1, announces: true } },
  ]); // prettier-ignore
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]]),
    sale('60', '303-123-456', [['SHOE', 1, 5990]], []),
    returnSale,
    move('1', 'SHOE', 1, [term.object('erp', 'sale', '61')]),
  ]);
  assert.deepEqual(homesOf(filed), {
    'erp/60': ['erp:move/1', 'erp:sale/60', 'erp:sale/61'],
    'shop/1': ['shop:order/1'],
  });
  assert.equal(filed.orders.get('erp/60')!.home, 'erp');
});

test('an ERP sale that names a shop order nobody has is an order of its own', () => {
  const filed = bothWays([
    sale('60', '4711', [['SHOE', 1, 5990]]),
    move('1', 'SHOE', 1, [term.object('erp', 'sale', '60')]),
  ]);
  assert.deepEqual(homesOf(filed), { 'erp/60': ['erp:move/1', 'erp:sale/60'] });
});

for (const [typed, number] of [
  [' #lh-10251 ', 'LH-10251'], ['Nr. LH-10251', 'LH-10251'], ['Order number: lh-10251.', 'LH-10251'], ['Bestellung LH-10251', 'LH-10251'],
  ['LH - 10251', 'LH-10251'], ['ＬＨ-10251', 'LH-10251'],
] as const) {
  test(`a sloppy number finds its order: "${typed}"`, () => {
    const ticket = object('crm', 'crm', 'ticket', '7', [], [term.number(typed)], [{ type: 'case.opened', payload: { case: '7', about: 'return' } }]);
    const filed = bothWays([shopOrder('1', number, [['SHOE', 1, 5990]]), shopOrder('2', 'LH-10252', [['SHOE', 1, 5990]]), ticket]);
    assert.deepEqual(homesOf(filed)['shop/1'], ['crm:ticket/7', 'shop:order/1']);
  });
} // prettier-ignore

const weakMove = (quantity: number): Filable =>
  move('1', 'SHOE', quantity, [{ term: term.customer('erp', '27'), weak: true }]);

test('a receipt without any number finds the only order of its customer that it fits', () => {
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]], '27'),
    shopOrder('2', '1002', [['HAT', 1, 5990]], '27'),
    shopOrder('3', '1003', [['SHOE', 1, 5990]], '28'),
    weakMove(1),
  ]);
  assert.deepEqual(homesOf(filed)['shop/1'], ['erp:move/1', 'shop:order/1']);
  assert.deepEqual(filed.orphans, []);
});

test('a receipt that fits two orders of its customer, or none, stays an orphan', () => {
  const two = [
    shopOrder('1', '1001', [['SHOE', 1, 5990]], '27'),
    shopOrder('2', '1002', [['SHOE', 2, 5990]], '27'),
  ];
  assert.deepEqual(
    bothWays([...two, weakMove(1)]).orphans.map((orphan) => orphan.ref),
    ['erp:move/1'],
  );
  assert.deepEqual(homesOf(bothWays([...two, weakMove(2)]))['shop/2'], ['erp:move/1', 'shop:order/2']);
  assert.deepEqual(
    bothWays([...two, weakMove(3)]).orphans.map((orphan) => orphan.ref),
    ['erp:move/1'],
  );
});

test('a strong link is never overruled by a weak one', () => {
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]], '27'),
    shopOrder('2', '1002', [['SHOE', 1, 5990]], '28'),
    move('1', 'SHOE', 1, [term.number('1002'), { term: term.customer('erp', '27'), weak: true }]),
  ]);
  assert.deepEqual(homesOf(filed)['shop/2'], ['erp:move/1', 'shop:order/2']);
});

test('one link that fits two orders is outvoted by another that fits one', () => {
  const ticket = object(
    'crm',
    'crm',
    'ticket',
    '7',
    [],
    [term.ref('10457'), term.rma('RMA-1')],
    [{ type: 'case.opened', payload: { case: '7', about: 'return' } }],
  );
  const announced = object('erp', 'erp', 'sale', '70', [term.rma('RMA-1')], [term.number('10460')], [
    { type: 'return.approved', payload: { sku: 'SHOE', quantity: 1, announces: true } },
  ]); // prettier-ignore
  const filed = bothWays([...crossing, ticket, announced]);
  assert.deepEqual(homesOf(filed)['shop/10457'], ['crm:ticket/7', 'erp:sale/70', 'shop:order/10457']);
});

test('objects that name each other in a circle, and nothing else, are orphans', () => {
  const one = object(
    'erp',
    'erp',
    'doc',
    '1',
    ['object/erp/doc/1'],
    ['object/erp/doc/2'],
    [{ type: 'change.seen', payload: { text: '1' } }],
  );
  const two = object(
    'erp',
    'erp',
    'doc',
    '2',
    ['object/erp/doc/2'],
    ['object/erp/doc/1'],
    [{ type: 'change.seen', payload: { text: '2' } }],
  );
  assert.deepEqual(
    bothWays([one, two]).orphans.map((orphan) => orphan.ref),
    ['erp:doc/1', 'erp:doc/2'],
  );
});

test('a chain of documents leads home, whichever object is looked at first', () => {
  const chain = Array.from({ length: 8 }, (_, index) =>
    object('erp', 'erp', 'doc', String(index), [`object/erp/doc/${index}`], [index === 0 ? term.number('1001') : `object/erp/doc/${index - 1}`], [
      { type: 'change.seen', payload: { text: String(index) } },
    ]),
  ); // prettier-ignore
  const filed = bothWays([...chain, shopOrder('1', '1001', [['SHOE', 1, 5990]])]);
  assert.equal(filed.orders.get('shop/1')!.facts.length, 9);
  assert.deepEqual(filed.orphans, []);
});

// No helpdesk is connected: nobody is known by a return number, some objects name it.
describe('a return number that nobody is known by', () => {
  const named = (id: string, links: readonly string[], names: readonly string[] = []): Filable =>
    object('erp', 'erp', 'doc', id, names, links, [{ type: 'change.seen', payload: { text: id } }]);
  const orders = [shopOrder('1', '1001', [['SHOE', 1, 5990]]), shopOrder('2', '1002', [['HAT', 1, 2980]])];

  test('leads to the order of what else names it, and so does what names that', () => {
    const filed = bothWays([
      ...orders,
      named('a', [term.rma('RMA-1'), term.number('1001')]),
      named('b', [term.rma('RMA-1')], ['object/erp/doc/b']),
      named('c', ['object/erp/doc/b']),
      named('d', [term.rma('RMA-2')]),
    ]);
    assert.deepEqual(homesOf(filed)['shop/1'], ['erp:doc/a', 'erp:doc/b', 'erp:doc/c', 'shop:order/1']);
    assert.deepEqual(orphansOf(filed), [['erp:doc/d', []]]);
  });

  test('is no link for an order: a sale that names it stays an order of its own', () => {
    const filed = bothWays([
      ...orders,
      named('a', [term.rma('RMA-1'), term.number('1001')]),
      sale('9', 'S00009', [['SHOE', 1, 5990]], [term.rma('RMA-1')]),
    ]);
    assert.deepEqual(Object.keys(homesOf(filed)), ['erp/9', 'shop/1', 'shop/2']);
    assert.deepEqual(homesOf(filed)['erp/9'], ['erp:sale/9']);
  });

  test('of two orders decides nothing', () => {
    const filed = bothWays([
      ...orders,
      named('a', [term.rma('RMA-1'), term.number('1001')]),
      named('b', [term.rma('RMA-1'), term.number('1002')]),
      named('c', [term.rma('RMA-1')]),
    ]);
    assert.deepEqual(orphansOf(filed), [['erp:doc/c', ['shop/1', 'shop/2']]]);
  });

  test('costs its number of objects, however many name it, and each other’s', () => {
    const numbers = Array.from({ length: 60 }, (_, index) => term.rma(`RMA-${index}`));
    const many = Array.from({ length: 3_000 }, (_, index) => named(String(index), numbers));
    const began = process.cpuUsage();
    const filed = file([...many, ...orders, named('a', [numbers[7]!, term.number('1001')])]);
    const spent = process.cpuUsage(began);
    assert.equal(filed.orders.get('shop/1')!.facts.length, 3_002);
    assert.deepEqual(filed.orphans, []);
    assert.ok((spent.user + spent.system) / 1000 < 3_000, 'less than three seconds of a processor');
  });
});

test('single facts are filed as whole objects are', () => {
  const single = (id: string, link: string): Filable =>
    object(
      'psp',
      'psp',
      'refund',
      id,
      [],
      [link],
      [{ type: 'refund.settled', payload: { money: { minor: 500, currency: 'EUR' }, reference: id } }],
    );
  const filed = bothWays([
    shopOrder('1', '1001', [['SHOE', 1, 5990]]),
    single('a', term.number('1001')),
    single('b', term.number('1001')),
    single('c', term.number('2002')),
  ]);
  assert.deepEqual(homesOf(filed)['shop/1'], ['psp:refund/a', 'psp:refund/b', 'shop:order/1']);
  assert.deepEqual(orphansOf(filed), [['psp:refund/c', []]]);
});

test('a shop order is an order, whatever other order it names', () => {
  const replacement: Filable = {
    ...shopOrder('2', '1002', [['HAT', 1, 100]]),
    links: [{ term: term.number('1001') }],
  };
  const filed = bothWays([shopOrder('1', '1001', [['SHOE', 1, 5990]]), replacement]);
  assert.deepEqual(homesOf(filed), { 'shop/1': ['shop:order/1'], 'shop/2': ['shop:order/2'] });
});

test('a bare value that fits two orders is decided by nothing where a fact names no item and no amount', () => {
  const note = object('crm', 'crm', 'ticket', '1', [], [term.ref('10457')], [
    { type: 'case.opened', payload: { case: '1', about: 'return' } },
  ]); // prettier-ignore
  const orders = [
    shopOrder('10457', '10460', [['SHOE', 1, 5990]]),
    shopOrder('9', '10457', [['HAT', 1, 100]]),
  ];
  assert.deepEqual(orphansOf(bothWays([...orders, note])), [['crm:ticket/1', ['shop/10457', 'shop/9']]]);
});

test('an item without a count decides as one of it would', () => {
  const declared = (sku: string): Filable =>
    object('crm', 'crm', 'ticket', '1', [], [term.ref('10457')], [
      { type: 'withdrawal.declared', payload: { sku } },
    ]); // prettier-ignore
  assert.deepEqual(homesOf(bothWays([...crossing, declared('SHOE')]))['shop/10457'], ['crm:ticket/1', 'shop:order/10457']); // prettier-ignore
  assert.deepEqual(orphansOf(bothWays([...crossing, declared('BOOT')])), [['crm:ticket/1', ['shop/10457', 'shop/10460']]]); // prettier-ignore
});
