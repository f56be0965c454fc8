/** Notes on a ticket: reading them by id, writing one, and what a refused write means. */
import type { Executed, LiveConnection } from '../live-contract.ts';
import { SourceUnreachable } from '../source-unreachable.ts';
import { type HubSpotAnswer, type HubSpotCall, readHubSpot, refuseHubSpot } from './hubspot-request-live.ts';
import { asList, asRecord, idOf, instantOf, propertyOf } from './hubspot-value.ts';

/** HubSpot's own association of a note with a ticket. */
const noteToTicket = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 228 } as const;
const notesPerRead = 100;

export type Note = { readonly id: string; readonly text: string; readonly at: string };

/** Notes by id, a hundred at once. The search is some seconds behind and would miss what has just been made. */
export async function readNotes(
  connection: LiveConnection,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<readonly Note[]> {
  const found: Note[] = [];
  for (let from = 0; from < ids.length; from += notesPerRead) {
    const inputs = ids.slice(from, from + notesPerRead).map((id) => ({ id }));
    const call: HubSpotCall = {
      method: 'POST',
      safe: true,
      path: '/crm/v3/objects/notes/batch/read',
      body: { inputs, properties: ['hs_note_body', 'hs_createdate'] },
    };
    const { body } = await readHubSpot(connection, call, signal);
    // 207: not all of them. Those that have gone meanwhile are no loss; of others nobody knows what they say.
    const lost = asList(body['errors']).filter(
      (error) => asRecord(error)?.['category'] !== 'OBJECT_NOT_FOUND',
    );
    if (lost.length > 0)
      throw new SourceUnreachable('server-error', 'HubSpot could not read all notes of the ticket');
    for (const row of asList(body['results']).map(asRecord)) {
      const id = idOf(row?.['id']);
      if (row === undefined || id === undefined) continue;
      const at = instantOf(row['createdAt']) ?? instantOf(propertyOf(row, 'hs_createdate')) ?? '';
      found.push({ id, text: propertyOf(row, 'hs_note_body') ?? '', at });
    }
  }
  return found;
}

/** The call that writes a note with this HTML on a ticket. `now`: epoch ms on HubSpot's clock, where it is known. */
export function noteWritten(ticket: string, html: string, now: number | undefined): HubSpotCall {
  return {
    method: 'POST',
    path: '/crm/v3/objects/notes',
    body: {
      properties: { hs_timestamp: new Date(now ?? Date.now()).toISOString(), hs_note_body: html },
      associations: [{ to: { id: ticket }, types: [noteToTicket] }],
    },
  };
}

/** What a write that HubSpot did not confirm means. Throws `SourceUnreachable` where the outcome is not known. */
export function notDone(answer: HubSpotAnswer): Executed {
  const { response, category, message } = answer;
  const { status } = response;
  if (status === 400 || status === 404 || status === 409)
    return { is: 'failed', code: category ?? 'refused', message, final: true };
  if (status >= 200 && status < 300)
    throw new SourceUnreachable('bad-answer', 'HubSpot did not say what it made');
  throw refuseHubSpot(answer);
}
