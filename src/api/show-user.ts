/** A user as the API shows it: without the hash of the password. */
import type { z } from 'zod';
import type { User } from '../store/accounts.ts';
import type { userSchema } from '../wire/api-access.ts';

export function toUser(user: User): z.output<typeof userSchema> {
  const { userId, email, name, roles, team, language, lockedUntilAt, createdAt, deactivatedAt } = user;
  return { userId, email, name, roles, team, language, lockedUntilAt, createdAt, deactivatedAt };
}
