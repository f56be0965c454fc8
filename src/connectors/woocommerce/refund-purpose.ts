/**
 * Why money was given back, from the text the shop typed as reason. The setting `reasons` goes first, its longest
 * pattern before shorter ones; the built-in words are few, because a wrong purpose hides a missing return.
 */
import type { Purpose } from '../../kernel/fact.ts';
import type { ConnectionSettings } from '../contract.ts';

const words: readonly (readonly [RegExp, Purpose])[] = [
  [/goodwill|kulanz|gesture|courtesy|wiedergutmachung|entschädigung/i, 'goodwill'],
  [/price (?:match|adjust|drop|protection)|preis(?:anpassung|garantie|nachlass|differenz)/i, 'price'],
  [/shipping (?:cost|fee|refund)|delivery (?:cost|fee)|versandkosten|portokosten/i, 'shipping'],
  [
    /charged twice|double charge|duplicate (?:charge|payment)|doppelt (?:abgebucht|bezahlt|belastet)/i,
    'duplicate',
  ],
];

/**
 * Purpose of a refund by its reason, or undefined when the reason says nothing. `wasCompleted`: the goods had
 * left when it was made; then "cancelled" is the customer's word for a return.
 */
export function purposeOf(
  reason: string,
  wasCompleted: boolean,
  settings: ConnectionSettings,
): Purpose | undefined {
  const lower = reason.toLowerCase();
  const named = Object.keys(settings.reasons)
    .filter((pattern) => pattern !== '' && lower.includes(pattern.toLowerCase()))
    .sort((left, right) => right.length - left.length || (left < right ? -1 : 1))[0];
  if (named !== undefined) return settings.reasons[named];
  const found = words.find(([pattern]) => pattern.test(reason))?.[1];
  if (found !== undefined) return found;
  return !wasCompleted && /cancel|storn/i.test(reason) ? 'cancellation' : undefined;
}
