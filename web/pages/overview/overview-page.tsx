/** Is the loop closed? One sentence, what waits at each step, who owns the rest, and whether every system is heard. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Fragment } from 'react';
import { overviewQuery, type Overview } from '../../api/overview.ts';
import { useZone } from '../../app/use-zone.tsx';
import { countText, moneyListText } from '../../format/money.ts';
import { clockText } from '../../format/time.ts';
import { Age } from '../../parts/age.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { Page } from '../../parts/page.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { FirstSteps } from './first-steps.tsx';
import { StageBar } from './stage-bar.tsx';
import { Trend } from './trend.tsx';
import styles from './overview.module.css';

export function OverviewPage() {
  const { t, language } = useWords();
  const zone = useZone();
  const { data, error, refetch } = useQuery(overviewQuery);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return <Page title={t.overview.title}>{null}</Page>;
  return (
    <Page title={t.overview.title} aside={<span className={styles['quiet']}>{t.overview.checked(clockText(data.asOf, language, zone))}</span>}>
      <div className={styles['overview']}>
        <Headline overview={data} />
        <FirstSteps overview={data} />
        <StageBar overview={data} />
        <div className={styles['cards']}>
          <Owners overview={data} />
          <Promises overview={data} />
          <Books overview={data} />
          <Systems overview={data} />
          <Trend overview={data} />
        </div>
      </div>
    </Page>
  ); // prettier-ignore
}

type Props = { readonly overview: Overview };

function Headline({ overview }: Props) {
  const { t, language } = useWords();
  const of = (verdict: string): number => overview.orders.find((row) => row.verdict === verdict)?.count ?? 0;
  const total = overview.orders.reduce((sum, row) => sum + row.count, 0);
  const open = total - of('closed');
  const gone = moneyListText(
    overview.owners.flatMap(({ currency, stake }) => (currency === null ? [] : [{ currency, minor: stake.gone }])).reduce<{ minor: number; currency: string }[]>((sums, one) => {
      const same = sums.find((sum) => sum.currency === one.currency);
      if (same === undefined) return [...sums, { ...one }];
      same.minor += one.minor;
      return sums;
    }, []),
    language,
  ); // prettier-ignore
  const words = t.overview.headline;
  if (total === 0) return <p className={styles['headline']}>{words.none}</p>;
  if (open === 0) return <p className={styles['headline']}>{words.closed(total)}</p>;
  // What there is none of needs no words.
  const parts = [
    { verdict: 'pending', text: words.inTime(of('pending')) },
    { verdict: 'breaks', text: words.needs(of('breaks')) },
    { verdict: 'incomplete', text: words.unclear(of('incomplete')) },
  ].filter(({ verdict }) => of(verdict) > 0);
  return (
    <p className={styles['headline']}>
      <Link to="/orders" search={{ isReturn: 'true' }}>{words.open(open, total)}</Link>:{' '}
      {parts.map(({ verdict, text }, index) => (
        <Fragment key={verdict}>
          {index > 0 && ', '}
          <Link to="/orders" search={{ verdict, isReturn: 'true' }} className={verdict === 'breaks' ? (styles['bad'] ?? '') : ''}>{text}</Link>
        </Fragment>
      ))}
      {gone !== '' && <>; <Link to="/problems" search={{ severity: '1' }}>{words.gone(gone)}</Link></>}.
    </p>
  ); // prettier-ignore
}

function Owners({ overview }: Props) {
  const { t, language } = useWords();
  const words = t.overview.owners;
  return (
    <section className={styles['card']} data-wide>
      <h2>{words.title}</h2>
      {overview.systems.length === 0 ? <NotWatched /> : overview.owners.length === 0 ? <p className={styles['good']}>✓ {words.none}</p> : (
        <table>
          <caption className="hidden-but-read">{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.owner}</th>
              <th scope="col" className={styles['end']}>{words.count}</th>
              <th scope="col" className={styles['end']}>{words.oldest}</th>
              <th scope="col" className={styles['end']}>{words.stake}</th>
            </tr>
          </thead>
          <tbody>
            {overview.owners.map((row) => (
              <tr key={`${row.owner}/${row.currency}`}>
                <th scope="row">
                  {row.owner === null ? <span className={styles['bad']}>▲ {words.nobody}</span> : (
                    <Link to="/problems" search={{ team: row.owner }}>{t.teams[row.owner] ?? row.owner}</Link>
                  )}
                </th>
                <td className={styles['end']} translate="no">{countText(row.count, language)}</td>
                <td className={styles['end']}><Age ms={Date.parse(overview.asOf) - Date.parse(row.oldestAt)} /></td>
                <td className={styles['end']}>{row.currency !== null && <StakeText stake={row.stake} currency={row.currency} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  ); // prettier-ignore
}

/** A zero is good news only where somebody looks. */
function NotWatched() {
  const { t } = useWords();
  return <p className={styles['quiet']}>{t.overview.notWatched}</p>;
}

function Promises({ overview }: Props) {
  const { t } = useWords();
  const rows = overview.waiting.filter((row) => row.control === 'promise-kept');
  const open = rows.reduce((sum, row) => sum + row.count, 0);
  const late = rows.reduce((sum, row) => sum + row.late, 0);
  return (
    <section className={styles['card']}>
      <h2>{t.overview.promises.title}</h2>
      {overview.systems.length === 0 ? <NotWatched /> : open === 0 ? <p className={styles['good']}>✓ {t.overview.promises.none}</p> : <p className={styles['figure']}>{t.overview.promises.open(open)}</p>}
      {late > 0 && <p className={styles['bad']}>▲ {t.overview.promises.late(late)}</p>}
    </section>
  ); // prettier-ignore
}

/** What the gateway has paid and the books do not show. */
function Books({ overview }: Props) {
  const { t, language } = useWords();
  const rows = overview.waiting.filter((row) => row.control === 'refund-credited' && row.currency !== null);
  const sums = moneyListText(
    rows.map((row) => ({ minor: row.minor, currency: row.currency! })),
    language,
  );
  return (
    <section className={styles['card']}>
      <h2>{t.overview.books.title}</h2>
      {overview.systems.length === 0 ? <NotWatched /> : sums === '' ? <p className={styles['good']}>✓ {t.overview.books.none}</p> : (
        <>
          <p className={styles['figure']} translate="no">{sums}</p>
          <p className={styles['quiet']}>{t.overview.books.difference}</p>
        </>
      )}
    </section>
  ); // prettier-ignore
}

const stateMarks = { ok: '✓', paused: 'Ⅱ', behind: '◔', failed: '▲', files: '▤' } as const;

function Systems({ overview }: Props) {
  const { t } = useWords();
  const words = t.overview.systems;
  return (
    <section className={styles['card']} data-wide>
      <h2>{words.title}</h2>
      {overview.systems.length === 0 ? <p>{words.none} <span className={styles['quiet']}>{words.connect}</span></p> : (
        <table>
          <caption className="hidden-but-read">{words.caption}</caption>
          <tbody>
            {overview.systems.map((system) => (
              <tr key={system.connection}>
                <th scope="row"><SystemMark system={system.system} connection={system.connection} /></th>
                <td data-state={system.state} className={styles['state']}>{stateMarks[system.state]} {words[system.state]}</td>
                <td className={styles['end']}>{system.lastReadAt !== null && <Time at={system.lastReadAt} as="ago" />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  ); // prettier-ignore
}
