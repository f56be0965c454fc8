/** Sums up states into the report, one at a time. */
import { answerOf } from '../kernel/answer.ts';
import { caseNoteOf } from '../kernel/case-note.ts';
import type { ControlId } from '../kernel/controls.ts';
import { feeds, feedState, type Coverage, type Feed } from '../kernel/feeds.ts';
import type { OrderState, Problem, Verdict } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import { stakeKind, stakeMinor } from '../kernel/stake.ts';
import type { Language } from '../kernel/wording.ts';
import type {
  ReportCoverage,
  ReportGroup,
  ReportHead,
  ReportOrder,
  ReportTotals,
  StakeIn,
} from '../wire/audit-report.ts';

export type ReportOptions = {
  readonly policy: Policy;
  /** ISO instant. */
  readonly asOf: string;
  readonly language: Language;
};

/** What the states that one builder took come to; plain data. */
export type ReportPart = {
  readonly orders: number;
  readonly withReturn: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly problems: ReportTotals['problems'];
  readonly groups: readonly ReportGroup[];
  readonly stake: readonly StakeIn[];
  readonly silent: ReportHead['notWatched'];
};

type Group = {
  control: ControlId;
  owner: string;
  open: number;
  waiting: number;
  pending: number;
  units: number;
  stake: StakeSums;
};

/** The three sums by currency. */
class StakeSums {
  readonly #byCurrency = new Map<string, { gone: number; stuck: number; books: number }>();

  add(currency: string, kind: 'gone' | 'stuck' | 'books', minor: number): void {
    let sums = this.#byCurrency.get(currency);
    if (sums === undefined) this.#byCurrency.set(currency, (sums = { gone: 0, stuck: 0, books: 0 }));
    sums[kind] += minor;
  }

  addAll(list: readonly StakeIn[]): void {
    for (const sums of list)
      for (const kind of ['gone', 'stuck', 'books'] as const) this.add(sums.currency, kind, sums[kind]);
  }

  list(): StakeIn[] {
    return [...this.#byCurrency].sort().map(([currency, sums]) => ({ currency, ...sums }));
  }
}

/** Takes states one by one and gives the head of the report at the end. */
export class ReportBuilder {
  readonly #options: ReportOptions;
  readonly #verdicts: Record<Verdict, number> = { breaks: 0, incomplete: 0, pending: 0, closed: 0 };
  readonly #groups = new Map<string, Group>();
  readonly #stake = new StakeSums();
  readonly #silent = new Map<string, { control: ControlId; orders: number; missing: readonly Feed[] }>();
  readonly #problems = { open: 0, waiting: 0, pending: 0 };
  #orders = 0;
  #withReturn = 0;

  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** Zone in which people read dates. */
  get zone(): string {
    return this.#options.policy.zone;
  }

  /** Counts one state. */
  add(state: OrderState): void {
    this.#orders++;
    this.#verdicts[state.verdict]++;
    if (!state.hasReturn) return;
    this.#withReturn++;
    for (const problem of state.problems) this.#addProblem(problem, state);
    for (const { control, missing } of state.notWatched) this.#addSilent(control, missing, 1);
  }

  /** All that was counted so far, to be added to another builder. */
  part(): ReportPart {
    return {
      orders: this.#orders,
      withReturn: this.#withReturn,
      verdicts: this.#verdicts,
      problems: this.#problems,
      groups: this.#listGroups(),
      stake: this.#stake.list(),
      silent: [...this.#silent.values()],
    };
  }

  /** Counts what another builder counted. */
  addPart(part: ReportPart): void {
    this.#orders += part.orders;
    this.#withReturn += part.withReturn;
    for (const verdict of ['breaks', 'incomplete', 'pending', 'closed'] as const)
      this.#verdicts[verdict] += part.verdicts[verdict];
    for (const state of ['open', 'waiting', 'pending'] as const)
      this.#problems[state] += part.problems[state];
    this.#stake.addAll(part.stake);
    for (const { control, missing, orders } of part.silent) this.#addSilent(control, missing, orders);
    for (const one of part.groups) {
      const group = this.#groupOf(one.control, one.owner);
      for (const count of ['open', 'waiting', 'pending', 'units'] as const) group[count] += one[count];
      group.stake.addAll(one.stake);
    }
  }

  #addSilent(control: ControlId, missing: readonly Feed[], orders: number): void {
    const key = `${control} ${missing.join(' ')}`;
    const silent = this.#silent.get(key);
    if (silent === undefined) this.#silent.set(key, { control, orders, missing });
    else silent.orders += orders;
  }

