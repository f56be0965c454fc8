/**
 * The engine: loops that do what is due, each by small idempotent steps on the store. Any number of processes may run
 * it on one database; stopping it anywhere loses nothing.
 */
import type { Coverage } from '../kernel/feeds.ts';
import type { Policy } from '../kernel/policy.ts';
import type { Database } from '../store/database.ts';
import { AppError } from '../wire/errors.ts';
import { newId } from '../store/ids.ts';
import { takeLease } from '../store/leases.ts';
import { countMarks, wakeDueOrders } from '../store/marks.ts';
import { absorbObjects } from './absorb-objects.ts';
import type { ConnectedSystems } from './connected-system.ts';
import { foldOrders, type FoldContext } from './fold-orders.ts';
import { dispatchLeaseMinMs } from './send-command.ts';
import { createBreakers } from './circuit-breaker.ts';
import { dispatchCommands, dispatchLeaseMs, type DispatchOptions } from './dispatch-commands.ts';
import { importFeed } from './import-feed.ts';
import { loadCoverage, recordCoverage } from './measure-coverage.ts';
import { listOpeningDecisions } from '../store/opening-decisions.ts';
import { raiseQueueFloors } from '../store/queue-floors.ts';
import { processDeliveries } from './receive.ts';
import { markHalfRead, noGaps, noteAccess, readGaps, type SourceGaps } from './source-gaps.ts';
import { backfillKind, sweepKind, takeCensus } from './sweep.ts';
import { watchWebhooks } from './watch-webhooks.ts';

export type EngineOptions = {
  readonly db: Database;
  readonly systems: ConnectedSystems;
  readonly policy: Policy;
  readonly codeVersion: string;
  /** Epoch milliseconds; the wall clock, or a test's. */
  readonly clock: () => number;
  /** Told about what failed and is tried again; never about what is in order. */
  readonly onFolded?: (orderKeys: readonly string[]) => void;
  readonly onError?: (where: string, error: unknown) => void;
  /** Is `clock` simulated? Then reads cannot be compared with due times. */
  readonly isSimulated?: boolean;
  /** Address under which systems reach us; without it no webhooks are set up. */
  readonly publicUrl?: string;
  /** 0 ≤ x < 1, spreads retries. */
  readonly random?: () => number;
  /** How many commands are claimed at once, and for how long. */
  readonly dispatch?: Pick<DispatchOptions, 'batchMax' | 'leaseMs' | 'atOnce'>;
  readonly intervals?: Partial<Intervals>;
  /** False: only receives, and answers what is asked; others on the same database do the work. */
  readonly isWorking?: boolean;
  readonly onProblem?: (ref: string) => void;
  /** Further loops: notices, routing, what people are told. */
  readonly tasks?: (room: TaskRoom) => readonly EngineTask[];
};

/** What further loops work with. */
export type TaskRoom = {
  readonly holder: string;
  readonly signal: AbortSignal;
  /** Systems, policy and coverage as they are now. */
  readonly context: () => FoldContext;
  /** To be told which problems changed, `subject~id`. */
  readonly onProblem: (ref: string) => void;
};

/** One loop: `step` returns how much it did, and is repeated at once while that is more than nothing. */
export type EngineTask = {
  readonly where: string;
  readonly everyMs: number;
  readonly step: () => Promise<number>;
};

/** How often each loop looks for work, in milliseconds. */
export type Intervals = {
  readonly workMs: number;
  readonly sweepMs: number;
  readonly backfillMs: number;
  readonly censusMs: number;
  readonly wakeMs: number;
  readonly floorsMs: number;
  readonly coverageMs: number;
  readonly webhookMs: number;
  readonly dispatchMs: number;
};

const intervalsDefault: Intervals = {
  workMs: 250,
  sweepMs: 60_000,
  backfillMs: 5_000,
  censusMs: 6 * 3_600_000,
  wakeMs: 5_000,
  floorsMs: 20_000,
  coverageMs: 24 * 3_600_000,
  webhookMs: 10 * 60_000,
  dispatchMs: 1_000,
};

/** While the first import still changes it, coverage is measured again after this long. */
const firstCoverageMs = 5_000;
/** With more than this waiting an import is under way, and what is measured would be out of date at once. */
const importingMin = 200;
const wakeMax = 500;
/** Of one connection; few enough that a slow source answers within the lease of the last. */
const deliveriesMax = 20;
const readsAtOnce = 4;
/** Orders whose commands are sent at the same time: most of it is waiting for other systems. */
const sendsAtOnce = 5;
/** What changed since is read first, so that its orders answer first. */
const recentMs = 30 * 86_400_000;

