/** What the whole shop looks like now. Its key has a kind of its own: every hint makes it old. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { overviewSchema } from '../../src/wire/api-overview.ts';
import { get } from './ask.ts';

export type Overview = z.output<typeof overviewSchema>;

export const overviewQuery = queryOptions({
  queryKey: ['overview'],
  queryFn: ({ signal }) => get<typeof overviewSchema>('/overview', { signal }),
});
