/** The credit report as text for a terminal, and as plain data for `--json`. */
import { formatDecimal } from '../kernel/money.ts';
import { renderBalanceSheet } from './finding.ts';
import type { CreditLine, CreditReport, Sum } from './reconcile-credits.ts';

const ruleText = {
  'one-sale': 'one earlier sale fits',
  'several-sales': 'several earlier sales fit',
  'none-exact': 'none fits exactly',
  'no-earlier-sale': 'no earlier sale',
  'no-customer': 'no customer named',
} as const;

/** Why the matcher ends elsewhere than the plain rule, which looks at one credit and four fields only. */
const differenceText: Readonly<Record<string, string>> = {
  'ambiguous: contested': 'credits together claim more units than the sale has; by the rule they would be given away twice',
  'ambiguous: weak': 'the one sale is old, other lines of the credit point elsewhere or fit no sale at all, an equal credit stands before it, or the file begins too shortly before: less than a hundred to one',
  'ambiguous: several': 'more sales come into question than the rule sees, for instance at another price or put together',
  'ambiguous: price-differs': 'the best sale has another price',
  'ambiguous: too-little-left': 'no sale has that many units',
  'ambiguous: too-many-combinations': 'the best assignment could not be proved',
  'orphan: no-candidate': 'the line takes nothing back: its quantity is not negative',
  'matched: clear-margin': 'other lines of the same credit, the quantity or the time make one sale a hundred times likelier than all others',
  'matched: by-elimination': 'the other sales are needed by other credits',
  'matched: only-candidate': 'only one sale, or several together, come into question, and the other lines of the credit agree',
}; // prettier-ignore

/** Text of the report; `listed` bounds how many open credits are spelled out. */
export function renderCreditReport(report: CreditReport, listed = 20): string {
  const money = (minor: number): string => formatDecimal({ minor, currency: report.currency });
  const parts: string[] = [report.files.map(renderBalanceSheet).join('\n')];

  const { totals } = report;
  const groups: [string, Sum][] = [
    ['sales', totals.sales], ['credits', totals.credits], ['ledger adjustments', totals.adjustments],
    ['written off at price 0', totals.writeOffs], ['found at price 0', totals.stockFound],
    ['free of charge', totals.freeOfCharge], ['all lines', totals.total],
  ]; // prettier-ignore
  parts.push(
    table(
      ['', 'lines', 'units', report.currency],
      groups.map(([name, sum]) => [name, String(sum.lines), String(sum.units), money(sum.minor)]),
    ),
  );

  const byStatus = Map.groupBy(report.credits, ({ status }) => status);
  const count = (status: CreditLine['status']): number => byStatus.get(status)?.length ?? 0;
  parts.push(
    `${report.credits.length} credit lines on ${report.creditDocuments} documents: ${count('matched')} matched, ` +
      `${count('ambiguous')} ambiguous, ${count('orphan')} without a sale.`,
  );
  parts.push(
    table(
      ['kind', 'ended', 'lines', 'units', report.currency],
      report.byKind.map(({ kind, status, sum }) => [
        kind,
        status,
        String(sum.lines),
        String(sum.units),
        money(sum.minor),
      ]),
    ),
  );
  parts.push(
    'Beside the plain rule (same customer and code, not later, same price, enough units on one line; each credit alone):\n' +
      table(
        ['by the rule', 'lines', 'matched', 'ambiguous', 'orphan', 'ended otherwise'],
        report.byRule.map((row) => [
          ruleText[row.rule],
          String(row.lines),
          String(row.matched),
          String(row.ambiguous),
          String(row.orphan),
          Object.entries(row.why)
            .map(([why, lines]) => `${lines} ${why}`)
            .join(', '),
        ]),
      ),
  );
  const reasons = new Set(report.byRule.flatMap(({ why }) => Object.keys(why)));
  const explained = [...reasons]
    .sort()
    .map((reason) => `  ${reason}: ${differenceText[reason] ?? 'a person decided'}`);
  if (explained.length > 0) parts.push(explained.join('\n'));
  if (report.writeOffs.length > 0) {
    parts.push(
      table(
        ['written off as', 'lines', 'units'],
        report.writeOffs.map((each) => [each.reason, String(each.lines), String(each.units)]),
      ),
    );
  }
  if (report.unmapped.length > 0) {
    const codes = report.unmapped.map(({ sku, lines }) => `${sku} (${lines})`).join(', ');
    parts.push(`Codes that the mapping does not name: ${codes}. Add a rule to "sales.items".`);
  }
  for (const { decision, reason } of report.refused)
    parts.push(`Not followed: ${decision.kind} of ${decision.item}: ${reason}.`);
  const open = (byStatus.get('ambiguous') ?? []).slice(0, listed);
  if (open.length > 0) {
    const more = count('ambiguous') - open.length;
    parts.push(
      [
        'For people to decide:',
        ...open.map(({ line, explanation }) => `  ${line.document} row ${line.row}: ${explanation}`),
        ...(more > 0 ? [`  and ${more} more (--json lists all)`] : []),
      ].join('\n'),
    );
  }
  return `${parts.join('\n\n')}\n`;
}

/**
 * The report as JSON data. Each credit names its row, document, status, reason, claims with the sale's document and
 * row, and what is listed for people with evidence in decibans.
 */
export function creditReportJson(report: CreditReport): unknown {
  return {
    ...report,
    credits: report.credits.map(({ line, status, why, explanation, claims, byRule, outcome }) => ({
      id: line.id,
      row: line.row,
      document: line.document,
      sku: line.sku,
      kind: line.kind,
      quantity: line.quantity,
      amount: { minor: line.amount, currency: report.currency },
      status,
      why,
      explanation,
      claims,
      byRule,
      score: outcome.score,
      margin: outcome.margin,
      evidence: outcome.evidence,
      candidates: outcome.candidates,
      ...(outcome.by === undefined ? {} : { by: outcome.by }),
    })),
  };
}

/** Columns aligned; the first to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]!.length)));
  const numeric = head.map((_, at) => rows.every((row) => /^-?[\d.]+$/.test(row[at]!)));
  const lines = all.map((row) =>
    row
      .map((cell, at) => (numeric[at] === true ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
  return lines.join('\n');
}
