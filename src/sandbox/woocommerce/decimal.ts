/**
 * Amounts inside the shop: whole millionths of a currency unit. WooCommerce keeps net prices unrounded to six
 * digits and taxes rounded to the currency's, and shows both by the `dp` of the request; floats would not do.
 */
export type Micro = number;

const one = 1_000_000;

/** Reads `"59.9"`, `59.9` or `-3` into millionths; undefined for anything else. */
export function parseMicro(value: unknown): Micro | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? Math.round(value * one) : undefined;
  if (typeof value !== 'string') return undefined;
  const match = /^\s*([+-]?)(\d*)(?:\.(\d*))?\s*$/.exec(value);
  if (match === null || `${match[2]}${match[3] ?? ''}` === '') return undefined;
  const micro = Number(match[2]) * one + Number((match[3] ?? '').padEnd(7, '0').slice(0, 6));
  return match[1] === '-' ? -micro : micro;
}

/** Rounded to `digits` after the point, half away from zero. */
export function roundMicro(micro: Micro, digits: number): Micro {
  const step = 10 ** (6 - digits);
  return micro < 0
    ? -Math.floor((-micro + step / 2) / step) * step
    : Math.floor((micro + step / 2) / step) * step;
}

/** `"12.50"`: always `digits` after the point. */
export function formatMicro(micro: Micro, digits: number): string {
  const rounded = roundMicro(micro, digits);
  const whole = Math.trunc(Math.abs(rounded) / one);
  const rest = String(Math.abs(rounded) % one)
    .padStart(6, '0')
    .slice(0, digits);
  return `${rounded < 0 ? '-' : ''}${whole}${digits > 0 ? `.${rest}` : ''}`;
}

/** `"11"`, `"12.9"`: as PHP turns a float into text, without closing zeros. */
export function shortMicro(micro: Micro, digits: number): string {
  const text = formatMicro(micro, digits);
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/** Part of an amount by a percentage (`8.25`), to the millionth. */
export const percentOf = (micro: Micro, percent: number): Micro => Math.round((micro * percent) / 100);
