/** The newest record of every system that stands under the order; each opens with its versions. */
import { useQuery } from '@tanstack/react-query';
import { recordsQuery } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './order.module.css';

type Props = {
  readonly orderKey: string;
  readonly selected: string | undefined;
  readonly onSelect: (record: string) => void;
};

export function RawRecords({ orderKey, selected, onSelect }: Props) {
  const { t } = useWords();
  const may = useMay();
  const { data, error, refetch } = useQuery({ ...recordsQuery(orderKey), enabled: may('orders.raw') });
  if (!may('orders.raw')) return <EmptyState kind="forbidden" title={t.order.panel.noRaw} />;
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  return (
    <table className={styles['facts']}>
      <caption className="hidden-but-read">{t.order.raw.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t.order.raw.connection}</th>
          <th scope="col">{t.order.raw.record}</th>
          <th scope="col">{t.order.raw.read}</th>
          <th scope="col">{t.order.raw.modified}</th>
          <th scope="col">{t.order.raw.version}</th>
        </tr>
      </thead>
      <tbody>
        {data.rows.map((row) => (
          <tr key={row.record} data-selected={row.record === selected} data-retracted={row.goneAt !== null} onClick={() => onSelect(row.record)}>
            <td translate="no">{row.connection}</td>
            <td>
              <button type="button" className={styles['event']} aria-pressed={row.record === selected}>
                <IdText id={`${row.kind}/${row.id}`} length={44} />
              </button>
              {row.goneAt !== null && <span className={styles['retracted']}>{t.order.raw.gone}</span>}
            </td>
            <td><Time at={toMilliseconds(row.readStartedAt)} /></td>
            <td>{row.modifiedAt === null ? '–' : <Time at={row.modifiedAt} />}</td>
            <td translate="no">{row.version}</td>
          </tr>
        ))}
      </tbody>
    </table>
  ); // prettier-ignore
}

/** Read stamps carry microseconds. */
export const toMilliseconds = (stamp: string): string =>
  new Date(stamp.replace(/(\.\d{3})\d+/, '$1')).toISOString();
