/** `[` and `]`: the one before and after, in the list one came from. */
import { ActionIcon, Tooltip } from '@mantine/core';
import type { neighboursOf } from '../list/neighbours.ts';
import { useWords } from '../words/words.ts';
import { Glyph } from './status.tsx';
import styles from './neighbour-buttons.module.css';

type Props = {
  readonly neighbours: ReturnType<typeof neighboursOf>;
  readonly onGo: (key: string | undefined) => void;
};

export function NeighbourButtons({ neighbours, onGo }: Props) {
  const { t } = useWords();
  if (neighbours.count === 0) return null;
  return (
    <span className={styles['buttons']}>
      <Tooltip label={<>{t.keys.previous} <kbd>[</kbd></>}>
        <ActionIcon variant="default" size={26} aria-label={t.keys.previous} disabled={neighbours.previous === undefined} onClick={() => onGo(neighbours.previous)}>
          <Glyph><path d="m4 10 4-4 4 4" fill="none" stroke="currentColor" strokeWidth="1.8" /></Glyph>
        </ActionIcon>
      </Tooltip>
      <Tooltip label={<>{t.keys.next} <kbd>]</kbd></>}>
        <ActionIcon variant="default" size={26} aria-label={t.keys.next} disabled={neighbours.next === undefined} onClick={() => onGo(neighbours.next)}>
          <Glyph><path d="m4 6 4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.8" /></Glyph>
        </ActionIcon>
      </Tooltip>
      <span className={styles['position']} translate="no">{neighbours.position}/{neighbours.count}</span>
    </span>
  ); // prettier-ignore
}
