/** `POST` and `PUT` of products, variations and coupons. */
import type { Json } from '../service.ts';
import { asJson, asList, asText } from '../service.ts';
import { readFlag } from './create-refund.ts';
import { parseMicro } from './decimal.ts';
import { invalidType, RestError } from './rest-error.ts';
import type { Coupon, Product, ShopState } from './shop-state.ts';

const slugOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

function checkSku(shop: ShopState, sku: string, own?: number): void {
  const other = [...shop.products.values()].find(
    (product) => sku !== '' && product.sku === sku && product.id !== own,
  );
  if (other === undefined) return;
  throw new RestError(400, 'product_invalid_sku', 'Invalid or duplicated SKU.', {
    status: 400,
    resource_id: other.id,
    unique_sku: `${sku}-1`,
  });
}

/** Whole numbers, as numbers or as text (412); null leaves the quantity as it is (411). */
function readQuantity(body: Json, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  const quantity = typeof value === 'number' ? value : Number(asText(value));
  if (!Number.isInteger(quantity)) throw invalidType(name, 'integer');
  return quantity;
}

function take(shop: ShopState, product: Product, body: Json): void {
  const quantity = readQuantity(body, 'stock_quantity');
  if (body['sku'] !== undefined) {
    checkSku(shop, asText(body['sku']), product.id);
    product.sku = asText(body['sku']);
  }
  if (body['name'] !== undefined) product.name = asText(body['name']);
  if (body['status'] !== undefined) product.status = asText(body['status']);
  if (body['description'] !== undefined) product.description = asText(body['description']);
  if (body['tax_class'] !== undefined) product.taxClass = asText(body['tax_class']);
  if (body['regular_price'] !== undefined) product.regularPrice = parseMicro(body['regular_price']) ?? '';
  if (body['backorders'] !== undefined) product.backorders = asText(body['backorders']);
  if (body['manage_stock'] !== undefined) product.manageStock = readFlag(body['manage_stock'], false);
  // A status given beside a managed quantity is ignored (408), a quantity that is not managed too (409).
  if (body['stock_status'] !== undefined) product.stockStatus = asText(body['stock_status']);
  if (product.manageStock) {
    if (quantity !== undefined) product.stock = quantity;
    // Not in the documentation, and not safe against a second writer (403, 456).
    const delta = readQuantity(body, 'inventory_delta');
    if (delta !== undefined) product.stock = (product.stock ?? 0) + delta;
    if (body['stock_quantity'] === null) product.stock = 0;
    product.stock ??= 0;
  }
}

export function createProduct(shop: ShopState, body: Json, parent?: Product): Product {
  checkSku(shop, asText(body['sku']));
  const attributes = asList(body['attributes']).map((entry) => {
    const attribute = asJson(entry);
    const given = parent === undefined ? asList(attribute['options']) : [attribute['option']];
    return { name: asText(attribute['name']), options: given.map(asText) };
  });
  const name = parent === undefined ? asText(body['name']) || 'Product' : parent.name;
  const product: Product = {
    id: shop.nextId('post'),
    parentId: parent?.id ?? 0,
    type: parent !== undefined ? 'variation' : body['type'] === 'variable' ? 'variable' : 'simple',
    name,
    slug: slugOf(`${name} ${parent === undefined ? '' : (attributes[0]?.options[0] ?? '')}`),
    status: 'publish',
    description: '',
    sku: '',
    regularPrice: '',
    taxClass: parent === undefined ? '' : 'parent',
    virtual: readFlag(body['virtual'], false),
    manageStock: false,
    stock: null,
    stockStatus: 'instock',
    backorders: 'no',
    createdAt: shop.now(),
    modifiedAt: shop.now(),
    totalSales: 0,
    attributes,
    meta: [],
  };
  take(shop, product, body);
  shop.products.set(product.id, product);
  shop.emit({ name: 'product.created', id: product.id });
  return product;
}

/** Every write bumps, also one that changes nothing (402); a variation's parent is bumped with it (413). */
export function updateProduct(shop: ShopState, product: Product, body: Json): void {
  take(shop, product, body);
  product.modifiedAt = shop.now();
  const parent = shop.products.get(product.parentId);
  if (parent !== undefined) parent.modifiedAt = shop.now();
  shop.emit({ name: 'product.updated', id: product.id });
}

export function createCoupon(shop: ShopState, body: Json): Coupon {
  const coupon: Coupon = {
    id: shop.nextId('post'),
    code: asText(body['code']).toLowerCase(),
    type: asText(body['discount_type']) || 'fixed_cart',
    amount: parseMicro(body['amount']) ?? 0,
    createdAt: shop.now(),
  };
  shop.coupons.set(coupon.id, coupon);
  return coupon;
}
