/**
 * A small Zendesk: what its documentation says about tickets, audits, fields, the incremental export and safe updates.
 * The export leaves out the last minute of the server's clock.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Json = Record<string, unknown>;
type Ticket = Json & {
  id: number;
  status: string;
  updated_at: string;
  custom_fields: { id: number; value: unknown }[];
};

export const zendeskFields = { orderNumber: 360001, returnNumber: 360002, answer: 360003 } as const;
const agent = 900;

export type ZendeskServer = {
  readonly url: string;
  readonly secrets: { readonly user: string; readonly token: string };
  readonly tickets: ReadonlyMap<number, Ticket>;
  audits(ticket: number): readonly Json[];
  /** Advances the clock by seconds; it stands still otherwise. */
  tick(seconds: number): void;
  open(values: { order?: string; rma?: string; subject?: string }): number;
  update(ticket: number, change: Json, author?: number): void;
  remove(ticket: number): void;
  close(): Promise<void>;
};

export async function startZendesk(): Promise<ZendeskServer> {
  let now = Date.parse('2026-06-20T10:00:00Z');
  let ids = 1000;
  const secrets = { user: 'desk@example.test', token: 'zd-token-of-the-test' };
  const tickets = new Map<number, Ticket>();
  const auditsOf = new Map<number, Json[]>();
  const stamp = (): string => new Date(now).toISOString().replace('.000', '');
  const log = (ticket: number, author: number, events: readonly Json[]): void => {
    const all = auditsOf.get(ticket) ?? [];
    all.push({
      id: (ids += 1), ticket_id: ticket, created_at: stamp(), author_id: author,
      events: events.map((event) => ({ id: (ids += 1), ...event })),
    }); // prettier-ignore
    auditsOf.set(ticket, all);
  };

  function update(id: number, change: Json, author = agent): void {
    const ticket = tickets.get(id)!;
    const events: Json[] = [];
    const { comment, status, custom_fields: fields } = change as { comment?: Json; status?: string; custom_fields?: { id: number; value: unknown }[] }; // prettier-ignore
    if (comment !== undefined) events.push({ type: 'Comment', author_id: author, public: true, ...comment });
    if (status !== undefined && status !== ticket.status) {
      events.push({ type: 'Change', field_name: 'status', value: status, previous_value: ticket.status });
      ticket.status = status;
    }
    for (const { id: field, value } of fields ?? []) {
      const own = ticket.custom_fields.find((each) => each.id === field);
      if (own === undefined) continue;
      events.push({ type: 'Change', field_name: String(field), value, previous_value: own.value });
      own.value = value;
    }
    ticket.updated_at = stamp();
    log(id, author, events);
  }

  /** Cursor: modified time and id of the last ticket handed out. */
  function exported(query: URLSearchParams): Json {
    const cursor = query.get('cursor');
    const [after = 0, afterId = 0] = cursor === null ? [Number(query.get('start_time')) * 1000 - 1, Infinity] : Buffer.from(cursor, 'base64').toString().split('/').map(Number); // prettier-ignore
    const until = now - 60_000;
    const place = (ticket: Ticket): [number, number] => [Date.parse(ticket.updated_at), ticket.id];
    const rows = [...tickets.values()]
      .filter((ticket) => {
        const [at, id] = place(ticket);
        return at <= until && (at > after || (at === after && id > afterId));
      })
      .sort((left, right) => place(left)[0] - place(right)[0] || left.id - right.id);
    const page = rows.slice(0, Number(query.get('per_page') ?? 1000));
    const last = page.at(-1);
    const place2 = last === undefined ? [after, afterId === Infinity ? 0 : afterId] : place(last);
    const next =
      last === undefined && cursor === null ? null : Buffer.from(place2.join('/')).toString('base64');
    return { tickets: page, after_cursor: next, end_of_stream: page.length === rows.length };
  }

  function answer(method: string, path: string, query: URLSearchParams, body: Json): [number, unknown] {
    const notFound: [number, unknown] = [404, { error: 'RecordNotFound', description: 'Not found' }];
    if (path === 'users/me.json') return [200, { user: { id: agent, role: 'admin' } }];
    if (path === 'ticket_fields.json') {
      const titles = { orderNumber: 'Order number', returnNumber: 'Return number', answer: 'Reentry answer' };
      const rows = Object.entries(titles).map(([name, title]) => ({
        id: zendeskFields[name as keyof typeof zendeskFields], title, type: 'text', regexp_for_validation: null,
      })); // prettier-ignore
      return [200, { ticket_fields: rows, meta: { has_more: false, after_cursor: null } }];
    }
    if (path === 'incremental/tickets/cursor.json') return [200, exported(query)];
    const [, id = '', audits] = /^tickets\/(\d+)(\/audits)?\.json$/.exec(path) ?? [];
    const ticket = tickets.get(Number(id));
    if (id === '') return [404, { error: 'InvalidEndpoint', description: 'Not found' }];
    if (ticket === undefined || ticket.status === 'deleted') return notFound;
    if (audits !== undefined) {
      const all = auditsOf.get(ticket.id) ?? [];
      const from = Number(query.get('page[after]') ?? 0);
      const page = all.slice(from, from + 2);
      const more = from + 2 < all.length;
      return [200, { audits: page, meta: { has_more: more, after_cursor: more ? String(from + 2) : null } }];
    }
    if (method !== 'PUT') return [200, { ticket }];
    const change = body['ticket'] as Json;
    if (change['safe_update'] === true && change['updated_stamp'] !== ticket.updated_at)
      return [409, { error: 'UpdateConflict', description: 'Safe Update prevented the update due to outdated ticket data' }];
    // Written later than whatever was read before, as wall clocks do.
    now += 1000;
    update(ticket.id, change);
    return [200, { ticket }];
  } // prettier-ignore

  const wanted = `Basic ${Buffer.from(`${secrets.user}/token:${secrets.token}`).toString('base64')}`;
  const server = createServer((request, reply) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://zendesk.test');
      const text = Buffer.concat(chunks).toString();
      const isApi = pathname.startsWith('/api/v2/');
      const [status, body] = !isApi
        ? [404, undefined]
        : request.headers.authorization !== wanted
          ? [401, { error: 'Couldn’t authenticate you' }]
          : answer(request.method ?? 'GET', pathname.slice(8), searchParams, text === '' ? {} : (JSON.parse(text) as Json));
      reply.writeHead(status, { 'content-type': isApi ? 'application/json' : 'text/html' });
      reply.end(body === undefined ? '<html>No help desk here</html>' : JSON.stringify(body));
    });
  }); // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets,
    tickets,
    audits: (ticket) => auditsOf.get(ticket) ?? [],
    tick: (seconds) => void (now += seconds * 1000),
    open({ order = null, rma = null, subject = 'Return' }: { order?: string | null; rma?: string | null; subject?: string }) {
      const id = (ids += 1);
      const requester = (ids += 1);
      tickets.set(id, {
        id, status: 'new', subject, description: 'It is torn.', requester_id: requester, tags: [], created_at: stamp(),
        updated_at: stamp(), custom_status_id: 1, ticket_form_id: 2,
        custom_fields: [
          { id: zendeskFields.orderNumber, value: order },
          { id: zendeskFields.returnNumber, value: rma },
          { id: zendeskFields.answer, value: null },
        ],
      }); // prettier-ignore
      log(id, requester, [
        { type: 'Create', field_name: 'status', value: 'new' },
        { type: 'Comment', author_id: requester, public: true, body: 'It is torn.' },
        ...(rma === null ? [] : [{ type: 'Create', field_name: String(zendeskFields.returnNumber), value: rma }]),
      ]);
      return id;
    },
    update,
    remove(id) {
      update(id, { status: 'deleted' });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  }; // prettier-ignore
}
