/** Counts by name in windows of a minute. Names of strangers come and go, so only the current window is kept. */
export type MinuteCounter = {
  count(name: string): void;
  /** Seconds until the next window when `max` is reached; undefined while there is room. */
  waitSeconds(name: string, max: number): number | undefined;
};

const minuteMs = 60_000;

export function countPerMinute(clock: () => number): MinuteCounter {
  let minute = 0;
  let counts = new Map<string, number>();
  const turn = (): void => {
    const now = Math.floor(clock() / minuteMs);
    if (now === minute) return;
    minute = now;
    counts = new Map();
  };
  return {
    count(name) {
      turn();
      counts.set(name, (counts.get(name) ?? 0) + 1);
    },
    waitSeconds(name, max) {
      turn();
      if ((counts.get(name) ?? 0) < max) return undefined;
      return Math.max(1, Math.ceil(((minute + 1) * minuteMs - clock()) / 1000));
    },
  };
}
