/**
 * Request Tracker 5 as a helpdesk: tickets, their transactions and messages over REST 2.0. This is the pure half.
 *
 * Settings it looks at: `statuses` (status words → `new open stalled approved resolved rejected deleted`; the default
 * lifecycle needs none), `orderReference`, and in `fields`: `orderNumber` and `returnNumber` (names of the custom
 * fields, default "Order number" and "Return number"), `returnQueues` (ids or names of queues of return cases).
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { keepObject } from './rt-keep.ts';
import { readTicket } from './rt-ticket.ts';
import { readAttachment, readTransaction } from './rt-transaction.ts';
import { asRecord, idOf, openReader } from './rt-value.ts';

/** A ticket is told by its Status and custom fields or queue, the others by `type`; bare references are no objects. */
function kindOf(body: unknown, _hint: string): { kind: string; id: string } | undefined {
  const record = asRecord(body);
  const id = idOf(record?.['id']);
  if (record === undefined || id === undefined) return undefined;
  const url = record['_url'];
  const fromRt = typeof url === 'string' && url.includes('/REST/2.0/');
  const type = record['type'];
  if (type === 'transaction')
    return fromRt && typeof record['Type'] === 'string' ? { kind: 'transaction', id } : undefined;
  if (type === 'attachment')
    return fromRt && 'TransactionId' in record ? { kind: 'attachment', id } : undefined;
  const listed = type === 'ticket' && fromRt;
  const whole = 'EffectiveId' in record && 'Queue' in record && 'LastUpdated' in record;
  return typeof record['Status'] === 'string' && (listed || whole) ? { kind: 'ticket', id } : undefined;
}

const readers = { ticket: readTicket, transaction: readTransaction, attachment: readAttachment } as const;

function isKind(kind: string): kind is keyof typeof readers {
  return Object.hasOwn(readers, kind);
}

function read(object: SourceObject, context: ReadContext): Reading {
  const body = asRecord(object.body);
  if (body === undefined) {
    const value = object.body === null ? 'null' : Array.isArray(object.body) ? 'array' : typeof object.body;
    const message = 'An RT object is a JSON object; read it again.';
    return { facts: [], names: [], links: [], unread: [{ code: 'unreadable', field: '', value, message }] };
  }
  const reader = openReader(object, context, body);
  if (isKind(object.kind)) readers[object.kind](reader);
  const { facts, names, links, unread } = reader;
  return { facts, names, links, unread };
}

export const rt: ConnectorPure = {
  name: 'rt',
  system: 'crm',
  reports: [
    'case.opened', 'case.resolved', 'case.reopened', 'return.approved', 'return.rejected', 'customer.told',
  ], // prettier-ignore
  needed: ['ticket'],
  stateKinds: ['ticket'],
  logKinds: ['transaction', 'attachment'],
  kindOf,
  read,
  keep: keepObject,
};
