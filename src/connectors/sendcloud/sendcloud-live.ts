/**
 * Sendcloud, live; from the documentation of API v2. `baseUrl` is `https://panel.sendcloud.sc`; secrets are `publicKey`,
 * `secretKey`, and `webhook` where the integration has a signature key of its own (else its secret key signs). It is only
 * read: nothing can be told to it.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpResponse } from '../http-client.ts';
import type {
  ConnectorLive, FetchResult, HealthLine, LiveConnection, RawDelivery, Snapshot, SweepPage, Verified,
} from '../live-contract.ts'; // prettier-ignore
import { SourceUnreachable, fetching, toUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { asRecord, idOf, instantOf, recordsIn } from './sendcloud-connector.ts';

/** Carriers tell Sendcloud with delay; what it writes down later has a later `date_updated`. */
const overlapMs = 10 * 60_000;
const pageSize = 100;

type Json = Readonly<Record<string, unknown>>;
type Answer = { readonly response: HttpResponse; readonly body: Json | undefined };

async function call(connection: LiveConnection, path: string, signal: AbortSignal): Promise<Answer> {
  const { publicKey = '', secretKey = '' } = connection.secrets;
  const response = await connection.http.request({
    method: 'GET',
    url: `${connection.baseUrl.replace(/\/{1,9}$/, '')}/api/v2/${path}`,
    headers: {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${publicKey}:${secretKey}`).toString('base64')}`,
    },
    signal,
  });
  const body = asRecord(response.json);
  return { response, body: response.status >= 200 && response.status < 300 ? body : undefined };
}

function refuse({ response }: Answer, connection: LiveConnection): SourceUnreachable {
  if (response.status >= 200 && response.status < 300)
    return new SourceUnreachable('bad-answer', 'Sendcloud answered with something else than it documents');
  const said = asRecord(asRecord(response.json)?.['error'])?.['message'];
  return unreachableStatus(
    response,
    connection.http.redact(typeof said === 'string' ? said : 'no answer of Sendcloud'),
  );
}

async function readJson(connection: LiveConnection, path: string, signal: AbortSignal): Promise<Answer & { body: Json }> {
  const answer = await call(connection, path, signal);
  if (answer.body === undefined) throw refuse(answer, connection);
  return { ...answer, body: answer.body };
} // prettier-ignore

/** Sendcloud's own "not found": 404 with an error of its shape; a page of a proxy has none. */
const isNotFound = ({ response }: Answer): boolean =>
  response.status === 404 && asRecord(asRecord(response.json)?.['error'])?.['code'] !== undefined;

type Cursor = {
  /** Epoch ms up to which everything is known, on Sendcloud's clock. */
  readonly since?: number;
  readonly high?: number;
  /** Query of the next page. */
  readonly next?: string;
};

/** What changed since. */
const cursorSince = (_kind: string, at: number): string =>
  JSON.stringify({ since: at + overlapMs } satisfies Cursor);

async function sweep(
  connection: LiveConnection,
  kind: string,
  cursorText: string | undefined,
  signal: AbortSignal,
): Promise<SweepPage> {
  try {
    if (kind !== 'parcel') throw new SourceUnreachable('route-missing', `Sendcloud has no ${kind}`);
    const cursor = (asRecord(JSON.parse(cursorText ?? '{}')) ?? {}) as Cursor;
    const first = new URLSearchParams({
      limit: String(pageSize),
      ...(cursor.since === undefined ? {} : { updated_after: new Date(cursor.since - overlapMs).toISOString() }),
    }).toString();
    const { body, response } = await readJson(connection, `parcels?${cursor.next ?? first}`, signal);
    if (!Array.isArray(body['parcels']))
      throw new SourceUnreachable('bad-answer', 'Sendcloud answered with no list of parcels');
    const rows = recordsIn(body['parcels']);
    const objects: Snapshot[] = [];
    for (const row of rows) objects.push(...(await withHistory(connection, row, signal)));
    const server = Date.parse(response.headers['date'] ?? '');
    const times = rows.flatMap((row) => instantOf(row['date_updated'], connection.settings.zone) ?? []).map(Date.parse);
    // Where the next run begins: the server's time when this one did, so a slow run or a wrong clock loses nothing.
    const high = cursor.high ?? (Number.isNaN(server) ? Math.max(cursor.since ?? 0, ...times) : server);
    const next = queryOf(body['next']);
    const after: Cursor = next === undefined ? { since: high } : { ...cursor, high, next };
    return { objects, cursor: JSON.stringify(after), done: next === undefined };
  } catch (error) {
    throw toUnreachable(error);
  }
} // prettier-ignore

