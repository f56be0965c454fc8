import { parseMinor } from '../kernel/money.ts';
import { ImportError } from './balance-sheet.ts';
import type { DirectlyFollows } from './directly-follows.ts';
import type { EventLog } from './event-log.ts';

/**
 * What is at stake per case in minor units: the largest amount that its events name in a column, read as decimal
 * text (`59.90`). Texts that are no amount count as none. Throws ImportError where there is no such column.
 */
export function caseMoney(log: EventLog, column: string, currency: string): Float64Array {
  const money = new Float64Array(log.cases.length);
  const amounts = log.columns.find(({ name }) => name === column);
  if (amounts === undefined) throw new ImportError('column-missing', `no event has "${column}"`);
  const minor = amounts.texts.map((text) => Math.abs(parseMinor(text, currency) ?? 0));
  for (let c = 0; c < log.cases.length; c++) {
    for (let e = log.caseStart[c]!; e < log.caseStart[c + 1]!; e++) {
      money[c] = Math.max(money[c]!, minor[amounts.values[e]!]!);
    }
  }
  return money;
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
