/**
 * Planning: the remedy of each open problem as a command, at most one per open item. A plan sends nothing; what
 * becomes of it depends on the control's mode (`watch` plans nothing) and, for money, on people.
 *
 * A stock command needs a counted and graded unit. An approval, a refund or a ticket never justify one.
 */
import type { ControlId } from './controls.ts';
import type { Disposition } from './fact.ts';
import type { Money } from './money.ts';
import type { OrderState, Problem } from './order-state.ts';
import { controlOn, valueOn, type Policy } from './policy.ts';
import { unitsOf, type Item } from './positions.ts';

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
  readonly sku?: string;
  readonly units?: number;
  readonly amount?: Money;
};

/** Steps in which commands of one order are made: goods before books, money after its trigger, the case last. */
const stepOf: Readonly<Record<CommandKind, number>> = {
  'restore-stock': 0, 'write-off': 0, 'restock-shop': 1, 'record-refund': 2, refund: 3, 'draft-credit-note': 4,
  'note-case': 5, 'resolve-case': 6, 'place-answer': 7,
}; // prettier-ignore

const movesMoney: readonly CommandKind[] = ['refund'];

/** Commands that would close the open problems of one order, in the order in which they must be made. */
export function planCommands(state: OrderState, policy: Policy, generation = 1): Command[] {
  if (state.verdict === 'incomplete') return [];
  const commands: Command[] = [];
  for (const problem of state.problems) {
    if (problem.state !== 'open') continue;
    const kind = remedyOf(problem, state, policy);
    if (kind === undefined) continue;
    const { mode } = controlOn(policy, problem.control, problem.since);
    if (mode === 'watch') continue;
    commands.push({
      key: `${problem.id}.${generation}`,
      kind,
      orderKey: state.orderKey,
      problem: problem.id,
      control: problem.control,
      mode: mode === 'auto' && movesMoney.includes(kind) ? 'approve' : mode,
      ...(problem.sku !== undefined && { sku: problem.sku }),
      ...(problem.units !== undefined && { units: problem.units }),
      ...(problem.amount !== undefined && { amount: problem.amount }),
    });
  }
  return commands.sort(
    (left, right) => stepOf[left.kind] - stepOf[right.kind] || (left.key < right.key ? -1 : 1),
  );
}

function remedyOf(problem: Problem, state: OrderState, policy: Policy): CommandKind | undefined {
  const item = problem.sku === undefined ? undefined : state.positions.items.get(problem.sku);
  const units = problem.units ?? 0;
  switch (problem.code) {
    case 'approved-but-not-restored':
      return item !== undefined && isGraded(item, ['restock'], units) ? 'restore-stock' : undefined;
    case 'write-off-missing':
      return item !== undefined && isGraded(item, ['scrap', 'recycle', 'donate', 'missing'], units)
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

/** Counted by somebody, and graded explicitly, at least this many units. */
function isGraded(item: Item, dispositions: readonly Disposition[], units: number): boolean {
  if (units <= 0 || item.received.size === 0) return false;
  let graded = 0;
  for (const disposition of dispositions) graded += unitsOf(item.graded.get(disposition));
  return graded >= units;
}
