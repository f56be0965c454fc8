import { parseMinor } from '../kernel/money.ts';
import { parseAmount, type DecimalMark } from '../kernel/written-decimal.ts';
import { ImportError, type Reason } from './balance-sheet.ts';
import type { DirectlyFollows } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';

/** What is at stake per case, and what of the column could not be read. */
export type CaseMoney = { readonly ofCase: Float64Array; readonly notes: readonly Reason[] };

/**
 * What is at stake per case in minor units: the largest amount that its events name in a column, read as decimal
 * text (`59.90`, `1.234,50`) with the mark that more of the texts have. A text that is no amount counts as none, and is
 * told. Throws ImportError where there is no such column.
 */
export function caseMoney(log: EventLog, column: string, currency: string): CaseMoney {
  const ofCase = new Float64Array(log.cases.length);
  const amounts = log.columns.find(({ name }) => name === column);
  if (amounts === undefined) throw new ImportError('column-missing', `no event has "${column}"`);
  const mark = decimalMark(amounts.texts, currency);
  const minor = amounts.texts.map((text) => readAmount(text, mark, currency));
  const unread = new Map<string, number>();
  for (let c = 0; c < log.cases.length; c++) {
    for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
      const value = amounts.values[e]!;
      const amount = minor[value];
      const text = amounts.texts[value] ?? '';
      if (amount !== undefined) ofCase[c] = Math.max(ofCase[c]!, Math.abs(amount));
      else if (text.trim() !== '') unread.set(text, (unread.get(text) ?? 0) + 1);
    }
  }
  return { ofCase, notes: notesOf(unread, column, currency) };
}

function decimalMark(texts: readonly string[], currency: string): DecimalMark {
  const readable = (mark: DecimalMark): number =>
    texts.filter((text) => parseAmount(text, mark, currency) !== undefined).length;
  return readable(',') > readable('.') ? ',' : '.';
}

/** More digits than the currency has are rounded: programs write `59.900000000000006`. */
const readAmount = (text: string, mark: DecimalMark, currency: string): number | undefined =>
  parseAmount(text, mark, currency) ?? (mark === '.' ? parseMinor(text, currency) : undefined);

function notesOf(unread: ReadonlyMap<string, number>, column: string, currency: string): readonly Reason[] {
  if (unread.size === 0) return [];
  const count = [...unread.values()].reduce((sum, each) => sum + each, 0);
  const examples = [...unread.keys()].slice(0, 3).map((text) => text.slice(0, 80));
  const message = `"${column}" is no amount of ${currency} and counts as none: ${examples.join(', ')}`;
  return [{ code: 'amount-unreadable', count, message, examples }];
}

/** Money of the cases that walk an edge, each case once per edge; in the order of the graph's pairs. */
export function edgeMoney(log: EventLog, graph: DirectlyFollows, money: Float64Array): Float64Array {
  const sums = new Float64Array(graph.pairs.size);
  const lastCase = new Int32Array(graph.pairs.size).fill(-1);
  for (let c = 0; c < log.cases.length; c++) {
    for (let e = log.caseStart[c]! + 1; e < log.caseStart[c + 1]!; e++) {
      const edge = graph.pairs.find(log.activity[e - 1]!, log.activity[e]!);
      if (lastCase[edge] === c) continue;
      lastCase[edge] = c;
      sums[edge]! += money[c]!;
    }
  }
  return sums;
}
