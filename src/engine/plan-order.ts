/** What the fold of an order means for its commands: those wanted now, those whose effect it sees, those that are stuck. */
import { objectKeyOf } from '../store/store-observations.ts';
import type { Command as StoredCommand, CommandPlan } from '../store/commands.ts';
import type { ProblemWrite } from '../store/problems.ts';
import type { ProblemCode } from '../kernel/codes.ts';
import { problemCodes } from '../kernel/codes.ts';
import type { ControlId, Team } from '../kernel/controls.ts';
import { findEffect } from '../kernel/find-effect.ts';
import type { Gap } from '../kernel/gap.ts';
import type { OrderState, Problem } from '../kernel/order-state.ts';
import {
  movesMoney,
  planCommands,
  type Command,
  type CommandKind,
  type PastCommand,
} from '../kernel/plan.ts';
import type { Policy } from '../kernel/policy.ts';
import { findTarget } from './command-target.ts';
import type { ConnectedSystems } from './connected-system.ts';

/** What is known of the last attempt; stands in `outcome` of a command. */
export type CommandOutcome = {
  readonly is:
    | 'accepted' | 'effect' | 'unknown' | 'failed' | 'undecidable' | 'not-wanted' | 'gave-back'; // prettier-ignore
  readonly code?: string;
  readonly message?: string;
  /** Objects of the target in which the effect stands. */
  readonly refs?: readonly { readonly kind: string; readonly id: string }[];
  /** Attempts in a row that surely did nothing. */
  readonly failures?: number;
  /** Looks in a row without an answer. */
  readonly looks?: number;
  /** The target has had its time, and nobody knows: a person decides. */
  readonly isOverdue?: boolean;
  /** A person took it back before it went out, or decided about it afterwards. */
  readonly withdrawnBy?: string;
  readonly decidedBy?: string;
};

export const outcomeOf = (command: StoredCommand): Partial<CommandOutcome> =>
  (command.outcome ?? {}) as Partial<CommandOutcome>;

/** Who approves a kind of command and owns what becomes of it. */
export const teamOfCommand: Readonly<Record<CommandKind, Team>> = {
  'restore-stock': 'ops', 'write-off': 'ops', 'restock-shop': 'ops', 'draft-credit-note': 'finance',
  'record-refund': 'finance', refund: 'finance', 'note-case': 'support', 'resolve-case': 'support', 'place-answer': 'support',
}; // prettier-ignore

export type OrderCommands = {
  readonly plans: readonly CommandPlan[];
  /** Commands whose effect is seen: id → fact, or the record where the effect is no fact. */
  readonly effects: ReadonlyMap<string, string>;
  /** Commands that a person must decide about. */
  readonly problems: readonly ProblemWrite[];
};

export type PlanInput = {
  readonly state: OrderState;
  /** All commands of the order so far. */
  readonly commands: readonly StoredCommand[];
  /** Objects of the order. */
  readonly objectKeys: readonly string[];
  /** Records known to be stored, among those in which effects stand. */
  readonly stored: ReadonlySet<string>;
  readonly systems: ConnectedSystems;
  readonly policy: Policy;
  /** Nothing is planned for a problem from before the watch. */
  readonly isOpening: (problem: Problem) => boolean;
  /** Why nothing may be planned from this order; empty: it is complete. */
  readonly incomplete: readonly Gap[];
};

export function planOrder(input: PlanInput): OrderCommands {
  const { state, commands } = input;
  const effects = new Map<string, string>();
  for (const command of commands) {
    const fact = effectOf(command, input);
    if (fact !== undefined) effects.set(command.commandId, fact);
  }
  return {
    plans: input.incomplete.length > 0 ? keepLive(commands) : planNew(input),
    effects,
    problems: commands
      .filter((command) => !effects.has(command.commandId))
      .flatMap((command) => stuckProblem(command, state, input.policy) ?? []),
  };
}

/** From an incomplete order nothing new is planned, and nothing is taken back. */
const keepLive = (commands: readonly StoredCommand[]): CommandPlan[] =>
  commands.filter((command) => command.endedAt === null);

function planNew({ state, commands, objectKeys, systems, policy, isOpening }: PlanInput): CommandPlan[] {
  const problems = new Map(state.problems.map((problem) => [problem.id, problem]));
  return planCommands(state, policy, commands.map(toPast)).flatMap((planned): CommandPlan[] => {
    const { generation, ...command } = planned;
    if (isOpening(problems.get(command.problem)!)) return [];
    const target = findTarget(command, state, objectKeys, systems);
    if (target === undefined || wentElsewhere(command, target.connection, commands)) return [];
    return [{
      control: command.control, itemId: command.problem, generation, kind: command.kind, connection: target.connection,
      effectKey: command.key, mode: target.onlySuggest === true ? 'suggest' : command.mode, body: command,
      ...(command.agreed !== undefined && { approvals: command.agreed.by }),
    }]; // prettier-ignore
  });
}

