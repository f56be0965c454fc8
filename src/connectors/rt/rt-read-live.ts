/**
 * Reading RT. A ticket is read whole: its fields, the transactions since its last known one, and the messages of
 * those that say something.
 *
 * Which tickets changed is asked of the ticket search, because only that one counts what the user may see; a search
 * for transactions hands out pages with the invisible ones left out, down to empty pages in the middle (recording 027
 * shows three of ten). `LastUpdated` has whole seconds and no strict order, so it only finds candidates: whether a
 * ticket really changed is told by its ETag, the id of its last transaction.
 *
 * The first run goes by ticket id, newest first. Later runs go back by `LastUpdated` until they are past the overlap;
 * no time is put into a query, because RT reads it in the user's own zone.
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { fetching, toUnreachable } from '../source-unreachable.ts';
import { callRt, readRt, refuse } from './rt-request.ts';
import { type JsonRecord, asRecord, idOf, linkedId, timeOf } from './rt-value.ts';

/** Tickets per step: each costs two to four requests. */
const pageSize = 25;
const historyPageSize = 100;
const censusPageSize = 100;
export const rtOverlapMs = 5 * 60_000;

/** Transactions whose text the pure half reads. */
const telling = ['Create', 'Correspond'];

type Cursor = {
  /** Server time, epoch ms, up to which everything is known. */
  readonly since?: number;
  /** Newest `LastUpdated` when the run under way began. */
  readonly high?: number;
  /** First run: tickets below this id are still to come. */
  readonly below?: number;
  /** Later runs: next page, and the total that was counted at the page before. */
  readonly page?: number;
  readonly total?: number;
  /** Last transaction of each ticket within the overlap. */
  readonly seen: Readonly<Record<string, string>>;
};

/** Tickets that changed since. */
export function rtCursorSince(_kind: string, at: number): string {
  return JSON.stringify({ since: at + rtOverlapMs, seen: {} } satisfies Cursor);
}

function parseCursor(text: string | undefined): Cursor {
  const value = asRecord(text === undefined ? undefined : (JSON.parse(text) as unknown)) ?? {};
  return { ...(value as Omit<Cursor, 'seen'>), seen: (value['seen'] ?? {}) as Cursor['seen'] };
}

function updatedAt(row: JsonRecord | undefined): number | undefined {
  const time = timeOf(row?.['LastUpdated']);
  return typeof time === 'string' ? undefined : Date.parse(time.at);
}

type Listed = {
  readonly rows: readonly JsonRecord[];
  readonly size: number;
  readonly total: number | undefined;
};

async function listTickets(
  connection: LiveConnection,
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Listed> {
  const search = new URLSearchParams({ fields: 'LastUpdated', per_page: String(pageSize), ...query });
  const { answer } = await readRt(connection, `tickets?${search}`, signal);
  const items = answer.outcome === 'page' ? answer.items : [];
  const rows = items.map(asRecord).filter((row) => row !== undefined);
  return { rows, size: items.length, total: answer.outcome === 'page' ? answer.total : undefined };
}

export async function sweepRt(
  connection: LiveConnection,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    const cursor = parseCursor(cursorText);
    return await (cursor.since === undefined ? fillBack : catchUp)(connection, cursor, signal);
  } catch (error) {
    throw toUnreachable(error);
  }
}

/** First run: all tickets, newest first, by id: nothing shifts however long it takes. */
async function fillBack(connection: LiveConnection, cursor: Cursor, signal: AbortSignal): Promise<SweepPage> {
  let { high } = cursor;
  if (cursor.below === undefined) {
    const newest = await listTickets(
      connection,
      { query: 'id > 0', orderby: 'LastUpdated', order: 'DESC', per_page: '1' },
      signal,
    );
    high = updatedAt(newest.rows[0]);
    if (high === undefined) return { objects: [], cursor: JSON.stringify(cursor), done: true };
  }
  const query = cursor.below === undefined ? 'id > 0' : `id > 0 AND id < ${cursor.below}`;
  const listed = await listTickets(connection, { query, orderby: 'id', order: 'DESC' }, signal);
  const read = await readChanged(connection, listed.rows, cursor, high, signal);
  const lowest = Math.min(...listed.rows.map((row) => Number(idOf(row['id']))));
  const done = listed.size < pageSize;
  const next: Cursor = done
    ? { ...(high === undefined ? {} : { since: high }), seen: read.seen }
    : { ...(high === undefined ? {} : { high }), below: lowest, seen: read.seen };
  return { ...read.page, cursor: JSON.stringify(next), done };
}

