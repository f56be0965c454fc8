/** Fixes: what Reentry would change in other systems, who lets it go, what became of it. */
import { getRouteApi, Link } from '@tanstack/react-router';
import { commandsQuery, type CommandRow } from '../../api/commands.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { FilterChoice } from '../../list/filters.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { FixDecisions } from './fix-decisions.tsx';
import { FixStatus, FixWhat } from './fix-parts.tsx';
import styles from './fixes.module.css';

const route = getRouteApi('/shell/fixes');
export function FixesPage() {
  const { t } = useWords();
  const { fix, status } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = status === undefined ? {} : { status };
  const show = (next: string | undefined): void =>
    void navigate({ search: { ...filter, fix: next }, replace: true });
  const list = useLiveList(commandsQuery(filter), {
    kinds: ['order'],
    keyOf: (row: CommandRow) => row.commandId,
    versionOf: (row) => `${row.status} ${row.approvals.length} ${row.attempts}`,
  });
  const words = t.fixes.columns;
  const columns: readonly Column<CommandRow>[] = [
    { id: 'status', header: words.status, width: '170px', narrow: 'second', cell: (row) => <FixStatus row={row} /> },
    { id: 'kind', header: words.kind, narrow: 'head', cell: (row) => t.fixes.kinds[row.kind] ?? <span translate="no">{row.kind}</span> },
    { id: 'what', header: words.what, width: '150px', narrow: 'end', cell: (row) => <FixWhat row={row} /> },
    { id: 'order', header: words.order, width: '132px', cell: (row) => <span className="mono" translate="no">{row.number ?? orderAddress(row.orderKey).id}</span> },
    { id: 'to', header: words.to, width: '120px', cell: (row) => <span translate="no">{row.connection}</span> },
    { id: 'team', header: words.team, width: '90px', cell: (row) => t.teams[row.team] ?? row.team },
    { id: 'planned', header: words.planned, width: '104px', cell: (row) => <Time at={row.plannedAt} as="ago" /> },
  ]; // prettier-ignore
  const current = list.rows.find((row) => row.commandId === fix);
  return (
    <Page
      title={t.fixes.title} fills
      toolbar={
        <FilterChoice
          label={t.fixes.status} value={status} options={Object.entries(t.fixes.statuses).map(([value, label]) => ({ value, label }))}
          onChange={(next) => void navigate({ search: next === undefined ? {} : { status: next }, replace: true })}
        />
      }
    >
      {list.error !== null ? <FailedState error={list.error} onRetry={list.refresh} />
      : !list.isLoading && list.rows.length === 0 ? (
        status !== undefined ? <FilteredOut onClear={() => void navigate({ search: {}, replace: true })} />
        : <EmptyState kind="good" title={t.fixes.nothing}>{t.fixes.nothingTodo}</EmptyState>
      ) : (
        <SplitPane
          label={t.fixes.caption} isOpen={current !== undefined} onClose={() => show(undefined)}
          side={current !== undefined && <FixDetail key={`${current.commandId} ${current.status}`} row={current} onDone={list.refresh} />}
        >
          <DataTable
            caption={t.fixes.caption} columns={columns} list={list} keyOf={(row) => row.commandId} nameOf={(row) => t.fixes.kinds[row.kind] ?? row.kind}
            onOpen={(row) => show(row.commandId)} {...(fix !== undefined && { currentKey: fix })}
          />
        </SplitPane>
      )}
    </Page>
  ); // prettier-ignore
}

function FixDetail({ row, onDone }: { readonly row: CommandRow; readonly onDone: () => void }) {
  const { t } = useWords();
  return (
    <div className={styles['detail']}>
      <h2>{t.fixes.kinds[row.kind] ?? <span translate="no">{row.kind}</span>}</h2>
      <p><FixStatus row={row} /> {row.needsDecision && <strong>{t.fixes.needsDecision}</strong>}</p>
      <dl>
        <dt>{t.fixes.columns.what}</dt><dd><FixWhat row={row} /></dd>
        <dt>{t.fixes.columns.order}</dt>
        <dd><Link to="/orders/$connection/$id" params={orderAddress(row.orderKey)}><span translate="no">{row.number ?? row.orderKey}</span></Link></dd>
        <dt>{t.fixes.columns.to}</dt><dd translate="no">{row.connection}</dd>
        <dt>{t.fixes.columns.approvals}</dt>
        <dd>{row.approvals.length === 0 ? t.none : row.approvals.map((one) => <span key={one.by} translate="no">{one.by} </span>)}</dd>
        {row.message !== null && <><dt>{t.fixes.said}</dt><dd translate="no">{row.message}</dd></>}
      </dl>
      <FixDecisions row={row} onDone={onDone} />
    </div>
  ); // prettier-ignore
}
