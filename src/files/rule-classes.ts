/**
 * A plain rule beside the matcher, to compare with: same customer and code, sold no later than the credit, same
 * price, enough units on one line. It looks at each credit alone, so it may give the same unit away twice.
 */
import type { SalesLine } from './read-sales.ts';

export const ruleClasses = [
  'one-sale',
  'several-sales',
  'none-exact',
  'no-earlier-sale',
  'no-customer',
] as const;
export type RuleClass = (typeof ruleClasses)[number];

/** Class of each credit line by its id: how many invoices the plain rule finds for it. */
export function classifyByRule(
  credits: readonly SalesLine[],
  sales: readonly SalesLine[],
): Map<string, RuleClass> {
  const keyOf = (line: SalesLine): string => `${line.customer}\u0000${line.sku}`;
  const skus = new Set(credits.map(({ sku }) => sku));
  const wanted = new Set(credits.map(keyOf));
  const bought = new Map<string, SalesLine[]>();
  for (const sale of sales) {
    if (sale.customer === undefined || sale.quantity <= 0 || !skus.has(sale.sku)) continue;
    const key = keyOf(sale);
    if (!wanted.has(key)) continue;
    const list = bought.get(key);
    if (list === undefined) bought.set(key, [sale]);
    else list.push(sale);
  }
  return new Map(credits.map((credit) => [credit.id, classify(credit, bought.get(keyOf(credit)) ?? [])]));
}

function classify(credit: SalesLine, bought: readonly SalesLine[]): RuleClass {
  if (credit.customer === undefined) return 'no-customer';
  const earlier = bought.filter((sale) => sale.at <= credit.at);
  if (earlier.length === 0) return 'no-earlier-sale';
  const exact = earlier.filter(
    (sale) => sale.unitPrice === credit.unitPrice && sale.quantity >= -credit.quantity,
  );
  const invoices = new Set(exact.map((sale) => sale.document));
  return invoices.size === 0 ? 'none-exact' : invoices.size === 1 ? 'one-sale' : 'several-sales';
}
