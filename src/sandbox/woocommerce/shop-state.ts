/**
 * Everything a shop holds, in memory. Ids come from one counter for posts (orders, refunds, products, coupons
 * share it, as in WordPress), and one each for order items, their meta, order meta, notes and the rest.
 */
import type { Random } from '../random.ts';
import type { Micro } from './decimal.ts';

export type TaxRate = {
  readonly id: number;
  readonly country: string;
  readonly state: string;
  /** Tax class as products name it; '' is the standard rate. */
  readonly taxClass: string;
  readonly percent: number;
  readonly name: string;
  readonly priority: number;
  readonly onShipping: boolean;
};

export type ApiKey = {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly permissions: 'read' | 'write' | 'read_write';
  readonly owner: 'admin' | 'customer';
};

export type ShopSettings = {
  /** What the shop calls itself in links: `https://shop.example`. */
  readonly siteUrl: string;
  readonly currency: string;
  readonly currencySymbol: string;
  /** Digits after the point: 2, 0 for JPY (953), 3 for KWD (956). */
  readonly digits: number;
  readonly zone: string;
  readonly pricesIncludeTax: boolean;
  /** Where the shop is: taxes of an order without an address. */
  readonly base: { readonly country: string; readonly state: string };
  readonly taxRates: readonly TaxRate[];
  /** Statuses a plugin registered beside the core's (905). */
  readonly customStatuses: readonly { readonly slug: string; readonly name: string }[];
  /** Prefix and first number of a sequential-number plugin; missing: the number is the id. */
  readonly orderNumbers?: { readonly prefix: string; readonly first: number };
  readonly keys: readonly ApiKey[];
  /** Payment methods that can refund; others refuse (350). */
  readonly refundingGateways: readonly string[];
  readonly knownGateways: readonly string[];
  readonly fulfillments: boolean;
  /** First id of a post. */
  readonly firstPostId: number;
};

export type Meta = { id: number; key: string; value: unknown; label?: string };
export type ItemTax = { readonly rateId: number; total: Micro; subtotal: Micro | '' };

export type LineItem = {
  readonly id: number;
  readonly name: string;
  readonly productId: number;
  readonly variationId: number;
  quantity: number;
  readonly taxClass: string;
  subtotal: Micro;
  total: Micro;
  taxes: ItemTax[];
  readonly meta: Meta[];
};
export type ShippingLine = {
  readonly id: number;
  readonly methodTitle: string;
  readonly methodId: string;
  total: Micro;
  taxes: ItemTax[];
  readonly meta: Meta[];
};
export type FeeLine = {
  readonly id: number;
  readonly name: string;
  readonly taxClass: string;
  readonly taxStatus: string;
  total: Micro;
  taxes: ItemTax[];
  readonly meta: Meta[];
};
export type CouponLine = { readonly id: number; readonly coupon: Coupon; readonly metaId: number };
export type TaxLine = { readonly id: number; readonly rateId: number };

/** What an order and a refund have in common. */
export type Items = {
  lines: LineItem[];
  shippingLines: ShippingLine[];
  feeLines: FeeLine[];
  taxLines: TaxLine[];
};

export type Address = Readonly<Record<string, string>>;

export type Order = Items & {
  readonly id: number;
  readonly number: string;
  status: string;
  currency: string;
  readonly pricesIncludeTax: boolean;
  readonly createdAt: number;
  modifiedAt: number;
  paidAt: number | undefined;
  completedAt: number | undefined;
  customerId: number;
  readonly orderKey: string;
  billing: Address;
  shipping: Address;
  paymentMethod: string;
  paymentMethodTitle: string;
  transactionId: string;
  customerNote: string;
  readonly meta: Meta[];
  couponLines: CouponLine[];
  /** Core's own mark that stock was taken for this order. */
  stockReduced: boolean;
};

export type Refund = Items & {
  readonly id: number;
  readonly orderId: number;
  readonly createdAt: number;
  modifiedAt: number;
  /** '' when the request named neither an amount nor lines (319). */
  readonly amount: Micro | '';
  readonly reason: string;
  readonly refundedBy: number;
  refundedPayment: boolean;
  readonly meta: Meta[];
};

export type Note = {
  readonly id: number;
  readonly orderId: number;
  readonly author: string;
  readonly createdAt: number;
  readonly note: string;
  readonly customerNote: boolean;
};

export type Product = {
  readonly id: number;
  /** Of the variable product, on a variation; else 0. */
  readonly parentId: number;
  readonly type: 'simple' | 'variable' | 'variation';
  name: string;
  readonly slug: string;
  status: string;
  description: string;
  sku: string;
  /** '' where none is set. */
  regularPrice: Micro | '';
  taxClass: string;
  virtual: boolean;
  manageStock: boolean;
  stock: number | null;
  /** Holds only while stock is not managed; else it follows from the quantity. */
  stockStatus: string;
  backorders: string;
  readonly createdAt: number;
  modifiedAt: number;
  totalSales: number;
  readonly attributes: readonly { readonly name: string; readonly options: readonly string[] }[];
  readonly meta: Meta[];
};

