/**
 * Filing: finds the order of every object, and so of every fact.
 *
 * Objects are nodes; a link of one is a name of another. An order is found by walking links until a home order is
 * reached: a shop order, or an ERP sale that no shop order stands behind. A value that fits two orders is
 * ambiguous and is applied only where SKU, amount or currency decide; a weak link only where nothing stronger
 * speaks and exactly one order fits. What finds no order is an orphan, with its candidates.
 */
import { byText } from './by-text.ts';
import type { Fact, FactOf, Link } from './fact.ts';
import { term } from './term.ts';

/** One object with all it says. `ref` is `connection:kind/id`. */
export type Filable = {
  readonly ref: string;
  readonly names: readonly string[];
  readonly links: readonly Link[];
  readonly facts: readonly Fact[];
};

export type FiledOrder = {
  readonly orderKey: string;
  /** Connection of the order's home. */
  readonly home: string;
  readonly facts: Fact[];
};

export type Orphan = {
  readonly ref: string;
  readonly facts: readonly Fact[];
  /** Orders it could belong to. Several: ambiguous. */
  readonly candidates: readonly string[];
};

export type Filed = {
  readonly orders: ReadonlyMap<string, FiledOrder>;
  readonly orphans: readonly Orphan[];
};

type Found = { readonly orders: readonly string[]; readonly sure: boolean };

const nothing: Found = { orders: [], sure: false };
const linkDepthMax = 24;
const returnPrefix = term.rma('');

/** Collects objects, then files their facts. Order of adding changes nothing. */
export class Filing {
  readonly #nodes: Filable[] = [];
  /** Objects of one fact and one link, without names: most of a large import. */
  readonly #singles: { readonly fact: Fact; readonly term: string }[] = [];
  readonly #byName = new Map<string, number[]>();
  /** Orders by their number, for what names one that no home has: the shop is not connected, or has lost it. */
  readonly #byNumber = new Map<string, number[]>();
  /** Objects by the return number that they name: where nobody is known by it, they belong together. */
  readonly #byReturn = new Map<string, number[]>();
  readonly #found = new Map<number, Found>();
  readonly #placed = new Map<string, FactOf<'order.placed'>>();

  /** Adds one object. */
  add(object: Filable): void {
    const { facts, links, names } = object;
    if (names.length === 0 && facts.length === 1 && links.length === 1 && links[0]!.weak !== true) {
      this.#singles.push({ fact: facts[0]!, term: links[0]!.term });
      return;
    }
    const index = this.#nodes.length;
    this.#nodes.push(object);
    for (const name of names) {
      const list = this.#byName.get(name);
      if (list === undefined) this.#byName.set(name, [index]);
      else list.push(index);
    }
    for (const link of links) {
      if (link.weak === true || !link.term.startsWith(returnPrefix)) continue;
      const list = this.#byReturn.get(link.term);
      if (list === undefined) this.#byReturn.set(link.term, [index]);
      else list.push(index);
    }
    const placed = facts.find((fact) => fact.type === 'order.placed');
    if (placed === undefined) return;
    const number = term.number(placed.number);
    const numbered = this.#byNumber.get(number);
    if (numbered === undefined) this.#byNumber.set(number, [index]);
    else numbered.push(index);
  }

