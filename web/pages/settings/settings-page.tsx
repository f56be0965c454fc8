/** Settings: the own login, users, and the rules set in the console. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useMay } from '../../api/session.ts';
import { policyQuery } from '../../api/settings.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { JsonText } from '../../parts/json-text.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { LoginSettings } from './login-settings.tsx';
import { NormalSettings } from './normal-settings.tsx';
import { PinSettings } from './pin-settings.tsx';
import { UserSettings } from './user-settings.tsx';
import styles from './settings.module.css';

const route = getRouteApi('/shell/settings');
type View = 'login' | 'users' | 'rules' | 'normal';

export function SettingsPage() {
  const { t } = useWords();
  const may = useMay();
  const { view } = route.useSearch();
  const navigate = route.useNavigate();
  const views: readonly View[] = [
    'login',
    ...(may('users.write') ? (['users'] as const) : []),
    ...(may('policy.read') ? (['rules'] as const) : []),
    ...(may('problems.read') ? (['normal'] as const) : []),
  ];
  const current = views.find((one) => one === view) ?? 'login';
  return (
    <Page
      title={t.settings.title}
      toolbar={
        <ViewTabs
          label={t.settings.viewsLabel} current={current} views={views.map((one) => ({ view: one, name: t.settings.views[one] }))}
          onChange={(next) => void navigate({ search: { view: next }, replace: true })}
        />
      }
    >
      <div className={styles['body']}>
        {current === 'login' ? <div className={styles['login']}><LoginSettings /><PinSettings /></div> : current === 'users' ? <UserSettings /> : current === 'rules' ? <Rules /> : <NormalSettings />}
      </div>
    </Page>
  ); // prettier-ignore
}

function Rules() {
  const { t } = useWords();
  const words = t.settings.rules;
  const { data, error, refetch } = useQuery(policyQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.rows.length === 0)
    return (
      <EmptyState kind="nothing" title={words.nothing}>
        {words.nothingTodo}
      </EmptyState>
    );
  return (
    <>
      <p className={styles['about']}>{words.about}</p>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>{(['name', 'scope', 'value', 'from', 'until', 'by'] as const).map((name) => <th key={name} scope="col">{words[name]}</th>)}</tr>
        </thead>
        <tbody>
          {data.rows.map((row) => (
            <tr key={`${row.name} ${row.scope} ${row.validFromAt}`}>
              <th scope="row" translate="no">{row.name}</th>
              <td>{row.scope === '' ? words.all : <span translate="no">{row.scope}</span>}</td>
              <td><JsonText value={row.value} /></td>
              <td><Time at={row.validFromAt} as="date" /></td>
              <td>{row.validToAt !== null && <Time at={row.validToAt} as="date" />}</td>
              <td translate="no">{row.setBy}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  ); // prettier-ignore
}
