/**
 * What HubSpot can be told: a note on a ticket, and to close it. A note has no unique property, so the key stands at
 * its end and is looked for in the notes of the ticket before anything is written. That look reads the ticket and its
 * notes by id: the search is some seconds behind and would miss what has just been made.
 */
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import { escapeHtml } from '../placed-answer.ts';
import { carriesKey, plantedKey } from '../planted-key.ts';
import { notYetWritten, toExecuted, toUnreachable } from '../source-unreachable.ts';
import { executeHubSpotAnswer, probeHubSpotAnswer } from './hubspot-answer-live.ts';
import { notDone, noteWritten, readNotes } from './hubspot-notes-live.ts';
import {
  type HubSpotCall,
  allAssociatedIds,
  callHubSpot,
  readHubSpot,
  serverTime,
} from './hubspot-request-live.ts';
import { type StageMeaning, isClosed, stageOf } from './hubspot-stage.ts';
import {
  type JsonRecord, asList, asRecord, historyOf, idOf, propertyOf,
} from './hubspot-value.ts'; // prettier-ignore

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
  const ticket = idOf(command.refs['ticket']?.split(',').at(-1)?.trim());
  return ticket === undefined ? undefined : { connection, command, ticket, signal };
}

type Seen = {
  readonly note: string | undefined;
  /** Closed now, or closed after our note was written: it was done, whatever happened since. */
  readonly closed: boolean;
  /** Stage that closes a ticket of its pipeline as resolved. */
  readonly closingStage: string | undefined;
  readonly now: number | undefined;
};

async function look(desk: Desk): Promise<Seen> {
  const { connection, ticket, signal } = desk;
  const shape =
    'properties=hs_pipeline,hs_pipeline_stage&propertiesWithHistory=hs_pipeline_stage&associations=notes';
  const path = `/crm/v3/objects/tickets/${ticket}?${shape}`;
  const { body, response } = await readHubSpot(connection, { path }, signal);
  const note = await findNote(desk, await allAssociatedIds(connection, body, 'notes', signal));
  const pipelines = await readHubSpot(connection, { path: '/crm/v3/pipelines/tickets' }, signal);
  const stages = readStages(connection, body, asList(pipelines.body['results']).map(asRecord));
  const since = note?.at;
  const past = historyOf(body, 'hs_pipeline_stage');
  const closedSince =
    since !== undefined && past.some(({ value, at }) => at >= since && isClosed(stages.meanings.get(value)));
  const present = propertyOf(body, 'hs_pipeline_stage');
  return {
    note: note?.id,
    closed: closedSince || (present !== undefined && isClosed(stages.meanings.get(present))),
    closingStage: stages.closing,
    now: serverTime(response),
  };
}

function readStages(
  connection: LiveConnection,
  ticket: JsonRecord,
  pipelines: readonly (JsonRecord | undefined)[],
): { readonly meanings: ReadonlyMap<string, StageMeaning>; readonly closing: string | undefined } {
  const id = propertyOf(ticket, 'hs_pipeline');
  const pipeline = pipelines.find((one) => one?.['id'] === id);
  const context = { settings: connection.settings, lookup: () => pipeline };
  const meanings = new Map<string, StageMeaning>();
  let closing: string | undefined;
  for (const stage of asList(pipeline?.['stages']).map(asRecord)) {
    const stageId = stage?.['id'];
    const meaning = typeof stageId === 'string' ? stageOf(context, id, stageId)?.meaning : undefined;
    if (typeof stageId !== 'string' || meaning === undefined) continue;
    meanings.set(stageId, meaning);
    if (meaning === 'resolved') closing ??= stageId;
  }
  return { meanings, closing };
}

/** Our note among those of the ticket. */
async function findNote(
  { connection, command, signal }: Desk,
  ids: readonly string[],
): Promise<{ readonly id: string; readonly at: string } | undefined> {
  const notes = await readNotes(connection, ids, signal);
  return notes.find((note) => carriesKey(note.text, command.key));
}

const refsOf = (desk: Desk, note: string | undefined): ObjectRef[] => [
  { kind: 'ticket', id: desk.ticket },
  ...(note === undefined ? [] : [{ kind: 'note', id: note }]),
];

export async function probeHubSpot(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  const desk = openDesk(connection, command, signal);
  if (desk === undefined) return { is: 'undecidable', message: 'The command names no ticket.' };
  if (command.kind === 'place-answer') return probeHubSpotAnswer(connection, command, desk.ticket, signal);
  try {
    const seen = await look(desk);
    const done = command.kind === 'note-case' ? seen.note !== undefined : seen.closed;
    return done ? { is: 'effect', refs: refsOf(desk, seen.note) } : { is: 'absent' };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

export async function executeHubSpot(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const desk = openDesk(connection, command, signal);
  if (desk === undefined)
    return { is: 'failed', code: 'incomplete', message: 'The command names no ticket.', final: true };
  if (command.kind === 'place-answer') return executeHubSpotAnswer(connection, command, desk.ticket, signal);
  const seen = await look(desk).catch(notYetWritten);
  if ('is' in seen) return seen;
  try {
    return await act(desk, seen);
  } catch (error) {
    return toExecuted(error);
  }
}

/** What is still missing of it: the note first, so that a closed ticket always says why. */
async function act(desk: Desk, seen: Seen): Promise<Executed> {
  const { command, ticket } = desk;
  const resolving = command.kind === 'resolve-case';
  if (resolving && seen.closed) return { is: 'accepted', refs: refsOf(desk, seen.note) };
  if (resolving && seen.closingStage === undefined) {
    const message =
      'No stage of the ticket’s pipeline means resolved; say which one does in settings.statuses.';
    return { is: 'failed', code: 'no-closing-stage', message, final: true };
  }
  let { note } = seen;
  if (note === undefined) {
    const answer = await callHubSpot(desk.connection, noteCall(desk, seen.now), desk.signal);
    note = idOf(answer.body?.['id']);
    if (note === undefined) return notDone(answer);
  }
  if (resolving) {
    const call: HubSpotCall = {
      method: 'PATCH',
      path: `/crm/v3/objects/tickets/${ticket}`,
      body: { properties: { hs_pipeline_stage: seen.closingStage } },
    };
    const answer = await callHubSpot(desk.connection, call, desk.signal);
    if (answer.body === undefined) return notDone(answer);
  }
  return { is: 'accepted', refs: refsOf(desk, note) };
}

function noteCall({ command, ticket }: Desk, now: number | undefined): HubSpotCall {
  const text = command.text ?? 'Reentry has looked at this return.';
  return noteWritten(ticket, `${escapeHtml(text)}<br>${plantedKey(command.key)}`, now);
}
