/**
 * Absorb, folding: marked orders are folded from the newest snapshots, and facts, state, open items, problems and
 * commands are written in one transaction. The mark goes only if nothing changed meanwhile.
 */
import { answerOf, type Sentence } from '../kernel/answer.ts';
import { explainAccount } from '../kernel/explain-account.ts';
import { addCoverage, type Count, type Coverage, type Feed } from '../kernel/feeds.ts';
import { foldOrder, orderFacts, positionsOf } from '../kernel/fold.ts';
import type { Gap } from '../kernel/gap.ts';
import { itemResults } from '../kernel/item-results.ts';
import type { OrderState, Problem } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import { stakeKind, stakeMinor } from '../kernel/stake.ts';
import { languages } from '../kernel/wording.ts';
import { reviveOrders } from '../store/archive.ts';
import { listCommands, type Command } from '../store/commands.ts';
import type { Database } from '../store/database.ts';
import { claimDirtyOrders, postponeOrders, type OrderMark } from '../store/marks.ts';
import { readOrderInputs, type OrderInputs } from '../store/order-inputs.ts';
import { readObjects, type StoredObject } from '../store/read-objects.ts';
import type { ProblemWrite } from '../store/problems.ts';
import type { AccountWrite } from '../store/write-accounts.ts';
import { writeOrders, type OpenItemWrite, type OrderWrite } from '../store/write-orders.ts';
import type { AbsorbOptions } from './absorb-objects.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { decisionsOf } from './desk-facts.ts';
import { deskOf } from './desk-lists.ts';
import { causeOf } from './exceptions/cause.ts';
import { freshnessOf, readSweptAt } from './fresh-reads.ts';
import { effectKeysOf, planOrder, type OrderCommands } from './plan-order.ts';
import { readComponent, type Component } from './read-component.ts';
import { requestRead } from './receive.ts';
import { oneByOneAfterFailure } from './one-by-one.ts';
import { isHalfRead, noGaps, refusedFor, type SourceGaps } from './source-gaps.ts';
import { listSubjectProblems } from '../store/list-problems.ts';
import { inTracesOf } from './tracing.ts';

/** What the fold needs beside the objects. */
export type FoldContext = {
  readonly systems: ConnectedSystems;
  readonly policy: Policy;
  readonly coverage: Coverage;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly codeVersion: string;
  /** Groups of the opening balance that are work now: `control currency`. */
  readonly takenOn?: ReadonlySet<string>;
  /** What cannot be seen for now; default: nothing. */
  readonly gaps?: SourceGaps;
  /** Withhold problems until everything was read after they became late. Off where time is simulated. */
  readonly freshReads?: boolean;
};

/** The order's state as it is stored and shown: everything but facts and positions. */
export type StoredState = Omit<OrderState, 'facts' | 'positions' | 'accounts'> & {
  readonly asOf: string;
  readonly answer: Readonly<Record<(typeof languages)[number], readonly Sentence[]>>;
  readonly accounts: readonly {
    readonly control: string;
    readonly unit: string;
    readonly left: number;
    readonly right: number;
  }[];
};

/** A withheld problem is looked at again after this long. */
const staleRetryMs = 15_000;
/** The end of a backfill marks what was withheld; this is for what was being folded just then. */
const halfReadRetryMs = 10 * 60_000;
const leaseMs = 60_000;
const batchMaxDefault = 100;
const retryDelayMsMax = 60_000;

export type FoldOptions = AbsorbOptions & {
  /** What cannot be seen for now, asked once per batch. */
  readonly gaps?: () => Promise<SourceGaps>;
};

/** Folds one batch of marked orders; returns how many there were. */
export async function foldOrders(db: Database, context: FoldContext, options: FoldOptions): Promise<number> {
  const { holder, batchMax = batchMaxDefault, without = [], gaps } = options;
  const marks = await claimDirtyOrders(db, { holder, limit: batchMax, leaseMs, without });
  if (marks.length === 0) return 0;
  const foldMarked = async (own: readonly OrderMark[]): Promise<void> => {
    const stamps = new Map(own.map((mark) => [mark.orderKey, mark.stamp]));
    // After the claim: whoever changes them marks the orders afterwards.
    const seen = gaps === undefined ? context : { ...context, gaps: await gaps() };
    const fold = async (): Promise<readonly FoldedOrder[]> => {
      const folded = await withholdHalfRead(db, seen, await foldKeys(db, seen, [...stamps.keys()]));
      const writes = context.freshReads === true ? await withholdStale(db, seen, folded) : folded;
      // Something came of a closed order after all: it is written here, so all of it must be here.
      await reviveOrders(db, writes.flatMap(({ isArchived, write }) => (isArchived ? [write.orderKey] : []))); // prettier-ignore
      await writeOrders(db, writes.map(({ write }) => ({ ...write, stamp: stamps.get(write.orderKey)! })), holder); // prettier-ignore
      return writes;
    };
    await inTracesOf(db, 'fold', fold, (writes) => writes.flatMap((write) => write.objectKeys));
    options.onFolded?.([...stamps.keys()]);
  };
  await oneByOneAfterFailure(db, marks, {
    together: () => foldMarked(marks),
    alone: (mark) => foldMarked([mark]),
    postpone: (own) => {
      const delayMs = Math.min(retryDelayMsMax, 250 * 2 ** Math.min(8, own[0]!.attemptCount));
      return postponeOrders(db, own.map((mark) => mark.orderKey), holder, delayMs);
    },
  }); // prettier-ignore
  return marks.length;
}

