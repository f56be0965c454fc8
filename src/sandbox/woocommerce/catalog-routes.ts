/** Routes of products, variations, coupons and customers. */
import type { SandboxResponse } from '../service.ts';
import { asJson, asList, asText } from '../service.ts';
import { keepByDate, pageHeaders, pageOf, readList } from './list-objects.ts';
import { renderCoupon, renderCustomer, renderProduct, renderVariation } from './render-product.ts';
import { RestError } from './rest-error.ts';
import type { Customer, Product, ShopState } from './shop-state.ts';
import type { Call, Route } from './route.ts';
import { findById } from './route.ts';
import { readBilling, readShipping } from './write-order.ts';
import { createCoupon, createProduct, updateProduct } from './write-product.ts';

function findProduct(call: Call): Product {
  return findById(call.shop.products, call.ids[0], 'product');
}

function findVariation(call: Call): Product {
  const found = findById(call.shop.products, call.ids[1], 'product_variation');
  if (found.parentId === call.ids[0]) return found;
  throw new RestError(404, 'woocommerce_rest_product_variation_invalid_id', 'Invalid ID.');
}

function page<T extends { id: number; createdAt: number; modifiedAt: number }>(
  call: Call,
  items: readonly T[],
  path: string,
  render: (item: T) => unknown,
): SandboxResponse {
  const cut = pageOf(keepByDate(items, call.query, call.shop.settings.zone), call.query);
  return {
    status: 200,
    headers: pageHeaders(cut, call.query, `${call.apiUrl}${path}`, { context: 'view' }),
    body: cut.items.map(render),
  };
}

/** A SKU also finds variations here (111); without one the list holds products only. */
function listProducts(call: Call): SandboxResponse {
  const { shop, query } = call;
  const skus = readList(query, 'sku');
  const stockStatus = query.get('stock_status');
  const type = query.get('type');
  const kept = [...shop.products.values()].filter(
    (product) =>
      (skus.length > 0 ? skus.includes(product.sku) : product.type !== 'variation') &&
      (type === null || product.type === type) &&
      (stockStatus === null || renderProduct(shop, product, '')['stock_status'] === stockStatus),
  );
  return page(call, kept, '/products', (product) => renderProduct(shop, product, call.apiUrl));
}

const variations = (shop: ShopState): Product[] =>
  [...shop.products.values()].filter((product) => product.type === 'variation');

/** A batch answers 200 with an error inside the item that failed (118). */
function batch(
  call: Call,
  find: (id: number) => Product | undefined,
  kind: string,
  render: (item: Product) => unknown,
): SandboxResponse {
  const update = asList(call.body['update']).map((entry) => {
    const item = asJson(entry);
    const id = Number(asText(item['id']));
    const product = find(id);
    if (product === undefined) {
      return {
        id,
        error: { code: `woocommerce_rest_${kind}_invalid_id`, message: 'Invalid ID.', data: { status: 400 } },
      };
    }
    updateProduct(call.shop, product, item);
    return render(product);
  });
  return { status: 200, body: { update } };
}

export function createCustomer(shop: ShopState, body: Call['body']): Customer {
  const customer: Customer = {
    id: shop.nextId('customer') + 1,
    email: asText(body['email']),
    firstName: asText(body['first_name']),
    lastName: asText(body['last_name']),
    username: asText(body['username']) || asText(body['email']).split('@')[0] || '',
    billing: readBilling(body['billing']),
    shipping: readShipping(body['shipping']),
    createdAt: shop.now(),
    modifiedAt: shop.now(),
    paying: false,
  };
  shop.customers.set(customer.id, customer);
  shop.emit({ name: 'customer.created', id: customer.id });
  return customer;
}

const id = '(\\d+)';
const at = (pattern: string): RegExp => new RegExp(`^${pattern}$`);

