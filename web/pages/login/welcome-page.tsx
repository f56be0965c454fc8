/**
 * What a one-time link opens: the first administrator, an invitation, a new password. The secret stands behind the # of
 * the address, which browsers send to nobody.
 */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type ChangeEvent, type FormEvent } from 'react';
import type { meSchema } from '../../../src/wire/api-access.ts';
import { post, rememberCsrf } from '../../api/ask.ts';
import { sessionQuery } from '../../api/session.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useTitle } from '../../parts/page.tsx';
import { useWords } from '../../words/words.ts';
import { LoginFrame } from './login-frame.tsx';
import styles from './login.module.css';

const route = getRouteApi('/welcome/$kind');

export function WelcomePage() {
  const { t } = useWords();
  const isFirst = route.useParams().kind === 'first';
  const title = isFirst ? t.login.welcomeFirst : t.login.welcomePassword;
  useTitle(title);
  const router = useRouter();
  const client = useQueryClient();
  // Read once: the router may tidy the address up.
  const [token] = useState(() => location.hash.slice(1));
  const [form, setForm] = useState({ name: '', email: '', password: '' });
  const set =
    (field: keyof typeof form) =>
    (event: ChangeEvent<HTMLInputElement>): void => {
      const { value } = event.currentTarget;
      setForm((old) => ({ ...old, [field]: value }));
    };
  const start = useMutation({
    mutationFn: () => {
      const { name, email, password } = form;
      return post<typeof meSchema>('/session/link', { token, password, ...(isFirst && { name, email }) });
    },
    onSuccess: (me) => {
      rememberCsrf(me.csrf);
      client.setQueryData(sessionQuery.queryKey, me);
      router.history.replace('/console/');
    },
  });
  if (token === '')
    return (
      <LoginFrame>
        <h1>{title}</h1>
        <EmptyState kind="failed" title={t.login.linkMissing}>
          {t.login.linkMissingTodo}
        </EmptyState>
      </LoginFrame>
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    start.mutate();
  };
  return (
    <LoginFrame>
      <h1>{title}</h1>
      <p>{isFirst ? t.login.welcomeFirstAbout : t.login.welcomePasswordAbout}</p>
      <form className={styles['form']} onSubmit={submit}>
        {isFirst && (
          <>
            <TextInput size="sm" label={t.login.name} name="name" autoComplete="name" required maxLength={100} value={form.name} onChange={set('name')} />
            <TextInput size="sm" label={t.login.email} name="email" type="email" autoComplete="username" required maxLength={254} value={form.email} onChange={set('email')} />
          </>
        )}
        <PasswordInput
          size="sm" label={t.login.newPassword} description={t.login.newPasswordAbout} name="password"
          autoComplete="new-password" required minLength={12} maxLength={256} value={form.password} onChange={set('password')}
        />
        <FailureAlert error={start.error} />
        <Button type="submit" size="sm" loading={start.isPending}>{isFirst ? t.login.start : t.login.saveAndLogin}</Button>
      </form>
    </LoginFrame>
  ); // prettier-ignore
}
