/** Puts a service behind a real socket on 127.0.0.1, with the faults of the road between. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Faults } from './faults.ts';
import { requestFaults } from './faults.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import type { SandboxRequest, SandboxResponse, Service } from './service.ts';

export type Listener = { readonly baseUrl: string; close(): Promise<void> };

/** An effect that the server has not made yet, though the client has stopped waiting for it. */
type Late = { reads: number; readonly run: () => Promise<unknown> };

const bodyLimitBytes = 16 * 1024 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bodyLimitBytes) throw new RangeError('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(reply: ServerResponse, response: SandboxResponse, date: number, head: boolean): void {
  const text =
    response.body === undefined
      ? ''
      : typeof response.body === 'string'
        ? response.body
        : JSON.stringify(response.body);
  const type =
    typeof response.body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=UTF-8';
  reply.writeHead(response.status, {
    Date: new Date(date).toUTCString(),
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(text),
    ...response.headers,
  });
  reply.end(head ? undefined : text);
}

/**
 * Listens on a free port, or on `port`; a service that must know its own address is made once that is known.
 * `secure` as in `SandboxRequest`.
 */
export async function serve(
  made: Service | ((baseUrl: string) => Service),
  options: { clock: SandboxClock; faults: Faults; secure: boolean; port?: number; onPage?: () => void },
): Promise<Listener> {
  const { clock, faults } = options;
  let service = made as Service;
  const late = new Set<Late>();

  const landAfterRead = async (): Promise<void> => {
    for (const effect of late) {
      effect.reads -= 1;
      if (effect.reads > 0) continue;
      late.delete(effect);
      await effect.run();
    }
  };

  const answer = async (request: SandboxRequest, reply: ServerResponse): Promise<void> => {
    const date = clock.now() + faults.skewMs(service.name);
    const respond = (response: SandboxResponse): void =>
      send(reply, response, date, request.method === 'HEAD');
    const label = service.label(request);
    const read = service.isRead(request);
    const fault = faults.strike(service.name, requestFaults, label);
    const seconds = fault?.seconds ?? 1;
    switch (fault?.kind) {
      case 'time_out_before':
        return; // left hanging: the client's limit or close() ends it
      case 'time_out_after':
        await service.handle(request);
        return;
      case 'lands_late': {
        const effect: Late = { reads: fault.reads ?? 1, run: async () => service.handle(request) };
        late.add(effect);
        if (fault.seconds !== undefined) {
          clock.after(seconds * 1000, async () => {
            if (late.delete(effect)) await effect.run();
          });
        }
        reply.destroy();
        return;
      }
      case 'rate_limited':
        respond(service.rateLimited(seconds));
        return;
      case 'error_before':
        respond(service.broken());
        return;
      case 'error_after':
        if (service.breakAfter !== undefined) {
          respond(service.breakAfter(request));
          return;
        }
        await service.handle(request);
        respond(service.broken());
        return;
      case 'slow': {
        const response = await service.handle(request);
        await clock.pause(seconds * 1000);
        respond(response);
        return;
      }
      case 'rights_lost':
        respond(service.denied(request));
        return;
      case 'page_shift':
        options.onPage?.();
        break;
      default:
    }
    respond(await service.handle(request));
    // Only after the answer has left: the client must have seen the state without the effect.
    if (read) await landAfterRead();
  };

  const server = createServer((incoming, reply) => {
    const origin = `http://${incoming.headers.host ?? '127.0.0.1'}`;
    const url = new URL(incoming.url ?? '/', origin);
    readBody(incoming)
      .then((rawBody) =>
        answer(
          {
            method: incoming.method ?? 'GET',
            path: decodeURI(url.pathname),
            query: url.searchParams,
            headers: Object.fromEntries(
              Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
            ),
            rawBody,
            secure: options.secure,
            origin,
          },
          reply,
        ),
      )
      .catch((error: unknown) => {
        if (!reply.headersSent) reply.writeHead(500, { 'Content-Type': 'text/plain' });
        reply.end(`sandbox: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  if (typeof made === 'function') service = made(baseUrl);
  return {
    baseUrl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
