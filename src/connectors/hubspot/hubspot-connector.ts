/**
 * HubSpot's service desk: tickets with their history, e-mails and notes on them, and the pipelines whose stages they
 * go through. This is the pure half.
 *
 * Settings it looks at: `statuses` (id, `pipeline/stage` or label of a stage → `open requested approved refunded
 * rejected resolved`; without it the stage's label and whether it closes tickets decide), `orderReference`, and in
 * `fields`: `orderNumber` and `returnNumber` (names of the ticket properties, default `order_number` and
 * `return_number`), `returnPipelines` (ids or labels of pipelines of returns, separated by commas).
 */
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { keepObject } from './hubspot-keep.ts';
import { type HubSpotKind, kindOf } from './hubspot-kind.ts';
import { readEmail, readNote } from './hubspot-message.ts';
import { readTicket } from './hubspot-ticket.ts';
import { type Reader, asRecord, openReader } from './hubspot-value.ts';

/** Contacts are persons and say nothing about a return; pipelines are looked up by tickets. */
const saysNothing = (): void => undefined;

const readers: Readonly<Record<HubSpotKind, (reader: Reader) => void>> = {
  ticket: readTicket,
  email: readEmail,
  note: readNote,
  contact: saysNothing,
  pipeline: saysNothing,
};

function isKind(kind: string): kind is HubSpotKind {
  return Object.hasOwn(readers, kind);
}

function read(object: SourceObject, context: ReadContext): Reading {
  const body = asRecord(object.body);
  if (body === undefined) {
    const value = object.body === null ? 'null' : Array.isArray(object.body) ? 'array' : typeof object.body;
    const message = 'A HubSpot object is a JSON object; read it again.';
    return { facts: [], names: [], links: [], unread: [{ code: 'unreadable', field: '', value, message }] };
  }
  const reader = openReader(object, context, body);
  if (isKind(object.kind)) readers[object.kind](reader);
  const { facts, names, links, unread } = reader;
  return { facts, names, links, unread };
}

export const hubspot: ConnectorPure = {
  name: 'hubspot',
  system: 'crm',
  reports: [
    'case.opened', 'case.resolved', 'case.reopened', 'return.requested', 'return.approved', 'return.rejected',
    'customer.told',
  ], // prettier-ignore
  stateKinds: ['ticket', 'pipeline', 'contact'],
  logKinds: ['email', 'note'],
  kindOf,
  read,
  keep: keepObject,
};
