/**
 * Compares an audit's JSON with a company's `truth.json`: precision and recall over its open problems.
 *
 *     node test/audit/truth.ts COMPANY_DIR POLICY [TRUTH]
 *
 * A planted failure is found when an open problem of its order has its code, owner, SKU, units and amount. An open
 * problem that hangs on another one counts as found and is never a false alarm; else whatever is neither expected
 * nor acceptable on its order is one, and so is everything on a clean order or about no order.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runAudit } from '../../src/audit/run-audit.ts';
import type { Problem } from '../../src/kernel/order-state.ts';
import type { AuditReport, ReportOrder } from '../../src/wire/audit-report.ts';

export type TruthExpectation = {
  readonly code: string;
  readonly owner: string;
  readonly sku?: string;
  readonly units?: number;
  readonly amount_minor?: number;
  readonly currency?: string;
  readonly pair?: string;
};

export type TruthOrder = {
  readonly order: string;
  readonly kind: string;
  readonly expect: readonly TruthExpectation[];
  readonly acceptable: readonly string[];
  readonly clean: boolean;
};

export type Truth = {
  readonly asOfDate: string;
  readonly ended: string;
  readonly orders: readonly TruthOrder[];
};

export type Miss = {
  readonly order: string;
  readonly expected: TruthExpectation;
  readonly nearest: readonly string[];
};
export type FalseAlarm = { readonly order: string; readonly kind: string; readonly problem: string };

export type Comparison = {
  readonly expected: number;
  readonly found: number;
  readonly misses: readonly Miss[];
  readonly falseAlarms: readonly FalseAlarm[];
  /** Found, of found and missed. */
  readonly recall: number;
  /** Justified, of all open problems that do not hang on another one. */
  readonly precision: number;
};

/** Compares a report with the truth. */
export function compareWithTruth(report: Pick<AuditReport, 'orders' | 'others'>, truth: Truth): Comparison {
  const truthByOrder = new Map(truth.orders.map((order) => [order.order, order]));
  const reported = new Map<string, ReportOrder[]>();
  for (const order of report.orders) {
    const same = reported.get(order.order);
    if (same === undefined) reported.set(order.order, [order]);
    else same.push(order);
  }
  const misses: Miss[] = [];
  const falseAlarms: FalseAlarm[] = [];
  let expected = 0;
  for (const order of truth.orders) {
    const open = openProblems(reported.get(order.order) ?? []);
    const used = new Set<Problem>();
    for (const expectation of order.expect) {
      expected++;
      const hit = open.find((problem) => !used.has(problem) && fits(problem, expectation));
      if (hit !== undefined) used.add(hit);
      else misses.push({ order: order.order, expected: expectation, nearest: open.map(describe) });
    }
  }
  let alarms = 0;
  for (const order of report.orders) {
    const known = truthByOrder.get(order.order);
    for (const problem of openProblems([order])) {
      if (problem.waitsFor !== undefined) continue;
      alarms++;
      if (known !== undefined && !known.clean && isJustified(problem, known)) continue;
      falseAlarms.push({
        order: order.order,
        kind: known?.kind ?? 'not in truth',
        problem: describe(problem),
      });
    }
  }
  for (const other of report.others) {
    alarms++;
    falseAlarms.push({ order: '–', kind: 'no order', problem: `${other.code}: ${other.text}` });
  }
  const found = expected - misses.length;
  return {
    expected,
    found,
    misses,
    falseAlarms,
    recall: expected === 0 ? 1 : found / expected,
    precision: alarms === 0 ? 1 : (alarms - falseAlarms.length) / alarms,
  };
}

const openProblems = (orders: readonly ReportOrder[]): Problem[] =>
  orders.flatMap((order) => order.problems.filter((problem) => problem.state === 'open'));

/** Code, owner, SKU, and units or cents: what the problem states must agree, and it must state one of them. */
function fits(problem: Problem, expectation: TruthExpectation): boolean {
  const { sku, units, amount_minor: minor, currency } = expectation;
  if (problem.code !== expectation.code || problem.owner !== expectation.owner) return false;
  if (sku !== undefined && problem.sku !== sku) return false;
  const unitsAgree = units === undefined ? undefined : problem.units === units;
  const moneyAgrees =
    minor === undefined
      ? undefined
      : problem.amount?.minor === minor && problem.amount.currency === (currency ?? problem.amount.currency);
  if (unitsAgree === undefined && moneyAgrees === undefined) return true;
  if (unitsAgree === false && problem.units !== undefined) return false;
  if (moneyAgrees === false && problem.amount !== undefined) return false;
  return unitsAgree === true || moneyAgrees === true;
}

const isJustified = (problem: Problem, order: TruthOrder): boolean =>
  order.acceptable.includes(problem.code) ||
  order.expect.some((expectation) => expectation.code === problem.code);

function describe(problem: Problem): string {
  const parts = [
    problem.code,
    problem.owner,
    problem.sku,
    problem.units === undefined ? undefined : `${problem.units} units`,
  ];
  if (problem.amount !== undefined) parts.push(`${problem.amount.minor} ${problem.amount.currency}`);
  if (problem.waitsFor !== undefined) parts.push(`waits for ${problem.waitsFor}`);
  return parts.filter((part) => part !== undefined).join(' ');
}

/** Table of a comparison for people. */
export function describeComparison(comparison: Comparison): string {
  const { found, expected, misses, falseAlarms, recall, precision } = comparison;
  const lines = [
    `found ${found} of ${expected} planted, recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)}`,
  ];
  if (misses.length > 0) lines.push('', `Missed (${misses.length}):`);
  for (const { order, expected: wanted, nearest } of misses) {
    const { code, owner, sku, units, amount_minor: minor } = wanted;
    const text = [code, owner, sku, units === undefined ? undefined : `${units} units`, minor].filter(
      (part) => part !== undefined,
    );
    lines.push(`  ${order}  ${text.join(' ')}`);
    for (const line of nearest.length === 0 ? ['nothing open'] : nearest) lines.push(`      has ${line}`);
  }
  if (falseAlarms.length > 0) lines.push('', `False alarms (${falseAlarms.length}):`);
  for (const { order, kind, problem } of falseAlarms) lines.push(`  ${order} (${kind})  ${problem}`);
  return lines.join('\n');
}

/** Audits a company's folder with a policy and compares. `asOf` in epoch ms; default: the truth's own date. */
export async function auditAgainstTruth(
  folder: string,
  policyPath: string,
  truth: Truth,
  asOf?: number,
): Promise<Comparison> {
  let orders: ReportOrder[] = [];
  const { head } = await runAudit(
    { paths: [folder], policyPath, asOf: () => asOf ?? Date.parse(truth.asOfDate), language: 'en' },
    (builder) => {
      orders = [];
      return (state) => void orders.push(builder.order(state));
    },
  );
  return compareWithTruth({ orders, others: head.others }, truth);
}

export function readTruth(path: string): Truth {
  return JSON.parse(readFileSync(path, 'utf8')) as Truth;
}

if (import.meta.main) {
  const [folder, policyPath, truthPath] = process.argv.slice(2);
  if (folder === undefined || policyPath === undefined) {
    console.error('usage: node test/audit/truth.ts COMPANY_DIR POLICY [TRUTH]');
    process.exitCode = 2;
  } else {
    const truth = readTruth(truthPath ?? join(folder, 'truth.json'));
    console.log(describeComparison(await auditAgainstTruth(folder, policyPath, truth)));
  }
}