/** Later runs: back from the newest change until past the overlap. */
async function catchUp(connection: LiveConnection, cursor: Cursor, signal: AbortSignal): Promise<SweepPage> {
  const since = cursor.since ?? 0;
  const page = cursor.page ?? 1;
  const listed = await listTickets(
    connection,
    { query: 'id > 0', orderby: 'LastUpdated', order: 'DESC', page: String(page) },
    signal,
  );
  const high = cursor.high ?? updatedAt(listed.rows[0]) ?? since;
  const rows = listed.rows.filter((row) => (updatedAt(row) ?? since) >= since - rtOverlapMs);
  const read = await readChanged(connection, rows, cursor, high, signal);
  // Tickets vanished while we paged, so the later ones moved up a page: read this page again.
  const shifted = (listed.total ?? 0) < (cursor.total ?? 0);
  const done = !shifted && (rows.length < listed.rows.length || listed.size < pageSize);
  const next: Cursor = done
    ? { since: high, seen: read.seen }
    : {
        since,
        high,
        page: shifted ? Math.max(1, page - 1) : page + 1,
        ...(listed.total === undefined ? {} : { total: listed.total }),
        seen: read.seen,
      };
  return { ...read.page, cursor: JSON.stringify(next), done };
}

async function readChanged(
  connection: LiveConnection,
  rows: readonly JsonRecord[],
  cursor: Cursor,
  high: number | undefined,
  signal: AbortSignal,
): Promise<{ page: Pick<SweepPage, 'objects' | 'setAside'>; seen: Record<string, string> }> {
  const objects: Snapshot[] = [];
  const setAside: { ref: ObjectRef; message: string }[] = [];
  const seen: Record<string, string> = { ...cursor.seen };
  for (const row of rows) {
    const id = idOf(row['id']);
    if (id === undefined) continue;
    try {
      const read = await readTicket(connection, id, cursor.seen[id], signal);
      if (read.is === 'read') objects.push(...read.snapshots);
      if (read.is === 'read' && read.version !== undefined) seen[id] = read.version;
    } catch (error) {
      const { code, message } = toUnreachable(error);
      // One ticket that RT cannot render must not hold up the others; a lost login concerns them all.
      if (code !== 'server-error' && code !== 'bad-answer' && code !== 'forbidden') throw error;
      setAside.push({ ref: { kind: 'ticket', id }, message });
    }
    const at = updatedAt(row);
    if (at !== undefined && high !== undefined && at < high - rtOverlapMs) delete seen[id];
  }
  return { page: { objects, setAside }, seen };
}

type TicketRead =
  | { readonly is: 'read'; readonly snapshots: readonly Snapshot[]; readonly version: string | undefined }
  | { readonly is: 'unchanged' }
  | { readonly is: 'missing' };

/** A ticket with what happened since transaction `known`; the whole history without it. */
async function readTicket(
  connection: LiveConnection,
  id: string,
  known: string | undefined,
  signal: AbortSignal,
): Promise<TicketRead> {
  const reply = await callRt(
    connection,
    { path: `ticket/${id}`, headers: known === undefined ? {} : { 'if-none-match': `"${known}"` } },
    signal,
  );
  if (reply.answer.outcome === 'unchanged') return { is: 'unchanged' };
  if (reply.answer.outcome === 'not-found') return { is: 'missing' };
  if (reply.answer.outcome !== 'object') throw refuse(reply);
  const version = /\d+/.exec(reply.response.headers['etag'] ?? '')?.[0];
  const name = connection.settings.connection;
  const ticket: Snapshot = {
    connection: name, kind: 'ticket', id, body: reply.answer.body, ...(version === undefined ? {} : { version }),
  }; // prettier-ignore
  const snapshots = [ticket];
  for (const transaction of await readHistory(connection, id, known, version, signal)) {
    snapshots.push(transaction);
    const body = asRecord(transaction.body);
    if (telling.includes(String(body?.['Type'])))
      snapshots.push(...(await readMessages(connection, id, transaction.id, signal)));
  }
  return { is: 'read', snapshots, version };
}

const transactionFields = 'Type,Created,Creator,Field,OldValue,NewValue,Data,Object';

/** Transactions of a ticket after `known`. A page may miss what the user must not see, so only an empty one, or the
 * ticket's last transaction, ends the list. */
