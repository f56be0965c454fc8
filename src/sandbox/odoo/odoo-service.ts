/**
 * JSON-RPC of Odoo 18: `/jsonrpc`, and the web client's routes with a session; errors are HTTP 200. Beside them `/json/2`
 * of Odoo 19, where the password is the API key and errors have a status.
 */
import { randomUUID } from 'node:crypto';
import type { Json, SandboxRequest, SandboxResponse, Service } from '../service.ts';
import { asJson, asList, asText, isJson } from '../service.ts';
import { utcText } from '../wall-time.ts';
import type { Database } from './database.ts';
import { loadRows } from './load-rows.ts';
import type { Model } from './model.ts';
import { accessDenied, OdooError } from './odoo-error.ts';

export type OdooAccess = { readonly database: string; readonly login: string; readonly password: string };

const userId = 2;

const version = {
  server_version: '18.0',
  server_version_info: [18, 0, 0, 'final', 0, ''],
  server_serie: '18.0',
  protocol_version: 1,
};

const fault = (name: string, message: string, code = 200, title = 'Odoo Server Error'): Json => ({
  code,
  message: title,
  data: {
    name,
    debug: `Traceback (most recent call last):\n${name}: ${message}\n`,
    message,
    arguments: [message],
    context: {},
  },
});

/** `search`, `limit` and their kin come by position or by name. */
function option(args: readonly unknown[], kwargs: Json, position: number, name: string): unknown {
  return args[position] ?? kwargs[name];
}

function page<T>(rows: readonly T[], offset: unknown, limit: unknown): readonly T[] {
  const from = Number(offset ?? 0) || 0;
  const count = Number(limit ?? 0) || Number.POSITIVE_INFINITY;
  return rows.slice(from, from + count);
}

