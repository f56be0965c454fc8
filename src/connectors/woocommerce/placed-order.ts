/** What an order said when it was placed: its lines, shipping, fees and total, and who ordered on what terms. */
import type { Gross, OrderLine, Payloads } from '../../kernel/fact.ts';
import { scaleMinor } from '../../kernel/money.ts';
import { normalizeNumber } from '../../kernel/term.ts';
import type { ReadContext } from '../contract.ts';
import { sumMinor } from './exact-decimal.ts';
import { catalogueOf, isService, skuOf } from './line-item.ts';
import { findMeta, hasVatId } from './meta-data.ts';
import { idOf, isShape, type ObjectFields, type Shape } from './object-fields.ts';
import { findTender } from './payment-tender.ts';

const replacesKeys = [
  'replaces',
  '_replaces',
  '_replaces_order',
  '_exchange_for_order',
  '_replacement_for',
] as const;
const languageKeys = [
  'wpml_language',
  '_wpml_language',
  'trp_language',
  'weglot_language',
  '_order_language',
] as const;
const renewalKeys = ['_subscription_renewal', '_subscription_resubscribe', '_subscription_switch'] as const;

/** The payload of `order.placed`. Unreadable fields are noted on `fields`; the caller then drops the result. */
export function buildPlaced(fields: ObjectFields, context: ReadContext): Payloads['order.placed'] {
  const { settings } = context;
  const { body } = fields;
  const currency = fields.currency('currency');
  const items = fields.list('line_items', true);
  const tender = findTender(body, settings);
  const customer = customerClass(body);
  const language = languageOf(findMeta(body, [settings.fields['language'], ...languageKeys]));
  const replaces = normalizeNumber(findMeta(body, [settings.fields['replaces'], ...replacesKeys]) ?? '');
  const unitCost = costsOf(items, currency, context);
  const shipping = {
    gross: fields.money(currency, 'shipping_total', 'shipping_tax'),
    tax: fields.money(currency, 'shipping_tax'),
  };
  const fees = sumFees(fields.list('fee_lines'), currency);
  const total = fields.money(currency, 'total');
  const lines = items.map((line) => orderLine(line, items, currency, context));
  return {
    number: fields.text('number'),
    currency,
    lines: withRounding(lines, items, total - shipping.gross - fees.gross, currency),
    shipping,
    fees,
    total,
    ...(tender === undefined ? {} : { tender }),
    ...(customer === undefined ? {} : { customer }),
    channel: channelOf(body),
    ...(language === undefined ? {} : { language }),
    ...(replaces === '' ? {} : { replaces }),
    ...(Object.keys(unitCost).length === 0 ? {} : { unitCost }),
  };
}

function orderLine(
  line: ObjectFields,
  all: readonly ObjectFields[],
  currency: string,
  context: ReadContext,
): OrderLine {
  const id = line.id('id');
  const name = line.optionalText('name');
  const quantity = line.quantity('quantity');
  if (quantity < 0) line.refuse('quantity', 'Expected units that are not below zero.');
  const parent = findParent(line.body, all);
  return {
    line: id,
    sku: skuOf(line.body, id),
    ...(name === undefined ? {} : { name }),
    quantity,
    gross: line.money(currency, 'total', 'total_tax'),
    tax: line.money(currency, 'total_tax'),
    kind: isService(catalogueOf(line.body, context)) ? 'service' : 'goods',
    ...(parent === undefined ? {} : { parent }),
  };
}

/**
 * Lines that sum up to what was charged for them. A shop that rounds taxes once per order shows lines which do not
 * (962): of the unrounded ones (963) the running sum is rounded instead of each; of rounded ones, which an export may
 * hold, the largest take a minor unit each. A larger difference is no rounding and stays.
 */
function withRounding(
  lines: readonly OrderLine[],
  items: readonly ObjectFields[],
  charged: number,
  currency: string,
): readonly OrderLine[] {
  const off = (some: readonly OrderLine[]): number =>
    charged - some.reduce((sum, line) => sum + line.gross, 0);
  const rest = off(lines);
  if (rest === 0 || Math.abs(rest) > lines.length) return lines;
  const running = (names: readonly string[], count: number): number => {
    const decimals = items.slice(0, count).flatMap(({ body }) => names.map((name) => String(body[name])));
    return sumMinor(decimals, currency) ?? 0;
  };
  const share = (names: readonly string[], index: number): number =>
    running(names, index + 1) - running(names, index);
  const exact = lines.map((line, index) => ({
    ...line,
    gross: share(['total', 'total_tax'], index),
    tax: share(['total_tax'], index),
  }));
  if (off(exact) === 0) return exact;
  const bySize = lines
    .map((line, index) => ({ line, index }))
    .sort((one, other) => other.line.gross - one.line.gross);
  const taking = new Set(bySize.slice(0, Math.abs(rest)).map(({ index }) => index));
  return lines.map((line, index) =>
    taking.has(index) ? { ...line, gross: line.gross + Math.sign(rest) } : line,
  );
}

