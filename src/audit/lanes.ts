/**
 * Lanes: the threads of one audit. Work is cut into tasks, whoever is free takes the next one, and the results are put
 * together in the order of the tasks: how many threads there are changes nothing but the time.
 *
 * Threads are started when the first large file is met; a small audit has none. One that fails (out of memory) is
 * given up, and what it had taken is done here.
 */
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { LaneThread } from './lane-thread.ts';
import { LaneWork, type LaneResult, type LaneTask, type PassTerms } from './lane-work.ts';

/** More gain little: this thread puts the results together. */
const threadsMax = 3;
/** A thread has its next task at hand when it finishes one. */
const tasksAtHand = 2;
/** So many results may wait for one before them. */
const waitingMax = 32;

type Slot<Task> = { readonly task: Task; outcome: Outcome | undefined };
type Outcome =
  { readonly ok: true; readonly result: LaneResult } | { readonly ok: false; readonly error: unknown };

export class Lanes {
  readonly #own = new LaneWork();
  readonly #threadCount: number;
  #threads: LaneThread[] = [];
  #wake: (() => void) | undefined;

  /** `threads`: how many beside this one. */
  constructor(threads = Math.min(threadsMax, availableParallelism() - 1)) {
    this.#threadCount = threads;
  }

  /** Starts the threads; they come up while work goes on here. */
  open(): void {
    while (this.#threads.length < this.#threadCount) this.#threads.push(new LaneThread());
  }

  /** Tells all what the next tasks are about. */
  begin(pass: PassTerms): void {
    this.#own.begin(pass);
    for (const thread of this.#threads) thread.begin(pass);
  }

  /** Has all tasks done and hands over their results in the order of the tasks. */
  async run<Task extends LaneTask>(
    tasks: AsyncIterable<Task> | Iterable<Task>,
    take: (result: LaneResult, task: Task) => void,
  ): Promise<void> {
    const waiting: Slot<Task>[] = [];
    const takeReady = async (most: number): Promise<void> => {
      for (;;) {
        for (let first = waiting[0]; first?.outcome !== undefined; first = waiting[0]) {
          waiting.shift();
          if (!first.outcome.ok) throw first.outcome.error;
          take(first.outcome.result, first.task);
        }
        if (waiting.length <= most) return;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    };
    for await (const task of tasks) {
      const slot: Slot<Task> = { task, outcome: undefined };
      waiting.push(slot);
      this.#assign(slot);
      // Lets the answers of other threads in.
      if (this.#threads.length > 0) await setImmediate();
      await takeReady(waitingMax);
    }
    await takeReady(0);
  }

  async close(): Promise<void> {
    const threads = this.#threads;
    this.#threads = [];
    await Promise.all(threads.map((thread) => thread.close()));
  }

  #assign<Task extends LaneTask>(slot: Slot<Task>): void {
    const free = this.#threads.find((thread) => thread.alive && thread.atHand < tasksAtHand);
    if (free === undefined) {
      slot.outcome = this.#perform(slot.task);
      return;
    }
    free.give(slot.task, (result) => {
      // An error of the task itself comes up here again.
      slot.outcome = result === undefined ? this.#perform(slot.task) : { ok: true, result };
      this.#wake?.();
    });
  }

  #perform(task: LaneTask): Outcome {
    try {
      return { ok: true, result: this.#own.perform(task) };
    } catch (error) {
      return { ok: false, error };
    }
  }
}
