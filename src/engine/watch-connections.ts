/** Notices connections that somebody else changed: the command line, another process, a census that stopped one. */
import { listConnections } from '../store/connections.ts';
import type { Database } from '../store/database.ts';

/** A text that changes whenever a connection is added, changed, paused, stopped or removed. */
export async function fingerprintConnections(db: Database): Promise<string> {
  const rows = await listConnections(db);
  return rows.map((row) => [row.connection, row.status, row.changedAt].join(' ')).join('\n');
}
