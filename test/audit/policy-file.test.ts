import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { renderPolicyReference } from '../../src/cli/policy-reference.ts';
import { controlOn, valueOn } from '../../src/kernel/policy.ts';
import { parsePolicyFile, type PolicyFile, type PolicyFileError } from '../../src/kernel/policy-file.ts';

const names = ['woocommerce', 'tryton'];

function read(value: unknown): PolicyFile {
  const result = parsePolicyFile(value, names);
  assert.ok(result.ok, JSON.stringify(result));
  return result;
}

function errorsOf(value: unknown): readonly PolicyFileError[] {
  const result = parsePolicyFile(value, names);
  assert.ok(!result.ok);
  return result.errors;
}

test('an empty file is the default policy', () => {
  const { policy, connections } = read({});
  assert.equal(policy.zone, 'UTC');
  assert.equal(valueOn(policy.payAfter, '2026-11-02'), 'receipt');
  assert.deepEqual(connections, []);
});

test('a value may be dated: the first entry holds from ever, later ones from their day', () => {
  const { policy } = read({
    payAfter: [
      { from: '2026-06-01', value: 'approval' },
      { from: '2026-01-01', value: 'receipt' },
    ],
    controls: {
      'back-restored': [
        { value: { due: '3bd' } },
        { from: '2026-11-01', value: { due: '5cd', owner: 'maria' } },
      ],
    },
  });
  assert.equal(valueOn(policy.payAfter, '2025-01-01'), 'receipt');
  assert.equal(valueOn(policy.payAfter, '2026-06-01'), 'approval');
  assert.deepEqual(controlOn(policy, 'back-restored', '2026-10-31').due, { count: 3, unit: 'bd' });
  const later = controlOn(policy, 'back-restored', '2026-11-01T00:00:00.000Z');
  assert.deepEqual([later.due, later.owner, later.mode], [{ count: 5, unit: 'cd' }, 'maria', 'watch']);
});

test('calendars of a team stand on those for all', () => {
  const { policy } = read({
    zone: 'Europe/Berlin',
    calendars: {
      all: { holidays: ['2026-12-25'] },
      ops: { workdays: ['mon', 'sat'], zone: 'Europe/Lisbon' },
    },
  });
  assert.deepEqual([...policy.calendars.ops.holidays], ['2026-12-25']);
  assert.deepEqual(policy.calendars.ops.workdays, [1, 6]);
  assert.equal(policy.calendars.ops.zone, 'Europe/Lisbon');
  assert.equal(policy.calendars.finance.zone, 'Europe/Berlin');
});

test('a connection takes its connector from its name and keeps what the file says', () => {
  const { connections, currency } = read({
    currency: 'CHF',
    connections: {
      tryton: { locations: { Storage: 'saleable' } },
      north: { connector: 'woocommerce', path: 'north', zone: 'UTC' },
    },
  });
  assert.equal(currency, 'CHF');
  assert.deepEqual(connections[0], {
    name: 'tryton',
    connector: 'tryton',
    locations: { Storage: 'saleable' },
  });
  assert.equal(connections[1]!.connector, 'woocommerce');
});

const bad: readonly { readonly value: unknown; readonly path: string; readonly says: RegExp }[] = [
  { value: [], path: '', says: /an object/ },
  { value: { zone: 'Mars/Olympus' }, path: 'zone', says: /"Mars\/Olympus".*IANA/ },
  { value: { payAfter: 'never' }, path: 'payAfter', says: /`receipt`, `approval`/ },
  { value: { payAftr: 'receipt' }, path: 'payAftr', says: /did you mean "payAfter"/ },
  { value: { booksTolerance: '3' }, path: 'booksTolerance', says: /whole number of minor units/ },
  { value: { booksTolerance: 0.5 }, path: 'booksTolerance', says: /whole number/ },
  {
    value: { controls: { 'back-restored': { due: '3 days' } } },
    path: 'controls.back-restored.due',
    says: /`3bd`/,
  },
  {
    value: { controls: { 'back-restorred': {} } },
    path: 'controls.back-restorred',
    says: /did you mean "back-restored"/,
  },
  { value: { owners: { 'no-such-code': 'ops' } }, path: 'owners.no-such-code', says: /unknown key/ },
  {
    value: { payAfter: [{ from: '2026-02-30', value: 'receipt' }] },
    path: 'payAfter[0].from',
    says: /no day/,
  },
  { value: { payAfter: [{ from: '2026-01-01', value: 'x' }] }, path: 'payAfter[0].value', says: /allowed/ },
  { value: { payAfter: [] }, path: 'payAfter', says: /empty list/ },
  { value: { zone: [{ from: '2026-01-01', value: 'UTC' }] }, path: 'zone', says: /cannot be dated/ },
  {
    value: { calendars: { ops: { holidays: ['25.12.2026'] } } },
    path: 'calendars.ops.holidays',
    says: /YYYY-MM-DD/,
  },
  { value: { calendars: { ops: { workdays: [1, 2] } } }, path: 'calendars.ops.workdays', says: /mon tue/ },
  {
    value: { connections: { shop: {} } },
    path: 'connections.shop.connector',
    says: /there are: woocommerce, tryton/,
  },
  {
    value: { connections: { tryton: { locations: { A: 'shelf' } } } },
    path: 'connections.tryton.locations.A',
    says: /`saleable`/,
  },
];

for (const { value, path, says } of bad) {
  test(`${JSON.stringify(value)} is refused at ${path === '' ? 'the top' : path}`, () => {
    const errors = errorsOf(value);
    assert.deepEqual(
      errors.map((error) => error.path),
      [path],
    );
    assert.match(errors[0]!.message, says);
  });
}

test('all errors are told at once', () => {
  assert.equal(errorsOf({ zone: 1, payAfter: 2, nonsense: 3 }).length, 3);
});

test('docs/reference/policy.md is what the table says (UPDATE_DOCS=1 writes it)', () => {
  const file = new URL('../../docs/reference/policy.md', import.meta.url);
  const text = renderPolicyReference();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(file, text);
  assert.equal(readFileSync(file, 'utf8'), text);
});
