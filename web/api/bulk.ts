/** One act on many problems: what would become of them, the job that does it, and what became of each. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  bulkJobSchema, bulkPreviewSchema, bulkRequestSchema, jobItemsSchema,
} from '../../src/wire/api-exceptions.ts'; // prettier-ignore
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { get, post } from './ask.ts';

export type BulkRequest = z.input<typeof bulkRequestSchema>;
export type BulkAction = BulkRequest['action'];
export type BulkPreview = z.output<typeof bulkPreviewSchema>;
export type BulkJob = z.output<typeof bulkJobSchema>;
export type JobItem = z.output<typeof jobItemsSchema>['rows'][number];
export type Outcome = BulkPreview['items'][number]['outcome'];

export const previewBulk = (request: BulkRequest) =>
  post<typeof bulkPreviewSchema>('/problems/bulk/preview', request);

/** Does exactly what was previewed, or is refused (`version-stale`). */
export const startBulk = (request: BulkRequest, stamp: string) =>
  post<typeof bulkJobSchema>('/problems/bulk', { ...request, stamp });

export const jobQuery = (jobId: string) =>
  queryOptions({
    queryKey: ['job', 'one', jobId],
    queryFn: ({ signal }) => get<typeof bulkJobSchema>(`/jobs/${jobId}`, { signal }),
    // A job tells nobody how far it is.
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? 700 : false),
  });

export const jobItemsQuery = (jobId: string, stage: string): ListQuery<JobItem> => ({
  queryKey: ['job', 'list', jobId, stage],
  read: (cursor, signal) =>
    get<typeof jobItemsSchema>(`/jobs/${jobId}/items`, { query: { limit: pageSize, cursor }, signal }),
});

export const cancelJob = (jobId: string) => post<typeof bulkJobSchema>(`/jobs/${jobId}/cancel`);
