/** Where a scanner types: it has the focus whenever nothing else needs it, and takes it back after every scan. */
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { scan, type Scanned } from '../../api/returns.ts';
import { useKeys } from '../../keyboard/keyboard.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import { isUnreachable, useScanQueue } from './use-scan-queue.ts';
import styles from './desk.module.css';

type Props = {
  readonly orders: readonly string[];
  /** Several orders fit and one must be chosen: scans that wait go on waiting. */
  readonly isChoosing: boolean;
  readonly onFound: (rows: readonly Scanned[]) => Promise<void>;
};

export function ScanField({ orders, isChoosing, onFound }: Props) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [missed, setMissed] = useState<string>();
  const input = useRef<HTMLInputElement>(null);
  const make = async (asked: string): Promise<void> => {
    const { rows } = await scan(asked, orders);
    setMissed(rows.length === 0 ? asked : undefined);
    if (rows.length === 0) announce(t.desk.nothingFound(asked));
    else await onFound(rows);
  };
  const queue = useScanQueue(make, isChoosing);
  const search = useMutation({
    mutationFn: make,
    onSuccess: () => input.current?.select(),
    onError: (error, asked) => {
      if (isUnreachable(error)) keep(asked);
    },
  });
  const keep = (asked: string): void => {
    queue.add(asked);
    setText('');
    announce(t.desk.scanKept(queue.waiting.length + 1));
  };
  useEffect(() => input.current?.focus(), []);
  // What was found is on the table; what was not stays, to be corrected.
  useEffect(() => {
    if (search.isSuccess && missed === undefined) setText('');
  }, [search.isSuccess, search.submittedAt, missed]);
  useKeys({ '/': () => input.current?.select() });
  return (
    <form
      role="search" className={styles['scan']}
      onSubmit={(event) => {
        event.preventDefault();
        const asked = text.trim();
        if (asked === '') return;
        // In order: behind those that wait.
        if (queue.waiting.length > 0) keep(asked);
        else search.mutate(asked);
      }}
    >
      <TextInput
        ref={input} size="md" type="search" aria-label={t.desk.scan} placeholder={t.desk.scanPlaceholder} autoComplete="off"
        value={text} onChange={(event) => setText(event.currentTarget.value)}
      />
      <Button size="md" type="submit" loading={search.isPending}>{t.desk.scanSubmit}</Button>
      {queue.waiting.length > 0 && (
        <div role="status" className={styles['missed']}>
          <strong>{t.desk.scansWait(queue.waiting.length)}</strong> <span translate="no" className="mono">{queue.waiting.join(' · ')}</span>{' '}
          <Button variant="default" size="compact-sm" onClick={queue.tryNow}>{t.errors.retry}</Button>{' '}
          <Button variant="subtle" size="compact-sm" onClick={queue.drop}>{t.desk.scansDrop}</Button>
        </div>
      )}
      {missed !== undefined && !search.isPending && (
        <p role="alert" className={styles['missed']}>
          <strong>{t.desk.nothingFound(missed)}</strong> {t.desk.nothingFoundTodo}
        </p>
      )}
      <FailureAlert error={search.error !== null && isUnreachable(search.error) ? null : search.error} />
    </form>
  ); // prettier-ignore
}
