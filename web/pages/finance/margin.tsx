/** Margin and sell-through by item after returns. Sorted by any column; every total is the sum of its rows. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { marginQuery, type MarginRow } from '../../api/finance.ts';
import { useZone } from '../../app/use-zone.tsx';
import { countText } from '../../format/money.ts';
import { dateText } from '../../format/time.ts';
import { localeOf } from '../../format/locale.ts';
import { FilterText } from '../../list/filters.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { Money } from '../../parts/money.tsx';
import { useWords, type Language } from '../../words/words.ts';
import styles from './finance.module.css';

const route = getRouteApi('/shell/finance');
type Figures = Omit<MarginRow, 'sku' | 'name'>;
const sortable = [
  'sold',
  'received',
  'sellThrough',
  'netMinor',
  'refundedNetMinor',
  'revenueMinor',
  'costMinor',
  'marginMinor',
] as const;
type Sort = (typeof sortable)[number];

/** `93.4 %` of 9340. */
const shareText = (share: number, language: Language): string =>
  new Intl.NumberFormat(localeOf(language), {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(share / 10_000);

export function Margin() {
  const { t, language } = useWords();
  const words = t.finance.margin;
  const zone = useZone();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const set = (change: object): void => void navigate({ search: { ...search, ...change }, replace: true });
  const { from, to, sku, currency } = search;
  const { data, error, refetch } = useQuery(marginQuery({ from, to, sku, currency }));
  const sort: Sort = sortable.find((one) => one === search.sort) ?? 'refundedNetMinor';
  return (
    <>
      <div className={styles['bar']}>
        <label className={styles['day']}>{words.from} <FilterText label={words.from} type="date" value={from ?? data?.from} onChange={(next) => set({ from: next })} /></label>
        <label className={styles['day']}>{words.to} <FilterText label={words.to} type="date" value={to ?? data?.to} onChange={(next) => set({ to: next })} /></label>
        <FilterText label={words.sku} value={sku} onChange={(next) => set({ sku: next })} />
        <ExportMenu path="/margin/export" filter={{ from, to, sku, currency }} />
      </div>
      {error !== null ? <FailedState error={error} onRetry={() => void refetch()} />
      : data === undefined ? null
      : data.rows.length === 0 ? <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>
      : (
        <div className={styles['scroll']} tabIndex={0} role="region" aria-label={t.finance.views.margin}>
          <p className={styles['about']}>{words.about(dateText(data.from, language, zone), dateText(data.to, language, zone))}</p>
          {[...Map.groupBy(data.rows, (row) => row.currency)].map(([own, rows]) => (
            <MarginTable key={own} currency={own} rows={[...rows].sort(bySort(sort))} total={data.totals.find((row) => row.currency === own)} sort={sort} onSort={(next) => set({ sort: next })} />
          ))}
        </div>
      )}
    </>
  ); // prettier-ignore
}

/** Largest first, but what stayed sold least first: that is where to look. What is not known comes last. */
const bySort = (sort: Sort) => (left: MarginRow, right: MarginRow): number => {
  const [one, other] = [left[sort], right[sort]];
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  return sort === 'sellThrough' || sort === 'marginMinor' ? one - other : other - one;
}; // prettier-ignore

type TableProps = {
  readonly currency: string;
  readonly rows: readonly MarginRow[];
  readonly total: Figures | undefined;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
};

function MarginTable({ currency, rows, total, sort, onSort }: TableProps) {
  const { t } = useWords();
  const words = t.finance.margin;
  const columns: readonly (readonly [Sort, string])[] = [
    ['sold', words.columns.sold], ['received', words.columns.back], ['sellThrough', words.columns.kept], ['netMinor', words.columns.net],
    ['refundedNetMinor', words.columns.refunded], ['revenueMinor', words.columns.revenue], ['costMinor', words.columns.cost], ['marginMinor', words.columns.margin],
  ]; // prettier-ignore
  return (
    <table className={styles['table']} data-wide="true">
      <caption className="hidden-but-read">{words.caption} <span translate="no">{currency}</span></caption>
      <thead>
        <tr>
          <th scope="col">{words.columns.item}</th>
          {columns.map(([name, title]) => (
            <th key={name} scope="col" className={styles['end']} aria-sort={sort === name ? (name === 'sellThrough' || name === 'marginMinor' ? 'ascending' : 'descending') : undefined}>
              <button type="button" className={styles['sort']} title={words.sortBy(title)} onClick={() => onSort(name)}>
                {title}<span aria-hidden="true">{sort === name ? (name === 'sellThrough' || name === 'marginMinor' ? ' ▴' : ' ▾') : ''}</span>
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {total !== undefined && <tr className={styles['total']}><th scope="row">{words.total(currency)}</th><Cells row={total} /></tr>}
        {rows.map((row) => (
          <tr key={row.sku}>
            <th scope="row">{row.sku === '' ? <>{words.loose} <small className={styles['quiet']}>{words.looseAbout}</small></> : <><span className="mono" translate="no">{row.sku}</span> <small className={styles['quiet']} translate="no">{row.name?.replace(`[${row.sku}] `, '')}</small></>}</th>
            <Cells row={row} />
          </tr>
        ))}
      </tbody>
    </table>
  ); // prettier-ignore
}

function Cells({ row }: { readonly row: Figures }) {
  const { t, language } = useWords();
  const words = t.finance.margin;
  const { currency } = row;
  const money = (minor: number | null): React.ReactNode =>
    minor === null ? (
      <span className={styles['quiet']}>{t.unknown}</span>
    ) : (
      <Money minor={minor} currency={currency} />
    );
  return (
    <>
      <td className={styles['end']} data-label={words.columns.sold} translate="no">{row.sold === 0 ? '–' : countText(row.sold, language)}</td>
      <td className={styles['end']} data-label={words.columns.back}>
        <span translate="no">{row.received === 0 ? '–' : countText(row.received, language)}</span>
        {row.writtenOff > 0 && <small className={styles['quiet']}> {words.writtenOff(row.writtenOff)}</small>}
      </td>
      <td className={styles['end']} data-label={words.columns.kept}>
        {row.sellThrough === null ? <span aria-hidden="true">–</span> : (
          <span className={styles['share']} translate="no">
            <span className={styles['shareBar']} aria-hidden="true"><span style={{ width: `${row.sellThrough / 100}%` }} /></span>{shareText(row.sellThrough, language)}
          </span>
        )}
      </td>
      <td className={styles['end']} data-label={words.columns.net}><Money minor={row.netMinor} currency={currency} /></td>
      <td className={styles['end']} data-label={words.columns.refunded}><Money minor={row.refundedNetMinor} currency={currency} quietZero /></td>
      <td className={styles['end']} data-label={words.columns.revenue}><b><Money minor={row.revenueMinor} currency={currency} /></b></td>
      <td className={styles['end']} data-label={words.columns.cost} title={row.costUnknown > 0 ? words.costUnknown(row.costUnknown) : undefined}>{money(row.costMinor)}</td>
      <td className={styles['end']} data-label={words.columns.margin}>{money(row.marginMinor)}</td>
    </>
  ); // prettier-ignore
}
