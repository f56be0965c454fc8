/** One event in a few words, for a timeline on the terminal. */
import type { Fact } from '../kernel/fact.ts';
import type { Money } from '../kernel/money.ts';
import { moneyText, unitsText, type Language } from '../kernel/wording.ts';

/** What a fact is about: units and item, amount, reference, reason; blank where it has none of them. */
export function factText(fact: Fact, language: Language): string {
  const about = fact as {
    readonly sku?: string;
    readonly quantity?: number;
    readonly money?: Money;
    readonly reason?: string;
    readonly text?: string;
    readonly failure?: string;
    readonly what?: string;
    readonly from?: string;
    readonly to?: string;
    readonly disposition?: string;
    readonly until?: string;
  };
  const parts: (string | undefined)[] = [
    about.quantity === undefined ? undefined : unitsText(about.quantity, language),
    about.sku,
    about.from === undefined || about.to === undefined ? about.to : `${about.from} → ${about.to}`,
    about.disposition,
    about.money === undefined ? undefined : moneyText(about.money, language),
    about.what,
    about.until,
    about.failure,
    about.reason === undefined ? undefined : `“${about.reason}”`,
    about.text,
  ];
  if (fact.type === 'order.placed')
    parts.push(fact.number, moneyText({ minor: fact.total, currency: fact.currency }, language));
  if (fact.rma !== undefined) parts.push(fact.rma);
  return parts.filter((part) => part !== undefined && part !== '').join(' ');
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-11-23 11:08:33` in a zone: sorts as it reads. */
export function dateTimeText(at: string, language: Language, zone: string): string {
  const key = `${language} ${zone}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone });
    formats.set(key, format);
  }
  return format.format(new Date(at));
}
