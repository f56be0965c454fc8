/** Finance: accounts over all orders, money that does not match, months, margin. Facts of orders make all of it old. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  accountsSchema, candidatesSchema, marginSchema, openAccountPageSchema, orphanPageSchema, periodDetailSchema, periodListSchema,
  periodPackSchema, reconcileDetailSchema, reconciledSchema,
} from '../../src/wire/api-finance.ts'; // prettier-ignore
import { get, post, type Query } from './ask.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';

export type AccountRow = z.output<typeof accountsSchema>['rows'][number];
export type OpenAccount = z.output<typeof openAccountPageSchema>['rows'][number];
export type OrphanRow = z.output<typeof orphanPageSchema>['rows'][number];
export type ReconcileDetail = z.output<typeof reconcileDetailSchema>;
export type Candidates = z.output<typeof candidatesSchema>;
export type PeriodRow = z.output<typeof periodListSchema>['rows'][number];
export type PeriodDetail = z.output<typeof periodDetailSchema>;
export type Margin = z.output<typeof marginSchema>;
export type MarginRow = Margin['rows'][number];

export const accountsQuery = queryOptions({
  queryKey: ['order', 'finance', 'accounts'],
  queryFn: ({ signal }) => get<typeof accountsSchema>('/accounts', { signal }),
});

const openOf = (path: string) => (filter: Query): ListQuery<OpenAccount> => ({
  queryKey: ['order', 'list', path, filter],
  read: (cursor, signal) => get<typeof openAccountPageSchema>(path, { query: { ...filter, limit: pageSize, cursor }, signal }),
}); // prettier-ignore

export const openAccountsQuery = openOf('/accounts/orders');
export const differencesQuery = openOf('/reconcile');

export const orphansQuery = (filter: Query): ListQuery<OrphanRow> => ({
  queryKey: ['problem', 'list', 'orphans', filter],
  read: (cursor, signal) =>
    get<typeof orphanPageSchema>('/reconcile/orphans', {
      query: { ...filter, limit: pageSize, cursor },
      signal,
    }),
});

export const reconcileQuery = (orderKey: string, control: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'reconcile', control],
    queryFn: ({ signal }) =>
      get<typeof reconcileDetailSchema>(
        `/reconcile/${encodeURIComponent(orderKey)}/${encodeURIComponent(control)}`,
        { signal },
      ),
  });

export const candidatesQuery = (record: string) =>
  queryOptions({
    queryKey: ['problem', 'one', record, 'candidates'],
    queryFn: ({ signal }) =>
      get<typeof candidatesSchema>(`/reconcile/orphans/${encodeURIComponent(record)}/candidates`, { signal }),
  });

export const confirmMatch = (record: string, orderKey: string, reason: string) =>
  post<typeof reconciledSchema>(`/reconcile/orphans/${encodeURIComponent(record)}/match`, {
    orderKey,
    reason,
  });

export const acceptDifference = (
  orderKey: string,
  body: { readonly version: string; readonly problem: string; readonly reason: string },
) => post<typeof reconciledSchema>(`/reconcile/${encodeURIComponent(orderKey)}/accept`, body);

export const periodsQuery = queryOptions({
  queryKey: ['order', 'finance', 'periods'],
  queryFn: ({ signal }) => get<typeof periodListSchema>('/periods', { signal }),
});

export const periodQuery = (period: string) =>
  queryOptions({
    queryKey: ['order', 'finance', 'period', period],
    queryFn: ({ signal }) => get<typeof periodDetailSchema>(`/periods/${period}`, { signal }),
  });

export const preparePeriod = (period: string, note: string) =>
  post<typeof periodDetailSchema>(`/periods/${period}/prepare`, note === '' ? {} : { note });
export const signPeriod = (period: string, hash: string, note: string) =>
  post<typeof periodDetailSchema>(`/periods/${period}/sign`, { hash, ...(note !== '' && { note }) });
export const sendBackPeriod = (period: string, reason: string) =>
  post<typeof periodDetailSchema>(`/periods/${period}/send-back`, { reason });
export const readPack = (period: string, revision: number) =>
  get<typeof periodPackSchema>(`/periods/${period}/packs/${revision}`);

export const marginQuery = (filter: Query) =>
  queryOptions({
    queryKey: ['order', 'finance', 'margin', filter],
    queryFn: ({ signal }) => get<typeof marginSchema>('/margin', { query: filter, signal }),
  });