export type FoldedOrder = {
  readonly write: OrderWrite;
  readonly objects: readonly StoredObject[];
  readonly state: OrderState;
  /** All commands of the order so far. */
  readonly commands: readonly Command[];
  readonly isArchived: boolean;
  /** Keys of the objects that hold facts of it. */
  readonly objectKeys: readonly string[];
  /** Why nothing may be planned from it; empty: it is complete. */
  readonly incomplete: readonly Gap[];
};

/**
 * Folds orders without writing: what `rebuild --check` compares with what is stored. `moreKeys` are objects that may
 * belong to the orders and are perhaps not filed yet.
 */
export async function foldKeys(
  db: Database,
  context: FoldContext,
  orderKeys: readonly string[],
  moreKeys: readonly string[] = [],
): Promise<FoldedOrder[]> {
  const { systems, policy } = context;
  const states = await foldStates(db, context, orderKeys, moreKeys);
  // After the version of the state, so that whoever confirms one in between makes our write be refused.
  const commandsOf = Map.groupBy(await listCommands(db, orderKeys), (command) => command.orderKey);
  const effectKeys = effectKeysOf([...commandsOf.values()].flat());
  const stored = new Set((await readObjects(db, effectKeys)).map((object) => object.objectKey));
  return states.map(({ state, input, objects, objectKeys, incomplete }) => {
    const commands = commandsOf.get(input.orderKey) ?? [];
    const isOpen = (problem: Problem): boolean => isOpening(problem, state, context);
    const work = planOrder({
      state,
      commands,
      objectKeys,
      stored,
      systems,
      policy,
      isOpening: isOpen,
      incomplete,
    });
    return {
      write: toWrite(state, input.version, context, work),
      objects,
      state,
      commands,
      isArchived: input.isArchived,
      objectKeys,
      incomplete,
    };
  });
}

export type FoldedState = {
  readonly state: OrderState;
  readonly input: OrderInputs;
  readonly objects: readonly StoredObject[];
  /** Keys of the objects that hold facts of it. */
  readonly objectKeys: readonly string[];
  /** Why nothing may be planned from it; empty: it is complete. */
  readonly incomplete: readonly Gap[];
};

/** The states themselves, with positions: what decisions at the desk look at. */
export async function foldStates(
  db: Database,
  context: FoldContext,
  orderKeys: readonly string[],
  moreKeys: readonly string[] = [],
): Promise<FoldedState[]> {
  const inputs = await readOrderInputs(db, orderKeys, { objects: false });
  const component = await readComponent(db, context.systems, [...inputs.flatMap((input) => [...input.objectKeys]), ...moreKeys]); // prettier-ignore
  const membersOf = listMembers(component);
  return inputs.map((input) => {
    const filed = component.filed.orders.get(input.orderKey);
    const home = filed?.home ?? input.orderKey.slice(0, input.orderKey.indexOf('/'));
    const { policy, coverage, now } = context;
    const facts = [...(filed?.facts ?? []), ...decisionsOf(input)];
    const objectKeys = membersOf.get(input.orderKey) ?? [];
    const fold = { orderKey: input.orderKey, home, facts, policy, coverage, now };
    const incomplete = incompleteOf(objectKeys, component, context.systems);
    let state = foldOrder({ ...fold, incomplete });
    const unseen = unseenOf(state, objectKeys, context);
    if (unseen.length > 0) {
      incomplete.push(...unseen);
      state = foldOrder({ ...fold, incomplete });
    }
    return {
      state,
      input,
      objects: input.objectKeys.flatMap((key) => component.objects.get(key)?.object ?? []),
      objectKeys,
      incomplete,
    };
  });
}

