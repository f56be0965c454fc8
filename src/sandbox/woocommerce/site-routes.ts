/** Routes of the site itself: index, settings, taxes, reports and webhooks. */
import type { SandboxResponse } from '../service.ts';
import { asText } from '../service.ts';
import { statusesOf } from './change-status.ts';
import { ping } from './deliver-webhooks.ts';
import { pageHeaders, pageOf } from './list-objects.ts';
import { links } from './render-order.ts';
import { isTopic, renderTaxRate, renderWebhook } from './render-product.ts';
import { RestError } from './rest-error.ts';
import type { ShopState, Webhook } from './shop-state.ts';
import type { Call, Route } from './route.ts';
import { findById, isForced } from './route.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `Webhook created on Nov 23, 2026 @ 08:52 AM` (515). */
function defaultName(now: number): string {
  const date = new Date(now);
  const hours = String(date.getUTCHours() % 12 || 12).padStart(2, '0');
  const minutes = String(date.getUTCMinutes()).padStart(2, '0');
  const half = date.getUTCHours() < 12 ? 'AM' : 'PM';
  return `Webhook created on ${months[date.getUTCMonth()]} ${date.getUTCDate()}, ${date.getUTCFullYear()} @ ${hours}:${minutes} ${half}`;
}

/** A new address is pinged at once, unsigned; what it answers changes nothing (516, 517). */
export async function createWebhook(shop: ShopState, body: Call['body']): Promise<Webhook> {
  if (body['delivery_url'] === undefined) {
    throw new RestError(400, 'rest_missing_callback_param', 'Missing parameter(s): delivery_url', {
      status: 400,
      params: ['delivery_url'],
    });
  }
  const topic = asText(body['topic']);
  if (!isTopic(topic)) {
    throw new RestError(
      400,
      'woocommerce_rest_shop_webhook_invalid_topic',
      'Webhook topic is required and must be valid.',
    );
  }
  const webhook: Webhook = {
    id: shop.nextId('webhook'),
    name: asText(body['name']) || defaultName(shop.now()),
    status: asText(body['status']) || 'active',
    topic,
    deliveryUrl: asText(body['delivery_url']),
    secret: asText(body['secret']) || shop.random.letters(50),
    createdAt: shop.now(),
    modifiedAt: undefined,
    failures: 0,
  };
  await ping(webhook);
  shop.webhooks.set(webhook.id, webhook);
  return webhook;
}

function updateWebhook(call: Call): SandboxResponse {
  const webhook = findById(call.shop.webhooks, call.ids[0], 'shop_webhook');
  const { body } = call;
  if (body['name'] !== undefined) webhook.name = asText(body['name']);
  if (body['delivery_url'] !== undefined) webhook.deliveryUrl = asText(body['delivery_url']);
  if (body['secret'] !== undefined) webhook.secret = asText(body['secret']);
  if (body['topic'] !== undefined && isTopic(asText(body['topic']))) webhook.topic = asText(body['topic']);
  // Switching on again does not forget the failures: one more switches off (547).
  if (body['status'] !== undefined) webhook.status = asText(body['status']);
  webhook.modifiedAt = call.shop.now();
  return { status: 200, body: renderWebhook(call.shop, webhook, call.apiUrl) };
}

const setting = (call: Call, group: string, name: string, value: string, label: string): SandboxResponse => ({
  status: 200,
  body: {
    id: name,
    label,
    description: '',
    type: group === 'tax' ? 'radio' : 'select',
    default: group === 'tax' ? 'no' : 'USD',
    options:
      group === 'tax'
        ? {
            yes: 'Yes, I will enter prices inclusive of tax',
            no: 'No, I will enter prices exclusive of tax',
          }
        : { [value]: value },
    tip: label,
    value,
    group_id: group,
    _links: links(`${call.apiUrl}/settings/${group}/${name}`, `${call.apiUrl}/settings/${group}`, undefined, {
      targetHints: { allow: ['GET', 'POST', 'PUT', 'PATCH'] },
    }),
  },
});

