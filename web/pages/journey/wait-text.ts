/** A wait as people say it: `40 s`, `12 min`, `3.5 h`, `6 d`. */
import { localeOf } from '../../format/locale.ts';
import type { Language } from '../../words/words.ts';

export function waitText(seconds: number, language: Language): string {
  const size = Math.abs(seconds);
  const [value, unit] =
    size < 90
      ? ([seconds, 'second'] as const)
      : size < 5400
        ? ([seconds / 60, 'minute'] as const)
        : size < 172_800
          ? ([seconds / 3600, 'hour'] as const)
          : ([seconds / 86_400, 'day'] as const);
  return new Intl.NumberFormat(localeOf(language), {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumSignificantDigits: 2,
  }).format(value);
}
