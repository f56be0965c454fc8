/** Money that does not match: refunds against gateway or bank, and money that no order claims. */
import { SegmentedControl } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { differencesQuery, orphansQuery, type OpenAccount, type OrphanRow } from '../../api/finance.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Money } from '../../parts/money.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { DifferencePane } from './difference-pane.tsx';
import { OrphanPane } from './orphan-pane.tsx';
import { Amount, Reasons } from './finance-parts.tsx';
import styles from './finance.module.css';

const route = getRouteApi('/shell/finance');

export function Reconcile() {
  const { t } = useWords();
  const words = t.finance.reconcile;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const show = search.show === 'orphans' ? 'orphans' : 'differences';
  return (
    <>
      <div className={styles['bar']}>
        <SegmentedControl
          size="xs" aria-label={words.show} value={show} data={[{ value: 'differences', label: words.differences }, { value: 'orphans', label: words.orphans }]}
          onChange={(next) => void navigate({ search: { view: 'reconcile', show: next === 'orphans' ? next : undefined }, replace: true })}
        />
        {show === 'differences' && (
          <FilterChoice
            label={words.side} value={search.side} options={Object.entries(words.sides).map(([value, label]) => ({ value, label }))}
            onChange={(side) => void navigate({ search: { ...search, side, order: undefined }, replace: true })}
          />
        )}
        <ExportMenu path={show === 'orphans' ? '/reconcile/orphans/export' : '/reconcile/export'} filter={{ currency: search.currency, side: show === 'orphans' ? undefined : search.side }} />
      </div>
      {show === 'orphans' ? <Orphans /> : <Differences />}
    </>
  ); // prettier-ignore
}

function Differences() {
  const { t, language } = useWords();
  const words = t.finance.reconcile;
  const { order, control, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (row: OpenAccount | undefined): void =>
    void navigate({ search: { ...search, order: row?.orderKey, control: row?.control }, replace: true });
  const keyOf = (row: Pick<OpenAccount, 'orderKey' | 'control'>): string => `${row.orderKey} ${row.control}`;
  const list = useLiveList(differencesQuery({ side: search.side, currency: search.currency }), {
    kinds: ['order'],
    keyOf,
    versionOf: (row: OpenAccount) => `${row.left} ${row.right}`,
  });
  const isOpen = order !== undefined && control !== undefined;
  const columns: readonly Column<OpenAccount>[] = [
    { id: 'order', header: words.columns.order, width: '132px', narrow: 'head', cell: (row) => <span className="mono" translate="no">{row.number}</span> },
    { id: 'left', header: words.columns.left, width: '120px', align: 'end', cell: (row) => <Amount value={row.left} of={row} /> },
    { id: 'right', header: words.columns.right, width: '150px', align: 'end', cell: (row) => <Amount value={row.right} of={row} quietZero /> },
    { id: 'difference', header: words.columns.difference, width: '120px', align: 'end', narrow: 'end', cell: (row) => <b><Amount value={row.difference} of={row} signed /></b> },
    ...(isOpen ? [] : [{ id: 'because', header: words.columns.because, narrow: 'second', cell: (row: OpenAccount) => <Reasons row={row} /> } as const]),
    { id: 'since', header: words.columns.since, width: '110px', cell: (row) => row.sinceAt !== null && <Time at={row.sinceAt} as="short" /> },
  ]; // prettier-ignore
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  if (!list.isLoading && list.rows.length === 0 && !isOpen)
    return search.side !== undefined ? (
      <FilteredOut onClear={() => void navigate({ search: { view: 'reconcile' }, replace: true })} />
    ) : (
      <EmptyState kind="good" title={words.good}>
        {words.goodAbout}
      </EmptyState>
    );
  return (
    <SplitPane
      label={words.differences} isOpen={isOpen} onClose={() => open(undefined)}
      side={isOpen && <DifferencePane key={`${order} ${control}`} orderKey={order} control={control} onDone={list.refresh} />}
    >
      <DataTable
        caption={words.caption} columns={columns} list={list} keyOf={keyOf} nameOf={(row) => `${row.number} ${ofLanguage(row.title, language)}`}
        onOpen={open} currentKey={isOpen ? keyOf({ orderKey: order, control }) : undefined}
      />
    </SplitPane>
  ); // prettier-ignore
}

function Orphans() {
  const { t } = useWords();
  const words = t.finance.reconcile;
  const { record, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const open = (next: string | undefined): void =>
    void navigate({ search: { ...search, record: next }, replace: true });
  const list = useLiveList(orphansQuery({ currency: search.currency }), {
    kinds: ['problem', 'order'],
    keyOf: (row: OrphanRow) => row.record,
    versionOf: (row) => row.note,
  });
  const columns: readonly Column<OrphanRow>[] = [
    { id: 'when', header: words.columns.when, width: '120px', narrow: 'second', cell: (row) => <Time at={row.happenedAt} as="short" /> },
    { id: 'amount', header: words.columns.amount, width: '120px', align: 'end', narrow: 'end', cell: (row) => <b><Money minor={row.amount.minor} currency={row.amount.currency} /></b> },
    { id: 'from', header: words.columns.from, width: record === undefined ? '200px' : '150px', cell: (row) => <SystemMark system={row.system ?? ''} connection={row.connection} /> },
    { id: 'what', header: words.columns.what, narrow: 'head', cell: (row) => <IdText id={row.record.slice(row.record.indexOf(':') + 1)} length={40} /> },
    ...(record === undefined ? [{ id: 'fits', header: words.columns.fits, width: '150px', cell: (row: OrphanRow) => (row.isAmbiguous ? words.ambiguous : words.namesNone) }] : []),
  ]; // prettier-ignore
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  if (!list.isLoading && list.rows.length === 0)
    return <EmptyState kind="good" title={words.orphansGood}>{words.orphansGoodAbout}</EmptyState>; // prettier-ignore
  const current = list.rows.find((row) => row.record === record);
  return (
    <SplitPane
      label={words.orphans} isOpen={current !== undefined} onClose={() => open(undefined)}
      side={current !== undefined && (
        <OrphanPane
          key={current.record} row={current}
          onDone={() => {
            open(undefined);
            list.refresh();
          }}
        />
      )}
    >
      <DataTable caption={words.orphansCaption} columns={columns} list={list} keyOf={(row) => row.record} nameOf={(row) => row.record} onOpen={(row) => open(row.record)} currentKey={record} />
    </SplitPane>
  ); // prettier-ignore
}
