/** How answers are kept: what is shown stays while it is read again, refusals are not asked twice. */
import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './ask.ts';

const retriesMax = 2;

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // Hints say when something changed; beyond that, what was read a moment ago is good.
      staleTime: 15_000,
      refetchOnWindowFocus: true,
      retry: (count, error) =>
        count < retriesMax &&
        error instanceof ApiProblem &&
        (error.failure.status === 0 || error.failure.status >= 500),
    },
    mutations: { retry: false },
  },
});
