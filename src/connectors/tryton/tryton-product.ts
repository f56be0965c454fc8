/** What stands on a Tryton line: the product by its code, whether it is goods, and its share of the tax. */
import { scaleMinor } from '../../kernel/money.ts';
import { type Reader, type Row, findRow } from './tryton-row.ts';

/** Product code of a line or move; `product:17` where the product has none; undefined where there is no product. */
export function skuOf(reader: Reader, line: Row): string | undefined {
  const id = line.id('product');
  const code = line.related('product')?.text('code') ?? findRow(reader, 'product.product', id)?.text('code');
  return code ?? (id === undefined ? undefined : `product:${id}`);
}

export type LineKind = 'goods' | 'service' | 'shipping';

/**
 * Shipping is a service product by its code: `settings.fields.shippingProduct`, else a code that begins like
 * the word. Without the product record a line counts as goods.
 */
export function lineKind(reader: Reader, line: Row, sku: string): LineKind {
  const configured = reader.context.settings.fields['shippingProduct'];
  const shipping =
    configured === undefined
      ? /^(?:shipping|versand|delivery|postage|porto|freight|fracht)/i.test(sku)
      : configured.toLowerCase() === sku.toLowerCase();
  const product = findRow(reader, 'product.product', line.id('product'));
  const type = product?.text('type');
  if (shipping && type !== 'goods') return 'shipping';
  return type === 'service' ? 'service' : 'goods';
}

/**
 * Splits an amount over weights so that the parts add up to it exactly. Equal input, equal parts.
 * The weights may have signs (a discount line takes its tax off).
 */
export function splitMinor(amount: number, weights: readonly number[]): number[] {
  let sum = 0;
  for (const weight of weights) sum += weight;
  if (sum === 0) return weights.map((_, index) => (index === 0 ? amount : 0));
  const sign = sum < 0 ? -1 : 1;
  let running = 0;
  let given = 0;
  return weights.map((weight) => {
    running += weight;
    const upTo = scaleMinor(amount, running * sign, sum * sign);
    const part = upTo - given;
    given = upTo;
    return part;
  });
}

/**
 * Tax per line. Tryton rounds tax per document and keeps none on the line, so the document's tax is split: by
 * amount times rate where the taxes are known (`account.tax`), else by amount.
 */
export function taxByLine(
  reader: Reader,
  lines: readonly Row[],
  amounts: readonly number[],
  tax: number,
): number[] {
  const rates = lines.map((line) => {
    let rate = 0;
    for (const id of line.ids('taxes')) {
      const own = findRow(reader, 'account.tax', id)?.decimal('rate');
      if (own === undefined) return undefined;
      // In hundred-thousandths: 0.08875 is a rate.
      rate += Math.round(own * 100_000);
    }
    return rate;
  });
  const known = rates.every((rate) => rate !== undefined);
  return splitMinor(tax, known ? amounts.map((amount, index) => amount * (rates[index] ?? 0)) : amounts);
}
