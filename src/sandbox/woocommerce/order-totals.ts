/** Sums of an order: what is charged, by component. Taxes are rounded per line and rate, net prices are not. */
import type { Micro } from './decimal.ts';
import { percentOf, roundMicro } from './decimal.ts';
import type { Address, Items, ItemTax, Order, Refund, ShopState, TaxRate } from './shop-state.ts';
import { refundsOf } from './shop-state.ts';

const sum = (amounts: readonly Micro[]): Micro => amounts.reduce((left, right) => left + right, 0);

/** Rates that apply to a class of goods at an address. */
export const ratesAt = (shop: ShopState, address: Address, taxClass: string): readonly TaxRate[] => {
  const { base, taxRates } = shop.settings;
  const at = address['country'] === '' ? base : { country: address['country'], state: address['state'] };
  return taxRates.filter(
    (rate) =>
      rate.taxClass === taxClass &&
      (rate.country === '' || rate.country === at.country) &&
      (rate.state === '' || rate.state === at.state),
  );
};

/** Taxes on a net amount, to the millionth per rate. */
export const taxesOn = (rates: readonly TaxRate[], total: Micro, subtotal: Micro | ''): ItemTax[] =>
  rates.map((rate) => ({
    rateId: rate.id,
    total: percentOf(total, rate.percent),
    subtotal: subtotal === '' ? '' : percentOf(subtotal, rate.percent),
  }));

/** Net of a price that may include tax. */
export function netOf(shop: ShopState, price: Micro, rates: readonly TaxRate[]): Micro {
  if (!shop.settings.pricesIncludeTax) return price;
  const percent = rates.reduce((left, rate) => left + rate.percent, 0);
  return Math.round((price * 100) / (100 + percent));
}

export function lineTax(
  shop: ShopState,
  taxes: readonly ItemTax[],
  part: 'total' | 'subtotal' = 'total',
): Micro {
  return sum(taxes.map((tax) => roundMicro(tax[part] === '' ? 0 : tax[part], shop.settings.digits)));
}

export type Totals = {
  readonly discount: Micro;
  readonly discountTax: Micro;
  readonly shipping: Micro;
  readonly shippingTax: Micro;
  readonly cartTax: Micro;
  readonly totalTax: Micro;
  readonly total: Micro;
};

export function totalsOf(shop: ShopState, items: Items): Totals {
  const digits = shop.settings.digits;
  const lines = sum(items.lines.map((line) => line.total));
  const fees = sum(items.feeLines.map((line) => line.total));
  const shipping = sum(items.shippingLines.map((line) => line.total));
  const lineTaxes = sum(items.lines.map((line) => lineTax(shop, line.taxes)));
  const cartTax = lineTaxes + sum(items.feeLines.map((line) => lineTax(shop, line.taxes)));
  const shippingTax = sum(items.shippingLines.map((line) => lineTax(shop, line.taxes)));
  // The discount's tax is the one sum that is rounded only at its end (201).
  const cutTaxes = items.lines.flatMap((line) =>
    line.taxes.map((tax) => (tax.subtotal === '' ? 0 : tax.subtotal - tax.total)),
  );
  return {
    discount: roundMicro(sum(items.lines.map((line) => line.subtotal)) - lines, digits),
    discountTax: roundMicro(sum(cutTaxes), digits),
    shipping,
    shippingTax,
    cartTax,
    totalTax: cartTax + shippingTax,
    total: roundMicro(lines + fees + shipping + cartTax + shippingTax, digits),
  };
}

/** Tax of one rate, on goods and fees, and on shipping. */
export function taxOfRate(shop: ShopState, items: Items, rateId: number): { cart: Micro; shipping: Micro } {
  const of = (taxes: readonly ItemTax[]): Micro =>
    lineTax(
      shop,
      taxes.filter((tax) => tax.rateId === rateId),
    );
  return {
    cart: sum([...items.lines, ...items.feeLines].map((line) => of(line.taxes))),
    shipping: sum(items.shippingLines.map((line) => of(line.taxes))),
  };
}

/** Writes one tax line per rate that occurs; ids of known ones stay. */
export function renewTaxLines(shop: ShopState, items: Items): void {
  const rates = new Set(
    [...items.lines, ...items.feeLines, ...items.shippingLines].flatMap((line) =>
      line.taxes.map((tax) => tax.rateId),
    ),
  );
  items.taxLines = [...rates]
    .sort((left, right) => left - right)
    .map(
      (rateId) =>
        items.taxLines.find((line) => line.rateId === rateId) ?? { id: shop.nextId('item'), rateId },
    );
}

export const refundedAmount = (shop: ShopState, order: Order): Micro =>
  sum(refundsOf(shop, order.id).map((refund: Refund) => (refund.amount === '' ? 0 : refund.amount)));

/** What may still be refunded: the only cap the shop knows. */
export const remainingAmount = (shop: ShopState, order: Order): Micro =>
  totalsOf(shop, order).total - refundedAmount(shop, order);
