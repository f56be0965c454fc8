/**
 * The objects inside what an API answers: an array, a page in an envelope (`{result: […]}`, `{items: […]}`,
 * `{data: […]}`, HubSpot's `{results: […]}`, Zendesk's `{tickets: […]}`), an object in one (`{result: {…}}`), or a
 * recorded exchange `{request, response}`.
 */

import type { Recognized } from './recognize-objects.ts';

export type Unwrapped = {
  /**
   * An object and what it was recognized as; `readAt` where the answer itself says when it was read (the Date of a
   * recorded response).
   */
  object(body: object, found: Recognized | undefined, readAt: number | undefined): void;
  setAside(reason: string): void;
};

/** What an object of a known system is; undefined for anything else. */
export type Recognize = (body: unknown) => Recognized | undefined;

type Shape = Readonly<Record<string, unknown>>;

const isShape = (value: unknown): value is Shape =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names under which APIs put their page, tried first. */
const listNames = ['result', 'items', 'data', 'results', 'records', 'rows', 'value', 'objects'] as const;
const depthMax = 6;

/** Takes one value apart. `recognize` tells what is an object of a known system by itself. */
export function unwrapRows(
  value: unknown,
  recognize: Recognize,
  sink: Unwrapped,
  readAt?: number,
  depth = 0,
): void {
  if (Array.isArray(value)) {
    for (const element of value as unknown[]) unwrapRows(element, recognize, sink, readAt, depth + 1);
    return;
  }
  if (!isShape(value)) {
    sink.setAside('a bare value, not an object');
    return;
  }
  const found = recognize(value);
  if (found !== undefined || depth > depthMax) {
    sink.object(value, found, readAt);
    return;
  }
  if (isShape(value['request']) && isShape(value['response'])) {
    unwrapExchange(value['response'], recognize, sink, depth);
    return;
  }
  if (value['error'] !== undefined && value['error'] !== null && value['result'] === undefined) {
    sink.setAside('an error answer of the API');
    return;
  }
  const inner = innerOf(value, recognize);
  if (inner === undefined && isBareAnswer(value)) sink.setAside('an answer of the API without objects');
  else if (inner === undefined) sink.object(value, undefined, readAt);
  else unwrapRows(inner, recognize, sink, readAt, depth + 1);
}

function unwrapExchange(response: Shape, recognize: Recognize, sink: Unwrapped, depth: number): void {
  const status = response['status'];
  if (typeof status === 'number' && (status < 200 || status > 299)) {
    sink.setAside(`a recorded answer with HTTP status ${status}`);
    return;
  }
  const body = parsed(response['body'] ?? response['body_raw'] ?? response['text']);
  if (body === undefined || body === null || body === '') sink.setAside('a recorded answer without a body');
  else unwrapRows(body, recognize, sink, readTime(response['headers']), depth + 1);
}

function parsed(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

function readTime(headers: unknown): number | undefined {
  if (!isShape(headers)) return undefined;
  const date = Object.entries(headers).find(([name]) => name.toLowerCase() === 'date')?.[1];
  const time = typeof date === 'string' ? Date.parse(date) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** An RPC answer whose result is a number, a text or nothing: `{"jsonrpc":"2.0","id":4,"result":true}`. */
function isBareAnswer(value: Shape): boolean {
  return 'result' in value && Object.keys(value).every((name) => ['jsonrpc', 'id', 'result'].includes(name));
}

/** What an envelope holds: a list under a usual name, or any list or object with something recognized in it. */
function innerOf(value: Shape, recognize: Recognize): unknown {
  for (const name of listNames) {
    const inner = value[name];
    if (Array.isArray(inner) && (inner.length === 0 || inner.some(isShape))) return inner;
    if (isShape(inner) && (recognize(inner) !== undefined || innerOf(inner, recognize) !== undefined))
      return inner;
  }
  return Object.values(value).find((inner) =>
    Array.isArray(inner)
      ? inner.some((element) => recognize(element) !== undefined)
      : recognize(inner) !== undefined,
  );
}
