/** The map in rows: the same ways, for those who do not see the picture. */
import type { Journey } from '../../api/plan.ts';
import { Money } from '../../parts/money.tsx';
import { useWords } from '../../words/words.ts';
import { edgeId, isShown, type JourneyFilter } from './journey-filter.ts';
import { waitText } from './wait-text.ts';
import styles from './journey.module.css';

type Props = {
  readonly journey: Journey;
  readonly filter: JourneyFilter;
  readonly onOpen: (id: string) => void;
};

export function JourneyTable({ journey, filter, onOpen }: Props) {
  const { t, language } = useWords();
  const names = new Map(journey.steps.map(({ id, name }) => [id, name]));
  const rows = journey.edges
    .filter((edge) => isShown(edge, filter))
    .toSorted((left, right) => right.count - left.count);
  const { columns } = t.journey;
  return (
    <table className={styles['table']}>
      <caption>{t.journey.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{columns.from}</th>
          <th scope="col">{columns.to}</th>
          <th scope="col" data-numeric>{columns.count}</th>
          <th scope="col" data-numeric>{columns.median}</th>
          <th scope="col" data-numeric>{columns.p90}</th>
          <th scope="col" data-numeric>{columns.money}</th>
          <th scope="col">{columns.kind}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((edge) => (
          <tr key={edgeId(edge)}>
            <td translate="no">{names.get(edge.from)}</td>
            <td translate="no">{names.get(edge.to)}</td>
            <td data-numeric>
              {edge.orders.length === 0 ? (
                edge.count
              ) : (
                <button
                  type="button"
                  className={styles['count']}
                  aria-label={`${t.journey.behind}: ${t.journey.way(names.get(edge.from) ?? '', names.get(edge.to) ?? '')}, ${edge.count}`}
                  onClick={() => onOpen(edgeId(edge))}
                >
                  {edge.count}
                </button>
              )}
            </td>
            <td data-numeric>{edge.medianSeconds === null ? '' : waitText(edge.medianSeconds, language)}</td>
            <td data-numeric>{edge.p90Seconds === null ? '' : waitText(edge.p90Seconds, language)}</td>
            <td data-numeric><Money minor={edge.minor} currency={journey.currency} quietZero /></td>
            <td>{edge.count === 0 ? t.journey.never : edge.agreed ? t.journey.agreed : t.journey.outside}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ); // prettier-ignore
}
