import type { Balance } from './balance-sheet.ts';
import { Dictionary } from './byte-dictionary.ts';
import { Float64List, Uint32List } from './number-list.ts';
import { AttributeList, RelationList } from './row-lists.ts';
import type { AttributeType, ObjectLog } from './object-log.ts';
import { TimeReader } from './time-text.ts';
import { TypeTable } from './type-table.ts';

/**
 * Puts an object log together, whatever the format: finds types that are not declared, ids given twice, references
 * to nothing, and books every one of them. Objects may be declared after they are referred to.
 */
export class ObjectLogBuilder {
  readonly #balance: Balance;
  readonly #times = new TimeReader();
  readonly #texts = new Dictionary();
  readonly #eventTypes = new TypeTable('event');
  readonly #objectTypes = new TypeTable('object');
  readonly #eventIds = new Dictionary();
  readonly #eventType = new Uint32List();
  readonly #eventTime = new Float64List();
  readonly #eventForm = new Uint32List();
  /** Ids of objects, declared or only referred to; `#objectOf` tells which are declared. */
  readonly #objectIds = new Dictionary();
  readonly #objectOf: number[] = [];
  readonly #objects: string[] = [];
  readonly #objectType = new Uint32List();
  readonly #e2o = new RelationList();
  readonly #o2o = new RelationList();
  readonly #eventAttributes = new AttributeList();
  readonly #objectAttributes = new AttributeList();

  constructor(balance: Balance) {
    this.#balance = balance;
  }

  declareEventType(name: string, attributes: readonly { name: string; type: string }[]): void {
    this.#eventTypes.declare(name, attributes, this.#balance);
  }

  declareObjectType(name: string, attributes: readonly { name: string; type: string }[]): void {
    this.#objectTypes.declare(name, attributes, this.#balance);
  }