/** The query of the link to the next page. Its host is not followed: credentials go to the configured address only. */
function queryOf(link: unknown): string | undefined {
  if (typeof link !== 'string' || link === '') return undefined;
  return link.includes('?') ? link.slice(link.indexOf('?') + 1) : undefined;
}

/** Parcels on their way to us are read with their history; of others only where they are coming back. */
async function withHistory(connection: LiveConnection, row: Json, signal: AbortSignal): Promise<Snapshot[]> {
  const id = idOf(row['id']);
  if (id === undefined) return [];
  const { connection: name } = connection.settings;
  const tracking = row['tracking_number'];
  const comesBack = row['is_return'] === true || idOf(asRecord(row['status'])?.['id']) === '62992';
  if (!comesBack || typeof tracking !== 'string' || tracking === '') return [{ connection: name, kind: 'parcel', id, body: row }];
  const answer = await call(connection, `tracking/${encodeURIComponent(tracking)}`, signal);
  // Not yet with the carrier: there is no tracking of it.
  if (isNotFound(answer)) return [{ connection: name, kind: 'parcel', id, body: row }];
  if (answer.body === undefined) throw refuse(answer, connection);
  return [{ connection: name, kind: 'parcel', id, body: { ...row, statuses: answer.body['statuses'] } }];
} // prettier-ignore

async function fetchParcel(
  connection: LiveConnection,
  id: string,
  signal: AbortSignal,
): Promise<FetchResult> {
  const answer = await call(connection, `parcels/${encodeURIComponent(id)}`, signal);
  if (isNotFound(answer)) {
    // The list must answer: else the address is wrong and says nothing about the parcel.
    await readJson(connection, 'parcels?limit=1', signal);
    return { is: 'gone' };
  }
  const parcel = asRecord(answer.body?.['parcel']);
  if (parcel === undefined) throw refuse(answer, connection);
  const [snapshot] = await withHistory(connection, parcel, signal);
  return snapshot === undefined || snapshot.id !== id
    ? { is: 'unreachable', code: 'bad-answer', message: 'the answer is another parcel' }
    : { is: 'snapshot', snapshot };
}

/** Hexadecimal HMAC-SHA256 over the raw body, in `Sendcloud-Signature`. */
function verify(connection: Pick<LiveConnection, 'secrets'>, { headers, body }: RawDelivery): Verified {
  const own = connection.secrets['webhook'] ?? '';
  const secret = own === '' ? (connection.secrets['secretKey'] ?? '') : own;
  const given = Buffer.from(headers['sendcloud-signature'] ?? '', 'hex');
  const wanted = createHmac('sha256', secret).update(body).digest();
  if (secret === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
    return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString('utf8')) as unknown;
  } catch {
    return { is: 'rejected', code: 'unreadable', message: 'The body is no JSON.' };
  }
  const id = idOf(asRecord(asRecord(parsed)?.['parcel'])?.['id']);
  return {
    is: 'delivery',
    key: wanted.toString('hex'),
    hints: id === undefined ? [] : [{ kind: 'parcel', id }],
  };
}

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  try {
    await readJson(connection, 'parcels?limit=1', signal);
  } catch (error) {
    const { code, message } = toUnreachable(error);
    const told =
      code === 'unauthorized' || code === 'forbidden'
        ? 'Sendcloud refuses the keys; copy both again from Settings › Integrations › Sendcloud API.'
        : message;
    return [{ check: 'read parcels', state: 'failed', message: told }];
  }
  const name = 'webhook';
  const message = 'Set the webhook address of the integration in Sendcloud to this connection, or changes are seen by polling only.';
  return [
    { check: 'read parcels', state: 'ok', message: 'Can read parcels.' },
    { check: name, state: 'ok', message },
  ];
} // prettier-ignore

export const sendcloudLive: ConnectorLive = {
  name: 'sendcloud',
  contract: { commands: {}, overlapMs, requestsPerSecond: 5, finalErrors: [] },
  // Parcels do not vanish: a cancelled one stays and says so.
  sweeps: [{ kind: 'parcel', census: false }],
  sweep,
  cursorSince,
  async *census() {},
  fetch: (connection, ref, signal) =>
    fetching(async () => {
      if (ref.kind !== 'parcel') throw new SourceUnreachable('route-missing', `Sendcloud has no ${ref.kind}`);
      return fetchParcel(connection, ref.id, signal);
    }),
  verify,
  probe: () => Promise.resolve({ is: 'undecidable', message: 'Sendcloud cannot be told anything.' }),
  execute: (_connection, { kind }) =>
    Promise.resolve({ is: 'failed', code: 'unsupported', message: `Sendcloud cannot be told to ${kind}.`, final: true }),
  check,
}; // prettier-ignore
