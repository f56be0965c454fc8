/** Grades any way of matching against the labels, and three plain ways to stand beside the matcher. */
import munkres from 'munkres-js';
import type { MatchCandidate, MatchItem, MatchResult } from '../../src/kernel/match-item.ts';
import type { LabelledShop } from './generate-credits.ts';

/** Credit id → sale line ids it is said to undo; absent: nothing applied. */
export type Applied = ReadonlyMap<string, readonly string[]>;

export type Grade = {
  readonly applied: number;
  /** Applied and right, of all applied. */
  readonly precision: number;
  readonly unique: number;
  /** Of the uniquely determined: applied and right. */
  readonly recallOfUnique: number;
  readonly others: number;
  /** Of the others whose sale is in the file: applied rightly, or the true sale is among the listed. */
  readonly listed: number;
  /** Units claimed beyond what the sale lines have. */
  readonly doubleClaimed: number;
};

/** Lines that nothing tells apart count as one: same invoice, item and price. */
function lineClass(sale: MatchCandidate): string {
  return `${sale.document} ${sale.sku} ${sale.unitPrice}`;
}

/** Sales that a credit could undo by the plain facts: same customer, item and price, not later, enough units. */
export function plainFits(credit: MatchItem, sales: readonly MatchCandidate[]): MatchCandidate[] {
  return sales.filter(
    (sale) => sale.at <= credit.at && sale.unitPrice === credit.unitPrice && sale.quantity >= credit.quantity,
  );
}

export function blockOf(row: MatchItem | MatchCandidate): string {
  return `${row.customer ?? ''} ${row.sku}`;
}

/**
 * Uniquely determined: a named customer, one invoice that fits by the plain facts, and enough units there for all
 * credits that could claim them.
 */
export function uniquelyDetermined(shop: LabelledShop): Set<string> {
  const blocks = Map.groupBy(shop.sales, blockOf);
  const demand = new Map<string, number>();
  const supply = new Map<string, number>();
  for (const sale of shop.sales)
    supply.set(lineClass(sale), (supply.get(lineClass(sale)) ?? 0) + sale.quantity);
  const options = new Map<string, Set<string>>();
  for (const credit of shop.credits) {
    if (credit.customer === undefined) continue;
    const fits = new Set(plainFits(credit, blocks.get(blockOf(credit)) ?? []).map(lineClass));
    options.set(credit.id, fits);
    for (const each of fits) demand.set(each, (demand.get(each) ?? 0) + credit.quantity);
  }
  const unique = new Set<string>();
  for (const [id, fits] of options) {
    const [only] = fits;
    if (fits.size === 1 && only !== undefined && demand.get(only)! <= supply.get(only)!) unique.add(id);
  }
  return unique;
}

export function gradeMatches(
  shop: LabelledShop,
  applied: Applied,
  listed?: Applied,
  quantities?: MatchResult,
): Grade {
  const classOf = new Map(shop.sales.map((sale) => [sale.id, lineClass(sale)]));
  const classes = (ids: readonly string[]): string =>
    [...new Set(ids.map((id) => classOf.get(id)))].sort().join('|');
  const right = (id: string): boolean => {
    const claim = applied.get(id);
    return claim !== undefined && claim.length > 0 && classes(claim) === classes(shop.truth.get(id)!);
  };
  const unique = uniquelyDetermined(shop);
  const uniqueTrue = [...unique].filter((id) => shop.truth.get(id)!.length > 0);
  const others = shop.credits
    .map(({ id }) => id)
    .filter((id) => !unique.has(id) && shop.truth.get(id)!.length > 0);
  const isListed = (id: string): boolean => {
    const shown = new Set((listed?.get(id) ?? []).map((each) => classOf.get(each)));
    return shop.truth.get(id)!.every((each) => shown.has(classOf.get(each)));
  };
  const used = new Map<string, number>();
  for (const outcome of quantities?.outcomes ?? []) {
    for (const claim of outcome.claims)
      used.set(claim.candidate, (used.get(claim.candidate) ?? 0) + claim.quantity);
  }
  const sold = new Map(shop.sales.map((sale) => [sale.id, sale.quantity]));
  const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
  return {
    applied: applied.size,
    precision: share([...applied.keys()].filter(right).length, applied.size),
    unique: uniqueTrue.length,
    recallOfUnique: share(uniqueTrue.filter(right).length, uniqueTrue.length),
    others: others.length,
    listed: share(others.filter((id) => right(id) || isListed(id)).length, others.length),
    doubleClaimed: [...used].reduce((sum, [id, units]) => sum + Math.max(0, units - sold.get(id)!), 0),
  };
}

/** Baseline: the newest sale that fits. */
export function latestEarlierSale(shop: LabelledShop): Map<string, string[]> {
  return byRule(shop, (fits) => fits.reduce((best, sale) => (sale.at > best.at ? sale : best)));
}

/** Baseline: the first sale of the file that fits. */
export function firstMatch(shop: LabelledShop): Map<string, string[]> {
  return byRule(shop, (fits) => fits[0]!);
}

function byRule(
  shop: LabelledShop,
  choose: (fits: MatchCandidate[]) => MatchCandidate,
): Map<string, string[]> {
  const blocks = Map.groupBy(shop.sales, blockOf);
  const applied = new Map<string, string[]>();
  for (const credit of shop.credits) {
    const fits = plainFits(credit, blocks.get(blockOf(credit)) ?? []);
    if (fits.length > 0) applied.set(credit.id, [choose(fits).id]);
  }
  return applied;
}

/** Baseline: the assignment with the fewest days in each block of customer and item, by munkres-js. */
export function munkresMatches(shop: LabelledShop): Map<string, string[]> {
  const blocks = Map.groupBy(shop.sales, blockOf);
  const applied = new Map<string, string[]>();
  const never = 1e9;
  for (const [block, credits] of Map.groupBy(shop.credits, blockOf)) {
    const sales = blocks.get(block) ?? [];
    if (sales.length === 0 || sales.length * credits.length > 40_000) continue;
    const costs = credits.map((credit) => {
      const fits = new Set(plainFits(credit, sales));
      return sales.map((sale) => (fits.has(sale) ? (credit.at - sale.at) / 86_400_000 : never));
    });
    for (const [row, column] of munkres(costs)) {
      if (costs[row]![column]! < never) applied.set(credits[row]!.id, [sales[column]!.id]);
    }
  }
  return applied;
}

/** What the matcher applied, and what it listed for people. */
export function readOutcomes(result: MatchResult): {
  applied: Map<string, string[]>;
  listed: Map<string, string[]>;
} {
  const applied = new Map<string, string[]>();
  const listed = new Map<string, string[]>();
  for (const outcome of result.outcomes) {
    if (outcome.status === 'matched')
      applied.set(
        outcome.item,
        outcome.claims.map((claim) => claim.candidate),
      );
    else
      listed.set(
        outcome.item,
        outcome.candidates.flatMap(({ claims }) => claims.map((claim) => claim.candidate)),
      );
  }
  return { applied, listed };
}
