import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { auditFolder } from './audit-folder.ts';
import { compareWithTruth, describeComparison, readTruth } from './truth.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const sample = at('../../sample');

const companies = [
  { name: 'company-a (Tryton)', folder: sample, truth: at('../fixtures/company-a/truth.json') },
  {
    name: 'company-o (Odoo)',
    folder: at('../fixtures/company-o'),
    truth: at('../fixtures/company-o/truth.json'),
  },
] as const;

for (const { name, folder, truth: truthPath } of companies) {
  test(`${name}: every planted failure is found and nothing else is accused`, async () => {
    const truth = readTruth(truthPath);
    const report = await auditFolder(folder, { asOf: truth.asOfDate });
    const comparison = compareWithTruth(report, truth);
    assert.ok(comparison.recall >= 0.99 && comparison.precision >= 0.99, describeComparison(comparison));
  });

  test(`${name}: one hour after the events, what is not due is pending`, async () => {
    const truth = readTruth(truthPath);
    const asOf = new Date(Date.parse(truth.ended) + 3_600_000).toISOString();
    const report = await auditFolder(folder, { asOf });
    assert.ok(report.totals.problems.pending > 0);
    for (const order of report.orders) {
      for (const { code, state, due, since } of order.problems) {
        if (state === 'open') assert.ok(due <= asOf || due === since, `${order.order} ${code} due ${due}`);
      }
    }
  });
}

test('the JSON report has the fields that others rely on', async () => {
  const report = await auditFolder(sample);
  for (const field of ['asOf', 'orders', 'others', 'totals', 'imports'] as const)
    assert.ok(field in report, field);
  const order = report.orders.find(({ problems }) => problems.some(({ waitsFor }) => waitsFor !== undefined));
  assert.ok(order);
  for (const field of [
    'order',
    'orderKey',
    'verdict',
    'connection',
    'watched',
    'answer',
    'problems',
    'money',
    'units',
  ] as const) {
    assert.ok(field in order, field);
  }
  assert.match(order.order, /^LH-\d+$/, 'the number as the shop shows it');
  for (const { text, evidence } of order.answer) {
    assert.ok(text.length > 0);
    for (const ref of evidence) assert.match(ref, /^[^:]+:[^/]+\/.+$/);
  }
  for (const problem of report.orders.flatMap(({ problems }) => problems)) {
    const { code, control, owner, severity, state, since, due, evidence, amount, units } = problem;
    assert.ok(code && control && owner && since && due, code);
    assert.ok([1, 2, 3].includes(severity) && ['open', 'pending'].includes(state), code);
    assert.ok(evidence.length > 0, `${code} has no evidence`);
    if (amount !== undefined)
      assert.ok(Number.isSafeInteger(amount.minor) && amount.currency === 'EUR', code);
    if (units !== undefined) assert.ok(Number.isSafeInteger(units), code);
  }
  const text = JSON.parse(JSON.stringify(report)) as typeof report;
  assert.deepEqual(text.totals, report.totals);
});

test('the totals are the sums of the orders', async () => {
  const report = await auditFolder(sample);
  const problems = report.orders.flatMap((order) => order.problems);
  const own = problems.filter(({ state, waitsFor }) => state === 'open' && waitsFor === undefined);
  assert.equal(report.totals.problems.open, own.length);
  assert.equal(report.totals.orders, report.orders.length);
  assert.equal(
    report.totals.groups.reduce((sum, group) => sum + group.open, 0),
    own.length,
  );
  for (const kind of ['gone', 'stuck', 'books'] as const) {
    const sum = report.orders.reduce((total, order) => total + order.stake[kind], 0);
    assert.equal(report.totals.stake[0]![kind], sum, kind);
  }
});
