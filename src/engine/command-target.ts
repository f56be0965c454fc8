/** Where a command goes: which connection, and which of its objects belong to the order. */
import type { ObjectRef } from '../connectors/live-contract.ts';
import type { Fact, System } from '../kernel/fact.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Command, CommandKind } from '../kernel/plan.ts';
import type { ConnectedSystem, ConnectedSystems } from './connected-system.ts';
import { refOf } from './receive.ts';

export type CommandTarget = {
  readonly connection: string;
  /** Objects of the order in that system: kind → ids, oldest first, separated by commas. */
  readonly refs: Readonly<Record<string, string>>;
  /** It can only be suggested: nobody has said which way it may go. */
  readonly onlySuggest?: true;
};

const systemOf: Readonly<Record<CommandKind, System>> = {
  'restore-stock': 'erp', 'write-off': 'erp', 'draft-credit-note': 'erp', 'restock-shop': 'shop', 'record-refund': 'shop',
  refund: 'shop', 'note-case': 'crm', 'resolve-case': 'crm', 'place-answer': 'crm',
}; // prettier-ignore

/**
 * Target of a command among the connections that are up, can be told to do it and hold objects of the order; those
 * that prove its problem come first. Undefined: there is none, and a person makes the step.
 */
export function findTarget(
  command: Command,
  state: OrderState,
  objectKeys: readonly string[],
  systems: ConnectedSystems,
): CommandTarget | undefined {
  const evidence = state.problems.find((problem) => problem.id === command.problem)?.evidence ?? [];
  const refsOf = (name: string): Readonly<Record<string, string>> =>
    groupRefs(objectKeys.flatMap((key) => {
      const { connection, ref } = refOf(key);
      return connection === name ? [ref] : [];
    }), state.facts, name); // prettier-ignore
  if (command.kind === 'refund') return findPayout(command, state, systems, refsOf);
  const home = systems.get(state.connection);
  if (systemOf[command.kind] === 'shop') {
    // A record of the order is kept where the order is at home, nowhere else.
    return canDo(home, command.kind) && home?.settings.system === 'shop'
      ? { connection: state.connection, refs: refsOf(state.connection) }
      : undefined;
  }
  const names = [...systems.keys()]
    .filter((name) => {
      const system = systems.get(name)!;
      return system.settings.system === systemOf[command.kind] && canDo(system, command.kind);
    })
    .sort();
  const isNamed = (name: string): boolean => evidence.some((ref) => ref.startsWith(`${name}:`));
  const known = names.filter((name) => Object.keys(refsOf(name)).length > 0);
  const connection = known.find(isNamed) ?? known[0];
  if (connection === undefined) return undefined;
  const refs = refsOf(connection);
  // Of several cases the one that the problem is about.
  const tickets = evidence
    .map(refOf)
    .filter((one) => one.connection === connection && one.ref.kind === 'ticket');
  const ticket = systemOf[command.kind] === 'crm' ? tickets[0]?.ref.id : undefined;
  if (systemOf[command.kind] === 'crm' && ticket === undefined && refs['ticket'] === undefined)
    return undefined;
  return { connection, refs: ticket === undefined ? refs : { ...refs, ticket } };
}

/** One way of paying out per shop connection: at the gateway, or by the shop. */
function findPayout(
  command: Command,
  state: OrderState,
  systems: ConnectedSystems,
  refsOf: (name: string) => Readonly<Record<string, string>>,
): CommandTarget | undefined {
  const home = systems.get(state.connection);
  const shop = (): CommandTarget | undefined =>
    canDo(home, command.kind) && home?.settings.system === 'shop'
      ? { connection: state.connection, refs: refsOf(state.connection) }
      : undefined;
  switch (home?.payoutPath) {
    case 'shop':
      return shop();
    case 'gateway': {
      const connection = [...systems.keys()]
        .sort()
        .find((name) => canDo(systems.get(name), 'refund') && refsOf(name)['charge'] !== undefined);
      return connection === undefined || systems.get(connection)!.settings.system !== 'psp'
        ? undefined
        : { connection, refs: refsOf(connection) };
    }
    case undefined: {
      const target = shop();
      return target === undefined ? undefined : { ...target, onlySuggest: true };
    }
  }
}

const canDo = (system: ConnectedSystem | undefined, kind: CommandKind): boolean =>
  system?.live?.connector.contract.commands[kind] !== undefined;

/** Ids by kind, oldest first: whole numbers by size, as systems count up; others by their first fact. */
function groupRefs(
  refs: readonly ObjectRef[],
  facts: readonly Fact[],
  connection: string,
): Readonly<Record<string, string>> {
  const firstAt = new Map<string, string>();
  for (const fact of facts)
    if (fact.connection === connection && !firstAt.has(fact.object)) firstAt.set(fact.object, fact.at);
  const isNumber = (id: string): boolean => /^\d{1,15}$/.test(id);
  const compare = (left: ObjectRef, right: ObjectRef): number => {
    if (isNumber(left.id) && isNumber(right.id)) return Number(left.id) - Number(right.id);
    const [one, other] = [left, right].map(
      (ref) => `${firstAt.get(`${ref.kind}/${ref.id}`) ?? '9'} ${ref.id}`,
    );
    return one! < other! ? -1 : 1;
  };
  const grouped: Record<string, string> = {};
  for (const [kind, group] of Map.groupBy(refs, (ref) => ref.kind))
    grouped[kind] = [...group].sort(compare).map((ref) => ref.id).join(','); // prettier-ignore
  return grouped;
}
