/** The table of canonical facts: its page, its examples, its schema, and that each wrong field is named. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { canonical } from '../../src/connectors/canonical/canonical-connector.ts';
import {
  type Field,
  exampleOf,
  factTypes,
  fieldsOf,
} from '../../src/connectors/canonical/canonical-fields.ts';
import { canonicalFactsPage } from '../../src/connectors/canonical/canonical-reference.ts';
import { canonicalFactSchema } from '../../src/connectors/canonical/canonical-schema.ts';
import { parseCanonicalFact } from '../../src/connectors/canonical/parse-canonical-fact.ts';
import type { FactType } from '../../src/kernel/fact.ts';
import { type Json, isJson, settingsOf } from './recorded-objects.ts';
import { schemaErrors } from './schema-errors.ts';

const context = { settings: settingsOf(canonical, { zone: 'Europe/Berlin' }) };

function wrongFields(line: Json): readonly string[] {
  const parsed = parseCanonicalFact(line, context);
  return 'unread' in parsed ? parsed.unread.map(({ field }) => field) : [];
}

const fitsSchema = (line: Json): boolean =>
  schemaErrors(line, canonicalFactSchema, canonicalFactSchema['$defs'] as Json).length === 0;

/** A value no field of this kind may have. */
function badValue({ kind }: Field): unknown {
  if (kind === 'text') return ' ';
  if (kind === 'orderLines' || kind === 'refundLines') return 'SHOE-42';
  if (kind === 'instant' || kind === 'date') return '2026-02-30';
  return kind === 'flag' ? 'yes' : '1,234.56';
}

it('the reference page is the one the table makes', () => {
  const file = readFileSync(new URL('../../docs/reference/canonical-facts.md', import.meta.url), 'utf8');
  assert.equal(file, canonicalFactsPage());
});

