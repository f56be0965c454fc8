/**
 * A company to watch: a WooCommerce shop, an Odoo, a HubSpot and a Stripe account on 127.0.0.1, and people who order,
 * return, approve, receive, inspect and forget. Same seed, same company.
 *
 *   const sandbox = await startSandbox({ seed: 'demo', now: '2026-06-01T08:00:00Z', ordersPerDay: 20 });
 *   await sandbox.advance({ days: 45 });
 *   sandbox.truth().orders.filter((order) => !order.clean);
 *   await sandbox.close();
 */
import type { Company } from './company.ts';
import type { Catalog } from './life/catalog.ts';
import { driveRealTime } from './drive-real-time.ts';
import type { Fault, Faults } from './faults.ts';
import { createFaults } from './faults.ts';
import { startHubSpot } from './hubspot/start-hubspot.ts';
import type { Truth } from './life/order-record.ts';
import type { Life } from './life/start-life.ts';
import { startLife } from './life/start-life.ts';
import { tellTruth } from './life/tell-truth.ts';
import { startOdoo } from './odoo/start-odoo.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { createSandboxClock } from './sandbox-clock.ts';
import type { SandboxClock } from './sandbox-clock.ts';
import { GatewayRefusal, refundCharge } from './stripe/gateway-acts.ts';
import type { RunningGateway } from './stripe/start-stripe.ts';
import { startStripe } from './stripe/start-stripe.ts';
import type { Gateway } from './woocommerce/create-refund.ts';
import type { ShopSettings } from './woocommerce/shop-state.ts';
import { createWebhook } from './woocommerce/site-routes.ts';
import { startWooCommerce } from './woocommerce/start-woocommerce.ts';

export type SandboxOptions = {
  /** Same seed, same company. Default `sandbox`. */
  readonly seed?: string | number;
  /** Instant at which the company's clock starts, ISO 8601. Default 2026-01-05T08:00:00Z. */
  readonly now?: string;
  /** Seconds of the company's time per second of real time. Default 0: the clock moves only by `advance`. */
  readonly speed?: number;
  readonly faults?: readonly Fault[];
  /** New orders per day. Default 10; 0 for a company where nothing happens by itself. */
  readonly ordersPerDay?: number;
  /** Share of shipped orders that come back. Default 0.35. */
  readonly returnRate?: number;
  /** Share of returns that go wrong. Default 0.3. */
  readonly storyRate?: number;
  /** Problem codes that may be planted. Default all. */
  readonly stories?: readonly string[];
  /** Zone of the shop. Default Europe/Berlin. */
  readonly zone?: string;
  /**
   * Clock of those who talk to the company, milliseconds: what OAuth times are checked against and webhooks are
   * signed with. Default: the company's own. Give `Date.now` when they live by the wall clock and it does not.
   */
  readonly requestNow?: () => number;
};

export type SandboxCompany = {
  readonly name: string;
  readonly woocommerce: {
    /** As behind a proxy that ends TLS: Basic, keys in the query and OAuth 1.0a work. */
    readonly baseUrl: string;
    /** As plain http: only OAuth 1.0a works. */
    readonly plainUrl: string;
    readonly consumerKey: string;
    readonly consumerSecret: string;
    readonly readOnly: { readonly consumerKey: string; readonly consumerSecret: string };
  };
  readonly odoo: {
    readonly baseUrl: string;
    readonly database: string;
    readonly login: string;
    readonly password: string;
  };
  readonly hubspot: { readonly baseUrl: string; readonly token: string; readonly clientSecret: string };
  readonly stripe: { readonly baseUrl: string; readonly secretKey: string };
  /** Registers receivers of webhooks; resolves to the secrets they are signed with. */
  subscribe(urls: {
    readonly woocommerce?: string;
    readonly stripe?: string;
    readonly hubspot?: string;
  }): Promise<{
    readonly woocommerce?: string;
    readonly stripe?: string;
  }>;
  /** Webhook requests sent so far, by server. */
  webhooksSent(): { readonly woocommerce: number; readonly stripe: number; readonly hubspot: number };
  /** Milliseconds on the company's clock. */
  now(): number;
  /** Moves the company's clock on; resolves when all that fell due has happened, webhooks delivered included. */
  advance(duration: Temporal.DurationLike): Promise<void>;
  /** Takes no new orders and plays those under way to their end. */
  finish(): Promise<void>;
  /** Places orders now, beside those that come by themselves. */
  addOrders(count: number): Promise<void>;
  readonly faults: Faults;
  /** What was planted, in the shape of a `truth.json`. `asOf`: instant to judge at, ISO 8601. */
  truth(asOf?: string): Truth;
  /** The servers' insides, for tests and exports. */
  readonly company: Company;
  /** What it sells, for returns that are played step by step. */
  readonly catalog: Catalog;
  close(): Promise<void>;
};

