/** The own PIN for a tablet that several share at the returns desk. */
import { Button, PasswordInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { pinQuery, removePin, setPin } from '../../api/settings.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './settings.module.css';

export function PinSettings() {
  const { t } = useWords();
  const words = t.settings.pin;
  const [pin, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const { data, error, refetch } = useQuery(pinQuery);
  const after = async (text: string): Promise<void> => {
    setTyped('');
    setPassword('');
    await queryClient.invalidateQueries({ queryKey: pinQuery.queryKey });
    announce(text);
  };
  const set = useMutation({ mutationFn: () => setPin(pin, password), onSuccess: () => after(words.set) });
  const remove = useMutation({ mutationFn: removePin, onSuccess: () => after(words.removed) });
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <section className={styles['form']} aria-labelledby="own-pin">
      <h2 id="own-pin">{words.title}</h2>
      <p>{words.about}</p>
      <p>{data.setAt === null ? words.none : <>{words.since} <Time at={data.setAt} as="date" /></>}</p>
      <form className={styles['form']} onSubmit={(event) => {
        event.preventDefault();
        set.mutate();
      }}>
        <PasswordInput
          size="sm" w="min(320px, 100%)" label={words.pin} description={words.pinAbout} inputMode="numeric" autoComplete="off" pattern="\d{4,8}" maxLength={8} required
          value={pin} onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <PasswordInput size="sm" w="min(320px, 100%)" label={t.settings.factor.password} description={words.passwordAbout} autoComplete="current-password" value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
        <div className={styles['buttons']}>
          <Button type="submit" loading={set.isPending}>{words.submit}</Button>
          {data.setAt !== null && <Button variant="default" loading={remove.isPending} onClick={() => remove.mutate()}>{words.remove}</Button>}
        </div>
      </form>
      <FailureAlert error={set.error ?? remove.error} />
    </section>
  ); // prettier-ignore
}
