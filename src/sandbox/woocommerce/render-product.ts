/** Products, variations, customers, webhooks, coupons and tax rates as the REST API shows them. */
import type { Json } from '../service.ts';
import { formatMicro, shortMicro } from './decimal.ts';
import { dates, links } from './render-order.ts';
import type { Coupon, Customer, Product, ShopState, TaxRate, Webhook } from './shop-state.ts';

/** Whose quantity counts, and how the API calls that: a variation may leave it to its parent (109). */
function stockOf(
  shop: ShopState,
  product: Product,
): { managed: boolean | 'parent'; quantity: number | null } {
  if (product.manageStock) return { managed: true, quantity: product.stock };
  const parent = shop.products.get(product.parentId);
  if (parent?.manageStock === true) return { managed: 'parent', quantity: parent.stock };
  return { managed: false, quantity: null };
}

function stockStatus(product: Product, quantity: number | null): string {
  if (quantity === null) return product.stockStatus;
  if (quantity > 0) return 'instock';
  return product.backorders === 'no' ? 'outofstock' : 'onbackorder';
}

/** A variable product is in stock when one of its variations is (104). */
const childStatus = (shop: ShopState, product: Product): string =>
  [...shop.products.values()].some(
    (child) =>
      child.parentId === product.id && stockStatus(child, stockOf(shop, child).quantity) === 'instock',
  )
    ? 'instock'
    : 'outofstock';

const price = (product: Product): string =>
  product.regularPrice === '' ? '' : shortPrice(product.regularPrice);

/** Prices come back as they were entered, at least with the currency's digits where they have any. */
function shortPrice(micro: number): string {
  const text = shortMicro(micro, 6);
  return /\.\d$/.test(text) ? `${text}0` : text.includes('.') ? text : formatMicro(micro, 2);
}

function lowestPrice(shop: ShopState, product: Product): string {
  if (product.type !== 'variable') return price(product);
  const prices = [...shop.products.values()]
    .filter((entry) => entry.parentId === product.id && entry.regularPrice !== '')
    .map((entry) => Number(entry.regularPrice));
  return prices.length === 0 ? '' : shortPrice(Math.min(...prices));
}

function priceHtml(shop: ShopState, text: string): string {
  if (text === '') return '';
  const symbol = shop.settings.currencySymbol === '$' ? '&#36;' : shop.settings.currencySymbol;
  return `<span class="woocommerce-Price-amount amount"><bdi><span class="woocommerce-Price-currencySymbol">${symbol}</span>${text}</bdi></span>`;
}

const common = (shop: ShopState, product: Product): Json => ({
  date_on_sale_from: null,
  date_on_sale_from_gmt: null,
  date_on_sale_to: null,
  date_on_sale_to_gmt: null,
  on_sale: false,
  purchasable: lowestPrice(shop, product) !== '',
  virtual: product.virtual,
  downloadable: false,
  downloads: [],
  download_limit: -1,
  download_expiry: -1,
  tax_status: 'taxable',
  tax_class: product.taxClass,
  backorders: product.backorders,
  backorders_allowed: product.backorders !== 'no',
  low_stock_amount: null,
  weight: '',
  dimensions: { length: '', width: '', height: '' },
  shipping_class: '',
  shipping_class_id: 0,
  menu_order: 0,
  meta_data: [],
});

const options = (product: Product): string =>
  product.attributes.map((entry) => entry.options[0] ?? '').join(', ');

function permalink(shop: ShopState, product: Product): string {
  const parent = shop.products.get(product.parentId);
  if (parent === undefined) return `${shop.settings.siteUrl}/product/${product.slug}/`;
  const query = product.attributes.map(
    (entry) => `attribute_${entry.name.toLowerCase()}=${entry.options[0] ?? ''}`,
  );
  return `${shop.settings.siteUrl}/product/${parent.slug}/?${query.join('&')}`;
}

const isBackordered = (product: Product, quantity: number | null): boolean =>
  quantity !== null && quantity < 1 && product.backorders !== 'no';

/**
 * A product as `/products` shows it; a variation found there by its SKU takes the same shape, with some values of
 * other types (111). `edit`: the answer to a write carries two fields more (101).
 */
