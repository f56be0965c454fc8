/** What a connector makes of values that cannot be: it names the field, makes no fact of it and never throws. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { connectors } from '../../src/connectors/registry.ts';
import { exampleOf, factTypes } from '../../src/connectors/canonical/canonical-fields.ts';
import type { ConnectorPure, Reading } from '../../src/connectors/contract.ts';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { tryton } from '../../src/connectors/tryton/tryton-connector.ts';
import { type ReadRecord, readCompanies } from './company-records.ts';
import { sendcloudObjects, zendeskObjects } from './documented-objects.ts';
import { hubspotObjects } from './hubspot-objects.ts';
import { contextOf, isJson, settingsOf } from './recorded-objects.ts';

type Path = readonly (string | number)[];

const companies = readCompanies().flatMap(({ read }) => read);
const named = (name: string): ConnectorPure => connectors.find((connector) => connector.name === name)!;
const [canonical, hubspot, zendesk, sendcloud] = ['canonical', 'hubspot', 'zendesk', 'sendcloud'].map(named);

function recordsWithoutCompany(): ReadRecord[] {
  const lines = factTypes.map((type) => ({ connector: canonical!, body: exampleOf(type) }));
  const tickets = hubspotObjects.map((body) => ({ connector: hubspot!, body }));
  const documented = [
    ...zendeskObjects.map((body) => ({ connector: zendesk!, body })),
    ...sendcloudObjects.map((body) => ({ connector: sendcloud!, body })),
  ];
  const all = [...lines, ...tickets, ...documented].map(({ connector, body }) => {
    const known = connector.kindOf(body, '');
    assert.ok(known !== undefined, JSON.stringify(body));
    return { connector, object: { connection: connector.name, ...known, body } };
  });
  return all.map(({ connector, object }) => {
    const others = all.flatMap((one) => (one.connector === connector ? [one.object] : []));
    const context = contextOf(others, settingsOf(connector));
    return { connector, object, context, reading: connector.read(object, context) };
  });
}

/** Objects that state facts, of every connector and kind. */
const telling = [...companies, ...recordsWithoutCompany()].filter(({ reading }) => reading.facts.length > 0);

/** Every place in a body, lists and objects too. */
function pathsOf(value: unknown, path: Path = []): Path[] {
  const below = Array.isArray(value)
    ? value.slice(0, 3).flatMap((entry, index) => pathsOf(entry, [...path, index]))
    : isJson(value)
      ? Object.entries(value).flatMap(([name, entry]) => pathsOf(entry, [...path, name]))
      : [];
  return [path, ...below];
}

function withValue(value: unknown, [head, ...rest]: Path, put: unknown): unknown {
  if (head === undefined) return put;
  if (Array.isArray(value))
    return value.map((entry, index) => (index === head ? withValue(entry, rest, put) : (entry as unknown)));
  const record = value as Readonly<Record<string, unknown>>;
  return { ...record, [head]: withValue(record[head], rest, put) };
}

const readChanged = ({ connector, object, context }: ReadRecord, path: Path, put: unknown): Reading =>
  connector.read({ ...object, body: withValue(object.body, path, put) }, context);

