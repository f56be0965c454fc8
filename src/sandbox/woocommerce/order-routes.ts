/** Routes of orders, their refunds, notes and fulfillments. */
import type { SandboxResponse } from '../service.ts';
import { asJson, asList, asText, isJson } from '../service.ts';
import { statusesOf } from './change-status.ts';
import { createRefund, deleteRefund, readFlag } from './create-refund.ts';
import { keepByDate, pageHeaders, pageOf, readList } from './list-objects.ts';
import { renderFulfillment, renderNote, renderOrder, renderRefund } from './render-order.ts';
import { noRoute, RestError } from './rest-error.ts';
import type { Note, Order, Refund, ShopState } from './shop-state.ts';
import { addNote, refundsOf } from './shop-state.ts';
import type { Call, Route } from './route.ts';
import { findById, isForced } from './route.ts';
import { checkStatus, createOrder, deleteOrder, updateOrder } from './write-order.ts';

const batchLimit = 100;

/** Asked for by `status`; `any` leaves out the trash and what no plugin registers any more (910). */
function wantedStatuses(shop: ShopState, query: URLSearchParams): readonly string[] {
  const named = readList(query, 'status');
  if (named.length > 0 && !named.includes('any')) {
    for (const status of named) if (status !== 'trash') checkStatus(shop, status);
    return named;
  }
  return statusesOf(shop).map((status) => status.slug);
}

const matchesSearch = (order: Order, text: string): boolean =>
  [
    order.number,
    String(order.id),
    ...Object.values(order.billing),
    ...order.lines.map((line) => line.name),
  ].some((value) => value.toLowerCase().includes(text.toLowerCase()));

function listOrders(call: Call): SandboxResponse {
  const { shop, query } = call;
  const statuses = wantedStatuses(shop, query);
  const customer = query.get('customer');
  const product = query.get('product');
  const search = query.get('search');
  const kept = [...shop.orders.values()].filter(
    (order) =>
      statuses.includes(order.status) &&
      (customer === null || String(order.customerId) === customer) &&
      (product === null ||
        order.lines.some((line) => [line.productId, line.variationId].map(String).includes(product))) &&
      (search === null || matchesSearch(order, search)),
  );
  const page = pageOf(keepByDate(kept, query, shop.settings.zone), query);
  return {
    status: 200,
    headers: pageHeaders(page, query, `${call.apiUrl}/orders`, {
      'status[0]': 'any',
      dp: String(call.dp),
      context: 'view',
    }),
    body: page.items.map((order) => renderOrder(shop, order, call)),
  };
}

function listRefunds(
  call: Call,
  refunds: readonly Refund[],
  topLevel: boolean,
  url: string,
): SandboxResponse {
  const { shop, query } = call;
  // The top-level list knows neither a parent nor a search by reason nor meta (625, 626, 627).
  const kept = topLevel && query.has('search') ? [] : keepByDate(refunds, query, shop.settings.zone);
  const page = pageOf(kept, query);
  return {
    status: 200,
    headers: pageHeaders(page, query, url, { dp: String(call.dp), context: 'view' }),
    body: page.items.map((refund) => renderRefund(shop, refund, call, topLevel)),
  };
}

function findOrder(call: Call): Order {
  return findById(call.shop.orders, call.ids[0], 'shop_order');
}

/** A refund below an order: one of another order is a 500 (631). */
function findRefund(call: Call): Refund {
  findOrder(call);
  const refund = findById(call.shop.refunds, call.ids[1], 'shop_order_refund');
  if (refund.orderId !== call.ids[0]) {
    throw new RestError(500, 'woocommerce_rest_invalid_order_refund_id', 'Invalid order refund ID.', 404);
  }
  return refund;
}

async function postRefund(call: Call): Promise<SandboxResponse> {
  const refund = await createRefund(call.shop, call.ids[0] ?? 0, call.body, call.gateway);
  if (refund === undefined) return { status: 200, body: undefined };
  return {
    status: 201,
    // Core forgets to fill in the order's id.
    headers: { Location: `${call.apiUrl}/orders/(?P<order_id>[\\d]+)/refunds/${refund.id}` },
    body: renderRefund(call.shop, refund, call, false),
  };
}