const id = '(\\d+)';
const at = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

export const siteRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: at('/'),
    act: 'open',
    run: ({ apiUrl }) => ({
      status: 200,
      body: { namespace: 'wc/v3', routes: {}, _links: { up: [{ href: apiUrl.replace('/wc/v3', '/') }] } },
    }),
  },
  {
    method: 'GET',
    path: at('/taxes'),
    act: 'list',
    run: (call) => {
      const listed = call.shop.settings.taxRates.map((rate) => ({ ...rate, createdAt: 0, modifiedAt: 0 }));
      const page = pageOf(listed, new URLSearchParams([...call.query, ['orderby', 'id'], ['order', 'asc']]));
      return {
        status: 200,
        headers: pageHeaders(page, call.query, `${call.apiUrl}/taxes`, {}),
        body: page.items.map((rate) => renderTaxRate(rate, call.apiUrl)),
      };
    },
  },
  {
    method: 'GET',
    path: at('/settings/tax/woocommerce_prices_include_tax'),
    act: 'view',
    run: (call) =>
      setting(
        call,
        'tax',
        'woocommerce_prices_include_tax',
        call.shop.settings.pricesIncludeTax ? 'yes' : 'no',
        'Prices entered with tax',
      ),
  },
  {
    method: 'GET',
    path: at('/settings/general/woocommerce_currency'),
    act: 'view',
    run: (call) => setting(call, 'general', 'woocommerce_currency', call.shop.settings.currency, 'Currency'),
  },
  {
    method: 'GET',
    path: at('/reports/orders/totals'),
    act: 'view',
    run: ({ shop }) => ({
      status: 200,
      body: statusesOf(shop).map((status) => ({
        ...status,
        total: [...shop.orders.values()].filter((order) => order.status === status.slug).length,
      })),
    }),
  },
  {
    method: 'GET',
    path: at('/system_status'),
    act: 'view',
    run: ({ shop }) => ({
      status: 200,
      body: {
        environment: {
          site_url: shop.settings.siteUrl,
          version: '10.5.0',
          wp_version: '6.9',
          default_timezone: 'UTC',
        },
        settings: { currency: shop.settings.currency, number_of_decimals: shop.settings.digits },
      },
    }),
  },
  {
    method: 'GET',
    path: at('/webhooks'),
    act: 'list',
    run: (call) => {
      const all = [...call.shop.webhooks.values()].map((webhook) => ({
        ...webhook,
        modifiedAt: webhook.modifiedAt ?? webhook.createdAt,
        shown: webhook,
      }));
      const page = pageOf(all, call.query);
      return {
        status: 200,
        headers: pageHeaders(page, call.query, `${call.apiUrl}/webhooks`, {}),
        body: page.items.map(({ shown }) => renderWebhook(call.shop, shown, call.apiUrl)),
      };
    },
  },
  {
    method: 'POST',
    path: at('/webhooks'),
    act: 'create',
    run: async (call) => {
      const webhook = await createWebhook(call.shop, call.body);
      return {
        status: 201,
        headers: { Location: `${call.apiUrl}/webhooks/${webhook.id}` },
        body: renderWebhook(call.shop, webhook, call.apiUrl),
      };
    },
  },
  {
    method: 'GET',
    path: at(`/webhooks/${id}`),
    act: 'view',
    run: (call) => ({
      status: 200,
      body: renderWebhook(call.shop, findById(call.shop.webhooks, call.ids[0], 'shop_webhook'), call.apiUrl),
    }),
  },
  { method: 'PUT', path: at(`/webhooks/${id}`), act: 'edit', run: updateWebhook },
  {
    method: 'DELETE',
    path: at(`/webhooks/${id}`),
    act: 'delete',
    run: (call) => {
      const webhook = findById(call.shop.webhooks, call.ids[0], 'shop_webhook');
      if (!isForced(call)) {
        throw new RestError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.');
      }
      call.shop.webhooks.delete(webhook.id);
      return { status: 200, body: renderWebhook(call.shop, webhook, call.apiUrl) };
    },
  },
];
