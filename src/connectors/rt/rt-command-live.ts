/**
 * What RT can be told: a private note on a ticket, and to resolve it. RT knows no idempotency key, so the key is the
 * subject of the note, which the history shows as `Data`, and is looked for before anything is written.
 */
import type { ConnectorCommand, Executed, LiveConnection, Probe } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { SourceUnreachable, notYetWritten } from '../source-unreachable.ts';
import { executeRtAnswer, probeRtAnswer } from './rt-answer-live.ts';
import { callRt, notDone, readRt } from './rt-request.ts';
import { type JsonRecord, asRecord, idOf, isClosed, meaningOf } from './rt-value.ts';

type Desk = {
  readonly connection: LiveConnection;
  readonly command: ConnectorCommand;
  readonly ticket: string;
  readonly signal: AbortSignal;
};

/** The ticket of a command: the newest of the order. */
function openDesk(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Desk | undefined {
  const ticket = command.refs['ticket']?.split(',').at(-1);
  return idOf(ticket) === undefined || ticket === undefined
    ? undefined
    : { connection, command, ticket, signal };
}

type Seen = {
  /** Transaction of our note. */
  readonly note: string | undefined;
  /** A closing status after it: it was done, whatever happened since. */
  readonly closedAfterNote: boolean;
};

async function look({ connection, command, ticket, signal }: Desk): Promise<Seen> {
  const subject = plantedKey(command.key);
  let note: string | undefined;
  let closedAfterNote = false;
  for (let page = 1; page <= 200; page += 1) {
    const path = `ticket/${ticket}/history?fields=Type,Data,NewValue&per_page=100&page=${page}`;
    const { answer } = await readRt(connection, path, signal);
    const items = answer.outcome === 'page' ? answer.items : [];
    for (const row of items.map(asRecord)) {
      if (row?.['Type'] === 'Comment' && String(row['Data']).includes(subject)) note ??= idOf(row['id']);
      if (row?.['Type'] === 'Status' && note !== undefined && isClosedWord(connection, row['NewValue']))
        closedAfterNote = true;
    }
    if (items.length === 0) break;
  }
  return { note, closedAfterNote };
}

function isClosedWord(connection: LiveConnection, word: unknown): boolean {
  const context = { settings: connection.settings, lookup: () => undefined };
  return typeof word === 'string' && isClosed(meaningOf(context, word));
}

/** The word of this RT that means resolved. */
function resolvedWord(connection: LiveConnection): string {
  const mapped = Object.entries(connection.settings.statuses).find(([, meaning]) => meaning === 'resolved');
  return mapped?.[0] ?? 'resolved';
}

async function readTicket({ connection, ticket, signal }: Desk): Promise<{ body: JsonRecord; etag: string }> {
  const { answer, response } = await readRt(connection, `ticket/${ticket}`, signal);
  const body = answer.outcome === 'object' ? asRecord(answer.body) : undefined;
  if (body === undefined) throw new SourceUnreachable('bad-answer', 'RT answered with no ticket');
  return { body, etag: response.headers['etag'] ?? '' };
}

export async function probeRt(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  const desk = openDesk(connection, command, signal);
  if (desk === undefined) return { is: 'undecidable', message: 'The command names no ticket.' };
  if (command.kind === 'place-answer') return probeRtAnswer(connection, command, desk.ticket, signal);
  const seen = await look(desk);
  const refs = [
    { kind: 'ticket', id: desk.ticket },
    ...(seen.note === undefined ? [] : [{ kind: 'transaction', id: seen.note }]),
  ];
  if (command.kind === 'note-case')
    return seen.note === undefined ? { is: 'absent' } : { is: 'effect', refs };
  const { body } = await readTicket(desk);
  return seen.closedAfterNote || isClosedWord(connection, body['Status'])
    ? { is: 'effect', refs }
    : { is: 'absent' };
}

export async function executeRt(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const desk = openDesk(connection, command, signal);
  if (desk === undefined)
    return { is: 'failed', code: 'incomplete', message: 'The command names no ticket.', final: true };
  if (command.kind === 'place-answer') return executeRtAnswer(connection, command, desk.ticket, signal);
  const read = await Promise.all([look(desk), readTicket(desk)]).catch(notYetWritten);
  if ('is' in read) return read;
  const [seen, { body, etag }] = read;
  const closed = seen.closedAfterNote || isClosedWord(connection, body['Status']);
  if (seen.note === undefined && !(closed && command.kind === 'resolve-case')) {
    const refused = await writeNote(desk);
    if (refused !== undefined) return refused;
  }
  if (command.kind === 'resolve-case' && !closed) {
    const refused = await resolve(desk, seen.note === undefined ? undefined : etag);
    if (refused !== undefined) return refused;
  }
  return { is: 'accepted', refs: [{ kind: 'ticket', id: desk.ticket }] };
}

async function writeNote({ connection, command, ticket, signal }: Desk): Promise<Executed | undefined> {
  const Content = command.text ?? 'Reentry has looked at this return.';
  const body = { Subject: plantedKey(command.key), Content, ContentType: 'text/plain' };
  const reply = await callRt(connection, { method: 'POST', path: `ticket/${ticket}/comment`, body }, signal);
  return reply.response.status === 201 ? undefined : notDone(reply);
}

/** Resolves what we have just read; our own note has changed the ETag where it was written in this call. */
async function resolve(desk: Desk, read: string | undefined): Promise<Executed | undefined> {
  const etag = read ?? (await readTicket(desk)).etag;
  const reply = await callRt(
    desk.connection,
    {
      method: 'PUT',
      path: `ticket/${desk.ticket}`,
      body: { Status: resolvedWord(desk.connection) },
      headers: etag === '' ? {} : { 'if-match': etag },
    },
    desk.signal,
  );
  if (reply.answer.outcome !== 'changed') return notDone(reply);
  // A refused change is 200 with a sentence (recording 016) in the language of the user, so the ticket is asked.
  const [said] = reply.answer.refused;
  if (said === undefined && isClosedWord(desk.connection, (await readTicket(desk)).body['Status']))
    return undefined;
  if (said === undefined && (await look(desk)).closedAfterNote) return undefined;
  const message = said ?? reply.answer.said.join(' ');
  return {
    is: 'failed',
    code: 'refused',
    message: message === '' ? 'RT did not resolve it.' : message,
    final: true,
  };
}
