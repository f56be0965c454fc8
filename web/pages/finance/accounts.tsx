/** Every check over all orders as an account; behind each the orders that hold it open, behind each order its ledger. */
import { Button, SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountsQuery, openAccountsQuery, type AccountRow, type OpenAccount } from '../../api/finance.ts';
import { countText } from '../../format/money.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { EmptyState, FailedState, FilteredOut } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { SplitPane } from '../../parts/split-pane.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { Ledger } from '../order/ledger.tsx';
import { Amount, Reasons } from './finance-parts.tsx';
import styles from './finance.module.css';

const route = getRouteApi('/shell/finance');

export function Accounts() {
  const { control, currency } = route.useSearch();
  return control === undefined ? <AllAccounts /> : <OneAccount control={control} currency={currency} />;
}

function AllAccounts() {
  const { t } = useWords();
  const words = t.finance.accounts;
  const { data, error, refetch } = useQuery(accountsQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.rows.length === 0) return <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>; // prettier-ignore
  const wrong = data.rows.filter((row) => row.unexplained !== 0).length;
  return (
    <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t.finance.views.accounts}>
      <p className={wrong === 0 ? styles['good'] : styles['bad']}>{wrong === 0 ? `✓ ${words.allExplained}` : `▲ ${words.someUnexplained(wrong)}`}</p>
      <p className={styles['about']}>{words.about}</p>
      <ExportMenu path="/accounts/export" />
      <AccountTable title={words.money} rows={data.rows.filter((row) => row.unit === 'money')} />
      <AccountTable title={words.goods} rows={data.rows.filter((row) => row.unit === 'units')} />
    </div>
  ); // prettier-ignore
}

