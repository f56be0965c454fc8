import { Balance, ImportError, type BalanceSheet } from './balance-sheet.ts';
import type { ObjectLog } from './object-log.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';

export type ObjectImport = { readonly log: ObjectLog; readonly balance: BalanceSheet };

type Json = Readonly<Record<string, unknown>>;
const none: readonly Json[] = [];

/**
 * Reads OCEL 2.0 JSON, or OCEL 1.0 JSON (`ocel:events` keyed by id, header optional).
 * @throws ImportError for a file that is cut off, not JSON, or neither of the two.
 */
export function readOcelJson(file: Uint8Array): ObjectImport {
  const root = parseJson(file);
  if (!isRecord(root))
    throw new ImportError('ocel-not-ocel', 'the JSON file is not an object with events and objects');
  if ('ocel:events' in root) return readVersion1(root, file);
  if (!Array.isArray(root['events']) || !Array.isArray(root['objects'])) {
    throw new ImportError('ocel-not-ocel', 'this JSON is not OCEL: it has no lists "events" and "objects"');
  }
  const balance = new Balance('ocel2-json');
  const builder = new ObjectLogBuilder(balance);
  for (const type of records(root['eventTypes'], 'types', balance))
    builder.declareEventType(String(type['name']), declared(type, balance));
  for (const type of records(root['objectTypes'], 'types', balance))
    builder.declareObjectType(String(type['name']), declared(type, balance));
  for (const object of root['objects'] as unknown[]) {
    const row = isRecord(object) ? object : {};
    const index = builder.addObject(row['id'], row['type']);
    for (const attribute of records(row['attributes'], 'attributes', balance)) {
      builder.addObjectAttribute(index, String(attribute['name']), attribute['value'], attribute['time']);
    }
    for (const related of records(row['relationships'], 'o2o', balance))
      builder.relateObject(index, related['objectId'], related['qualifier']);
  }
  for (const event of root['events'] as unknown[]) {
    const row = isRecord(event) ? event : {};
    const index = builder.addEvent(row['id'], row['type'], row['time']);
    for (const attribute of records(row['attributes'], 'attributes', balance))
      builder.addEventAttribute(index, String(attribute['name']), attribute['value']);
    for (const related of records(row['relationships'], 'e2o', balance))
      builder.relateEvent(index, related['objectId'], related['qualifier']);
  }
  return finish(builder, balance);
}

/** OCEL 1.0: events and objects are maps by id, objects have attributes without times. */
function readVersion1(root: Json, file: Uint8Array): ObjectImport {
  const balance = new Balance('ocel1-json');
  const builder = new ObjectLogBuilder(balance);
  const events = isRecord(root['ocel:events']) ? root['ocel:events'] : {};
  const objects = isRecord(root['ocel:objects']) ? root['ocel:objects'] : {};
  const global = root['ocel:global-log'];
  const types = isRecord(global) ? global['ocel:object-types'] : undefined;
  for (const type of Array.isArray(types) ? (types as unknown[]) : [])
    builder.declareObjectType(String(type), []);
  for (const [id, object] of Object.entries(objects)) {
    const row = isRecord(object) ? object : {};
    const index = builder.addObject(id, row['ocel:type']);
    const values = row['ocel:ovmap'];
    for (const [name, value] of isRecord(values) ? Object.entries(values) : [])
      builder.addObjectAttribute(index, name, value, undefined);
  }
  for (const [id, event] of Object.entries(events)) {
    const row = isRecord(event) ? event : {};
    const index = builder.addEvent(id, row['ocel:activity'], row['ocel:timestamp']);
    const values = row['ocel:vmap'];
    for (const [name, value] of isRecord(values) ? Object.entries(values) : [])
      builder.addEventAttribute(index, name, value);
    const related = row['ocel:omap'];
    for (const object of Array.isArray(related) ? (related as unknown[]) : [related])
      if (object !== undefined) builder.relateEvent(index, object, '');
  }
  // A map with an id twice keeps the last one only, before anyone can see it: the count of keys in the text tells.
  const repeated = (what: string, key: string, kept: number): void => {
    const lost = countText(file, key) - kept;
    if (lost > 0)
      balance.setAside(
        what,
        'duplicate-id',
        `${what} whose id comes again in the file; the last one counts`,
        '',
        lost,
      );
  };
  repeated('events', '"ocel:activity"', Object.keys(events).length);
  repeated('objects', '"ocel:type"', Object.keys(objects).length);
  return finish(builder, balance);
}

function finish(builder: ObjectLogBuilder, balance: Balance): ObjectImport {
  const log = builder.finish();
  return { log, balance: balance.sheet() };
}

function parseJson(file: Uint8Array): unknown {
  const text = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const start = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf ? 3 : 0;
  try {
    return JSON.parse(text.toString('utf8', start)) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') {
      throw new ImportError('json-too-large', 'JSON of more than 512 MB is not read; convert it to SQLite', {
        cause: error,
      });
    }
    throw new ImportError(
      'json-malformed',
      `the file is cut off or not JSON: ${(error as Error).message.slice(0, 200)}`,
      { cause: error },
    );
  }
}

function countText(file: Uint8Array, text: string): number {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  let count = 0;
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + text.length)) count++;
  return count;
}

function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, without a copy where, as nearly always, it holds nothing else; what is none is booked. */
function records(value: unknown, what: string, balance: Balance): readonly Json[] {
  if (value === undefined || value === null) return none;
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.every(isRecord)) return list;
  return list.filter((item) => {
    if (isRecord(item)) return true;
    balance.setAside(what, 'not-an-object', 'entries that are no JSON object', JSON.stringify(item));
    return false;
  }) as Json[];
}

function declared(type: Json, balance: Balance): { name: string; type: string }[] {
  return records(type['attributes'], 'declared attributes', balance).map((attribute) => ({
    name: String(attribute['name']),
    type: String(attribute['type']),
  }));
}
