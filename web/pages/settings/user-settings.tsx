/** Users: who may do what, invitations, and taking access away. */
import { Button, Checkbox, Modal, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { roles, type Role } from '../../../src/wire/roles.ts';
import { queryClient } from '../../api/query-client.ts';
import {
  changeUser,
  deactivateUser,
  inviteUser,
  makePasswordLink,
  takeSecondFactor,
  usersQuery,
  type User,
} from '../../api/settings.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { useWords } from '../../words/words.ts';
import styles from './settings.module.css';

const reload = (): Promise<void> => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey });

export function UserSettings() {
  const { t } = useWords();
  const words = t.settings.users;
  const [edited, setEdited] = useState<User | 'new'>();
  const { data, error, refetch } = useQuery(usersQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  return (
    <>
      <Button className={styles['invite'] ?? ''} onClick={() => setEdited('new')}>{words.invite}</Button>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>{(['name', 'email', 'roles', 'team', 'state'] as const).map((name) => <th key={name} scope="col">{words[name]}</th>)}<th><span className="hidden-but-read">{words.edit}</span></th></tr>
        </thead>
        <tbody>
          {data?.rows.map((user) => (
            <tr key={user.userId}>
              <th scope="row" translate="no">{user.name}</th>
              <td translate="no">{user.email}</td>
              <td>{user.roles.map((role) => t.roles[role] ?? role).join(', ')}</td>
              <td>{user.team === null ? words.noTeam : (t.teams[user.team] ?? <span translate="no">{user.team}</span>)}</td>
              <td>{user.deactivatedAt !== null ? words.deactivated : user.lockedUntilAt !== null && Date.parse(user.lockedUntilAt) > Date.now() ? words.invited : words.active}</td>
              <td>{user.deactivatedAt === null && <Button variant="default" size="compact-sm" onClick={() => setEdited(user)}>{words.edit}</Button>}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {edited !== undefined && <UserDialog user={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </>
  ); // prettier-ignore
}

function UserDialog({ user, onClose }: { readonly user: User | undefined; readonly onClose: () => void }) {
  const { t } = useWords();
  const words = t.settings.users;
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [held, setHeld] = useState<readonly string[]>(user?.roles ?? ['viewer']);
  const [team, setTeam] = useState(user?.team ?? '');
  const [why, setWhy] = useState('');
  const chosen = roles.filter((role): role is Role => held.includes(role));
  const invite = useMutation({
    mutationFn: () => inviteUser({ name, email, roles: chosen, team: team === '' ? null : team }),
    onSuccess: reload,
  });
  const change = useMutation({
    mutationFn: () => changeUser(user!.userId, { name, roles: chosen, team: team === '' ? null : team }),
    onSuccess: async () => {
      await reload();
      onClose();
    },
  });
  const link = useMutation({ mutationFn: () => makePasswordLink(user!.userId) });
  const factor = useMutation({
    mutationFn: () => takeSecondFactor(user!.userId),
    onSuccess: () => announce(words.taken),
  });
  const end = useMutation({
    mutationFn: () => deactivateUser(user!.userId, why.trim()),
    onSuccess: async () => {
      await reload();
      onClose();
    },
  });
  const made = invite.data?.invitation.link ?? link.data?.link;
  return (
    <Modal opened onClose={onClose} title={user === undefined ? words.invite : <span translate="no">{user.name}</span>} closeButtonProps={{ 'aria-label': t.actions.close }}>
      {made !== undefined && (
        <div role="status" className={styles['form']}>
          <p>{words.link}</p>
          <IdText id={made} length={48} copy />
        </div>
      )}
      {invite.data === undefined && (
        <form className={styles['form']} onSubmit={(event) => {
          event.preventDefault();
          if (user === undefined) invite.mutate();
          else change.mutate();
        }}>
          <TextInput size="sm" label={words.name} required maxLength={100} data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} />
          {user === undefined && <TextInput size="sm" type="email" label={words.email} required value={email} onChange={(event) => setEmail(event.currentTarget.value)} />}
          <Checkbox.Group label={words.roles} value={[...held]} onChange={setHeld}>
            {roles.map((role) => <Checkbox key={role} value={role} label={t.roles[role] ?? role} className={styles['role'] ?? ''} />)}
          </Checkbox.Group>
          <NativeSelect
            size="sm" label={words.team} value={team} onChange={(event) => setTeam(event.currentTarget.value)}
            data={[{ value: '', label: words.noTeam }, ...Object.entries(t.teams).map(([value, label]) => ({ value, label }))]}
          />
          <FailureAlert error={invite.error ?? change.error} />
          <Button type="submit" disabled={chosen.length === 0} loading={invite.isPending || change.isPending}>{user === undefined ? words.inviteSubmit : words.save}</Button>
        </form>
      )}
      {user !== undefined && (
        <div className={styles['more']}>
          <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>{words.passwordLink}</Button>
          <Button variant="default" loading={factor.isPending} onClick={() => factor.mutate()}>{words.takeFactor}</Button>
          <span role="status">{factor.isSuccess && words.taken}</span>
          <TextInput size="sm" label={words.why} description={words.deactivateAbout} value={why} maxLength={500} onChange={(event) => setWhy(event.currentTarget.value)} />
          <Button color="red" variant="light" disabled={why.trim().length < 3} loading={end.isPending} onClick={() => end.mutate()}>{words.deactivate}</Button>
          <FailureAlert error={link.error ?? factor.error ?? end.error} />
        </div>
      )}
    </Modal>
  ); // prettier-ignore
}
