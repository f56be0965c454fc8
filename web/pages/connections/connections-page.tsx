/** Connections: is every system read, since when, and what did it deliver? */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { connectionsQuery } from '../../api/connections.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { ViewTabs } from '../../parts/view-tabs.tsx';
import { useWords } from '../../words/words.ts';
import { AddConnection } from './add-connection.tsx';
import { ConnectionCard } from './connection-card.tsx';
import { DeliveryLog } from './delivery-log.tsx';
import styles from './connections.module.css';

const route = getRouteApi('/shell/connections');

export function ConnectionsPage() {
  const { t } = useWords();
  const may = useMay();
  const { view, delivery, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const [isAdding, setAdding] = useState(false);
  const isLog = view === 'log' && may('deliveries.read');
  return (
    <Page
      title={t.connections.title} fills={isLog}
      aside={may('connections.write') && <Button onClick={() => setAdding(true)}>{t.connections.form.add}</Button>}
      toolbar={may('deliveries.read') && (
        <ViewTabs
          label={t.connections.viewsLabel} current={isLog ? 'log' : 'systems'}
          views={[{ view: 'systems', name: t.connections.views.systems }, { view: 'log', name: t.connections.views.log }]}
          onChange={(next) => void navigate({ search: next === 'log' ? { view: next } : {}, replace: true })}
        />
      )}
    >
      {isAdding && <AddConnection onClose={() => setAdding(false)} />}
      {isLog ? <DeliveryLog filter={filter} open={delivery} /> : <ConnectionCards />}
    </Page>
  ); // prettier-ignore
}

function ConnectionCards() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(connectionsQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.rows.length === 0)
    return (
      <EmptyState kind="nothing" title={t.connections.nothing}>
        {t.connections.nothingTodo}
      </EmptyState>
    );
  return (
    <ul className={styles['cards']}>
      {data.rows.map((one) => (
        <li key={one.connection}>
          <ConnectionCard one={one} />
        </li>
      ))}
    </ul>
  );
}
