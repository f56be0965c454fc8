/** Fixes: corrections to be made in a source system, by whom they are let go and what became of them. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  commandDecidedSchema,
  commandFilterSchema,
  commandListSchema,
} from '../../src/wire/api-commands.ts';
import type { ListFilter } from '../list/list-search.ts';
import type { ListQuery } from '../list/use-live-list.ts';
import { get, post } from './ask.ts';

export type CommandRow = z.output<typeof commandListSchema>['rows'][number];
export type CommandFilter = Omit<ListFilter<typeof commandFilterSchema>, 'limit'>;
export type Decision = 'approve' | 'reject' | 'retry' | 'leave';

/** At most this many are shown; whoever has more than that works from the problems. */
const shownMax = 200;

export const commandsQuery = (filter: CommandFilter): ListQuery<CommandRow> => ({
  queryKey: ['order', 'list', 'commands', filter],
  read: async (_cursor, signal) => ({
    rows: (
      await get<typeof commandListSchema>('/commands', { query: { ...filter, limit: shownMax }, signal })
    ).rows,
    next: null,
  }),
});

export const commandsOfOrderQuery = (orderKey: string) =>
  queryOptions({
    queryKey: ['order', 'one', orderKey, 'commands'],
    queryFn: ({ signal }) =>
      get<typeof commandListSchema>(`/orders/${encodeURIComponent(orderKey)}/commands`, { signal }),
  });

export const commandsOfProblemQuery = (id: string) =>
  queryOptions({
    queryKey: ['problem', 'one', id, 'commands'],
    queryFn: ({ signal }) =>
      get<typeof commandListSchema>(`/problems/${encodeURIComponent(id)}/commands`, { signal }),
  });

export const decideCommand = (row: CommandRow, decision: Decision, reason: string) =>
  post<typeof commandDecidedSchema>(
    `/orders/${encodeURIComponent(row.orderKey)}/commands/${row.commandId}/${decision}`,
    reason === '' ? {} : { reason },
  );
