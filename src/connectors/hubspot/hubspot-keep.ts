/** What is stored of a HubSpot object: no name, no address, no text but what its digest needs. */
import type { SourceObject } from '../contract.ts';
import { digestText, textOf } from '../message-digest.ts';
import { emailText } from './hubspot-message.ts';
import { type JsonRecord, asList, asRecord, associatedIds, referencesIn } from './hubspot-value.ts';

const properties: Readonly<Record<string, readonly string[]>> = {
  ticket: ['hs_object_id', 'createdate', 'closed_date', 'hs_lastmodifieddate', 'hs_pipeline', 'hs_pipeline_stage'],
  email: [
    'hs_object_id', 'hs_createdate', 'hs_timestamp', 'hs_lastmodifieddate', 'hs_email_direction', 'hs_email_status',
  ],
  note: ['hs_object_id', 'hs_createdate', 'hs_timestamp', 'hs_lastmodifieddate'],
  contact: [],
}; // prettier-ignore

const enteredAt = /^hs_(?:v2_)?date_entered_/;
const stagePast = ['hs_pipeline', 'hs_pipeline_stage'];

/** The object without what nothing needs; reading it gives the same as reading the whole. */
export function keepObject(object: SourceObject): unknown {
  const body = asRecord(object.body);
  if (body === undefined)
    return typeof object.body === 'string' ? '' : Array.isArray(object.body) ? [] : object.body;
  if (object.kind === 'pipeline') return keepPipeline(body);
  const given = asRecord(body['properties']) ?? {};
  const kept: Record<string, unknown> = {};
  const known = properties[object.kind] ?? [];
  for (const [name, value] of Object.entries(given)) {
    if (known.includes(name) || (object.kind === 'ticket' && enteredAt.test(name))) kept[name] = value;
    else if (object.kind === 'ticket' && typeof value === 'string') keepText(kept, name, value);
  }
  if (object.kind === 'email') {
    const text = textOf(digestText(emailText(body)));
    if (text !== '') kept['hs_email_text'] = text;
    // What tells that it is an e-mail.
    else if ('hs_email_text' in given || 'hs_email_html' in given) kept['hs_email_text'] = '';
  }
  if (object.kind === 'note' && 'hs_note_body' in given) kept['hs_note_body'] = '';
  const past = object.kind === 'ticket' ? keepHistory(body) : {};
  const tickets = associatedIds(body, 'tickets');
  return {
    ...pick(body, ['id', 'createdAt', 'updatedAt', 'archived', 'archivedAt']),
    properties: kept,
    ...(Object.keys(past).length === 0 ? {} : { propertiesWithHistory: past }),
    ...(tickets.length === 0
      ? {}
      : { associations: { tickets: { results: tickets.map((id) => ({ id })) } } }),
  };
}

function pick(body: JsonRecord, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in body).map((name) => [name, body[name]]));
}

/**
 * Which properties hold order and return numbers only the settings know, so every short reference stays, and nothing
 * else of a custom property. HubSpot's own (`hs_…`) hold none.
 */
function keepText(kept: Record<string, unknown>, name: string, value: string): void {
  if (name === 'subject' || name === 'content') {
    kept[name] = textOf({ ...digestText(value), told: 'other' });
    return;
  }
  if (name.startsWith('hs_') || name.startsWith('hubspot_')) return;
  const references = referencesIn(name, value);
  if (references.length > 0) kept[name] = references.join(', ');
}

function keepHistory(body: JsonRecord): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, entries] of Object.entries(asRecord(body['propertiesWithHistory']) ?? {})) {
    const isStage = stagePast.includes(name);
    if (!isStage && (name.startsWith('hs_') || name.startsWith('hubspot_'))) continue;
    kept[name] = asList(entries).flatMap((entry) => {
      const { value, timestamp } = asRecord(entry) ?? {};
      if (typeof value !== 'string') return [];
      return [{ value: isStage ? value : referencesIn(name, value).join(', '), timestamp }];
    });
  }
  return kept;
}

function keepPipeline(body: JsonRecord): unknown {
  return {
    ...pick(body, ['id', 'label', 'displayOrder', 'archived']),
    stages: asList(body['stages']).flatMap((stage) => {
      const record = asRecord(stage);
      if (record === undefined) return [];
      const { isClosed, ticketState } = asRecord(record['metadata']) ?? {};
      return [{ ...pick(record, ['id', 'label', 'archived']), metadata: { isClosed, ticketState } }];
    }),
  };
}
