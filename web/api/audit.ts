/** The audit trail, and whether anybody touched it. */
import type { z } from 'zod';
import type { auditFilterSchema, auditPageSchema, verifiedSchema } from '../../src/wire/api-operations.ts';
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { get } from './ask.ts';

export type AuditRow = z.output<typeof auditPageSchema>['rows'][number];
export type AuditFilter = ListFilter<typeof auditFilterSchema>;

export const auditQuery = (filter: AuditFilter): ListQuery<AuditRow> => ({
  queryKey: ['audit', 'list', filter],
  read: (cursor, signal) =>
    get<typeof auditPageSchema>('/audit', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

export const verifyAudit = () => get<typeof verifiedSchema>('/audit/verify');