export function renderProduct(shop: ShopState, product: Product, apiUrl: string, edit = false): Json {
  const parent = shop.products.get(product.parentId);
  const { managed, quantity } = stockOf(shop, product);
  const shown = lowestPrice(shop, product);
  const variation = product.type === 'variation';
  return {
    id: product.id,
    name: parent === undefined ? product.name : `${parent.name} - ${options(product)}`,
    slug: product.slug,
    permalink: permalink(shop, product),
    ...dates(shop, 'created', product.createdAt),
    ...dates(shop, 'modified', product.modifiedAt),
    type: product.type,
    status: product.status,
    featured: false,
    catalog_visibility: 'visible',
    description: product.description,
    short_description: '',
    sku: product.sku,
    price: shown,
    regular_price: price(product),
    sale_price: '',
    ...common(shop, product),
    total_sales: variation ? String(product.totalSales) : product.totalSales,
    external_url: '',
    button_text: '',
    manage_stock: managed,
    stock_quantity: quantity,
    backordered: isBackordered(product, quantity),
    sold_individually: false,
    shipping_required: !product.virtual,
    shipping_taxable: true,
    reviews_allowed: !variation,
    average_rating: variation || !edit ? '0.00' : '0',
    rating_count: 0,
    upsell_ids: [],
    cross_sell_ids: [],
    parent_id: product.parentId,
    purchase_note: '',
    categories: variation ? [] : [{ id: 15, name: 'Uncategorized', slug: 'uncategorized' }],
    brands: [],
    tags: [],
    images: [],
    attributes: variation
      ? product.attributes.map((entry) => ({
          id: 0,
          name: entry.name,
          slug: entry.name.toLowerCase(),
          option: entry.options[0] ?? '',
        }))
      : product.attributes.map((entry, position) => ({
          id: 0,
          name: entry.name,
          slug: entry.name,
          position,
          visible: true,
          variation: true,
          options: entry.options,
        })),
    default_attributes: [],
    variations: [...shop.products.values()]
      .filter((entry) => entry.parentId === product.id)
      .map((entry) => entry.id),
    grouped_products: [],
    price_html: priceHtml(shop, shown),
    related_ids: [],
    stock_status:
      product.type === 'variable' && quantity === null
        ? childStatus(shop, product)
        : stockStatus(product, quantity),
    has_options: product.type === 'variable',
    post_password: '',
    global_unique_id: '',
    ...(edit ? { permalink_template: permalinkTemplate(shop), generated_slug: product.slug } : {}),
    _links: links(
      `${apiUrl}/products/${product.id}`,
      `${apiUrl}/products`,
      parent === undefined ? undefined : `${apiUrl}/products/${parent.id}`,
    ),
  };
}

const permalinkTemplate = (shop: ShopState): string => `${shop.settings.siteUrl}/product/%pagename%/`;

/** A variation below its product; the newer top-level list links it to product 0 (113). */
export function renderVariation(shop: ShopState, product: Product, apiUrl: string, topLevel = false): Json {
  const { managed, quantity } = stockOf(shop, product);
  const parentUrl = `${apiUrl}/products/${product.parentId}`;
  return {
    id: product.id,
    type: 'variation',
    ...dates(shop, 'created', product.createdAt),
    ...dates(shop, 'modified', product.modifiedAt),
    description: product.description,
    permalink: permalink(shop, product),
    sku: product.sku,
    global_unique_id: '',
    price: price(product),
    regular_price: price(product),
    sale_price: '',
    status: product.status,
    ...common(shop, product),
    manage_stock: managed,
    stock_quantity: quantity,
    stock_status: stockStatus(product, quantity),
    backordered: isBackordered(product, quantity),
    image: null,
    attributes: product.attributes.map((entry) => ({
      id: 0,
      name: entry.name,
      slug: entry.name.toLowerCase(),
      option: entry.options[0] ?? '',
    })),
    name: options(product),
    parent_id: product.parentId,
    _links: topLevel
      ? links(`${apiUrl}/variations/${product.id}`, `${apiUrl}/variations`, `${apiUrl}/products/0`, {})
      : links(`${parentUrl}/variations/${product.id}`, `${parentUrl}/variations`, parentUrl),
  };
}