  #groupOf(control: ControlId, owner: string): Group {
    const key = `${control} ${owner}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { control, owner, open: 0, waiting: 0, pending: 0, units: 0, stake: new StakeSums() };
      this.#groups.set(key, group);
    }
    return group;
  }

  #listGroups(): ReportGroup[] {
    return [...this.#groups.values()].map((group) => ({ ...group, stake: group.stake.list() }));
  }

  #addProblem(problem: Problem, state: OrderState): void {
    const group = this.#groupOf(problem.control, problem.owner);
    const counted =
      problem.state === 'pending' ? 'pending' : problem.waitsFor === undefined ? 'open' : 'waiting';
    group[counted]++;
    this.#problems[counted]++;
    if (counted !== 'open') return;
    group.units += problem.units ?? 0;
    const currency = problem.amount?.currency ?? state.money.currency;
    const minor = stakeMinor(problem, state.positions);
    group.stake.add(currency, stakeKind(problem.code), minor);
    this.#stake.add(currency, stakeKind(problem.code), minor);
  }

  /** The order as the report shows it. */
  order(state: OrderState): ReportOrder {
    const { policy, asOf, language } = this.#options;
    const words = { language, zone: policy.zone, asOf };
    const caseNote = caseNoteOf(state, { ...words, calendar: policy.calendars.ops });
    return {
      order: state.order,
      orderKey: state.orderKey,
      connection: state.connection,
      verdict: state.verdict,
      ...(state.placedAt === undefined ? {} : { placedAt: state.placedAt }),
      hasReturn: state.hasReturn,
      watched: state.watched,
      notWatched: state.notWatched,
      answer: answerOf(state, words),
      problems: state.problems,
      money: state.money,
      units: state.units,
      accounts: state.accounts.map(({ control, unit, left, right }) => ({ control, unit, left, right })),
      stake: state.stake,
      ...(caseNote === undefined ? {} : { caseNote }),
    };
  }

  /** Everything but the orders. */
  head(
    rest: Pick<ReportHead, 'policy' | 'laterFacts' | 'incomplete' | 'imports' | 'others'> & {
      readonly coverage: Coverage;
      readonly facts: number;
    },
  ): ReportHead {
    const { coverage, facts, ...given } = rest;
    return {
      asOf: this.#options.asOf,
      zone: this.#options.policy.zone,
      ...given,
      totals: this.#totals(facts, rest.others.length),
      coverage: listCoverage(coverage),
      notWatched: [...this.#silent.values()].sort(
        (left, right) => right.orders - left.orders || (left.control < right.control ? -1 : 1),
      ),
    };
  }

  #totals(facts: number, others: number): ReportTotals {
    const groups = this.#listGroups();
    groups.sort(
      (left, right) =>
        right.open - left.open ||
        right.pending - left.pending ||
        (left.control + left.owner < right.control + right.owner ? -1 : 1),
    );
    return {
      orders: this.#orders,
      withReturn: this.#withReturn,
      facts,
      verdicts: this.#verdicts,
      problems: this.#problems,
      others,
      stake: this.#stake.list(),
      groups,
    };
  }
}

function listCoverage(coverage: Coverage): ReportCoverage[] {
  const list: ReportCoverage[] = [];
  for (const feed of feeds) {
    const classes = coverage.get(feed);
    for (const name of [...(classes?.keys() ?? [])].sort()) {
      const { on, thin, count } = feedState(coverage, feed, name);
      list.push({ feed, class: name, ...count, on, thin });
    }
  }
  return list;
}
