/** The journey map and the 30-day plan: the newest there is, and asked for again while a newer one is being made. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { acceptedRowsSchema, journeySchema, peopleSchema, planSchema } from '../../src/wire/api-plan.ts';
import { get, post, put } from './ask.ts';

export type Journey = z.output<typeof journeySchema>;
export type JourneyEdge = Journey['edges'][number];
export type JourneyStep = Journey['steps'][number];
export type PlanAnswer = z.output<typeof planSchema>;
export type PlanBlock = PlanAnswer['blocks'][number];
export type PlanRow = PlanAnswer['rows'][number];
export type AcceptedRow = { readonly control: PlanRow['control']; readonly due?: string; readonly owner?: string; readonly mode?: string }; // prettier-ignore

const staleTime = 60_000;
const renewingMs = 3_000;

/** Asks again soon while a newer one is being made. */
const whileRenewing = (query: {
  readonly state: { readonly data?: { readonly isRenewing: boolean } | undefined };
}) => (query.state.data?.isRenewing === true ? renewingMs : false);

export const journeyQuery = (language: string) =>
  queryOptions({
    queryKey: ['policy', 'journey', language],
    staleTime,
    refetchInterval: whileRenewing,
    queryFn: ({ signal }) => get<typeof journeySchema>('/journey', { query: { language }, signal }),
  });

export const planQuery = (language: string, since: unknown) =>
  queryOptions({
    queryKey: ['policy', 'plan', language, since],
    staleTime,
    refetchInterval: whileRenewing,
    queryFn: ({ signal }) =>
      since === undefined
        ? get<typeof planSchema>('/plan', { query: { language }, signal })
        : post<typeof planSchema>('/plan/compare', { language, since }, { signal }),
  });

export const typeIntoPlan = (typed: {
  readonly names?: Record<string, string>;
  readonly comments?: Record<string, string>;
}) => put<typeof peopleSchema>('/plan/people', typed);

export const acceptRows = (body: {
  readonly from: string;
  readonly rows: readonly AcceptedRow[];
  readonly reason: string;
}) => post<typeof acceptedRowsSchema>('/plan/rows', body);
