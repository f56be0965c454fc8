/**
 * One problem, not four: findings become problems with identity, owner and state, and what merely waits for an
 * earlier step says so.
 */
import { byText } from './by-text.ts';
import type { ProblemCode } from './codes.ts';
import { problemCodes } from './codes.ts';
import { controls } from './controls.ts';
import type { Finding } from './finding.ts';
import type { Problem } from './order-state.ts';
import { controlOn, type Policy } from './policy.ts';

/** What hangs on what, within one order: the later control waits for the earlier step. */
export const hangsOn: Partial<Record<ProblemCode, readonly ProblemCode[]>> = {
  'shop-not-restocked': [
    'blind-return', 'received-not-refunded', 'credit-note-without-refund', 'gateway-refund-not-in-shop',
    'refund-vanished', 'refund-without-lines', 'restored-without-receipt', 'done-move-edited', 'wrong-item-received',
    'stock-moved-by-two-documents', 'refund-overdue', 'received-over', 'kit-partly-restored',
  ],
  'received-not-refunded': [
    'blind-return', 'done-move-edited', 'credit-note-without-refund', 'restored-without-receipt', 'received-over',
    'wrong-item-received', 'not-inspected', 'wrong-location',
  ],
  'credit-note-without-refund': ['gateway-refund-not-in-shop', 'refund-vanished', 'restored-without-receipt'],
  'not-inspected': ['approved-but-not-restored', 'cancelled-but-moved', 'blind-return'],
  'credit-note-differs': [
    'refund-lines-unequal-amount', 'duplicate-payout', 'one-payout-two-records', 'refund-rounding-residue',
    'duplicate-credit-note', 'refunded-more-than-bought', 'refunded-unreceived-units', 'refund-vanished',
    'refund-without-lines', 'restored-without-receipt', 'gateway-refund-not-in-shop', 'refund-wrong-currency',
  ],
  'credit-note-tax-differs': [
    'refund-lines-unequal-amount', 'refunded-more-than-bought', 'refund-ignores-discount', 'refunded-not-entitled',
    'shipping-refunded-twice', 'refund-without-lines',
  ],
  'refunded-unreceived-units': [
    'wrong-item-received', 'one-payout-two-records', 'refunded-more-than-bought', 'done-move-edited',
  ],
  'restored-without-receipt': [
    'refunded-more-than-bought', 'refunded-unreceived-units', 'restored-though-damaged', 'wrong-item-received',
    'cancelled-after-shipping-restocked', 'approved-but-not-restored', 'done-move-edited', 'kit-partly-restored',
    'one-payout-two-records', 'return-backorder-lost', 'refund-vanished', 'restored-refund-failed',
  ],
  'restored-twice': [
    'one-payout-two-records', 'refunded-more-than-bought', 'refund-without-lines', 'gateway-refund-not-in-shop',
  ],
  'restored-though-damaged': ['done-move-edited'],
  'stock-moved-by-two-documents': ['done-move-edited'],
  'received-over': ['done-move-edited'],
  'refunded-goods-never-came': ['wrong-item-received', 'one-payout-two-records', 'refunded-more-than-bought'],
  'delivered-not-received': ['wrong-item-received', 'approved-but-not-restored', 'refunded-unreceived-units'],
  'refunded-not-entitled': ['duplicate-payout', 'one-payout-two-records'],
  'exchange-balance-dropped': ['exchange-not-shipped'],
  'approved-but-not-restored': ['wrong-item-received', 'return-backorder-lost', 'cancelled-but-moved', 'done-move-edited'],
  'refund-overdue': [
    'cancelled-after-shipping-restocked', 'refund-lines-unequal-amount', 'refund-rounding-residue',
    'credit-note-without-refund', 'restored-without-receipt',
  ],
  'return-not-on-order': ['blind-return', 'wrong-item-received', 'done-move-edited'],
  'refund-over-cap': ['duplicate-payout', 'refunded-more-than-bought', 'refund-and-dispute', 'refund-wrong-currency', 'refund-ignores-discount', 'shipping-refunded-twice', 'refunded-not-entitled', 'one-payout-two-records'],
  'received-short': ['refunded-unreceived-units', 'return-backorder-lost', 'wrong-item-received'],
  'label-unused': ['wrong-item-received', 'refund-without-lines'],
  'withdrawal-overdue': [
    'refund-failed-at-gateway', 'refund-not-at-gateway', 'refund-failed-later', 'refund-recorded-never-paid',
    'received-not-refunded', 'refund-overdue',
  ],
  'promise-broken': [
    'refund-failed-at-gateway', 'refund-not-at-gateway', 'refund-failed-later', 'refund-recorded-never-paid',
    'refund-stuck-pending', 'received-not-refunded', 'refund-overdue', 'withdrawal-overdue', 'exchange-not-shipped',
  ],
}; // prettier-ignore

/** Codes whose left side is the other system's: the right side of a clearing control. */
const rightSide: ReadonlySet<ProblemCode> = new Set([
  'gateway-refund-not-in-shop', 'credit-note-without-refund', 'duplicate-credit-note', 'blind-return',
] satisfies ProblemCode[]); // prettier-ignore

/**
 * Problems of one order at `now` (epoch ms), worst first. `currency` is the order's; `subject` its key.
 * Nothing is lost: a finding that hangs on another becomes a problem with `waitsFor`.
 */
