/**
 * What Zendesk can be told: an internal note, to solve a ticket, and to keep an answer. An update knows no idempotency
 * key (`Idempotency-Key` counts at creation only), so the key stands at the end of the note and is looked for in the
 * ticket's audits first; and every update is made with `safe_update` on the version that was read, so that two at once
 * end in one and a conflict (409).
 */
import type { ConnectorCommand, Executed, LiveConnection, Probe } from '../live-contract.ts';
import { answerText, holdsAnswer } from '../placed-answer.ts';
import { carriesKey, plantedKey } from '../planted-key.ts';
import { SourceUnreachable, notYetWritten, toExecuted, toUnreachable } from '../source-unreachable.ts';
import { readAudits } from './zendesk-read-live.ts';
import { callZendesk, readZendesk, refuseZendesk } from './zendesk-request-live.ts';
import { type JsonRecord, asRecord, idOf, isClosed, meaningOf, recordsIn } from './zendesk-value.ts';

type Seen = {
  readonly ticket: JsonRecord;
  readonly isClosed: boolean;
  /** Texts of our notes, oldest first. */
  readonly notes: readonly string[];
  /** Solved at some time after our note: it was done, whatever happened since. */
  readonly closedAfterNote: boolean;
};

const ticketOf = (command: ConnectorCommand): string | undefined =>
  idOf(command.refs['ticket']?.split(',').at(-1)?.trim());

async function look(
  connection: LiveConnection,
  command: ConnectorCommand,
  id: string,
  signal: AbortSignal,
): Promise<Seen> {
  const { body } = await readZendesk(connection, `tickets/${id}.json`, signal);
  const ticket = asRecord(body['ticket']);
  if (ticket === undefined) throw new SourceUnreachable('bad-answer', 'Zendesk answered with no ticket');
  const context = { settings: connection.settings, lookup: () => undefined };
  const notes: string[] = [];
  let closedAfterNote = false;
  for (const audit of (await readAudits(connection, id, signal)) ?? []) {
    const events = recordsIn(audit['events']);
    for (const event of events)
      if (event['type'] === 'Comment' && carriesKey(event['body'], command.key)) notes.push(String(event['body']));
    const closes = events.some((event) => event['field_name'] === 'status' && isClosed(meaningOf(context, event['value'])));
    if (closes && notes.length > 0) closedAfterNote = true;
  }
  return { ticket, isClosed: isClosed(meaningOf(context, ticket['status'], ticket['custom_status_id'])), notes, closedAfterNote };
} // prettier-ignore

/** What stands in the ticket field that `fields.answer` names by id. */
function fieldText(connection: LiveConnection, ticket: JsonRecord): string | undefined {
  const id = connection.settings.fields['answer'];
  const field = recordsIn(ticket['custom_fields']).find((each) => idOf(each['id']) === id);
  return typeof field?.['value'] === 'string' ? field['value'] : undefined;
}

function isDone(connection: LiveConnection, command: ConnectorCommand, seen: Seen): boolean {
  if (command.kind === 'note-case') return seen.notes.length > 0;
  if (command.kind === 'resolve-case') return seen.isClosed || seen.closedAfterNote;
  return connection.settings.fields['answer'] === undefined
    ? seen.notes.some((text) => holdsAnswer(text, command))
    : holdsAnswer(fieldText(connection, seen.ticket), command);
}

export async function probeZendesk(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  const id = ticketOf(command);
  if (id === undefined) return { is: 'undecidable', message: 'The command names no ticket.' };
  try {
    const seen = await look(connection, command, id, signal);
    return isDone(connection, command, seen)
      ? { is: 'effect', refs: [{ kind: 'ticket', id }] }
      : { is: 'absent' };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

const failed = (code: string, message: string, final = true): Executed => ({
  is: 'failed',
  code,
  message,
  final,
});

export async function executeZendesk(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const id = ticketOf(command);
  if (id === undefined) return failed('incomplete', 'The command names no ticket.');
  const seen = await look(connection, command, id, signal).catch(notYetWritten);
  if ('is' in seen) return seen;
  const done: Executed = { is: 'accepted', refs: [{ kind: 'ticket', id }] };
  if (isDone(connection, command, seen)) return done;
  if (seen.ticket['status'] === 'closed')
    return failed('closed', 'The ticket is closed for good; Zendesk lets nobody change it any more.');
  const change = changeOf(connection, command, seen);
  if (change === undefined) {
    const message = 'Zendesk cannot change a note; make a multi-line ticket field for the answer and name its id in fields.answer.';
    return failed('cannot-change', message);
  }
  try {
    const ticket = { ...change, safe_update: true, updated_stamp: seen.ticket['updated_at'] };
    const answer = await callZendesk(connection, { method: 'PUT', path: `tickets/${id}.json`, body: { ticket } }, signal);
    if (asRecord(answer.body?.['ticket']) !== undefined) return done;
    const { status } = answer.response;
    if (status === 409) return failed('stale', 'Somebody changed the ticket meanwhile.', false);
    if (status === 422 || status === 400) return failed(answer.word ?? 'refused', `Zendesk refuses the change: ${answer.message}`);
    throw refuseZendesk(answer);
  } catch (error) {
    return toExecuted(error);
  }
} // prettier-ignore

/**
 * One update for all of it: a note that is there while the ticket stays open cannot come about. Undefined: an answer that
 * stands in a note already, which Zendesk cannot change.
 */
function changeOf(connection: LiveConnection, command: ConnectorCommand, seen: Seen): JsonRecord | undefined {
  const note = (text: string): JsonRecord => ({ comment: { body: text, public: false } });
  if (command.kind === 'place-answer') {
    const field = connection.settings.fields['answer'];
    if (field !== undefined) return { custom_fields: [{ id: Number(field), value: answerText(command) }] };
    return seen.notes.length > 0 ? undefined : note(answerText(command));
  }
  const text = `${command.text ?? 'Reentry has looked at this return.'}\n${plantedKey(command.key)}`;
  if (command.kind === 'note-case') return note(text);
  return { status: 'solved', ...(seen.notes.length > 0 ? {} : note(text)) };
} // prettier-ignore
