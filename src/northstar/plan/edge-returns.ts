/** Which returns go which way: what stands behind an edge of the journey map. */
import type { OrderState } from '../../kernel/order-state.ts';
import { edgeKey } from '../map-svg.ts';
import { isGoodsReturn, returnLog } from './return-log.ts';

export type EdgeReturns = {
  readonly orders: readonly { readonly order: string; readonly orderKey: string }[];
};

const shownMax = 200;

/** Returns per edge (`edgeKey` of the steps' ids) in order of their keys, the first 200 of each. */
export function edgeReturns(states: readonly OrderState[]): ReadonlyMap<string, EdgeReturns['orders']> {
  const returns = states.filter(isGoodsReturn);
  const log = returnLog(returns);
  const found = new Map<string, { order: string; orderKey: string }[]>();
  returns.forEach(({ order, orderKey }, c) => {
    const seen = new Set<string>();
    for (let e = log.caseStart[c]! + 1; e < log.caseStart[c + 1]!; e++) {
      const key = edgeKey(log.activities[log.activity[e - 1]!]!, log.activities[log.activity[e]!]!);
      if (seen.has(key)) continue;
      seen.add(key);
      const list = found.get(key);
      if (list === undefined) found.set(key, [{ order, orderKey }]);
      else if (list.length < shownMax) list.push({ order, orderKey });
    }
  });
  return found;
}
