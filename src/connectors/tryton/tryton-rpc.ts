/**
 * Tryton's JSON-RPC: one login per connection, the user's own context in every call, and answers as values.
 *
 * A session costs one password hash; Basic authentication would cost one per call (recording 069: 5 calls a second
 * against more than a hundred), so the session is kept with the HTTP client of the connection and made anew when the
 * server has forgotten it (recordings 067, 106).
 */
import type { HttpClient } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable } from '../source-unreachable.ts';
import { readTrytonAnswer } from './tryton-answer.ts';
import { type JsonRecord, asRecord, decodeId } from './tryton-value.ts';

/** Tryton refused a call by a rule, a right, a warning or a stale copy: nothing was done. */
export class TrytonRefusal extends Error {
  override readonly name = 'TrytonRefusal';
  readonly because: 'missing' | 'access' | 'rule' | 'stale' | 'warning' | 'unknown-model';
  /** Name of the warning, where it is one. */
  readonly warning: string | undefined;
  constructor(because: TrytonRefusal['because'], message: string, warning?: string) {
    super(message);
    this.because = because;
    this.warning = warning;
  }
}

export type TrytonRpc = {
  readonly userId: number;
  readonly company: number | undefined;
  /** Calls that change nothing; they are repeated when the line breaks. */
  read(method: string, parameters: readonly unknown[], context?: JsonRecord): Promise<unknown>;
  /** Calls that change something: sent once. Throws `TrytonRefusal` when nothing was done. */
  write(method: string, parameters: readonly unknown[], context?: JsonRecord): Promise<unknown>;
  /** Fields that this server's model has, of those asked for; undefined where the model is not installed. */
  fieldsOf(model: string, wanted: readonly string[]): Promise<readonly string[] | undefined>;
};

type Session = {
  readonly token: string;
  readonly userId: number;
  context: JsonRecord;
  readonly fields: Map<string, ReadonlySet<string> | undefined>;
};
const sessions = new WeakMap<HttpClient, Session>();

/** One call as it goes over the line. */
async function post(
  connection: LiveConnection,
  session: Session | undefined,
  call: { readonly method: string; readonly params: readonly unknown[]; readonly safe: boolean },
  signal: AbortSignal,
): Promise<ReturnType<typeof readTrytonAnswer>> {
  const response = await connection.http.request({
    method: 'POST',
    url: connection.baseUrl,
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(session === undefined ? {} : { authorization: `Session ${session.token}` }),
    },
    body: JSON.stringify({ id: 0, method: call.method, params: call.params }),
    safe: call.safe,
    signal,
  });
  if (response.status === 429)
    throw new SourceUnreachable('rate-limited', 'Tryton asks to slow down', response.retryAfterMs);
  return readTrytonAnswer(response.status, response.json);
}

async function logIn(connection: LiveConnection, signal: AbortSignal): Promise<Session> {
  const { user = '', password = '' } = connection.secrets;
  const answer = await post(
    connection,
    undefined,
    { method: 'common.db.login', params: [user, { password }, 'en'], safe: true },
    signal,
  );
  if (answer.outcome === 'not-found')
    throw new SourceUnreachable('route-missing', 'Tryton does not know this database; check the address');
  if (answer.outcome === 'broken') throw new SourceUnreachable('server-error', answer.message);
  const result = answer.outcome === 'result' && Array.isArray(answer.result) ? answer.result : [];
  const [userId, key] = result as readonly unknown[];
  if (decodeId(userId) === undefined || typeof key !== 'string')
    throw new SourceUnreachable('unauthorized', 'Tryton refuses the user name or the password');
  const token = Buffer.from(`${user}:${String(userId)}:${key}`).toString('base64');
  const session: Session = { token, userId: userId as number, context: {}, fields: new Map() };
  const preferences = await post(
    connection,
    session,
    { method: 'model.res.user.get_preferences', params: [true, {}], safe: true },
    signal,
  );
  if (preferences.outcome === 'result') session.context = asRecord(preferences.result) ?? {};
  // Messages are told apart by their English text.
  session.context = { ...session.context, language: 'en' };
  sessions.set(connection.http, session);
  return session;
}

/** Speaks to one Tryton database. `baseUrl` is `https://host/<database>/`; secrets are `user` and `password`. */
export async function openTryton(connection: LiveConnection, signal: AbortSignal): Promise<TrytonRpc> {
  const opened = sessions.get(connection.http) ?? (await logIn(connection, signal));

  async function call(
    method: string,
    parameters: readonly unknown[],
    extra: JsonRecord,
    safe: boolean,
  ): Promise<unknown> {
    for (let again = true; ; again = false) {
      const session = sessions.get(connection.http) ?? (await logIn(connection, signal));
      const params = [...parameters, { ...session.context, ...extra }];
      const answer = await post(connection, session, { method, params, safe }, signal);
      switch (answer.outcome) {
        case 'result':
          return answer.result;
        case 'unauthorized':
          // Refused before anything was done, so a write may be sent again with a new session.
          sessions.delete(connection.http);
          if (!again)
            throw new SourceUnreachable('unauthorized', 'Tryton refuses a session it has just made');
          break;
        case 'forbidden':
          throw new SourceUnreachable('forbidden', `${method} may not be called`);
        case 'not-found':
          throw new SourceUnreachable('route-missing', 'Tryton does not know this database');
        case 'stale':
          throw new TrytonRefusal('stale', 'somebody changed the record meanwhile');
        case 'warning':
          throw new TrytonRefusal('warning', answer.message, answer.name);
        case 'refused':
          throw new TrytonRefusal(answer.because, answer.message);
        case 'broken':
          // A model that is not installed is a KeyError of its name (recording 070).
          if (/^'?[a-z_.]+'?$/.test(answer.message) && method.includes(answer.message.replaceAll("'", '')))
            throw new TrytonRefusal('unknown-model', `${method}: not installed`);
          throw new SourceUnreachable('server-error', `${method}: ${answer.message}`);
      }
    }
  }

  const read: TrytonRpc['read'] = (method, parameters, context = {}) =>
    call(method, parameters, context, true);
  return {
    userId: opened.userId,
    company: decodeId(opened.context['company']),
    read,
    write: (method, parameters, context = {}) => call(method, parameters, context, false),
    async fieldsOf(model, wanted) {
      const known = sessions.get(connection.http)?.fields ?? opened.fields;
      if (!known.has(model)) {
        const names = await read(`model.${model}.fields_get`, [[]]).catch((error: unknown) => {
          if (error instanceof TrytonRefusal) return undefined;
          throw error;
        });
        const record = asRecord(names);
        known.set(model, record === undefined ? undefined : new Set(Object.keys(record)));
      }
      const names = known.get(model);
      return names === undefined ? undefined : wanted.filter((field) => names.has(field.split('.')[0] ?? ''));
    },
  };
}
