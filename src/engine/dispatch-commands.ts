/**
 * Dispatch: commands are claimed, what they rest on is read again, and each is sent at most once by our hand. A call
 * does one batch; it may be stopped anywhere, and a successor goes on from what is stored.
 *
 *   claim → look again → still wanted? → probe → send → read back → the fold sees the effect: confirmed
 *
 * What was begun is on record before the request leaves, so that whoever comes after a crash probes first.
 */
import type { CommandKind } from '../kernel/plan.ts';
import type { Database } from '../store/database.ts';
import type { Command } from '../store/commands.ts';
import { claimCommands } from '../store/dispatch-commands.ts';
import type { Breakers } from './circuit-breaker.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { foldKeys, type FoldContext, type FoldedOrder } from './fold-orders.ts';
import { lookAtConnection, lookAtObjects, type Look } from './look-again.ts';
import { refOf } from './receive.ts';
import { teamOfCommand } from './plan-order.ts';
import { giveBack, resolveUnknown, sendCommand } from './send-command.ts';

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
  /** How long a claim lasts; a request must end well before. */
  readonly leaseMs?: number;
  /** A signal that aborts after so long. Replaced where time is simulated. */
  readonly limit?: (ms: number) => AbortSignal;
  /** Called at every failpoint, from the first probe on with the command. */
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
  const { holder, batchMax = batchMaxDefault, leaseMs = dispatchLeaseMs } = options;
  const without = [...new Set([...options.breakers.shut(), ...unreachable(context.systems)])];
  const claimed = await claimCommands(db, { holder, limit: batchMax, leaseMs, without });
  if (claimed.length === 0) return 0;
  await options.reach?.('claimed');
  const isOnItsWay = (command: Command): boolean =>
    command.status === 'sending' || command.status === 'unknown';
  for (const command of claimed.filter(isOnItsWay)) await resolveUnknown(db, context, command, options);
  const fresh = claimed.filter((command) => !isOnItsWay(command));
  if (fresh.length === 0) return claimed.length;
  const looked = await lookBefore(db, context, fresh, options);
  await options.reach?.('looked');
  // One of an order at a time; the others wait for what became of it.
  const busy = new Set<string>();
  for (const command of fresh) {
    const order = looked.orders.get(command.orderKey);
    if (options.signal.aborted || busy.has(command.orderKey)) await giveBack(db, command, { delayMs: 0 });
    else if (order === undefined)
      await giveBack(db, command, {
        delayMs: lookAgainMs,
        message: looked.failure ?? 'the order is not known',
      });
    else {
      busy.add(command.orderKey);
      await sendCommand(db, context, command, order, options);
    }
  }
  return claimed.length;
}

const lookAgainMs = 5_000;

/** Connections that cannot be spoken to now. */
const unreachable = (systems: ConnectedSystems): string[] =>
  [...systems].filter(([, system]) => system.live === undefined).map(([name]) => name);

/**
 * Reads what the commands rest on, and folds their orders from that. Orders of which something could not be read are
 * left out: a command never rests on a stale read.
 */
async function lookBefore(
  db: Database,
  context: FoldContext,
  commands: readonly Command[],
  { signal, breakers }: DispatchOptions,
): Promise<{ readonly orders: ReadonlyMap<string, FoldedOrder>; readonly failure: string | undefined }> {
  const { systems } = context;
  const orderKeys = [...new Set(commands.map((command) => command.orderKey))];
  const before = await foldKeys(db, context, orderKeys);
  const connectionsOf = (order: FoldedOrder): string[] => {
    const own = commands.filter((command) => command.orderKey === order.write.orderKey);
    return [...new Set(own.flatMap((command) => restsOn(command, order, systems)))];
  };
  const looks = new Map<string, Look>();
  for (const name of new Set(before.flatMap(connectionsOf))) {
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
  }
  let failure: string | undefined;
  const note = (look: Look | undefined): boolean => {
    if (look?.is === 'failed') failure ??= look.message;
    return look?.is === 'done';
  };
  const readable: FoldedOrder[] = [];
  for (const order of before) {
    if (!connectionsOf(order).every((name) => note(looks.get(name)))) continue;
    const names = connectionsOf(order);
    const keys = order.objectKeys.filter((key) => names.includes(refOf(key).connection));
    if (note(await lookAtObjects(db, systems, keys, signal))) readable.push(order);
  }
  const seen = [...looks.values()].flatMap((look) => (look.is === 'done' ? look.seen : []));
  const keys = readable.map((order) => order.write.orderKey);
  const folded = keys.length === 0 ? [] : await foldKeys(db, context, keys, [...new Set(seen)]);
  return { orders: new Map(folded.map((order) => [order.write.orderKey, order])), failure };
}

/** Connections that must be read before a command goes out: where it goes, the order's home, and what else it rests on. */
function restsOn(command: Command, order: FoldedOrder, systems: ConnectedSystems): string[] {
  const all = [...new Set(order.objectKeys.map((key) => refOf(key).connection))];
  const team = teamOfCommand[command.kind as CommandKind];
  return [
    command.connection,
    order.state.connection,
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
