/** The ledger of one order: every check as an account, with each posting and what explains a balance. */
import type { z } from 'zod';
import { problemCodes } from '../../kernel/codes.ts';
import { controls } from '../../kernel/controls.ts';
import { explainAccount } from '../../kernel/explain-account.ts';
import { feedSources } from '../../kernel/feeds.ts';
import type { Account, OrderState } from '../../kernel/order-state.ts';
import { orderLedgerSchema, orderParamsSchema } from '../../wire/api-orders.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { readOrder } from '../find-order.ts';
import { Refused } from '../refused.ts';

type Ledger = z.output<typeof orderLedgerSchema>;

export function addLedgerRoutes(app: ApiApp, api: ApiContext): void {
  app.get(
    '/orders/:order/ledger',
    {
      config: { access: 'orders.read' },
      schema: {
        tags: ['orders'], summary: 'Every check of an order as an account, folded now, with its postings',
        params: orderParamsSchema, response: { 200: orderLedgerSchema },
      },
    },
    async (request) => {
      const { orderKey } = await readOrder(api.db, request.params.order);
      // Postings are not stored: they are what the facts say, and the facts are.
      const open = await api.engine.openOrder(orderKey);
      if (open === undefined) throw new Refused('order-not-found', { detail: orderKey });
      return toLedger(open.state);
    },
  ); // prettier-ignore
}

function toLedger(state: OrderState): Ledger {
  const { orderKey, money, problems } = state;
  return {
    orderKey,
    currency: money.currency,
    accounts: state.accounts.map((account) => toAccount(account, state)),
    others: problems
      .filter((problem) => !state.accounts.some((account) => account.control === problem.control))
      .map(({ code, control, state: is }) => ({
        code, title: problemCodes[code].title, control: controls[control].title, state: is,
      })),
    notWatched: state.notWatched.map(({ control, missing }) => ({
      control, title: controls[control].title, missing: missing.map((feed) => feedSources[feed]),
    })),
  }; // prettier-ignore
}

function toAccount(account: Account, state: OrderState): Ledger['accounts'][number] {
  const { control, unit, left, right, postings } = account;
  const { title, left: leftSays, right: rightSays } = controls[control];
  const { unexplained, rounding, accepted, problems } = explainAccount(account, state);
  return {
    control, title, leftSays, rightSays, unit, left, right, balance: left - right, unexplained, rounding, accepted,
    explainedBy: problems.map(({ id, code, state: is, waitsFor, units, amount }) => ({
      id, code, title: problemCodes[code].title, state: is, waitsFor: waitsFor === undefined ? null : problemCodes[waitsFor].title,
      units: units ?? null, amount: amount ?? null,
    })),
    postings,
  };
} // prettier-ignore
