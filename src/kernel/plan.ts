/**
 * Planning: the remedy of each open problem as a command, at most one per open item. A plan sends nothing; what
 * becomes of it depends on the control's mode (`watch` plans nothing) and, for money, on people.
 *
 * A stock command needs a counted and graded unit. An approval, a refund or a ticket never justify one.
 */
import { byText } from './by-text.ts';
import type { ControlId } from './controls.ts';
import { agreementState } from './decide-money.ts';
import type { Disposition, Gross, RefundLine } from './fact.ts';
import { agreedKey } from './find-owed-money.ts';
import { unitsInErp } from './map-items.ts';
import type { Money } from './money.ts';
import type { OrderState, Problem } from './order-state.ts';
import { controlOn, valueOn, type Policy } from './policy.ts';
import { unitsOf, type Agreement, type Item } from './positions.ts';

export type CommandKind =
  | 'restore-stock' | 'write-off' | 'restock-shop' | 'draft-credit-note' | 'record-refund' | 'refund'
  | 'note-case' | 'resolve-case' | 'place-answer'; // prettier-ignore

export type Command = {
  /** Key planted in the target before anything irreversible: of order, control, open item and generation. */
  readonly key: string;
  readonly kind: CommandKind;
  readonly orderKey: string;
  readonly problem: string;
  readonly control: ControlId;
  readonly mode: 'suggest' | 'approve' | 'auto';
  /** Since when the open item stands: the same item at another time is another step. */
  readonly since?: string;
  readonly sku?: string;
  readonly units?: number;
  readonly amount?: Money;
  /** Of a refund that people agreed on: what it gives back, part by part. Its amounts add up to `amount`. */
  readonly parts?: RefundParts;
  /** Several people agreed on exactly this amount, to where the money came from: no further approval is asked for. */
  readonly agreed?: { readonly agreement: string; readonly by: readonly CommandApproval[] };
};

export type CommandApproval = { readonly by: string; readonly at: string };

export type RefundParts = {
  readonly lines: readonly RefundLine[];
  readonly shipping: Gross;
  readonly fees: Gross;
};

export type PlannedCommand = Command & {
  /** Counts up when another attempt at the same open item is wanted after one that ended. */
  readonly generation: number;
};

/** A command of an earlier plan, as far as a new plan must know it. */
export type PastCommand = Pick<Command, 'problem' | 'control' | 'kind' | 'since' | 'units' | 'amount'> & {
  readonly generation: number;
  /** Was it ever on its way? */
  readonly wasSent: boolean;
  /**
   * `live`: planned, approved, under way or of unknown outcome · `done`: its effect was seen · `failed`: the target
   * will not do it · `rejected`: a person said no · `dropped`: it was not wanted any more.
   */
  readonly fate: 'live' | 'done' | 'failed' | 'rejected' | 'dropped';
};

/** Steps in which commands of one order are made: goods before books, money after its trigger, the case last. */
export const stepOf: Readonly<Record<CommandKind, number>> = {
  'restore-stock': 0, 'write-off': 0, 'restock-shop': 1, 'record-refund': 2, refund: 3, 'draft-credit-note': 4,
  'note-case': 5, 'resolve-case': 6, 'place-answer': 7,
}; // prettier-ignore

/** Kinds that pay money out. */
export const movesMoney: readonly CommandKind[] = ['refund'];

/**
 * Commands that would close the open problems of one order, in the order in which they must be made. `past` are its
 * commands so far: one that is live keeps its key; one that ended is followed by another generation only where the open
 * item is not the same any more, or where it had merely been dropped.
 */
export function planCommands(
  state: OrderState,
  policy: Policy,
  past: readonly PastCommand[] = [],
): PlannedCommand[] {
  if (state.verdict === 'incomplete') return [];
  const commands: PlannedCommand[] = [];
  for (const problem of state.problems) {
    const agreement = findAgreement(problem, state);
    // What people agreed on need not become late first; without all approvals it is not agreed yet.
    if (problem.state !== 'open' && agreement === undefined) continue;
    if (agreement !== undefined && agreementState(agreement, policy) !== 'ready') continue;
    const kind =
      agreement !== undefined && agreement.fact.pay !== 'original'
        ? undefined
        : remedyOf(problem, state, policy);
    if (kind === undefined) continue;
    const { mode } = controlOn(policy, problem.control, problem.since);
    if (mode === 'watch') continue;
    const wanted = {
      kind,
      problem: problem.id,
      since: problem.since,
      ...(problem.amount !== undefined && { amount: problem.amount }),
      ...unitsFor(problem, kind, past),
      ...(agreement !== undefined && { parts: partsOf(agreement), ...agreedBy(agreement, problem) }),
    };
    const generation = nextGeneration(wanted, past);
    if (generation === undefined) continue;
    commands.push({
      ...wanted,
      key: `${problem.id}.${generation}`,
      generation,
      orderKey: state.orderKey,
      control: problem.control,
      mode: mode === 'auto' && movesMoney.includes(kind) ? 'approve' : mode,
    });
  }
  commands.sort((left, right) => stepOf[left.kind] - stepOf[right.kind] || byText(left.key, right.key));
  return onePayout(commands, past);
}

