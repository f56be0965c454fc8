import {
  rowStarts,
  type Attributes,
  type ObjectLog,
  type Relations,
  type TypeDeclaration,
} from './object-log.ts';
import { formatRfc3339 } from './time-text.ts';
import { escapeXml } from './xml-scan.ts';

/**
 * How references are written. The published schema knows only `<object object-id type>`, the published samples
 * write `<relationship object-id>`: no file can please both, and every reader we know takes either.
 */
export type ReferenceForm = 'object' | 'relationship';

/**
 * OCEL 2.0 XML text, piece by piece. With references as `object` (default) it passes the published schema, with one
 * exception that lies in the schema: its key for attribute names spans all types, so it refuses every log in which
 * two types declare an attribute of the same name and objects use it. Such a log is written all the same.
 */
export function* writeOcelXml(log: ObjectLog, references: ReferenceForm = 'object'): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<log>\n';
  yield* typeList('object', log.objectTypes);
  yield* typeList('event', log.eventTypes);
  yield '  <objects>\n';
  const objectParts = new PartWriter(log, log.objectAttributes, log.o2o, log.objects.ids.length, references);
  for (let o = 0; o < log.objects.ids.length; o++) {
    const type = log.objectTypes[log.objects.type[o]!]!.name;
    yield `    <object id="${escapeXml(log.objects.ids[o]!)}" type="${escapeXml(type)}">\n${objectParts.at(o)}    </object>\n`;
  }
  yield '  </objects>\n  <events>\n';
  const eventParts = new PartWriter(log, log.eventAttributes, log.e2o, log.events.ids.length, references);
  for (let e = 0; e < log.events.ids.length; e++) {
    const type = log.eventTypes[log.events.type[e]!]!.name;
    const time = formatRfc3339(log.events.time[e]!, log.timeForms[log.events.form[e]!]);
    yield `    <event id="${escapeXml(log.events.ids[e]!)}" type="${escapeXml(type)}" time="${time}">\n${eventParts.at(e)}    </event>\n`;
  }
  yield '  </events>\n</log>\n';
}

function* typeList(kind: 'object' | 'event', types: readonly TypeDeclaration[]): Generator<string> {
  yield `  <${kind}-types>\n`;
  for (const { name, attributes } of types) {
    yield `    <${kind}-type name="${escapeXml(name)}">\n      <attributes>\n`;
    for (const attribute of attributes)
      yield `        <attribute name="${escapeXml(attribute.name)}" type="${attribute.type}"/>\n`;
    yield `      </attributes>\n    </${kind}-type>\n`;
  }
  yield `  </${kind}-types>\n`;
}

class PartWriter {
  readonly #log: ObjectLog;
  readonly #attributes: Attributes;
  readonly #relations: Relations;
  readonly #references: ReferenceForm;
  readonly #attributeStarts: Uint32Array;
  readonly #relationStarts: Uint32Array;

  constructor(
    log: ObjectLog,
    attributes: Attributes,
    relations: Relations,
    owners: number,
    references: ReferenceForm,
  ) {
    this.#log = log;
    this.#attributes = attributes;
    this.#relations = relations;
    this.#references = references;
    this.#attributeStarts = rowStarts(attributes.owner, owners);
    this.#relationStarts = rowStarts(relations.from, owners);
  }

  at(owner: number): string {
    const { texts, objects, objectTypes, timeForms } = this.#log;
    let text = '      <attributes>\n';
    for (let i = this.#attributeStarts[owner]!; i < this.#attributeStarts[owner + 1]!; i++) {
      const since = this.#attributes.time[i]!;
      const time = Number.isNaN(since)
        ? ''
        : ` time="${formatRfc3339(since, timeForms[this.#attributes.form[i]!])}"`;
      text += `        <attribute name="${escapeXml(texts[this.#attributes.name[i]!]!)}"${time}>${valueText(this.#attributes.value[i]!)}</attribute>\n`;
    }
    text += '      </attributes>\n      <objects>\n';
    for (let i = this.#relationStarts[owner]!; i < this.#relationStarts[owner + 1]!; i++) {
      const target = this.#relations.to[i]!;
      const type =
        this.#references === 'object' ? ` type="${escapeXml(objectTypes[objects.type[target]!]!.name)}"` : '';
      const qualifier = escapeXml(texts[this.#relations.qualifier[i]!]!);
      text += `        <${this.#references} object-id="${escapeXml(objects.ids[target]!)}" qualifier="${qualifier}"${type}/>\n`;
    }
    return `${text}      </objects>\n`;
  }
}

/** A value of blanks only would be taken for layout: its blanks are written as characters. */
function valueText(value: string): string {
  return value.trim() === ''
    ? value.replace(/./gsu, (char) => `&#${char.codePointAt(0)!};`)
    : escapeXml(value);
}
