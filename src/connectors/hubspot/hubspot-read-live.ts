/**
 * Reading HubSpot. The first run lists all objects with their history. Later runs ask the search what was modified,
 * which is some seconds behind (hence the overlap) and tells neither history nor associations, so each object found is
 * read by itself. A search reaches 10,000 results; it is therefore never paged by position but goes on from the last
 * time seen, and where one time fills a page, from the last id.
 */
import type { FetchResult, LiveConnection, ObjectRef, Snapshot, SweepPage } from '../live-contract.ts';
import { SourceUnreachable, fetching, toUnreachable } from '../source-unreachable.ts';
import {
  allAssociatedIds,
  callHubSpot,
  nextAfter,
  readHubSpot,
  refuseHubSpot,
  serverTime,
} from './hubspot-request-live.ts';
import { orderNumberProperty, returnNumberProperty } from './hubspot-ticket.ts';
import { asList, asRecord, idOf, instantOf, propertyOf } from './hubspot-value.ts';

export const hubspotOverlapMs = 10 * 60_000;
/** HubSpot's limit for lists with history. */
const listSize = 50;
const searchSize = 100;
const censusSize = 100;
/** Newest e-mails that come with a ticket. */
const emailsMax = 20;

type SweptKind = 'ticket' | 'email' | 'note';

const typeOf: Readonly<Record<SweptKind, string>> = { ticket: 'tickets', email: 'emails', note: 'notes' };

const isSwept = (kind: string): kind is SweptKind => Object.hasOwn(typeOf, kind);

/** What is asked of each object: the properties that are read and kept, and what hangs on it. */
function shapeOf(connection: LiveConnection, kind: SweptKind): string {
  const context = { settings: connection.settings, lookup: () => undefined };
  const numbers = [orderNumberProperty(context), returnNumberProperty(context)];
  const query = new URLSearchParams();
  if (kind === 'ticket') {
    const history = ['hs_pipeline', 'hs_pipeline_stage', ...numbers];
    const own = ['subject', 'content', 'createdate', 'closed_date', 'hs_lastmodifieddate'];
    query.set('properties', [...own, ...history].join(','));
    query.set('propertiesWithHistory', history.join(','));
    query.set('associations', 'emails,notes');
  } else {
    const email = [
      'hs_email_direction',
      'hs_email_status',
      'hs_email_subject',
      'hs_email_text',
      'hs_email_html',
    ];
    const own = kind === 'email' ? email : ['hs_note_body'];
    query.set('properties', ['hs_timestamp', 'hs_createdate', 'hs_lastmodifieddate', ...own].join(','));
    query.set('associations', 'tickets');
  }
  return query.toString();
}

type Cursor = {
  /** Server time, epoch ms, up to which everything is known. */
  readonly since?: number;
  /** Server time at which the run under way began. */
  readonly high?: number;
  /** First run: where the list goes on. */
  readonly after?: string;
  /** Later runs: modified since then, epoch ms, is still to come. */
  readonly from?: number;
  /** Ids already read that were modified at `from`. */
  readonly at?: readonly string[];
  /** Set while objects modified exactly at `from` are read by id, after this one. */
  readonly aboveId?: string;
};

export async function sweepHubSpot(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    const cursor = (asRecord(JSON.parse(cursorText ?? '{}')) ?? {}) as Cursor;
    if (kind === 'pipeline') return await sweepPipelines(connection, signal);
    if (!isSwept(kind)) throw new SourceUnreachable('route-missing', `HubSpot has no ${kind}`);
    return await (cursor.since === undefined ? fillBack : catchUp)(connection, kind, cursor, signal);
  } catch (error) {
    throw toUnreachable(error);
  }
}

async function listPipelines(connection: LiveConnection, signal: AbortSignal): Promise<readonly Snapshot[]> {
  const { body } = await readHubSpot(connection, { path: '/crm/v3/pipelines/tickets' }, signal);
  return asList(body['results']).flatMap((row) => {
    const id = asRecord(row)?.['id'];
    return typeof id === 'string'
      ? [{ connection: connection.settings.connection, kind: 'pipeline', id, body: row }]
      : [];
  });
}

/** There are a handful of them: all are read each time. */
async function sweepPipelines(connection: LiveConnection, signal: AbortSignal): Promise<SweepPage> {
  return { objects: await listPipelines(connection, signal), cursor: '{}', done: true };
}