/** The agreed refund that an open item stands for. */
function findAgreement({ code, key }: Problem, { positions }: OrderState): Agreement | undefined {
  if (code !== 'refund-overdue') return undefined;
  for (const agreement of positions.agreements.values())
    if (agreedKey(agreement.fact.agreement) === key) return agreement;
  return undefined;
}

const partsOf = ({ fact: { lines, shipping, fees } }: Agreement): RefundParts => ({ lines, shipping, fees });

/**
 * One person's word begins a refund and allows none of it: who may agree need not be finance. Of what two agreed on only
 * the whole counts; a rest of it is another amount.
 */
function agreedBy({ fact, by, minor, approvedAt }: Agreement, { amount }: Problem): Pick<Command, 'agreed'> {
  if (by.length < 2 || amount?.minor !== minor || amount.currency !== fact.money.currency) return {};
  const approvals = by.map((person, index) => ({ by: person, at: index === 0 ? fact.at : approvedAt }));
  return { agreed: { agreement: fact.agreement, by: approvals } };
}

/** Units that the step is about. The record of a payout that we made names the units that it was made for. */
function unitsFor(
  problem: Problem,
  kind: CommandKind,
  past: readonly PastCommand[],
): Pick<Command, 'sku' | 'units'> {
  const payout = kind !== 'record-refund' ? undefined : past.find(
    (one) => movesMoney.includes(one.kind) && one.fate === 'done' && one.amount?.minor === problem.amount?.minor,
  ); // prettier-ignore
  const { sku, units }: Pick<Problem, 'sku' | 'units'> = payout ?? problem;
  return { ...(sku !== undefined && { sku }), ...(units !== undefined && { units }) };
}

type Wanted = Pick<Command, 'problem' | 'kind' | 'since' | 'units' | 'amount'>;

/** Generation of a wanted command; undefined: the last one has ended, and nothing has changed since. */
function nextGeneration(wanted: Wanted, past: readonly PastCommand[]): number | undefined {
  let last: PastCommand | undefined;
  for (const command of past)
    if (command.problem === wanted.problem && command.generation > (last?.generation ?? 0)) last = command;
  if (last === undefined) return 1;
  const isSame =
    last.kind === wanted.kind &&
    last.since === wanted.since &&
    last.units === wanted.units &&
    last.amount?.minor === wanted.amount?.minor &&
    last.amount?.currency === wanted.amount?.currency;
  if (last.fate === 'dropped' || !isSame) return last.generation + 1;
  return last.fate === 'live' ? last.generation : undefined;
}

/**
 * Items of two checks may be closed by the same money (goods are back, and the legal date has passed): one check pays
 * at a time. The one under way goes first; what is still owed after it is planned then.
 */
function onePayout(commands: readonly PlannedCommand[], past: readonly PastCommand[]): PlannedCommand[] {
  const pays = (command: Pick<Command, 'kind'>): boolean => movesMoney.includes(command.kind);
  const live = past.filter((one) => pays(one) && one.fate === 'live');
  const chosen = live.find((one) => one.wasSent) ?? live[0] ?? commands.find(pays);
  return commands.filter((command) => !pays(command) || command.control === chosen?.control);
}

function remedyOf(problem: Problem, state: OrderState, policy: Policy): CommandKind | undefined {
  const item = problem.sku === undefined ? undefined : state.positions.items.get(problem.sku);
  const units = problem.units ?? 0;
  switch (problem.code) {
    case 'approved-but-not-restored':
      return item !== undefined && isGraded(item, ['restock'], units) && isOneInErp(problem, policy)
        ? 'restore-stock'
        : undefined;
    case 'write-off-missing':
      return item !== undefined &&
        isGraded(item, ['scrap', 'recycle', 'donate', 'missing'], units) &&
        isOneInErp(problem, policy)
        ? 'write-off'
        : undefined;
    case 'shop-not-restocked':
      // The ERP has counted the units and graded them by putting them into saleable stock.
      return problem.waitsFor === undefined && valueOn(policy.stockAuthority, problem.since) === 'shop'
        ? 'restock-shop'
        : undefined;
    case 'refund-without-credit-note':
      return 'draft-credit-note';
    case 'gateway-refund-not-in-shop':
      return 'record-refund';
    case 'received-not-refunded':
    case 'refund-overdue':
    case 'withdrawal-overdue':
      return problem.waitsFor === undefined && state.money.disputed === 0 ? 'refund' : undefined;
    case 'told-too-early':
      return 'note-case';
    case 'loop-closed-case-open':
      return 'resolve-case';
    default:
      return undefined; // A person decides.
  }
}

/** One command moves one item: the parts of a set are moved by people. */
function isOneInErp({ sku, units = 0 }: Problem, { items }: Policy): boolean {
  return sku !== undefined && unitsInErp({ sku, units }, items) !== undefined;
}

/** Counted by somebody, and graded explicitly, at least this many units. */
function isGraded(item: Item, dispositions: readonly Disposition[], units: number): boolean {
  if (units <= 0 || item.received.size === 0) return false;
  let graded = 0;
  for (const disposition of dispositions) graded += unitsOf(item.graded.get(disposition));
  return graded >= units;
}
