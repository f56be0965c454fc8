/** The timeline as lanes. A table, so that it can be read and walked through without seeing it. */
import { Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Fragment, useMemo } from 'react';
import { commandsOfOrderQuery } from '../../api/commands.ts';
import { timelineQuery, type OrderState, type TimelineFact } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { useZone } from '../../app/use-zone.tsx';
import { clockText, shortDateText } from '../../format/time.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { Age } from '../../parts/age.tsx';
import { SystemGlyph } from '../../parts/system-mark.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import {
  arrangeLanes,
  laneNames,
  laneOfExpected,
  toLane,
  type LaneName,
  type Moment,
} from './arrange-lanes.ts';
import { factDetails, factName } from './fact-text.ts';
import styles from './lanes.module.css';

type Props = {
  readonly order: OrderState;
  readonly selected: string | undefined;
  readonly record: string | undefined;
  readonly onSelect: (factId: string) => void;
};

/** Gaps that are worth telling. */
const gapToldMs = 60 * 60_000;

export function Lanes({ order, selected, record, onSelect }: Props) {
  const { t, language } = useWords();
  const zone = useZone();
  const may = useMay();
  const { orderKey } = order.row;
  const timeline = useQuery(timelineQuery(orderKey));
  const commands = useQuery({ ...commandsOfOrderQuery(orderKey), enabled: may('commands.read') });
  const facts = timeline.data?.facts;
  const moments = useMemo(() => {
    const lanes = new Map(facts?.map((fact) => [fact.connection, toLane(fact.system)]));
    return arrangeLanes(
      facts ?? [],
      commands.data?.rows ?? [],
      (connection) => lanes.get(connection) ?? 'desk',
    );
  }, [facts, commands.data]);
  if (timeline.error !== null)
    return <FailedState error={timeline.error} onRetry={() => void timeline.refetch()} />;
  const used = new Set<LaneName>(order.problems.map(laneOfExpected));
  for (const moment of moments)
    for (const lane of [...moment.facts.keys(), ...moment.commands.keys()]) used.add(lane);
  const lanes = laneNames.filter((lane) => used.has(lane));
  return (
    <div className={styles['frame']} role="region" aria-label={t.order.views.lanes} tabIndex={0}>
      <table className={styles['lanes']}>
        <caption className="hidden-but-read">{t.order.lanes.caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={styles['corner']}><span className="hidden-but-read">{t.order.list.system}</span></th>
            {moments.map((moment) => (
              <Fragment key={moment.at}>
                {isGap(moment) && (
                  <td className={styles['gap']}>
                    <Age ms={moment.gapMs!} />
                  </td>
                )}
                <th scope="col">
                  <time dateTime={moment.at} translate="no">
                    <b>{shortDateText(moment.at, language, zone)}</b> {clockText(moment.at, language, zone)}
                  </time>
                </th>
              </Fragment>
            ))}
            {order.problems.length > 0 && <th scope="col" className={styles['expected-head']}>{t.order.lanes.expected}</th>}
          </tr>
        </thead>
        <tbody>
          {lanes.map((lane) => (
            <tr key={lane} data-lane={lane}>
              <th scope="row" className={styles['name']}>
                <span><SystemGlyph lane={lane} />{lane === 'wms' ? t.order.lanes.warehouse : t.systems[lane]}</span>
              </th>
              {moments.map((moment) => (
                <Fragment key={moment.at}>
                  {isGap(moment) && <td className={styles['gap']} />}
                  <td data-joined={joins(moment, lane)}>
                    {moment.facts.get(lane)?.map((fact) => (
                      <Mark key={fact.factId} fact={fact} isSelected={fact.factId === selected || fact.record === record} onSelect={onSelect} />
                    ))}
                    {moment.commands.get(lane)?.map((command) => (
                      <span key={command.commandId} className={styles['command']} data-status={command.status}>
                        {t.fixes.kinds[command.kind] ?? command.kind}: {t.fixes.statuses[command.status] ?? command.status}
                      </span>
                    ))}
                  </td>
                </Fragment>
              ))}
              {order.problems.length > 0 && (
                <td className={styles['expected']}>
                  {order.problems.filter((problem) => laneOfExpected(problem) === lane).map((problem) => (
                    <span key={problem.id} className={styles['missing']} data-state={problem.state}>
                      <span translate="no">{ofLanguage(problem.title, language)}</span>
                      <small>{t.due(shortDateText(problem.due, language, zone))}</small>
                    </span>
                  ))}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  ); // prettier-ignore
}

const isGap = (moment: Moment): boolean => moment.gapMs !== undefined && moment.gapMs > gapToldMs;

/** Whether the line that joins the reports of one moment goes through this lane, and where it ends. */
function joins(moment: Moment, lane: LaneName): 'first' | 'middle' | 'last' | undefined {
  const [first, last] = moment.span;
  const index = laneNames.indexOf(lane);
  if (first === last || index < first || index > last) return undefined;
  return index === first ? 'first' : index === last ? 'last' : 'middle';
}

type MarkProps = {
  readonly fact: TimelineFact;
  readonly isSelected: boolean;
  readonly onSelect: Props['onSelect'];
};

function Mark({ fact, isSelected, onSelect }: MarkProps) {
  const { t, language } = useWords();
  const zone = useZone();
  const details = factDetails(fact.body, t, language, zone);
  return (
    <Tooltip label={<span translate="no">{details === '' ? factName(fact.type, t) : details}</span>}>
      <button
        type="button" className={styles['mark']} aria-pressed={isSelected} data-retracted={fact.retractedAt !== null}
        onClick={() => onSelect(fact.factId)}
      >
        <span className={styles['dot']} aria-hidden="true" />
        <span className={styles['text']}>
          {factName(fact.type, t)}
          {details !== '' && <small translate="no">{details}</small>}
        </span>
      </button>
    </Tooltip>
  ); // prettier-ignore
}
