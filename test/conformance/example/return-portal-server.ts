/** The portal of the guide, small enough to read and real enough to answer over HTTP. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type PortalReturn = {
  readonly id: string;
  readonly portal_return: true;
  readonly order: string;
  readonly rma: string;
  readonly sku: string;
  readonly quantity: number;
  readonly customer: string;
  readonly requested_at: string;
  decided_at: string | null;
  status: 'requested' | 'approved' | 'rejected';
  changed_at: number;
  readonly notes: string[];
};

export type ReturnPortal = {
  readonly baseUrl: string;
  readonly returns: Map<string, PortalReturn>;
  close(): Promise<void>;
};

const pageSize = 50;

export async function startReturnPortal(token: string): Promise<ReturnPortal> {
  const returns = new Map<string, PortalReturn>();

  function listed(query: URLSearchParams): readonly PortalReturn[] {
    const all = [...returns.values()];
    if (query.has('newest'))
      return all.toSorted((left, right) => right.changed_at - left.changed_at).slice(0, 1);
    const since = Number(query.get('changed_since'));
    const after = query.get('after') ?? '';
    return all
      .filter((each) => each.changed_at >= since && each.id > after)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1))
      .slice(0, pageSize);
  }

  const server = createServer((request, reply) => {
    const url = new URL(request.url ?? '/', 'http://portal');
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const send = (status: number, body: unknown): void =>
        void reply.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      if (request.headers.authorization !== `Bearer ${token}`) return send(401, { error: 'bad_token' });
      const [, route, id, part] = url.pathname.split('/');
      if (route !== 'returns') return send(404, { error: 'no_such_route' });
      if (id === undefined) return send(200, { returns: listed(url.searchParams) });
      const found = returns.get(id);
      if (found === undefined) return send(404, { error: 'no_such_return' });
      if (part !== 'notes') return send(200, found);
      found.notes.push((JSON.parse(Buffer.concat(chunks).toString('utf8')) as { text: string }).text);
      return send(201, {});
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    returns,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
