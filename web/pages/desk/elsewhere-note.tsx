import { ofLanguage, useWords } from '../../words/words.ts';
import type { OfferedStep } from '../../api/returns.ts';
import styles from './desk.module.css';

/** A step whose home is another system: said, with a way there; nothing is booked here. */
export function ElsewhereNote({ step }: { readonly step: OfferedStep }) {
  const { t, language } = useWords();
  return (
    <p className={styles['elsewhere']}>
      <span translate="no">{ofLanguage(step.title, language)}</span>:{' '}
      {t.desk.elsewhere(t.systems[step.home] ?? step.home)}{' '}
      {step.system?.url != null && (
        <a href={step.system.url} target="_blank" rel="noreferrer noopener">
          {t.desk.openThere}
        </a>
      )}
    </p>
  );
}
