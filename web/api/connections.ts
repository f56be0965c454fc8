/** Connections, what they delivered, and what may be done about it. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  backfillStartedSchema, connectionListSchema, connectionSchema, connectionStatusSchema, connectorListSchema, deliveryFilterSchema, deliveryPageSchema,
  healthLinesSchema, putConnectionSchema, replayedSchema,
} from '../../src/wire/api-connections.ts'; // prettier-ignore
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { get, post, put } from './ask.ts';

export type Connection = z.output<typeof connectionListSchema>['rows'][number];
export type Connector = z.output<typeof connectorListSchema>['rows'][number];
export type HealthLine = z.output<typeof healthLinesSchema>['lines'][number];
export type DeliveryRow = z.output<typeof deliveryPageSchema>['rows'][number];
export type DeliveryFilter = ListFilter<typeof deliveryFilterSchema>;

export const connectionsQuery = queryOptions({
  queryKey: ['connection', 'list'],
  queryFn: ({ signal }) => get<typeof connectionListSchema>('/connections', { signal }),
  // Sweeps move without telling.
  refetchInterval: 30_000,
});

export const connectorsQuery = queryOptions({
  queryKey: ['connection', 'connectors'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: ({ signal }) => get<typeof connectorListSchema>('/connectors', { signal }),
});

const pathOf = (name: string): string => `/connections/${encodeURIComponent(name)}`;

export const putConnection = (name: string, body: z.input<typeof putConnectionSchema>) =>
  put<typeof connectionSchema>(pathOf(name), body);
/** Speaks to the system now. */
export const checkConnection = (name: string) => get<typeof healthLinesSchema>(`${pathOf(name)}/health`);
export const pauseConnection = (name: string, reason: string) =>
  post<typeof connectionStatusSchema>(`${pathOf(name)}/pause`, { reason });
export const resumeConnection = (name: string, reason: string) =>
  post<typeof connectionStatusSchema>(`${pathOf(name)}/resume`, { reason });
export const backfillConnection = (name: string) =>
  post<typeof backfillStartedSchema>(`${pathOf(name)}/backfill`, {});

export const deliveriesQuery = (filter: DeliveryFilter): ListQuery<DeliveryRow> => ({
  queryKey: ['delivery', 'list', filter],
  read: (cursor, signal) =>
    get<typeof deliveryPageSchema>('/deliveries', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

export const replayDelivery = (id: string) =>
  post<typeof replayedSchema>(`/deliveries/${encodeURIComponent(id)}/replay`);
