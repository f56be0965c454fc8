/** Stripe's API, as far as refunds, charges, disputes and their events go. Bodies are forms, not JSON. */
import type { Json, SandboxRequest, SandboxResponse, Service } from '../service.ts';
import { cancelRefund, closeDispute, GatewayRefusal, refundCharge } from './gateway-acts.ts';
import type { Charge, GatewayState, Metadata } from './gateway-state.ts';
import {
  renderBalanceTransaction, renderCharge, renderDispute, renderEvent, renderGatewayRefund,
} from './render-gateway.ts'; // prettier-ignore
import type { WebhookEndpoint } from './deliver-events.ts';

/** Keys are remembered so long; after that the same key is a new request. */
const keyLifetimeSeconds = 24 * 3600;
const eventLifetimeSeconds = 30 * 86_400;

class ApiError extends Error {
  readonly status: number;
  readonly error: Json;

  constructor(status: number, error: Json) {
    super(String(error['message']));
    this.status = status;
    this.error = error;
  }
}

const invalid = (message: string, code?: string, param?: string, status = 400): ApiError =>
  new ApiError(status, {
    ...(code === undefined
      ? {}
      : { code, doc_url: `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}` }),
    message,
    ...(param === undefined ? {} : { param }),
    type: 'invalid_request_error',
  });

const missing = (kind: string, id: string): ApiError =>
  invalid(`No such ${kind}: '${id}'`, 'resource_missing', 'id', 404);

function find<T>(map: ReadonlyMap<string, T>, kind: string, id: string): T {
  const found = map.get(id);
  if (found === undefined) throw missing(kind, id);
  return found;
}

/** `metadata[key]=value`; an empty value removes the key. */
function readMetadata(form: URLSearchParams, known: Metadata = {}): Metadata {
  const next: Record<string, string> = { ...known };
  for (const [name, value] of form) {
    const key = /^metadata\[(.+)\]$/.exec(name)?.[1];
    if (key === undefined) continue;
    if (value === '') delete next[key];
    else next[key] = value;
  }
  return next;
}

type Listed = { readonly id: string; readonly created: number };

/** Newest first; `starting_after` and `ending_before` name objects; `created[gte]` and its kin are seconds. */
function list<T extends Listed>(
  all: Iterable<T>,
  query: URLSearchParams,
  url: string,
  render: (item: T) => unknown,
  keep: (item: T) => boolean = () => true,
): SandboxResponse {
  const limit = query.has('limit') ? Number(query.get('limit')) : 10;
  if (!(limit >= 1 && limit <= 100))
    throw invalid('Invalid limit: must be between 1 and 100', undefined, 'limit');
  const bound = (name: string): number | undefined =>
    query.has(`created[${name}]`) ? Number(query.get(`created[${name}]`)) : undefined;
  const [gte, gt, lte, lt] = ['gte', 'gt', 'lte', 'lt'].map(bound);
  const kept = [...all]
    .filter(
      (item) =>
        keep(item) &&
        (gte === undefined || item.created >= gte) &&
        (gt === undefined || item.created > gt) &&
        (lte === undefined || item.created <= lte) &&
        (lt === undefined || item.created < lt),
    )
    .reverse()
    .sort((left, right) => right.created - left.created);
  const position = (name: string): number => {
    const id = query.get(name);
    if (id === null) return -1;
    const index = kept.findIndex((item) => item.id === id);
    if (index < 0) throw missing('object', id);
    return index;
  };
  const before = position('ending_before');
  const from = before >= 0 ? Math.max(0, before - limit) : position('starting_after') + 1;
  const to = before >= 0 ? before : from + limit;
  const cut = kept.slice(from, to);
  const more = before >= 0 ? from > 0 : to < kept.length;
  return { status: 200, body: { object: 'list', data: cut.map(render), has_more: more, url } };
}

type Remembered = { readonly fingerprint: string; readonly at: number; readonly response: SandboxResponse };

export type StripeParts = {
  readonly state: GatewayState;
  readonly secretKey: string;
  readonly endpoints: Map<string, WebhookEndpoint>;
};

