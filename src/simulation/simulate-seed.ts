/**
 * One run: two processes of the real engine, a company with its people, a network that fails, and a draw that decides
 * what happens next. After every step nothing that must never happen has happened; when the faults stop, every loop that
 * can close closes, and what is left has an owner.
 */
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { absorbObjects } from '../engine/absorb-objects.ts';
import { createBreakers } from '../engine/circuit-breaker.ts';
import type { ConnectedSystems } from '../engine/connected-system.ts';
import { dispatchCommands, dispatchFailpoints, dispatchLeaseMs } from '../engine/dispatch-commands.ts';
import { foldOrders, type FoldContext } from '../engine/fold-orders.ts';
import { processDeliveries, receiveDelivery } from '../engine/receive.ts';
import { sweepKind, takeCensus } from '../engine/sweep.ts';
import type { CommandKind } from '../kernel/plan.ts';
import { createRandom, type Random } from '../sandbox/random.ts';
import { startSandbox, type SandboxCompany } from '../sandbox/start-sandbox.ts';
import type { Command } from '../store/commands.ts';
import { wakeDueOrders } from '../store/marks.ts';
import type { Database } from '../store/database.ts';
import { checkAfterStep, checkAtEnd, createWitness, type Witness } from './check-invariants.ts';
import { checkVisibility } from './check-visibility.ts';
import { readEffects, totalOf } from './effects.ts';
import { constraintsOf, rewriteWithout, systemWithout, type Guard } from './guards.ts';
import { playPeople } from './play-people.ts';
import { createScheduler, type Scheduler, type SimulatedProcess } from './scheduler.ts';
import { connectCompany, simulatedPolicy } from './simulated-company.ts';
import { createNetwork, networkFaults } from './simulated-network.ts';
import { storeOf, type SimulatedStore } from './simulated-store.ts';
import { webhookFaults } from './tell-webhooks.ts';
import { queuesWritten, type Queue } from './work-queues.ts';
import type { StatementRun } from './simulated-store.ts';

export type SeedResult = {
  readonly seed: string;
  /** What must never happen, and did; empty: all is well. */
  readonly violation: string | undefined;
  readonly faults: ReadonlyMap<string, number>;
  readonly commands: number;
  readonly effects: number;
  readonly steps: number;
};

/** A process that is killed stops here; nothing of it goes on. */
class Killed extends Error {}

/** Three days before the run proper: some returns are older than the watch. */
const start = '2026-10-30T08:00:00Z';
const hourMs = 3_600_000;
/** Faults strike this long; then there is this long to come to rest. */
const faultyMs = 0.75 * hourMs;
const restMs = 10 * hourMs;
/** How often it is looked whether all is at rest. */
const lookMs = 0.1 * hourMs;
const stepsMax = 60_000;