const idsOf = (value: unknown): readonly number[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(Number);

const texts = (value: unknown): readonly string[] => asList(value).map(asText);

/** Methods every model has; anything else is the model's own. */
function callCommon(
  database: Database,
  model: Model,
  method: string,
  args: readonly unknown[],
  kwargs: Json,
): unknown {
  const name = model.name;
  const context = asJson(kwargs['context']);
  const found = (): ReturnType<Database['search']> =>
    database.search(
      name,
      asList(option(args, kwargs, 0, 'domain')),
      asText(option(args, kwargs, method === 'search' ? 3 : 4, 'order')) || undefined,
    );
  switch (method) {
    case 'search':
      return page(found(), option(args, kwargs, 1, 'offset'), option(args, kwargs, 2, 'limit')).map(
        (row) => row.id,
      );
    case 'search_count':
      return found().length;
    case 'search_read':
      return database.read(
        name,
        page(found(), option(args, kwargs, 2, 'offset'), option(args, kwargs, 3, 'limit')),
        texts(option(args, kwargs, 1, 'fields')),
      );
    case 'read': {
      // An id that is gone is left out, without an error (075).
      const rows = idsOf(args[0]).flatMap((id) => database.find(name, id) ?? []);
      return database.read(name, rows, texts(option(args, kwargs, 1, 'fields')));
    }
    case 'create':
      return Array.isArray(args[0])
        ? args[0].map((values: unknown) => database.create(name, values, context))
        : database.create(name, args[0] ?? kwargs['vals_list'], context);
    case 'write':
      database.write(name, idsOf(args[0]), args[1] ?? kwargs['vals']);
      return true;
    case 'unlink':
      database.unlink(name, idsOf(args[0]));
      return true;
    case 'load':
      return loadRows(database, name, texts(args[0]), asList(args[1]));
    case 'exists':
      return idsOf(args[0]).filter((id) => database.find(name, id) !== undefined);
    case 'fields_get':
      return Object.fromEntries(
        Object.entries({ ...model.fields, ...magicFields }).map(([field, declared]) => [
          field,
          {
            type: declared.type,
            string: field,
            ...(declared.relation === undefined ? {} : { relation: declared.relation }),
          },
        ]),
      );
    case 'check_access_rights':
    case 'has_access':
      return true;
    default:
      return undefined;
  }
}

function execute(
  database: Database,
  modelName: string,
  method: string,
  args: readonly unknown[],
  kwargs: Json,
): unknown {
  const model = database.model(modelName);
  if (method.startsWith('_')) {
    throw new OdooError(
      'odoo.exceptions.AccessError',
      `Private methods (such as '${modelName}.${method}') cannot be called remotely.`,
    );
  }
  const common = callCommon(database, model, method, args, kwargs);
  if (common !== undefined) return common;
  const own = model.methods?.[method];
  if (own === undefined) {
    throw new OdooError('builtins.AttributeError', `The method '${modelName}.${method}' does not exist`);
  }
  const [ids, ...rest] = args;
  const result = own({ database, ids: idsOf(ids), args: rest, kwargs, context: asJson(kwargs['context']) });
  return result === undefined ? null : result;
}

/** What every model has by itself, and `fields_get` lists among its own. */
const magicFields: Readonly<Record<string, { readonly type: string; readonly relation?: string }>> = {
  id: { type: 'integer' },
  display_name: { type: 'char' },
  create_date: { type: 'datetime' },
  write_date: { type: 'datetime' },
};

/** `authenticate` and `version` belong to no model. */
const readMethods = new Set(['search', 'search_read', 'search_count', 'read', 'fields_get', 'exists', 'authenticate', 'version']); // prettier-ignore

/** Model and method a request names; empty for others. */
function target(request: SandboxRequest): { model: string; method: string } {
  const named = json2Target(request);
  if (named !== undefined) return named;
  try {
    const body: unknown = JSON.parse(request.rawBody);
    const params = asJson(asJson(body)['params']);
    const args = asList(params['args']);
    if (params['service'] === 'object') return { model: asText(args[3]), method: asText(args[4]) };
    return { model: asText(params['model']), method: asText(params['method'] ?? params['service']) };
  } catch {
    return { model: '', method: '' };
  }
}

function json2Target(request: SandboxRequest): { model: string; method: string } | undefined {
  const [, model, method] = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(request.path) ?? [];
  return model === undefined || method === undefined ? undefined : { model, method };
}

const statusOf: Readonly<Record<string, number>> = {
  'odoo.exceptions.AccessError': 403, 'odoo.exceptions.MissingError': 404, 'odoo.exceptions.UserError': 422,
  'odoo.exceptions.ValidationError': 422,
}; // prettier-ignore

export function createOdooService(database: Database, access: OdooAccess): Service {
  const sessions = new Set<string>();

  const checkLogin = (name: unknown, login: unknown, password: unknown): number | false => {
    checkDatabase(asText(name));
    return login === access.login && password === access.password ? userId : false;
  };

  const checkDatabase = (name: string): void => {
    if (name === access.database) return;
    throw new OdooError(
      'psycopg2.OperationalError',
      `connection to server at "127.0.0.1", port 5432 failed: FATAL:  database "${name}" does not exist\n`,
    );
  };

  const callObject = (args: readonly unknown[]): unknown => {
    const [name, uid, password, model, method, positional, kwargs] = args;
    checkDatabase(asText(name));
    if (uid !== userId || password !== access.password) throw accessDenied();
    return execute(database, asText(model), asText(method), asList(positional), asJson(kwargs));
  };

  const dispatch = (params: Json): unknown => {
    const args = asList(params['args']);
    if (params['service'] === 'object') return callObject(args);
    switch (params['method']) {
      case 'version':
        return version;
      case 'authenticate':
      case 'login':
        return checkLogin(args[0], args[1], args[2]);
      default:
        throw new OdooError('builtins.AttributeError', `Method not found: ${asText(params['method'])}`);
    }
  };

  const sessionOf = (request: SandboxRequest): boolean =>
    sessions.has(/session_id=([\w-]+)/.exec(request.headers['cookie'] ?? '')?.[1] ?? '');

  const respond = (id: unknown, run: () => unknown, headers?: Record<string, string>): SandboxResponse => {
    const extra = headers === undefined ? {} : { headers };
    try {
      return { status: 200, ...extra, body: { jsonrpc: '2.0', id: id ?? null, result: run() } };
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      return {
        status: 200,
        body: { jsonrpc: '2.0', id: id ?? null, error: fault(error.exception, error.message) },
      };
    }
  };

  const openSession = (request: SandboxRequest, id: unknown, params: Json): SandboxResponse => {
    const session = randomUUID();
    const cookie = { 'Set-Cookie': `session_id=${session}; Max-Age=604800; HttpOnly; Path=/` };
    return respond(
      id,
      () => {
        if (checkLogin(params['db'], params['login'], params['password']) === false) throw accessDenied();
        sessions.add(session);
        return sessionInfo(database, access, request.origin);
      },
      cookie,
    );
  };

  const callSession = (request: SandboxRequest, id: unknown, params: Json): SandboxResponse => {
    if (!sessionOf(request)) {
      const error = fault(
        'odoo.http.SessionExpiredException',
        'Session expired',
        100,
        'Odoo Session Expired',
      );
      return { status: 200, body: { jsonrpc: '2.0', id: null, error } };
    }
    return respond(
      id,
      () =>
        execute(
          database,
          asText(params['model']),
          asText(params['method']),
          asList(params['args']),
          asJson(params['kwargs']),
        ),
      // Every answer renews the session's cookie (084).
      { 'Set-Cookie': `${request.headers['cookie'] ?? ''}; Max-Age=604800; HttpOnly; Path=/` },
    );
  };

  /** Arguments have names; a record is answered as its id, several as their ids. */
  const answerJson2 = (request: SandboxRequest, model: string, method: string): SandboxResponse => {
    const no = (status: number, name: string, message: string): SandboxResponse => ({
      status, body: { name, message, arguments: [message], context: {}, debug: '' },
    }); // prettier-ignore
    if (request.headers['authorization'] !== `bearer ${access.password}`)
      return no(401, 'werkzeug.exceptions.Unauthorized', 'Invalid apikey');
    const { ids, ...kwargs } = asJson(JSON.parse(request.rawBody));
    try {
      const result = execute(
        database,
        model,
        method,
        method === 'create' ? [kwargs['vals_list']] : ids === undefined ? [] : [ids],
        kwargs,
      );
      return { status: 200, body: method === 'create' ? [result].flat() : result };
    } catch (error) {
      if (!(error instanceof OdooError)) throw error;
      if (error.message.includes("doesn't exist"))
        return no(404, 'werkzeug.exceptions.NotFound', `the model '${model}' does not exist`);
      if (error.exception === 'builtins.AttributeError')
        return no(404, 'werkzeug.exceptions.NotFound', error.message);
      return no(statusOf[error.exception] ?? 500, error.exception, error.message);
    }
  };

  const service: Service = {
    name: 'odoo',
    handle(request) {
      const named = json2Target(request);
      if (named !== undefined) return answerJson2(request, named.model, named.method);
      if (request.path === '/web/version')
        return { status: 200, body: { version: '19.0', version_info: [19, 0, 0, 'final', 0, ''] } };
      let body: unknown;
      try {
        body = JSON.parse(request.rawBody);
      } catch {
        return { status: 400, body: 'Invalid JSON data' };
      }
      if (!isJson(body)) return { status: 400, body: 'Invalid JSON data' };
      const params = asJson(body['params']);
      if (request.path === '/jsonrpc') return respond(body['id'], () => dispatch(params));
      if (request.path === '/web/session/authenticate') return openSession(request, body['id'], params);
      if (request.path.startsWith('/web/dataset/call_kw')) return callSession(request, body['id'], params);
      return { status: 404, body: '<!doctype html><title>404 Not Found</title>' };
    },
    isRead: (request) => readMethods.has(target(request).method),
    label: (request) => {
      const { model, method } = target(request);
      return model === '' ? method : `${model}.${method}`;
    },
    rateLimited: (seconds) => ({
      status: 429,
      headers: { 'Retry-After': String(seconds) },
      body: '<html><title>429 Too Many Requests</title></html>',
    }),
    broken: () => ({ status: 500, body: '<!doctype html><title>500 Internal Server Error</title>' }),
    denied: () => ({
      status: 200,
      body: { jsonrpc: '2.0', id: null, error: fault('odoo.exceptions.AccessDenied', 'Access Denied') },
    }),
  };
  return service;
}

/** What the web client is told at login, as far as anyone but it could want it (083). */
const sessionInfo = (database: Database, access: OdooAccess, origin: string): Json => ({
  uid: userId,
  is_system: true,
  is_admin: true,
  is_public: false,
  is_internal_user: true,
  user_context: { lang: 'en_US', tz: false, uid: userId },
  db: access.database,
  server_version: version.server_version,
  server_version_info: version.server_version_info,
  name: 'Administrator',
  username: access.login,
  partner_write_date: utcText(database.now()),
  partner_display_name: 'Administrator',
  partner_id: 3,
  'web.base.url': origin,
  active_ids_limit: 20000,
  max_file_upload_size: 134217728,
});
