/** What a policy file may say, value by value, and what it says when it may not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePolicyFile } from '../../src/kernel/policy-file.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { readDate } from '../../src/kernel/policy-schema.ts';

const parse = (value: unknown): ReturnType<typeof parsePolicyFile> =>
  parsePolicyFile(value, ['tryton', 'woocommerce']);
const policyOf = (value: unknown): Policy => {
  const result = parse(value);
  assert.ok(result.ok, JSON.stringify(result));
  return result.policy;
};
/** `path: message` of every error. */
const errorsOf = (value: unknown): string[] => {
  const result = parse(value);
  return result.ok ? [] : result.errors.map(({ path, message }) => `${path}: ${message}`);
};

test('days are days that exist', () => {
  assert.equal(readDate('2026-02-28'), '2026-02-28');
  for (const value of ['2026-02-30', '2026-2-1', '2026-02-28T00:00', 20260228, null])
    assert.equal(readDate(value), undefined);
});

test('working days are names of weekdays, in any order, once each', () => {
  const workdays = (value: unknown): unknown =>
    policyOf({ zone: 'Europe/Berlin', calendars: { all: { workdays: value } } }).calendars.ops.workdays;
  assert.deepEqual(workdays(['fri', 'mon', 'mon']), [1, 5]);
  assert.deepEqual(workdays(['sun', 'tue', 'wed', 'thu', 'sat']), [2, 3, 4, 6, 7]);
  for (const value of [[], ['monday'], [1], 'mon', null, ['mon', 3]])
    assert.equal(errorsOf({ calendars: { all: { workdays: value } } }).length, 1, JSON.stringify(value));
});

test('holidays are a list of days, and a team’s own calendar comes before that of all', () => {
  const { calendars } = policyOf({
    zone: 'Europe/Berlin',
    calendars: {
      all: { holidays: ['2026-12-24'] },
      finance: { zone: 'Europe/Paris', holidays: ['2026-12-25'] },
    },
  });
  assert.deepEqual([...calendars.ops.holidays], ['2026-12-24']);
  assert.deepEqual(
    [[...calendars.finance.holidays], calendars.finance.zone, calendars.support.zone],
    [['2026-12-25'], 'Europe/Paris', 'Europe/Berlin'],
  );
  for (const value of ['2026-12-24', ['24.12.2026'], [7]])
    assert.equal(errorsOf({ calendars: { all: { holidays: value } } }).length, 1);
  assert.deepEqual([...policyOf({}).calendars.ops.holidays], []);
});

test('zones are IANA names, no offsets', () => {
  assert.equal(policyOf({ zone: 'America/New_York' }).calendars.support.zone, 'America/New_York');
  for (const zone of ['+01:00', 'Berlin', 7, '', '-05:00'])
    assert.equal(errorsOf({ zone }).length, 1, String(zone));
});

test('systems are ranked in a list of known ones', () => {
  assert.deepEqual(policyOf({ bookOrder: { received: ['erp', 'wms'] } }).bookOrder, {
    received: ['erp', 'wms'], shipped: ['wms', 'erp', 'carrier', 'desk', 'shop'], approved: ['desk', 'crm', 'shop', 'erp'],
  }); // prettier-ignore
  for (const value of [[], ['erp', 'sap'], 'erp', [1]])
    assert.equal(errorsOf({ bookOrder: { received: value } }).length, 1);
});

test('minor units are whole and not negative; terms have a unit; words are those allowed', () => {
  assert.deepEqual(policyOf({ goodwillCap: 0, booksTolerance: 3 }).booksTolerance, [{ from: '', value: 3 }]);
  for (const value of [-1, 1.5, '3', null, 2 ** 53])
    assert.equal(errorsOf({ goodwillCap: value }).length, 1, String(value));
  assert.equal(errorsOf({ controls: { 'back-restored': { due: '3 days' } } }).length, 1);
  assert.equal(errorsOf({ controls: { 'back-restored': { due: 3 } } }).length, 1);
  assert.match(
    errorsOf({ payAfter: 'never' })[0]!,
    /^payAfter: "never" is not allowed; allowed: `receipt`, `approval`$/,
  );
});

test('the item map names parts and factors', () => {
  assert.deepEqual(policyOf({ items: { SET: [{ sku: 'A', factor: 2 }, { sku: 'B' }] } }).items, { SET: [{ sku: 'A', factor: 2 }, { sku: 'B', factor: 1 }] });
  for (const value of [[], 'A', [{ sku: '' }], [{ factor: 1 }], [{ sku: 'A', factor: 0 }], [{ sku: 'A', factor: 1.5 }], [{ sku: 'A', factor: '2' }], [{ sku: 'A' }, { sku: 'A' }], [null]])
    assert.equal(errorsOf({ items: { SET: value } }).length, 1, JSON.stringify(value));
}); // prettier-ignore

