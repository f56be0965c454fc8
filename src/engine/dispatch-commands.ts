/**
 * Dispatch: commands are claimed, what they rest on is read again, and each is sent at most once by our hand. A call
 * does one batch; it may be stopped anywhere, and a successor goes on from what is stored.
 *
 *   claim → look again → still wanted? → probe → send → read back → the fold sees the effect: confirmed
 *
 * What was begun is on record before the request leaves, so that whoever comes after a crash probes first.
 */
import type { Span } from '@opentelemetry/api';
import type { CommandKind } from '../kernel/plan.ts';
import type { Database } from '../store/database.ts';
import type { Command } from '../store/commands.ts';
import { claimCommands } from '../store/dispatch-commands.ts';
import { listStaleDependents } from '../store/file-objects.ts';
import { listUnfiled } from '../store/marks.ts';
import type { Breakers } from './circuit-breaker.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { eachAtOnce } from '../connectors/each-at-once.ts';
import { foldKeys, type FoldContext, type FoldedOrder } from './fold-orders.ts';
import { lookAtConnection, lookAtObjects, type Look } from './look-again.ts';
import { readComponent } from './read-component.ts';
import { refOf } from './receive.ts';
import { teamOfCommand } from './plan-order.ts';
import { giveBack, resolveUnknown, sendCommand } from './send-command.ts';
import { inSpan, newestTraceOf } from './tracing.ts';

/** Places at which a process may die; tests kill it at each of them. */
export const dispatchFailpoints = [
  'claimed', 'looked', 'probed', 'begun', 'sent', 'noted', 'read-back', 'settled',
] as const; // prettier-ignore
export type DispatchFailpoint = (typeof dispatchFailpoints)[number];

export type DispatchOptions = {
  readonly holder: string;
  readonly signal: AbortSignal;
  readonly breakers: Breakers;
  /** 0 ≤ x < 1, spreads retries. */
  readonly random: () => number;
  readonly batchMax?: number;
  /** Orders that are read and sent for at the same time; the clients hold them to their rates. */
  readonly atOnce?: number;
  /** How long a claim lasts; a request must end well before. */
  readonly leaseMs?: number;
  /** A signal that aborts after so long. Replaced where time is simulated. */
  readonly limit?: (ms: number) => AbortSignal;
  /** Says how much time has passed since it was called. Replaced where time is simulated. */
  readonly startWatch?: () => () => number;
  /** Called at every failpoint, from the look at its order on with the command. */
  readonly reach?: (point: DispatchFailpoint, command?: Command) => Promise<void>;
};

export const dispatchLeaseMs = 90_000;
const batchMaxDefault = 10;

/** Works on one batch of commands; returns how many were claimed. */
export async function dispatchCommands(
  db: Database,
  context: FoldContext,
  options: DispatchOptions,
): Promise<number> {
  const { holder, batchMax = batchMaxDefault, leaseMs = dispatchLeaseMs, atOnce = 1 } = options;
  const without = [...new Set([...options.breakers.shut(), ...unreachable(context.systems)])];
  const claimed = await claimCommands(db, { holder, limit: batchMax, leaseMs, without });
  if (claimed.length === 0) return 0;
  await options.reach?.('claimed');
  const isOnItsWay = (command: Command): boolean =>
    command.status === 'sending' || command.status === 'unknown';
  await eachAtOnce(claimed.filter(isOnItsWay), atOnce, (command) =>
    inSpan('dispatch', { ...told(command), step: 'look for the effect' }, () => resolveUnknown(db, context, command, options)),
  ); // prettier-ignore
  const fresh = claimed.filter((command) => !isOnItsWay(command));
  if (fresh.length === 0) return claimed.length;
  const looked = await lookAtSystems(db, context, fresh, options);
  await eachAtOnce(Map.groupBy(fresh, (command) => command.orderKey).values(), atOnce, async (own) => {
    // One of an order at a time; the others wait for what became of it.
    const [command, ...others] = own as [Command, ...Command[]];
    for (const other of others) await giveBack(db, other, { delayMs: 0 });
    if (options.signal.aborted) return giveBack(db, command, { delayMs: 0 });
    const order = await lookAtOrder(db, context, command.orderKey, looked, options);
    if ('failure' in order) return giveBack(db, command, { delayMs: lookAgainMs, message: order.failure });
    await options.reach?.('looked', command);
    const parent = await newestTraceOf(db, order.objectKeys);
    return inSpan('dispatch', { ...told(command), step: 'send' }, (span) => sendCommand(db, context, command, order, followed(options, span)), parent); // prettier-ignore
  });
  return claimed.length;
}

const told = ({ orderKey, kind, connection, control }: Command) => ({
  order: orderKey,
  command: kind,
  connection,
  control,
});

/** Each place that is passed shows in the span. */
function followed(options: DispatchOptions, span: Span | undefined): DispatchOptions {
  if (span === undefined) return options;
  return {
    ...options,
    reach: async (place, command) => {
      span.addEvent(place);
      await options.reach?.(place, command);
    },
  };
}

const lookAgainMs = 5_000;
/** So many are read with each batch; with more, its commands wait until they are filed. */
const unfiledMax = 5_000;

