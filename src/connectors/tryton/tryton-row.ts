/**
 * One Tryton record with its fields decoded on demand. Fields of the object that is being read complain when they
 * hold something unusable; records looked up on the way stay silent, they complain when they are read themselves.
 */
import {
  type Fact,
  type FactOf,
  type FactType,
  type Link,
  type Payloads,
  factId,
} from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { ReadContext, Reading, SourceObject, Unread } from '../contract.ts';
import {
  type JsonRecord, type Reference, asRecord, decodeDate, decodeDecimal, decodeId, decodeInstant, decodeMinor, decodeReference,
  decodeUnits,
} from './tryton-value.ts'; // prettier-ignore

export type Row = {
  readonly body: JsonRecord;
  /** Text without blanks around it; undefined when empty. */
  text(field: string): string | undefined;
  /** ISO instant. */
  instant(field: string): string | undefined;
  /** ISO date. */
  date(field: string): string | undefined;
  /** Minor units. */
  minor(field: string, currency: string): number | undefined;
  /** A number that is no money. */
  decimal(field: string): number | undefined;
  /** Whole units, with sign. */
  units(field: string): number | undefined;
  /** Id of a many2one, from the field itself or from its dotted companion (`product` or `product.`). */
  id(field: string): number | undefined;
  /** Ids of a one2many or many2many. */
  ids(field: string): readonly number[];
  reference(field: string): Reference | undefined;
  /** The dotted companion of a many2one: `related('product')` is `product.`. */
  related(field: string): Row | undefined;
};

type Complain = (field: string, value: unknown) => void;
const silent: Complain = () => {};

/** Opens a record. `complain` hears of fields that are neither empty nor usable. */
export function openRow(body: JsonRecord, complain: Complain = silent, path = ''): Row {
  const get = <T>(field: string, decode: (value: unknown) => T | undefined): T | undefined => {
    const value = body[field];
    if (value === null || value === undefined) return undefined;
    const decoded = decode(value);
    if (decoded === undefined) complain(path + field, value);
    return decoded;
  };
  const related = (field: string): Row | undefined => {
    const inner = get(`${field}.`, asRecord);
    return inner === undefined ? undefined : openRow(inner, complain, `${path}${field}.`);
  };
  return {
    body,
    text: (field) =>
      get(field, (value) => (typeof value === 'string' ? value.trim() : undefined)) || undefined,
    instant: (field) => get(field, decodeInstant),
    date: (field) => get(field, decodeDate),
    minor: (field, currency) => get(field, (value) => decodeMinor(value, currency)),
    decimal: (field) => get(field, decodeDecimal),
    units: (field) => get(field, decodeUnits),
    id: (field) => get(field, decodeId) ?? related(field)?.id('id'),
    ids(field) {
      const list = get(field, (value) => (Array.isArray(value) ? (value as unknown[]) : undefined)) ?? [];
      return list.flatMap((value, index) => {
        const id = decodeId(value);
        if (id === undefined) complain(`${path}${field}[${index}]`, value);
        return id === undefined ? [] : [id];
      });
    },
    reference(field) {
      const text = get(field, (value) => (typeof value === 'string' ? value : undefined));
      // An empty reference keeps its model: "sale.line,-1" or "sale.line,".
      if (text === undefined || text === '' || /,(?:-1)?$/.test(text)) return undefined;
      return get(field, decodeReference);
    },
    related,
  };
}

/** What a reading of one object works with, and what it has gathered so far. */
export type Reader = {
  readonly object: SourceObject;
  readonly context: ReadContext;
  readonly row: Row;
  readonly facts: Fact[];
  readonly names: string[];
  readonly links: Link[];
  readonly unread: Unread[];
};

function shorten(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  return text.slice(0, 80);
}

/** Starts the reading of one object; undefined, with a reading that says why, when it is no record at all. */
export function openReader(object: SourceObject, context: ReadContext): Reader | Reading {
  const unread: Unread[] = [];
  const body = asRecord(object.body);
  if (body === undefined) {
    const value = object.body === null ? 'null' : Array.isArray(object.body) ? 'array' : typeof object.body;
    const message = 'A Tryton record is a JSON object; read it again.';
    return { facts: [], names: [], links: [], unread: [{ code: 'unreadable', field: '', value, message }] };
  }
  const complain: Complain = (field, value) => {
    if (unread.some((known) => known.field === field)) return;
    const message = `The field does not hold what Tryton documents; check ${object.kind} ${object.id}.`;
    unread.push({ code: 'unreadable', field, value: shorten(value), message });
  };
  const names = [term.object(object.connection, object.kind, object.id)];
  return { object, context, row: openRow(body, complain), facts: [], names, links: [], unread };
}

