import type { SQLOutputValue } from 'node:sqlite';
import { Balance } from './balance-sheet.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import type { ObjectImport } from './read-ocel-json.ts';
import type { SqliteSource } from './sqlite-source.ts';

const ownColumns = new Set(['ocel:eid', 'ocel:timestamp', 'ocel:activity', 'ocel:oid', 'ocel:type']);

/**
 * Reads OCEL 1.0 SQLite: the tables EVENTS, OBJECTS and RELATIONS as PM4Py writes them, further columns being
 * attributes. Events keep the order of their rows.
 */
export function readOcel1Sqlite(source: SqliteSource): ObjectImport {
  const balance = new Balance('ocel1-sqlite');
  const builder = new ObjectLogBuilder(balance);
  const attributesOf = (table: string): string[] =>
    source
      .columns(table)
      .map(({ name }) => name)
      .filter((name) => !ownColumns.has(name.toLowerCase()));
  const objectAttributes = attributesOf('objects');
  for (const [id, type, ...values] of source.rows('objects', [
    'ocel:oid',
    'ocel:type',
    ...objectAttributes,
  ])) {
    const index = builder.addObject(id, type);
    values.forEach((value, i) => {
      if (value !== null) builder.addObjectAttribute(index, objectAttributes[i]!, value, undefined);
    });
  }
  const eventAttributes = attributesOf('events');
  const columns = ['ocel:eid', 'ocel:activity', 'ocel:timestamp', ...eventAttributes];
  for (const [id, activity, time, ...values] of source.rows('events', columns)) {
    const index = builder.addEvent(id, activity, timeText(time));
    values.forEach((value, i) => {
      if (value !== null) builder.addEventAttribute(index, eventAttributes[i]!, value);
    });
  }
  for (const [event, object] of source.rows('relations', ['ocel:eid', 'ocel:oid'])) {
    const index = builder.findEvent(event);
    if (index === undefined)
      balance.setAside(
        'e2o',
        'dangling-event',
        'relations of events that the file does not have',
        String(event),
      );
    else builder.relateEvent(index, object, '');
  }
  const log = builder.finish();
  return { log, balance: balance.sheet() };
}

function timeText(value: SQLOutputValue | undefined): string | undefined {
  return value === null || value === undefined || value instanceof Uint8Array ? undefined : String(value);
}
