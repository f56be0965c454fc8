/**
 * From objects to answers: reads every object, files its facts, measures coverage and folds each order. No files,
 * no server, no clock: the service does the same with the same functions.
 */
import { isDeepStrictEqual } from 'node:util';
import type { ConnectionSettings, ConnectorPure, Reading, Unread } from '../connectors/contract.ts';
import { addCoverage, type Coverage, type Count, type Feed } from '../kernel/feeds.ts';
import { Filing, type Orphan } from '../kernel/file-facts.ts';
import { orderFacts, positionsOf } from '../kernel/fold.ts';
import type { OrderState } from '../kernel/order-state.ts';
import type { Policy } from '../kernel/policy.ts';
import { AbsentKinds } from './absent-kinds.ts';
import { lookupIn } from './lookup-objects.ts';
import { factsUntil, OrderFolder } from './order-folder.ts';
import { reconcileStreamed } from './reconcile-streamed.ts';
import type { StreamedFacts } from './streamed-facts.ts';

/** One connection with its newest objects, by kind and id. */
export type ConnectionObjects = {
  readonly connector: ConnectorPure;
  readonly settings: ConnectionSettings;
  readonly objects: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  /** All bodies of objects of which nothing says which is newest: their orders are not known in full. */
  readonly disputed?: ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>>;
};

export type UnreadObject = {
  readonly connection: string;
  readonly kind: string;
  readonly id: string;
  readonly unread: Unread;
};

export type Reconciled = {
  readonly states: readonly OrderState[];
  readonly orphans: readonly Orphan[];
  readonly unread: readonly UnreadObject[];
  readonly coverage: Coverage;
  readonly factCount: number;
  /** Facts later than `until`, which were left out. */
  readonly laterCount: number;
  /** Kinds that records point at and of which there is none, in words. */
  readonly missing: readonly string[];
};

export type ReconcileOptions = {
  /** Canonical facts, which are read while loading: not in `connections`. */
  readonly streamed?: StreamedFacts;
  /** What is known to be missing from the input; no order can be called closed then. */
  readonly incomplete?: readonly string[];
  /** Leaves out facts that happened after this instant (epoch ms): the state as it was. */
  readonly until?: number;
};

/** Are canonical facts all there is? Then each order can be read by itself. */
export const areAlone = (streamed: StreamedFacts, connections: readonly ConnectionObjects[]): boolean =>
  streamed.factCount > 0 &&
  connections.every(({ objects, disputed = none }) => objects.size === 0 && disputed.size === 0);

const none: ReadonlyMap<string, ReadonlyMap<string, readonly unknown[]>> = new Map();

/** What all readings of one object say; that they differ in the rest is told. */
function agreed([first, ...others]: readonly Reading[]): Reading {
  const isSaidByAll = <Part extends 'facts' | 'names' | 'links'>(part: Part): Reading[Part] =>
    first![part].filter((one) => others.every((other) => other[part].some((same) => isDeepStrictEqual(one, same)))) as never; // prettier-ignore
  const message = 'Its readings differ, and nothing says which is newer; export it again.';
  const contradicted: Unread = { code: 'unreadable', field: '', value: 'several readings', message };
  return {
    facts: isSaidByAll('facts'),
    names: isSaidByAll('names'),
    links: isSaidByAll('links'),
    unread: [contradicted],
  };
}

/** Takes states one by one. */
export type Visit = (state: OrderState) => void;

/** Reads and reconciles all connections at `now` (epoch ms). */
export function reconcile(
  connections: readonly ConnectionObjects[],
  policy: Policy,
  now: number,
  options: ReconcileOptions = {},
): Reconciled {
  let states: OrderState[] = [];
  const begin = (): Visit => {
    states = [];
    return (state) => void states.push(state);
  };
  const rest = reconcileEach(connections, policy, now, begin, options);
  states.sort((left, right) => (left.orderKey < right.orderKey ? -1 : 1));
  return { ...rest, states };
}

/**
 * As `reconcile`, but hands over one state at a time: a million facts need not be kept as states. `begin` gives who
 * takes them; it may be called a second time, and then what the first one took does not count.
 */
export function reconcileEach(
  connections: readonly ConnectionObjects[],
  policy: Policy,
  now: number,
  begin: () => Visit,
  options: ReconcileOptions = {},
): Omit<Reconciled, 'states'> {
  const { streamed } = options;
  if (streamed !== undefined && areAlone(streamed, connections))
    return reconcileStreamed(streamed, policy, now, begin, options);
  const filing = new Filing();
  const unread: UnreadObject[] = [];
  const missing: string[] = [];
  let factCount = 0;
  for (const { connector, settings, objects, disputed = none } of connections) {
    const { connection } = settings;
    const absent = new AbsentKinds(connector.needed, new Set([...objects.keys(), ...disputed.keys()]));
    const context = { settings, lookup: absent.watch(lookupIn(objects)) };
    const add = (kind: string, id: string, { facts, names, links, unread: own }: Reading): void => {
      factCount += facts.length;
      for (const one of own) unread.push({ connection, kind, id, unread: one });
      filing.add({ ref: `${connection}:${kind}/${id}`, names, links, facts });
    };
    for (const [kind, byId] of objects)
      for (const [id, body] of byId) add(kind, id, connector.read({ connection, kind, id, body }, context));
    for (const [kind, byId] of disputed)
      for (const [id, bodies] of byId)
        add(kind, id, agreed(bodies.map((body) => connector.read({ connection, kind, id, body }, context))));
    missing.push(...absent.told(connection));
  }
  if (streamed !== undefined) {
    streamed.fileInto(filing);
    unread.push(...streamed.unread);
    factCount += streamed.factCount;
  }
  const { orders, orphans } = filing.file();
  const keys = [...orders.keys()].sort();
  const coverage = new Map<Feed, Map<string, Count>>();
  for (const key of keys) {
    const order = orders.get(key)!;
    addCoverage(coverage, positionsOf(orderFacts(factsUntil(order.facts, options.until)), order.home));
  }
  const incomplete = [...(options.incomplete ?? []), ...missing];
  const folder = new OrderFolder(policy, now, unread, { ...options, incomplete });
  const visit = begin();
  for (const key of keys) folder.fold(orders.get(key)!, coverage, visit);
  return { orphans, unread, coverage, factCount, laterCount: folder.laterCount, missing };
}
