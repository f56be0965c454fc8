/**
 * Facts that come in files of any kind, read by a mapping. A row is one canonical line; a row that a corrected file
 * no longer has becomes `{ "withdrawn": true }`: a newer snapshot that implies nothing, so its fact is retracted.
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { canonical } from './canonical-connector.ts';

export const withdrawnLine = { withdrawn: true } as const;

export const fileFeed: ConnectorPure = {
  ...canonical,
  name: 'file-feed',
  // A file in an export folder is shown to the connector `canonical`; this one only reads what its feed brought.
  kindOf: () => undefined,
  read,
  keep: (object) => (isWithdrawn(object) ? object.body : canonical.keep(object)),
};

function isWithdrawn({ body }: SourceObject): boolean {
  return (body as { withdrawn?: unknown } | null)?.withdrawn === true;
}

function read(object: SourceObject, context: ReadContext): Reading {
  return isWithdrawn(object)
    ? { facts: [], names: [], links: [], unread: [] }
    : canonical.read(object, context);
}