export function arrangeProblems(
  findings: readonly Finding[],
  subject: string,
  currency: string,
  policy: Policy,
  now: number,
): Problem[] {
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const finding of findings) {
    let problem = problemOf(finding, findings, subject, currency, policy, now);
    // Two findings of one account and key are two problems: nothing is dropped.
    if (seen.has(problem.id)) {
      const key = `${finding.key} ${finding.code} ${evidenceOf(finding).join(' ')}`;
      problem = { ...problem, id: problemId(subject, { ...finding, key }) };
      if (seen.has(problem.id)) continue;
    }
    seen.add(problem.id);
    problems.push(problem);
  }
  return untilCauseIsOpen(toRootCauses(problems)).sort(compareProblems);
}

/** What hangs on something that hangs itself hangs on the root: people are sent to the first missing step. */
function toRootCauses(problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => {
    let cause = problem.waitsFor;
    const seen = new Set<ProblemCode>([problem.code]);
    while (cause !== undefined) {
      seen.add(cause);
      const next = problems.find(
        (other) => other.code === cause && (other.sku === problem.sku || problem.sku === undefined),
      );
      const above: ProblemCode | undefined = (next ?? problems.find((other) => other.code === cause))
        ?.waitsFor;
      if (above === undefined || seen.has(above)) break;
      cause = above;
    }
    return cause === undefined || cause === problem.waitsFor ? problem : { ...problem, waitsFor: cause };
  });
}

/** Dates that somebody gave or the law sets: they do not wait for a step that has more time. */
const ownDate: ReadonlySet<ProblemCode> = new Set([
  'promise-broken',
  'withdrawal-overdue',
] satisfies ProblemCode[]);

/** What waits for a step that is itself in time is in time as well. */
function untilCauseIsOpen(problems: readonly Problem[]): Problem[] {
  const open = new Set<ProblemCode>();
  let waiting: Problem[] = [];
  for (const problem of problems) {
    if (problem.state !== 'open') continue;
    if (problem.waitsFor === undefined) open.add(problem.code);
    else waiting.push(problem);
  }
  for (let ready = waiting; ready.length > 0;) {
    ready = waiting.filter((problem) => open.has(problem.waitsFor!));
    for (const problem of ready) open.add(problem.code);
    waiting = waiting.filter((problem) => !ready.includes(problem));
  }
  return problems.map((problem): Problem => {
    if (!waiting.includes(problem)) return problem;
    if (!ownDate.has(problem.code)) return { ...problem, state: 'pending' };
    const { waitsFor: _, ...own } = problem;
    return own;
  });
}

/** Open before pending, causes before what hangs on them, then severity, due time, code and item. */
export function compareProblems(left: Problem, right: Problem): number {
  return (
    Number(left.state === 'pending') - Number(right.state === 'pending') ||
    Number(left.waitsFor !== undefined) - Number(right.waitsFor !== undefined) ||
    left.severity - right.severity ||
    byText(left.due, right.due) ||
    byText(left.code, right.code) ||
    byText(left.sku ?? '', right.sku ?? '') ||
    byText(left.id, right.id)
  );
}

function problemOf(
  finding: Finding,
  all: readonly Finding[],
  subject: string,
  currency: string,
  policy: Policy,
  now: number,
): Problem {
  const entry = problemCodes[finding.code];
  const waitsFor = finding.waitsFor ?? causeOf(finding, all);
  const overdueAt = finding.due?.overdueAt ?? Date.parse(finding.since);
  const owner =
    policy.owners[finding.code] ?? controlOn(policy, finding.control, finding.since).owner ?? entry.owner;
  const state = overdueAt <= now ? 'open' : 'pending';
  return {
    id: problemId(subject, finding),
    code: finding.code,
    control: finding.control,
    key: finding.key,
    owner,
    severity: entry.severity,
    state,
    ...(finding.sku !== undefined && { sku: finding.sku }),
    ...(finding.units !== undefined && { units: finding.units }),
    ...(finding.minor !== undefined && {
      amount: { minor: finding.minor, currency: finding.currency ?? currency },
    }),
    since: finding.since,
    due: finding.due?.on ?? finding.since,
    ...(Number.isFinite(overdueAt) && { overdueAt: new Date(overdueAt).toISOString() }),
    evidence: evidenceOf(finding),
    ...(waitsFor !== undefined && { waitsFor }),
    ...(finding.note !== undefined && { note: finding.note }),
  };
}

/** The problem this one waits for: about the same item where both name one. */
function causeOf(finding: Finding, all: readonly Finding[]): ProblemCode | undefined {
  for (const code of hangsOn[finding.code] ?? []) {
    const cause = all.find(
      (other) =>
        other.code === code && other !== finding &&
        (other.sku === undefined || finding.sku === undefined || other.sku === finding.sku || code === 'wrong-item-received'),
    ); // prettier-ignore
    if (cause !== undefined) return code;
  }
  return undefined;
}

/** Refs of the objects that prove a finding, each once, in the order they were found. */
function evidenceOf(finding: Finding): string[] {
  const refs = new Set<string>();
  for (const fact of finding.facts) refs.add(`${fact.connection}:${fact.object}`);
  return [...refs];
}

/** Identity: subject, control, key and side; of limits and gates, which have no sides, the code. */
function problemId(subject: string, finding: Finding): string {
  const clearing = controls[finding.control].kind === 'clearing';
  const side = clearing ? (rightSide.has(finding.code) ? 'right' : 'left') : finding.code;
  return `prb_${hash64(`${subject}\n${finding.control}\n${finding.key}\n${side}`)}`;
}

/** FNV-1a over two 32-bit lanes with different bases, as 16 hex digits: stable, short, no crypto needed. */
function hash64(text: string): string {
  let low = 0x811c9dc5;
  let high = 0xcbf29ce4;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193) ^ (low >>> 13);
  }
  return (low >>> 0).toString(16).padStart(8, '0') + (high >>> 0).toString(16).padStart(8, '0');
}
