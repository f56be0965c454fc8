/** The connectors whose systems the sandbox plays, and the watched folder. */
import { createHmac } from 'node:crypto';
import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { canonical } from '../../src/connectors/canonical/canonical-connector.ts';
import { canonicalLive } from '../../src/connectors/canonical/canonical-live.ts';
import { hubspot } from '../../src/connectors/hubspot/hubspot-connector.ts';
import { hubspotLive } from '../../src/connectors/hubspot/hubspot-live.ts';
import type { ConnectorCommand, RawDelivery } from '../../src/connectors/live-contract.ts';
import { odoo } from '../../src/connectors/odoo/odoo-connector.ts';
import { odooLive } from '../../src/connectors/odoo/odoo-live.ts';
import { carriesKey, plantedKey } from '../../src/connectors/planted-key.ts';
import { stripe } from '../../src/connectors/stripe/stripe-connector.ts';
import { stripeLive } from '../../src/connectors/stripe/stripe-live.ts';
import { woocommerce } from '../../src/connectors/woocommerce/woocommerce-connector.ts';
import { woocommerceLive } from '../../src/connectors/woocommerce/woocommerce-live.ts';
import type { CommandKind } from '../../src/kernel/plan.ts';
import type { ServerName } from '../../src/sandbox/service.ts';
import { type SandboxCompany, startSandbox } from '../../src/sandbox/start-sandbox.ts';
import { settingsOf } from '../connectors/live-connections.ts';
import type { Subject } from './subject.ts';

const at = Date.parse('2026-06-20T10:00:00Z');

function delivery(body: string, headers: Readonly<Record<string, string>>): RawDelivery {
  return { headers, body: Buffer.from(body), receivedAt: at, path: '/hook' };
}

const hmac = (secret: string | Buffer, text: string, encoding: 'hex' | 'base64'): string =>
  createHmac('sha256', secret).update(text).digest(encoding);

let commands = 0;
function commandOf(
  kind: CommandKind,
  refs: Readonly<Record<string, string>>,
  more: Partial<ConnectorCommand> = {},
): ConnectorCommand {
  commands += 1;
  return {
    key: `conformance/${commands}`, kind, orderKey: 'shop/1', problem: 'p', control: 'inspected-restored',
    mode: 'auto', refs, ...more,
  }; // prettier-ignore
}

const euros = (minor: number): Partial<ConnectorCommand> => ({ amount: { minor, currency: 'EUR' } });

/** What all servers of a sandbox company share. */
async function inCompany(server: ServerName): Promise<{
  readonly company: SandboxCompany;
  readonly shared: Required<Pick<Subject, 'happen' | 'skew' | 'shift' | 'close'>>;
}> {
  const company = await startSandbox({
    seed: `conformance/${server}`, now: '2026-06-01T08:00:00Z', ordersPerDay: 15, requestNow: Date.now,
  }); // prettier-ignore
  await company.advance({ days: 14 });
  const shared = {
    async happen() {
      await company.addOrders(3);
      await company.advance({ days: 2 });
    },
    skew(seconds: number) {
      company.faults.clear('clock_skew');
      if (seconds !== 0) company.faults.add({ on: server, kind: 'clock_skew', seconds });
    },
    shift: () => company.faults.add({ on: server, kind: 'page_shift', times: 2 }),
    close: () => company.close(),
  };
  return { company, shared };
}

const numbers = (ids: Iterable<number>): ReadonlySet<string> => new Set([...ids].map(String));