/** Newest second first, within it the oldest first; `per_page` is ignored (211, 313). */
function listNotes(call: Call): SandboxResponse {
  const order = findOrder(call);
  const type = call.query.get('type') ?? 'any';
  const second = (note: Note): number => Math.floor(note.createdAt / 1000);
  const notes = (call.shop.notesByOrder.get(order.id) ?? [])
    .filter((note) => type === 'any' || note.customerNote === (type === 'customer'))
    .sort((left, right) => second(right) - second(left) || left.id - right.id);
  return { status: 200, body: notes.map((note) => renderNote(call.shop, note, call.apiUrl)) };
}

/** Neither bumps the order nor tells a webhook (432). */
function postNote(call: Call): SandboxResponse {
  const order = findOrder(call);
  const note = addNote(call.shop, order.id, asText(call.body['note']), {
    author: readFlag(call.body['added_by_user'], false) ? 'admin' : 'WooCommerce',
    customerNote: readFlag(call.body['customer_note'], false),
  });
  return {
    status: 201,
    headers: { Location: `${call.apiUrl}/orders/${order.id}/notes/${note.id}` },
    body: renderNote(call.shop, note, call.apiUrl),
  };
}

/** Notes have no trash: without `force` nothing happens. */
function deleteNote(call: Call): SandboxResponse {
  const order = findOrder(call);
  const notes = call.shop.notesByOrder.get(order.id) ?? [];
  const note = notes.find((entry) => entry.id === call.ids[1]);
  if (note === undefined) throw new RestError(404, 'woocommerce_rest_invalid_id', 'Invalid resource ID.');
  if (!isForced(call))
    throw new RestError(501, 'woocommerce_rest_trash_not_supported', 'Webhooks do not support trashing.');
  notes.splice(notes.indexOf(note), 1);
  call.shop.notes.splice(call.shop.notes.indexOf(note), 1);
  return { status: 200, body: renderNote(call.shop, note, call.apiUrl) };
}

function batchOrders(call: Call): SandboxResponse {
  const { shop, body } = call;
  const items = ['create', 'update', 'delete'].flatMap((act) => asList(body[act]));
  if (items.length > batchLimit) {
    throw new RestError(
      413,
      'woocommerce_rest_request_entity_too_large',
      `Unable to accept more than ${batchLimit} items for this request.`,
    );
  }
  const one = (id: number, run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof RestError)) throw error;
      return { id, error: { code: error.code, message: error.message, data: { status: 400 } } };
    }
  };
  const act = (name: string, run: (entry: unknown, id: number) => unknown): object =>
    body[name] === undefined
      ? {}
      : {
          [name]: asList(body[name]).map((entry) => {
            const id = Number(isJson(entry) ? asText(entry['id']) : asText(entry)) || 0;
            return one(id, () => run(entry, id));
          }),
        };
  return {
    status: 200,
    body: {
      ...act('create', (entry) => renderOrder(shop, createOrder(shop, asJson(entry)), call)),
      ...act('update', (entry, id) => {
        const order = findById(shop.orders, id, 'shop_order');
        updateOrder(shop, order, asJson(entry));
        return renderOrder(shop, order, call);
      }),
      ...act('delete', (_, id) => {
        const order = findById(shop.orders, id, 'shop_order');
        const shown = renderOrder(shop, order, call);
        deleteOrder(shop, order, true);
        return shown;
      }),
    },
  };
}

function fulfillmentsOn(call: Call): Order {
  if (!call.shop.settings.fulfillments) throw noRoute();
  return findOrder(call);
}

/** Quantities are not checked against the order (918). */
function postFulfillment(call: Call): SandboxResponse {
  const { shop, body } = call;
  const order = fulfillmentsOn(call);
  const meta = asList(body['meta_data']).map((entry) => ({
    id: shop.nextId('meta'),
    key: asText(asJson(entry)['key']),
    value: asJson(entry)['value'],
  }));
  const item = {
    id: shop.nextId('fulfillment'),
    orderId: order.id,
    fulfilled: readFlag(body['is_fulfilled'], false),
    status: asText(body['status']),
    updatedAt: shop.now(),
    meta,
  };
  shop.fulfillments.set(item.id, item);
  return { status: 201, body: renderFulfillment(item) };
}

