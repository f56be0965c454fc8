/** What a connector reads from one payload: its facts, and what was not understood. */
import type { ConnectorPure, ConnectionSettings, Unread } from '../connectors/contract.ts';
import type { Fact } from '../kernel/fact.ts';
import { decodeText } from './decode-text.ts';
import { SheetCounter } from './import-sheet.ts';
import { lookupIn } from './lookup-objects.ts';
import { NewestObjects } from './newest-objects.ts';
import { readJsonRows } from './read-json-rows.ts';
import { hintOf, type Recognized } from './recognize-objects.ts';
import { unwrapRows, type Recognize } from './unwrap-rows.ts';

export type FactsOfPayload = {
  readonly facts: readonly Fact[];
  /** Objects that were recognized. */
  readonly objects: number;
  readonly unread: readonly { readonly object: string; readonly unread: Unread }[];
  /** What was set aside before it reached the connector. */
  readonly setAside: readonly { readonly reason: string; readonly count: number }[];
};

/** Reads a payload as one connector would; `name` is the file's, for its hint and for messages. */
export function readFacts(
  bytes: Buffer,
  name: string,
  connector: ConnectorPure,
  settings: ConnectionSettings,
): FactsOfPayload {
  const sheet = new SheetCounter(name);
  const newest = new NewestObjects(connector.name);
  const hint = hintOf(name);
  const recognize: Recognize = (body): Recognized | undefined => {
    const found = connector.kindOf(body, hint);
    return found === undefined ? undefined : { connector, ...found };
  };
  const decoded = decodeText(bytes);
  if (!decoded.ok) sheet.setAside(`${name}: ${decoded.message}`);
  else {
    readJsonRows(decoded.bytes.toString('utf8'), name, {
      setAside: (reason) => sheet.setAside(reason),
      row: (row) =>
        unwrapRows(row, recognize, {
          setAside: (reason) => sheet.setAside(reason),
          object: (body, found, readAt) => {
            if (found !== undefined) newest.add(found.kind, found.id, { body, readAt, sheet });
            else
              sheet.setAside(
                `no object of ${connector.name} (fields ${Object.keys(body).slice(0, 4).join(', ')})`,
              );
          },
        }),
    });
  }
  const objects = newest.bodies();
  const context = { settings, lookup: lookupIn(objects) };
  const { connection } = settings;
  const facts: Fact[] = [];
  const unread: { object: string; unread: Unread }[] = [];
  let count = 0;
  for (const [kind, byId] of objects) {
    for (const [id, body] of byId) {
      count++;
      const reading = connector.read({ connection, kind, id, body }, context);
      facts.push(...reading.facts);
      for (const one of reading.unread) unread.push({ object: `${kind}/${id}`, unread: one });
    }
  }
  facts.sort((left, right) => (left.at < right.at || (left.at === right.at && left.id < right.id) ? -1 : 1));
  return { facts, objects: count, unread, setAside: sheet.sheet().setAside };
}
