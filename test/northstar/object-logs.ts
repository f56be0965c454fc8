import fc from 'fast-check';
import { Balance } from '../../src/northstar/balance-sheet.ts';
import { ObjectLogBuilder } from '../../src/northstar/object-log-builder.ts';
import type { ObjectLog } from '../../src/northstar/object-log.ts';

/** An object log as plain values, without the dictionaries that formats number differently. */
export function plain(log: ObjectLog) {
  const { texts } = log;
  return {
    eventTypes: log.eventTypes,
    objectTypes: log.objectTypes,
    events: log.events.ids.map((id, e) => [id, log.eventTypes[log.events.type[e]!]!.name, log.events.time[e]]),
    objects: log.objects.ids.map((id, o) => [id, log.objectTypes[log.objects.type[o]!]!.name]),
    e2o: Array.from(log.e2o.from, (event, i) => [log.events.ids[event], log.objects.ids[log.e2o.to[i]!], texts[log.e2o.qualifier[i]!]]),
    o2o: Array.from(log.o2o.from, (source, i) => [log.objects.ids[source], log.objects.ids[log.o2o.to[i]!], texts[log.o2o.qualifier[i]!]]),
    eventAttributes: log.eventAttributes.value.map((value, i) => [log.events.ids[log.eventAttributes.owner[i]!], texts[log.eventAttributes.name[i]!], value]),
    objectAttributes: log.objectAttributes.value.map((value, i) => [
      log.objects.ids[log.objectAttributes.owner[i]!], texts[log.objectAttributes.name[i]!], value, log.objectAttributes.time[i],
    ]),
  }; // prettier-ignore
}

/** Events have their attributes in the order of the columns once they went through a table. */
export function plainAsTable(log: ObjectLog) {
  const rows = plain(log);
  return {
    ...rows,
    eventAttributes: [...rows.eventAttributes].sort((a, b) =>
      JSON.stringify(a) < JSON.stringify(b) ? -1 : 1,
    ),
  };
}

const word = fc.string({
  unit: fc.constantFrom('a', 'b', 'Z', '1', '0', '.', ' ', '"', '&', '<', 'é', '€', "'", '\n'),
  minLength: 1,
  maxLength: 6,
});
const value = fc.oneof(
  word,
  fc.constantFrom(
    '',
    ' ',
    '5',
    '-7',
    '007',
    '1.50',
    '650.0',
    '1e3',
    'true',
    '2024-01-01',
    '99999999999999999999',
  ),
);
const attributeType = fc.constantFrom('string', 'time', 'integer', 'float', 'boolean');

/** Object logs of every shape that the formats can carry. */
export const anyObjectLog: fc.Arbitrary<ObjectLog> = fc
  .record({
    types: fc.uniqueArray(word, { minLength: 1, maxLength: 3, selector: (name) => name.toLowerCase() }),
    attributes: fc.uniqueArray(
      fc.tuple(
        word.map((name) => `x${name}`),
        attributeType,
      ),
      { maxLength: 3, selector: ([name]) => name.toLowerCase() },
    ),
    objects: fc.uniqueArray(word, { maxLength: 6 }),
    events: fc.uniqueArray(fc.tuple(word, fc.nat({ max: 5 })), { maxLength: 8, selector: ([id]) => id }),
    picks: fc.array(fc.tuple(fc.nat(), fc.nat(), value, fc.nat({ max: 3 })), { maxLength: 20 }),
  })
  .map(({ types, attributes, objects, events, picks }) => {
    const builder = new ObjectLogBuilder(new Balance('test'));
    const declared = attributes.map(([name, type]) => ({ name, type }));
    for (const type of types) {
      builder.declareEventType(type, declared);
      builder.declareObjectType(type, declared);
    }
    objects.forEach((id, i) => builder.addObject(id, types[i % types.length]!));
    events.forEach(([id, second], i) =>
      builder.addEvent(id, types[i % types.length]!, `2024-01-01T00:00:0${second}.12345Z`),
    );
    for (const [a, b, text, kind] of picks) {
      if (kind === 0 && events.length > 0 && objects.length > 0)
        builder.relateEvent(a % events.length, objects[b % objects.length]!, text);
      if (kind === 1 && objects.length > 0)
        builder.relateObject(a % objects.length, objects[b % objects.length]!, text);
    }
    // Attributes of one event come together, as they do in files.
    for (const kind of [2, 3]) {
      const owners = kind === 2 ? events.length : objects.length;
      if (owners === 0 || declared.length === 0) continue;
      const rows = picks
        .filter((pick) => pick[3] === kind)
        .map(([a, b, text]) => ({
          owner: a % owners,
          name: declared[b % declared.length]!.name,
          text,
          time: b % 4,
        }));
      for (const { owner, name, text, time } of rows.sort((x, y) => x.owner - y.owner)) {
        if (kind === 2) builder.addEventAttribute(owner, name, text);
        else
          builder.addObjectAttribute(
            owner,
            name,
            text,
            time === 0 ? undefined : `2024-01-0${time}T10:00:00+01:00`,
          );
      }
    }
    return builder.finish();
  });