test('settings of a check keep their defaults where they are silent', () => {
  const { controls } = policyOf({
    controls: {
      'back-restored': { owner: ' maria ' },
      'refund-settled': { mode: 'approve', watch: 'on', due: '2bd' },
    },
  });
  assert.deepEqual(controls['back-restored'], [
    { from: '', value: { mode: 'watch', watch: 'auto', owner: 'maria' } },
  ]);
  assert.deepEqual(controls['refund-settled'], [
    { from: '', value: { mode: 'approve', watch: 'on', due: { count: 2, unit: 'bd' } } },
  ]);
});

test('dated values are sorted; each day is there once, and each entry is whole', () => {
  const dated = [
    { value: 'receipt' },
    { from: '2026-06-01', value: 'approval' },
    { from: '2026-03-01', value: 'receipt' },
  ];
  assert.deepEqual(
    policyOf({ payAfter: dated }).payAfter.map(({ from }) => from),
    ['', '2026-03-01', '2026-06-01'],
  );
  assert.deepEqual(
    errorsOf({
      payAfter: [
        { from: '2026-06-01', value: 'receipt' },
        { from: '2026-06-01', value: 'approval' },
      ],
    }),
    ['payAfter[1].from: 2026-06-01 is there twice'],
  );
  assert.deepEqual(errorsOf({ payAfter: [{ value: 'receipt' }, { value: 'approval' }] }), [
    'payAfter[1].from: nothing is no day; write YYYY-MM-DD',
  ]);
  assert.deepEqual(errorsOf({ payAfter: [{ from: '2026-06-01' }] }), [
    'payAfter[0]: expected { "from": "YYYY-MM-DD", "value": … }',
  ]);
  assert.deepEqual(errorsOf({ payAfter: [{ from: '2026-06-01', value: 'receipt', to: 1 }] }).length, 1);
  assert.deepEqual(errorsOf({ payAfter: ['receipt'] }).length, 1);
  assert.deepEqual(errorsOf({ payAfter: [] }), [
    'payAfter: an empty list; leave the key out to use the default',
  ]);
  assert.equal(
    errorsOf({ zone: [{ from: '2026-01-01', value: 'UTC' }] })[0]!.startsWith('zone: cannot be dated'),
    true,
  );
});

test('unknown keys are named with the nearest known one, unless they are comments', () => {
  assert.match(
    errorsOf({ payafter: 'receipt' })[0]!,
    /^payafter: unknown key, did you mean "payAfter"\?; allowed: /,
  );
  assert.match(errorsOf({ pay_aftr: 'receipt' })[0]!, /did you mean "payAfter"/);
  assert.match(errorsOf({ payAftre: 'receipt' })[0]!, /did you mean "payAfter"/, 'two letters swapped');
  assert.match(errorsOf({ payAtxer: 'receipt' })[0]!, /unknown key; allowed/, 'one letter moved, one other');
  assert.match(errorsOf({ payBefore: 'receipt' })[0]!, /unknown key; allowed/);
  assert.match(errorsOf({ bok: 'none' })[0]!, /unknown key; allowed/, 'two letters off is too far');
  assert.deepEqual(errorsOf({ $schema: 'x', _comment: 'y' }), []);
  assert.match(
    errorsOf({ controls: { 'back-restore': {} } })[0]!,
    /^controls\.back-restore: unknown key, did you mean "back-restored"/,
  );
  assert.match(errorsOf([])[0]!, /an object/);
  assert.match(
    errorsOf({ owners: { 'blind-return': '' } })[0]!,
    /^owners\.blind-return: "" is not allowed; allowed: a text$/,
  );
  const long = 'x'.repeat(80);
  assert.match(errorsOf({ currency: long })[0]!, /^currency: "x{58}… is not allowed/);
});

test('connections name their connector, or are named like it', () => {
  const result = parse({
    connections: {
      tryton: { path: 'erp' },
      main: { connector: 'woocommerce', orderReference: 'id', currency: 'EUR' },
    },
    currency: 'EUR',
  });
  assert.ok(result.ok);
  assert.deepEqual(result.connections, [
    { path: 'erp', name: 'tryton', connector: 'tryton' },
    { connector: 'woocommerce', orderReference: 'id', currency: 'EUR', name: 'main' },
  ]);
  assert.equal(result.currency, 'EUR');
  assert.deepEqual(errorsOf({ connections: { sap: {} } }), [
    'connections.sap.connector: "sap" is no connector; there are: tryton, woocommerce',
  ]);
});

test('retention is in whole days from 1, or for ever', () => {
  const kept = (value: unknown): string[] => errorsOf({ retention: { declarations: value } });
  for (const value of [1, 30, 'forever']) assert.deepEqual(kept(value), [], String(value));
  for (const value of [0, -1, 1.5, '30', 'never', null]) assert.equal(kept(value).length, 1, String(value));
});

test('a value that may be dated and is not allowed is told once, plain or dated', () => {
  assert.equal(errorsOf({ payAfter: 'never' }).length, 1);
  assert.equal(errorsOf({ payAfter: [{ value: 'never' }] }).length, 1);
  const read = parse({ payAfter: 'approval' });
  assert.ok(read.ok);
  assert.deepEqual(read.policy.payAfter, [{ from: '', value: 'approval' }]);
});
