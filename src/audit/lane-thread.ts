/** One thread beside the main one, with the tasks it has at hand. */
import { Worker } from 'node:worker_threads';
import type { LaneResult, LaneTask, PassTerms } from './lane-work.ts';

export type LaneMessage =
  | { readonly tell: 'begin'; readonly pass: PassTerms }
  | { readonly tell: 'do'; readonly task: LaneTask; readonly number: number };

export type LaneAnswer = { readonly number: number; readonly result: LaneResult };

type Given = { readonly task: LaneTask; readonly done: (result: LaneResult | undefined) => void };

const source = new URL('./lane-worker.ts', import.meta.url);
/** A checkout runs its sources; the package carries them compiled. */
const program = import.meta.url.endsWith('.ts') ? source : new URL(source.href.replace(/\.ts$/, '.js'));

export class LaneThread {
  readonly #worker: Worker;
  readonly #given = new Map<number, Given>();
  #number = 0;
  /** Is it still there? One that failed takes nothing any more. */
  alive = true;

  constructor() {
    this.#worker = new Worker(program);
    this.#worker.unref();
    this.#worker.on('message', ({ number, result }: LaneAnswer) => {
      const given = this.#given.get(number);
      this.#given.delete(number);
      given?.done(result);
    });
    this.#worker.on('error', () => this.#lose());
    this.#worker.on('exit', () => this.#lose());
  }

  get atHand(): number {
    return this.#given.size;
  }

  begin(pass: PassTerms): void {
    this.#post({ tell: 'begin', pass });
  }

  /** Gives it a task; `done` gets the result, or undefined where the thread failed before it had one. */
  give(task: LaneTask, done: Given['done']): void {
    const number = this.#number++;
    this.#given.set(number, { task, done });
    this.#post({ tell: 'do', task, number });
  }

  async close(): Promise<void> {
    this.alive = false;
    await this.#worker.terminate();
  }

  #post(message: LaneMessage): void {
    this.#worker.postMessage(message, []);
  }

  #lose(): void {
    this.alive = false;
    const lost = [...this.#given.values()];
    this.#given.clear();
    for (const { done } of lost) done(undefined);
  }
}
