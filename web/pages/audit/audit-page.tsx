/** Audit: who or what did what, before and after, why; and a chain that shows whether anybody touched it. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { auditQuery, verifyAudit, type AuditRow } from '../../api/audit.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { FilterText } from '../../list/filters.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { JsonText } from '../../parts/json-text.tsx';
import { Page } from '../../parts/page.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { actText } from './act-text.ts';
import styles from './audit.module.css';

const route = getRouteApi('/shell/audit');
const keyOf = (row: AuditRow): string => `${row.chain}~${row.position}`;

export function AuditPage() {
  const { t } = useWords();
  const words = t.audit;
  const { entry, ...filter } = route.useSearch();
  const navigate = route.useNavigate();
  const verify = useMutation({ mutationFn: verifyAudit });
  const list = useLiveList(auditQuery(filter), { kinds: [], keyOf, versionOf: (row) => row.hash });
  const columns: readonly Column<AuditRow>[] = [
    { id: 'when', header: words.columns.when, width: '190px', narrow: 'second', cell: (row) => <Time at={row.madeAt} /> },
    { id: 'who', header: words.columns.who, width: '220px', cell: (row) => <Actor row={row} /> },
    { id: 'what', header: words.columns.what, width: '240px', narrow: 'head', cell: (row) => actText(row.action, t) ?? <span translate="no">{row.action}</span> },
    { id: 'subject', header: words.columns.subject, cell: (row) => <IdText id={row.chain} length={44} /> },
  ]; // prettier-ignore
  const current = list.rows.find((row) => keyOf(row) === entry);
  const show = (next: string | undefined): void =>
    void navigate({ search: { ...filter, entry: next }, replace: true });
  return (
    <Page
      title={words.title} fills
      toolbar={
        <>
          <FilterText label={words.subjectAbout} value={filter.chain} onChange={(chain) => void navigate({ search: chain === undefined ? {} : { chain }, replace: true })} />
          <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>{words.verify}</Button>
          <span role="status">
            {verify.data?.breaks.length === 0 && words.verified(verify.data.chains)}
            {verify.data?.breaks.map((one) => <strong key={one.chain} className={styles['broken']} translate="no">{words.broken(one.chain, one.position)}</strong>)}
          </span>
          <FailureAlert error={verify.error} />
        </>
      }
    >
      {list.error !== null ? <FailedState error={list.error} onRetry={list.refresh} />
      : !list.isLoading && list.rows.length === 0 ? (
        filter.chain !== undefined ? <FilteredOut onClear={() => void navigate({ search: {}, replace: true })} />
        : <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>
      ) : (
        <SplitPane label={words.caption} isOpen={current !== undefined} onClose={() => show(undefined)} side={current !== undefined && <EntryDetail row={current} />}>
          <DataTable caption={words.caption} columns={columns} list={list} keyOf={keyOf} nameOf={(row) => row.action} onOpen={(row) => show(keyOf(row))} {...(entry !== undefined && { currentKey: entry })} />
        </SplitPane>
      )}
    </Page>
  ); // prettier-ignore
}

function Actor({ row }: { readonly row: AuditRow }) {
  return row.actorName === null ? <IdText id={row.actor} length={26} /> : <span translate="no">{row.actorName}</span>;
} // prettier-ignore

type Body = { readonly before?: unknown; readonly after?: unknown; readonly why?: string | null };

function EntryDetail({ row }: { readonly row: AuditRow }) {
  const { t } = useWords();
  const body = (row.body ?? {}) as Body;
  return (
    <div className={styles['detail']}>
      <h2>{actText(row.action, t) ?? <span translate="no">{row.action}</span>}</h2>
      <p><Time at={row.madeAt} /> · <Actor row={row} /></p>
      <p><IdText id={row.actor} length={44} copy /> <code translate="no">{row.action}</code></p>
      <p><IdText id={row.chain} copy /> <span translate="no">{row.position}</span></p>
      {body.why != null && <><h3>{t.audit.why}</h3><p translate="no">{body.why}</p></>}
      {body.before != null && <><h3>{t.audit.before}</h3><JsonText value={body.before} /></>}
      {body.after != null && <><h3>{t.audit.after}</h3><JsonText value={body.after} /></>}
      <p><IdText id={row.hash} length={24} copy /></p>
    </div>
  ); // prettier-ignore
}
