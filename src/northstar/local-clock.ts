/**
 * Which clock waits are measured on. A log written in one place carries the offsets of its zone, `+01:00` in
 * winter and `+02:00` in summer. Sixty days from midnight to midnight are then sixty days on the wall, and sixty
 * days and an hour in UTC when a change of clocks lies between. People who set deadlines mean the wall; so do the
 * field's tools, which drop the offset. So: where the offsets are those of one zone with summer time, waits are
 * measured on its clock. Where they are not (two systems in two zones, `Z` beside `+01:00`), in UTC.
 */
import { zoneMinutes, type TimeForm } from './time-text.ts';

const microsPerMinute = 60_000_000;
const microsPerDay = 86_400_000_000;
/** When clocks may stand on summer and on standard time, as month × 100 + day; they overlap around the changes. */
const summer = { from: 308, to: 1107 };
const standard = { from: 923, to: 407 };

/**
 * Shifts `time` (microseconds in UTC, in place) to the local clock when all offsets are those of one zone with
 * summer time; `form[i]` tells how `time[i]` was written. Returns whether it did.
 */
export function useLocalClock(
  time: Float64Array,
  form: ArrayLike<number>,
  forms: readonly TimeForm[],
): boolean {
  if (forms.length < 2 || !forms.every(({ zone }) => /^[+-]/.test(zone))) return false;
  const offsets = forms.map(({ zone }) => zoneMinutes(zone));
  const low = Math.min(...offsets);
  const high = Math.max(...offsets);
  if (high - low !== 60 || !offsets.every((offset) => offset === low || offset === high)) return false;
  const local = time.map((micros, i) => micros + offsets[form[i]!]! * microsPerMinute);
  const isHigh = (i: number): boolean => offsets[form[i]!] === high;
  if (!fitsSeasons(local, isHigh, true) && !fitsSeasons(local, isHigh, false)) return false;
  time.set(local);
  return true;
}

/** Whether the larger offset stands only in summer; `northern` says when summer is. */
function fitsSeasons(local: Float64Array, isHigh: (i: number) => boolean, northern: boolean): boolean {
  // In the overlap of one spring or autumn no day of one side may lie on the wrong side of the change.
  const latestBefore = new Map<number, number>();
  const earliestAfter = new Map<number, number>();
  for (let i = 0; i < local.length; i++) {
    const micros = local[i]!;
    if (Number.isNaN(micros)) continue;
    const day = Math.floor(micros / microsPerDay);
    const date = new Date(day * 86_400_000);
    const monthDay = (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
    const onSummerTime = isHigh(i) === northern;
    const maySummer = monthDay >= summer.from && monthDay <= summer.to;
    const mayStandard = monthDay >= standard.from || monthDay <= standard.to;
    if (onSummerTime ? !maySummer : !mayStandard) return false;
    if (!maySummer || !mayStandard) continue;
    const spring = monthDay < 600;
    const change = date.getUTCFullYear() * 2 + (spring ? 0 : 1);
    if (onSummerTime === spring)
      earliestAfter.set(change, Math.min(earliestAfter.get(change) ?? Infinity, day));
    else latestBefore.set(change, Math.max(latestBefore.get(change) ?? -Infinity, day));
  }
  for (const [change, day] of latestBefore) if (day > (earliestAfter.get(change) ?? Infinity)) return false;
  return true;
}
