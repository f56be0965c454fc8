/** Preparing a month, and signing or sending back what somebody else prepared. */
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { preparePeriod, sendBackPeriod, signPeriod, type PeriodDetail } from '../../api/finance.ts';
import { useMay, useMe } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import styles from './finance.module.css';

export function PeriodActions({
  month,
  onDone,
}: {
  readonly month: PeriodDetail;
  readonly onDone: () => void;
}) {
  const { t } = useWords();
  const words = t.finance.close;
  const may = useMay();
  const { user } = useMe();
  const client = useQueryClient();
  const [note, setNote] = useState('');
  const section = useRef<HTMLElement>(null);
  const act = useMutation({
    mutationFn: ({ run }: { readonly run: () => Promise<unknown>; readonly said: string }) => run(),
    onSuccess: async (_result, { said }) => {
      setNote('');
      await client.invalidateQueries({ queryKey: ['order', 'finance'] });
      announce(said);
      onDone();
      // The button that had the focus is gone.
      section.current?.focus();
    },
  });
  if (!may('finance.write')) return null;
  const { period, waiting } = month;
  if (waiting === null && !month.mayPrepare) return null;
  const isOwn = waiting?.preparedBy === `user/${user.userId}`;
  const field = (
    <TextInput
      label={waiting === null || isOwn ? words.note : t.finance.reason}
      value={note}
      maxLength={2000}
      onChange={(event) => setNote(event.currentTarget.value)}
    />
  );
  return (
    <section className={styles['actions']} ref={section} tabIndex={-1} aria-label={words.actions}>
      {waiting === null ? (
        <>
          {field}
          <Button loading={act.isPending} onClick={() => act.mutate({ run: () => preparePeriod(period, note.trim()), said: words.prepared })}>
            {month.signed === null ? words.prepare : words.prepareAgain}
          </Button>
        </>
      ) : (
        <>
          <p className={styles['quiet']}>{isOwn ? words.ownPack : words.signAbout}</p>
          {field}
          {!isOwn && <Button loading={act.isPending} onClick={() => act.mutate({ run: () => signPeriod(period, waiting.hash, note.trim()), said: words.signed })}>{words.sign}</Button>}
          <Button variant="default" disabled={act.isPending || note.trim().length < 3} onClick={() => act.mutate({ run: () => sendBackPeriod(period, note.trim()), said: words.sentBack })}>{words.sendBack}</Button>
        </>
      )}
      <FailureAlert error={act.error} />
    </section>
  ); // prettier-ignore
}
