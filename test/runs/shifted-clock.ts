/** Loaded before the service (`NODE_OPTIONS=--import`): its wall clock is off by what the file SHIFTED_CLOCK says, in ms. */
import { readFileSync } from 'node:fs';

const file = process.env['SHIFTED_CLOCK'];
const { now } = Date;
let shiftMs = 0;
if (file !== undefined) {
  setInterval(() => {
    shiftMs = Number(readFileSync(file, 'utf8').trim());
  }, 100).unref();
  const Real = Date;
  Date.now = () => now.call(Real) + shiftMs;
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget) as object,
  });
}
