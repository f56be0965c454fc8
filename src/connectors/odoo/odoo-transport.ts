/**
 * The two ways to Odoo, from the documentation of 19: `/jsonrpc`, which all versions from 8 to 21 speak, and `/json/2`
 * (since 19), which takes an API key and names its arguments. The first is used while it is there, or the second where
 * `settings.fields.api` is `json2`.
 *
 * Errors of `/jsonrpc` are HTTP 200 (069–089), those of `/json/2` have a status of their own; both name the exception.
 * An error of a call means that its transaction was rolled back: nothing was done.
 */
import type { HttpResponse } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { type OdooRecord, isRecord } from './odoo-record.ts';

/** Odoo said no; nothing was done. */
export class OdooRefusal extends Error {
  override readonly name = 'OdooRefusal';
  readonly because: 'access' | 'missing' | 'rule' | 'duplicate' | 'busy' | 'unknown-model' | 'unknown-method';
  constructor(because: OdooRefusal['because'], message: string) {
    super(message);
    this.because = because;
  }
}

export type OdooCall = {
  readonly model: string;
  readonly method: string;
  readonly args: readonly unknown[];
  readonly options: OdooRecord;
  readonly safe: boolean;
};

export type OdooTransport = {
  readonly userId: number;
  call(connection: LiveConnection, call: OdooCall, signal: AbortSignal): Promise<unknown>;
};

/** Version of a server and its clock (epoch ms). */
export type OdooServer = { readonly major: number; readonly at: number };

const refused = (): SourceUnreachable =>
  new SourceUnreachable('unauthorized', 'Odoo refuses the user or the password');

const headers = { 'content-type': 'application/json', accept: 'application/json' };
const urlOf = (connection: LiveConnection, path: string): string =>
  `${connection.baseUrl.replace(/\/{1,9}$/, '')}/${path}`;
const databaseOf = (connection: LiveConnection): string => connection.settings.fields['database'] ?? '';
const clockOf = (response: HttpResponse): number => Date.parse(response.headers['date'] ?? '');

/** `saas~18.3` has `["saas~18", 3, …]`. */
function majorOf(info: unknown): number {
  const first: unknown = Array.isArray(info) ? info[0] : undefined;
  return Number(/\d+/.exec(String(first))?.[0] ?? Number.NaN);
}

const isJson2 = (connection: LiveConnection): boolean => connection.settings.fields['api'] === 'json2';

/** Signs in: the way that is configured, else `/jsonrpc`, and where that is gone `/json/2`. */
export async function openTransport(connection: LiveConnection, signal: AbortSignal): Promise<OdooTransport> {
  if (isJson2(connection)) return openJson2(connection, signal);
  try {
    return await openJsonRpc(connection, signal);
  } catch (error) {
    if (!(error instanceof NoJsonRpc)) throw error;
    return await openJson2(connection, signal).catch((second: unknown) => {
      // Neither is there: what the first said holds, it is no Odoo at all.
      throw second instanceof SourceUnreachable && second.code === 'route-missing' ? error : second;
    });
  }
}

export async function readOdooServer(connection: LiveConnection, signal: AbortSignal): Promise<OdooServer> {
  try {
    if (!isJson2(connection)) {
      const { result, at } = await exchange(connection, 'common', 'version', [], true, signal);
      return { major: majorOf(isRecord(result) ? result['server_version_info'] : undefined), at };
    }
  } catch (error) {
    if (!(error instanceof NoJsonRpc)) throw error;
  }
  const response = await connection.http.request({
    method: 'GET', url: urlOf(connection, 'web/version'), headers, signal,
  }); // prettier-ignore
  const { json } = response;
  return { major: majorOf(isRecord(json) ? json['version_info'] : undefined), at: clockOf(response) };
}

/** The server has no `/jsonrpc` at this address. */
class NoJsonRpc extends SourceUnreachable {}

async function openJsonRpc(connection: LiveConnection, signal: AbortSignal): Promise<OdooTransport> {
  const { user = '', password = '' } = connection.secrets;
  const database = databaseOf(connection);
  const login = [database, user, password, {}];
  const { result: userId } = await exchange(connection, 'common', 'authenticate', login, true, signal);
  // A wrong password is no error: the result is false (002).
  if (typeof userId !== 'number') throw refused();
  return {
    userId,
    async call(own, { model, method, args, options, safe }, ownSignal) {
      const all = [database, userId, password, model, method, args, options];
      return (await exchange(own, 'object', 'execute_kw', all, safe, ownSignal, model)).result;
    },
  };
}

async function exchange(
  connection: LiveConnection,
  service: 'common' | 'object',
  method: string,
  args: readonly unknown[],
  safe: boolean,
  signal: AbortSignal,
  model?: string,
): Promise<{ readonly result: unknown; readonly at: number }> {
  const response = await connection.http.request({
    method: 'POST',
    url: urlOf(connection, 'jsonrpc'),
    headers,
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }),
    safe,
    signal,
  });
  const { json } = response;
  if (response.status === 404) throw new NoJsonRpc('route-missing', 'HTTP 404: no answer of Odoo');
  if (response.status !== 200 || !isRecord(json)) throw unreachableStatus(response, 'no answer of Odoo');
  const { error } = json;
  if (isRecord(error)) {
    const data = isRecord(error['data']) ? error['data'] : {};
    throw readError({ message: error['message'], ...data }, connection, model);
  }
  return { result: json['result'], at: clockOf(response) };
}

