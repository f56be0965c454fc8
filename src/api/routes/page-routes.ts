/** The page the API brings along: its reference. */
import type { FastifyReply } from 'fastify';
import type { ApiApp } from '../api-app.ts';
import { pageStyle } from '../pages.ts';
import { referenceBlocks, type ApiDocument } from '../reference-blocks.ts';
import { renderHtml } from '../render-blocks.ts';

const tags = ['system'];

export function addPageRoutes(app: ApiApp): void {
  const config = { access: 'public' } as const;
  // The description does not change while the process runs.
  let page: string | undefined;

  app.get(
    '/api/openapi.json',
    { config, schema: { tags, summary: 'This description, as OpenAPI 3.1' } },
    async (_request, reply) =>
      reply.type('application/json; charset=utf-8').serializer(JSON.stringify).send(app.swagger()),
  );

  app.get(
    '/api/docs',
    { config, schema: { tags, summary: 'This description, as a page', produces: ['text/html'] } },
    async (_request, reply) => {
      page ??= renderHtml(referenceBlocks(app.swagger() as ApiDocument), 'Reentry API', '/api/style.css');
      return sendText(reply, 'text/html', page);
    },
  );

  app.get('/api/style.css', { config, schema: { hide: true } }, async (_request, reply) =>
    sendText(reply, 'text/css', pageStyle),
  );
}

function sendText(reply: FastifyReply, type: string, text: string): FastifyReply {
  return reply
    .type(`${type}; charset=utf-8`)
    .serializer((body: unknown) => String(body))
    .send(text);
}
