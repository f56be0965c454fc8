/** A source that gave no usable answer, in the few words that the engine and the shop owner act on. */
import type { HttpResponse } from './http-client.ts';
import { HttpFailure } from './http-client.ts';
import type { Executed, FetchResult, UnreachableCode } from './live-contract.ts';

/** Thrown by sweeps, censuses and anything else that could not read. It says nothing about any object. */
export class SourceUnreachable extends Error {
  override readonly name = 'SourceUnreachable';
  readonly code: UnreachableCode;
  readonly retryAfterMs: number | undefined;
  constructor(code: UnreachableCode, message: string, retryAfterMs?: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

const codeOfFailure: Readonly<Record<HttpFailure['code'], UnreachableCode>> = {
  timeout: 'timeout',
  connection: 'timeout',
  aborted: 'timeout',
  'too-large': 'bad-answer',
  'bad-url': 'bad-answer',
  'refused-address': 'refused-address',
};

/** What any error of a read means; rethrows what is a mistake of ours. */
export function toUnreachable(error: unknown): SourceUnreachable {
  if (error instanceof SourceUnreachable) return error;
  if (error instanceof HttpFailure) return new SourceUnreachable(codeOfFailure[error.code], error.message);
  throw error;
}

/** What an HTTP status says when it is no success; a 404 without a word of the vendor's own is a missing route. */
export function unreachableStatus(response: HttpResponse, said: string): SourceUnreachable {
  const code: UnreachableCode =
    response.status === 401
      ? 'unauthorized'
      : response.status === 403
        ? 'forbidden'
        : response.status === 404 || response.status === 405
          ? 'route-missing'
          : response.status === 429
            ? 'rate-limited'
            : response.status >= 500
              ? 'server-error'
              : 'bad-answer';
  return new SourceUnreachable(code, `HTTP ${response.status}: ${said}`.slice(0, 300), response.retryAfterMs);
}

/** Runs a read of one object; what went wrong on the way becomes `unreachable`. */
export async function fetching(read: () => Promise<FetchResult>): Promise<FetchResult> {
  try {
    return await read();
  } catch (error) {
    const { code, message } = toUnreachable(error);
    return { is: 'unreachable', code, message };
  }
}

/**
 * What a failed write means. Only a request that surely did not arrive, or one that the server refused before doing
 * anything (401, 403, 404 of the route, 429), has failed; all else is unknown and must be read back.
 */
export function toExecuted(error: unknown): Executed {
  if (error instanceof HttpFailure) {
    return error.mayHaveArrived
      ? { is: 'unknown', message: error.message }
      : { is: 'failed', code: error.code, message: error.message, final: error.code === 'refused-address' };
  }
  if (!(error instanceof SourceUnreachable)) throw error;
  const { code, message, retryAfterMs } = error;
  if (code === 'timeout' || code === 'server-error' || code === 'bad-answer')
    return { is: 'unknown', message };
  return {
    is: 'failed',
    code,
    message,
    final: false,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

/** A failed read before anything was written: nothing happened, and it may be tried again later. */
export function notYetWritten(error: unknown): Executed {
  const { code, message, retryAfterMs } = toUnreachable(error);
  const later = retryAfterMs === undefined ? {} : { retryAfterMs };
  return { is: 'failed', code, message, final: false, ...later };
}
