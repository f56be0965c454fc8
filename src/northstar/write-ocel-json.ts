import {
  rowStarts,
  type Attributes,
  type ObjectLog,
  type Relations,
  type TypeDeclaration,
} from './object-log.ts';
import { formatRfc3339 } from './time-text.ts';

/** OCEL 2.0 JSON text, piece by piece; passes the published schema. Empty lists are left out, as the samples do. */
export function* writeOcelJson(log: ObjectLog): Generator<string> {
  yield `{"objectTypes":${types(log.objectTypes)},\n"eventTypes":${types(log.eventTypes)},\n"objects":[`;
  const objectRows = new RowReader(log, log.objectAttributes, log.o2o, log.objects.ids.length);
  for (let o = 0; o < log.objects.ids.length; o++) {
    yield (
      (o === 0 ? '\n' : ',\n') +
      JSON.stringify({
        id: log.objects.ids[o]!,
        type: log.objectTypes[log.objects.type[o]!]!.name,
        ...objectRows.at(o),
      })
    );
  }
  yield '],\n"events":[';
  const eventRows = new RowReader(log, log.eventAttributes, log.e2o, log.events.ids.length);
  for (let e = 0; e < log.events.ids.length; e++) {
    const time = formatRfc3339(log.events.time[e]!, log.timeForms[log.events.form[e]!]);
    const event = {
      id: log.events.ids[e]!,
      type: log.eventTypes[log.events.type[e]!]!.name,
      time,
      ...eventRows.at(e),
    };
    yield (e === 0 ? '\n' : ',\n') + JSON.stringify(event);
  }
  yield ']}\n';
}

function types(declared: readonly TypeDeclaration[]): string {
  return JSON.stringify(
    declared.map(({ name, attributes }) => ({
      name,
      attributes: attributes.map((a) => ({ name: a.name, type: a.type })),
    })),
  );
}

class RowReader {
  readonly #log: ObjectLog;
  readonly #attributes: Attributes;
  readonly #relations: Relations;
  readonly #attributeStarts: Uint32Array;
  readonly #relationStarts: Uint32Array;

  constructor(log: ObjectLog, attributes: Attributes, relations: Relations, owners: number) {
    this.#log = log;
    this.#attributes = attributes;
    this.#relations = relations;
    this.#attributeStarts = rowStarts(attributes.owner, owners);
    this.#relationStarts = rowStarts(relations.from, owners);
  }

  at(owner: number): { attributes?: object[]; relationships?: object[] } {
    const { texts, objects, timeForms } = this.#log;
    const attributes: object[] = [];
    for (let i = this.#attributeStarts[owner]!; i < this.#attributeStarts[owner + 1]!; i++) {
      const time = this.#attributes.time[i]!;
      const name = texts[this.#attributes.name[i]!]!;
      const value = this.#attributes.value[i]!;
      if (Number.isNaN(time)) attributes.push({ name, value });
      else attributes.push({ name, time: formatRfc3339(time, timeForms[this.#attributes.form[i]!]), value });
    }
    const relationships: object[] = [];
    for (let i = this.#relationStarts[owner]!; i < this.#relationStarts[owner + 1]!; i++) {
      relationships.push({
        objectId: objects.ids[this.#relations.to[i]!]!,
        qualifier: texts[this.#relations.qualifier[i]!]!,
      });
    }
    return {
      ...(attributes.length > 0 ? { attributes } : {}),
      ...(relationships.length > 0 ? { relationships } : {}),
    };
  }
}
