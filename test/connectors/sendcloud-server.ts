/** A small Sendcloud: parcels with a cursor of their own, and their tracking, as API v2 documents them. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;

export type SendcloudServer = {
  readonly url: string;
  readonly secrets: { readonly publicKey: string; readonly secretKey: string };
  readonly parcels: ReadonlyMap<number, Json>;
  tick(seconds: number): void;
  /** Seconds that the server's own clock is off. */
  skew(seconds: number): void;
  announce(values: { order: string; isReturn?: boolean; sku?: string; quantity?: number }): number;
  /** The carrier tells something about a parcel now. */
  tell(parcel: number, status: string, message?: string): void;
  close(): Promise<void>;
};

const idByStatus: Readonly<Record<string, number>> = { 'ready-to-send': 1000, 'shipment-on-route': 91, delivered: 11, 'returned-to-sender': 62992 }; // prettier-ignore

export async function startSendcloud(): Promise<SendcloudServer> {
  let now = Date.parse('2026-06-20T10:00:00Z');
  let offset = 0;
  let last = 100;
  const secrets = { publicKey: 'sc-public-of-the-test', secretKey: 'sc-secret-of-the-test' };
  const parcels = new Map<number, Json & { date_updated: string }>();
  const tracking = new Map<string, Json[]>();
  const stamp = (): string => new Date(now + offset * 1000).toISOString();

  const answer = (path: string, query: URLSearchParams): [number, unknown] => {
    const missing: [number, unknown] = [404, { error: { code: 404, message: 'Not found.' } }];
    const [, resource, key = ''] = /^(parcels|tracking)(?:\/(.+))?$/.exec(path) ?? [];
    if (resource === 'tracking') {
      const statuses = tracking.get(decodeURIComponent(key));
      return statuses === undefined ? missing : [200, { statuses }];
    }
    if (resource !== 'parcels') return [404, '<html>'];
    if (key !== '') {
      const parcel = parcels.get(Number(key));
      return parcel === undefined ? missing : [200, { parcel }];
    }
    const after = query.get('updated_after') ?? '';
    const from = Number(query.get('cursor') ?? 0);
    const limit = Math.min(7, Number(query.get('limit') ?? 100));
    const rows = [...parcels.values()].filter((parcel) => parcel.date_updated > after);
    const rest = new URLSearchParams({ ...Object.fromEntries(query), cursor: String(from + limit) });
    // The link names a host that is not to be followed.
    const next = from + limit < rows.length ? `https://elsewhere.example/api/v2/parcels?${rest}` : null;
    return [200, { next, previous: null, parcels: rows.slice(from, from + limit) }];
  };

  const wanted = `Basic ${Buffer.from(`${secrets.publicKey}:${secrets.secretKey}`).toString('base64')}`;
  const server = createServer((request, reply) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://sendcloud.test');
    const isApi = pathname.startsWith('/api/v2/');
    const [status, body] = !isApi
      ? [404, '<html>']
      : request.headers.authorization !== wanted
        ? [401, { error: { code: 401, message: 'Invalid username/password.' } }]
        : answer(pathname.slice(8), searchParams);
    reply.sendDate = false;
    reply.writeHead(status, {
      'content-type': 'application/json',
      date: new Date(now + offset * 1000).toUTCString(),
    });
    reply.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  const tell: SendcloudServer['tell'] = (id, status, message = '') => {
    const parcel = parcels.get(id)!;
    parcel.date_updated = stamp();
    parcel['status'] = { id: idByStatus[status] ?? 1, message: status };
    const key = String(parcel['tracking_number']);
    const row = { parent_status: status, carrier_update_timestamp: stamp(), carrier_message: message };
    tracking.set(key, [...(tracking.get(key) ?? []), row]);
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    parcels,
    tick: (seconds) => void (now += seconds * 1000),
    skew: (seconds) => void (offset = seconds),
    announce({ order, isReturn = true, sku = 'SHOE-42', quantity = 1 }) {
      const id = (last += 1);
      parcels.set(id, {
        id, name: 'Ada Lindholm', address: 'Ringweg 1', email: 'ada@example.test', is_return: isReturn, order_number: order,
        tracking_number: `3S${id}`, date_created: stamp(), date_updated: stamp(),
        status: { id: 1000, message: 'Ready to send' },
        parcel_items: [{ sku, quantity, description: 'Shoe', value: '59.50' }],
      }); // prettier-ignore
      return id;
    },
    tell,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
