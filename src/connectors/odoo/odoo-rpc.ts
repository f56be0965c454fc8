/**
 * Odoo's JSON-RPC (`/jsonrpc`), which all versions from 8 to 19 speak. `baseUrl` is the server's address,
 * `settings.fields.database` the database; secrets are `user` and `password`, which may be an API key.
 *
 * Errors are HTTP 200 and named in `error.data.name` (069–089). An error of a call means that its transaction was rolled
 * back: nothing was done.
 */
import type { HttpClient } from '../http-client.ts';
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

export type OdooRpc = {
  readonly userId: number;
  /** Methods that change nothing; repeated when the line breaks. */
  read(model: string, method: string, args: readonly unknown[], options?: OdooRecord): Promise<unknown>;
  /** Methods that change something: sent once. */
  write(model: string, method: string, args: readonly unknown[], options?: OdooRecord): Promise<unknown>;
  /** `search_read` with everything archived included. */
  find(
    model: string,
    domain: unknown,
    fields: readonly string[],
    limit?: number,
  ): Promise<readonly OdooRecord[]>;
  /** Fields the model has on this server, of which only those a user may read. */
  fieldsOf(model: string): Promise<readonly string[]>;
};

type Session = { readonly userId: number; readonly fields: Map<string, readonly string[]> };
const sessions = new WeakMap<HttpClient, Session>();

const archivedToo = { active_test: false };

async function post(
  connection: LiveConnection,
  service: 'common' | 'object',
  method: string,
  args: readonly unknown[],
  safe: boolean,
  signal: AbortSignal,
): Promise<unknown> {
  const response = await connection.http.request({
    method: 'POST',
    url: `${connection.baseUrl.replace(/\/+$/, '')}/jsonrpc`,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', method: 'call', id: 1, params: { service, method, args } }),
    safe,
    signal,
  });
  const { json } = response;
  if (response.status !== 200 || !isRecord(json)) throw unreachableStatus(response, 'no answer of Odoo');
  if (isRecord(json['error'])) throw readError(json['error'], connection);
  return json['result'];
}

function readError(error: OdooRecord, connection: LiveConnection): Error {
  const data = isRecord(error['data']) ? error['data'] : {};
  const name = typeof data['name'] === 'string' ? data['name'] : '';
  const said = typeof data['message'] === 'string' ? data['message'] : String(error['message'] ?? '');
  const message = connection.http.redact(said.split('\n')[0] ?? '').slice(0, 300);
  switch (name) {
    case 'odoo.exceptions.AccessDenied':
      return new SourceUnreachable('unauthorized', 'Odoo refuses the user or the password');
    case 'odoo.exceptions.AccessError':
      return new OdooRefusal('access', message);
    case 'odoo.exceptions.MissingError':
      return new OdooRefusal('missing', message);
    case 'odoo.exceptions.UserError':
      return /^Object .* doesn't exist/.test(said)
        ? new OdooRefusal('unknown-model', message)
        : new OdooRefusal('rule', message);
    case 'odoo.exceptions.ValidationError':
      return new OdooRefusal(/unique constraint|duplicate key/.test(said) ? 'duplicate' : 'rule', message);
    case 'builtins.AttributeError':
      return new OdooRefusal('unknown-method', message);
    case 'psycopg2.errors.SerializationFailure':
    case 'psycopg2.errors.LockNotAvailable':
    case 'psycopg2.errors.DeadlockDetected':
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

export async function openOdoo(connection: LiveConnection, signal: AbortSignal): Promise<OdooRpc> {
  const { user = '', password = '' } = connection.secrets;
  const database = connection.settings.fields['database'] ?? '';
  let session = sessions.get(connection.http);
  if (session === undefined) {
    const userId = await post(connection, 'common', 'authenticate', [database, user, password, {}], true, signal); // prettier-ignore
    // A wrong password is no error: the result is false (002).
    if (typeof userId !== 'number')
      throw new SourceUnreachable('unauthorized', 'Odoo refuses the user or the password');
    session = { userId, fields: new Map() };
    sessions.set(connection.http, session);
  }
  const { userId, fields } = session;
  const call = async (
    model: string,
    method: string,
    args: readonly unknown[],
    options: OdooRecord,
    safe: boolean,
  ): Promise<unknown> => {
    const all = [database, userId, password, model, method, args, options];
    return post(connection, 'object', 'execute_kw', all, safe, signal);
  };
  const read: OdooRpc['read'] = (model, method, args, options = {}) =>
    call(model, method, args, options, true);
  return {
    userId,
    read,
    write: (model, method, args, options = {}) => call(model, method, args, options, false),
    async find(model, domain, wanted, limit) {
      const rows = await read(model, 'search_read', [domain, wanted], {
        order: 'id', context: archivedToo, ...(limit === undefined ? {} : { limit }),
      }); // prettier-ignore
      if (!Array.isArray(rows)) throw new SourceUnreachable('bad-answer', 'Odoo did not answer with a list');
      return (rows as unknown[]).filter(isRecord);
    },
    async fieldsOf(model) {
      let known = fields.get(model);
      if (known === undefined) {
        const found = await read(model, 'fields_get', [[]], { attributes: ['type'] });
        known = isRecord(found) ? Object.keys(found) : [];
        fields.set(model, known);
      }
      return known;
    },
  };
}
