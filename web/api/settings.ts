/** Users, the own login, and the rules the service works by. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type {
  changeUserSchema, invitedUserSchema, pinStateSchema, linkSchema, newSecondFactorSchema, newUserSchema, recoveryCodesSchema, secondFactorStateSchema,
  userListSchema, userSchema,
} from '../../src/wire/api-access.ts'; // prettier-ignore
import type { policySchema } from '../../src/wire/api-connections.ts';
import { del, get, post, put } from './ask.ts';

export type User = z.output<typeof userSchema>;
export type PolicyValue = z.output<typeof policySchema>['rows'][number];

export const usersQuery = queryOptions({
  queryKey: ['user', 'list'],
  queryFn: ({ signal }) => get<typeof userListSchema>('/users', { signal }),
});

export const inviteUser = (user: z.input<typeof newUserSchema>) =>
  post<typeof invitedUserSchema>('/users', user);
export const changeUser = (userId: string, change: z.input<typeof changeUserSchema>) =>
  put<typeof userSchema>(`/users/${userId}`, change);
export const deactivateUser = (userId: string, reason: string) =>
  post<typeof userSchema>(`/users/${userId}/deactivate`, { reason });
export const makePasswordLink = (userId: string) => post<typeof linkSchema>(`/users/${userId}/password-link`);
export const takeSecondFactor = (userId: string) => del(`/users/${userId}/second-factor`);

export const secondFactorQuery = queryOptions({
  queryKey: ['session', 'second-factor'],
  queryFn: ({ signal }) => get<typeof secondFactorStateSchema>('/session/second-factor', { signal }),
});
export const beginSecondFactor = () => post<typeof newSecondFactorSchema>('/session/second-factor');
export const confirmSecondFactor = (code: string) =>
  post<typeof recoveryCodesSchema>('/session/second-factor/confirm', { code });
export const endSecondFactor = (password: string) => post('/session/second-factor/end', { password });

export const pinQuery = queryOptions({
  queryKey: ['session', 'pin'],
  queryFn: ({ signal }) => get<typeof pinStateSchema>('/session/pin', { signal }),
});
export const setPin = (pin: string, password: string) =>
  put<typeof pinStateSchema>('/session/pin', { pin, password });
export const removePin = () => del('/session/pin');

export const policyQuery = queryOptions({
  queryKey: ['policy', 'list'],
  queryFn: ({ signal }) => get<typeof policySchema>('/policy', { signal }),
});