/** Money of one order leaves by one path, also when the setting has changed meanwhile. */
function wentElsewhere(command: Command, connection: string, commands: readonly StoredCommand[]): boolean {
  if (!movesMoney.includes(command.kind)) return false;
  return commands.some(
    (other) =>
      movesMoney.includes(other.kind as CommandKind) && other.connection !== connection && other.sentAt !== null &&
      (other.status === 'confirmed' || other.status === 'sending' || other.status === 'unknown'),
  ); // prettier-ignore
}

/** As the planner sees a stored command. */
export function toPast(stored: StoredCommand): PastCommand {
  const { problem, control, kind, since, sku, units, amount } = stored.body as Command;
  const outcome = outcomeOf(stored);
  const isByPerson = outcome.withdrawnBy !== undefined || outcome.decidedBy !== undefined;
  const fate: PastCommand['fate'] =
    stored.status === 'confirmed' ? 'done'
    : stored.status === 'dead' ? 'failed'
    : stored.status === 'withdrawn' ? (isByPerson ? 'rejected' : 'dropped')
    : 'live'; // prettier-ignore
  return {
    problem: problem ?? stored.itemId, control: control ?? (stored.control as ControlId), kind,
    ...(since !== undefined && { since }), ...(sku !== undefined && { sku }), ...(units !== undefined && { units }), ...(amount !== undefined && { amount }),
    generation: stored.generation, wasSent: stored.sentAt !== null, fate,
  }; // prettier-ignore
}

function effectOf(command: StoredCommand, { state, stored }: PlanInput): string | undefined {
  if (!['sending', 'unknown', 'failed'].includes(command.status)) return undefined;
  const { refs = [] } = outcomeOf(command);
  if (refs.length === 0) return undefined;
  const { connection } = command;
  if (command.kind === 'note-case') {
    // An internal note proves nothing about the return and is no fact; its own record is what is seen.
    const note = refs.find((ref) => ref.kind !== 'ticket' && stored.has(objectKeyOf({ connection, ...ref })));
    return note === undefined ? undefined : objectKeyOf({ connection, ...note });
  }
  const { kind, sku, units } = command.body as Command;
  const sent = {
    kind,
    connection,
    refs,
    ...(sku !== undefined && { sku }),
    ...(units !== undefined && { units }),
  };
  return findEffect(sent, state.facts);
}

/** A command that is dead, or of which nobody knows what became of it, as work with an owner. */
function stuckProblem(command: StoredCommand, state: OrderState, policy: Policy): ProblemWrite | undefined {
  const kind = command.kind as CommandKind;
  const isUnknown =
    (command.status === 'sending' || command.status === 'unknown') && outcomeOf(command).isOverdue === true;
  // What nobody wants any more needs nobody's decision.
  const isDead = command.status === 'dead' && state.problems.some((problem) => problem.id === command.itemId);
  if (!isUnknown && !isDead) return undefined;
  const code: ProblemCode = isDead
    ? 'command-failed'
    : movesMoney.includes(kind) ? 'refund-outcome-unknown' : 'command-outcome-unknown'; // prettier-ignore
  const owner = policy.owners[code] ?? teamOfCommand[kind];
  const since = command.sentAt ?? command.plannedAt;
  const { sku, units, amount } = command.body as Command;
  const { severity } = problemCodes[code];
  const body: Problem = {
    id: `${command.itemId}-command`, key: command.itemId, code, control: command.control as ControlId, owner, severity, state: 'open',
    since, due: since, overdueAt: since,
    evidence: (outcomeOf(command).refs ?? []).map((ref) => objectKeyOf({ connection: command.connection, ...ref })),
    ...(sku !== undefined && { sku }), ...(units !== undefined && { units }), ...(amount !== undefined && { amount }),
  }; // prettier-ignore
  return {
    id: body.id, code, control: command.control, severity, since, owner, dueAt: since, currency: state.money.currency,
    cause: code, body,
  }; // prettier-ignore
}

/** Keys of the records in which effects of commands stand that are on their way. */
export function effectKeysOf(commands: readonly StoredCommand[]): string[] {
  return commands
    .filter((command) => command.kind === 'note-case' && command.endedAt === null)
    .flatMap(({ connection, ...command }) =>
      (outcomeOf({ connection, ...command }).refs ?? []).map((ref) => objectKeyOf({ connection, ...ref })),
    );
}
