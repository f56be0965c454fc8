/** What is stored of an RT object: no address, no name of a person, no text but what its digest needs. */
import type { SourceObject } from '../contract.ts';
import { digestText, stripMarkup, textOf } from './rt-message.ts';
import { type JsonRecord, asRecord, userMark } from './rt-value.ts';

const fieldsByKind: Readonly<Record<string, readonly string[]>> = {
  ticket: [
    'id', 'Type', 'Status', 'Queue', 'EffectiveId', 'CustomFields', 'Created', 'Started', 'Resolved', 'LastUpdated',
    'Told', 'Due', 'type', '_url',
  ],
  transaction: [
    'id', 'Type', 'Field', 'OldValue', 'NewValue', 'Object', 'Created', 'ticket_id', 'type', '_url', '_hyperlinks',
  ],
  attachment: [
    'id', 'TransactionId', 'Parent', 'ContentType', 'Created', 'ticket_id', 'Object', 'type', '_url', '_hyperlinks',
  ],
}; // prettier-ignore

/** Read of changes of status only; elsewhere they hold subjects and addresses. */
const valueFields = ['OldValue', 'NewValue'];

function digested(value: unknown): unknown {
  return typeof value === 'string' ? textOf(digestText(value)) : value;
}

function mark(value: unknown): unknown {
  const found = userMark(value);
  return found === undefined ? undefined : { id: found };
}

/** The object without what nothing needs; reading it gives the same as reading the whole. */
export function keepObject(object: SourceObject): unknown {
  const body = asRecord(object.body);
  if (body === undefined)
    return typeof object.body === 'string' ? '' : Array.isArray(object.body) ? [] : object.body;
  const kept: Record<string, unknown> = {};
  for (const field of fieldsByKind[object.kind] ?? []) if (field in body) kept[field] = body[field];
  if (object.kind === 'ticket') {
    if ('Subject' in body) kept['Subject'] = digested(body['Subject']);
    if (Array.isArray(body['Requestor'])) kept['Requestor'] = (body['Requestor'] as unknown[]).map(mark);
  }
  if (object.kind === 'transaction') {
    if (body['Type'] !== 'Status') for (const field of valueFields) delete kept[field];
    keepAuthor(body, kept);
  }
  if (object.kind === 'attachment') {
    if ('Subject' in body) kept['Subject'] = digested(body['Subject']);
    if (body['Filename']) kept['Filename'] = 'file';
    const content = body['Content'];
    if (typeof content === 'string') {
      const isHtml = typeof body['ContentType'] === 'string' && /^text\/html\b/i.test(body['ContentType']);
      kept['Content'] = digested(isHtml ? stripMarkup(content) : content);
    }
    keepAuthor(body, kept);
  }
  return kept;
}

function keepAuthor(body: JsonRecord, kept: Record<string, unknown>): void {
  const author = mark(body['Creator']);
  if (author !== undefined) kept['Creator'] = author;
}