export async function startWooCommerceSubject(): Promise<Subject> {
  const { company, shared } = await inCompany('woocommerce');
  const { shop } = company.company.woocommerce;
  const used = new Set<number>();
  const webhook = 'whsec-of-ours';
  const { consumerKey, consumerSecret, baseUrl } = company.woocommerce;
  return {
    ...shared,
    live: woocommerceLive,
    pure: woocommerce,
    settings: settingsOf('shop', 'shop', { zone: 'Europe/Berlin' }),
    baseUrl,
    secrets: { consumerKey, consumerSecret, webhook },
    wrongSecrets: { consumerKey, consumerSecret: 'cs_this_is_another_secret' },
    kind: 'order',
    ids: () => numbers(shop.orders.keys()),
    missing: { kind: 'order', id: '987654' },
    delivery() {
      const body = '{"id":125,"status":"processing"}';
      const signature = hmac(webhook, body, 'base64');
      const headers = { 'x-wc-webhook-signature': signature, 'x-wc-webhook-topic': 'order.updated' };
      return { delivery: delivery(body, headers), secrets: { webhook } };
    },
    async command() {
      const refunds = [...shop.refunds.values()];
      const order = [...shop.orders].find(
        ([id, each]) =>
          each.status === 'completed' && !used.has(id) && !refunds.some((refund) => refund.orderId === id),
      );
      if (order === undefined) throw new Error('no order left');
      used.add(order[0]);
      const command = commandOf('record-refund', { order: String(order[0]) }, euros(300));
      const effects = async (): Promise<number> =>
        [...shop.refunds.values()].filter((refund) => refund.reason.includes(plantedKey(command.key))).length;
      return { command, effects };
    },
    async answer() {
      const [order = 0] = shop.orders.keys();
      const command = commandOf('place-answer', { order: String(order) });
      const texts = async (): Promise<readonly string[]> =>
        shop.notes.map(({ note }) => note).filter((note) => carriesKey(note, command.key));
      return { command, texts };
    },
  };
}

export async function startOdooSubject(): Promise<Subject> {
  const { company, shared } = await inCompany('odoo');
  const { database } = company.company.odoo;
  const used = new Set<number>();
  return {
    ...shared,
    live: odooLive,
    pure: odoo,
    settings: settingsOf('erp', 'erp', { fields: { database: company.odoo.database } }),
    baseUrl: company.odoo.baseUrl,
    secrets: { user: company.odoo.login, password: company.odoo.password },
    wrongSecrets: { user: company.odoo.login, password: 'this-is-another-password' },
    kind: 'stock.move',
    ids: () => numbers(database.rows('stock.move').map((row) => row.id)),
    missing: { kind: 'stock.picking', id: '987654' },
    async command() {
      const move = database
        .search('stock.move', [
          ['state', '=', 'done'],
          ['location_dest_id.usage', '=', 'customer'],
          ['origin_returned_move_id', '=', false],
          ['returned_move_ids', '=', false],
        ])
        .find(({ id }) => !used.has(id) && database.link('stock.move', id, 'sale_line_id') > 0);
      if (move === undefined) throw new Error('no delivery left');
      used.add(move.id);
      const line = database.link('stock.move', move.id, 'sale_line_id');
      const product = database.link('stock.move', move.id, 'product_id');
      const sku = database.text('product.product', product, 'default_code');
      const sale = String(database.link('sale.order.line', line, 'order_id'));
      const command = commandOf('restore-stock', { 'sale.order': sale }, { sku, units: 1 });
      const domain = [
        ['note', 'ilike', plantedKey(command.key)],
        ['state', '=', 'done'],
      ];
      const effects = async (): Promise<number> => database.search('stock.picking', domain).length;
      return { command, effects };
    },
    async answer() {
      const [sale] = database.rows('sale.order');
      const command = commandOf('place-answer', { 'sale.order': String(sale?.id) });
      const texts = async (): Promise<readonly string[]> =>
        database
          .search('mail.message', [['body', 'ilike', plantedKey(command.key)]])
          .map(({ id }) => database.text('mail.message', id, 'body'));
      return { command, texts };
    },
  };
}

export async function startStripeSubject(): Promise<Subject> {
  const { company, shared } = await inCompany('stripe');
  const { gateway } = company.company.stripe;
  const used = new Set<string>();
  const webhook = 'whsec_of_ours';
  return {
    ...shared,
    live: stripeLive,
    pure: stripe,
    settings: settingsOf('gateway', 'psp'),
    baseUrl: company.stripe.baseUrl,
    secrets: { key: company.stripe.secretKey, webhook },
    wrongSecrets: { key: 'sk_test_this_is_another_key' },
    kind: 'charge',
    ids: () => new Set(gateway.charges.keys()),
    missing: { kind: 'refund', id: 're_no_such_refund' },
    delivery() {
      const body = JSON.stringify({
        id: 'evt_1', object: 'event', type: 'refund.updated', created: at / 1000,
        data: { object: { id: 're_1', object: 'refund' } },
      }); // prettier-ignore
      const time = at / 1000;
      const signature = `t=${time},v1=${hmac(webhook, `${time}.${body}`, 'hex')}`;
      return { delivery: delivery(body, { 'stripe-signature': signature }), secrets: { webhook } };
    },
    async command() {
      const refunded = new Set([...gateway.refunds.values()].map((refund) => refund.charge));
      const charge = [...gateway.charges.values()].find(
        ({ id, amount, disputed }) => !used.has(id) && !refunded.has(id) && !disputed && amount > 1000,
      );
      if (charge === undefined) throw new Error('no charge left');
      used.add(charge.id);
      const command = commandOf('refund', { charge: charge.id }, euros(300));
      const effects = async (): Promise<number> =>
        [...gateway.refunds.values()].filter((refund) => refund.charge === charge.id).length;
      return { command, effects };
    },
  };
}

