/** What is normal here: rules that silence problems of a scope until a date, and what one would have silenced. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  addNormalSchema, normalListSchema, normalPreviewSchema, normalRuleSchema, scopeSchema,
} from '../../src/wire/api-exceptions.ts'; // prettier-ignore
import { get, post } from './ask.ts';

export type Scope = z.input<typeof scopeSchema>;
export type NormalRule = z.output<typeof normalRuleSchema>;
export type NormalPreview = z.output<typeof normalPreviewSchema>;

export const normalRulesQuery = queryOptions({
  queryKey: ['problem', 'normal-rules'],
  queryFn: ({ signal }) => get<typeof normalListSchema>('/normal-rules', { signal }),
});

export const previewNormal = (scope: Scope) =>
  post<typeof normalPreviewSchema>('/normal-rules/preview', { scope });

export const addNormalRule = (rule: z.input<typeof addNormalSchema>) =>
  post<typeof normalRuleSchema>('/normal-rules', rule);

export const endNormalRule = (ruleId: string) => post<typeof normalRuleSchema>(`/normal-rules/${ruleId}/end`);