/** Objects that hold facts of each order. */
function listMembers(component: Component): ReadonlyMap<string, readonly string[]> {
  const members = new Map<string, string[]>();
  for (const [key, orders] of component.ordersOf) {
    for (const order of orders) {
      const keys = members.get(order);
      if (keys === undefined) members.set(order, [key]);
      else keys.push(key);
    }
  }
  return members;
}

/** What of an order cannot be read, or is not read for now. */
function incompleteOf(
  objectKeys: readonly string[],
  { objects }: Component,
  systems: ConnectedSystems,
): Gap[] {
  const gaps: Gap[] = [];
  const paused = new Set<string>();
  for (const key of objectKeys) {
    const found = objects.get(key);
    if (found === undefined || found.reading.unread.some((unread) => unread.code === 'unreadable'))
      gaps.push({ is: 'unread', object: key });
    if (found !== undefined && systems.get(found.object.connection)?.isPaused === true)
      paused.add(found.object.connection);
  }
  for (const connection of [...paused].sort()) gaps.push({ is: 'paused', connection });
  return gaps;
}

/** Connections and times of which an order may hold more than is known. */
function unseenOf(state: OrderState, objectKeys: readonly string[], context: FoldContext): Gap[] {
  const { gaps = noGaps, systems } = context;
  const refused = refusedFor(state, objectKeys, gaps, systems).map((connection): Gap => ({
    is: 'refused',
    connection,
  }));
  return isHalfRead(state, gaps) ? [...refused, { is: 'past' }] : refused;
}

/** Takes out new problems and commands of orders whose past is still being read: what is missing may be there. */
async function withholdHalfRead(
  db: Database,
  { gaps = noGaps, now }: FoldContext,
  folded: readonly FoldedOrder[],
): Promise<readonly FoldedOrder[]> {
  const halves = folded.filter(({ state, write }) => write.problems.length > 0 && isHalfRead(state, gaps));
  if (halves.length === 0) return folded;
  const known = await listSubjectProblems(db, halves.map(({ write }) => write.orderKey)); // prettier-ignore
  const open = new Set(known.flatMap((row) => (row.resolvedAt === null ? [`${row.subjectKey} ${row.problemId}`] : []))); // prettier-ignore
  const withheld = new Set(halves);
  return folded.map((order) => {
    if (!withheld.has(order)) return order;
    const { write } = order;
    const problems = write.problems.filter((problem) => open.has(`${write.orderKey} ${problem.id}`));
    const nextDueAt = new Date(now + halfReadRetryMs).toISOString();
    return { ...order, write: { ...write, problems, state: { ...write.state, nextDueAt } } };
  });
}

/** Takes out problems that rest on reads older than they are, asks for those reads, and looks again soon. */
async function withholdStale(
  db: Database,
  context: FoldContext,
  folded: readonly FoldedOrder[],
): Promise<FoldedOrder[]> {
  if (folded.every(({ write }) => write.problems.length === 0)) return [...folded];
  const sweptAt = await readSweptAt(db, context.systems);
  const wanted = new Set<string>();
  const kept = folded.map((order): FoldedOrder => {
    const { write, objects } = order;
    let isStale = false;
    const problems = write.problems.filter((problem) => {
      const freshness = freshnessOf(problem.body as Problem, objects, context.systems, sweptAt);
      if (freshness.is === 'fresh') return true;
      for (const key of freshness.read) wanted.add(key);
      isStale = true;
      return false;
    });
    if (!isStale) return order;
    const nextDueAt = new Date(context.now + staleRetryMs).toISOString();
    // A new command would rest on the same reads; those there are stay as they are.
    const commands = order.commands.filter((command) => command.endedAt === null);
    return { ...order, write: { ...write, problems, commands, state: { ...write.state, nextDueAt } } };
  });
  await requestRead(db, [...wanted], 'fresh');
  return kept;
}

/** Adds the cases of some orders to a coverage under construction. */
export async function addCoverageOf(
  db: Database,
  systems: ConnectedSystems,
  orderKeys: readonly string[],
  coverage: Map<Feed, Map<string, Count>>,
): Promise<void> {
  const inputs = await readOrderInputs(db, orderKeys, { objects: false });
  const component = await readComponent(db, systems, inputs.flatMap((input) => [...input.objectKeys])); // prettier-ignore
  for (const input of inputs) {
    const filed = component.filed.orders.get(input.orderKey);
    if (filed !== undefined)
      addCoverage(coverage, positionsOf(orderFacts([...filed.facts, ...decisionsOf(input)]), filed.home));
  }
}

