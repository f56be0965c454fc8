/** Orders, their answers and everything behind them. Keys start with the kind of hint that makes them old. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  customerReplySchema, orderFilterSchema, orderLedgerSchema, orderPageSchema, orderSearchResultSchema, orderStateSchema, personSchema, readAgainSchema,
  recordContentsSchema, recordListSchema, timelineSchema,
} from '../../src/wire/api-orders.ts'; // prettier-ignore
import { get, post } from './ask.ts';
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';

export type OrderRow = z.output<typeof orderPageSchema>['rows'][number];
export type OrderState = z.output<typeof orderStateSchema>;
export type Timeline = z.output<typeof timelineSchema>;
export type TimelineFact = Timeline['facts'][number];
export type OrderFilter = ListFilter<typeof orderFilterSchema>;
export type OrderLedger = z.output<typeof orderLedgerSchema>;
export type RecordRow = z.output<typeof recordListSchema>['rows'][number];

export const ordersQuery = (filter: OrderFilter): ListQuery<OrderRow> => ({
  queryKey: ['order', 'list', filter],
  read: (cursor, signal) =>
    get<typeof orderPageSchema>('/orders', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

/** Search goes by the body, because an e-mail address has no place in a URL that is logged on its way. */
export const orderSearchQuery = (text: string) =>
  queryOptions({
    queryKey: ['order', 'search', text],
    queryFn: ({ signal }) => post<typeof orderSearchResultSchema>('/orders/search', { text }, { signal }),
  });

const pathOf = (orderKey: string): string => `/orders/${encodeURIComponent(orderKey)}`;

export const orderQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'state'],
    queryFn: ({ signal }) => get<typeof orderStateSchema>(pathOf(orderKey), { signal }),
  });

export const timelineQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'timeline'],
    queryFn: ({ signal }) => get<typeof timelineSchema>(`${pathOf(orderKey)}/timeline`, { signal }),
  });

export const ledgerQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'ledger'],
    queryFn: ({ signal }) => get<typeof orderLedgerSchema>(`${pathOf(orderKey)}/ledger`, { signal }),
  });

export const recordsQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'records'],
    queryFn: ({ signal }) => get<typeof recordListSchema>(`${pathOf(orderKey)}/records`, { signal }),
  });

export const recordQuery = (record: string) =>
  queryOptions({
    queryKey: ['order', 'record', record],
    queryFn: ({ signal }) =>
      get<typeof recordContentsSchema>(`/records/${encodeURIComponent(record)}`, { signal }),
  });

export const replyQuery = (orderKey: string, language: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'reply', language],
    queryFn: ({ signal }) =>
      get<typeof customerReplySchema>(`${pathOf(orderKey)}/reply`, { query: { language }, signal }),
  });

/** Every look is in the audit trail, so it is asked for only on demand. */
export const personQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['person', orderKey],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => get<typeof personSchema>(`${pathOf(orderKey)}/person`, { signal }),
  });

export const readAgain = (orderKey: string) => post<typeof readAgainSchema>(`${pathOf(orderKey)}/read-again`);
