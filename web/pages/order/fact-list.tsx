/** All events of an order by time, also those that newer records took back. */
import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { timelineQuery } from '../../api/orders.ts';
import { useZone } from '../../app/use-zone.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { factDetails, factName } from './fact-text.ts';
import styles from './order.module.css';

type Props = {
  readonly orderKey: string;
  readonly selected: string | undefined;
  /** Events of this record are marked. */
  readonly record: string | undefined;
  readonly onSelect: (factId: string) => void;
};

export function FactList({ orderKey, selected, record, onSelect }: Props) {
  const { t, language } = useWords();
  const zone = useZone();
  const { data, error, refetch } = useQuery(timelineQuery(orderKey));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.facts.length === 0)
    return (
      <EmptyState kind="nothing" title={t.order.list.nothing}>
        {t.order.list.nothingTodo}
      </EmptyState>
    );
  return (
    <table className={styles['facts']}>
      <caption className="hidden-but-read">{t.order.list.caption}</caption>
      <thead>
        <tr>
          <th scope="col">{t.order.list.when}</th>
          <th scope="col">{t.order.list.system}</th>
          <th scope="col">{t.order.list.event}</th>
          <th scope="col">{t.order.list.details}</th>
        </tr>
      </thead>
      <tbody>
        {data.facts.map((fact) => (
          <tr
            key={fact.factId}
            data-selected={fact.factId === selected || fact.record === record}
            data-retracted={fact.retractedAt !== null}
            onClick={() => onSelect(fact.factId)}
          >
            <td>
              <Time at={fact.at} />
            </td>
            <td>
              <SystemMark system={fact.system} connection={fact.connection} />
            </td>
            <td>
              <button type="button" className={styles['event']} aria-pressed={fact.factId === selected}>
                {factName(fact.type, t)}
              </button>
              {fact.retractedAt !== null && (
                <Tooltip label={t.order.list.retractedAbout}>
                  <span className={styles['retracted']}>{t.order.list.retracted}</span>
                </Tooltip>
              )}
            </td>
            <td translate="no">{factDetails(fact.body, t, language, zone)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
