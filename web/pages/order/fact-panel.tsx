/** What is selected: an event with its payload, or a record as read with what was derived from it. */
import { useQuery } from '@tanstack/react-query';
import { recordQuery, timelineQuery } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { useZone } from '../../app/use-zone.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { JsonText } from '../../parts/json-text.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { factDetails, factName } from './fact-text.ts';
import { RecordVersions } from './record-versions.tsx';
import styles from './order.module.css';

type Props = {
  readonly orderKey: string;
  readonly fact: string | undefined;
  readonly record: string | undefined;
  readonly onSelect: (selected: { readonly fact?: string; readonly record?: string }) => void;
};

export function FactPanel({ orderKey, fact: factId, record, onSelect }: Props) {
  const { data } = useQuery(timelineQuery(orderKey));
  if (data === undefined) return null;
  if (record !== undefined) return <RecordPanel record={record} facts={data.facts} onSelect={onSelect} />;
  const fact = data.facts.find((one) => one.factId === factId);
  return fact === undefined ? null : <EventPanel fact={fact} onSelect={onSelect} />;
}

type Facts = NonNullable<ReturnType<typeof useTimeline>>;
const useTimeline = (orderKey: string) => useQuery(timelineQuery(orderKey)).data?.facts;

function EventPanel({
  fact,
  onSelect,
}: {
  readonly fact: Facts[number];
  readonly onSelect: Props['onSelect'];
}) {
  const { t, language } = useWords();
  const zone = useZone();
  return (
    <div className={styles['panel']}>
      <h2>{factName(fact.type, t)}</h2>
      <p translate="no">{factDetails(fact.body, t, language, zone)}</p>
      <dl>
        <div>
          <dt>{t.order.list.system}</dt>
          <dd><SystemMark system={fact.system} connection={fact.connection} /></dd>
        </div>
        <div>
          <dt>{t.order.panel.occurred}</dt>
          <dd><Time at={fact.at} /></dd>
        </div>
        <div>
          <dt>{t.order.panel.seen}</dt>
          <dd><Time at={fact.recordedAt} /></dd>
        </div>
        {fact.retractedAt !== null && (
          <div>
            <dt>{t.order.list.retracted}</dt>
            <dd><Time at={fact.retractedAt} /></dd>
          </div>
        )}
        <div>
          <dt>{t.order.list.record}</dt>
          <dd>
            <button type="button" className={styles['evidence']} onClick={() => onSelect({ record: fact.record })}>
              <IdText id={fact.record} length={40} />
            </button>
          </dd>
        </div>
      </dl>
      <h3>{t.order.panel.payload}</h3>
      <JsonText value={fact.body} />
    </div>
  ); // prettier-ignore
}

function RecordPanel({
  record,
  facts,
  onSelect,
}: {
  readonly record: string;
  readonly facts: Facts;
  readonly onSelect: Props['onSelect'];
}) {
  const { t } = useWords();
  const may = useMay();
  const contents = useQuery({ ...recordQuery(record), enabled: may('orders.raw') });
  const derived = facts.filter((fact) => fact.record === record);
  return (
    <div className={styles['panel']}>
      <h2>{t.order.panel.record}</h2>
      <p><IdText id={record} length={48} copy /></p>
      <h3>{t.order.panel.derived}</h3>
      {derived.length === 0 ? <p className={styles['quiet']}>{t.order.panel.derivedNone}</p> : (
        <ul className={styles['derived']}>
          {derived.map((fact) => (
            <li key={fact.factId}>
              <button type="button" className={styles['evidence']} onClick={() => onSelect({ fact: fact.factId })}>
                {factName(fact.type, t)}
              </button>{' '}
              <Time at={fact.at} />
            </li>
          ))}
        </ul>
      )}
      {!may('orders.raw') && <p className={styles['quiet']}>{t.order.panel.noRaw}</p>}
      {contents.error !== null && <FailedState error={contents.error} />}
      {contents.data !== undefined && <RecordVersions contents={contents.data.contents} />}
    </div>
  ); // prettier-ignore
}
