/** Values as Zendesk's Support API sends them, decoded strictly, and what a reading of one object gathers. */
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

export const recordsIn = (value: unknown): readonly JsonRecord[] =>
  (Array.isArray(value) ? (value as unknown[]) : []).map(asRecord).filter((entry) => entry !== undefined);

/** Ids are numbers; audits have 13 digits and more, which a double still holds. */
export function idOf(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === 'string' && /^[1-9]\d{0,19}$/.test(text) ? text : undefined;
}

/** An instant in UTC (`2026-11-03T09:12:44Z`). */
export function instantOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(value))
    return undefined;
  const [parsed, day] = [Date.parse(value), new Date(`${value.slice(0, 10)}T00:00:00Z`)];
  // `Date.parse` takes 30 February for 2 March.
  if (Number.isNaN(parsed) || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value.slice(0, 10))
    return undefined;
  return new Date(parsed).toISOString();
} // prettier-ignore

/** What a status means for a case. `requested approved refunded rejected` come from the settings alone. */
export const meanings = [
  'open',
  'requested',
  'approved',
  'refunded',
  'rejected',
  'resolved',
  'deleted',
] as const;
export type Meaning = (typeof meanings)[number];

const usual: Readonly<Record<string, Meaning>> = {
  new: 'open', open: 'open', pending: 'open', hold: 'open', solved: 'resolved', closed: 'resolved', deleted: 'deleted',
}; // prettier-ignore

export const isClosed = (meaning: Meaning | undefined): boolean =>
  meaning === 'resolved' || meaning === 'rejected';

/** `settings.statuses` first, by the id of a custom status or by the word; then Zendesk's own words. */
export function meaningOf(context: ReadContext, word: unknown, customId?: unknown): Meaning | undefined {
  // A deleted ticket keeps the custom status it had.
  if (word === 'deleted') return 'deleted';
  const { statuses } = context.settings;
  const own = [idOf(customId), typeof word === 'string' ? word : undefined]
    .flatMap((name) => (name !== undefined && Object.hasOwn(statuses, name) ? [statuses[name]] : []))
    .at(0);
  if (own !== undefined) return meanings.find((known) => known === own.toLowerCase());
  return typeof word === 'string' && Object.hasOwn(usual, word) ? usual[word] : undefined;
}

/** Names of the ticket fields, by title or id. */
export const orderNumberField = (context: ReadContext): string =>
  context.settings.fields['orderNumber'] ?? 'Order number';
export const returnNumberField = (context: ReadContext): string =>
  context.settings.fields['returnNumber'] ?? 'Return number';

/** True when the field of that id is the one that the settings name. */
export function isField(context: ReadContext, id: unknown, wanted: string): boolean {
  const own = idOf(id);
  if (own === undefined) return false;
  if (own === wanted) return true;
  const title = asRecord(context.lookup('ticket_field', own))?.['title'];
  return typeof title === 'string' && title.trim().toLowerCase() === wanted.trim().toLowerCase();
}

const pattern = /^[A-Z0-9](?:[A-Z0-9._/#-]{0,38}[A-Z0-9])?$/;

/** Order or return numbers as people type them into a field: one or several. */
export function referencesIn(value: unknown): readonly string[] {
  if ((typeof value !== 'string' && typeof value !== 'number') || String(value).length > 200) return [];
  const found = String(value)
    .split(/[,;|&\n]|\s(?:and|und)\s/i)
    .map((part) => {
      for (let text = part; ;) {
        const next = normalizeNumber(text);
        if (next === text) return text;
        text = next;
      }
    });
  return [...new Set(found.filter((number) => /\d/.test(number) && pattern.test(number)))];
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

export function report(reader: Reader, code: Unread['code'], field: string, value: unknown, message: string): void {
  if (reader.unread.some((known) => known.field === field)) return;
  const shown = typeof value === 'string' ? value : typeof value;
  reader.unread.push({ code, field, value: shown.slice(0, 80), message });
} // prettier-ignore

export function linkTo(reader: Reader, value: string, strength?: 'weak'): void {
  if (reader.links.some((link) => link.term === value)) return;
  reader.links.push(strength === 'weak' ? { term: value, weak: true } : { term: value });
}

/** The link to an order number, as the settings say what it means here. */
export const orderTerm = (reader: Reader, value: string): string =>
  reader.context.settings.orderReference === 'number' ? term.number(value) : term.ref(value);

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
    id: factId(object.connection, name, type, extra.part), at, system: context.settings.system,
    connection: object.connection, object: name, ...(extra.rma === undefined ? {} : { rma: extra.rma }),
  }; // prettier-ignore
  reader.facts.push({ ...head, type, ...payload } as unknown as FactOf<T> as Fact);
}
