/**
 * Webhooks. A delivery is answered with 2xx only after it is stored durably. Bodies stay raw bytes, because signatures
 * are made over them.
 */
import { z } from 'zod';
import { hookAnswerSchema } from '../../wire/api-connections.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import { countPerMinute } from '../count-per-minute.ts';
import { Refused } from '../refused.ts';
import { errors, type ErrorCode } from '../../wire/errors.ts';

const rejections: Readonly<Record<string, ErrorCode>> = {
  'bad-signature': 'signature-invalid',
  'too-old': 'delivery-too-old',
};

export function addHookRoutes(app: ApiApp, api: ApiContext): void {
  const { limits, clock, engine } = api;
  const all = countPerMinute(clock);
  const bad = countPerMinute(clock);
  let underWay = 0;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(
    '/hooks/:connection',
    {
      config: { access: 'signed', repeats: true, rateLimit: false },
      bodyLimit: limits.hookBodyMax,
      onRequest: async (request) => {
        const { connection } = request.params as { connection: string };
        // Refused ones are counted by sender, so that a stranger cannot use up what the real system needs.
        const wait =
          all.waitSeconds(connection, limits.hooksPerMinute) ??
          bad.waitSeconds(`${connection} ${request.ip}`, limits.badHooksPerMinute) ??
          (underWay >= limits.hooksAtOnce ? 1 : undefined);
        if (wait !== undefined) throw new Refused('rate-limited', { retryAfterSeconds: wait });
      },
      schema: {
        tags: ['webhooks'],
        summary: 'Where systems send webhooks',
        description: 'Signed as the system of the connection signs. The body is whatever that system sends.',
        params: z.object({ connection: z.string().max(40) }),
        response: { 200: hookAnswerSchema },
      },
    },
    async (request) => {
      const { connection } = request.params;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      underWay += 1;
      try {
        const received = await engine.receive(connection, {
          headers: flatHeaders(request.headers), body, receivedAt: clock(), path: request.url,
        }); // prettier-ignore
        switch (received.is) {
          case 'stored':
            all.count(connection);
            api.hub.tell({ kind: 'delivery' });
            return { is: 'stored' as const, deliveries: received.deliveryIds };
          case 'ping':
            all.count(connection);
            return { is: 'ping' as const, deliveries: [] };
          case 'unusable':
            throw new Refused('secrets-unopened', { detail: connection, retryAfterSeconds: 60 });
          case 'unknown-connection':
            bad.count(`${connection} ${request.ip}`);
            throw new Refused('connection-not-found', { detail: connection });
          case 'rejected': {
            bad.count(`${connection} ${request.ip}`);
            const code = rejections[received.code] ?? 'delivery-unreadable';
            request.log.warn({ connection, code, status: errors[code].status }, 'delivery refused');
            throw new Refused(code, { detail: received.message });
          }
        }
      } finally {
        underWay -= 1;
      }
    },
  );
}

function flatHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) flat[name] = typeof value === 'string' ? value : value.join(', ');
  return flat;
}
