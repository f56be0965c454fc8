/** Closing a month: what it carried in and forward, what stands open, who signed it, and what later facts changed. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { periodQuery, periodsQuery, type PeriodDetail, type PeriodRow } from '../../api/finance.ts';
import { useZone } from '../../app/use-zone.tsx';
import { moneyText } from '../../format/money.ts';
import { dateText } from '../../format/time.ts';
import { localeOf } from '../../format/locale.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { ExportMenu } from '../../parts/export-menu.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords, type Language } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { Amount } from './finance-parts.tsx';
import { PeriodActions } from './period-actions.tsx';
import { PeriodPacks } from './period-packs.tsx';
import styles from './finance.module.css';

const route = getRouteApi('/shell/finance');
const glyphs: Readonly<Record<PeriodRow['status'], string>> = {
  running: '◔',
  open: '□',
  prepared: '◑',
  signed: '✓',
  reopened: '▲',
};

/** `October 2026`. */
export const monthText = (period: string, language: Language): string =>
  new Intl.DateTimeFormat(localeOf(language), { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${period}-15T00:00:00Z`),
  );

export function ClosePeriod() {
  const { t, language } = useWords();
  const words = t.finance.close;
  const { period: asked } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error, refetch } = useQuery(periodsQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.rows.length === 0) return <EmptyState kind="nothing" title={words.nothing}>{words.nothingTodo}</EmptyState>; // prettier-ignore
  // What waits for somebody first: a month that opened again, one to sign, the oldest that is to be closed.
  const needed = data.rows.findLast(
    (row) => row.status === 'reopened' || row.status === 'prepared' || row.status === 'open',
  );
  const period = asked ?? (needed ?? data.rows[0]!).period;
  return (
    <div className={styles['months']}>
      <nav aria-label={words.caption}>
        <ul>
          {data.rows.map((row) => (
            <li key={row.period}>
              <button type="button" aria-current={row.period === period ? 'true' : undefined} data-status={row.status} onClick={() => void navigate({ search: { view: 'close', period: row.period }, replace: true })}>
                <b translate="no">{monthText(row.period, language)}</b>
                <span className={styles['status']}><span aria-hidden="true">{glyphs[row.status]}</span> {words.statuses[row.status]}</span>
              </button>
            </li>
          ))}
        </ul>
      </nav>
      <Month key={period} period={period} />
    </div>
  ); // prettier-ignore
}

function Month({ period }: { readonly period: string }) {
  const { t, language } = useWords();
  const words = t.finance.close;
  const { data, error, refetch } = useQuery(periodQuery(period));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <div />;
  return (
    <div className={styles['month']} tabIndex={0} role="region" aria-label={monthText(period, language)}>
      <header>
        <div className={styles['title']}>
          <h2 translate="no">{monthText(period, language)}</h2>
          <ExportMenu path={`/periods/${period}/export`} />
        </div>
        <p className={styles['status']} data-status={data.status}><span aria-hidden="true">{glyphs[data.status]}</span> <b>{words.statuses[data.status]}</b> <Headline month={data} /></p>
        {data.status !== 'signed' && data.blockedBy !== null && words.blocked[data.blockedBy] !== undefined && <p className={styles['quiet']}>{words.blocked[data.blockedBy]}</p>}
      </header>
      <PeriodActions month={data} onDone={() => void refetch()} />
      {data.changes.length > 0 && <Adjustments month={data} />}
      <Sums month={data} />
      <Open month={data} />
      {data.packs.length > 0 && <PeriodPacks month={data} />}
    </div>
  ); // prettier-ignore
}

function Headline({ month }: { readonly month: PeriodDetail }) {
  const { t, language } = useWords();
  const zone = useZone();
  const words = t.finance.close.headline;
  const day = (at: string): string => dateText(at, language, zone);
  const { signed, waiting } = month;
  if (month.status === 'reopened') return words.reopened(month.adjustments);
  if (month.status === 'prepared' && waiting !== null) return <span translate="no">{words.prepared(waiting.preparedByName, day(waiting.preparedAt))}</span>;
  if (month.status === 'signed' && signed !== null) return <span translate="no">{words.signed(signed.decidedByName ?? '', day(signed.decidedAt ?? signed.preparedAt))}</span>;
  return month.status === 'running' ? words.running(day(new Date(Date.parse(month.to) - 1).toISOString())) : words.open;
} // prettier-ignore

function Adjustments({ month }: { readonly month: PeriodDetail }) {
  const { t, language } = useWords();
  const words = t.finance.close;
  return (
    <section className={styles['adjustments']}>
      <h3>{words.adjustments}</h3>
      <p className={styles['quiet']}>{words.adjustmentsAbout}</p>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.adjustments}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.order}</th>
            <th scope="col">{words.columns.check}</th>
            <th scope="col" className={styles['end']}>{words.columns.signed}</th>
            <th scope="col" className={styles['end']}>{words.columns.now}</th>
            <th scope="col" className={styles['end']}>{words.columns.difference}</th>
            <th scope="col" className={styles['end']}>{words.columns.known}</th>
          </tr>
        </thead>
        <tbody>
          {month.changes.map((row) => (
            <tr key={`${row.orderKey} ${row.control} ${row.currency}`}>
              <th scope="row"><OrderLink orderKey={row.orderKey} number={row.number ?? row.orderKey} /></th>
              <td translate="no">{ofLanguage(row.title, language)}</td>
              <td className={styles['end']} data-label={words.columns.signed}><Amount value={row.signed} of={row} /></td>
              <td className={styles['end']} data-label={words.columns.now}><Amount value={row.now} of={row} /></td>
              <td className={styles['end']} data-label={words.columns.difference}><b><Amount value={row.difference} of={row} signed /></b></td>
              <td className={styles['end']} data-label={words.columns.known}>{row.knownAt !== null && <Time at={row.knownAt} />}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ); // prettier-ignore
}

function Sums({ month }: { readonly month: PeriodDetail }) {
  const { t, language } = useWords();
  const words = t.finance.close;
  const isSigned = month.signed !== null;
  return (
    <section>
      <h3>{words.sums}</h3>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.sumsCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.columns.check}</th>
            <th scope="col" className={styles['end']}>{words.columns.opening}</th>
            <th scope="col" className={styles['end']}>{words.columns.left}</th>
            <th scope="col" className={styles['end']}>{words.columns.right}</th>
            <th scope="col" className={styles['end']}>{words.columns.closing}</th>
            {isSigned && <th scope="col" className={styles['end']}>{words.columns.signed}</th>}
          </tr>
        </thead>
        <tbody>
          {month.accounts.map((row) => (
            <tr key={`${row.control} ${row.currency}`}>
              <th scope="row"><span translate="no">{ofLanguage(row.title, language)}</span></th>
              <td className={styles['end']} data-label={words.columns.opening}>
                <Amount value={row.opening} of={row} />
                {row.carried !== null && row.carried !== row.opening && <small className={styles['bad']}>▲ {words.carriedDiffers(moneyText(row.carried, row.currency, language))}</small>}
              </td>
              <td className={styles['end']} data-label={words.columns.left}><Amount value={row.left} of={row} quietZero /></td>
              <td className={styles['end']} data-label={words.columns.right}><Amount value={row.right} of={row} quietZero /></td>
              <td className={styles['end']} data-label={words.columns.closing}><b><Amount value={row.closing} of={row} /></b></td>
              {isSigned && (
                <td className={styles['end']} data-label={words.columns.signed}>
                  {row.signedClosing === row.closing ? <span className={styles['good']}><span aria-hidden="true">✓ </span><Amount value={row.signedClosing} of={row} /></span>
                  : row.signedClosing !== null && <span className={styles['bad']}><span aria-hidden="true">▲ </span><Amount value={row.signedClosing} of={row} /></span>}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  ); // prettier-ignore
}

function Open({ month }: { readonly month: PeriodDetail }) {
  const { t, language } = useWords();
  const words = t.finance.close;
  return (
    <section>
      <h3>{words.open} {month.openCount > 0 && <span className={styles['count']} translate="no">{month.openCount}</span>}</h3>
      {month.unexplained > 0 && <p className={styles['bad']}>▲ {words.unexplained(month.unexplained)}</p>}
      {month.openCount === 0 ? <p className={styles['good']}>✓ {words.openNone}</p> : (
        <table className={styles['table']}>
          <caption className="hidden-but-read">{words.openCaption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.columns.order}</th>
              <th scope="col">{words.columns.check}</th>
              <th scope="col">{words.columns.because}</th>
              <th scope="col" className={styles['end']}>{words.columns.balance}</th>
              <th scope="col" className={styles['end']}>{words.columns.now}</th>
            </tr>
          </thead>
          <tbody>
            {month.open.map((row) => (
              <tr key={`${row.orderKey} ${row.control} ${row.currency}`}>
                <th scope="row"><OrderLink orderKey={row.orderKey} number={row.number} /></th>
                <td translate="no">{ofLanguage(row.title, language)}</td>
                <td>{row.balanceNow === 0 ? <span className={styles['good']}>✓ {words.settledSince}</span> : row.reason === null ? <span className={styles['quiet']}>–</span> : <span translate="no">{ofLanguage(row.reason.title, language)}</span>}</td>
                <td className={styles['end']} data-label={words.columns.balance}><b><Amount value={row.balance} of={row} signed /></b></td>
                <td className={styles['end']} data-label={words.columns.now}>{row.balanceNow === row.balance ? <span className={styles['quiet']}>=</span> : <Amount value={row.balanceNow} of={row} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {month.openCount > month.open.length && <p className={styles['quiet']}>{words.openMore(month.openCount - month.open.length)}</p>}
    </section>
  ); // prettier-ignore
}

function OrderLink({ orderKey, number }: { readonly orderKey: string; readonly number: string }) {
  return (
    <Link to="/orders/$connection/$id" params={orderAddress(orderKey)} search={{ view: 'ledger' }}>
      <span className="mono" translate="no">
        {number}
      </span>
    </Link>
  );
}
