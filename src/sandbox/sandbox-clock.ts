/**
 * The company's own clock. It stands still until someone advances it; everything that happens later (a webhook
 * from the cron, a parcel, a forgetful colleague) is a task on it. Wall-clock time enters only through
 * `drive-real-time.ts`.
 */
export type SandboxClock = {
  /** Milliseconds since the epoch, on the company's clock. */
  now(): number;
  /** Runs a task when the clock reaches the instant; one already past runs with the next advance. */
  at(instantMs: number, task: () => void | Promise<void>): void;
  after(delayMs: number, task: () => void | Promise<void>): void;
  /** Resolves when the clock has moved on by so much: for answers that take time. */
  pause(delayMs: number): Promise<void>;
  /** Moves on, running what falls due in order of time; tasks that fall due meanwhile run too. */
  advance(durationMs: number): Promise<void>;
};

type Entry = { readonly at: number; readonly order: number; readonly task: () => void | Promise<void> };

const earlier = (left: Entry, right: Entry): boolean =>
  left.at < right.at || (left.at === right.at && left.order < right.order);

/** A binary heap: a year of a busy shop holds tens of thousands of tasks. */
function createQueue(): { push(entry: Entry): void; peek(): Entry | undefined; pop(): Entry | undefined } {
  const heap: Entry[] = [];
  const swap = (left: number, right: number): void => {
    [heap[left], heap[right]] = [heap[right] as Entry, heap[left] as Entry];
  };
  return {
    push(entry) {
      let index = heap.push(entry) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!earlier(heap[index] as Entry, heap[parent] as Entry)) break;
        swap(index, parent);
        index = parent;
      }
    },
    peek: () => heap[0],
    pop() {
      const top = heap[0];
      const last = heap.pop();
      if (top === undefined || last === undefined || heap.length === 0) return top;
      heap[0] = last;
      for (let index = 0; ;) {
        let first = index;
        for (const child of [index * 2 + 1, index * 2 + 2]) {
          if (child < heap.length && earlier(heap[child] as Entry, heap[first] as Entry)) first = child;
        }
        if (first === index) return top;
        swap(index, first);
        index = first;
      }
    },
  };
}

export function createSandboxClock(startMs: number): SandboxClock {
  const queue = createQueue();
  let now = startMs;
  let order = 0;
  let turn: Promise<void> = Promise.resolve();

  const at = (instantMs: number, task: () => void | Promise<void>): void => {
    order += 1;
    queue.push({ at: instantMs, order, task });
  };
  const run = async (target: number): Promise<void> => {
    for (let due = queue.peek(); due !== undefined && due.at <= target; due = queue.peek()) {
      queue.pop();
      now = Math.max(now, due.at);
      await due.task();
    }
    now = Math.max(now, target);
  };
  return {
    now: () => now,
    at,
    after: (delayMs, task) => at(now + delayMs, task),
    pause: (delayMs) => new Promise((resolve) => at(now + delayMs, resolve)),
    advance(durationMs) {
      if (!(durationMs >= 0)) throw new RangeError(`the clock only goes forward: ${durationMs}`);
      // Callers take turns: two advances of a minute make two minutes, in one order of events.
      const done = turn.then(() => run(now + durationMs));
      turn = done.catch(() => undefined);
      return done;
    },
  };
}
