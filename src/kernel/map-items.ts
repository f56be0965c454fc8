/**
 * The item map: what other systems keep under their own SKUs is told in units of what the shop sold. A set that the
 * ERP keeps as parts counts in whole sets, the least of its parts, when its last part arrives; a part is never a
 * wrong item. A part that is also sold by itself keeps what makes no whole set.
 */
import type { Fact, FactOf } from './fact.ts';
import type { ItemMap } from './policy.ts';

/** Sets of which some parts are in stock and others are not. */
export type PartialKit = { readonly at: string; readonly units: number; readonly facts: readonly Fact[] };

export type MappedFacts = {
  readonly facts: readonly Fact[];
  readonly partial: ReadonlyMap<string, PartialKit>;
};

/**
 * The other way: units of an item in the ERP's own SKU, for what it is told. Undefined for a set that it keeps as several
 * parts: that is no one item of it.
 */
export function unitsInErp(
  { sku, units }: { readonly sku: string; readonly units: number },
  map: ItemMap,
): { readonly sku: string; readonly units: number } | undefined {
  const [part, ...others] = Object.hasOwn(map, sku) ? map[sku]! : [{ sku, factor: 1 }];
  return part === undefined || others.length > 0 ? undefined : { sku: part.sku, units: units * part.factor };
}

/** What the ERP is told, in its own SKU; of a set that it keeps as several parts no item is told, only the money. */
export function inSkusOfErp<Told extends { readonly sku?: string; readonly units?: number }>(
  told: Told,
  map: ItemMap,
): Told {
  const { sku, units, ...rest } = told;
  if (sku === undefined || units === undefined) return told;
  return { ...rest, ...unitsInErp({ sku, units }, map) } as Told;
}

type UnitFact = Fact & { readonly sku: string; readonly quantity: number };
type Part = { readonly sku: string; readonly factor: number };

/** Rewrites the facts (sorted by time) of one order. Returns them as they are where the map says nothing. */
export function mapItems(facts: readonly Fact[], home: string, map: ItemMap): MappedFacts {
  const partial = new Map<string, PartialKit>();
  const placed = facts.find((fact) => fact.type === 'order.placed' && fact.connection === home);
  if (placed?.type !== 'order.placed') return { facts, partial };
  const sold = new Set(placed.lines.map((line) => line.sku));
  const kits = [...sold].filter((sku) => Object.hasOwn(map, sku)).sort();
  if (kits.length === 0) return { facts, partial };
  let mapped: Fact[] = [...facts];
  const parts = new Map<string, string>();
  for (const kit of kits) {
    mapped = mapCosts(gather(mapped, home, kit, map[kit]!), kit, map[kit]!);
    for (const part of map[kit]!) if (!parts.has(part.sku)) parts.set(part.sku, kit);
  }
  for (const kit of kits) {
    const left = leftOver(
      mapped,
      home,
      map[kit]!.filter((part) => parts.get(part.sku) === kit && !sold.has(part.sku)),
    );
    if (left !== undefined) partial.set(kit, left);
  }
  const isLeft = (fact: Fact): boolean => isUnits(fact, home) && parts.has(fact.sku) && !sold.has(fact.sku);
  return { facts: mapped.filter((fact) => !isLeft(fact)), partial };
}

/** Does a fact of another system name units of an item? */
function isUnits(fact: Fact, home: string): fact is UnitFact {
  return (
    fact.connection !== home &&
    'sku' in fact &&
    fact.sku !== undefined &&
    'quantity' in fact &&
    fact.quantity !== undefined
  );
}

/** Facts that add up with one another: the same kind of event in the same system. */
function streamOf(fact: UnitFact): string {
  const places = fact.type === 'stock.moved' ? `${fact.from}>${fact.to}` : '';
  const grade = fact.type === 'goods.inspected' ? fact.disposition : '';
  const document = fact.type === 'return.waiting' ? fact.document : '';
  return `${fact.type} ${fact.connection} ${places} ${grade} ${document}`;
}

/** Replaces facts of parts by facts of whole sets; what makes no whole set stays with the parts, last come first. */
function gather(facts: readonly Fact[], home: string, kit: string, parts: readonly Part[]): Fact[] {
  const factors = new Map(parts.map((part) => [part.sku, part.factor]));
  const sums = new Map<string, Map<string, number>>();
  const sets = new Map<string, number>();
  const told: Fact[] = [];
  for (const fact of facts) {
    if (!isUnits(fact, home) || fact.sku === kit || !factors.has(fact.sku)) {
      told.push(fact);
      continue;
    }
    const stream = streamOf(fact);
    let sum = sums.get(stream);
    if (sum === undefined) sums.set(stream, (sum = new Map()));
    sum.set(fact.sku, (sum.get(fact.sku) ?? 0) + fact.quantity);
    const whole = Math.min(...parts.map((part) => Math.floor((sum.get(part.sku) ?? 0) / part.factor)));
    const more = whole - (sets.get(stream) ?? 0);
    sets.set(stream, whole);
    told.push(fact);
    // An edited move is told of the set even when it completes none.
    if (more > 0 || (fact.type === 'stock.moved' && fact.editedAt !== undefined))
      told.push({ ...fact, sku: kit, quantity: more } as Fact);
  }
  const used = new Map<string, number>();
  for (const [stream, whole] of sets)
    for (const [sku, factor] of factors) used.set(`${stream} ${sku}`, whole * factor);
  const kept: Fact[] = [];
  for (const fact of told) {
    if (!isUnits(fact, home) || fact.sku === kit || !factors.has(fact.sku)) {
      kept.push(fact);
      continue;
    }
    const key = `${streamOf(fact)} ${fact.sku}`;
    const left = used.get(key)!;
    const taken = Math.min(left, fact.quantity);
    used.set(key, left - taken);
    if (taken < fact.quantity) kept.push({ ...fact, quantity: fact.quantity - taken } as Fact);
  }
  return kept;
}

/** The cost of a set is that of its parts, where all are known. */
function mapCosts(facts: Fact[], kit: string, parts: readonly Part[]): Fact[] {
  return facts.map((fact) => {
    if (fact.type !== 'order.placed' || fact.unitCost === undefined) return fact;
    const own = new Set(parts.map((part) => part.sku));
    const costs: Record<string, number> = {};
    for (const [sku, cost] of Object.entries(fact.unitCost)) if (!own.has(sku)) costs[sku] = cost;
    let sum = 0;
    for (const part of parts) sum += (fact.unitCost[part.sku] ?? Number.NaN) * part.factor;
    if (Number.isFinite(sum)) costs[kit] = sum;
    return { ...fact, unitCost: costs } satisfies FactOf<'order.placed'>;
  });
}

/** Sets that some left-over parts in saleable stock stand for. */
function leftOver(facts: readonly Fact[], home: string, parts: readonly Part[]): PartialKit | undefined {
  let units = 0;
  let at: string | undefined;
  const proof: Fact[] = [];
  for (const { sku, factor } of parts) {
    let stocked = 0;
    for (const fact of facts) {
      if (!isUnits(fact, home) || fact.sku !== sku || fact.type !== 'stock.moved') continue;
      if (fact.to === 'saleable') {
        stocked += fact.quantity;
        proof.push(fact);
        if (at === undefined || fact.at < at) at = fact.at;
      } else if (fact.from === 'saleable') stocked -= fact.quantity;
    }
    units = Math.max(units, Math.ceil(stocked / factor));
  }
  return units > 0 && at !== undefined ? { at, units, facts: proof } : undefined;
}
