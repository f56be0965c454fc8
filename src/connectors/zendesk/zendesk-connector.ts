/**
 * Zendesk Support: tickets, their audits, and the ticket fields that say which number is which. This is the pure half,
 * written from the documentation.
 *
 * Settings it looks at: `statuses` (word or id of a status → `open requested approved refunded rejected resolved`),
 * `orderReference`, and in `fields`: `orderNumber` and `returnNumber` (title or id of the ticket field, default "Order
 * number" and "Return number"), `returnTags`, `returnForms` (ids), `answer` (id of the text field an answer is kept in).
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { digestText, textOf } from '../message-digest.ts';
import { term } from '../../kernel/term.ts';
import { readAudit, readTicket } from './zendesk-ticket.ts';
import { type JsonRecord, type Reader, asRecord, idOf, recordsIn, referencesIn } from './zendesk-value.ts';

const readers: Readonly<Record<string, (reader: Reader) => void>> = {
  ticket: readTicket,
  audit: readAudit,
  // Looked up by tickets.
  ticket_field: () => undefined,
};

function read(object: SourceObject, context: ReadContext): Reading {
  const body = asRecord(object.body);
  if (body === undefined) {
    const value = object.body === null ? 'null' : Array.isArray(object.body) ? 'array' : typeof object.body;
    const message = 'A Zendesk object is a JSON object; read it again.';
    return { facts: [], names: [], links: [], unread: [{ code: 'unreadable', field: '', value, message }] };
  }
  const names = [term.object(object.connection, object.kind, object.id)];
  const reader: Reader = { object, context, body, facts: [], names, links: [], unread: [] };
  if (Object.hasOwn(readers, object.kind)) readers[object.kind]?.(reader);
  const { facts, links, unread } = reader;
  return { facts, names, links, unread };
}

/** Field names that only Zendesk uses together; a ticket of another helpdesk has not got them. */
function kindOf(body: unknown): { kind: string; id: string } | undefined {
  const record = asRecord(body);
  const id = idOf(record?.['id']);
  if (record === undefined || id === undefined) return undefined;
  const has = (...names: string[]): boolean => names.every((name) => name in record);
  if (has('ticket_id', 'events', 'created_at') && Array.isArray(record['events']))
    return { kind: 'audit', id };
  if (has('status', 'custom_fields', 'requester_id', 'created_at')) return { kind: 'ticket', id };
  if (has('title', 'type', 'regexp_for_validation') || has('title', 'type', 'title_in_portal'))
    return { kind: 'ticket_field', id };
  return undefined;
}

const pick = (body: JsonRecord, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.filter((name) => name in body).map((name) => [name, body[name]]));

/** Text without anything personal: what its digest says, and not what the customer was told where nobody was. */
const shortened = (value: unknown): string =>
  typeof value === 'string' ? textOf({ ...digestText(value), told: 'other' }) : '';

function keepTicket(body: JsonRecord): unknown {
  const tags = Array.isArray(body['tags']) ? (body['tags'] as unknown[]) : [];
  return {
    ...pick(body, ['id', 'created_at', 'updated_at', 'status', 'custom_status_id', 'requester_id', 'ticket_form_id', 'with_audits']),
    ...('tags' in body ? { tags: tags.filter((tag) => typeof tag === 'string' && tag.length <= 40 && !tag.includes('@')) } : {}),
    ...('subject' in body ? { subject: shortened(body['subject']) } : {}),
    ...('description' in body ? { description: shortened(body['description']) } : {}),
    ...('custom_fields' in body
      ? {
          custom_fields: recordsIn(body['custom_fields']).flatMap(({ id, value }) => {
            const references = referencesIn(value);
            return references.length === 0 ? [] : [{ id, value: references.join(', ') }];
          }),
        }
      : {}),
  };
} // prettier-ignore

function keepAudit(body: JsonRecord): unknown {
  const events = recordsIn(body['events']).flatMap((event) => {
    const base = pick(event, ['id', 'type']);
    if (event['type'] === 'Comment') {
      const text = event['body'] ?? event['plain_body'];
      const kept = typeof text === 'string' ? textOf(digestText(text)) : '';
      return [{ ...base, ...pick(event, ['public', 'author_id']), body: kept }];
    }
    const field = event['field_name'];
    if (field === 'status' || field === 'custom_status_id')
      return [{ ...base, ...pick(event, ['field_name', 'value', 'previous_value']) }];
    const references = idOf(field) === undefined ? [] : referencesIn(event['value']);
    return references.length === 0 ? [] : [{ ...base, field_name: field, value: references.join(', ') }];
  });
  return { ...pick(body, ['id', 'ticket_id', 'created_at', 'author_id']), events };
}

function keep(object: SourceObject): unknown {
  const body = asRecord(object.body);
  if (body === undefined) return typeof object.body === 'string' ? '' : Array.isArray(object.body) ? [] : object.body;
  if (object.kind === 'ticket') return keepTicket(body);
  if (object.kind === 'audit') return keepAudit(body);
  return pick(body, ['id', 'title', 'type', 'active', 'title_in_portal', 'regexp_for_validation']);
} // prettier-ignore

export const zendesk: ConnectorPure = {
  name: 'zendesk',
  system: 'crm',
  reports: [
    'case.opened', 'case.resolved', 'case.reopened', 'return.requested', 'return.approved', 'return.rejected',
    'customer.told',
  ], // prettier-ignore
  stateKinds: ['ticket', 'ticket_field'],
  logKinds: ['audit'],
  kindOf,
  read,
  keep,
};