/** A required field that is missing, or a value that cannot be used for a reason of its own. */
export function reportUnreadable(reader: Reader, field: string, value: unknown, message: string): void {
  if (reader.unread.some((known) => known.field === field)) return;
  reader.unread.push({ code: 'unreadable', field, value: shorten(value ?? ''), message });
}

/** A word that neither Tryton's own vocabulary nor the settings explain. */
export function reportUnmapped(reader: Reader, field: string, value: string, message: string): void {
  if (reader.unread.some((known) => known.field === field)) return;
  reader.unread.push({ code: 'unmapped-status', field, value: shorten(value), message });
}

/** Another record of the connection, or undefined. */
export function findRow(reader: Reader, kind: string, id: number | undefined): Row | undefined {
  if (id === undefined) return undefined;
  const body = asRecord(reader.context.lookup(kind, id));
  return body === undefined ? undefined : openRow(body);
}

/** Adds a link to another record of the connection. */
export function linkRecord(reader: Reader, model: string, id: number | undefined): void {
  if (id !== undefined) linkTerm(reader, term.object(reader.object.connection, model, id));
}

/** Adds a link once; a strong one stands for a weak one of the same term. */
export function linkTerm(reader: Reader, value: string, strength?: 'weak'): void {
  if (reader.links.some((link) => link.term === value)) return;
  reader.links.push(strength === 'weak' ? { term: value, weak: true } : { term: value });
}

/** The link to an order number, as the settings say what others call it. */
export function orderTerm(reader: Reader, value: string): string {
  return reader.context.settings.orderReference === 'number' ? term.number(value) : term.ref(value);
}

/** Adds a fact of the object that is being read. */
export function addFact<T extends FactType>(
  reader: Reader,
  type: T,
  at: string,
  payload: Payloads[T],
  extra: { readonly part?: string | number; readonly rma?: string | undefined } = {},
): void {
  const { object, context } = reader;
  const name = `${object.kind}/${object.id}`;
  const head = {
    id: factId(object.connection, name, type, extra.part),
    at,
    system: context.settings.system,
    connection: object.connection,
    object: name,
    ...(extra.rma === undefined ? {} : { rma: extra.rma }),
  };
  reader.facts.push({ ...head, type, ...payload } as unknown as FactOf<T> as Fact);
}

/**
 * The state of a record in Tryton's own words; `settings.statuses` translates words of custom workflows into them.
 * An unknown word is reported and answers undefined. Before 5.8 `cancelled` was spelled `cancel`.
 */
export function stateOf<S extends string>(reader: Reader, known: readonly S[]): S | undefined {
  const word = reader.row.text('state');
  if (word === undefined) {
    reportUnreadable(reader, 'state', '', 'The state is missing; read the record with its state.');
    return undefined;
  }
  const mapped = reader.context.settings.statuses[word] ?? (word === 'cancel' ? 'cancelled' : word);
  const state = known.find((candidate) => candidate === mapped);
  if (state === undefined) {
    reportUnmapped(reader, 'state', word, `Say in settings.statuses which of ${known.join(', ')} it means.`);
  }
  return state;
}

/** State word of a looked up record, with the old spelling of `cancelled` put right. */
export function plainState(reader: Reader, row: Row | undefined): string | undefined {
  const word = row?.text('state');
  if (word === undefined) return undefined;
  return reader.context.settings.statuses[word] ?? (word === 'cancel' ? 'cancelled' : word);
}

/**
 * When a record was last written; `write_date` is null until the first change (recording 037). `_timestamp` says the
 * same in seconds since 1970, where a read asked for it alone (recording 010).
 */
export function writtenAt(row: Row): string | undefined {
  const stamp = row.body['_timestamp'];
  const match = typeof stamp === 'string' ? /^(\d{9,11})\.(\d{3})\d*$/.exec(stamp) : null;
  return (
    row.instant('write_date') ??
    row.instant('create_date') ??
    (match === null ? undefined : new Date(Number(`${match[1]}${match[2]}`)).toISOString())
  );
}

/** The earliest of some instants. */
export function earliest(instants: readonly (string | undefined)[]): string | undefined {
  let first: string | undefined;
  for (const at of instants) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}

/** Currency code of a document; what is no code is reported, and the connection's own stands in. */
export function currencyOf(reader: Reader): string {
  const { row } = reader;
  const own = reader.context.settings.currency;
  const code =
    row.related('currency')?.text('code') ??
    findRow(reader, 'currency.currency', row.id('currency'))?.text('code') ??
    own;
  if (/^[A-Z]{3}$/.test(code)) return code;
  reportUnreadable(reader, 'currency.code', code, 'Expected a currency code of three capitals, such as EUR.');
  return own;
}
