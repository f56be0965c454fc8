/** What stood open before anything was watched: counted, never accused. */
import { useQuery } from '@tanstack/react-query';
import { openingBalanceQuery } from '../../api/problems.ts';
import { countText } from '../../format/money.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { Money } from '../../parts/money.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './problems.module.css';

export function OpeningBalance() {
  const { t, language } = useWords();
  const { data, error, refetch } = useQuery(openingBalanceQuery);
  const words = t.problems.opening;
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data?.rows.length === 0) return <EmptyState kind="good" title={words.nothing}>{words.nothingAbout}</EmptyState>; // prettier-ignore
  return (
    <div className={styles['scroll']}>
      <p className={styles['about']}>{words.about}</p>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.check}</th>
            <th scope="col" className={styles['end']}>{words.count}</th>
            <th scope="col" className={styles['end']}>{words.units}</th>
            <th scope="col" className={styles['end']}>{words.money}</th>
            <th scope="col" className={styles['end']}>{words.oldest}</th>
          </tr>
        </thead>
        <tbody>
          {data?.rows.map((row) => (
            <tr key={`${row.control}/${row.currency}`}>
              <td translate="no">{row.control}</td>
              <td className={styles['end']} translate="no">{countText(row.count, language)}</td>
              <td className={styles['end']} translate="no">{countText(row.units, language)}</td>
              <td className={styles['end']}>{row.currency !== null && <Money minor={row.minor} currency={row.currency} quietZero />}</td>
              <td className={styles['end']}><Time at={row.oldestAt} as="date" /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  ); // prettier-ignore
}