  /** Index of the event, or -1 where it is set aside. */
  addEvent(id: unknown, type: unknown, time: unknown): number {
    const name = this.#id(id);
    if (name === undefined || typeof type !== 'string')
      return this.#aside('events', 'event-incomplete', 'events without id or type', String(id));
    if (this.#eventIds.find(name) !== undefined)
      return this.#aside('events', 'duplicate-id', 'events whose id was there before', name);
    const micros = typeof time === 'string' ? this.#times.readText(time) : NaN;
    if (Number.isNaN(micros))
      return this.#aside('events', 'time-unreadable', 'events whose time is missing or unreadable', name);
    const typeIndex = this.#eventTypes.use(type, this.#balance);
    this.#balance.keep('events');
    this.#eventType.push(typeIndex);
    this.#eventTime.push(micros);
    this.#eventForm.push(this.#times.form);
    return this.#eventIds.idOf(name);
  }

  /** Index of the object, or -1 where it is set aside. */
  addObject(id: unknown, type: unknown): number {
    const name = this.#id(id);
    if (name === undefined || typeof type !== 'string')
      return this.#aside('objects', 'object-incomplete', 'objects without id or type', String(id));
    const key = this.#objectIds.idOf(name);
    if (this.#objectOf[key] !== undefined)
      return this.#aside('objects', 'duplicate-id', 'objects whose id was there before', name);
    const typeIndex = this.#objectTypes.use(type, this.#balance);
    this.#balance.keep('objects');
    this.#objectType.push(typeIndex);
    return (this.#objectOf[key] = this.#objects.push(name) - 1);
  }

  findEvent(id: unknown): number | undefined {
    return this.#eventIds.find(idText(id));
  }

  findObject(id: unknown): number | undefined {
    const key = this.#objectIds.find(idText(id));
    return key === undefined ? undefined : this.#objectOf[key];
  }

  /** Relates an event, by index or -1 when it was set aside, to the object with that id. */
  relateEvent(event: number, object: unknown, qualifier: unknown): void {
    if (event < 0)
      this.#balance.setAside(
        'e2o',
        'event-set-aside',
        'relations of events that were set aside',
        idText(object),
      );
    else
      this.#e2o.push(
        event,
        this.#objectIds.idOf(this.#id(object) ?? ''),
        this.#texts.idOf(textOf(qualifier) ?? ''),
      );
  }

  relateObject(source: number, target: unknown, qualifier: unknown): void {
    if (source < 0)
      this.#balance.setAside(
        'o2o',
        'object-set-aside',
        'relations of objects that were set aside',
        idText(target),
      );
    else
      this.#o2o.push(
        source,
        this.#objectIds.idOf(this.#id(target) ?? ''),
        this.#texts.idOf(textOf(qualifier) ?? ''),
      );
  }

  addEventAttribute(event: number, name: string, value: unknown, type?: AttributeType): void {
    const text = this.#attributeText(event, name, value);
    if (text === undefined) return;
    if (this.#eventAttributes.has(event, this.#texts.idOf(name))) {
      this.#balance.setAside(
        'attributes',
        'duplicate-attribute',
        'attributes given twice to one event; the first counts',
        `${this.#eventIds.texts[event]}: ${name}`,
      );
      return;
    }
    this.#eventTypes.useAttribute(this.#eventType.at(event), name, type ?? typeOfValue(value), this.#balance);
    this.#eventAttributes.push(event, this.#texts.idOf(name), text, NaN, 0);
    this.#balance.keep('attributes');
  }

  /** `time` undefined: the object's first value. */
  addObjectAttribute(
    object: number,
    name: string,
    value: unknown,
    time: unknown,
    type?: AttributeType,
  ): void {
    const text = this.#attributeText(object, name, value);
    if (text === undefined) return;
    // `time="0"` stands for 1970 in one of the published samples.
    const given =
      time === undefined || time === '0' || time === 0 || typeof time !== 'string'
        ? '1970-01-01T00:00:00Z'
        : time;
    const micros = this.#times.readText(given);
    if (Number.isNaN(micros)) {
      this.#balance.setAside(
        'attributes',
        'time-unreadable',
        'attribute values whose time is unreadable',
        `${this.#objects[object]}: ${name} ${given}`,
      );
      return;
    }
    this.#objectTypes.useAttribute(
      this.#objectType.at(object),
      name,
      type ?? typeOfValue(value),
      this.#balance,
    );
    this.#objectAttributes.push(object, this.#texts.idOf(name), text, micros, this.#times.form);
    this.#balance.keep('attributes');
  }

  #attributeText(owner: number, name: string, value: unknown): string | undefined {
    if (owner < 0) {
      this.#balance.setAside('attributes', 'owner-set-aside', 'attributes of what was set aside', name);
      return undefined;
    }
    const text = textOf(value);
    if (text === undefined)
      this.#balance.setAside('attributes', 'no-value', 'attributes without a value', name);
    return text;
  }

  finish(): ObjectLog {
    const balance = this.#balance;
    balance.note('zone-assumed-utc', 'times without a zone, read as UTC', '', this.#times.assumedUtc);
    balance.note('fraction-cut', 'times finer than a microsecond, cut', '', this.#times.cutFraction);
    const dangling = (what: 'e2o' | 'o2o') => (object: number) => {
      balance.setAside(
        what,
        'dangling-object',
        'relations to objects that the file does not have',
        this.#objectIds.texts[object],
      );
    };
    const repeated = (what: 'e2o' | 'o2o') => (object: number) => {
      balance.setAside(
        what,
        'repeated',
        'relations that were there before, with the same qualifier',
        this.#objectIds.texts[object],
      );
    };
    const e2o = this.#e2o.resolve(
      this.#eventIds.texts.length,
      this.#objectOf,
      dangling('e2o'),
      repeated('e2o'),
    );
    const o2o = this.#o2o.resolve(this.#objects.length, this.#objectOf, dangling('o2o'), repeated('o2o'));
    balance.keep('e2o', e2o.from.length);
    balance.keep('o2o', o2o.from.length);
    const related = new Uint8Array(this.#eventIds.texts.length);
    for (const event of e2o.from) related[event] = 1;
    related.forEach((seen, event) => {
      if (seen === 0)
        balance.note(
          'event-without-objects',
          'events without any object of the file; kept (other tools drop them)',
          this.#eventIds.texts[event],
        );
    });
    const withEvents = new Uint8Array(this.#objects.length);
    for (const object of e2o.to) withEvents[object] = 1;
    withEvents.forEach((seen, object) => {
      if (seen === 0)
        balance.note('object-without-events', 'objects without any event; kept', this.#objects[object]);
    });
    return {
      eventTypes: this.#eventTypes.types,
      objectTypes: this.#objectTypes.types,
      events: {
        ids: this.#eventIds.texts,
        type: this.#eventType.view(),
        time: this.#eventTime.view(),
        form: this.#eventForm.view(),
      },
      objects: { ids: this.#objects, type: this.#objectType.view() },
      e2o,
      o2o,
      eventAttributes: this.#eventAttributes.sorted(this.#eventIds.texts.length),
      objectAttributes: this.#objectAttributes.sorted(this.#objects.length),
      texts: this.#texts.texts,
      timeForms: this.#times.forms,
    };
  }

  #id(id: unknown): string | undefined {
    if (typeof id === 'string') return id;
    if (typeof id !== 'number' && typeof id !== 'bigint') return undefined;
    this.#balance.note('id-not-text', 'ids that are numbers; compared as text', String(id));
    return String(id);
  }

  #aside(what: string, code: string, message: string, example: string): -1 {
    this.#balance.setAside(what, code, message, example);
    return -1;
  }
}

function idText(id: unknown): string {
  return typeof id === 'string' ? id : typeof id === 'number' || typeof id === 'bigint' ? String(id) : '';
}

/** A value as text; undefined for none. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value as number | bigint | boolean);
}

function typeOfValue(value: unknown): AttributeType {
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'float';
  return typeof value === 'boolean' ? 'boolean' : 'string';
}
