/**
 * Lines of a refund as the shop wants them: net and the tax of every rate apart, also of shipping and fees. Each part
 * keeps its cents: the taxes add up to the tax agreed on, net and taxes to the gross, whatever the rates would say.
 */
import type { Gross } from '../../kernel/fact.ts';
import { formatDecimal, parseMinor, scaleMinor } from '../../kernel/money.ts';
import type { RefundParts } from '../../kernel/plan.ts';
import { sumMinor } from './exact-decimal.ts';
import { idOf, isShape, type Shape } from './object-fields.ts';
import { skuOf } from './line-item.ts';

export type WooRefundLine = {
  readonly id: number;
  readonly quantity: number;
  readonly refund_total: string;
  readonly refund_tax: readonly { readonly id: number; readonly refund_total: string }[];
};

/** Undefined where a part has no line of the order to stand on: then only the amount is sent. */
export function wooRefundLines(
  order: Shape,
  parts: RefundParts,
  currency: string,
): WooRefundLine[] | undefined {
  const goods = listOf(order, 'line_items');
  const made: WooRefundLine[] = [];
  for (const line of parts.lines) {
    const own = goods.find((each) => (line.line === undefined ? skuOf(each, idOf(each['id'])) === line.sku : idOf(each['id']) === line.line)); // prettier-ignore
    if (own === undefined) return undefined;
    made.push(lineOf(own, line.quantity, line, currency));
  }
  for (const [name, part] of [
    ['shipping_lines', parts.shipping],
    ['fee_lines', parts.fees],
  ] as const) {
    const shared = shareOut(listOf(order, name), part, currency);
    if (shared === undefined) return undefined;
    made.push(...shared);
  }
  return made;
}

const listOf = (order: Shape, name: string): Shape[] =>
  (Array.isArray(order[name]) ? (order[name] as unknown[]) : []).filter(isShape);

function lineOf(own: Shape, quantity: number, { gross, tax }: Gross, currency: string): WooRefundLine {
  const text = (minor: number): string => formatDecimal({ minor, currency });
  const rates = listOf(own, 'taxes').map((rate) => ({
    id: Number(rate['id']),
    minor: Math.abs(parseMinor(String(rate['total'] ?? '0'), currency) ?? 0),
  }));
  const shares = splitMinor(tax, rates.map((rate) => rate.minor)); // prettier-ignore
  // Without rates to carry it, the tax stands in the net: the sum is what was agreed on.
  const carried = rates.length === 0 ? 0 : tax;
  return {
    id: Number(own['id']), quantity, refund_total: text(gross - carried),
    refund_tax: rates.map((rate, index) => ({ id: rate.id, refund_total: text(shares[index]!) })),
  }; // prettier-ignore
}

/** One amount over several lines of its kind, by what each was charged; the last takes what rounding leaves. */
function shareOut(lines: readonly Shape[], part: Gross, currency: string): WooRefundLine[] | undefined {
  if (part.gross === 0 && part.tax === 0) return [];
  if (lines.length === 0) return undefined;
  const weights = lines.map((line) => sumMinor([String(line['total'] ?? '0'), String(line['total_tax'] ?? '0')], currency) ?? 0); // prettier-ignore
  const gross = splitMinor(part.gross, weights);
  const tax = splitMinor(part.tax, weights);
  return lines.flatMap((line, index) => {
    const own = { gross: gross[index]!, tax: tax[index]! };
    return own.gross === 0 && own.tax === 0 ? [] : [lineOf(line, 0, own, currency)];
  });
}

/** Shares of a whole by weights, rounded; the largest weight takes what is left, so that they add up. */
function splitMinor(whole: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((left, right) => left + right, 0);
  if (weights.length === 0) return [];
  const shares = weights.map((weight) => (sum === 0 ? 0 : scaleMinor(whole, Math.abs(weight), Math.abs(sum)) * Math.sign(weight) * Math.sign(sum))); // prettier-ignore
  let largest = 0;
  for (const [index, weight] of weights.entries())
    if (Math.abs(weight) > Math.abs(weights[largest]!)) largest = index;
  shares[largest]! += whole - shares.reduce((left, right) => left + right, 0);
  return shares;
}
