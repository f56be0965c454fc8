/** The shop, running: its state, its API on two ports, its webhooks. */
import type { Faults } from '../faults.ts';
import type { Random } from '../random.ts';
import type { SandboxClock } from '../sandbox-clock.ts';
import { serve } from '../serve.ts';
import type { Service } from '../service.ts';
import { createAuthenticator } from './authenticate.ts';
import type { Gateway } from './create-refund.ts';
import { startDeliveries } from './deliver-webhooks.ts';
import { renderOrder } from './render-order.ts';
import { renderCustomer, renderProduct } from './render-product.ts';
import type { ShopSettings, ShopState } from './shop-state.ts';
import { createShopState } from './shop-state.ts';
import { createWooService } from './woocommerce-service.ts';

export type WooParts = {
  readonly settings: ShopSettings;
  readonly clock: SandboxClock;
  readonly faults: Faults;
  readonly random: Random;
  /** Called for refunds with `api_refund`. */
  readonly gateway: Gateway;
  /** Clock of the clients, for OAuth times; milliseconds. Default: the company's. */
  readonly requestNow?: () => number;
};

export type RunningShop = {
  readonly shop: ShopState;
  readonly service: Service;
  /** Stands for https behind a proxy that ends TLS: all ways to authenticate work. */
  readonly baseUrl: string;
  /** Stands for plain http: only OAuth 1.0a works. */
  readonly plainUrl: string;
  /** Webhook requests sent so far, pings not counted. */
  webhooksSent(): number;
  close(): Promise<void>;
};

/** The shop without sockets. */
export function createShop(parts: WooParts): {
  shop: ShopState;
  service: Service;
  webhooksSent: () => number;
} {
  const { settings, clock, faults, random } = parts;
  const now = (): number => clock.now() + faults.skewMs('woocommerce');
  const shop = createShopState(settings, now, random.fork('shop'));
  const view = { dp: settings.digits, apiUrl: `${settings.siteUrl}/wp-json/wc/v3` };
  const gone = (kind: string): object => ({
    code: `woocommerce_rest_${kind}_invalid_id`,
    message: 'Invalid ID.',
    data: { status: 404 },
  });
  const deliveries = startDeliveries({
    shop,
    clock,
    faults,
    random: random.fork('webhooks'),
    payload: (resource, id) => {
      const order = shop.orders.get(id);
      const product = shop.products.get(id);
      const customer = shop.customers.get(id);
      switch (resource) {
        case 'order':
          return order === undefined ? gone('shop_order') : renderOrder(shop, order, view);
        case 'product':
          return product === undefined ? gone('product') : renderProduct(shop, product, view.apiUrl);
        case 'customer':
          return customer === undefined ? gone('customer') : renderCustomer(shop, customer, view.apiUrl);
      }
    },
  });
  const authenticate = createAuthenticator(shop, parts.requestNow ?? clock.now);
  const service = createWooService({ shop, authenticate, gateway: parts.gateway });
  return { shop, service, webhooksSent: deliveries.sent };
}

export async function startWooCommerce(parts: WooParts): Promise<RunningShop> {
  const { clock, faults } = parts;
  let made: ReturnType<typeof createShop> | undefined;
  const listener = await serve(
    (siteUrl) => {
      made = createShop({ ...parts, settings: { ...parts.settings, siteUrl } });
      return made.service;
    },
    { clock, faults, secure: true, onPage: () => disturb(made?.shop) },
  );
  const { shop, service, webhooksSent } = made as NonNullable<typeof made>;
  const plain = await serve(service, { clock, faults, secure: false });
  return {
    shop,
    service,
    baseUrl: listener.baseUrl,
    plainUrl: plain.baseUrl,
    webhooksSent,
    close: async () => {
      await listener.close();
      await plain.close();
    },
  };
}

/** Paging while data changes: somebody saves an old order, which moves it to the other end of the list. */
function disturb(shop: ShopState | undefined): void {
  if (shop === undefined || shop.orders.size === 0) return;
  const order = shop.random.pick([...shop.orders.values()]);
  order.modifiedAt = shop.now();
}
