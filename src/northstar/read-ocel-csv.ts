import { Balance, ImportError } from './balance-sheet.ts';
import { CsvScanner, detectDelimiter, fieldText } from './csv-scan.ts';
import { ObjectLogBuilder } from './object-log-builder.ts';
import { decodeCsv, setRowAside } from './read-csv.ts';
import type { ObjectImport } from './read-ocel-json.ts';

const typePrefix = 'ocel:type:';
const ownColumns = ['ocel:eid', 'ocel:activity', 'ocel:timestamp'] as const;

/** Whether a table with this first line holds an object-centric log: one row per event, a column per object type. */
export function isOcelHeader(line: string): boolean {
  return line.includes('ocel:activity') && line.includes(typePrefix);
}

/**
 * Reads an object-centric log from CSV as PM4Py writes it: the columns `ocel:eid`, `ocel:activity` and
 * `ocel:timestamp`, for each object type a column `ocel:type:NAME` with a list of ids (`['i1', 'i2']`), further columns
 * being attributes of the event. An object exists as soon as an event names it; an id under two types stays what it
 * was first.
 */
export function readOcelCsv(file: Uint8Array, delimiterText?: string): ObjectImport {
  const balance = new Balance('ocel-csv');
  const builder = new ObjectLogBuilder(balance);
  const { bytes, start, decode } = decodeCsv(file, balance);
  const delimiter = delimiterText?.charCodeAt(0) ?? detectDelimiter(bytes, start);
  const scanner = new CsvScanner(bytes, delimiter, start);
  if (!scanner.next()) throw new ImportError('csv-empty', 'the file is empty: it has no header line');
  const rowTexts = (): string[] =>
    Array.from({ length: scanner.fields }, (_, field) => fieldText(scanner, field, decode));
  const header = rowTexts().map((name) => name.trim());
  const [id, activity, time] = ownColumns.map((name) => header.indexOf(name)) as [number, number, number];
  if (activity < 0 || time < 0)
    throw new ImportError(
      'csv-column-missing',
      'an object-centric CSV needs ocel:activity and ocel:timestamp',
    );
  const types = header.flatMap((name, column) =>
    name.startsWith(typePrefix) ? [{ column, type: name.slice(typePrefix.length) }] : [],
  );
  const attributes = header.flatMap((name, column) =>
    name === '' || name.startsWith(typePrefix) || ownColumns.some((own) => own === name)
      ? []
      : [{ column, name }],
  );
  for (const { type } of types) builder.declareObjectType(type, []);
  const known = new Map<string, string>();
  let row = 0;
  while (scanner.next()) {
    row++;
    if (scanner.fields !== header.length || scanner.unclosed) {
      setRowAside(scanner, header.length, balance);
      continue;
    }
    const fields = rowTexts();
    const name = fields[activity]!.trim();
    const event = builder.addEvent(
      id < 0 ? `e${row}` : fields[id]!.trim(),
      name === '' ? undefined : name,
      fields[time],
    );
    for (const { column, name: attribute } of attributes)
      if (fields[column] !== '') builder.addEventAttribute(event, attribute, fields[column]);
    for (const { column, type } of types) {
      for (const object of listOf(fields[column]!)) {
        const first = known.get(object);
        if (first === undefined) {
          known.set(object, type);
          builder.addObject(object, type);
        } else if (first !== type)
          balance.note('object-of-two-types', 'ids under two object types; they keep the first', object);
        builder.relateEvent(event, object, '');
      }
    }
  }
  const log = builder.finish();
  return { log, balance: balance.sheet() };
}

/** The ids of a list as Python or JSON print it; a text without brackets is one id. */
function listOf(text: string): string[] {
  const trimmed = text.trim();
  if (trimmed === '' || /^(?:nan|none|null)$/i.test(trimmed)) return [];
  if (!trimmed.startsWith('[') || !trimmed.endsWith(']')) return [trimmed];
  const items: string[] = [];
  const item = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|([^,]+))\s*(?:,|$)/gsy;
  const inside = trimmed.slice(1, -1);
  for (let match = item.exec(inside); match !== null && match[0] !== ''; match = item.exec(inside)) {
    const quoted = match[1] ?? match[2];
    const id = quoted === undefined ? match[3]!.trim() : quoted.replaceAll(/\\(.)/gs, '$1');
    if (id !== '') items.push(id);
  }
  return items;
}
