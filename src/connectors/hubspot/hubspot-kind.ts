/** Recognizes HubSpot objects: they do not say what they are, their properties do, else the name of the file. */
import { type JsonRecord, asRecord, idOf } from './hubspot-value.ts';

export type HubSpotKind = 'ticket' | 'email' | 'note' | 'contact' | 'pipeline';

const kindByHint: Readonly<Record<string, HubSpotKind>> = {
  tickets: 'ticket',
  emails: 'email',
  notes: 'note',
  contacts: 'contact',
};

/** A CRM object has an id, a bag of texts, two times, and says whether it is in the recycle bin. */
function isCrmObject(record: JsonRecord): boolean {
  const properties = asRecord(record['properties']);
  return (
    properties !== undefined &&
    typeof record['createdAt'] === 'string' &&
    typeof record['updatedAt'] === 'string' &&
    Object.values(properties).every((value) => value === null || typeof value === 'string')
  );
}

function kindOfProperties(properties: JsonRecord): HubSpotKind | undefined {
  const names = Object.keys(properties);
  if (names.some((name) => name.startsWith('hs_email_'))) return 'email';
  if (names.includes('hs_note_body')) return 'note';
  // Custom objects have pipelines too, but their time is hs_createdate.
  if (names.includes('hs_pipeline_stage') && names.includes('createdate')) return 'ticket';
  if (names.includes('hs_ticket_priority') || names.includes('hs_ticket_category')) return 'ticket';
  if (names.includes('email') && (names.includes('firstname') || names.includes('lastname')))
    return 'contact';
  return undefined;
}

export function kindOf(body: unknown, hint: string): { kind: HubSpotKind; id: string } | undefined {
  const record = asRecord(body);
  if (record === undefined) return undefined;
  if (Array.isArray(record['stages']) && typeof record['label'] === 'string' && 'displayOrder' in record) {
    // The default pipeline's id is 0; others are digits, or a text where an older account chose it.
    const id = record['id'];
    return typeof id === 'string' && id !== '' ? { kind: 'pipeline', id } : undefined;
  }
  const id = idOf(record['id']);
  if (id === undefined || !isCrmObject(record)) return undefined;
  const hinted = kindByHint[hint.toLowerCase().replace(/^hubspot[-_.]/, '')];
  const kind = kindOfProperties(record['properties'] as JsonRecord) ?? hinted;
  return kind === undefined ? undefined : { kind, id };
}
