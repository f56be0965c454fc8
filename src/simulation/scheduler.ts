/**
 * The scheduler of the simulation: every statement, request and pause of every process waits here until a seeded draw
 * lets it go on, one at a time. The same seed gives the same run.
 */
import type { Random } from '../sandbox/random.ts';
import type { SandboxClock } from '../sandbox/sandbox-clock.ts';

/** A process of the simulation; what belongs to a dead one never goes on. */
export type SimulatedProcess = {
  readonly name: string;
  isDead: boolean;
  /** Nothing of it goes on before: its machine sleeps, or its memory is being tidied up. */
  stalledUntil?: number;
};

type Waiter = {
  readonly process: SimulatedProcess;
  readonly go: () => Promise<void>;
  /** Virtual milliseconds from which it may go on. */
  readonly at: number;
  /** It only waits for work, and may be woken. */
  readonly isIdle: boolean;
};

export type Scheduler = {
  /** Runs `work` when it is drawn; alone. */
  run<T>(process: SimulatedProcess, work: () => Promise<T>): Promise<T>;
  /** Goes on after so long. */
  pause(process: SimulatedProcess, ms: number): Promise<void>;
  /** Goes on after so long, or as soon as there may be work; resolves with whether it was woken. */
  idle(process: SimulatedProcess, ms: number): Promise<boolean>;
  /** There may be work: nobody idles any longer. */
  wakeAll(): void;
  /** Lets things happen until `until` (virtual milliseconds), or until `isOver` says so. */
  play(until: number, afterStep: () => Promise<void>, isOver?: () => boolean): Promise<void>;
  readonly steps: () => number;
};

const dueOf = ({ at, process }: Waiter): number => Math.max(at, process.stalledUntil ?? 0);

export function createScheduler(clock: SandboxClock, random: Random): Scheduler {
  let waiters: Waiter[] = [];
  let steps = 0;

  const wait = <T>(process: SimulatedProcess, at: number, isIdle: boolean, work: () => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const go = async (): Promise<void> => {
        try {
          resolve(await work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      waiters.push({ process, at, isIdle, go });
    }); // prettier-ignore

  /** Lets everything that was just resolved run to its next wait: all of it are microtasks. */
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const step = async (): Promise<boolean> => {
    waiters = waiters.filter((waiter) => !waiter.process.isDead);
    const now = clock.now();
    const ready = waiters.filter((waiter) => dueOf(waiter) <= now);
    if (ready.length === 0) {
      const next = waiters.reduce(
        (least, waiter) => Math.min(least, dueOf(waiter)),
        Number.POSITIVE_INFINITY,
      );
      if (!Number.isFinite(next)) return false;
      await clock.advance(Math.max(1, Math.ceil(next - now)));
      return true;
    }
    // Time passes now and then though somebody could go on.
    if (random.chance(0.02)) await clock.advance(random.int(1, 4000));
    const chosen = random.pick(ready);
    waiters.splice(waiters.indexOf(chosen), 1);
    steps += 1;
    await chosen.go();
    return true;
  };

  return {
    run: (process, work) => wait(process, 0, false, work),
    pause: (process, ms) => wait(process, clock.now() + ms, false, async () => {}),
    idle(process, ms) {
      const end = clock.now() + ms;
      return wait(process, end, true, async () => clock.now() < end);
    },
    wakeAll() {
      const now = clock.now();
      waiters = waiters.map((waiter) => (waiter.isIdle && waiter.at > now ? { ...waiter, at: now } : waiter));
    },
    async play(until, afterStep, isOver = () => false) {
      await settle();
      while (clock.now() < until && !isOver()) {
        if (!(await step())) break;
        await settle();
        await afterStep();
      }
    },
    steps: () => steps,
  };
}
