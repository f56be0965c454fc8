/** Who is logged in, what they may do, and in which zone the shop lives. */
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { z } from 'zod';
import type { loginMethodsSchema, meSchema, pinPersonsSchema } from '../../src/wire/api-access.ts';
import type { Permission } from '../../src/wire/roles.ts';
import { ApiProblem, get, post, rememberCsrf } from './ask.ts';

export type Me = z.output<typeof meSchema>;

/** The session, or null for nobody. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async ({ signal }): Promise<Me | null> => {
    try {
      const me = await get<typeof meSchema>('/session', { signal });
      rememberCsrf(me.csrf);
      return me;
    } catch (error) {
      if (error instanceof ApiProblem && error.failure.status === 401) return null;
      throw error;
    }
  },
});

export const loginMethodsQuery = queryOptions({
  queryKey: ['session', 'methods'],
  queryFn: ({ signal }) => get<typeof loginMethodsSchema>('/session/methods', { signal }),
});

/** Who may act on a shared tablet by their PIN. */
export const pinPersonsQuery = queryOptions({
  queryKey: ['session', 'persons'],
  queryFn: ({ signal }) => get<typeof pinPersonsSchema>('/session/persons', { signal }),
});

/** The session stays; who acts in it changes. */
export const changePerson = (userId: string, pin: string) =>
  post<typeof meSchema>('/session/person', { userId, pin });

/** The session of a page that is only shown to somebody. */
export function useMe(): Me {
  const { data } = useSuspenseQuery(sessionQuery);
  if (data === null) throw new Error('no session');
  return data;
}

export function useMay(): (permission: Permission) => boolean {
  const { permissions } = useMe();
  return (permission) => permissions.includes(permission);
}