export type Coupon = {
  readonly id: number;
  readonly code: string;
  readonly type: string;
  readonly amount: Micro;
  readonly createdAt: number;
};

export type Customer = {
  readonly id: number;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly username: string;
  readonly billing: Address;
  readonly shipping: Address;
  readonly createdAt: number;
  modifiedAt: number;
  paying: boolean;
};

export type Webhook = {
  readonly id: number;
  name: string;
  status: string;
  topic: string;
  deliveryUrl: string;
  secret: string;
  readonly createdAt: number;
  modifiedAt: number | undefined;
  failures: number;
};

export type Fulfillment = {
  readonly id: number;
  readonly orderId: number;
  readonly fulfilled: boolean;
  readonly status: string;
  readonly updatedAt: number;
  readonly meta: Meta[];
};

type Counter = 'post' | 'item' | 'itemMeta' | 'meta' | 'note' | 'webhook' | 'customer' | 'fulfillment';

export type ShopState = {
  readonly settings: ShopSettings;
  readonly random: Random;
  now(): number;
  nextId(counter: Counter): number;
  nextNumber(orderId: number): string;
  readonly orders: Map<number, Order>;
  readonly refunds: Map<number, Refund>;
  readonly notes: Note[];
  readonly products: Map<number, Product>;
  readonly coupons: Map<number, Coupon>;
  readonly customers: Map<number, Customer>;
  readonly webhooks: Map<number, Webhook>;
  readonly fulfillments: Map<number, Fulfillment>;
  readonly refundsByOrder: Map<number, number[]>;
  readonly notesByOrder: Map<number, Note[]>;
  /** Told of everything a hook would tell a plugin; the webhooks listen. */
  emit(hook: ShopHook): void;
  listen(listener: (hook: ShopHook) => void): void;
};

/** What happened in the shop, as core's hooks name it. */
export type ShopHook =
  | {
      readonly name: 'order.created' | 'order.updated' | 'order.deleted' | 'order.restored';
      readonly id: number;
    }
  | {
      readonly name: 'product.created' | 'product.updated' | 'product.deleted' | 'customer.created';
      readonly id: number;
    }
  | { readonly name: `action.${string}`; readonly id: number };

export function createShopState(settings: ShopSettings, now: () => number, random: Random): ShopState {
  const counters = new Map<Counter, number>([['post', settings.firstPostId - 1]]);
  const listeners: ((hook: ShopHook) => void)[] = [];
  let number = settings.orderNumbers?.first ?? 0;
  return {
    settings,
    random,
    now,
    nextId(counter) {
      const id = (counters.get(counter) ?? 0) + 1;
      counters.set(counter, id);
      return id;
    },
    nextNumber(orderId) {
      if (settings.orderNumbers === undefined) return String(orderId);
      const text = `${settings.orderNumbers.prefix}${number}`;
      number += 1;
      return text;
    },
    orders: new Map(),
    refunds: new Map(),
    notes: [],
    products: new Map(),
    coupons: new Map(),
    customers: new Map(),
    webhooks: new Map(),
    fulfillments: new Map(),
    refundsByOrder: new Map(),
    notesByOrder: new Map(),
    emit(hook) {
      for (const listener of listeners) listener(hook);
    },
    listen(listener) {
      listeners.push(listener);
    },
  };
}

/** Refunds of an order, newest first. */
export const refundsOf = (shop: ShopState, orderId: number): readonly Refund[] =>
  (shop.refundsByOrder.get(orderId) ?? [])
    .map((id) => shop.refunds.get(id) as Refund)
    .sort((left, right) => right.id - left.id);

export function addNote(shop: ShopState, orderId: number, note: string, by: Partial<Note> = {}): Note {
  const entry: Note = {
    id: shop.nextId('note'),
    orderId,
    author: by.author ?? 'WooCommerce',
    createdAt: shop.now(),
    note,
    customerNote: by.customerNote ?? false,
  };
  shop.notes.push(entry);
  const list = shop.notesByOrder.get(orderId);
  if (list === undefined) shop.notesByOrder.set(orderId, [entry]);
  else list.push(entry);
  return entry;
}

/** Sets one entry of a meta list, adding it where it is missing. */
export function setMeta(meta: Meta[], key: string, value: unknown, id: () => number): void {
  const known = meta.find((entry) => entry.key === key);
  if (known === undefined) meta.push({ id: id(), key, value });
  else known.value = value;
}

/** A modified time: bumps an order and tells the webhooks. */
export function touchOrder(shop: ShopState, order: Order): void {
  order.modifiedAt = shop.now();
  shop.emit({ name: 'order.updated', id: order.id });
}