describe('each type of canonical fact', () => {
  for (const type of factTypes) {
    const example = exampleOf(type);

    it(`${type}: the example is read into one fact of the type`, () => {
      const parsed = parseCanonicalFact(example, context);
      assert.ok('fact' in parsed, JSON.stringify(parsed));
      const { fact, links, names } = parsed;
      assert.equal(fact.type, type);
      assert.equal(fact.system, example['system']);
      assert.ok(links.length + names.length > 0, 'nothing says which order it belongs to');
      for (const name of ['quantity', 'sku'] as const)
        if (name in example) assert.equal((fact as unknown as Json)[name], example[name]);
      const { money } = example;
      if (isJson(money))
        assert.equal(
          ((fact as unknown as Json)['money'] as Json)['minor'],
          money['minor'] ?? Math.round(Number(money['amount']) * 100),
        );
    });

    it(`${type}: the example is a canonical object and keeps its meaning`, () => {
      const known = canonical.kindOf(example, '');
      assert.ok(known !== undefined);
      assert.equal(known.kind, type === 'order.placed' ? 'order' : 'fact');
      const object = { connection: 'canonical', ...known, body: example };
      const whole = { ...context, lookup: () => undefined };
      const kept = canonical.keep(object);
      assert.deepEqual(canonical.read({ ...object, body: kept }, whole), canonical.read(object, whole));
    });

    it(`${type}: the example fits the schema`, () => assert.ok(fitsSchema(example)));

    it(`${type}: every wrong or missing field is named, and refused by the schema`, () => {
      const fields = Object.entries<Field>(fieldsOf(type)).filter(([name]) => name !== 'type');
      for (const [name, field] of fields) {
        const wrong = { ...example, [name]: badValue(field) };
        const named = wrongFields(wrong);
        assert.ok(
          named.length > 0 && named.every((path) => path.split(/[.[]/)[0] === name),
          `${name}: ${named.join()}`,
        );
        assert.ok(!fitsSchema(wrong), `the schema takes ${name}`);
        if (!field.required) continue;
        const { [name]: _gone, ...without } = example;
        assert.deepEqual(wrongFields(without), [name]);
        assert.ok(!fitsSchema(without), `the schema does without ${name}`);
      }
    });

    it(`${type}: a field it does not know is named`, () => {
      const extra = { ...example, colour: 'red' };
      assert.deepEqual(wrongFields(extra), ['colour']);
      assert.ok(!fitsSchema(extra));
    });
  }
});

describe('values', () => {
  const line = exampleOf('refund.recorded');
  const money = (value: Json): readonly string[] => wrongFields({ ...line, money: value });

  it('takes minor units and decimal text for the same money', () => {
    const minorOf = (value: Json): unknown => {
      const parsed = parseCanonicalFact({ ...exampleOf('payout.confirmed'), money: value }, context);
      return 'fact' in parsed ? (parsed.fact as unknown as Json)['money'] : parsed.unread;
    };
    assert.deepEqual(minorOf({ minor: 5990, currency: 'EUR' }), { minor: 5990, currency: 'EUR' });
    assert.deepEqual(minorOf({ amount: '59.90', currency: 'EUR' }), { minor: 5990, currency: 'EUR' });
    assert.deepEqual(minorOf({ amount: '5990', currency: 'JPY' }), { minor: 5990, currency: 'JPY' });
  });

  for (const amount of ['1,234.56', '59,90', '59.905', '-1.00', '', 'NaN', '1e3'])
    it(`refuses the amount "${amount}"`, () =>
      assert.deepEqual(money({ amount, currency: 'EUR' }), ['money.amount']));

  it('refuses fractions of a cent, floats, two amounts and no currency, each by its path', () => {
    assert.deepEqual(money({ minor: 59.9, currency: 'EUR' }), ['money.minor']);
    assert.deepEqual(money({ amount: 59.9, currency: 'EUR' }), ['money.amount']);
    assert.deepEqual(money({ minor: 1, amount: '0.01', currency: 'EUR' }), ['money']);
    assert.deepEqual(money({ minor: 1, currency: 'euro' }), ['money.currency']);
    assert.deepEqual(money({ minor: 1, currency: 'EUR', digits: 2 }), ['money.digits']);
  });

  it('names the place in a list', () => {
    const placed = exampleOf('order.placed');
    const [first] = placed['lines'] as readonly Json[];
    const lines = [first, { ...first, quantity: -1, gross: '1,234.56' }];
    assert.deepEqual(wrongFields({ ...placed, lines }), ['lines[1].quantity', 'lines[1].gross']);
  });

  for (const at of [
    '2026-02-30T08:00:00Z',
    '2026-02-30',
    '2026-11-02T25:00:00Z',
    '2026-11-02T08:00:00',
    '2.11.2026',
  ])
    it(`refuses the time "${at}"`, () => assert.deepEqual(wrongFields({ ...line, at }), ['at']));

  const instants = [
    ['2026-11-02T08:00:00Z', '2026-11-02T08:00:00.000Z'],
    ['2026-11-02T09:00:00+01:00', '2026-11-02T08:00:00.000Z'],
  ] as const;
  for (const [at, instant] of instants)
    it(`reads the time "${at}"`, () => {
      const parsed = parseCanonicalFact({ ...line, at }, context);
      assert.ok('fact' in parsed);
      assert.equal(parsed.fact.at, instant);
    });

  it('counts a bare date as the end of that day in the connection’s zone', () => {
    const parsed = parseCanonicalFact({ ...line, at: '2026-11-02' }, context);
    assert.ok('fact' in parsed);
    assert.ok(
      parsed.fact.at > '2026-11-02T22:59:58Z' && parsed.fact.at <= '2026-11-02T23:00:00.000Z',
      parsed.fact.at,
    );
  });

  it('says of a type that is none which there are', () => {
    const parsed = parseCanonicalFact({ ...line, type: 'refund.made' }, context);
    assert.ok('unread' in parsed);
    assert.deepEqual(
      parsed.unread.map(({ field, value }) => [field, value]),
      [['type', 'refund.made']],
    );
    assert.ok(factTypes.every((type) => parsed.unread[0]!.message.includes(type)));
    for (const type of ['goods.recieved', 'Goods_Received', 'goodsreceived']) {
      const near = parseCanonicalFact({ ...line, type }, context);
      assert.ok('unread' in near && near.unread[0]!.message === 'Unknown type; did you mean goods.received?');
    }
  });
});

it('equal lines without an id are one object, different lines are two; an order is known by its number', () => {
  const idOf = (line: Json): string | undefined => canonical.kindOf(line, '')?.id;
  const line = exampleOf('goods.received');
  const turned = Object.fromEntries(Object.entries(line).reverse());
  assert.equal(idOf(line), idOf(turned));
  assert.notEqual(idOf(line), idOf({ ...line, quantity: 7 }));
  assert.equal(idOf({ ...line, id: 'scan-1' }), 'scan-1');
  const { orderId: _id, ...placed } = exampleOf('order.placed' satisfies FactType);
  assert.equal(idOf({ ...placed, order: 'LH-1' }), 'LH-1');
});
