/** What a row of a list becomes, and how lists are asked for. */
import type { LiveConnection, Snapshot } from '../live-contract.ts';
import { type Shape, idOf, instantIn } from './object-fields.ts';

export const pageSize = 100;
/** Six decimals: with two, net totals and taxes are each rounded and no longer add up (963). */
export const exact = { dp: '6' };

export function modifiedAt(row: Shape): number | undefined {
  const at = instantIn(row['date_modified_gmt'], 'UTC') ?? instantIn(row['date_created_gmt'], 'UTC');
  return at === undefined ? undefined : Date.parse(at);
}

export function snapshotOf(connection: LiveConnection, kind: string, body: Shape): Snapshot[] {
  const id = idOf(body['id']);
  if (id === undefined) return [];
  const at = modifiedAt(body);
  const changed = at === undefined ? {} : { modifiedAt: new Date(at).toISOString() };
  return [{ connection: connection.settings.connection, kind, id, body, ...changed }];
}
