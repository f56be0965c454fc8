/** Returns by stage, and what waits on the quarantine shelf. */
import { getRouteApi } from '@tanstack/react-router';
import {
  heldQuery,
  returnsQuery,
  type HeldRow,
  type ReturnFilter,
  type ReturnRow,
} from '../../api/returns.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { StageMark } from './stage-mark.tsx';
import styles from './desk.module.css';

const route = getRouteApi('/shell/desk');

export function ReturnList({ filter }: { readonly filter: ReturnFilter }) {
  const { t } = useWords();
  const navigate = route.useNavigate();
  const list = useLiveList(returnsQuery(filter), {
    kinds: ['order'],
    keyOf: (row: ReturnRow) => `${row.orderKey} ${row.rma}`,
    versionOf: (row) => `${row.stage} ${row.units.map((item) => item.received).join()}`,
  });
  const words = t.desk.columns;
  const columns: readonly Column<ReturnRow>[] = [
    { id: 'stage', header: words.stage, width: '132px', narrow: 'second', cell: (row) => <StageMark stage={row.stage} /> },
    { id: 'rma', header: words.rma, width: '128px', narrow: 'head', cell: (row) => <IdText id={row.rma} /> },
    { id: 'order', header: words.order, width: '112px', cell: (row) => <span className="mono" translate="no">{row.number}</span> },
    { id: 'items', header: words.items, cell: (row) => (
      row.wholeOrder ? <span>{t.desk.label.all}</span>
      : row.units.length === 0 ? <span className={styles['quiet']}>{t.desk.itemsNotNamed}</span>
      : <span translate="no">{row.units.map((item) => `${item.requested || item.allowed || item.received} × ${item.sku}`).join(', ')}</span>
    ) },
    { id: 'opened', header: words.opened, width: '112px', cell: (row) => <Time at={row.openedAt} as="ago" /> },
    { id: 'legal', header: words.legal, width: '140px', cell: (row) => row.legalOn !== null && <Time at={`${row.legalOn}T12:00:00Z`} as="date" /> },
  ]; // prettier-ignore
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <>
      <div className={styles['filters']}>
        <FilterChoice
          label={t.desk.stage} value={filter.stage} options={Object.entries(t.desk.stages).map(([value, label]) => ({ value, label }))}
          onChange={(stage) => void navigate({ search: { ...filter, stage }, replace: true })}
        />
        <FilterChoice
          label={t.desk.kind} value={filter.kind} options={(['return', 'withdrawal'] as const).map((value) => ({ value, label: t.desk.kinds[value] }))}
          onChange={(kind) => void navigate({ search: { ...filter, kind }, replace: true })}
        />
      </div>
      {list.error !== null ? (
        <FailedState error={list.error} onRetry={list.refresh} />
      ) : !list.isLoading && list.rows.length === 0 ? (
        isFiltered ? <FilteredOut onClear={() => void navigate({ search: {}, replace: true })} /> : <EmptyState kind="nothing" title={t.desk.nothing}>{t.desk.nothingTodo}</EmptyState>
      ) : (
        <DataTable
          caption={t.desk.caption} columns={columns} list={list} keyOf={(row) => `${row.orderKey} ${row.rma}`} nameOf={(row) => row.rma}
          onOpen={(row) => void navigate({ search: { ...filter, order: row.orderKey, rma: row.rma } })}
        />
      )}
    </>
  ); // prettier-ignore
}

export function HeldList() {
  const { t } = useWords();
  const navigate = route.useNavigate();
  const list = useLiveList(heldQuery, {
    kinds: ['order'],
    keyOf: (row: HeldRow) => `${row.orderKey} ${row.rma ?? ''} ${row.sku} ${row.heldBy}`,
    versionOf: (row) => String(row.units),
  });
  const words = t.desk.columns;
  const columns: readonly Column<HeldRow>[] = [
    { id: 'sku', header: words.sku, narrow: 'head', cell: (row) => <span translate="no"><span className="mono">{row.sku}</span> {row.name}</span> },
    { id: 'units', header: words.units, width: '80px', align: 'end', narrow: 'end', cell: (row) => <span translate="no">{row.units}</span> },
    { id: 'since', header: words.since, width: '140px', cell: (row) => <Time at={row.sinceAt} as="ago" /> },
    { id: 'condition', header: words.condition, width: '180px', cell: (row) => (row.condition === null ? null : (t.desk.conditions[row.condition] ?? row.condition)) },
    { id: 'heldBy', header: words.heldBy, width: '120px', cell: (row) => t.systems[row.heldBy] },
    { id: 'order', header: words.order, width: '130px', cell: (row) => <span className="mono" translate="no">{row.number}</span> },
  ]; // prettier-ignore
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  if (!list.isLoading && list.rows.length === 0)
    return (
      <EmptyState kind="good" title={t.desk.nothingHeld}>
        {t.desk.nothingHeldTodo}
      </EmptyState>
    );
  return (
    <DataTable
      caption={t.desk.heldCaption}
      columns={columns}
      list={list}
      keyOf={(row) => `${row.orderKey} ${row.rma ?? ''} ${row.sku} ${row.heldBy}`}
      nameOf={(row) => row.sku}
      onOpen={(row) =>
        void navigate({ search: { order: row.orderKey, ...(row.rma !== null && { rma: row.rma }) } })
      }
    />
  );
}