const webhookTopics = [
  'order.created',
  'order.updated',
  'order.deleted',
  'product.updated',
  'action.woocommerce_refund_created',
];

function shopSettings(random: Random, zone: string): ShopSettings {
  const key = (
    permissions: 'read' | 'read_write',
    owner: 'admin' | 'customer',
  ): ShopSettings['keys'][number] => ({
    consumerKey: `ck_${random.letters(40).toLowerCase()}`,
    consumerSecret: `cs_${random.letters(40).toLowerCase()}`,
    permissions,
    owner,
  });
  const rate = (id: number, percent: number, taxClass: string): ShopSettings['taxRates'][number] => ({
    id,
    country: 'DE',
    state: '',
    taxClass,
    percent,
    name: `MwSt ${percent}%`,
    priority: 1,
    onShipping: taxClass === '',
  });
  return {
    siteUrl: '',
    currency: 'EUR',
    currencySymbol: '€',
    digits: 2,
    zone,
    pricesIncludeTax: true,
    base: { country: 'DE', state: '' },
    taxRates: [rate(3, 19, ''), rate(4, 7, 'reduced-rate')],
    customStatuses: [],
    orderNumbers: { prefix: 'NK-', first: 20_417 },
    keys: [key('read_write', 'admin'), key('read', 'admin'), key('read_write', 'customer')],
    refundingGateways: ['stripe'],
    knownGateways: ['stripe', 'bacs', 'cod'],
    fulfillments: false,
    firstPostId: 2100,
  };
}

/**
 * The shop's plugin for the gateway, as the REST API calls it. The gateway may decline, answer false, take its time
 * (the refund is public meanwhile, 801) or let PHP die in the call (807).
 */
function pluginFor(stripe: RunningGateway, clock: SandboxClock, faults: Faults): Gateway {
  return async (refund, order, amount) => {
    const fault = faults.strike(
      'woocommerce',
      ['gateway_declined', 'gateway_false', 'gateway_slow', 'gateway_dies'],
      `order ${order.id}`,
    );
    if (fault?.kind === 'gateway_dies') return { outcome: 'dies' };
    if (fault?.kind === 'gateway_slow') await clock.pause((fault.seconds ?? 5) * 1000);
    if (fault?.kind === 'gateway_declined') return { outcome: 'declined', message: 'The card was declined.' };
    if (fault?.kind === 'gateway_false') return { outcome: 'false' };
    const cents = Math.round(amount / 10_000);
    const charge = stripe.gateway.charges.get(order.transactionId);
    // A refund of nothing reaches no gateway and counts as paid (349).
    if (cents === 0) return { outcome: 'paid' };
    if (charge === undefined) return { outcome: 'declined', message: 'No such charge.' };
    try {
      refundCharge(stripe.gateway, charge, {
        amount: cents,
        reason: 'requested_by_customer',
        metadata: {
          order_id: String(order.id),
          order_number: order.number,
          woo_refund_id: String(refund.id),
        },
      });
      return { outcome: 'paid' };
    } catch (error) {
      if (!(error instanceof GatewayRefusal)) throw error;
      return { outcome: 'declined', message: error.message };
    }
  };
}