export async function startHubSpotSubject(): Promise<Subject> {
  const { company, shared } = await inCompany('hubspot');
  const { crm } = company.company.hubspot;
  const used = new Set<string>();
  const { clientSecret, token, baseUrl } = company.hubspot;
  const tickets = (): readonly string[] =>
    [...crm.objects.tickets.values()].filter((each) => !each.archived).map((each) => each.id);
  return {
    ...shared,
    live: hubspotLive,
    pure: hubspot,
    settings: settingsOf('crm', 'crm'),
    baseUrl,
    secrets: { token, clientSecret },
    wrongSecrets: { token: 'pat-eu1-this-is-another-token' },
    kind: 'ticket',
    ids: () => new Set(tickets()),
    missing: { kind: 'ticket', id: '987654321' },
    delivery() {
      const body = JSON.stringify([{ eventId: 1, subscriptionType: 'ticket.propertyChange', objectId: 7 }]);
      const headers = {
        host: 'desk.example',
        'x-hubspot-signature-v3': hmac(clientSecret, `POSThttps://desk.example/hook${body}${at}`, 'base64'),
        'x-hubspot-request-timestamp': String(at),
      };
      return { delivery: delivery(body, headers), secrets: { clientSecret } };
    },
    async command() {
      const ticket = tickets().find((id) => !used.has(id));
      if (ticket === undefined) throw new Error('no ticket left');
      used.add(ticket);
      const command = commandOf('note-case', { ticket }, { text: 'All units are back.' });
      const effects = async (): Promise<number> =>
        [...crm.objects.notes.values()].filter((note) =>
          (crm.get(note, 'hs_note_body') ?? '').includes(plantedKey(command.key)),
        ).length;
      return { command, effects };
    },
    async answer() {
      const [ticket = ''] = tickets();
      const command = commandOf('place-answer', { ticket });
      const texts = async (): Promise<readonly string[]> =>
        [...crm.objects.notes.values()]
          .map((note) => crm.get(note, 'hs_note_body') ?? '')
          .filter((text) => carriesKey(text, command.key));
      return { command, texts };
    },
  };
}

/** A folder of NDJSON files has no server to misbehave; what is left of the contract holds all the same. */
export async function startCanonicalSubject(): Promise<Subject> {
  const folder = await mkdtemp(join(tmpdir(), 'feed-'));
  const ids = new Set<string>();
  const secret = Buffer.from('a secret of the warehouse');
  const webhook = `whsec_${secret.toString('base64')}`;
  const line = (id: string, order: string): string =>
    JSON.stringify({
      type: 'goods.received', at: '2026-06-19T08:00:00Z', system: 'wms', order, id, sku: 'A', quantity: 1,
    }); // prettier-ignore
  let files = 0;
  async function happen(): Promise<void> {
    files += 1;
    const own = Array.from({ length: 40 }, (_each, index) => `${files}-${index}`);
    own.forEach((id) => ids.add(id));
    const path = join(folder, `${files}.ndjson`);
    await writeFile(path, own.map((id) => line(id, `LH-${id}`)).join('\n'));
    await utimes(path, Date.now() / 1000 - 60, Date.now() / 1000 - 60);
  }
  await happen();
  return {
    live: canonicalLive,
    pure: canonical,
    settings: settingsOf('wms', 'wms'),
    baseUrl: pathToFileURL(folder).href,
    secrets: { webhook },
    kind: 'fact',
    ids: () => ids,
    happen,
    missing: { kind: 'fact', id: 'no-such-fact' },
    delivery() {
      const body = line('1', 'LH-1');
      const time = String(at / 1000);
      const headers = {
        'webhook-id': 'm',
        'webhook-timestamp': time,
        'webhook-signature': `v1,${hmac(secret, `m.${time}.${body}`, 'base64')}`,
      };
      return { delivery: delivery(body, headers), secrets: { webhook } };
    },
    close: () => rm(folder, { recursive: true }),
  };
}
