/** The returns desk: returns by stage, an order on the table, scans, steps, the refund preview. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { refundPreviewSchema, stepBodies, stepDoneSchema } from '../../src/wire/api-return-steps.ts';
import type {
  deskOrderSchema, heldPageSchema, photoStoredSchema, returnFilterSchema, returnPageSchema, scanResultSchema,
} from '../../src/wire/api-returns.ts'; // prettier-ignore
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { addressOf, get, post } from './ask.ts';

export type ReturnRow = z.output<typeof returnPageSchema>['rows'][number];
export type ReturnFilter = ListFilter<typeof returnFilterSchema>;
export type HeldRow = z.output<typeof heldPageSchema>['rows'][number];
export type DeskOrder = z.output<typeof deskOrderSchema>;
export type DeskReturn = DeskOrder['returns'][number];
export type OfferedStep = DeskReturn['steps'][number];
export type Scanned = z.output<typeof scanResultSchema>['rows'][number];
export type RefundPreview = z.output<typeof refundPreviewSchema>;
export type StepBody<Step extends StepName> = z.input<(typeof stepBodies)[Step]>;

export const returnsQuery = (filter: ReturnFilter): ListQuery<ReturnRow> => ({
  queryKey: ['order', 'list', 'returns', filter],
  read: (cursor, signal) =>
    get<typeof returnPageSchema>('/returns', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

export const heldQuery: ListQuery<HeldRow> = {
  queryKey: ['order', 'list', 'held'],
  read: (cursor, signal) =>
    get<typeof heldPageSchema>('/desk/quarantine', { query: { limit: pageSize, cursor }, signal }),
};

const pathOf = (orderKey: string): string => `/orders/${encodeURIComponent(orderKey)}`;

export const deskOrderQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'desk'],
    queryFn: ({ signal }) => get<typeof deskOrderSchema>(`${pathOf(orderKey)}/returns`, { signal }),
  });

/** Finds what was scanned; items are looked for on the orders that lie open. */
export const scan = (text: string, orders: readonly string[]) =>
  post<typeof scanResultSchema>('/desk/scan', { text, orders });

export const previewRefund = (orderKey: string, wish: object) =>
  post<typeof refundPreviewSchema>(`${pathOf(orderKey)}/refund-preview`, wish);

/** Its id is then named by a step. */
export const storePhoto = (orderKey: string, photo: File) =>
  post<typeof photoStoredSchema>(`${pathOf(orderKey)}/photos`, photo);

/** Every look is in the audit trail. */
export const photoAddress = (orderKey: string, photoId: string): string =>
  addressOf(`${pathOf(orderKey)}/photos/${photoId}`);

export type StepName = keyof typeof stepBodies;

export const makeStep = <Step extends StepName>(orderKey: string, step: Step, body: StepBody<Step>) =>
  post<typeof stepDoneSchema>(`${pathOf(orderKey)}/returns/${step}`, body);
