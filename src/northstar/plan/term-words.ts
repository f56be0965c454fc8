/** A term as people read it. */
import type { Words } from './plan.ts';

const words = {
  bd: { en: ['business day', 'business days'], de: ['Arbeitstag', 'Arbeitstage'] },
  cd: { en: ['calendar day', 'calendar days'], de: ['Kalendertag', 'Kalendertage'] },
  h: { en: ['hour', 'hours'], de: ['Stunde', 'Stunden'] },
} as const;

/** `3bd` as `3 business days`; no term: at once. */
export function termWords(due: string | undefined): Words {
  const match = /^(\d+)(bd|cd|h)$/.exec(due ?? '');
  if (match === null) return { en: 'at once', de: 'sofort' };
  const unit = words[match[2] as keyof typeof words];
  const form = match[1] === '1' ? 0 : 1;
  return { en: `${match[1]!} ${unit.en[form]}`, de: `${match[1]!} ${unit.de[form]}` };
}
