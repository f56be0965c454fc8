/**
 * The one way out: every request of every connector goes through `request()`. It has the time-outs, the size limit,
 * the rate limit, the retries of safe reads, the address guard, the redaction and the recording, so that no connector
 * has its own.
 *
 * It stands on `node:http` rather than on `fetch`, because only there the address that was judged can be pinned.
 *
 * A request that changes something is sent once. Whoever sent it reads before sending again; `mayHaveArrived` of the
 * failure says whether there is anything to read.
 */
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { type Readable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { type Resolve, guardAddresses } from './address-guard.ts';
import { makeRedactor } from './redact.ts';

/** Limits, where the options do not say otherwise. */
export const httpLimits = {
  /** One attempt, from connecting to the last byte. */
  timeoutMs: 30_000,
  bodyMaxBytes: 32 * 1024 * 1024,
  attemptsMax: 4,
  /** First pause before a retry; doubled each time, and cut down by chance so that clients spread. */
  backoffMs: 500,
  backoffMaxMs: 15_000,
  /** A longer `Retry-After` is left to the caller, which can do something else meanwhile. */
  retryAfterMaxMs: 30_000,
  redirectsMax: 5,
} as const;

export type HttpRequest = {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Changes nothing, so it may be repeated. Default: GET and HEAD. JSON-RPC reads are POSTs and must say so. */
  readonly safe?: boolean;
  /** An answer that stands although its status is 5xx: some vendors say "not found" so (WooCommerce recording 631). */
  readonly isFinal?: (response: HttpResponse) => boolean;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Headers and URL made anew for each attempt: a nonce must not be sent twice (WooCommerce recording 710). */
  readonly sign?: (url: string) => {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
};

export type HttpResponse = {
  readonly status: number;
  /** Lower-case names; repeated ones joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The parsed body, or undefined where it is no JSON. */
  readonly json: unknown;
  /** `Retry-After` in milliseconds, where the answer has one. */
  readonly retryAfterMs?: number;
};

export type HttpFailureCode =
  'timeout' | 'connection' | 'too-large' | 'refused-address' | 'bad-url' | 'aborted';

/** No usable answer came. The message names method, host and path, never a secret. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  readonly code: HttpFailureCode;
  /** False only when the request surely did not reach the server. */
  readonly mayHaveArrived: boolean;
  constructor(code: HttpFailureCode, message: string, mayHaveArrived: boolean) {
    super(message);
    this.code = code;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** One exchange in the shape of the recordings, without secrets. */
export type RecordedExchange = {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly query: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: unknown;
  };
};

export type HttpClientOptions = {
  /** Every secret of the connection: none of them appears in an error or a recording. */
  readonly secrets: readonly string[];
  /** Private networks this connection may reach, as `127.0.0.1` or `10.20.0.0/16`. Default: none. */
  readonly allowedNetworks?: readonly string[];
  readonly requestsPerSecond: number;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly timeoutMs?: number;
  readonly bodyMaxBytes?: number;
  readonly attemptsMax?: number;
  readonly backoffMs?: number;
  readonly record?: (exchange: RecordedExchange) => void;
  readonly resolve?: Resolve;
  /** Monotonic milliseconds and a pause; replaced in tests. */
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
};

export type HttpClient = {
  /**
   * Sends a request and answers with whatever the server said, 4xx and 5xx too. A safe one is repeated on 429, 5xx,
   * and cut connections; the last answer is returned as it is.
   *
   * @throws HttpFailure when no usable answer came
   */
  request(request: HttpRequest): Promise<HttpResponse>;
  /** Text without this connection's secrets, for messages that quote a server. */
  redact(text: string): string;
  /** Closes kept connections. */
  close(): void;
};

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new HttpFailure('aborted', 'stopped while waiting', false));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

/** Requests that set out a second apart may arrive a little closer together. */
const paceMarginMs = 40;

/**
 * Holds requests back so that no second, wherever it begins, sees more than `perSecond`; a burst is allowed up to that.
 * What counts is when they really set out: timers of a busy process fire late, and several of them at once.
 */
function makePacer(
  perSecond: number,
  now: () => number,
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>,
): (signal?: AbortSignal) => Promise<void> {
  const burst = Math.max(1, Math.floor(perSecond));
  const spanMs = (burst * 1000) / perSecond + paceMarginMs;
  /** When the last of them set out, oldest first. */
  const starts: number[] = [];
  let ahead: Promise<void> = Promise.resolve();
  const setOut = async (signal?: AbortSignal): Promise<void> => {
    while (starts.length === burst) {
      const waitMs = starts[0]! + spanMs - now();
      if (waitMs <= 0) starts.shift();
      else await sleep(waitMs, signal);
    }
    starts.push(now());
  };
  return async (signal) => {
    const mine = ahead.then(() => setOut(signal));
    // Who gives up while waiting lets the next one through.
    ahead = mine.catch(() => {});
    await mine;
  };
}

/** `Retry-After` as seconds or as an HTTP date, which is compared with the server's own `Date`. */
function readRetryAfter(headers: Readonly<Record<string, string>>): number | undefined {
  const value = headers['retry-after']?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(?:\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const until = Date.parse(value);
  const from = Date.parse(headers['date'] ?? '');
  return Number.isNaN(until) || Number.isNaN(from) ? undefined : Math.max(0, until - from);
}

function parseJson(text: string): unknown {
  try {
    // WordPress plugins print notices and a byte order mark in front now and then; the mark is harmless.
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}

function decode(message: IncomingMessage): Readable {
  switch (message.headers['content-encoding']) {
    case 'gzip':
    case 'x-gzip':
      return message.pipe(createGunzip());
    case 'br':
      return message.pipe(createBrotliDecompress());
    case 'deflate':
      return message.pipe(createInflate());
    default:
      return message;
  }
}

/** Errors before a connection stood: the request did not leave. */
const neverSent = new Set([
  'ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]); // prettier-ignore

/** Opens the client of one connection. */
export function openHttpClient(options: HttpClientOptions): HttpClient {
  const redactor = makeRedactor(options.secrets);
  const judge = guardAddresses(options.allowedNetworks ?? [], options.resolve);
  const sleep = options.sleep ?? pause;
  const setOut = makePacer(options.requestsPerSecond, options.now ?? (() => performance.now()), sleep);
  const bodyMaxBytes = options.bodyMaxBytes ?? httpLimits.bodyMaxBytes;
  const agents = {
    http: new HttpAgent({ keepAlive: true, maxSockets: 8 }),
    https: new HttpsAgent({ keepAlive: true, maxSockets: 8 }),
  };

  const where = (method: string, url: URL): string => redactor.text(`${method} ${url.host}${url.pathname}`);

  /** One request to one address; no retry, no redirect. */
  async function exchange(
    request: HttpRequest,
    url: URL,
    headers: Readonly<Record<string, string>>,
    safe: boolean,
  ): Promise<HttpResponse> {
    const place = where(request.method, url);
    if (url.protocol !== 'https:' && url.protocol !== 'http:')
      throw new HttpFailure('bad-url', `${place}: only http and https are spoken`, false);
    const judged = await judge(url.hostname).catch((cause: unknown) => {
      const said = cause instanceof Error ? cause.message : '';
      throw new HttpFailure('connection', redactor.text(`${place}: ${said}`), false);
    });
    if (judged.is === 'refused') {
      const message = `${place}: ${judged.address} is a private address; allow it for this connection if it is meant`;
      throw new HttpFailure('refused-address', message, false);
    }
    const timeoutMs = request.timeoutMs ?? options.timeoutMs ?? httpLimits.timeoutMs;
    const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
    let connected = false;
    const fail = (code: HttpFailureCode, said: string, mayHaveArrived = connected): void =>
      reject(new HttpFailure(code, redactor.text(`${place}: ${said}`), mayHaveArrived));
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const outgoing = send(url, {
      method: request.method,
      headers: {
        'accept-encoding': 'gzip, br',
        'user-agent': 'reentry',
        ...headers,
        ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }),
      },
      // A write never rides a kept connection: one that the server has closed meanwhile would end as "unknown".
      agent: safe ? (url.protocol === 'https:' ? agents.https : agents.http) : false,
      lookup: (_host, settings, done) => {
        const family = judged.family;
        if (settings.all === true) done(null, [{ address: judged.address, family }]);
        else done(null, judged.address, family);
      },
    });
    const timer = setTimeout(() => {
      fail('timeout', `no complete answer within ${timeoutMs} ms`);
      outgoing.destroy();
    }, timeoutMs);
    const stop = (): void => {
      fail('aborted', 'stopped by the caller');
      outgoing.destroy();
    };
    request.signal?.addEventListener('abort', stop, { once: true });
    if (request.signal?.aborted === true) stop();
    outgoing.on('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (connected = true));
      else connected = true;
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const code = error.code ?? '';
      fail('connection', code === '' ? error.message : code, connected && !neverSent.has(code));
    });
    outgoing.on('response', (message) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const body = decode(message);
      body.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > bodyMaxBytes) {
          fail('too-large', `the answer is larger than ${bodyMaxBytes} bytes`);
          outgoing.destroy();
        } else chunks.push(chunk);
      });
      body.on('error', (error: Error) => fail('connection', error.message));
      message.on('aborted', () => fail('connection', 'the answer was cut off'));
      body.on('end', () => {
        const answered = Object.fromEntries(
          Object.entries(message.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]),
        );
        const text = Buffer.concat(chunks).toString('utf8');
        const retryAfterMs = readRetryAfter(answered);
        resolve({
          status: message.statusCode ?? 0,
          headers: answered,
          text,
          json: parseJson(text),
          ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
        });
      });
    });
    outgoing.end(request.body);
    try {
      const response = await promise;
      record(request, url, headers, response);
      return response;
    } finally {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    }
  }

  function record(
    request: HttpRequest,
    url: URL,
    headers: Readonly<Record<string, string>>,
    response: HttpResponse,
  ): void {
    if (options.record === undefined) return;
    const shown = (text: string): unknown => parseJson(redactor.text(text)) ?? redactor.text(text);
    options.record({
      request: {
        method: request.method,
        path: redactor.text(url.pathname),
        query: redactor.text(url.search.slice(1)),
        headers: redactor.headers(headers),
        body: request.body === undefined ? null : shown(request.body),
      },
      response: {
        status: response.status,
        headers: redactor.headers(response.headers),
        body: shown(response.text),
      },
    });
  }

  /** Follows redirects of reads. Credentials stay with the origin they were made for. */
  async function attempt(request: HttpRequest, safe: boolean): Promise<HttpResponse> {
    const signed = request.sign?.(request.url);
    let url = new URL(signed?.url ?? request.url);
    let headers: Readonly<Record<string, string>> = { ...request.headers, ...signed?.headers };
    for (let hops = 0; ; hops += 1) {
      const response = await exchange(request, url, headers, safe);
      const target = response.headers['location'];
      const redirects = [301, 302, 303, 307, 308].includes(response.status);
      if (!redirects || target === undefined || !safe || request.method === 'POST') return response;
      if (hops >= httpLimits.redirectsMax || !URL.canParse(target, url)) return response;
      const next = new URL(target, url);
      if (next.origin !== url.origin)
        headers = Object.fromEntries(
          Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name)),
        );
      url = next;
    }
  }

  return {
    redact: redactor.text,
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
    async request(request) {
      const safe = request.safe ?? (request.method === 'GET' || request.method === 'HEAD');
      if (!URL.canParse(request.url))
        throw new HttpFailure('bad-url', 'the address of the server is not a URL', false);
      const attemptsMax = safe ? (options.attemptsMax ?? httpLimits.attemptsMax) : 1;
      for (let count = 1; ; count += 1) {
        await setOut(request.signal);
        const ceiling = Math.min(
          httpLimits.backoffMaxMs,
          (options.backoffMs ?? httpLimits.backoffMs) * 2 ** (count - 1),
        );
        const backoff = ceiling / 2 + (options.random() * ceiling) / 2;
        try {
          const response = await attempt(request, safe);
          const again =
            response.status === 429 || (response.status >= 500 && request.isFinal?.(response) !== true);
          const asked = response.retryAfterMs ?? 0;
          if (!again || count >= attemptsMax || asked > httpLimits.retryAfterMaxMs) return response;
          await sleep(Math.max(backoff, asked), request.signal);
        } catch (error) {
          const passing =
            error instanceof HttpFailure && (error.code === 'connection' || error.code === 'timeout');
          if (!passing || count >= attemptsMax) throw error;
          await sleep(backoff, request.signal);
        }
      }
    },
  };
}
