/** The answer as it is kept where people work: its sentences, the moment it holds for, and where to look further. */
import type { Language } from './wording.ts';

export type KeptAnswerOptions = {
  readonly language: Language;
  /** IANA zone of the time shown. */
  readonly zone: string;
  /** ISO instant of the state. */
  readonly asOf: string;
  /** Address of the order in the console. */
  readonly link: string;
};

/** `As of 2026-11-03 14:02 (Europe/Berlin):`, then a sentence a line, then the link. */
export function keptAnswerText(sentences: readonly { readonly text: string }[], options: KeptAnswerOptions): string {
  const { language, link } = options;
  const head = language === 'de' ? 'Reentry, Stand' : 'Reentry, as of';
  return [`${head} ${timeText(options)}:`, ...sentences.map((sentence) => sentence.text), link].join('\n');
} // prettier-ignore

/** `2026-11-03 14:02 (Europe/Berlin)`: the same in every language and system. */
export function timeText({ asOf, zone }: Pick<KeptAnswerOptions, 'asOf' | 'zone'>): string {
  const local = Temporal.Instant.from(asOf).toZonedDateTimeISO(zone).toPlainDateTime();
  return `${local.toString({ smallestUnit: 'minute' }).replace('T', ' ')} (${zone})`;
}
