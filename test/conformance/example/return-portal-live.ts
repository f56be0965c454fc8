/** A returns portal, the live half. Secrets are `token` and `webhook`; commands need `refs.return`. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { HttpResponse } from '../../../src/connectors/http-client.ts';
import type {
  ConnectorCommand, ConnectorLive, Executed, LiveConnection, Probe, Snapshot,
} from '../../../src/connectors/live-contract.ts'; // prettier-ignore
import { plantedKey } from '../../../src/connectors/planted-key.ts';
import {
  SourceUnreachable, fetching, notYetWritten, toExecuted, toUnreachable, unreachableStatus,
} from '../../../src/connectors/source-unreachable.ts'; // prettier-ignore

type Row = Readonly<Record<string, unknown>>;
const overlapMs = 5 * 60_000;
const pageSize = 50;

async function call(
  connection: LiveConnection,
  path: string,
  signal: AbortSignal,
  body?: unknown,
): Promise<HttpResponse> {
  return connection.http.request({
    method: body === undefined ? 'GET' : 'POST',
    url: `${connection.baseUrl.replace(/\/+$/, '')}/${path}`,
    headers: {
      authorization: `Bearer ${connection.secrets['token'] ?? ''}`,
      'content-type': 'application/json',
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal,
  });
}

async function list(connection: LiveConnection, query: string, signal: AbortSignal): Promise<readonly Row[]> {
  const response = await call(connection, `returns?${query}`, signal);
  if (response.status !== 200) throw unreachableStatus(response, 'no list of returns');
  const rows = (response.json as { readonly returns?: unknown } | undefined)?.returns;
  // Anything but the documented answer says nothing about any object.
  if (!Array.isArray(rows)) throw new SourceUnreachable('bad-answer', 'no list of returns');
  return rows as readonly Row[];
}

const toSnapshot = (connection: LiveConnection, row: Row): Snapshot => ({
  connection: connection.settings.connection,
  kind: 'return',
  id: String(row['id']),
  body: row,
});

/** Notes that carry the key. The return itself is read, never a search that may lag behind. */
async function countNotes(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<number> {
  const id = command.refs['return'] ?? '';
  const response = await call(connection, `returns/${encodeURIComponent(id)}`, signal);
  if (response.status !== 200) throw unreachableStatus(response, 'the return cannot be read');
  const { notes } = response.json as { readonly notes?: readonly string[] };
  return (notes ?? []).filter((note) => note.includes(plantedKey(command.key))).length;
}

const refsOf = (command: ConnectorCommand): { kind: string; id: string }[] => [
  { kind: 'return', id: command.refs['return'] ?? '' },
];

async function probe(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  try {
    const count = await countNotes(connection, command, signal);
    return count > 0 ? { is: 'effect', refs: refsOf(command) } : { is: 'absent' };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

async function execute(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const message = `The portal cannot be told to ${command.kind}.`;
  if (command.kind !== 'note-case') return { is: 'failed', code: 'unsupported', message, final: true };
  // Look first: what is there already is not written again, and a failed look has done nothing.
  const found = await countNotes(connection, command, signal).catch(notYetWritten);
  if (typeof found !== 'number') return found;
  if (found > 0) return { is: 'accepted', refs: refsOf(command) };
  try {
    const text = `${command.text ?? ''} (${plantedKey(command.key)})`;
    const response = await call(connection, `returns/${command.refs['return'] ?? ''}/notes`, signal, {
      text,
    });
    if (response.status === 201) return { is: 'accepted', refs: refsOf(command) };
    throw unreachableStatus(response, 'the note was not taken');
  } catch (error) {
    // 5xx and a cut line are unknown, 401 to 429 are failed: one home decides.
    return toExecuted(error);
  }
}

/** `since`: the newest time the source showed when the last run began; `after`: where this run stands. */
type Cursor = {
  readonly since?: number | undefined;
  readonly high?: number | undefined;
  readonly after?: unknown;
};

export const returnPortalLive: ConnectorLive = {
  name: 'return-portal',
  contract: {
    commands: {
      'note-case': {
        idempotency: 'probe-only',
        keyLifetimeMs: Number.POSITIVE_INFINITY,
        settleTimeMs: 60_000,
      },
    },
    overlapMs,
    requestsPerSecond: 10,
    finalErrors: ['unsupported'],
  },
  sweeps: [{ kind: 'return', census: true }],
  async sweep(connection, _kind, cursorText, signal) {
    const cursor = JSON.parse(cursorText ?? '{}') as Cursor;
    const since = cursor.since === undefined ? 0 : cursor.since - overlapMs;
    try {
      const [newest] = cursor.after === undefined ? await list(connection, 'newest=1', signal) : [];
      const high = newest === undefined ? cursor.high : Number(newest['changed_at']);
      const query = `changed_since=${since}&after=${String(cursor.after ?? '')}`;
      const rows = await list(connection, query, signal);
      const done = rows.length < pageSize;
      const next: Cursor = done
        ? { since: high ?? cursor.since }
        : { since: cursor.since, high, after: rows.at(-1)?.['id'] };
      const objects = rows.map((row) => toSnapshot(connection, row));
      return { objects, cursor: JSON.stringify(next), done };
    } catch (error) {
      throw toUnreachable(error);
    }
  },
  async *census(connection, _kind, signal) {
    for (let after = ''; ;) {
      const rows = await list(connection, `changed_since=0&after=${after}`, signal);
      if (rows.length > 0) yield rows.map((row) => ({ kind: 'return', id: String(row['id']) }));
      if (rows.length < pageSize) return;
      after = String(rows.at(-1)?.['id']);
    }
  },
  fetch: (connection, ref, signal) =>
    fetching(async () => {
      const response = await call(connection, `returns/${encodeURIComponent(ref.id)}`, signal);
      const body = response.json as Row | undefined;
      // Its own words for "not there"; a plain 404 may be a wrong address.
      if (response.status === 404 && body?.['error'] === 'no_such_return') return { is: 'gone' };
      if (response.status !== 200) throw unreachableStatus(response, 'no return');
      if (body?.['id'] !== ref.id) throw new SourceUnreachable('bad-answer', 'no return');
      return { is: 'snapshot', snapshot: toSnapshot(connection, body) };
    }),
  verify({ secrets }, { headers, body }) {
    const secret = secrets['webhook'] ?? '';
    const wanted = createHmac('sha256', secret).update(body).digest();
    const given = Buffer.from(headers['x-portal-signature'] ?? '', 'hex');
    if (secret === '' || given.length !== wanted.length || !timingSafeEqual(given, wanted))
      return { is: 'rejected', code: 'bad-signature', message: 'The signature does not fit the body.' };
    // A webhook is a hint what to read, never a snapshot.
    const { id, delivery } = JSON.parse(body.toString('utf8')) as { id: string; delivery: string };
    return { is: 'delivery', key: delivery, hints: [{ kind: 'return', id }] };
  },
  probe,
  execute,
  async check(connection, signal) {
    try {
      await list(connection, 'newest=1', signal);
      return [{ check: 'login', state: 'ok', message: 'Signed in, and returns can be read.' }];
    } catch (error) {
      const { code, message } = toUnreachable(error);
      const told = code === 'unauthorized' ? 'The token is wrong; make a new one in the portal.' : message;
      return [{ check: 'login', state: 'failed', message: told }];
    }
  },
};
