/**
 * All returns folded as of now, for reports over the whole. They are folded from the facts that were stored with their
 * orders, not from the records these came from: reading those again takes twenty times as long and says the same.
 */
import { foldOrder } from '../kernel/fold.ts';
import type { Fact } from '../kernel/fact.ts';
import type { Coverage } from '../kernel/feeds.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Database } from '../store/database.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { pageOrders, pageReturns } from '../store/plan-inputs.ts';

const pageMax = 500;

type ReturnsContext = {
  readonly policy: Policy;
  readonly coverage: Coverage;
  /** Epoch milliseconds. */
  readonly now: number;
};

/** What reports over all returns are made with, beside the store; plain data, so that a thread can be given it. */
export type PlanContext = ReturnsContext & {
  readonly connections: readonly { readonly name: string; readonly connector: string; readonly system: string }[];
  /** Does a policy file say anything? */
  readonly hasPolicyFile: boolean;
}; // prettier-ignore

export function planContextOf(
  { policy, coverage, now, systems }: ReturnsContext & { readonly systems: ConnectedSystems },
  policyFile: object,
): PlanContext {
  const connections = [...systems].map(([name, { connector, settings }]) => ({
    name,
    connector: connector.name,
    system: settings.system,
  }));
  return { policy, coverage, now, connections, hasPolicyFile: Object.keys(policyFile).length > 0 };
}

/** Every order with a return, refund or cancellation, in order of their keys. */
export function foldReturns(db: Database, context: ReturnsContext): AsyncIterable<OrderState> {
  return foldPages(db, context, pageReturns);
}

/** Every order, in order of their keys. */
export function foldEveryOrder(db: Database, context: ReturnsContext): AsyncIterable<OrderState> {
  return foldPages(db, context, pageOrders);
}

async function* foldPages(
  db: Database,
  { policy, coverage, now }: ReturnsContext,
  readPage: typeof pageReturns,
): AsyncIterable<OrderState> {
  let next = readPage(db, '', pageMax);
  for (;;) {
    const page = await next;
    if (page.length === 0) return;
    // The database gathers the next page while this one is folded.
    next = readPage(db, page.at(-1)!.orderKey, pageMax);
    next.catch(() => {});
    for (const { orderKey, connection, facts } of page)
      yield foldOrder({ orderKey, home: connection, facts: facts as Fact[], policy, coverage, now });
  }
}
