import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { controlIds } from '../../src/kernel/controls.ts';
import type { StakeKind } from '../../src/kernel/stake.ts';
import { causeOfCode, causes } from '../../src/northstar/plan/causes.ts';
import { planDocument } from '../../src/northstar/plan/plan-document.ts';
import { renderMarkdown } from '../../src/northstar/plan/render-markdown.ts';
import type { Amounts, Plan, PlanProblem } from '../../src/northstar/plan/plan.ts';
import { auditFolder } from '../audit/audit-folder.ts';
import { readTruth } from '../audit/truth.ts';
import { companyO, planOf, sample, sharedCompany, sharedCompanySkip } from './plan-company.ts';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const companies = [
  {
    name: 'the sample (company-a, Tryton)',
    folder: sample,
    truth: at('../fixtures/company-a/truth.json'),
    skip: false as const,
    policyPath: undefined,
  },
  {
    name: 'company-o (Odoo)',
    folder: companyO,
    truth: at('../fixtures/company-o/truth.json'),
    skip: false as const,
    policyPath: undefined,
  },
  {
    name: 'company-a beside the repository',
    folder: sharedCompany('company-a'),
    truth: sharedCompany('company-a/truth.json'),
    skip: sharedCompanySkip('company-a'),
    policyPath: `${sample}/policy.json`,
  },
];

const kinds: readonly StakeKind[] = ['gone', 'stuck', 'books'];

function sumOf(problems: readonly PlanProblem[], kind: StakeKind, currency: string): number {
  return problems
    .filter((problem) => problem.kind === kind && problem.currency === currency)
    .reduce((sum, { minor }) => sum + minor, 0);
}

const sumIn = (amounts: Amounts, kind: StakeKind, currency: string): number =>
  amounts.find((one) => one.currency === currency)?.[kind] ?? 0;

for (const { name, folder, truth: truthPath, skip, policyPath } of companies) {
  const plan = (): Promise<Plan> => planOf(folder, policyPath === undefined ? {} : { policyPath });

  test(`${name}: the planted failures are the drifts, in the order of their money`, { skip }, async () => {
    const { drifts } = await plan();
    const truth = readTruth(truthPath);
    const planted = new Set(truth.orders.flatMap((order) => order.expect.map(({ code }) => code)));
    const allowed = new Set(truth.orders.flatMap((order) => order.acceptable));
    for (const { code } of drifts)
      assert.ok(planted.has(code) || allowed.has(code), `${code} was not planted`);
    const found = new Set<string>(drifts.map(({ code }) => code));
    const hanging = new Set(['told-too-early']);
    const missing = [...planted].filter((code) => !found.has(code) && !hanging.has(code));
    assert.deepEqual(missing, []);
    const money = drifts.map((drift) => drift.money.reduce((sum, one) => sum + one[drift.kind], 0));
    assert.deepEqual(
      money,
      [...money].sort((left, right) => right - left),
    );
    assert.ok(planted.has(drifts[0]!.code));
  });

  test(
    `${name}: each euro stands once, and the three sums reconcile to the list of problems`,
    { skip },
    async () => {
      const made = await plan();
      const { problems, money, byControl, byOwner, drifts, matrix, actions, otherCauses, raci } = made;
      assert.equal(new Set(problems.map(({ id }) => id)).size, problems.length);
      for (const { currency } of money) {
        for (const kind of kinds) {
          const listed = sumOf(problems, kind, currency);
          const total = (rows: readonly { readonly money: Amounts }[]): number =>
            rows.reduce((sum, row) => sum + sumIn(row.money, kind, currency), 0);
          assert.equal(sumIn(money, kind, currency), listed);
          for (const rows of [byControl, byOwner, drifts, matrix, raci, [...actions, otherCauses]])
            assert.equal(total(rows), listed, `${kind} ${currency}`);
        }
      }
      const report = await auditFolder(folder, policyPath === undefined ? {} : { policyPath });
      assert.deepEqual(money, report.totals.stake);
      assert.equal(problems.length, report.totals.problems.open);
    },
  );

  test(`${name}: two runs are equal, byte by byte`, { skip }, async () => {
    assert.equal(JSON.stringify(await plan()), JSON.stringify(await plan()));
  });
}

test('every number has its denominator, and few cases are marked', async () => {
  for (const folder of [sample, companyO]) {
    const { needsSomeone, drifts, matrix, actions, scope } = await planOf(folder);
    for (const share of [
      needsSomeone,
      ...[...drifts, ...actions].map(({ orders }) => orders),
      // Rows about records count records.
      ...matrix.filter(({ kind }) => kind !== 'watch').map(({ rate }) => rate),
    ]) {
      assert.ok(share.n <= share.of, `${share.n} of ${share.of}`);
      assert.equal(share.few, share.of < 30);
      assert.equal(share.orders.length, Math.min(share.n, 200), 'the orders behind it');
    }
    assert.equal(needsSomeone.of, scope.returns);
    for (const { orders } of [...drifts, ...actions]) assert.ok(orders.orders.length > 0);
  }
});

test('returns and paths lead to their orders', async () => {
  for (const folder of [sample, companyO]) {
    const { scope, journey } = await planOf(folder);
    assert.equal(scope.returnOrders.length, Math.min(scope.returns, 200));
    assert.equal(journey.variantOrders.orders.length, Math.min(journey.variantOrders.n, 200));
    assert.ok(journey.variantOrders.n >= journey.fitting.of && journey.variantOrders.n <= scope.returns);
  }
});

