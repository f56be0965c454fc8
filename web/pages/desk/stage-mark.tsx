import { useWords } from '../../words/words.ts';
import styles from './desk.module.css';

/** How far a return is: glyph and word. */
const glyphs: Readonly<Record<string, string>> = {
  requested: '◔', withdrawn: '◑', approved: '◑', received: '◕', inspected: '●', rejected: '⊘', cancelled: '⊘', expired: '⊘', kept: '⊙',
}; // prettier-ignore

export function StageMark({ stage }: { readonly stage: string }) {
  const { t } = useWords();
  return (
    <span className={styles['stage']} data-stage={stage}>
      <span aria-hidden="true">{glyphs[stage] ?? '○'}</span> {t.desk.stages[stage] ?? stage}
    </span>
  );
}
