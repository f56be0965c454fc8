/**
 * One call to Stripe's API v1. The secret `key` is a restricted key (`rk_…`) that reads charges, refunds, disputes,
 * events and balance transactions, and writes refunds where Reentry may pay.
 */
import type { HttpResponse } from '../http-client.ts';
import type { LiveConnection } from '../live-contract.ts';
import { SourceUnreachable, unreachableStatus } from '../source-unreachable.ts';
import { isShape, type Shape, textOf } from './stripe-object.ts';

export type StripeCall = {
  /** Below `/v1/`. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  /** Sends a POST with this form. */
  readonly form?: readonly (readonly [string, string])[];
  readonly idempotencyKey?: string;
};

export type StripeAnswer = {
  readonly response: HttpResponse;
  /** The body of a success. */
  readonly body: Shape | undefined;
  /** `error.code`, else `error.type`, of Stripe's own errors. */
  readonly code: string | undefined;
  readonly message: string;
};

/** Sends one call. Throws `HttpFailure` when no answer came. */
export async function callStripe(
  connection: LiveConnection,
  call: StripeCall,
  signal: AbortSignal,
): Promise<StripeAnswer> {
  const root = (connection.baseUrl === '' ? 'https://api.stripe.com' : connection.baseUrl).replace(
    /\/{1,9}$/,
    '',
  );
  const encode = (pairs: StripeCall['query']): string =>
    new URLSearchParams((pairs ?? []).map(([name, value]) => [name, value])).toString();
  const query = encode(call.query);
  const response = await connection.http.request({
    method: call.form === undefined ? 'GET' : 'POST',
    url: `${root}/v1/${call.path}${query === '' ? '' : `?${query}`}`,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${connection.secrets['key'] ?? ''}`,
      ...(call.form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
    },
    ...(call.form === undefined ? {} : { body: encode(call.form) }),
    signal,
  });
  const { json, status } = response;
  if (status >= 200 && status < 300)
    return { response, body: isShape(json) ? json : undefined, code: undefined, message: 'no JSON' };
  const error = isShape(json) && isShape(json['error']) ? json['error'] : {};
  return {
    response,
    body: undefined,
    code: textOf(error['code']) ?? textOf(error['type']),
    message: textOf(error['message']) ?? 'Stripe gave no reason',
  };
}

/** Why an answer is no use. */
export function refuseStripe({ response, message }: StripeAnswer): SourceUnreachable {
  if (response.status >= 200 && response.status < 300)
    return new SourceUnreachable('bad-answer', 'Stripe answered with something else than it documents');
  return unreachableStatus(response, message);
}

/** The body of a read that must succeed. */
export async function readStripe(
  connection: LiveConnection,
  path: string,
  query: StripeCall['query'],
  signal: AbortSignal,
): Promise<{ readonly body: Shape; readonly response: HttpResponse }> {
  const answer = await callStripe(connection, { path, ...(query === undefined ? {} : { query }) }, signal);
  if (answer.body === undefined) throw refuseStripe(answer);
  return { body: answer.body, response: answer.response };
}

export type StripeList = {
  readonly rows: readonly Shape[];
  readonly more: boolean;
  /** Seconds since 1970 on Stripe's own clock. */
  readonly now: number | undefined;
};

export async function listStripe(
  connection: LiveConnection,
  path: string,
  query: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<StripeList> {
  const { body, response } = await readStripe(connection, path, query, signal);
  const { data } = body;
  if (!Array.isArray(data)) throw new SourceUnreachable('bad-answer', 'Stripe did not answer with a list');
  const date = Date.parse(response.headers['date'] ?? '');
  return {
    rows: (data as unknown[]).filter(isShape),
    more: body['has_more'] === true,
    now: Number.isNaN(date) ? undefined : Math.floor(date / 1000),
  };
}
