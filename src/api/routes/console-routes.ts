/**
 * The console: files built by `npm run build:console`, served by the same process. Every address below `/console/` that is no file
 * gives the one page, whose script shows what the address asks for, so links lead anywhere.
 *
 * Policy for content: scripts only from our own files, none inline. Styles as well, but for the few `<style>` elements that
 * the component library makes at run time: those carry a nonce that is new with every page. Style attributes need nothing:
 * the library sets them through the DOM, which the policy leaves alone.
 */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ApiApp } from '../api-app.ts';
import { Refused } from '../refused.ts';

const folder = fileURLToPath(new URL('../../../dist/web/', import.meta.url));
const nonceBytes = 16;
/** Names of assets hold a hash of their content. */
const forEver = 'public, max-age=31536000, immutable';

export function addConsoleRoutes(app: ApiApp): void {
  const config = { access: 'public', rateLimit: false } as const;
  const hide = { hide: true } as const;

  void (app as unknown as FastifyInstance).register(fastifyStatic, {
    root: folder,
    serve: false,
    cacheControl: false,
    preCompressed: true,
  });

  for (const url of ['/', '/console'])
    app.get(url, { config, schema: hide }, async (_request, reply) => reply.redirect('/console/'));

  app.get(
    '/console/assets/:file',
    { config, schema: { ...hide, params: z.object({ file: z.string().regex(/^[\w.-]+$/) }) } },
    async (request, reply) => {
      reply.header('cache-control', forEver);
      return reply.sendFile(`assets/${request.params.file}`);
    },
  );

  app.get('/console/favicon.svg', { config, schema: hide }, async (_request, reply) =>
    reply.sendFile('favicon.svg'),
  );

  app.get('/console/*', { config, schema: hide }, async (_request, reply) => {
    // Read anew each time, which is seldom: a build may have replaced it, and names its assets by other hashes.
    const page = await readFile(`${folder}index.html`, 'utf8').catch(() => {
      throw new Refused('console-not-built');
    });
    return sendPage(reply, page);
  });
}

function sendPage(reply: FastifyReply, page: string): FastifyReply {
  const nonce = randomBytes(nonceBytes).toString('base64');
  const policy = [
    "default-src 'none'", "script-src 'self'", `style-src 'self' 'nonce-${nonce}'`, "img-src 'self' data: blob:",
    "font-src 'self'", "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
  ]; // prettier-ignore
  return reply
    .header('content-security-policy', policy.join(';'))
    .type('text/html; charset=utf-8')
    .serializer((body: unknown) => String(body))
    .send(page.replaceAll('__CSP_NONCE__', nonce));
}
