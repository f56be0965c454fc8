/** Accounts over all orders, and margin by item after returns. */
import { controls, type ControlId } from '../../kernel/controls.ts';
import { listOpenAccounts, sumAccounts, type OpenAccount } from '../../store/list-accounts.ts';
import {
  accountsSchema, marginFilterSchema, marginSchema, openAccountFilterSchema, openAccountPageSchema,
} from '../../wire/api-finance.ts'; // prettier-ignore
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { readMargin } from '../margin.ts';
import { entryOf } from '../problem-access.ts';

const tags = ['finance'];

export const titleOfControl = (control: string): { readonly en: string; readonly de: string } =>
  Object.hasOwn(controls, control) ? controls[control as ControlId].title : { en: control, de: control };

/** An account that holds a balance, as the API shows it. */
export function toOpenAccount({ items, ...row }: OpenAccount, now: number) {
  return {
    ...row,
    title: titleOfControl(row.control),
    difference: row.left - row.right,
    reasons: items.map(({ code, minor, dueAt }) => ({
      code, minor, dueAt, title: entryOf(code)?.title ?? { en: code, de: code }, isLate: dueAt !== null && Date.parse(dueAt) <= now,
    })),
  }; // prettier-ignore
}

export function addAccountRoutes(app: ApiApp, api: ApiContext): void {
  const { db, clock } = api;

  app.get(
    '/accounts',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Every check over all orders as an account, per currency', response: { 200: accountsSchema },
      },
    },
    async () => ({
      asOf: new Date(clock()).toISOString(),
      rows: (await sumAccounts(db)).map((row) => ({ ...row, title: titleOfControl(row.control) })),
    }),
  ); // prettier-ignore

  app.get(
    '/accounts/orders',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Orders that hold a balance on an account, open longest first', querystring: openAccountFilterSchema,
        response: { 200: openAccountPageSchema },
      },
    },
    async (request) => {
      const { control, ...filter } = request.query;
      const page = await listOpenAccounts(db, { ...filter, ...(control !== undefined && { controls: [control] }) });
      return { rows: page.rows.map((row) => toOpenAccount(row, clock())), next: page.next ?? null };
    },
  ); // prettier-ignore

  app.get(
    '/margin',
    {
      config: { access: 'finance.read' },
      schema: {
        tags, summary: 'Margin and sell-through by item after returns, per currency', querystring: marginFilterSchema,
        response: { 200: marginSchema },
      },
    },
    async (request) => readMargin(api, request.query),
  ); // prettier-ignore
}
