/** Who an actor is, in the words of people: trails and notes keep `user/…`, which says nothing to a reader. */
import { listUsers } from '../store/accounts.ts';
import type { Runner } from '../store/database.ts';

/** Gives the name behind `user/…`; null for tokens, customers and Reentry itself. */
export async function actorNames(db: Runner): Promise<(actor: string) => string | null> {
  const names = new Map((await listUsers(db)).map((user) => [`user/${user.userId}`, user.name]));
  return (actor) => names.get(actor) ?? null;
}