function AccountTable({ title, rows }: { readonly title: string; readonly rows: readonly AccountRow[] }) {
  const { t, language } = useWords();
  const words = t.finance.accounts;
  const navigate = route.useNavigate();
  if (rows.length === 0) return null;
  const open = (row: AccountRow, isUnexplained?: string): void =>
    void navigate({
      search: {
        view: 'accounts',
        control: row.control,
        currency: row.currency === '' ? undefined : row.currency,
        isUnexplained,
      },
    });
  return (
    <>
      <h2>{title}</h2>
      <table className={`${styles['table']} ${styles['accounts']}`}>
        <caption className="hidden-but-read">{words.caption}: {title}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.check}</th>
            <th scope="col" className={styles['end']}>{words.columns.left}</th>
            <th scope="col" className={styles['end']}>{words.columns.right}</th>
            <th scope="col" className={styles['end']}>{words.columns.openLeft}</th>
            <th scope="col" className={styles['end']}>{words.columns.openRight}</th>
            <th scope="col" className={styles['end']}>{words.columns.orders}</th>
            <th scope="col" className={styles['end']}>{words.columns.unexplained}</th>
            <th scope="col" className={styles['end']}>{words.columns.oldest}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.control} ${row.currency}`}>
              <th scope="row">
                <button type="button" className={styles['link']} translate="no" onClick={() => open(row)}>{ofLanguage(row.title, language)}</button>
              </th>
              <td className={styles['end']} data-label={words.columns.left}><Amount value={row.left} of={row} /></td>
              <td className={styles['end']} data-label={words.columns.right}><Amount value={row.right} of={row} /></td>
              <td className={styles['end']} data-label={words.columns.openLeft}><Amount value={row.openLeft} of={row} quietZero /></td>
              <td className={styles['end']} data-label={words.columns.openRight}><Amount value={row.openRight} of={row} quietZero /></td>
              <td className={styles['end']} data-label={words.columns.orders}>{row.openOrders === 0 ? <span className={styles['good']}>✓ {words.closed}</span> : words.orders(row.openOrders)}
                {row.roundedOrders > 0 && <small className={styles['quiet']}>{words.rounded(row.roundedOrders)}</small>}</td>
              <td className={styles['end']} data-label={words.columns.unexplained}>
                {row.unexplained === 0 ? <span className={styles['good']}><span aria-hidden="true">✓ </span><span translate="no">{countText(0, language)}</span></span>
                : <button type="button" className={`${styles['link']} ${styles['bad']}`} onClick={() => open(row, 'true')}><span aria-hidden="true">▲ </span><Amount value={row.unexplained} of={row} /></button>}
              </td>
              <td className={styles['end']} data-label={words.columns.oldest}>{row.oldestAt !== null && <Time at={row.oldestAt} as="date" />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  ); // prettier-ignore
}

function OneAccount({
  control,
  currency,
}: {
  readonly control: string;
  readonly currency: string | undefined;
}) {
  const { t, language } = useWords();
  const words = t.finance.accounts;
  const { order, isUnexplained, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const narrowing = isUnexplained === 'rounding' ? { isRounding: true } : { isUnexplained };
  const list = useLiveList(openAccountsQuery({ control, currency, ...narrowing }), {
    kinds: ['order'],
    keyOf: (row: OpenAccount) => row.orderKey,
    versionOf: (row) => `${row.left} ${row.right}`,
  });
  const { data: all } = useQuery(accountsQuery);
  const account = all?.rows.find(
    (row) => row.control === control && (currency === undefined || row.currency === currency),
  );
  const open = (orderKey: string | undefined): void =>
    void navigate({ search: { ...search, isUnexplained, order: orderKey }, replace: true });
  const columns: readonly Column<OpenAccount>[] = [
    { id: 'order', header: t.finance.reconcile.columns.order, width: '120px', narrow: 'head', cell: (row) => <span className="mono" translate="no">{row.number}</span> },
    { id: 'left', header: words.columns.left, width: '120px', align: 'end', cell: (row) => <Amount value={row.left} of={row} /> },
    { id: 'right', header: words.columns.right, width: '120px', align: 'end', cell: (row) => <Amount value={row.right} of={row} /> },
    { id: 'balance', header: words.balance, width: '120px', align: 'end', narrow: 'end', cell: (row) => <b><Amount value={row.difference} of={row} signed /></b> },
    ...(order === undefined ? [{ id: 'because', header: t.finance.reconcile.columns.because, narrow: 'second', cell: (row: OpenAccount) => <Reasons row={row} /> } as const] : []),
    { id: 'since', header: t.finance.reconcile.columns.since, width: '110px', cell: (row) => row.sinceAt !== null && <Time at={row.sinceAt} as="short" /> },
  ]; // prettier-ignore
  const current = list.rows.find((row) => row.orderKey === order);
  return (
    <>
      <div className={styles['bar']}>
        <Button variant="default" onClick={() => void navigate({ search: { view: 'accounts' } })}><span aria-hidden="true">←&nbsp;</span>{words.back}</Button>
        <h2 translate="no">{account === undefined ? control : ofLanguage(account.title, language)}{currency !== undefined && ` · ${currency}`}</h2>
        <SegmentedControl
          size="xs" aria-label={words.columns.unexplained} value={isUnexplained ?? ''} data={[{ value: '', label: words.allOrders }, { value: 'true', label: words.onlyUnexplained }, { value: 'rounding', label: words.onlyRounding }]}
          onChange={(next) => void navigate({ search: { ...search, isUnexplained: next === '' ? undefined : next }, replace: true })}
        />
        <ExportMenu path="/accounts/orders/export" filter={{ control, currency, ...narrowing }} />
      </div>
      {list.error !== null ? <FailedState error={list.error} onRetry={list.refresh} />
      : !list.isLoading && list.rows.length === 0 ? (
        isUnexplained !== undefined ? <FilteredOut onClear={() => void navigate({ search, replace: true })} /> : <EmptyState kind="good" title={words.drillGood} />
      ) : (
        <SplitPane
          label={words.drillCaption} isOpen={order !== undefined} onClose={() => open(undefined)}
          side={order !== undefined && (
            <div className={styles['pane']}>
              <h2 translate="no">{words.ledger(current?.number ?? order)}</h2>
              <div className={styles['ledger']}><Ledger key={order} orderKey={order} onSelect={() => void navigate({ to: '/orders/$connection/$id', params: { connection: order.slice(0, order.indexOf('/')), id: order.slice(order.indexOf('/') + 1) }, search: { view: 'ledger' } })} /></div>
            </div>
          )}
        >
          <DataTable caption={words.drillCaption} columns={columns} list={list} keyOf={(row) => row.orderKey} nameOf={(row) => row.number} onOpen={(row) => open(row.orderKey)} currentKey={order} />
        </SplitPane>
      )}
    </>
  ); // prettier-ignore
}
