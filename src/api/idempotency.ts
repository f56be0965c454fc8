/**
 * Idempotency-Key on writes: the first request with a key is done, the same one again gets the same answer, another
 * one with that key is refused. What failed for a passing reason may be repeated with its key.
 */
import type { FastifyInstance } from 'fastify';
import { beginRequest, finishRequest, freeRequest, type RequestRef } from '../store/idempotent-requests.ts';
import { canonicalJson } from '../store/json-text.ts';
import { callerOf } from './access.ts';
import type { ApiContext } from './api-config.ts';
import { Refused } from './refused.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set while this request is the first with its key. */
    idempotency: RequestRef | undefined;
  }
}

const keyMax = 200;
/** Statuses that say nothing about what a repetition would meet. */
const passing = new Set([401, 403, 408, 429]);

export function keepAnswers(app: FastifyInstance, api: ApiContext): void {
  app.decorateRequest('idempotency', undefined);
  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { config } = request.routeOptions;
    if (key === undefined || request.method === 'GET' || request.method === 'HEAD' || config.repeats) return;
    if (typeof key !== 'string' || key.length === 0 || key.length > keyMax)
      throw new Refused('request-invalid', { detail: `an Idempotency-Key has 1 to ${keyMax} characters` });
    // Keyed: a body may hold a password, and a plain hash of it could be guessed from.
    const text = `${request.method} ${request.url}\n${canonicalJson(request.body)}`;
    const hash = Buffer.from(api.config.seal.hash(text), 'base64url');
    const ref: RequestRef = { actor: callerOf(request).actor, key, hash };
    const begun = await beginRequest(api.db, ref, 2 * api.limits.requestTimeoutMs);
    switch (begun.is) {
      case 'new':
        request.idempotency = ref;
        return;
      case 'other':
        throw new Refused('idempotency-key-reused');
      case 'under-way':
        throw new Refused('idempotency-in-progress', { retryAfterSeconds: 1 });
      case 'done':
        if (begun.answer === null && config.tellsSecret) throw new Refused('idempotency-answer-not-kept');
        return reply
          .code(begun.statusCode)
          .header('idempotency-replayed', 'true')
          .header(
            'content-type',
            `application/${begun.statusCode >= 400 ? 'problem+' : ''}json; charset=utf-8`,
          )
          .serializer((text: unknown) => String(text))
          .send(begun.answer ?? '');
    }
  });
  app.addHook('onSend', async (request, reply, payload) => {
    const ref = request.idempotency;
    if (ref === undefined) return payload;
    request.idempotency = undefined;
    const { statusCode } = reply;
    if (statusCode >= 500 || passing.has(statusCode)) {
      await freeRequest(api.db, ref);
      return payload;
    }
    const isSecret = request.routeOptions.config.tellsSecret === true && statusCode < 400;
    const answer = isSecret ? null : typeof payload === 'string' ? payload : '';
    await finishRequest(api.db, ref, { statusCode, text: answer });
    return payload;
  });
}
