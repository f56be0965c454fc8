/** Couples the company's clock to the wall clock: the only place of the sandbox that knows one. */
import type { SandboxClock } from './sandbox-clock.ts';

const tickMs = 200;

/** `speed`: seconds of the company's time per real second; 0 leaves the clock alone. */
export function driveRealTime(clock: SandboxClock, speed: number): { stop(): Promise<void> } {
  if (!(speed >= 0)) throw new RangeError(`speed must not be negative: ${speed}`);
  let last = performance.now();
  let busy: Promise<void> | undefined;
  const tick = (): void => {
    // A tick that takes longer than its time is followed by one that makes up for it.
    if (busy !== undefined) return;
    const passed = performance.now() - last;
    last += passed;
    busy = clock.advance(passed * speed).finally(() => {
      busy = undefined;
    });
  };
  const timer = speed > 0 ? setInterval(tick, tickMs) : undefined;
  timer?.unref();
  return {
    async stop() {
      clearInterval(timer);
      await busy;
    },
  };
}
