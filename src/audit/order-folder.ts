/** Folds filed orders, leaving out what came later and saying what could not be read. */
import type { Coverage } from '../kernel/feeds.ts';
import type { Fact } from '../kernel/fact.ts';
import type { FiledOrder } from '../kernel/file-facts.ts';
import { foldOrder } from '../kernel/fold.ts';
import type { Gap } from '../kernel/gap.ts';
import type { Policy } from '../kernel/policy.ts';
import type { ReconcileOptions, UnreadObject, Visit } from './reconcile.ts';

export class OrderFolder {
  readonly #policy: Policy;
  readonly #now: number;
  readonly #options: ReconcileOptions;
  /** Objects in which something could not be read. */
  readonly #gaps: ReadonlySet<string>;
  /** Facts left out because they are later than `until`. */
  laterCount = 0;

  constructor(policy: Policy, now: number, unread: readonly UnreadObject[], options: ReconcileOptions) {
    this.#policy = policy;
    this.#now = now;
    this.#options = options;
    this.#gaps = new Set(unread.map((object) => `${object.connection}:${object.kind}/${object.id}`));
  }

  /**
   * Hands over the state of one order; an order of which nothing had happened yet has none. `refused`: refs of
   * objects that name it and could not be read at all.
   */
  fold(order: FiledOrder, coverage: Coverage, visit: Visit, refused: readonly string[] = []): void {
    const { orderKey, home } = order;
    const facts = factsUntil(order.facts, this.#options.until);
    this.laterCount += order.facts.length - facts.length;
    if (facts.length === 0) return;
    const incomplete: Gap[] = [
      ...(this.#options.incomplete ?? []).map((reason): Gap => ({ is: 'file', reason })),
      ...[...refused, ...this.#gapsOf(facts)].map((object): Gap => ({ is: 'unread', object })),
    ];
    visit(foldOrder({ orderKey, home, facts, policy: this.#policy, coverage, now: this.#now, incomplete }));
  }

  #gapsOf(facts: readonly Fact[]): string[] {
    if (this.#gaps.size === 0) return [];
    const refs = new Set(facts.map((fact) => `${fact.connection}:${fact.object}`));
    return [...refs].filter((ref) => this.#gaps.has(ref));
  }
}

/** A date without time stands at the end of its day; one of today counts although its instant is still to come. */
const dayEnd = /:(?:14|29|44|59):59\.\d+Z$/;
const dayEndAheadMaxMs = 36 * 3_600_000;

/** Facts up to an instant (epoch ms); all without one. */
export function factsUntil(facts: readonly Fact[], until: number | undefined): readonly Fact[] {
  if (until === undefined) return facts;
  const limit = isoOf(until);
  if (facts.every((fact) => fact.at <= limit)) return facts;
  const dayLimit = isoOf(until + dayEndAheadMaxMs);
  return facts.filter((fact) => fact.at <= limit || (fact.at <= dayLimit && dayEnd.test(fact.at)));
}

/** Asked for every order with the same instant. */
let lastTime = Number.NaN;
let lastIso = '';

function isoOf(time: number): string {
  if (time !== lastTime) [lastTime, lastIso] = [time, new Date(time).toISOString()];
  return lastIso;
}
