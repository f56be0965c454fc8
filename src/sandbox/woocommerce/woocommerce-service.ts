/** The shop as a service: routes of `wc/v3`, in front of the state. */
import type { Json, SandboxRequest, SandboxResponse, Service } from '../service.ts';
import { asJson, isJson } from '../service.ts';
import type { Authenticator } from './authenticate.ts';
import { demand } from './authenticate.ts';
import type { Gateway } from './create-refund.ts';
import { RestError, noRoute } from './rest-error.ts';
import type { ApiKey, ShopState } from './shop-state.ts';
import { orderRoutes } from './order-routes.ts';
import { catalogRoutes } from './catalog-routes.ts';
import { siteRoutes } from './site-routes.ts';
import type { Route } from './route.ts';

const routes: readonly Route[] = [...siteRoutes, ...orderRoutes, ...catalogRoutes];

const standardHeaders = {
  'X-Robots-Tag': 'noindex',
  'X-Content-Type-Options': 'nosniff',
  'Access-Control-Expose-Headers': 'X-WP-Total, X-WP-TotalPages, Link',
  'Access-Control-Allow-Headers': 'Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type',
  Expires: 'Wed, 11 Jan 1984 05:00:00 GMT',
  'Cache-Control': 'no-cache, must-revalidate, max-age=0, no-store, private',
};

function readBody(request: SandboxRequest): Json {
  if (request.rawBody === '') return {};
  // A form is read like JSON (731).
  if ((request.headers['content-type'] ?? '').includes('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(request.rawBody));
  }
  try {
    return asJson(JSON.parse(request.rawBody));
  } catch {
    throw new RestError(400, 'rest_invalid_json', 'Invalid JSON body passed.', {
      status: 400,
      json_error_code: 4,
      json_error_message: 'Syntax error',
    });
  }
}

/** The path below `/wp-json`, also by `?rest_route=`; undefined outside the API. */
function restPath(request: SandboxRequest): string | undefined {
  const byQuery = request.query.get('rest_route');
  if (byQuery !== null) return byQuery;
  return request.path.startsWith('/wp-json/') ? request.path.slice('/wp-json'.length) : undefined;
}

/** `_fields` keeps what it names; a single object keeps its links, the objects of a list do not (609, 643). */
function trim(body: unknown, fields: readonly string[]): unknown {
  if (fields.length === 0) return body;
  const pick = (entry: unknown, withLinks: boolean): unknown =>
    isJson(entry)
      ? Object.fromEntries(
          Object.entries(entry).filter(([name]) => fields.includes(name) || (withLinks && name === '_links')),
        )
      : entry;
  return Array.isArray(body) ? body.map((entry) => pick(entry, false)) : pick(body, true);
}

/** Methods that a client may wrap: by header, by parameter, and PATCH or POST to an item for PUT (733 to 736). */
function effectiveMethod(request: SandboxRequest): string {
  const wrapped = request.headers['x-http-method-override'] ?? request.query.get('_method') ?? request.method;
  const method = wrapped.toUpperCase();
  return method === 'PATCH' ? 'PUT' : method === 'HEAD' ? 'GET' : method;
}

function findRoute(method: string, path: string): { route: Route; ids: number[] } {
  for (const wanted of method === 'POST' ? ['POST', 'PUT'] : [method]) {
    for (const route of routes) {
      const match = route.method === wanted ? route.path.exec(path) : null;
      if (match !== null) return { route, ids: match.slice(1).map(Number) };
    }
  }
  throw noRoute();
}

export type WooOptions = {
  readonly shop: ShopState;
  readonly authenticate: Authenticator;
  readonly gateway: Gateway;
};

export function createWooService({ shop, authenticate, gateway }: WooOptions): Service {
  const apiUrl = `${shop.settings.siteUrl}/wp-json/wc/v3`;

  const answer = async (request: SandboxRequest): Promise<SandboxResponse> => {
    const path = restPath(request);
    if (path === undefined) return { status: 404, body: '<!DOCTYPE html><title>Page not found</title>' };
    // Behind `?rest_route=` the keys are not looked at (737).
    const key: ApiKey | undefined = request.query.has('rest_route') ? undefined : authenticate(request);
    const method = effectiveMethod(request);
    const { route, ids } = findRoute(method, path.replace(/\/$/, '').replace(/^\/wc\/v3(?=\/|$)/, '') || '/');
    const body = readBody(request);
    if (route.act !== 'open') demand(key, route.act);
    const response = await route.run({
      shop,
      request,
      method,
      ids,
      query: request.query,
      body,
      apiUrl,
      dp: request.query.has('dp') ? Number(request.query.get('dp')) : shop.settings.digits,
      gateway,
    });
    const fields = (request.query.get('_fields') ?? '').split(',').filter((field) => field !== '');
    const trimmed = { ...response, body: trim(response.body, fields) };
    if (!request.query.has('_envelope')) return trimmed;
    return {
      status: 200,
      body: { body: trimmed.body, status: response.status, headers: envelopeHeaders(response) },
    };
  };

  return {
    name: 'woocommerce',
    async handle(request) {
      try {
        const response = await answer(request);
        return { ...response, headers: { ...standardHeaders, ...response.headers } };
      } catch (error) {
        if (!(error instanceof RestError)) throw error;
        return { ...error.response(), headers: standardHeaders };
      }
    },
    isRead: (request) => ['GET', 'HEAD'].includes(request.method),
    label: (request) => `${request.method} ${(restPath(request) ?? request.path).replace('/wc/v3', '')}`,
    rateLimited: (seconds) => ({
      status: 429,
      headers: { 'Retry-After': String(seconds) },
      body: '<html><head><title>429 Too Many Requests</title></head></html>',
    }),
    broken: () => ({
      status: 500,
      body: {
        code: 'internal_server_error',
        message: '<p>There has been a critical error on this website.</p>',
        data: { status: 500 },
        additional_errors: [],
      },
    }),
    denied: () =>
      new RestError(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.').response(),
  };
}

function envelopeHeaders(response: SandboxResponse): Json {
  const headers = response.headers ?? {};
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, name.startsWith('X-WP') ? Number(value) : value]),
  );
}