  /** Files every fact under its order. */
  file(): Filed {
    const orders = new Map<string, FiledOrder>();
    const orphans: Orphan[] = [];
    this.#resolveAll();
    if (this.#joinReturns()) this.#resolveAll();
    for (let index = 0; index < this.#nodes.length; index++) this.#fileNode(index, orders, orphans);
    const byTerm = new Map<string, Found>();
    for (const { fact, term } of this.#singles) {
      let found = byTerm.get(term);
      if (found === undefined) byTerm.set(term, (found = this.#follow(term)));
      this.#place(fact, this.#decide(found, [fact]), `${fact.connection}:${fact.object}`, orders, orphans);
    }
    return { orders, orphans: mergeOrphans(orphans) };
  }

  #fileNode(index: number, orders: Map<string, FiledOrder>, orphans: Orphan[]): void {
    const node = this.#nodes[index]!;
    if (node.facts.length === 0) return;
    const own = this.#decide(this.#resolve(index, 0), node.facts);
    let found: Found | undefined;
    for (const fact of node.facts) {
      if (fact.links === undefined) this.#place(fact, own, node.ref, orders, orphans);
      else {
        const byLinks = this.#decide(this.#followTerms(fact.links, index, 0), [fact]);
        this.#place(fact, byLinks.orders.length > 0 ? byLinks : own, node.ref, orders, orphans);
      }
    }
    if (own.orders.length !== 1) found = this.#followWeak(index);
    if (found?.orders.length === 1) this.#adopt(node, found.orders[0]!, orders, orphans);
  }

  /** A weak link decided for the whole object: moves what was put aside. */
  #adopt(node: Filable, orderKey: string, orders: Map<string, FiledOrder>, orphans: Orphan[]): void {
    for (let index = orphans.length - 1; index >= 0 && orphans[index]!.ref === node.ref; index--) {
      for (const fact of orphans[index]!.facts) this.#orderOf(orderKey, orders).facts.push(fact);
      orphans.splice(index, 1);
    }
  }

  #place(fact: Fact, found: Found, ref: string, orders: Map<string, FiledOrder>, orphans: Orphan[]): void {
    if (found.orders.length === 1) this.#orderOf(found.orders[0]!, orders).facts.push(fact);
    else orphans.push({ ref, facts: [fact], candidates: found.orders });
  }

  #orderOf(orderKey: string, orders: Map<string, FiledOrder>): FiledOrder {
    let order = orders.get(orderKey);
    if (order === undefined) {
      order = {
        orderKey,
        home: this.#placed.get(orderKey)?.connection ?? orderKey.slice(0, orderKey.indexOf('/')),
        facts: [],
      };
      orders.set(orderKey, order);
    }
    return order;
  }

  #resolveAll(): void {
    for (let index = 0; index < this.#nodes.length; index++) this.#resolve(index, 0);
  }

  /**
   * Objects that lead nowhere, and name a return number that nobody is known by (no helpdesk is connected), stand under the
   * orders of whatever else names it. True where there are some: what leads to them has its order now.
   */
  #joinReturns(): boolean {
    const lost = new Map<number, string[]>();
    for (const term of this.#byReturn.keys()) {
      const { orders } = this.#ordersOfReturn(term);
      if (orders.length === 0) continue;
      for (const index of this.#byReturn.get(term)!) {
        if (this.#found.get(index)!.orders.length > 0) continue;
        const known = lost.get(index);
        if (known === undefined) lost.set(index, [...orders]);
        else known.push(...orders);
      }
    }
    if (lost.size === 0) return false;
    for (const [index, found] of this.#found) if (found.orders.length === 0) this.#found.delete(index);
    for (const [index, found] of lost) {
      const orders = [...new Set(found)].sort();
      this.#found.set(index, { orders, sure: orders.length === 1 });
    }
    return true;
  }

  /** Orders under which the objects stand that name a return number that nobody is known by. */
  #ordersOfReturn(term: string): Found {
    const orders = new Set<string>();
    if (!this.#byName.has(term))
      for (const index of this.#byReturn.get(term) ?? [])
        for (const order of this.#found.get(index)!.orders) orders.add(order);
    return orders.size === 0 ? nothing : { orders: [...orders].sort(), sure: orders.size === 1 };
  }

  /** Orders an object belongs to, by its strong links. */
  #resolve(index: number, depth: number): Found {
    const known = this.#found.get(index);
    if (known !== undefined) return known;
    if (depth > linkDepthMax) return nothing;
    const node = this.#nodes[index]!;
    const placed = node.facts.find((fact) => fact.type === 'order.placed');
    const isHome = placed !== undefined && (placed.system === 'shop' || node.links.length === 0);
    this.#found.set(index, nothing); // Guards against circles of links.
    let found = isHome ? nothing : this.#followTerms(node.links, index, depth + 1);
    if (placed !== undefined && (isHome || found.orders.length === 0)) {
      const orderKey = `${placed.connection}/${node.ref.slice(node.ref.lastIndexOf('/') + 1)}`;
      this.#placed.set(orderKey, placed);
      found = { orders: [orderKey], sure: true };
    }
    if (depth === 0 || found.orders.length > 0) this.#found.set(index, found);
    else this.#found.delete(index);
    return found;
  }

  /** Orders that an object's one link leads to. */
  #follow(term: string): Found {
    const found = this.#followTerms([{ term }], -1, 0);
    return found.orders.length > 0 ? found : this.#ordersOfReturn(term);
  }

  /**
   * Orders that the links lead to: those that most links agree on. One link that fits several orders is outvoted
   * by another that fits only one of them.
   */
  #followTerms(links: readonly Link[], self: number, depth: number): Found {
    const votes = new Map<string, number>();
    for (const link of links) {
      if (link.weak === true) continue;
      const candidates = new Set<string>();
      for (const target of this.#byName.get(link.term) ?? this.#ordersNumbered(link.term, self)) {
        if (target === self) continue;
        for (const order of this.#resolve(target, depth).orders) candidates.add(order);
      }
      for (const order of candidates) votes.set(order, (votes.get(order) ?? 0) + 1);
    }
    if (votes.size === 0) return nothing;
    const most = Math.max(...votes.values());
    const orders = [...votes]
      .filter(([, count]) => count === most)
      .map(([order]) => order)
      .sort();
    return { orders, sure: orders.length === 1 };
  }

  /** Orders of a number that no object is known by. None for an order: of two sales with one number neither is the other's. */
  #ordersNumbered(number: string, self: number): readonly number[] {
    const found = this.#byNumber.get(number);
    if (found === undefined) return [];
    return this.#nodes[self]?.facts.some((fact) => fact.type === 'order.placed') === true ? [] : found;
  }

