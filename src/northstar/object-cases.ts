import { ImportError } from './balance-sheet.ts';
import { Dictionary } from './byte-dictionary.ts';
import type { Column, EventLog } from './event-log.ts';
import { flatten, lifecycles } from './object-graph.ts';
import { rowStarts, type ObjectLog } from './object-log.ts';

/**
 * The objects of one type as cases, by name or as the only type there is. `keep` names attributes of the objects
 * that become columns, each with its last value.
 */
export function objectCases(
  log: ObjectLog,
  type: string | undefined,
  keep: readonly string[] = [],
): EventLog {
  const names = log.objectTypes.map(({ name }) => name);
  const index = type === undefined && names.length === 1 ? 0 : names.indexOf(type ?? '');
  if (index < 0) {
    throw new ImportError(
      'object-type',
      `name the object type whose objects are the cases; the log has: ${names.join(', ')}`,
    );
  }
  const flat = flatten(log, lifecycles(log), index);
  const objects = Array.from(log.objects.type, (of, object) => (of === index ? object : -1)).filter(
    (object) => object >= 0,
  );
  return { ...flat, columns: keep.flatMap((name) => objectColumn(log, flat, objects, name)) };
}

function objectColumn(log: ObjectLog, flat: EventLog, objects: readonly number[], name: string): Column[] {
  const key = log.texts.indexOf(name);
  if (key < 0) return [];
  const { owner, name: names, value } = log.objectAttributes;
  const cases = new Set(objects);
  const isOfObjects = names.some((each, i) => each === key && cases.has(owner[i]!));
  if (!isOfObjects) return eventColumn(log, flat, key, name);
  const starts = rowStarts(owner, log.objects.ids.length);
  const texts = new Dictionary();
  texts.idOf('');
  const values = new Uint32Array(flat.row.length);
  objects.forEach((object, c) => {
    let last = '';
    for (let i = starts[object]!; i < starts[object + 1]!; i++) if (names[i] === key) last = value[i]!;
    values.fill(texts.idOf(last), flat.caseStart[c], flat.caseStart[c + 1]);
  });
  return [{ name, texts: texts.texts, values }];
}

/** An attribute that the events have and the objects have not. */
function eventColumn(log: ObjectLog, flat: EventLog, key: number, name: string): Column[] {
  const { owner, name: names, value } = log.eventAttributes;
  const ofEvent = new Map<number, string>();
  names.forEach((each, i) => {
    if (each === key) ofEvent.set(owner[i]!, value[i]!);
  });
  if (ofEvent.size === 0) return [];
  const texts = new Dictionary();
  texts.idOf('');
  const values = flat.row.map((event) => texts.idOf(ofEvent.get(event) ?? ''));
  return [{ name, texts: texts.texts, values }];
}