export type Engine = {
  /** Loads what was recorded last, and starts the loops. */
  start(): Promise<void>;
  /** Lets what is under way end, and stops. */
  stop(): Promise<void>;
  /** Does everything that is due now until nothing is left, but sends nothing: for tests, imports and the command line. */
  drain(): Promise<void>;
  /** Works on one batch of commands; returns how many there were. */
  dispatch(): Promise<number>;
  /** Sweeps every kind of every connection once, and then reads what backfills are to read. */
  sweepAll(): Promise<void>;
  /** Reads what backfills are to read, newest first, to the end. */
  backfillAll(): Promise<void>;
  /** Takes a census of every kind that can be counted. */
  censusAll(): Promise<void>;
  /** Measures coverage now and marks what it changes; was there a change? */
  measure(): Promise<boolean>;
  context(): FoldContext;
};

export function createEngine(options: EngineOptions): Engine {
  const { db, systems, policy, codeVersion, clock } = options;
  const leaseMs = options.dispatch?.leaseMs ?? dispatchLeaseMs;
  if (leaseMs <= dispatchLeaseMinMs)
    throw new AppError('dispatch-lease-too-short', { detail: `${leaseMs} ms; it must be more than ${dispatchLeaseMinMs} ms` }); // prettier-ignore
  const intervals = { ...intervalsDefault, ...options.intervals };
  const holder = newId();
  const stopping = new AbortController();
  const { signal } = stopping;
  const loops: Promise<void>[] = [];
  let coverage: Coverage = new Map();
  let gaps: SourceGaps = noGaps;
  let takenOn: ReadonlySet<string> = new Set();
  const loadTakenOn = async (): Promise<void> => {
    const decided = (await listOpeningDecisions(db)).filter((one) => one.decision === 'taken-on');
    takenOn = new Set(decided.map((one) => `${one.control} ${one.currency}`));
  };

  const context = (): FoldContext => ({
    systems,
    policy,
    coverage,
    takenOn,
    gaps,
    now: clock(),
    codeVersion,
    freshReads: options.isSimulated !== true,
  });
  const report = (where: string, error: unknown): void => options.onError?.(where, error);

  /** Repeats `step`: at once while it finds work, else after a pause; after an error with growing pauses. */
  const loop = (where: string, pauseMs: number, step: () => Promise<number>): void => {
    // By hand only: tests and imports say when.
    if (pauseMs === Number.POSITIVE_INFINITY) return;
    const run = async (): Promise<void> => {
      let failures = 0;
      while (!signal.aborted) {
        let done = 0;
        try {
          done = await step();
          failures = 0;
        } catch (error) {
          failures++;
          report(where, error);
        }
        if (done === 0 || failures > 0)
          await pause(failures > 0 ? Math.min(30_000, pauseMs * 2 ** failures) : pauseMs, signal);
      }
    };
    loops.push(run());
  };

  const absorb = (): Promise<number> => absorbObjects(db, systems, { holder });
  const fold = (): Promise<number> =>
    foldOrders(db, context(), {
      holder,
      gaps: async () => (gaps = await readGaps(db, systems)),
      ...(options.onFolded !== undefined && { onFolded: options.onFolded }),
    });
  // What points at a connection that cannot be spoken to waits until it can.
  const without = [...systems].filter(([, system]) => system.unusable !== undefined).map(([name]) => name);
  const deliver = (
    which: { readonly without: readonly string[] } | { readonly only: string },
  ): Promise<number> =>
    processDeliveries(db, systems, {
      holder,
      signal,
      ...which,
      batchMax: deliveriesMax,
      readsAtOnce,
    });
  const wake = async (): Promise<number> =>
    (await wakeDueOrders(db, new Date(clock()).toISOString(), wakeMax)).length;

  const breakers = createBreakers({ now: () => performance.now() });
  const random = options.random ?? Math.random;
  const dispatch = (): Promise<number> =>
    dispatchCommands(db, context(), {
      holder,
      signal,
      breakers,
      random,
      atOnce: sendsAtOnce,
      ...options.dispatch,
    });

  const names = [...systems.keys()];
  /** Works on the kinds of one connection, one after the other. */
  const eachKind = async (
    name: string,
    work: (kind: string) => Promise<{ is: string; message?: string }>,
    onlyCounted = false,
  ): Promise<void> => {
    for (const sweep of systems.get(name)!.live?.connector.sweeps ?? []) {
      if (signal.aborted || (onlyCounted && !sweep.census)) continue;
      const result = await work(sweep.kind);
      // What we broke off ourselves is no failure of the source.
      if (signal.aborted) return;
      if (result.is === 'failed' || result.is === 'alarm')
        report(`${name}/${sweep.kind}`, new Error(result.message ?? result.is));
    }
  };
  const sweepNew = async (name: string): Promise<void> => {
    const system = systems.get(name)!;
    const recentSince = clock() - recentMs;
    await eachKind(name, async (kind) => {
      const result = await sweepKind(db, system, kind, { holder, signal, recentSince });
      await noteAccess(db, name, kind, result);
      return result;
    });
    if (!signal.aborted) {
      const result = await importFeed(db, system, { holder, signal, policy, now: clock() });
      if (result.is === 'failed') report(name, new Error(result.message));
    }
    gaps = await readGaps(db, systems);
  };
  const backfill = async (name: string): Promise<void> => {
    await eachKind(name, (kind) => backfillKind(db, systems.get(name)!, kind, { holder, signal }));
    gaps = await readGaps(db, systems);
    if (gaps.historySince === undefined) await markHalfRead(db);
  };
  const takeCensusOf = (name: string): Promise<void> =>
    eachKind(name, (kind) => takeCensus(db, systems.get(name)!, kind, { holder, signal }), true);
  const ofAll = async (step: (name: string) => Promise<void>): Promise<void> => {
    await Promise.all(names.map(step));
  };
  const measure = async (): Promise<boolean> => {
    const measured = await recordCoverage(db, systems, clock());
    coverage = measured.coverage;
    return measured.isChanged;
  };

  return {
    context,
    sweepAll: async () => {
      await ofAll(sweepNew);
      await ofAll(backfill);
    },
    backfillAll: () => ofAll(backfill),
    censusAll: () => ofAll(takeCensusOf),
    measure,
    dispatch,
    async start() {
      // Folding with less coverage than yesterday would take problems back that are there.
      coverage = await loadCoverage(db, clock());
      await loadTakenOn();
      gaps = await readGaps(db, systems);
      if (options.isWorking === false) return;
      loop('absorb', intervals.workMs, absorb);
      loop('fold', intervals.workMs, fold);
      // Loops for each connection, so that a slow one holds up none of the others.
      const unswept = new Set(names);
      for (const name of names) {
        if (!without.includes(name)) loop('deliveries', intervals.workMs, () => deliver({ only: name }));
        loop('sweep', intervals.sweepMs, async () => {
          await sweepNew(name);
          unswept.delete(name);
          return 0;
        });
        loop('backfill', intervals.backfillMs, async () => {
          // The newest first, of all systems: before that nothing old is asked for.
          if (unswept.size === 0) await backfill(name);
          return 0;
        });
        loop('census', intervals.censusMs, async () => (await takeCensusOf(name), 0));
      }
      // What is left of removed ones has its own.
      loop('deliveries', intervals.wakeMs, () => deliver({ without: names }));
      loop('wake', intervals.wakeMs, wake);
      loop('floors', intervals.floorsMs, async () => (await raiseQueueFloors(db), 0));
      loop('dispatch', intervals.dispatchMs, dispatch);
      for (const { where, everyMs, step } of options.tasks?.({
        holder,
        signal,
        context,
        onProblem: (ref) => options.onProblem?.(ref),
      }) ?? [])
        loop(where, everyMs, step);
      const { publicUrl } = options;
      if (publicUrl !== undefined)
        loop(
          'webhooks',
          intervals.webhookMs,
          async () => (await watchWebhooks(db, systems, publicUrl, signal), 0),
        );
      // A first import changes coverage all the time: it is measured until it stands still, then once a day. A shop that
      // never stands still would have every order folded anew each time, so pauses double once all was read.
      let [measureAgainAt, changes] = [0, 0];
      const coverageMs =
        intervals.coverageMs === Number.POSITIVE_INFINITY ? intervals.coverageMs : firstCoverageMs;
      loop('coverage', coverageMs, async () => {
        if (clock() < measureAgainAt) return 0;
        const { objects, orders } = await countMarks(db);
        if (objects + orders > importingMin) return 0;
        // One process measures; the others take over what it recorded.
        const isMine = (await takeLease(db, 'coverage', holder, firstCoverageMs - 100)) !== undefined;
        if (!isMine) coverage = await loadCoverage(db, clock());
        else if (await measure()) {
          if (unswept.size === 0 && gaps.historySince === undefined)
            measureAgainAt = clock() + Math.min(intervals.coverageMs, firstCoverageMs * 2 ** ++changes);
        } else if (unswept.size === 0 && objects + orders === 0 && gaps.historySince === undefined)
          measureAgainAt = clock() + intervals.coverageMs;
        return 0;
      });
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(loops);
    },
    async drain() {
      if (coverage.size === 0) coverage = await loadCoverage(db, clock());
      await loadTakenOn();
      for (;;) {
        const done = (await deliver({ without })) + (await absorb()) + (await wake()) + (await fold());
        if (done === 0) return;
      }
    },
  };
}

/** Waits, or returns at once when `signal` aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal.addEventListener('abort', finish);
  });
}
