/** What one event says beside its name: units, items, money, from where to where. */
import { dateText } from '../../format/time.ts';
import { moneyText } from '../../format/money.ts';
import type { Language, Words } from '../../words/words.ts';

type Money = { readonly minor: number; readonly currency: string };

/** The members of a fact that details are made of; which are there depends on its type. */
type FactBody = {
  readonly quantity?: number;
  readonly sku?: string;
  readonly money?: Money;
  readonly total?: number;
  readonly currency?: string;
  readonly lines?: readonly unknown[];
  readonly from?: string;
  readonly to?: string;
  readonly disposition?: string;
  readonly condition?: string;
  readonly tracking?: string;
  readonly what?: string;
  readonly until?: string;
  readonly reason?: string;
  readonly text?: string;
  readonly failure?: string;
  readonly document?: string;
  readonly number?: string;
};

export function factDetails(body: unknown, t: Words, language: Language, zone: string): string {
  const fact = body as FactBody & { readonly type: string };
  const parts: (string | false | undefined)[] = [];
  if (fact.quantity !== undefined || fact.sku !== undefined)
    parts.push([fact.quantity !== undefined && `${fact.quantity} ×`, fact.sku].filter(Boolean).join(' '));
  if (fact.money !== undefined) parts.push(moneyText(fact.money.minor, fact.money.currency, language));
  if (fact.type === 'order.placed' && fact.currency !== undefined && fact.total !== undefined) {
    parts.push(moneyText(fact.total, fact.currency, language));
    if (fact.lines !== undefined) parts.push(t.facts.lines(fact.lines.length));
  }
  if (fact.type === 'stock.moved' && fact.from !== undefined && fact.to !== undefined)
    parts.push(
      t.facts.moved(t.facts.locations[fact.from] ?? fact.from, t.facts.locations[fact.to] ?? fact.to),
    );
  if (fact.disposition !== undefined) parts.push(t.facts.dispositions[fact.disposition] ?? fact.disposition);
  if (fact.condition !== undefined) parts.push(t.facts.conditions[fact.condition] ?? fact.condition);
  if (fact.tracking !== undefined) parts.push(fact.tracking);
  if (fact.what !== undefined) parts.push(t.facts.told[fact.what] ?? fact.what);
  if (fact.until !== undefined) parts.push(t.facts.until(dateText(fact.until, language, zone)));
  parts.push(fact.failure, fact.document, fact.reason, fact.text);
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join(' · ');
}

export const factName = (type: string, t: Words): string => t.facts.types[type] ?? type;