/** Whatever was read, what comes out can be counted with and sorted. */
function assertSound({ facts, unread }: Reading): void {
  for (const fact of facts) {
    assert.match(fact.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    if ('quantity' in fact && fact.quantity !== undefined)
      assert.ok(
        Number.isSafeInteger(fact.quantity) && (fact.quantity >= 0 || fact.type === 'status.claimed'),
        `${fact.id} ${fact.quantity}`,
      );
    if ('money' in fact && fact.money !== undefined) {
      assert.ok(Number.isSafeInteger(fact.money.minor), `${fact.id} ${fact.money.minor}`);
      assert.ok(fact.money.currency !== '');
    }
    if (fact.type === 'order.placed') assert.ok(Number.isSafeInteger(fact.total));
  }
  for (const { field, value, message } of unread) {
    assert.ok(
      typeof field === 'string' && value.length <= 80 && message.length > 10,
      `${field}: ${value}: ${message}`,
    );
  }
}

const strange = fc.oneof(
  fc.constantFrom<unknown>(
    '1,234.56', '1.234,56', '2026-02-30', '2026-02-30T10:00:00', '0000-00-00 00:00:00', '', ' ', 'NaN',
    null, undefined, true, false, -0, -1, 0.1, 1e300, Number.NaN, Number.POSITIVE_INFINITY, [], {}, [[]], [null], [{}],
    { __class__: 'Decimal', decimal: '1,234.56' }, { __class__: 'date', year: 2026, month: 2, day: 30 },
    [-1, 'x'], 'sale.sale,x', '9'.repeat(40), 'x'.repeat(5000),
  ), // prettier-ignore
  fc.jsonValue(),
);

describe('any value in any place', () => {
  for (const connector of connectors) {
    // A file feed reads canonical lines; it recognizes nothing by itself.
    const reads = connector.name === 'file-feed' ? canonical : connector;
    const own = telling.filter((record) => record.connector === reads);

    it(`${connector.name} never throws, and what it keeps reads the same`, () => {
      assert.ok(own.length > 0);
      const change = fc.nat().chain((seed) => {
        const record = own[seed % own.length]!;
        return fc.record({
          record: fc.constant(record),
          path: fc.constantFrom(...pathsOf(record.object.body)),
          put: strange,
        });
      });
      fc.assert(
        fc.property(change, ({ record, path, put }) => {
          const object = { ...record.object, body: withValue(record.object.body, path, put) };
          const reading = connector.read(object, record.context);
          assertSound(reading);
          assert.deepEqual(
            connector.read({ ...object, body: connector.keep(object) }, record.context),
            reading,
          );
          for (const other of connectors) other.kindOf(object.body, object.kind);
        }),
        { numRuns: 300, seed: 20261123 },
      );
    });
  }
});

const decimal = { __class__: 'Decimal', decimal: '1,234.56' };
const february30 = { __class__: 'date', year: 2026, month: 2, day: 30 };
const february30At10 = {
  ...february30,
  __class__: 'datetime',
  hour: 10,
  minute: 0,
  second: 0,
  microsecond: 0,
};

/** Values that people and programs write where no number or day can be read, and the field that must be named. */
type Case = readonly [connector: string, fact: string, path: Path, put: unknown, field: string];

const cases: readonly Case[] = [
  ['woocommerce', 'order.placed', ['total'], '1,234.56', 'total'],
  ['woocommerce', 'order.placed', ['line_items', 0, 'total'], '1,234.56', 'line_items[0].total'],
  ['woocommerce', 'order.placed', ['line_items', 0, 'quantity'], 1.5, 'line_items[0].quantity'],
  ['woocommerce', 'order.placed', ['date_created_gmt'], '2026-02-30T10:00:00', 'date_created_gmt'],
  ['woocommerce', 'payment.captured', ['date_paid_gmt'], '2026-02-30T10:00:00', 'date_paid_gmt'],
  ['woocommerce', 'refund.recorded', ['amount'], '1,234.56', 'amount'],
  ['woocommerce', 'refund.recorded', ['date_created_gmt'], '2026-02-30T10:00:00', 'date_created_gmt'],
  ['stripe', 'payment.captured', ['amount_captured'], '1,234.56', 'amount_captured'],
  ['stripe', 'payment.captured', ['created'], '2026-02-30', 'created'],
  ['stripe', 'refund.settled', ['amount'], 12.5, 'amount'],
  ['stripe', 'refund.settled', ['amount'], '1,234.56', 'amount'],
  ['stripe', 'dispute.opened', ['amount'], '1,234.56', 'amount'],
  ['tryton', 'order.placed', ['total_amount'], decimal, 'total_amount'],
  ['tryton', 'credit_note.posted', ['total_amount'], decimal, 'total_amount'],
  ['odoo', 'order.placed', ['amount_total'], '1,234.56', 'amount_total'],
  ['odoo', 'stock.moved', ['quantity'], '1,234.56', 'quantity'],
  ['odoo', 'credit_note.posted', ['amount_total'], '1,234.56', 'amount_total'],
  ['rt', 'customer.told', ['Created'], '30.02.2026', 'Created'],
]; // prettier-ignore

/** Where another field of the object tells the same, that one is read; the bad one is named nevertheless. */
const toldElsewhere: readonly Case[] = [
  ['tryton', 'stock.moved', ['quantity'], '1,234.56', 'quantity'],
  ['tryton', 'stock.moved', ['effective_date'], february30, 'effective_date'],
  ['tryton', 'stock.moved', ['write_date'], february30At10, 'write_date'],
  ['tryton', 'credit_note.posted', ['invoice_date'], february30, 'invoice_date'],
  ['rt', 'case.opened', ['Created'], '1,234.56', 'Created'],
  ['rt', 'case.opened', ['Created'], '2026-13-01T10:00:00Z', 'Created'],
]; // prettier-ignore

function recordThatSays(name: string, type: string): ReadRecord {
  const record = telling.find(
    ({ connector, reading }) => connector.name === name && reading.facts.some((fact) => fact.type === type),
  );
  assert.ok(record !== undefined, `nothing says ${type}`);
  return record;
}

const saysStill = (reading: Reading, type: string): boolean =>
  reading.facts.some((fact) => fact.type === type);

describe('a value that cannot be', () => {
  for (const [name, type, path, put, field] of [...cases, ...toldElsewhere])
    it(`${name}: ${JSON.stringify(put)} in ${path.join('.')} of ${type} is named`, () => {
      const reading = readChanged(recordThatSays(name, type), path, put);
      assert.deepEqual([...new Set(reading.unread.map((entry) => entry.field))], [field]);
      assert.equal(reading.unread[0]!.code, 'unreadable');
      assert.equal(
        saysStill(reading, type),
        toldElsewhere.some((one) => one[2] === path),
      );
    });

  for (const [type, fields] of [
    ['order.placed', ['date_order', 'create_date']],
    ['stock.moved', ['date', 'create_date', 'write_date']],
  ] as const)
    it(`odoo: 30 February in every time of ${type} is named`, () => {
      const { connector, object, context } = recordThatSays('odoo', type);
      const bad = Object.fromEntries(fields.map((field) => [field, '2026-02-30 10:00:00']));
      const reading = connector.read({ ...object, body: { ...(object.body as object), ...bad } }, context);
      assert.deepEqual(
        reading.unread.map(({ field }) => field),
        [fields[0]],
      );
      assert.ok(!saysStill(reading, type));
    });

  for (const { connector, object, context } of new Map(
    telling.map((record) => [`${record.connector.name} ${record.object.kind}`, record]),
  ).values())
    it(`${connector.name}: a ${object.kind} that is no object is named whole`, () => {
      for (const body of [null, 'text', 7, [], [{}]]) {
        const { facts, unread } = connector.read({ ...object, body }, context);
        assert.deepEqual([facts, unread.map(({ field }) => field)], [[], ['']]);
        assert.equal(connector.kindOf(body, object.kind), undefined);
      }
    });

  const words = [
    ['woocommerce', 'order.placed', ['status'], 'status'],
    ['stripe', 'refund.settled', ['status'], 'status'],
    ['tryton', 'stock.moved', ['state'], 'state'],
    ['rt', 'case.opened', ['Status'], 'Status'],
  ] as const;
  for (const [name, type, path, field] of words)
    it(`${name}: a state nobody has mapped is reported as such, with the word`, () => {
      const { unread } = readChanged(recordThatSays(name, type), path, 'half-done');
      assert.deepEqual(
        unread.map((entry) => [entry.code, entry.field, entry.value]),
        [['unmapped-status', field, 'half-done']],
      );
    });
});

describe('references and currencies that are none', () => {
  const first = (connector: ConnectorPure, kind: string): (typeof telling)[number] =>
    telling.find((record) => record.connector === connector && record.object.kind === kind)!;

  it('a many2one of Odoo that is no record is reported, before and after what is not needed is dropped', () => {
    const { object, context } = first(odoo, 'sale.order.line');
    const body = { ...(object.body as object), order_id: 'Ada Vogt, Leipzig' };
    for (const read of [body, odoo.keep({ ...object, body })]) {
      const { unread } = odoo.read({ ...object, body: read }, context);
      assert.deepEqual(
        unread.map(({ code, field, value }) => [code, field, value]),
        [['unreadable', 'order_id', '']],
      );
    }
    assert.doesNotMatch(JSON.stringify(odoo.keep({ ...object, body })), /Ada/);
    const none = { ...(object.body as object), order_id: false };
    assert.deepEqual(odoo.read({ ...object, body: none }, context).unread, []);
  });

  it('a currency of Tryton that is no code is reported, and the connection’s own stands in', () => {
    const { object, context } = first(tryton, 'sale.sale');
    const body = { ...(object.body as object), 'currency.': { code: 'Euro', id: 1 } };
    const { unread, facts } = tryton.read({ ...object, body }, context);
    assert.deepEqual(
      unread.map(({ field, value }) => [field, value]),
      [['currency.code', 'Euro']],
    );
    for (const fact of facts) if (fact.type === 'order.placed') assert.equal(fact.currency, 'EUR');
  });
});
