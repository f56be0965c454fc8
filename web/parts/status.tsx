/** Status: glyph, word and colour, never colour alone. */
import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import styles from './status.module.css';

export type Verdict = 'breaks' | 'incomplete' | 'pending' | 'closed';

/** Each has a shape of its own, so that it is told apart without colour and at a glance. */
const glyphs: Readonly<Record<Verdict, ReactNode>> = {
  breaks: <path d="M8 1.5 15 14H1z" fill="currentColor" />,
  incomplete: (
    <path d="M5.2 6a2.8 2.8 0 1 1 3.9 2.6c-.8.4-1.1.8-1.1 1.7M8 12.6v.9" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
  ),
  pending: (
    <>
      <circle cx="8" cy="8" r="6" fill="none" stroke="currentColor" strokeWidth="2" />
      <path d="M8 4.6V8l2.3 1.7" fill="none" stroke="currentColor" strokeWidth="1.6" strokeLinecap="round" />
    </>
  ),
  closed: <path d="m2.5 8.5 3.6 3.6 7.4-8" fill="none" stroke="currentColor" strokeWidth="2.2" strokeLinecap="round" strokeLinejoin="round" />,
}; // prettier-ignore

export function VerdictStatus({
  verdict,
  prominent,
}: {
  readonly verdict: Verdict;
  readonly prominent?: boolean;
}) {
  const { t } = useWords();
  return (
    <span className={styles['status']} data-verdict={verdict} data-prominent={prominent}>
      <Glyph>{glyphs[verdict]}</Glyph>
      {t.verdicts[verdict]}
    </span>
  );
}

/** A drawing of 16 × 16 in the colour of the text around it. */
export function Glyph({ children }: { readonly children: ReactNode }) {
  return (
    <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">
      {children}
    </svg>
  );
}