export const catalogRoutes: readonly Route[] = [
  { method: 'GET', path: at('/products'), act: 'list', run: listProducts },
  {
    method: 'POST',
    path: at('/products'),
    act: 'create',
    run: (call) => {
      const product = createProduct(call.shop, call.body);
      return {
        status: 201,
        headers: { Location: `${call.apiUrl}/products/${product.id}` },
        body: renderProduct(call.shop, product, call.apiUrl, true),
      };
    },
  },
  {
    method: 'POST',
    path: at('/products/batch'),
    act: 'edit',
    run: (call) =>
      batch(
        call,
        (wanted) => call.shop.products.get(wanted),
        'product',
        (product) => renderProduct(call.shop, product, call.apiUrl, true),
      ),
  },
  {
    method: 'GET',
    path: at(`/products/${id}`),
    act: 'view',
    run: (call) => ({ status: 200, body: renderProduct(call.shop, findProduct(call), call.apiUrl) }),
  },
  {
    method: 'PUT',
    path: at(`/products/${id}`),
    act: 'edit',
    run: (call) => {
      const product = findProduct(call);
      updateProduct(call.shop, product, call.body);
      return { status: 200, body: renderProduct(call.shop, product, call.apiUrl, true) };
    },
  },
  {
    method: 'GET',
    path: at(`/products/${id}/variations`),
    act: 'list',
    run: (call) => {
      const parent = findProduct(call);
      const own = variations(call.shop).filter((product) => product.parentId === parent.id);
      return page(call, own, `/products/${parent.id}/variations`, (product) =>
        renderVariation(call.shop, product, call.apiUrl),
      );
    },
  },
  {
    method: 'POST',
    path: at(`/products/${id}/variations`),
    act: 'create',
    run: (call) => {
      const product = createProduct(call.shop, call.body, findProduct(call));
      return {
        status: 201,
        headers: { Location: `${call.apiUrl}/products/${product.parentId}/variations/${product.id}` },
        body: renderVariation(call.shop, product, call.apiUrl),
      };
    },
  },
  {
    method: 'POST',
    path: at(`/products/${id}/variations/batch`),
    act: 'edit',
    run: (call) =>
      batch(
        call,
        (wanted) =>
          variations(call.shop).find((entry) => entry.id === wanted && entry.parentId === call.ids[0]),
        'product_variation',
        (product) => renderVariation(call.shop, product, call.apiUrl),
      ),
  },
  {
    method: 'GET',
    path: at(`/products/${id}/variations/${id}`),
    act: 'view',
    run: (call) => ({ status: 200, body: renderVariation(call.shop, findVariation(call), call.apiUrl) }),
  },
  {
    method: 'PUT',
    path: at(`/products/${id}/variations/${id}`),
    act: 'edit',
    run: (call) => {
      const product = findVariation(call);
      updateProduct(call.shop, product, call.body);
      return { status: 200, body: renderVariation(call.shop, product, call.apiUrl) };
    },
  },
  {
    method: 'GET',
    path: at('/variations'),
    act: 'list',
    run: (call) => {
      const skus = readList(call.query, 'sku');
      const kept = variations(call.shop).filter((product) => skus.length === 0 || skus.includes(product.sku));
      return page(call, kept, '/variations', (product) =>
        renderVariation(call.shop, product, call.apiUrl, true),
      );
    },
  },
  {
    method: 'POST',
    path: at('/coupons'),
    act: 'create',
    run: (call) => {
      const coupon = createCoupon(call.shop, call.body);
      return {
        status: 201,
        headers: { Location: `${call.apiUrl}/coupons/${coupon.id}` },
        body: renderCoupon(call.shop, coupon, call.apiUrl),
      };
    },
  },
  {
    method: 'GET',
    path: at('/customers'),
    act: 'list',
    run: (call) =>
      page(call, [...call.shop.customers.values()], '/customers', (customer) =>
        renderCustomer(call.shop, customer, call.apiUrl),
      ),
  },
  {
    method: 'POST',
    path: at('/customers'),
    act: 'create',
    run: (call) => ({
      status: 201,
      body: renderCustomer(call.shop, createCustomer(call.shop, call.body), call.apiUrl),
    }),
  },
  {
    method: 'GET',
    path: at(`/customers/${id}`),
    act: 'view',
    run: (call) => ({
      status: 200,
      body: renderCustomer(call.shop, findById(call.shop.customers, call.ids[0], 'customer'), call.apiUrl),
    }),
  },
];