/** What the places of a method's arguments are called; all others are methods of records. */
const placesOf: Readonly<Record<string, readonly string[]>> = {
  search: ['domain'], search_read: ['domain', 'fields'], read: ['ids', 'fields'], fields_get: ['allfields'],
  create: ['vals_list'], write: ['ids', 'vals'], has_access: ['ids', 'operation'],
  check_access_rights: ['operation'],
}; // prettier-ignore

async function openJson2(connection: LiveConnection, signal: AbortSignal): Promise<OdooTransport> {
  const { user = '' } = connection.secrets;
  const mine: OdooCall = {
    model: 'res.users', method: 'search', args: [[['login', '=', user]]], options: { limit: 1 }, safe: true,
  }; // prettier-ignore
  const found = await callJson2(connection, mine, signal);
  const [userId]: readonly unknown[] = Array.isArray(found) ? found : [];
  if (typeof userId !== 'number') throw refused();
  return { userId, call: callJson2 };
}

async function callJson2(connection: LiveConnection, call: OdooCall, signal: AbortSignal): Promise<unknown> {
  const { model, method, args, options, safe } = call;
  const places = placesOf[method] ?? ['ids'];
  // One set of values goes as a list of one, and its record comes back as a list of one id.
  const isOne = method === 'create' && !Array.isArray(args[0]);
  const values = isOne ? [args.slice(0, 1)] : args;
  const named = Object.fromEntries(values.map((value, index) => [places[index] ?? `${index}`, value]));
  const database = databaseOf(connection);
  const response = await connection.http.request({
    method: 'POST',
    url: urlOf(connection, `json/2/${encodeURIComponent(model)}/${encodeURIComponent(method)}`),
    headers: {
      ...headers,
      authorization: `bearer ${connection.secrets['password'] ?? ''}`,
      ...(database === '' ? {} : { 'x-odoo-database': database }),
    },
    body: JSON.stringify({ ...named, ...options }),
    safe,
    isFinal: (answer) => isRecord(answer.json) && typeof answer.json['name'] === 'string',
    signal,
  });
  const { json, status } = response;
  if (status >= 200 && status < 300 && json !== undefined)
    return isOne && Array.isArray(json) ? (json as readonly unknown[])[0] : json;
  if (isRecord(json) && typeof json['name'] === 'string') throw readError(json, connection, model);
  throw unreachableStatus(response, 'no answer of Odoo');
}

/** What an exception of Odoo's means, by its name; its text may be in the user's language. */
function readError(error: OdooRecord, connection: LiveConnection, model = ''): Error {
  const name = typeof error['name'] === 'string' ? error['name'] : '';
  const said = String(error['message'] ?? '');
  const message = connection.http.redact(said.split('\n')[0] ?? '').slice(0, 300);
  switch (name) {
    case 'odoo.exceptions.AccessDenied':
    case 'werkzeug.exceptions.Unauthorized':
      return refused();
    case 'odoo.exceptions.AccessError':
      return new OdooRefusal('access', message);
    case 'odoo.exceptions.MissingError':
      return new OdooRefusal('missing', message);
    case 'odoo.exceptions.UserError':
      // "Object no.model doesn't exist" (071), or the same in the user's language: no rule of the business names a model.
      return /^Object .* doesn't exist/.test(said) || (model.includes('.') && said.includes(model))
        ? new OdooRefusal('unknown-model', message)
        : new OdooRefusal('rule', message);
    case 'odoo.exceptions.RedirectWarning':
      return new OdooRefusal('rule', message);
    case 'odoo.exceptions.ValidationError':
      // PostgreSQL's own words (018) are in its language; the names of its constraints are not.
      return new OdooRefusal(/uniq|duplicate key/i.test(said) ? 'duplicate' : 'rule', message);
    case 'werkzeug.exceptions.NotFound':
      return new OdooRefusal(said.startsWith("the model '") ? 'unknown-model' : 'unknown-method', message);
    case 'builtins.AttributeError':
      return new OdooRefusal('unknown-method', message);
    case 'psycopg2.errors.SerializationFailure':
    case 'psycopg2.errors.LockNotAvailable':
    case 'psycopg2.errors.DeadlockDetected':
    case 'odoo.exceptions.LockError':
    case 'odoo.exceptions.ConcurrencyError':
      return new OdooRefusal('busy', 'Odoo was changing the same records');
    case 'psycopg2.errors.UniqueViolation':
      return new OdooRefusal('duplicate', message);
    case 'psycopg2.OperationalError':
      return new SourceUnreachable('route-missing', 'Odoo does not know this database');
    case 'builtins.KeyError':
      return new OdooRefusal('unknown-model', message);
    default:
      return new SourceUnreachable('server-error', `${name}: ${message}`);
  }
}
