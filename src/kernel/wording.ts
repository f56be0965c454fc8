/** Money, dates and counts as people read them, in English and German. */
import { currencyDigits, type Money } from './money.ts';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

const locales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE' };
const moneyFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

/** `€59.90`, `59,90 €`, `¥1,200`. */
export function moneyText(money: Money, language: Language): string {
  const key = `${language} ${money.currency}`;
  let format = moneyFormats.get(key);
  if (format === undefined) {
    const digits = currencyDigits(money.currency);
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    format = /^[A-Z]{3}$/.test(money.currency)
      ? new Intl.NumberFormat(locales[language], { style: 'currency', currency: money.currency, ...options })
      : new Intl.NumberFormat(locales[language], options);
    moneyFormats.set(key, format);
  }
  return format.format(money.minor / 10 ** currencyDigits(money.currency));
}

/** `3 Nov` in the zone; with the year when it is not that of `reference` (an ISO date). */
export function dateText(when: string, language: Language, zone: string, reference: string): string {
  const isDate = when.length === 10;
  const sameYear = when.slice(0, 4) === reference.slice(0, 4);
  const key = `${language} ${isDate ? 'UTC' : zone} ${sameYear}`;
  let format = dateFormats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locales[language], {
      day: 'numeric', month: 'short', timeZone: isDate ? 'UTC' : zone, ...(!sameYear && { year: 'numeric' as const }),
    }); // prettier-ignore
    dateFormats.set(key, format);
  }
  return format.format(new Date(isDate ? `${when}T12:00:00Z` : when));
}

/** `1 unit`, `2 units`, `1 Stück`. */
export function unitsText(units: number, language: Language): string {
  if (language === 'de') return `${units} Stück`;
  return units === 1 ? '1 unit' : `${units} units`;
}

/** Words with commas and a final "and". */
export function listText(words: readonly string[], language: Language): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${language === 'de' ? 'und' : 'and'} ${words.at(-1)}`;
}

/** A sentence that ends with an abbreviation (`24. Nov.`) needs no second full stop. */
export const oneStop = (text: string): string => text.replaceAll(/\.\.(?=\s|$)/g, '.');

const teams: Readonly<Record<string, Readonly<Record<Language, string>>>> = {
  support: { en: 'Support', de: 'Support' },
  ops: { en: 'Ops', de: 'Lager' },
  finance: { en: 'Finance', de: 'Buchhaltung' },
};

/** A team's name on screen; a person's stays as it is. */
export const ownerText = (owner: string, language: Language): string => teams[owner]?.[language] ?? owner;