/** Connections that cannot be spoken to now. */
const unreachable = (systems: ConnectedSystems): string[] =>
  [...systems].filter(([, system]) => system.live === undefined).map(([name]) => name);

/** What was read of whole connections, before each order is looked at. */
type Looked = {
  readonly orders: ReadonlyMap<
    string,
    { readonly before: FoldedOrder; readonly connections: readonly string[] }
  >;
  readonly looks: ReadonlyMap<string, Look>;
  /** Objects that were read, now or before, and are not filed yet: any of them may belong to an order. */
  readonly unfiled: readonly string[];
  /** Orders that hang together with one of those. */
  readonly touched: ReadonlySet<string>;
};

/** Reads what changed in the connections that the commands rest on. */
async function lookAtSystems(
  db: Database,
  context: FoldContext,
  commands: readonly Command[],
  { signal, breakers, atOnce = 1 }: DispatchOptions,
): Promise<Looked> {
  const { systems } = context;
  const byOrder = Map.groupBy(commands, (command) => command.orderKey);
  const folded = await foldKeys(db, context, [...byOrder.keys()]);
  const orders = new Map(
    folded.map((before) => {
      const own = byOrder.get(before.write.orderKey)!;
      const connections = [...new Set(own.flatMap((command) => restsOn(command, before, systems)))];
      return [before.write.orderKey, { before, connections }];
    }),
  );
  const looks = new Map<string, Look>();
  const names = new Set([...orders.values()].flatMap(({ connections }) => connections));
  await eachAtOnce(names, atOnce, async (name) => {
    const system = systems.get(name);
    const look: Look =
      system === undefined
        ? { is: 'failed', message: `${name} is not connected` }
        : await lookAtConnection(db, system, signal);
    looks.set(name, look);
    if (look.is === 'failed' && system?.live !== undefined) {
      if (look.retryAfterMs === undefined) breakers.failed(name);
      else breakers.hold(name, look.retryAfterMs);
    }
  });
  const waiting = await listUnfiled(db, [...looks.keys()], unfiledMax + 1);
  // With them those that will be read again because of them: a move that was filed before its transfer was known.
  const unfiled = [...new Set([...waiting, ...(await listStaleDependents(db, waiting))])];
  return { orders, looks, unfiled, touched: await ordersAround(db, systems, unfiled.slice(0, unfiledMax)) };
}

/** Orders under which some objects, or anything that hangs together with them, stand or would stand once they are filed. */
async function ordersAround(
  db: Database,
  systems: ConnectedSystems,
  objectKeys: readonly string[],
): Promise<ReadonlySet<string>> {
  if (objectKeys.length === 0) return new Set();
  const { objects, ordersOf } = await readComponent(db, systems, objectKeys);
  return new Set(
    [...objects].flatMap(([key, { object }]) => [...object.orderKeys, ...(ordersOf.get(key) ?? [])]),
  );
}

/**
 * Reads what an order's command rests on, and folds the order from that. Where something cannot be read it says what: a
 * command never rests on a stale read.
 */
async function lookAtOrder(
  db: Database,
  context: FoldContext,
  orderKey: string,
  { orders, looks, unfiled, touched }: Looked,
  { signal }: DispatchOptions,
): Promise<FoldedOrder | { readonly failure: string }> {
  const unknown = { failure: 'the order is not known' };
  const known = orders.get(orderKey);
  if (known === undefined) return unknown;
  for (const name of known.connections) {
    const look = looks.get(name);
    if (look?.is !== 'done') return { failure: look?.message ?? `${name} was not read` };
  }
  if (unfiled.length > unfiledMax)
    return { failure: `more than ${unfiledMax} records were read and are not filed yet` };
  const keys = known.before.objectKeys.filter((key) => known.connections.includes(refOf(key).connection));
  const look = await lookAtObjects(db, context.systems, keys, signal);
  if (look.is === 'failed') return { failure: look.message };
  // What came with its objects may be new: a refund that staff made in between.
  const more = [...look.read, ...(touched.has(orderKey) ? unfiled : [])];
  return (await foldKeys(db, context, [orderKey], more))[0] ?? unknown;
}

/** Connections that must be read before a command goes out: where it goes, the order's home, and what else it rests on. */
function restsOn(command: Command, order: FoldedOrder, systems: ConnectedSystems): string[] {
  const all = [...new Set(order.objectKeys.map((key) => refOf(key).connection))];
  const team = teamOfCommand[command.kind as CommandKind];
  // Of a case it is read always, also where none is known yet: it may be all that ties a transfer to the order.
  const cases = [...systems.keys()].filter((name) => systems.get(name)?.settings.system === 'crm');
  return [
    command.connection,
    order.state.connection,
    ...cases,
    ...all.filter((name) => {
      const system = systems.get(name)?.settings.system;
      // A case is closed by everything; money by what was paid and counted; goods by whoever counts them.
      if (team === 'support') return true;
      return (
        system === 'erp' ||
        system === 'wms' ||
        (team === 'finance' && (system === 'psp' || system === 'bank'))
      );
    }),
  ].filter((name) => systems.has(name));
}
