/** Problems: lists, groups by cause, one with all that was done about it, and the work on it. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  changedSchema, commentedSchema, openingBalanceSchema, openingDecisionSchema, orderProblemsSchema, problemFilterSchema, problemGroupsSchema, problemPageSchema, problemSchema, undoneSchema,
} from '../../src/wire/api-problems.ts'; // prettier-ignore
import type { ListFilter } from '../list/list-search.ts';
import { pageSize, type ListQuery } from '../list/use-live-list.ts';
import { get, post } from './ask.ts';

export type ProblemRow = z.output<typeof problemPageSchema>['rows'][number];
export type Problem = z.output<typeof problemSchema>;
export type ProblemFilter = ListFilter<typeof problemFilterSchema>;

export const problemsQuery = (filter: ProblemFilter): ListQuery<ProblemRow> => ({
  queryKey: ['problem', 'list', filter],
  read: (cursor, signal) =>
    get<typeof problemPageSchema>('/problems', { query: { ...filter, limit: pageSize, cursor }, signal }),
});

/** Of the filter only whose they are and in which view: a cause is what a group is. */
export const problemGroupsQuery = ({ team, userId, view }: ProblemFilter) =>
  queryOptions({
    queryKey: ['problem', 'groups', { team, userId, view }],
    queryFn: ({ signal }) =>
      get<typeof problemGroupsSchema>('/problems/groups', { query: { team, userId, view }, signal }),
  });

export const problemsOfOrderQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['problem', 'of-order', orderKey],
    queryFn: ({ signal }) =>
      get<typeof orderProblemsSchema>(`/orders/${encodeURIComponent(orderKey)}/problems`, { signal }),
  });

/** So many of one cause can be chosen from. */
const alikeMax = 50;

export const problemsOfCauseQuery = (cause: string) =>
  queryOptions({
    queryKey: ['problem', 'of-cause', cause],
    queryFn: ({ signal }) =>
      get<typeof problemPageSchema>('/problems', { query: { cause, view: 'open', limit: alikeMax }, signal }),
  });

const pathOf = (id: string): string => `/problems/${encodeURIComponent(id)}`;

export const problemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problem', 'one', id],
    queryFn: ({ signal }) => get<typeof problemSchema>(pathOf(id), { signal }),
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

/** Says that it is none. It comes back when the difference changes. */
export const dismissProblem = ({ id, version }: ProblemRow, reason: string) =>
  post<typeof changedSchema>(`${pathOf(id)}/dismiss`, { version, reason });

/** Lets another problem stand for this one. */
export const mergeProblem = ({ id, version }: ProblemRow, into: string, reason: string) =>
  post<typeof changedSchema>(`${pathOf(id)}/merge`, {
    version,
    into,
    ...(reason !== '' && { reason }),
  });

/** Takes a dismissal, a merge or an accepted difference back. */
export const reopenProblem = ({ id, version }: ProblemRow, reason: string) =>
  post<typeof changedSchema>(`${pathOf(id)}/reopen`, { version, reason });

/** Takes back what was last done to it. */
export const undoProblem = ({ id, version }: ProblemRow) =>
  post<typeof undoneSchema>(`${pathOf(id)}/undo`, { version });

export type OpeningGroup = z.output<typeof openingBalanceSchema>['rows'][number];
export type OpeningDecision = 'taken-on' | 'accepted' | 'none';

export const decideOpening = (
  group: Pick<OpeningGroup, 'control' | 'currency'>,
  decision: OpeningDecision,
  reason: string,
) =>
  post<z.ZodNullable<typeof openingDecisionSchema>>('/opening-balance/decide', {
    control: group.control,
    currency: group.currency,
    decision,
    reason,
  });
