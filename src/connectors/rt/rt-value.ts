/** Values as REST 2.0 sends them, decoded strictly, and what a reading of one object gathers. */
import { createHash } from 'node:crypto';
import {
  type Fact,
  type FactOf,
  type FactType,
  type Link,
  type Payloads,
  factId,
} from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { ReadContext, SourceObject, Unread } from '../contract.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export function asRecord(value: unknown): JsonRecord | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonRecord)
    : undefined;
}

/** An id: a number in some answers, a string in others (recordings 012, 014); `0` and the empty text are none. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,15}$/.test(text) ? text : undefined;
}

/** Id of a linked object: `{"type": "queue", "id": "3", "_url": …}` or the bare id. */
export function linkedId(value: unknown): string | undefined {
  return idOf(asRecord(value)?.['id']) ?? idOf(value);
}

export type Time = { readonly at: string } | 'unset' | 'unreadable';

/** An instant; RT writes the epoch where a time was never set. */
export function timeOf(value: unknown): Time {
  if (value === undefined || value === null || value === '') return 'unset';
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(value))
    return 'unreadable';
  const parsed = Date.parse(value);
  if (Number.isNaN(parsed)) return 'unreadable';
  // `Date.parse` takes 30 February for 2 March.
  if (new Date(parsed).toISOString().slice(0, 10) !== value.slice(0, 10)) return 'unreadable';
  return parsed === 0 ? 'unset' : { at: new Date(parsed).toISOString() };
}

/**
 * A user as something that can only be compared. RT names a requestor by the mail address (recording 012), and who
 * wrote a message is told by comparing; eight digits of a digest are enough within a ticket and name nobody.
 */
export function userMark(value: unknown): string | undefined {
  const id = asRecord(value)?.['id'] ?? value;
  if (typeof id !== 'string' || id === '') return undefined;
  if (!id.includes('@')) return id;
  return `user:${createHash('sha256').update(id.trim().toLowerCase()).digest('hex').slice(0, 8)}`;
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
  value: unknown,
  message: string,
): void {
  if (reader.unread.some((known) => known.field === field)) return;
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? typeof value);
  reader.unread.push({ code, field, value: text.slice(0, 80), message });
}

/** A time field; complains when it is there and is none. */
export function readTime(reader: Reader, field: string): string | undefined {
  const time = timeOf(reader.body[field]);
  if (time === 'unreadable') {
    report(
      reader,
      'unreadable',
      field,
      reader.body[field],
      'The field is no UTC time; check the object in RT.',
    );
  }
  return typeof time === 'string' ? undefined : time.at;
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

export const lifecycle = ['new', 'open', 'stalled', 'approved', 'resolved', 'rejected', 'deleted'] as const;
export type Lifecycle = (typeof lifecycle)[number];

/** Meaning of a status word: `settings.statuses` first, then RT's default lifecycle. */
export function meaningOf(context: ReadContext, word: string): Lifecycle | undefined {
  const mapped = context.settings.statuses[word] ?? word.toLowerCase();
  return lifecycle.find((known) => known === mapped);
}

export function isClosed(status: Lifecycle | undefined): boolean {
  return status === 'resolved' || status === 'rejected';
}
