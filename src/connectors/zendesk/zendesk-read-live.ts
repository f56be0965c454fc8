/**
 * Reading Zendesk. Tickets come by the incremental export with a cursor: it hands out what changed, also deleted ones,
 * and leaves out the last minute, so that nothing is written behind its back; the cursor simply goes on from there, and
 * the next run has that minute. Each ticket is read with its audits, which is the log of what happened to it.
 *
 * There is no census: lists leave out archived tickets (closed for 120 days), and a deletion comes with the export.
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { SourceUnreachable, fetching, toUnreachable } from '../source-unreachable.ts';
import { callZendesk, readZendesk, refuseZendesk } from './zendesk-request-live.ts';
import { type JsonRecord, asRecord, idOf, recordsIn } from './zendesk-value.ts';

/** The export leaves out a minute; what a run saw is final. */
export const zendeskOverlapMs = 60_000;
/** Tickets per step: each costs one request more for its audits. */
const pageSize = 50;
const auditPagesMax = 200;

type Cursor = {
  /** Where the export goes on. */
  readonly after?: string;
  /** First run: epoch seconds to begin at. */
  readonly from?: number;
};

/** Tickets that changed since; fields are needed whole. */
export function zendeskCursorSince(kind: string, at: number): string | undefined {
  return kind === 'ticket' ? JSON.stringify({ from: Math.max(0, Math.floor(at / 1000)) } satisfies Cursor) : undefined;
} // prettier-ignore

export async function sweepZendesk(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    if (kind === 'ticket_field') return await sweepFields(connection, signal);
    const cursor = (asRecord(JSON.parse(cursorText ?? '{}')) ?? {}) as Cursor;
    return await sweepTickets(connection, cursor, signal);
  } catch (error) {
    throw toUnreachable(error);
  }
}

function snapshotOf(connection: LiveConnection, kind: string, body: JsonRecord): Snapshot[] {
  const id = idOf(body['id']);
  return id === undefined ? [] : [{ connection: connection.settings.connection, kind, id, body }];
}

async function listFields(connection: LiveConnection, signal: AbortSignal): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for (let path: string | undefined = 'ticket_fields.json?page[size]=100'; path !== undefined;) {
    const { body } = await readZendesk(connection, path, signal);
    found.push(...recordsIn(body['ticket_fields']).flatMap((row) => snapshotOf(connection, 'ticket_field', row)));
    path = nextPage(body, 'ticket_fields.json?page[size]=100');
  }
  return found;
} // prettier-ignore

/** The next page by cursor; undefined at the end. */
function nextPage(body: JsonRecord, path: string): string | undefined {
  const meta = asRecord(body['meta']);
  const after = meta?.['after_cursor'];
  return meta?.['has_more'] === true && typeof after === 'string'
    ? `${path}&page[after]=${encodeURIComponent(after)}`
    : undefined;
}

/** A handful of them: all are read each time. */
async function sweepFields(connection: LiveConnection, signal: AbortSignal): Promise<SweepPage> {
  return { objects: await listFields(connection, signal), cursor: '{}', done: true };
}

async function sweepTickets(connection: LiveConnection, cursor: Cursor, signal: AbortSignal): Promise<SweepPage> {
  const query = new URLSearchParams({
    per_page: String(pageSize),
    ...(cursor.after === undefined ? { start_time: String(cursor.from ?? 1) } : { cursor: cursor.after }),
  });
  const { body } = await readZendesk(connection, `incremental/tickets/cursor.json?${query}`, signal);
  const { tickets, after_cursor: after, end_of_stream: ended } = body;
  if (!Array.isArray(tickets) || typeof ended !== 'boolean')
    throw new SourceUnreachable('bad-answer', 'Zendesk answered with no export');
  const objects: Snapshot[] = [];
  const setAside: { ref: ObjectRef; message: string }[] = [];
  for (const row of recordsIn(tickets)) {
    const id = idOf(row['id']);
    if (id === undefined) continue;
    try {
      objects.push(...(await withAudits(connection, id, row, signal)));
    } catch (error) {
      const { code, message } = toUnreachable(error);
      // One ticket that cannot be rendered must not hold up the others; a lost login concerns them all.
      if (code !== 'server-error' && code !== 'bad-answer') throw error;
      setAside.push({ ref: { kind: 'ticket', id }, message });
    }
  }
  const next: Cursor = typeof after === 'string' && after !== '' ? { after } : cursor;
  return { objects, cursor: JSON.stringify(next), done: ended, setAside };
} // prettier-ignore

/** A ticket with its log. Deleted and archived ones may have none any more; then the ticket speaks alone. */
async function withAudits(
  connection: LiveConnection,
  id: string,
  ticket: JsonRecord,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const audits = ticket['status'] === 'deleted' ? undefined : await readAudits(connection, id, signal);
  const body = audits === undefined ? ticket : { ...ticket, with_audits: true };
  return [
    ...snapshotOf(connection, 'ticket', body),
    ...(audits ?? []).flatMap((audit) => snapshotOf(connection, 'audit', { ...audit, ticket_id: Number(id) })),
  ];
} // prettier-ignore

/** All audits of a ticket, oldest first; undefined where Zendesk keeps none. */
export async function readAudits(
  connection: LiveConnection,
  ticket: string,
  signal: AbortSignal,
): Promise<readonly JsonRecord[] | undefined> {
  const found: JsonRecord[] = [];
  const first = `tickets/${ticket}/audits.json?page[size]=100`;
  let path: string | undefined = first;
  for (let page = 0; path !== undefined && page < auditPagesMax; page += 1) {
    const answer = await callZendesk(connection, { path }, signal);
    if (answer.response.status === 404 && answer.word === 'RecordNotFound') return undefined;
    if (answer.body === undefined) throw refuseZendesk(answer);
    found.push(...recordsIn(answer.body['audits']));
    path = nextPage(answer.body, first);
  }
  return found;
}

export async function* censusZendesk(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  try {
    if (kind !== 'ticket_field') return;
    yield (await listFields(connection, signal)).map(({ id }) => ({ kind, id }));
  } catch (error) {
    throw toUnreachable(error);
  }
}

export async function fetchZendesk(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    if (ref.kind === 'ticket_field') {
      const snapshot = (await listFields(connection, signal)).find(({ id }) => id === ref.id);
      return snapshot === undefined ? { is: 'gone' } : { is: 'snapshot', snapshot };
    }
    if (ref.kind !== 'ticket') throw new SourceUnreachable('route-missing', `${ref.kind} cannot be read by itself`);
    const answer = await callZendesk(connection, { path: `tickets/${ref.id}.json` }, signal);
    // Its own word; a wrong subdomain answers 404 with a page.
    if (answer.response.status === 404 && answer.word === 'RecordNotFound') return { is: 'gone' };
    const ticket = asRecord(answer.body?.['ticket']);
    if (ticket === undefined) throw refuseZendesk(answer);
    const [snapshot, ...others] = await withAudits(connection, ref.id, ticket, signal);
    if (snapshot === undefined || snapshot.id !== ref.id)
      throw new SourceUnreachable('bad-answer', 'the answer is another ticket');
    return { is: 'snapshot', snapshot, others };
  });
} // prettier-ignore