/**
 * The bundle's line: Product Bundles and Composite Products give its id (`bundled_by`, `composite_parent`), or
 * only the cart key of the parent in meta data.
 */
function findParent(line: Shape, all: readonly ObjectFields[]): string | undefined {
  const given = idOf(line['bundled_by']) ?? idOf(line['composite_parent']);
  if (given !== undefined) return given;
  const key = findMeta(line, ['_bundled_by', '_composite_parent']);
  if (key === undefined) return undefined;
  const parent = all.find(
    (other) => findMeta(other.body, ['_bundle_cart_key', '_composite_cart_key']) === key,
  );
  return idOf(parent?.body['id']);
}

/** Fees may be negative: a discount granted as a line. */
function sumFees(fees: readonly ObjectFields[], currency: string): Gross {
  let gross = 0;
  let tax = 0;
  for (const fee of fees) {
    gross += fee.money(currency, 'total', 'total_tax');
    tax += fee.money(currency, 'total_tax');
  }
  return { gross, tax };
}

/**
 * A VAT id makes a business, no company name a consumer. A company name alone says neither, and the wrong answer
 * would take a consumer's rights away.
 */
function customerClass(body: Shape): 'consumer' | 'business' | undefined {
  if (hasVatId(body)) return 'business';
  const billing = body['billing'];
  const company = isShape(billing) ? billing['company'] : undefined;
  return typeof company === 'string' && company.trim() === '' ? 'consumer' : undefined;
}

function channelOf(body: Shape): string {
  const via = typeof body['created_via'] === 'string' ? body['created_via'].toLowerCase() : '';
  if (via === 'subscription' || findMeta(body, renewalKeys) !== undefined) return 'subscription';
  if (/^pos\b|pos-rest-api|point.?of.?sale/.test(via)) return 'pos';
  return /amazon|ebay|marketplace|otto|kaufland|zalando/.test(via) ? 'marketplace' : 'shop';
}

/** `de_DE` and `de` as BCP 47; anything else is no language. */
function languageOf(text: string | undefined): string | undefined {
  return text !== undefined && /^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$/.test(text)
    ? text.replaceAll('_', '-')
    : undefined;
}

/**
 * Cost per unit by SKU, where the shop keeps it: WooCommerce's own cost of goods on the line (for all its units) or
 * the product, or a product's meta data (`fields.unitCost`, `_wc_cog_cost`).
 */
function costsOf(
  lines: readonly ObjectFields[],
  currency: string,
  context: ReadContext,
): Record<string, number> {
  const costs: Record<string, number> = {};
  for (const { body } of lines) {
    const cost = lineCost(body, currency) ?? catalogueCost(catalogueOf(body, context), currency, context);
    if (cost !== undefined && cost > 0) costs[skuOf(body, idOf(body['id']))] ??= cost;
  }
  return costs;
}

const amountOf = (value: unknown, currency: string): number | undefined =>
  typeof value === 'string' || typeof value === 'number' ? sumMinor([String(value)], currency) : undefined;

function lineCost(line: Shape, currency: string): number | undefined {
  const goods = line['cost_of_goods_sold'];
  const total = isShape(goods) ? amountOf(goods['value'], currency) : undefined;
  const quantity = line['quantity'];
  if (
    total === undefined ||
    typeof quantity !== 'number' ||
    !Number.isSafeInteger(quantity) ||
    quantity <= 0
  ) {
    return undefined;
  }
  return scaleMinor(total, 1, quantity);
}

function catalogueCost(
  catalogue: readonly Shape[],
  currency: string,
  context: ReadContext,
): number | undefined {
  for (const entry of catalogue) {
    const goods = entry['cost_of_goods_sold'];
    const cost =
      (isShape(goods) ? amountOf(goods['total_value'], currency) : undefined) ??
      amountOf(findMeta(entry, [context.settings.fields['unitCost'], '_wc_cog_cost']), currency);
    if (cost !== undefined) return cost;
  }
  return undefined;
}
