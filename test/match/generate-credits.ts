/**
 * A year of a made-up wholesaler of which the file shows the last half, with the sale that each credit really
 * undoes. It knows nothing of the matcher: its rates are those of a real retailer's half year (Online Retail,
 * counted per line): 16 % of (customer, item) pairs bought again, 25 % of invoices without customer lines, 5 % of
 * credits without customer, 4 % at another price, 39 % of credits for a whole line, 96 % of the lines of a
 * credit note for one sale, 0.5 % split over two sales, 0.5 % entered twice, 5 % fees, lags by its quantiles.
 */
import assert from 'node:assert/strict';
import type { MatchCandidate, MatchItem } from '../../src/kernel/match-item.ts';

export type LabelledShop = {
  readonly sales: readonly MatchCandidate[];
  readonly credits: readonly MatchItem[];
  /** Sale line ids that each credit really undoes; empty where the sale is not in the file (or it is a double). */
  readonly truth: ReadonlyMap<string, readonly string[]>;
};

type SaleLine = MatchCandidate & { readonly hidden: boolean; left: number };

const dayMs = 86_400_000;
const begin = Date.UTC(2030, 0, 1);
const shownFrom = begin + 182 * dayMs;
const end = begin + 364 * dayMs;

/** Days between sale and credit at each twentieth, as counted on real credits with one possible sale. */
const lagQuantiles = [0, 0, 0, 2, 3, 4, 4, 5, 6, 6, 7, 8, 10, 12, 15, 19, 21, 34, 42, 59, 167];
const packSizes = [1, 1, 1, 1, 1, 1, 2, 2, 2, 12, 12, 6, 6, 3, 4, 24, 10, 8, 48];
const noteSizes = [1, 1, 1, 1, 1, 1, 2, 2, 3, 4, 6, 10];

export function generateCredits(seed: number, customers: number): LabelledShop {
  const random = mulberry(seed);
  const int = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const pick = <T>(list: readonly T[]): T => list[int(0, list.length - 1)]!;
  const chance = (probability: number): boolean => random() < probability;

  // Items: popularity falls off; one to four prices, one of them the usual.
  const items = Array.from({ length: Math.max(300, customers * 2) }, (_, at) => {
    const list = int(30, 1500) * 10_000;
    const prices = Array.from({ length: pick([1, 1, 2, 3, 4]) }, (__, step) =>
      Math.round(list * (1 - step * 0.12)),
    );
    return { sku: String(20_000 + at), prices };
  });
  const popular = (): (typeof items)[number] => items[Math.floor(items.length * random() ** 2)]!;

  const sales: SaleLine[] = [];
  const invoices: SaleLine[][] = [];
  let number = 500_000;
  let line = 0;
  for (let customer = 0; customer < customers; customer += 1) {
    const guest = chance(0.2);
    const orders = guest ? 1 : Math.min(60, Math.ceil(1 / (1 - random()) ** 0.9));
    const known: (typeof items)[number][] = [];
    for (let order = 0; order < orders; order += 1) {
      const at = begin + int(0, 364 * 24 * 60 - 1) * 60_000;
      const document = String((number += 1));
      const invoice: SaleLine[] = [];
      const lines = pick([1, 2, 4, 8, 11, 15, 19, 24, 33]);
      for (let each = 0; each < lines; each += 1) {
        const item = known.length > 0 && chance(0.25) ? pick(known) : popular();
        known.push(item);
        const quantity = pick(packSizes);
        const unitPrice = chance(0.8) ? item.prices[0]! : pick(item.prices);
        const sold = {
          id: `s${(line += 1)}`,
          document,
          sku: item.sku,
          quantity,
          unitPrice,
          currency: 'GBP',
          at,
        };
        invoice.push({
          ...sold,
          ...(guest ? {} : { customer: `c${customer}` }),
          hidden: at < shownFrom,
          left: quantity,
        });
      }
      if (chance(0.06)) {
        const fee = {
          id: `s${(line += 1)}`,
          document,
          sku: 'POST',
          quantity: 1,
          unitPrice: int(5, 40) * 1_000_000,
        };
        invoice.push({
          ...fee,
          currency: 'GBP',
          at,
          ...(guest ? {} : { customer: `c${customer}` }),
          hidden: at < shownFrom,
          left: 1,
        });
      }
      sales.push(...invoice);
      invoices.push(invoice);
    }
  }

  const credits: MatchItem[] = [];
  const truth = new Map<string, readonly string[]>();
  let note = 0;
  const bought = Map.groupBy(sales, (sale) => `${sale.customer} ${sale.sku} ${sale.unitPrice}`);
  for (const invoice of invoices) {
    if (!chance(0.14)) continue;
    const at = invoice[0]!.at + lagDays(random()) * dayMs + int(1, 600) * 60_000;
    if (at < shownFrom || at >= end) continue;
    note += 1;
    const lost = chance(0.05);
    for (let each = pick(noteSizes); each > 0; each -= 1) {
      // One line in 25 of a note belongs to another sale of the same customer.
      const other = chance(0.04) ? pick(invoices) : invoice;
      const source = other[0]!.customer === invoice[0]!.customer && other[0]!.at <= at ? other : invoice;
      const sale = pick(source);
      if (sale.left === 0) continue;
      const quantity = chance(0.39) ? sale.left : int(1, Math.min(sale.left, chance(0.7) ? 2 : sale.left));
      const undone = [sale];
      let units = quantity;
      const second = bought
        .get(`${sale.customer} ${sale.sku} ${sale.unitPrice}`)
        ?.find((one) => one.at <= at && one.left > 0 && one.document !== sale.document);
      if (second !== undefined && sale.customer !== undefined && chance(0.05) && quantity === sale.left) {
        undone.push(second);
        units += second.left;
        second.left = 0;
      }
      sale.left -= quantity;
      const unitPrice = chance(0.04) ? Math.round(sale.unitPrice! * 0.9) : sale.unitPrice!;
      const id = `r${note}.${each}`;
      const shared = {
        document: `C${note}`,
        sku: sale.sku!,
        quantity: units,
        unitPrice,
        currency: 'GBP',
        at,
      };
      const customer = lost || sale.customer === undefined ? {} : { customer: sale.customer };
      credits.push({ id, ...shared, ...customer });
      truth.set(id, undone.some((one) => one.hidden) ? [] : undone.map((one) => one.id));
      if (chance(0.005)) {
        credits.push({
          id: `${id}.double`,
          ...shared,
          ...customer,
          document: `C${note}-double`,
          at: at + dayMs,
        });
        truth.set(`${id}.double`, []);
      }
    }
  }
  const shown = sales.filter((sale) => !sale.hidden);
  return { sales: shown.map(toCandidate), credits, truth };
}

function toCandidate(sale: SaleLine): MatchCandidate {
  const { hidden, left, ...rest } = sale;
  assert.ok(!hidden && left >= 0);
  return rest;
}

function lagDays(at: number): number {
  const place = at * (lagQuantiles.length - 1);
  const low = Math.floor(place);
  return lagQuantiles[low]! + (lagQuantiles[low + 1]! - lagQuantiles[low]!) * (place - low);
}

/** Mulberry32: small, seeded, good enough to draw a shop. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
