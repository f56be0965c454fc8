/** Where a scanner types: it has the focus whenever nothing else needs it, and takes it back after every scan. */
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { scan, type Scanned } from '../../api/returns.ts';
import { useKeys } from '../../keyboard/keyboard.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import styles from './desk.module.css';

type Props = { readonly orders: readonly string[]; readonly onFound: (rows: readonly Scanned[]) => void };

export function ScanField({ orders, onFound }: Props) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const search = useMutation({
    mutationFn: (asked: string) => scan(asked, orders),
    onSuccess: ({ rows }, asked) => {
      if (rows.length === 0) {
        announce(t.desk.nothingFound(asked));
        input.current?.select();
        return;
      }
      setText('');
      onFound(rows);
      input.current?.focus();
    },
  });
  useEffect(() => input.current?.focus(), []);
  useKeys({ '/': () => input.current?.select() });
  return (
    <form
      role="search" className={styles['scan']}
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') search.mutate(text.trim());
      }}
    >
      <TextInput
        ref={input} size="md" type="search" aria-label={t.desk.scan} placeholder={t.desk.scanPlaceholder} autoComplete="off"
        value={text} onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="md" type="submit" loading={search.isPending}>{t.desk.scanSubmit}</Button>
      {search.data?.rows.length === 0 && !search.isPending && (
        <p role="alert" className={styles['missed']}>
          <strong>{t.desk.nothingFound(search.variables ?? '')}</strong> {t.desk.nothingFoundTodo}
        </p>
      )}
      <FailureAlert error={search.error} />
    </form>
  ); // prettier-ignore
}
