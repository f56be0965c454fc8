/** Problems: lists, groups by cause, one with all that was done about it, and the work on it. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { commandListSchema } from '../../src/wire/api-commands.ts';
import type {
  changedSchema, commentedSchema, openingBalanceSchema, problemFilterSchema, problemPageSchema, problemSchema,
  problemSummarySchema,
} from '../../src/wire/api-problems.ts'; // prettier-ignore
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { get, post } from './ask.ts';

export type ProblemRow = z.output<typeof problemPageSchema>['rows'][number];
export type Problem = z.output<typeof problemSchema>;
export type ProblemFilter = ListFilter<typeof problemFilterSchema>;
export type ProblemGroup = z.output<typeof problemSummarySchema>['rows'][number];

export const problemsQuery = (filter: ProblemFilter): ListQuery<ProblemRow> => ({
  queryKey: ['problem', 'list', filter],
  read: (cursor, signal) =>
    get<typeof problemPageSchema>('/problems', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

export const problemGroupsQuery = queryOptions({
  queryKey: ['problem', 'groups'],
  queryFn: ({ signal }) => get<typeof problemSummarySchema>('/problems/summary', { signal }),
});

const pathOf = (id: string): string => `/problems/${encodeURIComponent(id)}`;

export const problemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problem', 'one', id],
    queryFn: ({ signal }) => get<typeof problemSchema>(pathOf(id), { signal }),
  });

export const commandsOfProblemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problem', 'one', id, 'commands'],
    queryFn: ({ signal }) => get<typeof commandListSchema>(`${pathOf(id)}/commands`, { signal }),
  });

export const openingBalanceQuery = queryOptions({
  queryKey: ['problem', 'opening'],
  queryFn: ({ signal }) => get<typeof openingBalanceSchema>('/opening-balance', { signal }),
});

export type Assignment = {
  readonly team?: string | null;
  readonly userId?: string | null;
  readonly reason?: string;
};
export type Snooze = { readonly untilAt?: string; readonly toNextFact?: boolean };

export const assignProblem = ({ id, version }: ProblemRow, to: Assignment) =>
  post<typeof changedSchema>(`${pathOf(id)}/assign`, { version, ...to });

export const snoozeProblem = ({ id, version }: ProblemRow, until: Snooze) =>
  post<typeof changedSchema>(`${pathOf(id)}/snooze`, { version, ...until });

export const commentProblem = ({ id }: ProblemRow, text: string) =>
  post<typeof commentedSchema>(`${pathOf(id)}/comments`, { text });

/** Accepts the difference as it stands. It mutes nothing: when the amount changes, the problem opens again. */
export const acceptProblem = ({ id, version }: ProblemRow, reason: string) =>
  post<typeof changedSchema>(`${pathOf(id)}/resolve`, { version, reason });
