/** Retention: what is older than the policy keeps its class goes by itself. */
import type { Retention } from '../kernel/policy.ts';
import type { Database } from '../store/database.ts';
import { eraseLeftDeclarations } from '../store/declarations.ts';
import { deleteLeftTerms } from '../store/person-terms.ts';
import { forgetPerson } from '../store/persons.ts';
import { expireClass, expiringClasses, listCustomersSince, listQuietCustomers } from '../store/retention.ts';

const dayMs = 24 * 3_600_000;
const pageMax = 500;

/** The instant before which a class must have ended to go; undefined: it is kept for ever. */
export function cutOff(days: number | undefined, nowMs: number): string | undefined {
  return days === undefined ? undefined : new Date(nowMs - days * dayMs).toISOString();
}

/** Lets go everything whose time is over at `nowMs`; returns how much of each class. */
export async function expireData(
  db: Database,
  retention: Retention,
  nowMs: number,
): Promise<Readonly<Record<string, number>>> {
  const gone: Record<string, number> = {};
  for (const name of expiringClasses) {
    const before = cutOff(retention[name], nowMs);
    if (before !== undefined) gone[name] = await expireClass(db, name, before);
  }
  const before = cutOff(retention.persons, nowMs);
  if (before !== undefined) gone['persons'] = await expirePersons(db, before);
  await eraseLeftDeclarations(db);
  await deleteLeftTerms(db);
  return gone;
}

async function expirePersons(db: Database, before: string): Promise<number> {
  let count = 0;
  for (let after = ''; ;) {
    const customers = await listCustomersSince(db, before, after, pageMax);
    const quiet = await listQuietCustomers(db, customers, before);
    for (const customerKey of quiet) await forgetPerson(db, customerKey);
    count += quiet.length;
    if (customers.length < pageMax) return count;
    after = customers.at(-1)!;
  }
}
