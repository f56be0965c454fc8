/** A road between client and server on which requests get lost and answers replaced. Real sockets, any server. */
import { createServer, request as requestHttp } from 'node:http';
import type { AddressInfo } from 'node:net';

export type RoadFault =
  /** 429 with `Retry-After: 0`. */
  | 'rate-limited'
  | 'server-error'
  /** 200 with a page of a proxy. */
  | 'html'
  /** The line is cut before the request gets through. */
  | 'cut';

export type FaultyProxy = {
  readonly url: string;
  /** The next requests meet this. */
  strike(fault: RoadFault, times: number): void;
  requests(): number;
  close(): Promise<void>;
};

export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const { hostname, port, pathname } = new URL(target);
  const faults: RoadFault[] = [];
  let requests = 0;
  const server = createServer((incoming, reply) => {
    requests += 1;
    switch (faults.shift()) {
      case 'cut':
        incoming.socket.destroy();
        return;
      case 'rate-limited':
        reply.writeHead(429, { 'retry-after': '0' }).end('slow down');
        return;
      case 'server-error':
        reply.writeHead(503).end('<html>maintenance</html>');
        return;
      case 'html':
        reply.writeHead(200, { 'content-type': 'text/html' }).end('<html>hello</html>');
        return;
      default:
    }
    const { url: path, method, headers } = incoming;
    const onward = requestHttp({ hostname, port, path, method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    });
    onward.on('error', () => reply.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    // Without a slash that the target has not got: connectors add their own paths.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.endsWith('/') ? pathname : pathname.replace(/\/$/, '')}`,
    strike: (fault, times) => void faults.push(...Array.from({ length: times }, () => fault)),
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
