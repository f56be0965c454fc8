/** `?`: every key and what it does. */
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../api/session.ts';
import { useKeys } from '../keyboard/keyboard.ts';
import { workKeys } from '../keyboard/work-keys.ts';
import { useWords } from '../words/words.ts';
import { navigation } from './navigation.ts';
import styles from './keyboard-sheet.module.css';

export function KeyboardSheet() {
  const { t } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  useKeys({ '?': () => setOpen(true) });
  const everywhere: readonly (readonly [string, string])[] = [
    ['?', t.keys.sheet],
    ['Ctrl K, ⌘ K', t.keys.palette],
    ['/', t.keys.search],
    ...navigation.filter((entry) => may(entry.permission)).map((entry): [string, string] => [`g ${entry.key}`, t.keys.go(t.nav[entry.name])]),
    ['[', t.keys.previousNeighbour],
    [']', t.keys.nextNeighbour],
    ['Esc', t.keys.back],
  ]; // prettier-ignore
  const lists: readonly (readonly [string, string])[] = [
    ['j, ↓', t.keys.next],
    ['k, ↑', t.keys.previous],
    ['Enter', t.keys.open],
    ['x', t.keys.select],
    ['Shift x, Shift ↓ ↑', t.keys.selectTo],
    ['.', t.keys.refresh],
  ];
  const words = t.problems;
  const problem: readonly (readonly [string, string])[] = [
    [workKeys.take, words.take],
    [workKeys.dismiss, words.dismiss],
    [workKeys.accept, words.accept],
    [workKeys.merge, words.merge],
    [workKeys.normal, words.normal.open],
    [workKeys.comment, words.comment],
    [workKeys.undo, words.undo],
  ];
  return (
    <Modal opened={isOpen} onClose={() => setOpen(false)} title={t.keys.title} size="lg" closeButtonProps={{ 'aria-label': t.keys.close }}>
      <div className={styles['sheet']}>
        <Keys title={t.keys.everywhere} keys={everywhere} />
        <div>
          <Keys title={t.keys.lists} keys={lists} />
          {may('problems.work') && <Keys title={t.keys.problem} keys={problem} />}
        </div>
      </div>
      <p className={styles['note']}>{t.keys.note}</p>
    </Modal>
  ); // prettier-ignore
}

function Keys({
  title,
  keys,
}: {
  readonly title: string;
  readonly keys: readonly (readonly [string, string])[];
}) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd translate="no">{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