export const renderCustomer = (shop: ShopState, customer: Customer, apiUrl: string): Json => ({
  id: customer.id,
  ...dates(shop, 'created', customer.createdAt),
  ...dates(shop, 'modified', customer.modifiedAt),
  email: customer.email,
  first_name: customer.firstName,
  last_name: customer.lastName,
  role: 'customer',
  username: customer.username,
  billing: customer.billing,
  shipping: customer.shipping,
  is_paying_customer: customer.paying,
  avatar_url: `${shop.settings.siteUrl}/avatar/${customer.id}`,
  meta_data: [],
  _links: links(`${apiUrl}/customers/${customer.id}`, `${apiUrl}/customers`),
});

/** Core hooks that trigger a topic; `action.*` is its own hook. */
const hooksOfTopic: Readonly<Record<string, readonly string[]>> = {
  'order.created': ['woocommerce_new_order'],
  'order.updated': ['woocommerce_update_order', 'woocommerce_order_refunded'],
  'order.deleted': ['wp_trash_post', 'woocommerce_trash_order'],
  'order.restored': ['untrashed_post', 'woocommerce_untrash_order'],
  'product.created': [
    'woocommerce_process_product_meta', 'woocommerce_new_product', 'woocommerce_new_product_variation',
  ],
  'product.updated': [
    'woocommerce_process_product_meta', 'woocommerce_update_product', 'woocommerce_update_product_variation',
  ],
  'product.deleted': ['wp_trash_post'],
  'product.restored': ['untrashed_post'],
  'customer.created': ['user_register', 'woocommerce_created_customer', 'woocommerce_new_customer'],
  'customer.updated': ['profile_update', 'woocommerce_update_customer'],
  'customer.deleted': ['delete_user'],
  'coupon.created': ['woocommerce_process_shop_coupon_meta', 'woocommerce_new_coupon'],
  'coupon.updated': ['woocommerce_process_shop_coupon_meta', 'woocommerce_update_coupon'],
  'coupon.deleted': ['wp_trash_post'],
  'coupon.restored': ['untrashed_post'],
}; // prettier-ignore

/** A topic core knows, or any `action.` name; there is none for refunds (513). */
export const isTopic = (topic: string): boolean => topic in hooksOfTopic || /^action\.\w+$/.test(topic);

/** The secret and the count of failures are not shown (519, 548). */
export function renderWebhook(shop: ShopState, webhook: Webhook, apiUrl: string): Json {
  const [resource = '', ...event] = webhook.topic.split('.');
  return {
    id: webhook.id,
    name: webhook.name,
    status: webhook.status,
    topic: webhook.topic,
    resource,
    event: event.join('.'),
    hooks: hooksOfTopic[webhook.topic] ?? [event.join('.')],
    delivery_url: webhook.deliveryUrl,
    ...dates(shop, 'created', webhook.createdAt),
    ...dates(shop, 'modified', webhook.modifiedAt),
    _links: links(`${apiUrl}/webhooks/${webhook.id}`, `${apiUrl}/webhooks`),
  };
}

export const renderCoupon = (shop: ShopState, coupon: Coupon, apiUrl: string): Json => ({
  id: coupon.id,
  code: coupon.code,
  amount: formatMicro(coupon.amount, 2),
  status: 'publish',
  ...dates(shop, 'created', coupon.createdAt),
  ...dates(shop, 'modified', coupon.createdAt),
  discount_type: coupon.type,
  description: '',
  date_expires: null,
  date_expires_gmt: null,
  usage_count: 0,
  individual_use: false,
  product_ids: [],
  excluded_product_ids: [],
  usage_limit: null,
  usage_limit_per_user: null,
  limit_usage_to_x_items: null,
  free_shipping: false,
  product_categories: [],
  excluded_product_categories: [],
  exclude_sale_items: false,
  minimum_amount: '0.00',
  maximum_amount: '0.00',
  email_restrictions: [],
  used_by: [],
  meta_data: [],
  _links: links(`${apiUrl}/coupons/${coupon.id}`, `${apiUrl}/coupons`),
});

export const renderTaxRate = (rate: TaxRate, apiUrl: string): Json => ({
  id: rate.id,
  country: rate.country,
  state: rate.state,
  postcode: '',
  city: '',
  rate: rate.percent.toFixed(4),
  name: rate.name,
  priority: rate.priority,
  compound: false,
  shipping: rate.onShipping,
  order: rate.id,
  class: rate.taxClass === '' ? 'standard' : rate.taxClass,
  postcodes: [],
  cities: [],
  _links: links(`${apiUrl}/taxes/${rate.id}`, `${apiUrl}/taxes`),
});