/** The row, and all that hangs on it, of one folded order. */
export function toWrite(
  state: OrderState,
  version: number,
  context: FoldContext,
  work?: OrderCommands,
): OrderWrite {
  const opening = (problem: Problem): boolean => isOpening(problem, state, context);
  const closedAt = state.verdict === 'closed' ? state.facts.at(-1)?.at : undefined;
  return {
    orderKey: state.orderKey,
    version,
    desk: deskOf(state, context.policy),
    finance: {
      accounts: accountWrites(state),
      items: itemResults(state).map((item) => ({ ...item, currency: state.money.currency })),
    },
    state: {
      connection: state.connection,
      number: state.order,
      verdict: state.verdict,
      body: storedState(state, context),
      ...(state.nextDueAt !== undefined && { nextDueAt: new Date(state.nextDueAt).toISOString() }),
      ...(state.placedAt !== undefined && { placedAt: state.placedAt }),
      ...(closedAt !== undefined && { closedAt }),
      currency: state.money.currency,
      paidMinor: state.money.paid,
      refundedMinor: state.money.refunded,
      goneMinor: state.stake.gone,
      stuckMinor: state.stake.stuck,
      booksMinor: state.stake.books,
      isReturn: state.hasReturn,
      codeVersion: context.codeVersion,
    },
    facts: state.facts,
    openItems: state.problems.map((problem) => toOpenItem(problem, state, opening(problem))),
    problems: [
      ...state.problems
        .filter((problem) => problem.state === 'open' && problem.waitsFor === undefined && !opening(problem))
        .map((problem) => toProblem(problem, state)),
      ...(work?.problems ?? []),
    ],
    commands: work?.plans ?? [],
    ...(work !== undefined && work.effects.size > 0 && { effects: work.effects }),
  };
}

function accountWrites(state: OrderState): AccountWrite[] {
  return state.accounts.map((account): AccountWrite => {
    const { control, unit, left, right, postings } = account;
    const { unexplained, rounding, since } = explainAccount(account, state);
    return {
      control, unit, currency: unit === 'money' ? state.money.currency : '', left, right, unexplained, rounding,
      ...(since !== undefined && { since }),
      postings: (['left', 'right'] as const).flatMap((side) => postings[side].map((posting) => ({ ...posting, side }))),
    };
  });
} // prettier-ignore

/** What stood open before its connections were watched belongs to the opening balance. */
function isOpening(problem: Problem, state: OrderState, { systems, takenOn }: FoldContext): boolean {
  const currency = problem.amount?.currency ?? state.money.currency;
  if (takenOn?.has(`${problem.control} ${currency}`) === true) return false;
  const names = new Set([state.connection, ...problem.evidence.map((ref) => ref.slice(0, ref.indexOf(':')))]);
  for (const name of names) {
    const watchFrom = systems.get(name)?.watchFrom;
    if (watchFrom !== undefined && problem.since < watchFrom) return true;
  }
  return false;
}

function storedState(state: OrderState, context: FoldContext): StoredState {
  const { facts: _facts, positions: _positions, accounts, ...rest } = state;
  const asOf = new Date(context.now).toISOString();
  const options = { zone: context.policy.zone, asOf };
  return {
    ...rest,
    asOf,
    answer: {
      en: answerOf(state, { ...options, language: 'en' }),
      de: answerOf(state, { ...options, language: 'de' }),
    },
    accounts: accounts.map(({ control, unit, left, right }) => ({ control, unit, left, right })),
  };
}

function toOpenItem(problem: Problem, state: OrderState, opening: boolean): OpenItemWrite {
  return {
    id: problem.id, control: problem.control, side: problem.code, since: problem.since,
    ...(problem.overdueAt !== undefined && { dueAt: problem.overdueAt }),
    ...(problem.units !== undefined && { units: problem.units }),
    minor: problem.amount?.minor ?? stakeMinor(problem, state.positions),
    currency: problem.amount?.currency ?? state.money.currency, owner: problem.owner, isOpening: opening, body: problem,
  }; // prettier-ignore
}

function toProblem(problem: Problem, state: OrderState): ProblemWrite {
  const minor = stakeMinor(problem, state.positions);
  const kind = stakeKind(problem.code);
  return {
    id: problem.id, code: problem.code, control: problem.control, severity: problem.severity, since: problem.since,
    owner: problem.owner, ...(problem.overdueAt !== undefined && { dueAt: problem.overdueAt }), currency: state.money.currency, cause: causeOf(problem), body: problem,
    ...(kind === 'gone' ? { goneMinor: minor } : kind === 'stuck' ? { stuckMinor: minor } : { booksMinor: minor }),
  }; // prettier-ignore
}
