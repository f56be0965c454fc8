/** The queues that loops look into, and which of them a statement puts something into. */
import type { StatementRun } from './simulated-store.ts';

const tables = {
  deliveries: 'deliveries',
  objects: 'object_marks',
  orders: 'order_marks',
  commands: 'commands',
} as const;
export type Queue = keyof typeof tables;
const queues = Object.keys(tables) as readonly Queue[];

/** What goes on with work that is held already. */
const goesOn = /^claim-|^renew-|^mark-command-sending$|^count-command-probe$|^note-command-outcome$/;
const known = new Map<string, readonly Queue[]>();

export function queuesWritten({ name, sql, rows }: StatementRun): readonly Queue[] {
  // The only one that mostly writes nothing.
  if (name === 'wake-due-orders' && rows === 0) return [];
  const before = known.get(name);
  if (before !== undefined) return before;
  const written = goesOn.test(name) ? [] : queues.filter((queue) => new RegExp(`(?:insert into|update) ${tables[queue]}\\b`).test(sql));
  known.set(name, written);
  return written;
} // prettier-ignore
