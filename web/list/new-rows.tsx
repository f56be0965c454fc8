/** "4 new, press .": shown above a list instead of moving its rows. */
import { useKeys } from '../keyboard/keyboard.ts';
import { announce } from '../parts/announce.tsx';
import { useWords } from '../words/words.ts';
import type { LiveList } from './use-live-list.ts';
import styles from './data-table.module.css';

export function NewRows<Row>({ list }: { readonly list: LiveList<Row> }) {
  const { t } = useWords();
  const { added, changed } = list.fresh;
  const show = (): void => {
    list.refresh();
    announce(t.list.updated);
  };
  useKeys(added + changed > 0 ? { '.': show } : {});
  if (added + changed === 0) return null;
  const counts = [added > 0 && t.list.newRows(added), changed > 0 && t.list.changedRows(changed)];
  return (
    <div className={styles['new']} role="status">
      <button type="button" onClick={show}>
        {counts.filter((text) => text !== false).join(', ')}, {t.list.press} <kbd>.</kbd>
      </button>
    </div>
  );
}