export async function startSandbox(options: SandboxOptions = {}): Promise<SandboxCompany> {
  const random = createRandom(options.seed ?? 'sandbox');
  const started = Date.parse(options.now ?? '2026-01-05T08:00:00Z');
  if (Number.isNaN(started)) throw new RangeError(`now is not an instant: ${options.now}`);
  const clock = createSandboxClock(started);
  const faults = createFaults(options.faults ?? [], random.fork('faults'));
  const requestNow = options.requestNow ?? clock.now;
  const stripe = await startStripe({ clock, faults, random: random.fork('stripe'), requestNow });
  const settings = shopSettings(random.fork('settings'), options.zone ?? 'Europe/Berlin');
  const woocommerce = await startWooCommerce({
    settings,
    clock,
    faults,
    random: random.fork('woocommerce'),
    gateway: pluginFor(stripe, clock, faults),
    requestNow,
  });
  const name = 'Nordkant Fahrradteile';
  const odoo = await startOdoo({
    settings: {
      company: name,
      currency: 'EUR',
      currencySymbol: '€',
      taxes: [
        { name: 'USt 19 %', percent: 19 },
        { name: 'USt 7 %', percent: 7 },
      ],
      inspection: true,
    },
    clock,
    faults,
    random: random.fork('odoo'),
  });
  const hubspot = await startHubSpot({ clock, faults, random: random.fork('hubspot'), requestNow });
  const company: Company = { name, clock, random, faults, woocommerce, odoo, stripe, hubspot };
  const life: Life = startLife(
    company,
    {
      ordersPerDay: options.ordersPerDay ?? 10,
      returnRate: options.returnRate ?? 0.35,
      storyRate: options.storyRate ?? 0.3,
      stories: options.stories,
    },
    random.fork('life'),
  );
  const driver = driveRealTime(clock, options.speed ?? 0);
  const [main, readOnly] = settings.keys as readonly [
    ShopSettings['keys'][number],
    ShopSettings['keys'][number],
  ];
  return {
    name,
    woocommerce: {
      baseUrl: woocommerce.baseUrl,
      plainUrl: woocommerce.plainUrl,
      consumerKey: main.consumerKey,
      consumerSecret: main.consumerSecret,
      readOnly: { consumerKey: readOnly.consumerKey, consumerSecret: readOnly.consumerSecret },
    },
    odoo: { baseUrl: odoo.baseUrl, ...odoo.access },
    hubspot: { baseUrl: hubspot.baseUrl, token: hubspot.token, clientSecret: hubspot.clientSecret },
    stripe: { baseUrl: stripe.baseUrl, secretKey: stripe.secretKey },
    async subscribe(urls) {
      const secret = random.fork(`webhooks/${urls.woocommerce ?? ''}`).letters(24);
      if (urls.woocommerce !== undefined) {
        for (const topic of webhookTopics) {
          await createWebhook(woocommerce.shop, { topic, delivery_url: urls.woocommerce, secret });
        }
      }
      if (urls.hubspot !== undefined) hubspot.subscribe(urls.hubspot);
      return {
        ...(urls.woocommerce === undefined ? {} : { woocommerce: secret }),
        ...(urls.stripe === undefined ? {} : { stripe: stripe.subscribe(urls.stripe) }),
      };
    },
    webhooksSent: () => ({
      woocommerce: woocommerce.webhooksSent(),
      stripe: stripe.webhooksSent(),
      hubspot: hubspot.webhooksSent(),
    }),
    now: clock.now,
    advance: (duration) => clock.advance(Temporal.Duration.from(duration).total('milliseconds')),
    async finish() {
      life.stopOrders();
      while (life.running() > 0) await clock.advance(86_400_000);
    },
    addOrders: (count) => life.addOrders(count),
    faults,
    catalog: life.catalog,
    truth: (asOf) => tellTruth(company, life, started, asOf === undefined ? undefined : Date.parse(asOf)),
    company,
    async close() {
      await driver.stop();
      await Promise.all([woocommerce.close(), odoo.close(), hubspot.close(), stripe.close()]);
    },
  };
}