  /** Exactly one order of those that weak links name fits by item and quantity. */
  #followWeak(index: number): Found {
    const candidates = new Set<string>();
    for (const weak of this.#weakTerms(index, new Set())) {
      for (const target of this.#byName.get(weak) ?? []) {
        if (target === index) continue;
        for (const order of this.#resolve(target, 0).orders) candidates.add(order);
      }
    }
    const fitting = [...candidates].filter((order) => this.#agrees(order, this.#nodes[index]!.facts)).sort();
    return { orders: fitting, sure: fitting.length === 1 };
  }

  /** Weak terms of an object and of what it strongly belongs to: a move knows the customer of its shipment. */
  #weakTerms(index: number, seen: Set<number>): string[] {
    if (seen.has(index) || seen.size > linkDepthMax) return [];
    seen.add(index);
    const terms: string[] = [];
    for (const link of this.#nodes[index]!.links) {
      if (link.weak === true) terms.push(link.term);
      else
        for (const target of this.#byName.get(link.term) ?? []) terms.push(...this.#weakTerms(target, seen));
    }
    return terms;
  }

  /** Among several orders the one whose items, currency and amount agree with the facts. */
  #decide(found: Found, facts: readonly Fact[]): Found {
    if (found.orders.length < 2) return found;
    const fitting = found.orders.filter((order) => this.#agrees(order, facts));
    return fitting.length === 1 ? { orders: fitting, sure: true } : found;
  }

  /** Do the facts fit an order: every item on it in that quantity, the currency, no more money than it cost? */
  #agrees(orderKey: string, facts: readonly Fact[]): boolean {
    const placed = this.#placed.get(orderKey);
    if (placed === undefined) return false;
    const units = new Map<string, number>();
    for (const line of placed.lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.quantity);
    let evidence = 0;
    for (const fact of facts) {
      if ('sku' in fact && fact.sku !== undefined) {
        if ((units.get(fact.sku) ?? 0) < (fact.quantity ?? 1)) return false;
        evidence++;
      }
      if (fact.type === 'order.placed') {
        if (fact.currency !== placed.currency || Math.abs(fact.total - placed.total) > fact.lines.length + 1)
          return false;
        if (fact.lines.some((line) => line.kind === 'goods' && !units.has(line.sku))) return false;
        evidence++;
      } else if ('money' in fact && fact.money !== undefined) {
        if (fact.money.currency !== placed.currency || fact.money.minor > placed.total) return false;
        if (fact.type === 'payment.captured' && fact.money.minor !== placed.total) return false;
        evidence++;
      }
    }
    return evidence > 0;
  }
}

/** One orphan per object. */
function mergeOrphans(orphans: readonly Orphan[]): Orphan[] {
  const byRef = new Map<string, { ref: string; facts: Fact[]; candidates: string[] }>();
  for (const orphan of orphans) {
    const known = byRef.get(orphan.ref);
    if (known === undefined)
      byRef.set(orphan.ref, {
        ref: orphan.ref,
        facts: [...orphan.facts],
        candidates: [...orphan.candidates],
      });
    else known.facts.push(...orphan.facts);
  }
  return [...byRef.values()].sort((left, right) => byText(left.ref, right.ref));
}
