/**
 * `place-answer` on a ticket: in the custom field that `fields.answer` names, a text of one value, which is set again
 * and again. RT cannot change a comment; where there is no field, the answer is one comment that stands as it was first
 * written, and a later text is refused with what to do about it.
 */
import type { ConnectorCommand, Executed, LiveConnection, Probe } from '../live-contract.ts';
import { answerMark, answerText, holdsAnswer } from '../placed-answer.ts';
import { plantedKey } from '../planted-key.ts';
import { SourceUnreachable, notYetWritten } from '../source-unreachable.ts';
import { callRt, notDone, readRt } from './rt-request.ts';
import { asRecord } from './rt-value.ts';

type Place = {
  readonly is: 'field' | 'comment';
  /** Texts that stand there: values of the field, or subjects of our comments. */
  readonly present: readonly string[];
};

async function look(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Place> {
  const field = connection.settings.fields['answer'];
  if (field !== undefined) {
    const { answer } = await readRt(connection, `ticket/${ticket}`, signal);
    const body = answer.outcome === 'object' ? asRecord(answer.body) : undefined;
    if (body === undefined) throw new SourceUnreachable('bad-answer', 'RT answered with no ticket');
    const fields = Array.isArray(body['CustomFields']) ? (body['CustomFields'] as unknown[]) : [];
    const own = fields
      .map(asRecord)
      .find((entry) => String(entry?.['name']).toLowerCase() === field.toLowerCase());
    const values = own?.['values'];
    return { is: 'field', present: (Array.isArray(values) ? (values as unknown[]) : []).map(String) };
  }
  const present: string[] = [];
  for (let page = 1; page <= 200; page += 1) {
    const path = `ticket/${ticket}/history?fields=Type,Data&per_page=100&page=${page}`;
    const { answer } = await readRt(connection, path, signal);
    const items = answer.outcome === 'page' ? answer.items.map(asRecord) : [];
    for (const row of items)
      if (row?.['Type'] === 'Comment' && String(row['Data']).includes(plantedKey(command.key)))
        present.push(String(row['Data']));
    if (items.length === 0) break;
  }
  return { is: 'comment', present };
}

export async function probeRtAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Probe> {
  const { present } = await look(connection, command, ticket, signal);
  return present.some((text) => holdsAnswer(text, command))
    ? { is: 'effect', refs: [{ kind: 'ticket', id: ticket }] }
    : { is: 'absent' };
}

export async function executeRtAnswer(
  connection: LiveConnection,
  command: ConnectorCommand,
  ticket: string,
  signal: AbortSignal,
): Promise<Executed> {
  const place = await look(connection, command, ticket, signal).catch(notYetWritten);
  if ('present' in place === false) return place;
  const done: Executed = { is: 'accepted', refs: [{ kind: 'ticket', id: ticket }] };
  if (place.present.some((text) => holdsAnswer(text, command))) return done;
  if (place.is === 'field') {
    const field = connection.settings.fields['answer'] ?? '';
    const body = { CustomFields: { [field]: answerText(command) } };
    const reply = await callRt(connection, { method: 'PUT', path: `ticket/${ticket}`, body }, signal);
    if (reply.answer.outcome !== 'changed') return notDone(reply);
    // A field that does not exist, or that the user may not change, is 200 with a sentence or with nothing at all.
    const [refused] = reply.answer.refused;
    const { present } = await look(connection, command, ticket, signal);
    if (present.some((text) => holdsAnswer(text, command))) return done;
    const message =
      refused ?? `Tickets have no text field “${field}” that the user may change (right ModifyCustomField).`;
    return { is: 'failed', code: 'refused', message, final: true };
  }
  if (place.present.length > 0) {
    const message =
      'RT cannot change a comment; give the queue a text field for the answer and name it in fields.answer.';
    return { is: 'failed', code: 'cannot-change', message, final: true };
  }
  const body = {
    Subject: `Reentry ${answerMark(command)}`,
    Content: command.text ?? '',
    ContentType: 'text/plain',
  };
  const reply = await callRt(connection, { method: 'POST', path: `ticket/${ticket}/comment`, body }, signal);
  return reply.response.status === 201 ? done : notDone(reply);
}