function snapshotOf(connection: LiveConnection, kind: string, row: unknown): Snapshot | undefined {
  const id = idOf(asRecord(row)?.['id']);
  return id === undefined ? undefined : { connection: connection.settings.connection, kind, id, body: row };
}

/** First run: everything, by id. What is made meanwhile has a larger id or is caught by the run after. */
async function fillBack(
  connection: LiveConnection,
  kind: SweptKind,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<SweepPage> {
  const page = cursor.after === undefined ? '' : `&after=${encodeURIComponent(cursor.after)}`;
  const path = `/crm/v3/objects/${typeOf[kind]}?limit=${listSize}&${shapeOf(connection, kind)}${page}`;
  const { body, response } = await readHubSpot(connection, { path }, signal);
  const rows = asList(body['results']);
  const high = cursor.high ?? serverTime(response) ?? newestOf(rows);
  const after = nextAfter(body);
  const next: Cursor =
    after === undefined
      ? high === undefined
        ? {}
        : { since: high }
      : { ...(high === undefined ? {} : { high }), after };
  return {
    objects: rows.flatMap((row) => snapshotOf(connection, kind, row) ?? []),
    cursor: JSON.stringify(next),
    done: after === undefined,
  };
}

function modifiedAt(row: unknown): number | undefined {
  const record = asRecord(row);
  if (record === undefined) return undefined;
  const at = instantOf(propertyOf(record, 'hs_lastmodifieddate')) ?? instantOf(record['updatedAt']);
  return at === undefined ? undefined : Date.parse(at);
}

function newestOf(rows: readonly unknown[]): number | undefined {
  const times = rows.flatMap((row) => modifiedAt(row) ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

type Filter = { readonly propertyName: string; readonly operator: string; readonly value: string };

/** Later runs: what was modified, in order of time. */
async function catchUp(
  connection: LiveConnection,
  kind: SweptKind,
  cursor: Cursor,
  signal: AbortSignal,
): Promise<SweepPage> {
  const from = cursor.from ?? (cursor.since ?? 0) - hubspotOverlapMs;
  const { aboveId } = cursor;
  const modified = (operator: string): Filter => ({
    propertyName: 'hs_lastmodifieddate',
    operator,
    value: String(from),
  });
  const filters = [
    ...(aboveId === undefined
      ? [modified('GTE')]
      : [modified('EQ'), { propertyName: 'hs_object_id', operator: 'GT', value: aboveId }]),
    // What customers write says nothing that is read; it would only cost requests.
    ...(kind === 'email' ? [{ propertyName: 'hs_email_direction', operator: 'EQ', value: 'EMAIL' }] : []),
  ];
  const sort = aboveId === undefined ? 'hs_lastmodifieddate' : 'hs_object_id';
  const { body, response } = await readHubSpot(
    connection,
    {
      method: 'POST',
      safe: true,
      path: `/crm/v3/objects/${typeOf[kind]}/search`,
      body: {
        filterGroups: [{ filters }],
        sorts: [{ propertyName: sort, direction: 'ASCENDING' }],
        properties: ['hs_lastmodifieddate'],
        limit: searchSize,
      },
    },
    signal,
  );
  const rows = asList(body['results']);
  const known = new Set(cursor.at);
  const ids = rows.flatMap((row) => idOf(asRecord(row)?.['id']) ?? []).filter((id) => !known.has(id));
  const read = await readEach(connection, kind, ids, signal);
  const high = cursor.high ?? serverTime(response) ?? newestOf(rows) ?? cursor.since ?? 0;
  const next = nextCursor({ ...cursor, high, from }, rows);
  return { ...read, cursor: JSON.stringify(next ?? { since: high }), done: next === undefined };
}

/** Where the run goes on; undefined at its end. */
function nextCursor(
  cursor: Cursor & { readonly from: number },
  rows: readonly unknown[],
): Cursor | undefined {
  const full = rows.length >= searchSize;
  const last = rows.at(-1);
  const lastId = idOf(asRecord(last)?.['id']);
  const { at: _at, aboveId, ...rest } = cursor;
  if (aboveId !== undefined) {
    // All of one time are read by id; then the times after it.
    if (full && lastId !== undefined) return { ...rest, aboveId: lastId };
    return { ...rest, from: cursor.from + 1 };
  }
  const time = modifiedAt(last);
  if (!full || time === undefined) return undefined;
  if (time === cursor.from) return { ...rest, aboveId: '0' };
  const at = rows
    .filter((row) => modifiedAt(row) === time)
    .flatMap((row) => idOf(asRecord(row)?.['id']) ?? []);
  return { ...rest, from: time, at };
}

async function readEach(
  connection: LiveConnection,
  kind: SweptKind,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Pick<SweepPage, 'objects' | 'setAside'>> {
  const objects: Snapshot[] = [];
  const setAside: { ref: ObjectRef; message: string }[] = [];
  for (const id of ids) {
    try {
      const read = await readOne(connection, { kind, id }, signal);
      // Gone between search and read: the census settles it.
      if (read.is === 'snapshot') objects.push(read.snapshot);
    } catch (error) {
      const { code, message } = toUnreachable(error);
      // One object that HubSpot cannot render must not hold up the others; a lost login concerns them all.
      if (code !== 'server-error' && code !== 'bad-answer' && code !== 'forbidden') throw error;
      setAside.push({ ref: { kind, id }, message });
    }
  }
  return { objects, setAside };
}

export async function* censusHubSpot(
  connection: LiveConnection,
  kind: string,
  signal: AbortSignal,
): AsyncGenerator<readonly ObjectRef[]> {
  try {
    if (!isSwept(kind)) {
      const pipelines = await listPipelines(connection, signal);
      yield pipelines.map(({ id }) => ({ kind, id }));
      return;
    }
    for (let after: string | undefined; ;) {
      const page = after === undefined ? '' : `&after=${encodeURIComponent(after)}`;
      const path = `/crm/v3/objects/${typeOf[kind]}?limit=${censusSize}&properties=hs_object_id${page}`;
      const { body } = await readHubSpot(connection, { path }, signal);
      const ids = asList(body['results']).flatMap((row) => idOf(asRecord(row)?.['id']) ?? []);
      if (ids.length > 0) yield ids.map((id) => ({ kind, id }));
      after = nextAfter(body);
      if (after === undefined) return;
    }
  } catch (error) {
    throw toUnreachable(error);
  }
}

type ReadOne = Exclude<FetchResult, { is: 'unreachable' }>;

/**
 * One object. HubSpot answers 404 for what is not there and for what lies in the recycle bin: the second answers when
 * asked for archived ones. An address that is wrong is a 404 too, so before an object is called gone its type must
 * answer.
 */
async function readOne(
  connection: LiveConnection,
  ref: { readonly kind: SweptKind; readonly id: string },
  signal: AbortSignal,
): Promise<ReadOne> {
  const type = `/crm/v3/objects/${typeOf[ref.kind]}`;
  const path = `${type}/${encodeURIComponent(ref.id)}?${shapeOf(connection, ref.kind)}`;
  for (const archived of ['', '&archived=true']) {
    const answer = await callHubSpot(connection, { path: `${path}${archived}` }, signal);
    // After a merge the old id answers with the ticket that is left.
    if (answer.body !== undefined && idOf(answer.body['id']) !== undefined) {
      const { connection: name } = connection.settings;
      return { is: 'snapshot', snapshot: { connection: name, ...ref, body: answer.body } };
    }
    const ownWord = asRecord(answer.response.json)?.['status'] === 'error';
    if (answer.response.status !== 404 || !ownWord) throw refuseHubSpot(answer);
  }
  await readHubSpot(connection, { path: `${type}?limit=1&properties=hs_object_id` }, signal);
  return { is: 'gone' };
}

/** A ticket comes with its newest e-mails: whether the customer was told stands in them. */
export async function fetchHubSpot(
  connection: LiveConnection,
  ref: ObjectRef,
  signal: AbortSignal,
): Promise<FetchResult> {
  return fetching(async () => {
    if (ref.kind === 'pipeline') {
      const snapshot = (await listPipelines(connection, signal)).find(({ id }) => id === ref.id);
      return snapshot === undefined ? { is: 'gone' } : { is: 'snapshot', snapshot };
    }
    const { kind, id } = ref;
    if (!isSwept(kind)) throw new SourceUnreachable('route-missing', `HubSpot's ${kind} is not read`);
    const read = await readOne(connection, { kind, id }, signal);
    const body = read.is === 'snapshot' ? asRecord(read.snapshot.body) : undefined;
    if (kind !== 'ticket' || read.is !== 'snapshot' || body === undefined) return read;
    const emails = (await allAssociatedIds(connection, body, 'emails', signal)).slice(-emailsMax);
    const { objects } = await readEach(connection, 'email', emails, signal);
    return { ...read, others: objects };
  });
}