async function readHistory(
  connection: LiveConnection,
  ticket: string,
  known: string | undefined,
  last: string | undefined,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for (let page = 1; page <= 200; page += 1) {
    const path = `ticket/${ticket}/history?fields=${transactionFields}&per_page=${historyPageSize}&page=${page}`;
    const { answer } = await readRt(connection, path, signal);
    const items = answer.outcome === 'page' ? answer.items : [];
    for (const item of items) {
      const body = asRecord(item);
      const id = idOf(body?.['id']);
      if (body === undefined || id === undefined || Number(id) <= Number(known ?? 0)) continue;
      found.push({
        connection: connection.settings.connection,
        kind: 'transaction',
        id,
        body: { ...body, ticket_id: ticket },
      });
    }
    if (items.length === 0 || items.some((item) => idOf(asRecord(item)?.['id']) === last)) break;
  }
  return found;
}

/** `Parent` is left out: RT 5.0.3 breaks with a 500 when a list asks for it and a message has none. */
const messageFields = 'Subject,ContentType,Created,Creator,TransactionId,Filename,Content';

async function readMessages(
  connection: LiveConnection,
  ticket: string,
  transaction: string,
  signal: AbortSignal,
): Promise<readonly Snapshot[]> {
  const path = `transaction/${transaction}/attachments?fields=${messageFields}&per_page=100`;
  const reply = await callRt(connection, { path }, signal);
  if (reply.answer.outcome === 'not-found') return [];
  if (reply.answer.outcome !== 'page') throw refuse(reply);
  const messages: Snapshot[] = [];
  const { items } = reply.answer;
  for (const item of items) {
    const body = asRecord(item);
    const id = idOf(body?.['id']);
    if (body === undefined || id === undefined) continue;
    // Of several parts the HTML one is the twin of a plain text when it has a parent, which it says only when alone.
    const mayBeTwin = items.length > 1 && String(body['ContentType']).startsWith('text/html');
    const alone = mayBeTwin ? await readRt(connection, `attachment/${id}`, signal) : undefined;
    const parent =
      alone?.answer.outcome === 'object' ? { Parent: asRecord(alone.answer.body)?.['Parent'] } : {};
    messages.push({
      connection: connection.settings.connection,
      kind: 'attachment',
      id,
      body: { ...body, ...parent, ticket_id: ticket },
    });
  }
  return messages;
}

export async function* censusRt(
  connection: LiveConnection,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  try {
    for (let after = 0; ;) {
      const listed = await listTickets(
        connection,
        { query: `id > ${after}`, orderby: 'id', order: 'ASC', per_page: String(censusPageSize), fields: '' },
        signal,
      );
      const refs = listed.rows.flatMap((row) => {
        const id = idOf(row['id']);
        return id === undefined ? [] : [{ kind: 'ticket', id }];
      });
      if (refs.length > 0) yield refs;
      if (listed.size < censusPageSize) return;
      after = Number(refs.at(-1)?.id ?? after);
    }
  } catch (error) {
    throw toUnreachable(error);
  }
}

/** RT answers 404 for what it has not got, and for an address it does not know: its root tells the two apart. */
async function goneOrLost(connection: LiveConnection, signal: AbortSignal): Promise<FetchResult> {
  await readRt(connection, 'rt', signal);
  return { is: 'gone' };
}

export async function fetchRt(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    if (ref.kind === 'ticket') {
      const read = await readTicket(connection, ref.id, undefined, signal);
      if (read.is !== 'read') return goneOrLost(connection, signal);
      const [snapshot, ...others] = read.snapshots;
      if (snapshot === undefined)
        return { is: 'unreachable', code: 'bad-answer', message: 'an empty ticket' };
      return { is: 'snapshot', snapshot, others };
    }
    const reply = await callRt(connection, { path: `${ref.kind}/${ref.id}` }, signal);
    if (reply.answer.outcome === 'not-found') return goneOrLost(connection, signal);
    const body = reply.answer.outcome === 'object' ? asRecord(reply.answer.body) : undefined;
    if (body === undefined) throw refuse(reply);
    if (ref.kind === 'attachment') {
      // Alone it comes with its content in base64; in its transaction's list as text.
      const transaction = linkedId(body['TransactionId']) ?? '';
      const messages = await readMessages(connection, '', transaction, signal);
      const message = messages.find((each) => each.id === ref.id);
      const plain = asRecord(message?.body) ?? {};
      const { ticket_id: _ticket, ...rest } = plain;
      return message === undefined
        ? goneOrLost(connection, signal)
        : { is: 'snapshot', snapshot: { ...message, body: rest } };
    }
    return {
      is: 'snapshot',
      snapshot: { connection: connection.settings.connection, kind: ref.kind, id: ref.id, body },
    };
  });
}