test('the first page says what of the wrong books customers still wait for', async () => {
  const plan = await planOf(sample, { policyPath: `${sample}/policy.json` });
  const unpaid = ['refund-failed-at-gateway', 'refund-not-at-gateway', 'refund-recorded-never-paid', 'refund-stuck-pending', 'refund-overdue', 'received-not-refunded', 'refund-failed-later'];
  const waiting = plan.problems.filter(({ kind, code }) => kind === 'books' && unpaid.includes(code));
  const minor = sumOf(waiting, 'books', plan.scope.currency);
  assert.ok(minor > 0 && minor < sumIn(plan.money, 'books', plan.scope.currency), 'some of it, not all');
  const page = renderMarkdown(planDocument(plan, { language: 'en' }));
  assert.equal(/customers still wait for \[€([\d,.]+)\]/.exec(page)?.[1]?.replace(',', ''), (minor / 100).toFixed(2));
}); // prettier-ignore

test('the mean never stands without the median and p90 of all, those still open included', async () => {
  const { matrix } = await planOf(sample);
  const credited = matrix.find(({ control }) => control === 'refund-credited')!.lag!;
  assert.equal(credited.unit, 'bd');
  assert.ok(credited.n > credited.done, 'some refunds are not credited');
  const settled = matrix.find(({ control }) => control === 'refund-settled')!;
  assert.equal(settled.lag!.p90, undefined, 'more than one in ten never settled');
  assert.equal(settled.proposal.due, '3bd', 'and so no shorter term is proposed');
});

test('at most seven actions, each with setting, effort, decider and a query on its own codes', async () => {
  for (const folder of [sample, companyO]) {
    const { actions, decisions } = await planOf(folder);
    assert.ok(actions.length > 0 && actions.length <= 7);
    assert.ok(decisions.length > 0 && decisions.length <= 7);
    for (const { cause, codes, query, effort, decides, problems, waiting } of actions) {
      assert.ok(causes[cause].because.en.length > 0 && causes[cause].because.de.length > 0);
      assert.ok(['S', 'M', 'L'].includes(effort) && decides.length > 0);
      assert.ok(problems + waiting > 0);
      for (const code of codes) {
        assert.equal(causeOfCode[code].cause, cause);
        assert.ok(query.includes(`"${code}"`));
      }
    }
  }
});

test('an action names the setting of the product that reported its problems', async () => {
  const [a, o] = [await planOf(sample), await planOf(companyO)];
  const connectors = (plan: Plan, cause: string): readonly string[] | undefined =>
    plan.actions.find((action) => action.cause === cause)?.connectors;
  assert.deepEqual(connectors(a, 'put-away'), ['tryton']);
  assert.deepEqual(connectors(o, 'order-link'), ['odoo']);
  assert.deepEqual(connectors(a, 'restock-box'), ['woocommerce']);
});

test('the matrix has every control once and names system, event, key, term, owner', async () => {
  const { matrix } = await planOf(sample);
  assert.deepEqual(
    matrix.map(({ control }) => control),
    controlIds,
  );
  const row = matrix.find(({ control }) => control === 'refund-settled')!;
  assert.deepEqual(row.left.reportedBy, ['woocommerce']);
  assert.deepEqual(row.right.reportedBy, ['stripe']);
  assert.equal(row.due, '3bd');
  assert.equal(row.owner, 'finance');
  assert.equal(row.breaches, 10);
  assert.equal(row.rate.of - row.rate.n, 10, 'ten orders broke it');
});

test('a control that nothing feeds is named with what would feed it, and proposes nothing', async () => {
  const { matrix, missingEvents } = await planOf(sample);
  const row = matrix.find(({ control }) => control === 'refund-paid-out')!;
  assert.equal(row.watched, 'no');
  assert.deepEqual(row.missing, ['payouts']);
  assert.equal(row.proposal.mode, 'watch');
  assert.ok(missingEvents.some(({ step, feed }) => step === 'payout.confirmed' && feed === 'payouts'));
});

test('a return that is still in time is not held to the journey', async () => {
  const { journey, inTime } = await planOf(sample);
  assert.ok(inTime > 0);
  // LH-10243 is approved and waits for its goods.
  for (const { orders } of journey.sequence) assert.ok(!orders.orders.includes('LH-10243'));
  assert.ok(journey.fitting.n > 0 && journey.fitting.n < journey.fitting.of);
});

test('one hour after the events nothing is overdue but what was broken at once', async () => {
  const truth = readTruth(at('../fixtures/company-a/truth.json'));
  const asOf = new Date(Date.parse(truth.ended) + 3_600_000).toISOString();
  const { problems, inTime } = await planOf(sample, { asOf });
  assert.ok(inTime > 0);
  for (const { due, since, code } of problems) assert.ok(due <= asOf || due === since, code);
});

test('status words tell on how many of their returns something is open', async () => {
  const { statuses } = await planOf(sample);
  const resolved = statuses.find(({ connection, word }) => connection === 'rt' && word === 'resolved')!;
  assert.ok(resolved.means.some(({ type }) => type === 'case.resolved'));
  assert.ok(resolved.contradicted.n >= 39, 'the helpdesk says resolved on broken returns');
  assert.ok(
    statuses.every(({ kind }) => kind !== 'product'),
    'products say nothing about returns',
  );
});

test('exports without any return make a plan that says so', async () => {
  const { problems, needsSomeone, money } = await planOf(sample, { asOf: '2026-11-23T10:08:40Z' });
  assert.deepEqual(problems, []);
  assert.equal(needsSomeone.of, 0);
  assert.deepEqual(money, []);
});
