/**
 * Circuit breaker per connection: a target that fails several times in a row is left alone for a while, then tried with
 * one command again. A `Retry-After` closes the way for exactly as long as was asked.
 */
export type Breakers = {
  /** Connections to which nothing is sent for now. */
  shut(): string[];
  succeeded(connection: string): void;
  failed(connection: string): void;
  /** The target asked to be left alone for so long. */
  hold(connection: string, forMs: number): void;
};

export type BreakerOptions = {
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Failures in a row that shut it. */
  readonly failuresMax?: number;
  /** First pause; doubled each time it is tried in vain. */
  readonly pauseMs?: number;
  readonly pauseMaxMs?: number;
};

type State = { failures: number; shutUntil: number };

export function createBreakers(options: BreakerOptions): Breakers {
  const { now, failuresMax = 4, pauseMs = 15_000, pauseMaxMs = 10 * 60_000 } = options;
  const states = new Map<string, State>();
  const stateOf = (connection: string): State => {
    let state = states.get(connection);
    if (state === undefined) states.set(connection, (state = { failures: 0, shutUntil: 0 }));
    return state;
  };
  return {
    shut: () => [...states].filter(([, state]) => state.shutUntil > now()).map(([connection]) => connection),
    succeeded(connection) {
      states.delete(connection);
    },
    failed(connection) {
      const state = stateOf(connection);
      state.failures += 1;
      if (state.failures < failuresMax) return;
      const pause = Math.min(pauseMaxMs, pauseMs * 2 ** (state.failures - failuresMax));
      state.shutUntil = Math.max(state.shutUntil, now() + pause);
    },
    hold(connection, forMs) {
      const state = stateOf(connection);
      state.shutUntil = Math.max(state.shutUntil, now() + forMs);
    },
  };
}
