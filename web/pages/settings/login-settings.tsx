/** The own second factor: add an authenticator app, keep the recovery codes, take it off again. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  endSecondFactor,
  secondFactorQuery,
} from '../../api/settings.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { useWords } from '../../words/words.ts';
import styles from './settings.module.css';

export function LoginSettings() {
  const { t } = useWords();
  const words = t.settings.factor;
  const [code, setCode] = useState('');
  const [password, setPassword] = useState('');
  const { data, error, refetch } = useQuery(secondFactorQuery);
  const reload = (): Promise<void> => queryClient.invalidateQueries({ queryKey: secondFactorQuery.queryKey });
  const begin = useMutation({ mutationFn: beginSecondFactor });
  const confirm = useMutation({ mutationFn: () => confirmSecondFactor(code.trim()), onSuccess: reload });
  const end = useMutation({
    mutationFn: () => endSecondFactor(password),
    onSuccess: async () => {
      begin.reset();
      confirm.reset();
      setCode('');
      setPassword('');
      await reload();
    },
  });
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <section className={styles['form']} aria-labelledby="second-factor">
      <h2 id="second-factor">{words.title}</h2>
      <p>{data.isOn ? words.on(data.recoveryCodesLeft) : words.off}</p>
      {confirm.data !== undefined && (
        <div role="status">
          <p>{words.recovery}</p>
          <ul className={styles['codes']}>{confirm.data.recoveryCodes.map((one) => <li key={one} className="mono" translate="no">{one}</li>)}</ul>
        </div>
      )}
      {!data.isOn && begin.data === undefined && (
        <Button loading={begin.isPending} onClick={() => begin.mutate()}>{words.begin}</Button>
      )}
      {!data.isOn && begin.data !== undefined && (
        <form className={styles['form']} onSubmit={(event) => {
          event.preventDefault();
          confirm.mutate();
        }}>
          <p>{words.secret}</p>
          <IdText id={begin.data.secret} length={64} copy />
          <a href={begin.data.uri}>{words.open}</a>
          <TextInput size="sm" label={words.code} inputMode="numeric" autoComplete="one-time-code" required value={code} onChange={(event) => setCode(event.currentTarget.value)} />
          <Button type="submit" loading={confirm.isPending}>{words.confirm}</Button>
        </form>
      )}
      {data.isOn && (
        <form className={styles['form']} onSubmit={(event) => {
          event.preventDefault();
          end.mutate();
        }}>
          <PasswordInput size="sm" label={words.password} autoComplete="current-password" required value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
          <Button type="submit" variant="default" loading={end.isPending}>{words.end}</Button>
        </form>
      )}
      <FailureAlert error={begin.error ?? confirm.error ?? end.error} />
    </section>
  ); // prettier-ignore
}
