/** Values as HubSpot's CRM API sends them, decoded strictly, and what a reading of one object gathers. */
import {
  type Fact,
  type FactOf,
  type FactType,
  type Link,
  type Payloads,
  factId,
} from '../../kernel/fact.ts';
import { normalizeNumber, term } from '../../kernel/term.ts';
import type { ReadContext, SourceObject, Unread } from '../contract.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** Ids are digits: texts in objects, numbers in webhooks and v4 associations. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,19}$/.test(text) ? text : undefined;
}

/** An instant: ISO text in newer answers, epoch milliseconds as text in older exports. Empty and null are none. */
export function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value === '') return undefined;
  if (/^\d{12,14}$/.test(value)) return new Date(Number(value)).toISOString();
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)$/.test(value)) return undefined;
  const parsed = Date.parse(value);
  // `Date.parse` takes 30 February for 2 March.
  const day = new Date(`${value.slice(0, 10)}T00:00:00Z`);
  if (
    Number.isNaN(parsed) ||
    Number.isNaN(day.getTime()) ||
    day.toISOString().slice(0, 10) !== value.slice(0, 10)
  )
    return undefined;
  return new Date(parsed).toISOString();
}

/** The value of a property; undefined where it was not read, was never set, or was emptied. */
export function propertyOf(body: JsonRecord, name: string): string | undefined {
  const value = asRecord(body['properties'])?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** One value a property had. `''`: it was emptied. */
export type PastValue = { readonly value: string; readonly at: string };

/** All values of a property, oldest first; empty where the history was not read. HubSpot lists the newest first. */
export function historyOf(body: JsonRecord, name: string): readonly PastValue[] {
  const entries = asList(asRecord(body['propertiesWithHistory'])?.[name]).map(asRecord);
  return entries
    .flatMap((entry) => {
      const at = instantOf(entry?.['timestamp']);
      const value = entry?.['value'];
      return at === undefined || typeof value !== 'string' ? [] : [{ value, at }];
    })
    .reverse()
    .sort((left, right) => (left.at < right.at ? -1 : left.at > right.at ? 1 : 0));
}

/** Ids of associated objects of one type, as the v3 API nests them. */
export function associatedIds(body: JsonRecord, type: string): readonly string[] {
  const results = asList(asRecord(asRecord(body['associations'])?.[type])?.['results']);
  return [...new Set(results.flatMap((entry) => idOf(asRecord(entry)?.['id']) ?? []))];
}

/** Properties that hold a number of a person rather than of an order. */
const personal = /phone|mobile|fax|zip|postal|birth|address|iban|owner|user|contact/i;
const referencePattern = /^[A-Z0-9](?:[A-Z0-9._/#-]{0,38}[A-Z0-9])?$/;

/**
 * Order or return numbers in a property, as people type them: one or several. Normalized until nothing changes, so
 * that what is kept reads the same.
 */
export function referencesIn(name: string, value: string | undefined): readonly string[] {
  if (value === undefined || personal.test(name) || value.length > 200) return [];
  const found = value.split(/[,;|&\n]|\s(?:and|und)\s/i).map((part) => {
    for (let text = part; ;) {
      const next = normalizeNumber(text);
      if (next === text) return text;
      text = next;
    }
  });
  return [...new Set(found.filter((number) => /\d/.test(number) && referencePattern.test(number)))];
}

export type Reader = {
  readonly object: SourceObject;
  readonly context: ReadContext;
  readonly body: JsonRecord;
  readonly facts: Fact[];
  readonly names: string[];
  readonly links: Link[];
  readonly unread: Unread[];
};

export function openReader(object: SourceObject, context: ReadContext, body: JsonRecord): Reader {
  const names = [term.object(object.connection, object.kind, object.id)];
  return { object, context, body, facts: [], names, links: [], unread: [] };
}

export function report(
  reader: Reader,
  code: Unread['code'],
  field: string,
  value: string,
  message: string,
): void {
  if (reader.unread.some((known) => known.field === field)) return;
  reader.unread.push({ code, field, value: value.slice(0, 80), message });
}

export function linkTerm(reader: Reader, value: string, strength?: 'weak'): void {
  if (reader.links.some((link) => link.term === value)) return;
  reader.links.push(strength === 'weak' ? { term: value, weak: true } : { term: value });
}

/** The link to an order number, as the settings say what it means here. */
export function orderTerm(reader: Reader, value: string): string {
  return reader.context.settings.orderReference === 'number' ? term.number(value) : term.ref(value);
}

export function addFact<T extends FactType>(
  reader: Reader,
  type: T,
  at: string,
  payload: Payloads[T],
  extra: { readonly part?: string | undefined; readonly rma?: string | undefined } = {},
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
