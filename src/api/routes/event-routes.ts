/** Server-sent events: hints that something changed. */
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { callerOf, findCaller } from '../access.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';
import type { HintReader, HintSink } from '../event-hub.ts';
import { Refused } from '../refused.ts';

export function addEventRoutes(app: ApiApp, api: ApiContext): void {
  app.get(
    '/events',
    {
      config: { access: 'login' },
      exposeHeadRoute: false,
      schema: {
        tags: ['events'],
        summary: 'Hints that something changed, as server-sent events',
        description:
          'Events: `hint` with kind and key, of what you may read; `ready` when all is told; `resync` when hints were missed: read everything again. `Last-Event-ID` resumes. A comment is sent as heartbeat.',
        headers: z.object({ 'last-event-id': z.string().max(100).exactOptional() }),
        querystring: z.object({
          lastId: z
            .string()
            .max(100)
            .exactOptional()
            .describe('As `Last-Event-ID`, for who opens a new stream'),
        }),
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { user, permissions } = callerOf(request);
      const lastId = request.headers['last-event-id'] ?? request.query.lastId;
      const sink = sinkOf(reply);
      const reader: HintReader = { userId: user.userId, permissions, sink };
      // Headers go out with the first write, so a refusal is still an ordinary answer.
      const leave = api.hub.join(reader, lastId);
      if (leave === undefined) throw new Refused('rate-limited', { retryAfterSeconds: 30 });
      const beat = setInterval(() => {
        // Whoever was logged out or lost a role hears nothing more of it.
        findCaller(api, request).then(
          (caller) => {
            if (caller === undefined) return leave();
            reader.permissions = caller.permissions;
            sink.write(': still here\n\n');
          },
          () => leave(),
        );
      }, api.limits.heartbeatMs);
      beat.unref();
      reply.raw.on('close', () => {
        clearInterval(beat);
        leave();
      });
      return reply;
    },
  );
}

function sinkOf(reply: FastifyReply): HintSink {
  const { raw } = reply;
  let isOpen = false;
  const open = (): void => {
    isOpen = true;
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) raw.setHeader(name, value);
    raw.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would hold events back until its buffer is full.
      'x-accel-buffering': 'no',
    });
  };
  return {
    write(text) {
      if (raw.writableEnded || raw.destroyed) return 0;
      if (!isOpen) open();
      raw.write(text);
      return raw.writableLength;
    },
    end() {
      // What waits for a slow reader is dropped with the connection; they resume by the last id they saw.
      if (raw.writableLength > 0) raw.destroy();
      else raw.end();
    },
  };
}