export function createStripeService({ state, secretKey, endpoints }: StripeParts): Service {
  const remembered = new Map<string, Remembered>();

  const chargeOf = (form: URLSearchParams): Charge => {
    const id = form.get('charge');
    if (id !== null) return find(state.charges, 'charge', id);
    const intent = form.get('payment_intent');
    const charge = [...state.charges.values()].find((entry) => entry.paymentIntent === intent);
    if (charge === undefined) {
      throw intent === null
        ? invalid(
            'One of the following params should be provided for this request: payment_intent or charge.',
            'parameter_missing',
          )
        : missing('payment_intent', intent);
    }
    return charge;
  };

  const createRefund = (form: URLSearchParams): SandboxResponse => {
    const amount = form.get('amount');
    const refund = refundCharge(state, chargeOf(form), {
      ...(amount === null ? {} : { amount: Number(amount) }),
      metadata: readMetadata(form),
      reason: form.get('reason'),
    });
    return { status: 200, body: renderGatewayRefund(state, refund) };
  };

  const read = (collection: string, id: string | undefined, query: URLSearchParams): SandboxResponse => {
    const url = `/v1/${collection}`;
    const charge = query.get('charge');
    const intent = query.get('payment_intent');
    const ofCharge = (item: { charge: string }): boolean =>
      (charge === null || item.charge === charge) &&
      (intent === null || state.charges.get(item.charge)?.paymentIntent === intent);
    switch (collection) {
      case 'charges':
        return id === undefined
          ? list(
              state.charges.values(),
              query,
              url,
              (item) => renderCharge(state, item),
              (item) => intent === null || item.paymentIntent === intent,
            )
          : { status: 200, body: renderCharge(state, find(state.charges, 'charge', id)) };
      case 'refunds':
        return id === undefined
          ? list(state.refunds.values(), query, url, (item) => renderGatewayRefund(state, item), ofCharge)
          : { status: 200, body: renderGatewayRefund(state, find(state.refunds, 'refund', id)) };
      case 'disputes':
        return id === undefined
          ? list(state.disputes.values(), query, url, (item) => renderDispute(state, item), ofCharge)
          : { status: 200, body: renderDispute(state, find(state.disputes, 'dispute', id)) };
      case 'balance_transactions':
        return id === undefined
          ? list(
              state.balance.values(),
              query,
              url,
              renderBalanceTransaction,
              (item) =>
                (query.get('source') ?? item.source) === item.source &&
                (query.get('type') ?? item.type) === item.type,
            )
          : { status: 200, body: renderBalanceTransaction(find(state.balance, 'balance_transaction', id)) };
      case 'events': {
        const oldest = state.now() - eventLifetimeSeconds;
        const types = query.getAll('types[]');
        const type = query.get('type');
        return id === undefined
          ? list(
              state.events.values(),
              query,
              url,
              renderEvent,
              (event) =>
                event.created >= oldest &&
                (types.length === 0 || types.includes(event.type)) &&
                (type === null ||
                  event.type === type ||
                  (type.endsWith('*') && event.type.startsWith(type.slice(0, -1)))),
            )
          : { status: 200, body: renderEvent(find(state.events, 'event', id)) };
      }
      case 'webhook_endpoints':
        return list(endpoints.values(), query, url, renderEndpoint);
      case 'account':
        return {
          status: 200,
          body: { id: 'acct_sandbox', object: 'account', charges_enabled: true, country: 'DE' },
        };
      default:
        throw unknownUrl('GET', url);
    }
  };

  const write = (path: string, form: URLSearchParams): SandboxResponse => {
    const [, collection = '', id, act] = /^\/v1\/(\w+)(?:\/(\w+))?(?:\/(\w+))?$/.exec(path) ?? [];
    if (collection === 'refunds' && id === undefined) return createRefund(form);
    if (collection === 'refunds' && id !== undefined) {
      const refund = find(state.refunds, 'refund', id);
      if (act === 'cancel') cancelRefund(state, refund);
      else refund.metadata = readMetadata(form, refund.metadata);
      return { status: 200, body: renderGatewayRefund(state, refund) };
    }
    if (collection === 'disputes' && id !== undefined && act === 'close') {
      // Closing a dispute is giving in.
      const dispute = find(state.disputes, 'dispute', id);
      closeDispute(state, dispute, false);
      return { status: 200, body: renderDispute(state, dispute) };
    }
    if (collection === 'webhook_endpoints' && id === undefined) {
      const endpoint: WebhookEndpoint = {
        id: state.newId('we'),
        url: form.get('url') ?? '',
        secret: `whsec_${state.newId('s').slice(2)}`,
        created: state.now(),
        events: form.getAll('enabled_events[]'),
      };
      endpoints.set(endpoint.id, endpoint);
      // The secret is shown once, at creation.
      return { status: 200, body: { ...renderEndpoint(endpoint), secret: endpoint.secret } };
    }
    throw unknownUrl('POST', path);
  };

  const attempt = (request: SandboxRequest): SandboxResponse => {
    try {
      if (request.method === 'POST') return write(request.path, new URLSearchParams(request.rawBody));
      const [, collection = '', id] = /^\/v1\/(\w+)(?:\/(\w+))?$/.exec(request.path) ?? [];
      if (request.method === 'DELETE' && collection === 'webhook_endpoints') {
        find(endpoints, 'webhook_endpoint', id ?? '');
        endpoints.delete(id ?? '');
        return { status: 200, body: { id, object: 'webhook_endpoint', deleted: true } };
      }
      return read(collection, id, request.query);
    } catch (error) {
      if (error instanceof GatewayRefusal)
        return refused(invalid(error.message, error.code, error.parameter));
      if (error instanceof ApiError) return refused(error);
      throw error;
    }
  };

  /** A POST with a key runs once; its answer is kept, whatever it was, also a 500. */
  const once = (request: SandboxRequest, run: () => SandboxResponse): SandboxResponse => {
    const key = request.headers['idempotency-key'];
    if (request.method !== 'POST' || key === undefined) return run();
    const fingerprint = `${request.path}?${request.rawBody}`;
    const known = remembered.get(key);
    if (known !== undefined && state.now() - known.at < keyLifetimeSeconds) {
      if (known.fingerprint !== fingerprint) {
        return refused(
          new ApiError(400, {
            message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
            type: 'idempotency_error',
          }),
        );
      }
      return { ...known.response, headers: { ...known.response.headers, 'Idempotent-Replayed': 'true' } };
    }
    const response = run();
    // A request that was refused for its parameters never began, and is not kept.
    if (response.status < 400 || response.status >= 500) {
      remembered.set(key, { fingerprint, at: state.now(), response });
    }
    return response;
  };

  const allowed = (request: SandboxRequest): SandboxResponse | undefined => {
    const header = request.headers['authorization'] ?? '';
    const basic = /^Basic\s+(.+)$/i.exec(header)?.[1];
    const given =
      basic === undefined
        ? header.replace(/^Bearer\s+/i, '')
        : Buffer.from(basic, 'base64').toString().split(':')[0];
    return given === secretKey ? undefined : service.denied(request);
  };

  const service: Service = {
    name: 'stripe',
    handle: (request) => allowed(request) ?? once(request, () => attempt(request)),
    breakAfter: (request) =>
      allowed(request) ??
      once(request, () => {
        attempt(request);
        return service.broken();
      }),
    isRead: (request) => request.method === 'GET',
    label: (request) => `${request.method} ${request.path}`,
    rateLimited: (seconds) => ({
      status: 429,
      headers: { 'Retry-After': String(seconds), 'Stripe-Rate-Limited-Reason': 'global-rate' },
      body: {
        error: { code: 'rate_limit', message: 'Request rate limit exceeded.', type: 'invalid_request_error' },
      },
    }),
    broken: () => ({
      status: 500,
      body: { error: { message: 'An unknown error occurred', type: 'api_error' } },
    }),
    denied: () => refused(invalid('Invalid API Key provided', undefined, undefined, 401)),
  };
  return service;
}

const refused = (error: ApiError): SandboxResponse => ({
  status: error.status,
  body: { error: error.error },
});

const unknownUrl = (method: string, path: string): ApiError =>
  invalid(`Unrecognized request URL (${method}: ${path}).`, undefined, undefined, 404);

const renderEndpoint = (endpoint: WebhookEndpoint): Json => ({
  id: endpoint.id,
  object: 'webhook_endpoint',
  created: endpoint.created,
  enabled_events: endpoint.events,
  livemode: false,
  status: 'enabled',
  url: endpoint.url,
});
