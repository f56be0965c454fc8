/** Speaks to a running service as a shop, as people and as pages do, and counts what came of it. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

const password = 'a password for the run';
const email = 'run@example.com';
const answerMaxMs = 15_000;
/** As many answer times as are kept: the newest. */
const timesKept = 100_000;

/** A webhook of the shop as it goes out. */
export function signedDelivery(
  change: object,
  secret: string,
): { readonly headers: Record<string, string>; readonly text: string } {
  const text = JSON.stringify(change);
  const headers = {
    'content-type': 'application/json',
    'x-wc-webhook-topic': 'order.updated',
    'x-wc-webhook-signature': createHmac('sha256', secret).update(text).digest('base64'),
  };
  return { headers, text };
}

export class ServiceCaller {
  readonly #base: string;
  readonly #secret: string;
  #token = '';
  readonly #times: number[] = [];
  delivered = 0;
  reads = 0;
  logins = 0;
  streams = 0;
  pauses = 0;
  /** What failed, as text. */
  readonly failures: string[] = [];

  constructor(port: number, hookSecret: string) {
    this.#base = `http://127.0.0.1:${port}`;
    this.#secret = hookSecret;
  }

  /** Becomes the first administrator by the link that the service printed, and makes a token. */
  async logInFirst(said: () => string): Promise<void> {
    let link: string | undefined;
    for (const until = Date.now() + answerMaxMs; link === undefined; await sleep(50)) {
      assert.ok(Date.now() < until, `no link in: ${said()}`);
      link = /First administrator \(this link works once\): \S+#(\S+)\n/.exec(said())?.[1];
    }
    const first = await this.#send('POST', '/api/v1/session/link', { body: { token: link, password, email, name: 'Run' } }); // prettier-ignore
    assert.equal(first.status, 200);
    const { csrf, permissions } = (await first.json()) as { csrf: string; permissions: readonly string[] };
    const headers = { cookie: cookieOf(first), 'x-csrf-token': csrf };
    const body = { name: 'run', scopes: permissions };
    const made = await this.#send('POST', '/api/v1/tokens', { headers, body });
    assert.equal(made.status, 201);
    this.#token = ((await made.json()) as { secret: string }).secret;
  }

  /** A webhook of the shop; resolves when it is answered. */
  async deliver(change: object): Promise<boolean> {
    const { headers, text } = signedDelivery(change, this.#secret);
    const startedAt = performance.now();
    const answer = await this.#try('deliver', 'POST', '/hooks/shop', { headers, text });
    if (this.#times.push(performance.now() - startedAt) > timesKept) this.#times.shift();
    if (answer === undefined) return false;
    this.delivered += 1;
    return true;
  }

  /** One of the things that open pages ask for. */
  async readSomething(orders: number): Promise<void> {
    const id = (this.reads * 7) % orders || 1;
    const urls = [
      '/api/v1/orders?limit=50', `/api/v1/orders/${encodeURIComponent(`shop/${id}`)}`, '/api/v1/overview',
      '/api/v1/problems?limit=50', `/api/v1/orders/${encodeURIComponent(`shop/${id}`)}/timeline`,
    ]; // prettier-ignore
    await this.#try('read', 'GET', urls[this.reads % urls.length]!, { headers: this.#bearer() });
    this.reads += 1;
  }

  async logInAndOut(): Promise<void> {
    const came = await this.#send('POST', '/api/v1/session', { body: { email, password } }).catch(() => undefined); // prettier-ignore
    if (came?.status !== 200) {
      this.failures.push(`login: ${came?.status ?? 'no answer'}`);
      return;
    }
    const { csrf } = (await came.json()) as { csrf: string };
    const headers = { cookie: cookieOf(came), 'x-csrf-token': csrf };
    await this.#try('logout', 'DELETE', '/api/v1/session', { headers });
    this.logins += 1;
  }

  /** Opens a stream of hints, waits for the first and leaves, as a page that is closed. */
  async openAndCloseStream(signal: AbortSignal): Promise<void> {
    const leaving = new AbortController();
    const answer = await fetch(`${this.#base}/api/v1/events`, {
      headers: this.#bearer(),
      signal: AbortSignal.any([signal, leaving.signal, AbortSignal.timeout(answerMaxMs)]),
    }).catch(() => undefined);
    const reader = answer?.body?.getReader();
    const first = await reader?.read().catch(() => undefined);
    if (first?.value === undefined) this.failures.push(`stream: ${answer?.status ?? 'no answer'}`);
    leaving.abort();
    this.streams += 1;
  }

  async pauseAndResume(connection: string): Promise<void> {
    for (const act of ['pause', 'resume'])
      await this.#try(act, 'POST', `/api/v1/connections/${connection}/${act}`, {
        headers: this.#bearer(),
        body: { reason: 'the run' },
      });
    this.pauses += 1;
  }

  /** Milliseconds within which this part of the deliveries was answered. */
  percentile(part: number): number {
    const sorted = [...this.#times].sort((one, other) => one - other);
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  }

  #bearer(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }

  async #try(what: string, method: string, path: string, given: Given): Promise<Response | undefined> {
    try {
      const answer = await this.#send(method, path, given);
      const text = await answer.text();
      if (answer.ok) return answer;
      this.failures.push(`${what}: ${answer.status} ${text.slice(0, 300)}`);
    } catch (error) {
      this.failures.push(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  }

  async #send(method: string, path: string, { headers = {}, body, text }: Given): Promise<Response> {
    return fetch(this.#base + path, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...((text ?? body) !== undefined && { body: text ?? JSON.stringify(body) }),
      signal: AbortSignal.timeout(answerMaxMs),
    });
  }
}

type Given = {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  /** The body as it goes out. */
  readonly text?: string;
};

const cookieOf = (answer: Response): string => answer.headers.getSetCookie()[0]!.split(';', 1)[0]!;
