/** Login by e-mail and password, or by the company's own login where one is configured. */
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import type { meSchema } from '../../../src/wire/api-access.ts';
import { failureOf, post, rememberCsrf } from '../../api/ask.ts';
import { loginMethodsQuery, sessionQuery } from '../../api/session.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useTitle } from '../../parts/page.tsx';
import { useWords } from '../../words/words.ts';
import { LoginFrame } from './login-frame.tsx';
import styles from './login.module.css';

const route = getRouteApi('/login');

export function LoginPage() {
  const { t } = useWords();
  useTitle(t.login.title);
  const { to, error: refused } = route.useSearch();
  const router = useRouter();
  const client = useQueryClient();
  const methods = useQuery(loginMethodsQuery);
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const login = useMutation({
    mutationFn: () =>
      post<typeof meSchema>('/session', { email, password, ...(code !== '' && { code: code.trim() }) }),
    onSuccess: (me) => {
      rememberCsrf(me.csrf);
      client.setQueryData(sessionQuery.queryKey, me);
      // Only addresses of our own: what stands behind `to` may have been made by anybody.
      router.history.push(to !== undefined && /^\/console\/(?!\/)/.test(to) ? to : '/console/');
    },
  });
  if (methods.data?.isFirstRun === true)
    return (
      <LoginFrame>
        <EmptyState kind="nothing" title={t.login.firstRun}>
          {t.login.firstRunTodo}
        </EmptyState>
      </LoginFrame>
    );
  // Asked for only once the password fits and the account has a second factor.
  const wantsCode =
    login.error !== null &&
    ['second-factor-required', 'second-factor-invalid'].includes(failureOf(login.error).code);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <LoginFrame>
      <h1>{t.login.title}</h1>
      <form className={styles['form']} onSubmit={submit}>
        <TextInput
          size="sm" label={t.login.email} type="email" name="email" autoComplete="username" required autoFocus
          value={email} onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          size="sm" label={t.login.password} name="password" autoComplete="current-password" required
          value={password} onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {(wantsCode || code !== '') && (
          <TextInput
            size="sm" label={t.login.code} description={t.login.codeAbout} name="code" autoComplete="one-time-code"
            required autoFocus value={code} onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {!(wantsCode && code === '') && <FailureAlert error={login.error} />}
        {refused !== undefined && login.error === null && <p role="alert">{t.login.providerFailed} <code translate="no">{refused}</code></p>}
        <Button type="submit" size="sm" loading={login.isPending}>{t.login.submit}</Button>
      </form>
      {methods.data?.oidc != null && (
        <>
          <p className={styles['or']}>{t.login.or}</p>
          <Button component="a" href={methods.data.oidc.url} variant="default" size="sm" fullWidth>
            {t.login.withProvider(methods.data.oidc.label)}
          </Button>
        </>
      )}
      <p className={styles['note']}>{t.login.forgotten}</p>
    </LoginFrame>
  ); // prettier-ignore
}
