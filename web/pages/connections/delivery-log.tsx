/** What the connected systems delivered, what came of it, and processing it again. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import {
  deliveriesQuery,
  replayDelivery,
  type DeliveryFilter,
  type DeliveryRow,
} from '../../api/connections.ts';
import { useMay } from '../../api/session.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { announce } from '../../parts/announce.tsx';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { JsonText } from '../../parts/json-text.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './connections.module.css';

const route = getRouteApi('/shell/connections');

type Props = { readonly filter: DeliveryFilter; readonly open: string | undefined };

export function DeliveryLog({ filter, open }: Props) {
  const { t } = useWords();
  const words = t.connections.log;
  const navigate = route.useNavigate();
  const show = (delivery: string | undefined): void =>
    void navigate({ search: { ...filter, view: 'log', delivery }, replace: true });
  const list = useLiveList(deliveriesQuery(filter), {
    kinds: ['delivery'],
    keyOf: (row: DeliveryRow) => row.id,
    versionOf: (row) => `${row.seenCount} ${row.attemptCount} ${row.processedAt ?? ''}`,
  });
  const columns: readonly Column<DeliveryRow>[] = [
    { id: 'received', header: words.received, width: '190px', narrow: 'second', cell: (row) => <Time at={row.receivedAt} /> },
    { id: 'connection', header: words.connection, width: '130px', cell: (row) => <span translate="no">{row.connection}</span> },
    { id: 'topic', header: words.topic, narrow: 'head', cell: (row) => <span translate="no">{row.topic}</span> },
    { id: 'record', header: words.record, cell: (row) => <IdText id={row.record} /> },
    { id: 'outcome', header: words.outcome, width: '160px', narrow: 'end', cell: (row) => row.outcome === null ? words.waiting : <span translate="no">{row.outcome}</span> },
    { id: 'attempts', header: words.attempts, width: '90px', align: 'end', cell: (row) => <span translate="no">{row.attemptCount}</span> },
  ]; // prettier-ignore
  const current = list.rows.find((row) => row.id === open);
  return (
    <>
      <div className={styles['filters']}>
        <FilterChoice
          label={words.outcome} value={filter.isWaiting} options={[{ value: 'true', label: words.onlyWaiting }]}
          onChange={(isWaiting) => void navigate({ search: { ...filter, view: 'log', isWaiting }, replace: true })}
        />
      </div>
      {list.error !== null ? <FailedState error={list.error} onRetry={list.refresh} />
      : !list.isLoading && list.rows.length === 0 ? (
        Object.keys(filter).length > 0 ? <FilteredOut onClear={() => void navigate({ search: { view: 'log' }, replace: true })} />
        : <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>
      ) : (
        <SplitPane
          label={words.caption} isOpen={current !== undefined} onClose={() => show(undefined)}
          side={current !== undefined && <DeliveryDetail row={current} />}
        >
          <DataTable caption={words.caption} columns={columns} list={list} keyOf={(row) => row.id} nameOf={(row) => row.topic} onOpen={(row) => show(row.id)} {...(open !== undefined && { currentKey: open })} />
        </SplitPane>
      )}
    </>
  ); // prettier-ignore
}

function DeliveryDetail({ row }: { readonly row: DeliveryRow }) {
  const { t } = useWords();
  const words = t.connections.log;
  const may = useMay();
  const replay = useMutation({
    mutationFn: () => replayDelivery(row.id),
    onSuccess: () => announce(words.replayed),
  });
  return (
    <div className={styles['detail']}>
      <h2 translate="no">{row.topic}</h2>
      <dl>
        <dt>{words.record}</dt>
        <dd><IdText id={row.record} copy /></dd>
        <dt>{words.received}</dt>
        <dd><Time at={row.receivedAt} /></dd>
        <dt>{words.seen}</dt>
        <dd translate="no">{row.seenCount}</dd>
        <dt>{words.outcome}</dt>
        <dd>{row.outcome === null ? words.waiting : <span translate="no">{row.outcome}</span>}</dd>
      </dl>
      {may('deliveries.replay') && <Button variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>{words.replay}</Button>}
      <p role="status">{replay.isSuccess && words.replayed}</p>
      <FailureAlert error={replay.error} />
      {row.detail !== null && <><h3>{words.detail}</h3><JsonText value={row.detail} /></>}
    </div>
  ); // prettier-ignore
}
