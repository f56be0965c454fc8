/**
 * Asking the API: one function per method, typed by the schemas of `src/wire`, one way to fail.
 *
 *   const page = await get<typeof orderPageSchema>('/orders', { query: { verdict: 'breaks' } });
 *   await post<typeof changedSchema>(`/problems/${encodeURIComponent(id)}/assign`, { version, team: 'ops' });
 *
 * A file is sent as it is, everything else as JSON.
 *
 * Throws ApiProblem with the problem document the API gave, or one of our own when it gave none.
 */
import type { z } from 'zod';
import type { ProblemDocument } from '../../src/wire/api-values.ts';

export const apiBase = '/api/v1';

/**
 * What the console shows of a failure; `code` is one of the API's table, or `unreachable` or `page-failed`: those two have no
 * texts here, they stand in the catalogue.
 */
export type Failure = Omit<ProblemDocument, 'code' | 'exit' | 'type'> & { readonly code: string };

export class ApiProblem extends Error {
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.title === '' ? failure.code : failure.title, options);
    this.failure = failure;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type AskOptions = { readonly query?: Query; readonly signal?: AbortSignal };

let csrf: string | null = null;

/** The proof that a write comes from this page: the API gives it with the session. */
export function rememberCsrf(token: string | null): void {
  csrf = token;
}

export function get<Schema extends z.ZodType>(
  path: string,
  options: AskOptions = {},
): Promise<z.output<Schema>> {
  return ask('GET', path, undefined, options);
}

export function post<Schema extends z.ZodType>(
  path: string,
  body: object = {},
  options: AskOptions = {},
): Promise<z.output<Schema>> {
  return ask('POST', path, body, options);
}

export function put<Schema extends z.ZodType>(path: string, body: object): Promise<z.output<Schema>> {
  return ask('PUT', path, body, {});
}

export function del(path: string): Promise<void> {
  return ask('DELETE', path, undefined, {});
}

/** Address of an answer, for links to downloads. */
export function addressOf(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') params.set(name, String(value));
  const text = params.toString();
  return `${apiBase}${path}${text === '' ? '' : `?${text}`}`;
}

async function ask<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: object | undefined,
  { query, signal }: AskOptions,
): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(addressOf(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(body !== undefined && { 'content-type': body instanceof Blob ? body.type : 'application/json' }),
        ...(method !== 'GET' && csrf !== null && { 'x-csrf-token': csrf }),
      },
      ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal !== undefined && { signal }),
    });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new ApiProblem(unreachable, { cause });
  }
  if (answer.status === 204) return undefined as T;
  if (answer.ok) return (await answer.json()) as T;
  throw new ApiProblem(await readFailure(answer));
}

const unreachable: Failure = {
  title: '',
  status: 0,
  code: 'unreachable',
  todo: '',
  requestId: '',
};

async function readFailure(answer: Response): Promise<Failure> {
  const requestId = answer.headers.get('x-request-id') ?? '';
  try {
    return (await answer.json()) as Failure;
  } catch {
    // A proxy in between answered with a page of its own.
    return { ...unreachable, status: answer.status, requestId };
  }
}

/** The failure behind any error, also one that is no answer of the API. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ApiProblem) return error.failure;
  const detail = error instanceof Error ? error.message : String(error);
  return { ...unreachable, code: 'page-failed', detail };
}
