/**
 * All problems as CSV: RFC 4180, times as ISO, amounts as plain decimals with their currency beside them. German
 * files have `;`, a decimal comma and a byte order mark, as the spreadsheets there expect.
 */
import { problemCodes } from '../kernel/codes.ts';
import { formatDecimal, type Money } from '../kernel/money.ts';
import type { Language } from '../kernel/wording.ts';
import type { ReportHead, ReportOrder } from '../wire/audit-report.ts';

const columns = [
  'order', 'order_key', 'connection', 'code', 'title', 'control', 'owner', 'severity', 'state', 'waits_for', 'sku', 'units',
  'amount', 'currency', 'since', 'due', 'evidence', 'as_of',
] as const; // prettier-ignore

/** Lines of the file, each with its line end: head, problems of orders, findings without an order. */
export function* renderCsv(
  orders: Iterable<ReportOrder>,
  head: ReportHead,
  language: Language,
): Generator<string> {
  const separator = language === 'de' ? ';' : ',';
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell) => cellText(cell, separator)).join(separator)}\r\n`;
  yield `${language === 'de' ? '\uFEFF' : ''}${line(columns)}`;
  for (const order of orders) {
    for (const problem of order.problems) {
      const { code, control, owner, severity, state, waitsFor, sku, units, amount, since, due, evidence } =
        problem;
      yield line([
        order.order, order.orderKey, order.connection, code, problemCodes[code].title[language], control, owner,
        String(severity), state, waitsFor ?? '', sku ?? '', units === undefined ? '' : String(units),
        ...moneyCells(amount, language), since, due, evidence.join(' '), head.asOf,
      ]); // prettier-ignore
    }
  }
  for (const other of head.others) {
    const { code, control, owner, severity, state, sku, units, amount, since, subject } = other;
    yield line([
      '', '', subject.connection, code, problemCodes[code].title[language], control, owner, String(severity), state, '',
      sku ?? '', units === undefined ? '' : String(units), ...moneyCells(amount, language), since ?? '', '',
      `${subject.connection}:${subject.kind}/${subject.id}`, head.asOf,
    ]); // prettier-ignore
  }
}

function moneyCells(amount: Money | undefined, language: Language): [string, string] {
  if (amount === undefined) return ['', ''];
  const text = formatDecimal(amount);
  return [language === 'de' ? text.replace('.', ',') : text, amount.currency];
}

/**
 * One cell. Text that a spreadsheet would run as a formula gets an apostrophe before it (an order number may be
 * `=HYPERLINK(…)`); plain numbers, also negative ones, stay numbers.
 */
export function cellText(value: string, separator: string): string {
  const risky = /^[\s\u0000]*[=+\-@|%＝＋－＠]/.test(value) && !/^[+-]?\d+(?:[.,]\d+)?$/.test(value); // eslint-disable-line no-control-regex
  const safe = risky || /^[\t\r]/.test(value) ? `'${value}` : value;
  return safe.includes(separator) || /["\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
