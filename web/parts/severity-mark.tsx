/** How bad: money, stock or books, visibility. Bars as well as a word, never colour alone. */
import { useWords } from '../words/words.ts';
import styles from './severity-mark.module.css';

type Props = {
  readonly severity: number;
  /** The bars alone, where many stand in a narrow place; the word is still heard. */
  readonly isShort?: boolean;
};

export function SeverityMark({ severity, isShort = false }: Props) {
  const { t } = useWords();
  return (
    <span className={styles['mark']} data-severity={severity}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
        {[1, 2, 3].map((bar) => (
          <rect key={bar} x={(bar - 1) * 4} y={9 - bar * 3} width="3" height={bar * 3 + 3} fill="currentColor" opacity={bar <= 4 - severity ? 1 : 0.2} />
        ))}
      </svg>
      <span className={isShort ? 'hidden-but-read' : undefined}>{t.severities[severity] ?? severity}</span>
    </span>
  ); // prettier-ignore
}
