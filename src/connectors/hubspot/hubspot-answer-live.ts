/**
 * `place-answer` on a HubSpot ticket: in the ticket property that `fields.answer` names, else in one note, which HubSpot
 * lets us change. Setting a property twice is one effect by itself; a note is looked for by its key first.
 */
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import { answerHtml, answerText, holdsAnswer } from '../placed-answer.ts';
import { carriesKey } from '../planted-key.ts';
import { notYetWritten, toExecuted, toUnreachable } from '../source-unreachable.ts';
import { notDone, noteWritten, readNotes } from './hubspot-notes-live.ts';
import {
  type HubSpotCall,
  allAssociatedIds,
  callHubSpot,
  readHubSpot,
  serverTime,
} from './hubspot-request-live.ts';
import { idOf, propertyOf } from './hubspot-value.ts';

type Place = {
  /** What stands there now; undefined: nothing of ours. */
  readonly present: string | undefined;
  readonly ref: ObjectRef;
  /** How the answer gets there. */
  readonly call: HubSpotCall;
};

async function look(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Place> {
  const name = connection.settings.fields['answer'];
  const path = `/crm/v3/objects/tickets/${ticket}`;
  if (name !== undefined) {
    const query = new URLSearchParams({ properties: name }).toString();
    const { body } = await readHubSpot(connection, { path: `${path}?${query}` }, signal);
    return {
      present: propertyOf(body, name),
      ref: { kind: 'ticket', id: ticket },
      call: { method: 'PATCH', path, body: { properties: { [name]: answerText(command) } } },
    };
  }
  const { body, response } = await readHubSpot(connection, { path: `${path}?associations=notes` }, signal);
  const notes = await readNotes(
    connection,
    await allAssociatedIds(connection, body, 'notes', signal),
    signal,
  );
  const mine = notes.find((note) => carriesKey(note.text, command.key));
  const text = answerHtml(command);
  if (mine === undefined)
    return {
      present: undefined,
      ref: { kind: 'ticket', id: ticket },
      call: noteWritten(ticket, text, serverTime(response)),
    };
  return {
    present: mine.text,
    ref: { kind: 'note', id: mine.id },
    call: {
      method: 'PATCH',
      path: `/crm/v3/objects/notes/${mine.id}`,
      body: { properties: { hs_note_body: text } },
    },
  };
}

export async function probeHubSpotAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Probe> {
  try {
    const { present, ref } = await look(connection, command, ticket, signal);
    return holdsAnswer(present, command) ? { is: 'effect', refs: [ref] } : { is: 'absent' };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

export async function executeHubSpotAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Executed> {
  const place = await look(connection, command, ticket, signal).catch(notYetWritten);
  if ('is' in place) return place;
  if (holdsAnswer(place.present, command)) return { is: 'accepted', refs: [place.ref] };
  try {
    const answer = await callHubSpot(connection, place.call, signal);
    if (answer.body === undefined) return notDone(answer);
    const id = idOf(answer.body['id']);
    const made = place.call.method === 'POST' && id !== undefined ? { kind: 'note', id } : place.ref;
    return { is: 'accepted', refs: [made] };
  } catch (error) {
    return toExecuted(error);
  }
}