const id = '(\\d+)';
const at = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

export const orderRoutes: readonly Route[] = [
  { method: 'GET', path: at('/orders'), act: 'list', run: listOrders },
  {
    method: 'POST',
    path: at('/orders'),
    act: 'create',
    run: (call) => {
      const order = createOrder(call.shop, call.body);
      return {
        status: 201,
        headers: { Location: `${call.apiUrl}/orders/${order.id}` },
        body: renderOrder(call.shop, order, call),
      };
    },
  },
  { method: 'POST', path: at('/orders/batch'), act: 'create', run: batchOrders },
  {
    method: 'GET',
    path: at('/orders/statuses'),
    act: 'open',
    run: ({ shop }) => ({ status: 200, body: statusesOf(shop) }),
  },
  {
    method: 'GET',
    path: at(`/orders/${id}`),
    act: 'view',
    run: (call) => ({ status: 200, body: renderOrder(call.shop, findOrder(call), call) }),
  },
  {
    method: 'PUT',
    path: at(`/orders/${id}`),
    act: 'edit',
    run: (call) => {
      const order = findOrder(call);
      updateOrder(call.shop, order, call.body);
      return { status: 200, body: renderOrder(call.shop, order, call) };
    },
  },
  {
    method: 'DELETE',
    path: at(`/orders/${id}`),
    act: 'delete',
    // The answer still shows the order as it was (227).
    run: (call) => {
      const order = findOrder(call);
      const shown = renderOrder(call.shop, order, call);
      deleteOrder(call.shop, order, isForced(call));
      return { status: 200, body: shown };
    },
  },
  {
    method: 'GET',
    path: at(`/orders/${id}/refunds`),
    act: 'list',
    run: (call) => {
      const order = findOrder(call);
      return listRefunds(
        call,
        refundsOf(call.shop, order.id),
        false,
        `${call.apiUrl}/orders/${order.id}/refunds`,
      );
    },
  },
  { method: 'POST', path: at(`/orders/${id}/refunds`), act: 'create', run: postRefund },
  {
    method: 'GET',
    path: at(`/orders/${id}/refunds/${id}`),
    act: 'view',
    run: (call) => ({ status: 200, body: renderRefund(call.shop, findRefund(call), call, false) }),
  },
  {
    method: 'DELETE',
    path: at(`/orders/${id}/refunds/${id}`),
    act: 'delete',
    run: (call) => {
      const refund = findRefund(call);
      const shown = renderRefund(call.shop, refund, call, false);
      deleteRefund(call.shop, refund);
      return { status: 200, body: shown };
    },
  },
  {
    method: 'GET',
    path: at('/refunds'),
    act: 'list',
    run: (call) => listRefunds(call, [...call.shop.refunds.values()], true, `${call.apiUrl}/refunds`),
  },
  { method: 'GET', path: at(`/orders/${id}/notes`), act: 'list', run: listNotes },
  { method: 'POST', path: at(`/orders/${id}/notes`), act: 'create', run: postNote },
  { method: 'DELETE', path: at(`/orders/${id}/notes/${id}`), act: 'delete', run: deleteNote },
  {
    method: 'GET',
    path: at(`/orders/${id}/actions/email_templates`),
    act: 'view',
    run: (call) => {
      findOrder(call);
      return {
        status: 200,
        body: [
          {
            id: 'customer_invoice',
            title: 'Order details',
            description:
              'Order detail emails can be sent to customers containing their order information and payment links.',
          },
        ],
      };
    },
  },
  {
    method: 'GET',
    path: at(`/orders/${id}/fulfillments`),
    act: 'list',
    run: (call) => {
      const order = fulfillmentsOn(call);
      const items = [...call.shop.fulfillments.values()].filter((item) => item.orderId === order.id);
      return { status: 200, body: items.map(renderFulfillment) };
    },
  },
  { method: 'POST', path: at(`/orders/${id}/fulfillments`), act: 'create', run: postFulfillment },
];
