/** Times as vendors write them, from milliseconds on the company's clock. */
const hourMs = 3_600_000;
const offsets = new Map<string, number>();

/** Milliseconds a zone is ahead of UTC; remembered by the quarter hour, as zones change no finer. */
function offsetMs(instantMs: number, zone: string): number {
  if (zone === 'UTC') return 0;
  const quarter = Math.floor(instantMs / (hourMs / 4));
  const key = `${zone}/${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const zoned = Temporal.Instant.fromEpochMilliseconds(quarter * (hourMs / 4)).toZonedDateTimeISO(zone);
  const offset = zoned.offsetNanoseconds / 1_000_000;
  if (offsets.size > 50_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

/** `2026-11-23T09:44:07`, as the wall clock of `zone` shows it. */
export const wallTime = (instantMs: number, zone: string): string =>
  new Date(instantMs + offsetMs(instantMs, zone)).toISOString().slice(0, 19);

/** Instant of a wall-clock text without zone (`2026-11-23T09:44:07`) in `zone`; NaN when it is no time. */
export function instantOfWallTime(text: string, zone: string): number {
  const utc = Date.parse(`${text.slice(0, 19)}Z`);
  if (Number.isNaN(utc)) return Number.NaN;
  return utc - offsetMs(utc - offsetMs(utc, zone), zone);
}

/** `2026-11-23 08:44:07`: UTC, whole seconds, as Odoo writes it. */
export const utcText = (instantMs: number): string =>
  new Date(instantMs).toISOString().slice(0, 19).replace('T', ' ');