/** Everything that draws or tells the time in this process follows the run while `work` is done. */
async function underControl<T>(random: Random, now: () => number, work: () => Promise<T>): Promise<T> {
  const [makeId, realNow, realRandom] = [crypto.randomUUIDv7, Date.now, Math.random];
  let ids = 0;
  crypto.randomUUIDv7 = (() => {
    const time = Math.floor(now()).toString(16).padStart(12, '0');
    const count = (ids += 1).toString(16).padStart(12, '0');
    return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${count}`;
  }) as typeof crypto.randomUUIDv7;
  Date.now = now;
  Math.random = () => random.next();
  syncBuiltinESMExports();
  try {
    return await work();
  } finally {
    crypto.randomUUIDv7 = makeId;
    Date.now = realNow;
    Math.random = realRandom;
    syncBuiltinESMExports();
  }
}

export async function simulateSeed(
  store: SimulatedStore,
  seed: string,
  options: { readonly without?: Guard } = {},
): Promise<SeedResult> {
  const random = createRandom(seed);
  const sandbox = await startSandbox({ seed, now: start, ordersPerDay: 0 });
  await store.reset();
  const constraint = options.without === undefined ? undefined : constraintsOf[options.without];
  if (constraint !== undefined) await store.execute(constraint.drop);
  const faults = new Map<string, number>();
  let scheduler: Scheduler | undefined;
  let violation: string | undefined;
  try {
    violation = await underControl(random.fork('process'), sandbox.now, async () => {
      scheduler = createScheduler(sandbox.company.clock, random.fork('scheduler'));
      return play({ store, sandbox, scheduler, random, faults, without: options.without });
    });
  } finally {
    if (constraint !== undefined) {
      await store.execute('truncate commands cascade');
      await store.execute(constraint.make);
    }
    await sandbox.close();
  }
  const [{ count } = { count: 0 }] = await store.look<{ count: number }>('select count(*)::int as count from commands where sent_at is not null');
  return { seed, violation, faults, commands: count, effects: totalOf(readEffects(sandbox)), steps: scheduler?.steps() ?? 0 };
} // prettier-ignore

type Run = {
  readonly store: SimulatedStore;
  readonly sandbox: SandboxCompany;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly faults: Map<string, number>;
  readonly without: Guard | undefined;
};

async function play(run: Run): Promise<string | undefined> {
  const { store, sandbox, scheduler, random, faults } = run;
  const { clock } = sandbox.company;
  let faultyUntil = 0;
  const isFaulty = (): boolean => clock.now() < faultyUntil;
  const count = (fault: string): void => void faults.set(fault, (faults.get(fault) ?? 0) + 1);
  const witness = createWitness(sandbox, store, random.fork('colleagues'), count);
  const network = createNetwork({
    sandbox, scheduler, random: random.fork('network'), isFaulty, count,
  }); // prettier-ignore
  skewClocks(run, count);
  const crash = random.fork('crashes');
  let isKilling = false;
  /** Dies here? Never once the faults have stopped. */
  const mayDie = (process: SimulatedProcess, rate: number): boolean =>
    isKilling && isFaulty() && process.name !== 'people' && !process.isDead && crash.chance(rate);
  const die = (process: SimulatedProcess, where: string): never => {
    count(where);
    process.isDead = true;
    witness.died(process.name);
    startProcess();
    throw new Killed();
  };
  const written = new Map<Queue, number>();
  const around = async (process: SimulatedProcess, ran: readonly StatementRun[], work: () => Promise<unknown>): Promise<unknown> => {
    if (mayDie(process, 0.001)) die(process, 'crash before a statement');
    const result = await work();
    const queues = ran.flatMap(queuesWritten);
    for (const queue of queues) written.set(queue, (written.get(queue) ?? 0) + 1);
    if (queues.length > 0) scheduler.wakeAll();
    if (ran.some(({ name }) => name === 'mark-command-sending' || name === 'insert-commands')) witness.lookNow();
    if (mayDie(process, 0.001)) die(process, 'crash after a statement');
    return result;
  }; // prettier-ignore
  const openStore = (process: SimulatedProcess): Database =>
    storeOf(store, { process, scheduler, now: clock.now, rewrite: rewriteWithout(run.without), around });

  /** When the last complete sweep of each kind began. */
  const swept = new Map<string, number>();
  let started = 0;
  const startProcess = (): void => {
    started += 1;
    const process: SimulatedProcess = { name: `process ${started}`, isDead: false };
    const db = openStore(process);
    const systems = connectCompany(sandbox, network, process);
    const sending = connectCompany(sandbox, network, process, (asked) => witness.asked(process.name, asked));
    runProcess(run, { process, db, systems, sending, witness, written, swept, isFaulty, count, mayDie, die });
  };

  const people: SimulatedProcess = { name: 'people', isDead: false };
  const peopleDb = openStore(people);
  const peopleSystems = connectCompany(sandbox, network, people);
  const openDoors = () => playPeople({
    sandbox, scheduler, process: people, db: peopleDb, random: random.fork('people'), witness, isFaulty, count,
    deliver: async (connection, delivery) => {
      const { is } = await receiveDelivery(peopleDb, peopleSystems, connection, delivery);
      if (is !== 'stored') witness.accuse(`a signed webhook of ${connection} was not accepted: ${is}`);
    },
  }); // prettier-ignore
  // Nothing is sent before everything has been read once; the play begins after that.
  let isRead = false;
  const readFirst = async (): Promise<void> => {
    for (const [name, system] of peopleSystems)
      for (const { kind } of system.live?.connector.sweeps ?? [])
        await sweepKind(peopleDb, system, kind, {
          holder: `people/${name}/${kind}`,
          signal: new AbortController().signal,
        });
    isRead = true;
  };
  void readFirst();
  await scheduler.play(
    clock.now() + hourMs,
    async () => {},
    () => isRead,
  );
  const cast = await openDoors();
  faultyUntil = clock.now() + faultyMs;
  startProcess();
  startProcess();
  isKilling = true;
  const afterStep = async (): Promise<void> => {
    if (scheduler.steps() > stepsMax) witness.accuse(`no rest after ${stepsMax} steps`);
    await checkAfterStep(witness);
  };
  const isOver = (): boolean => witness.violation() !== undefined;
  await scheduler.play(faultyUntil, afterStep, isOver);
  // Clocks are set, lines are mended; from now on everything must come to rest.
  sandbox.faults.clear();
  const restUntil = clock.now() + restMs;
  // Whatever no webhook told is found by the sweeps.
  const hasSwept = (): boolean => [...swept.values()].every((at) => at > faultyUntil);
  while (clock.now() < restUntil && !isOver()) {
    await scheduler.play(Math.min(restUntil, clock.now() + lookMs), afterStep, isOver);
    if (hasSwept() && (await cast.isAtRest())) break;
  }
  const context = contextOf(run, peopleSystems);
  if (!isOver()) await checkAtEnd(witness, context);
  if (!isOver()) await checkVisibility(witness, context);
  return witness.violation();
}

function skewClocks({ sandbox, random }: Run, count: (fault: string) => void): void {
  const draw = random.fork('clocks');
  for (const on of ['woocommerce', 'odoo', 'stripe', 'hubspot'] as const) {
    if (!draw.chance(0.15)) continue;
    sandbox.faults.add({ on, kind: 'clock_skew', seconds: draw.int(-90, 90) });
    count('clock skew');
  }
}

const contextOf = ({ sandbox }: Pick<Run, 'sandbox'>, systems: ConnectedSystems): FoldContext => ({
  systems, policy: simulatedPolicy(), coverage: new Map(), now: sandbox.now(), codeVersion: 'simulated', freshReads: false,
}); // prettier-ignore

type ProcessParts = {
  readonly process: SimulatedProcess;
  readonly db: Database;
  readonly systems: ConnectedSystems;
  /** As dispatch uses them, which is watched. */
  readonly sending: ConnectedSystems;
  readonly witness: Witness;
  /** How often something was written to each queue, by whom ever. */
  readonly written: ReadonlyMap<Queue, number>;
  readonly swept: Map<string, number>;
  readonly isFaulty: () => boolean;
  readonly count: (what: string) => void;
  readonly mayDie: (process: SimulatedProcess, rate: number) => boolean;
  readonly die: (process: SimulatedProcess, where: string) => never;
};

/** The loops of one process, each as a fiber of its own. */
function runProcess(run: Run, parts: ProcessParts): void {
  const { process, db, systems, witness, written, swept, isFaulty, mayDie, die } = parts;
  const { scheduler, sandbox } = run;
  const random = run.random.fork(process.name);
  const holder = process.name;
  const signal = new AbortController().signal;
  const breakers = createBreakers({ now: sandbox.now });
  const sending = new Map([...parts.sending].map(([name, system]) => [name, systemWithout(run.without, system)]));
  const stalls = random.fork('stalls');
  const folding = run.without === 'watchFrom' ? sending : systems;
  const limit = (ms: number): AbortSignal => {
    const controller = new AbortController();
    sandbox.company.clock.after(ms, () => controller.abort());
    return controller.signal;
  };
  const startWatch = (): (() => number) => {
    const at = sandbox.now();
    return () => sandbox.now() - at;
  };
  const loop = (idleMs: () => number, step: (isTime: boolean) => Promise<number>): void => {
    const go = async (): Promise<void> => {
      let isTime = true;
      for (;;) {
        let done = 0;
        try {
          done = await step(isTime);
        } catch (error) {
          if (error instanceof Killed) return;
          witness.failed(error);
        }
        if (done === 0) isTime = !(await scheduler.idle(process, idleMs()));
        else {
          isTime = false;
          await scheduler.pause(process, random.int(0, 500));
        }
      }
    };
    void go();
  };
  const seen = new Map<Queue, number>();
  /** Looks into a queue when it is time, or when something was put there since it was found empty. */
  const look = async (queue: Queue, isTime: boolean, work: () => Promise<number>): Promise<number> => {
    const now = written.get(queue) ?? 0;
    if (!isTime && seen.get(queue) === now) return 0;
    seen.delete(queue);
    const done = await work();
    if (done === 0) seen.set(queue, now);
    return done;
  };
  let folded = 0;
  loop(() => random.int(60_000, 240_000), async (isTime) => {
    const context = contextOf(run, folding);
    const now = new Date(sandbox.now()).toISOString();
    const delivered = await look('deliveries', isTime, () => processDeliveries(db, systems, { holder, signal }));
    const absorbed = await look('objects', isTime, () => absorbObjects(db, systems, { holder }));
    const woken = isTime || folded > 0 ? (await wakeDueOrders(db, now, 100)).length : 0;
    folded = await look('orders', isTime, () => foldOrders(db, context, { holder, batchMax: 3 }));
    return delivered + absorbed + woken + folded;
  });
  const dispatch = (): Promise<number> =>
    dispatchCommands(db, contextOf(run, sending), {
      holder, signal, breakers, random: () => random.next(), batchMax: 2, limit, startWatch,
      reach: async (point, command) => {
        if (mayDie(process, 0.05)) die(process, `crash when ${point}`);
        if (point === 'probed' || point === 'claimed') await witness.interfere(process.name, point, command);
        if (command !== undefined) witness.reached(process.name, point, command);
        if (!isFaulty() || !stalls.chance(0.05)) return;
        parts.count(`stalled when ${point}`);
        // Longer than its claim; where it has begun to send, mostly so long that a successor may have sent it again.
        const patienceMs = point !== 'begun' || stalls.chance(0.3) ? 0 : settleTimeOf(sending, command);
        process.stalledUntil = sandbox.now() + dispatchLeaseMs + patienceMs + stalls.int(100, 60_000);
        await scheduler.pause(process, 0);
      },
    }); // prettier-ignore
  loop(() => (isFaulty() ? random.int(2000, 60_000) : random.int(20_000, 120_000)), (isTime) => look('commands', isTime, dispatch));
  const sweeps = [...systems].flatMap(([name, system]) =>
    (system.live?.connector.sweeps ?? []).map(({ kind, census }) => ({ name, kind, census })),
  );
  const counted = sweeps.filter(({ census }) => census);
  loop(() => random.int(300_000, 900_000), async (isTime) => {
    if (!isTime || !isFaulty()) return 0;
    const { name, kind } = random.pick(counted);
    const { is } = await takeCensus(db, systems.get(name)!, kind, { holder: `${holder}/${name}/${kind}`, signal });
    if (is === 'done') parts.count('census');
    return 0;
  });
  for (const { name, kind } of sweeps) swept.set(`${name}/${kind}`, swept.get(`${name}/${kind}`) ?? 0);
  let next = random.int(0, sweeps.length - 1);
  loop(() => 0, async () => {
    const { name, kind } = sweeps[(next += 1) % sweeps.length]!;
    const began = sandbox.now();
    const { is } = await sweepKind(db, systems.get(name)!, kind, { holder: `${holder}/${name}/${kind}`, signal });
    if (is === 'done') swept.set(`${name}/${kind}`, began);
    await scheduler.pause(process, isFaulty() ? random.int(60_000, 150_000) : random.int(5_000, 30_000));
    return 1;
  });
} // prettier-ignore

const settleTimeOf = (systems: ConnectedSystems, command: Command | undefined): number =>
  command === undefined ? 0
  : (systems.get(command.connection)?.live?.connector.contract.commands[command.kind as CommandKind]?.settleTimeMs ?? 0); // prettier-ignore

/** Every kind of fault there is, as they are counted. */
export const faultKinds: readonly string[] = [
  ...networkFaults, ...webhookFaults, 'clock skew', 'staff did the same', 'census',
  'crash before a statement', 'crash after a statement', ...dispatchFailpoints.map((point) => `crash when ${point}`),
  ...dispatchFailpoints.map((point) => `stalled when ${point}`), 'staff paid in between',
]; // prettier-ignore
