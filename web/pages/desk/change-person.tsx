/** Who stands at the tablet: a name, and a PIN that says so. The tablet stays logged in; what is done next is theirs. */
import { Button, Modal, PasswordInput, Radio } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { changePerson, pinPersonsQuery, sessionQuery, useMay, useMe } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import styles from './desk.module.css';

export function ChangePerson() {
  const { t } = useWords();
  const may = useMay();
  const { user, isTablet } = useMe();
  const [isOpen, setOpen] = useState(false);
  if (!isTablet && !may('returns.goods')) return null;
  return (
    <span className={styles['person']}>
      {isTablet && <span>{t.desk.person.acts} <b translate="no">{user.name}</b></span>}
      <Button variant="default" aria-haspopup="dialog" onClick={() => setOpen(true)}>{t.desk.person.change}</Button>
      {isOpen && <PersonDialog onClose={() => setOpen(false)} />}
    </span>
  ); // prettier-ignore
}

function PersonDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useWords();
  const words = t.desk.person;
  const { user: current, isTablet } = useMe();
  const { data, error, refetch } = useQuery({ ...pinPersonsQuery, staleTime: 0 });
  const [userId, setUserId] = useState('');
  const [pin, setPin] = useState('');
  const change = useMutation({
    mutationFn: () => changePerson(userId, pin),
    onSuccess: async (me) => {
      queryClient.setQueryData(sessionQuery.queryKey, me);
      onClose();
      announce(words.changed(me.user.name));
      // What one person saw is not shown to the next.
      await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    },
    onError: () => setPin(''),
  });
  const others = data?.rows.filter((one) => !isTablet || one.userId !== current.userId) ?? [];
  return (
    <Modal opened onClose={onClose} title={words.change} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        {!isTablet && <p className={styles['about']}>{words.about}</p>}
        {error !== null && <FailedState error={error} onRetry={() => void refetch()} />}
        {data !== undefined && others.length === 0 && <p>{words.nobody}</p>}
        {others.length > 0 && (
          <>
            <Radio.Group label={words.who} value={userId} onChange={setUserId}>
              <div className={styles['persons']}>
                {others.map((one) => <Radio key={one.userId} size="md" value={one.userId} label={<span translate="no">{one.name}</span>} />)}
              </div>
            </Radio.Group>
            <PasswordInput
              size="lg" label={words.pin} inputMode="numeric" autoComplete="off" pattern="\d{4,8}" maxLength={8} required
              value={pin} onChange={(event) => setPin(event.currentTarget.value)}
            />
          </>
        )}
        <FailureAlert error={change.error} />
        <div className={styles['steps']}>
          <Button size="md" variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          {others.length > 0 && <Button size="md" type="submit" loading={change.isPending} disabled={userId === '' || pin.length < 4}>{words.change}</Button>}
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
