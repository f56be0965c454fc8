/** One problem: why it shows, what to do, the order's answer, fixes that wait for approval, and what was done about it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { orderQuery } from '../../api/orders.ts';
import { problemQuery, type ProblemRow } from '../../api/problems.ts';
import { useZone } from '../../app/use-zone.tsx';
import { timeText } from '../../format/time.ts';
import type { neighboursOf } from '../../list/neighbours.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { NeighbourButtons } from '../../parts/neighbour-buttons.tsx';
import { SeverityMark } from '../../parts/severity-mark.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { ProblemFixes } from './problem-fixes.tsx';
import { isOrderSubject } from './problem-subject.ts';
import { ProblemWork } from './problem-work.tsx';
import styles from './problems.module.css';

type Props = {
  readonly id: string;
  readonly neighbours: ReturnType<typeof neighboursOf> | undefined;
  readonly onGo: (id: string | undefined) => void;
  /** Beside its order, which needs neither a link nor its answer again. */
  readonly isOnOrder?: boolean;
};

export function ProblemPane({ id, neighbours, onGo, isOnOrder = false }: Props) {
  const { t, language } = useWords();
  const { data, error, refetch } = useQuery(problemQuery(id));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const { problem, why, todo, notes } = data;
  const isOrder = isOrderSubject(problem.subject);
  const evidence = (data.body as { readonly evidence?: readonly string[] }).evidence ?? [];
  return (
    <div className={styles['pane']}>
      <div className={styles['pane-head']}>
        <SeverityMark severity={problem.severity} />
        {neighbours !== undefined && <NeighbourButtons neighbours={neighbours} onGo={onGo} />}
      </div>
      <h2 translate="no">{ofLanguage(problem.title, language)}</h2>
      <p className={styles['facts']}>
        {isOnOrder ? null : isOrder ? (
          <Link to="/orders/$connection/$id" params={orderAddress(problem.subject)} translate="no">{problem.number ?? problem.subject}</Link>
        ) : <IdText id={problem.subject} />}
        <span>{problem.owner === null ? `▲ ${t.problems.noOwner}` : (t.teams[problem.owner] ?? problem.owner)}</span>
        {(problem.deadlineAt ?? problem.dueAt) !== null && <span>{t.problems.columns.due} <Time at={problem.deadlineAt ?? problem.dueAt!} as="date" /></span>}
        {problem.currency !== null && <StakeText stake={problem.stake} currency={problem.currency} />}
        {problem.resolvedAt !== null && <span>{t.problems.resolved} <Time at={problem.resolvedAt} as="date" /></span>}
        <Aside problem={problem} />
        {problem.isSnoozedToNextFact ? <span>{t.problems.snoozedToFact}</span> : problem.snoozedUntilAt !== null && <SnoozedUntil at={problem.snoozedUntilAt} />}
      </p>
      {todo !== null && (
        <section className={styles['todo']}>
          <h3>{t.problems.todo}</h3>
          <p translate="no">{ofLanguage(todo, language)}</p>
        </section>
      )}
      <ProblemFixes id={id} />
      {problem.resolvedAt === null && <ProblemWork detail={data} />}
      {isOrder && !isOnOrder && <OrderAnswer orderKey={problem.subject} />}
      {why !== null && (
        <section>
          <h3>{t.problems.why}</h3>
          <p translate="no">{ofLanguage(why, language)}</p>
        </section>
      )}
      {evidence.length > 0 && (
        <section>
          <h3>{t.problems.evidence}</h3>
          <ul>
            {evidence.map((record) => (
              <li key={record}>
                {isOrder ? (
                  <Link to="/orders/$connection/$id" params={orderAddress(problem.subject)} search={{ record }}><IdText id={record} length={44} /></Link>
                ) : <IdText id={record} length={44} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      <section>
        <h3>{t.problems.history}</h3>
        {notes.length === 0 && <p className={styles['quiet']}>{t.problems.historyNone}</p>}
        <ol className={styles['notes']}>
          {notes.map((note) => (
            <li key={note.entryId}>
              <span translate="no">{note.madeByName ?? note.madeBy}</span> {t.problems.notes[note.kind] ?? note.kind} · <Time at={note.madeAt} />
              <NoteText body={note.body} />
            </li>
          ))}
        </ol>
      </section>
    </div>
  ); // prettier-ignore
}

/** Why an open problem is not among those to work on. */
function Aside({ problem }: { readonly problem: ProblemRow }) {
  const { t } = useWords();
  return (
    <>
      {problem.dismissedAt !== null && <span>{t.problems.isDismissed}</span>}
      {problem.normalRuleId !== null && <span>{t.problems.isNormal}</span>}
      {problem.mergedRef !== null && <Link to="/problems" search={{ problem: problem.mergedRef }}>{t.problems.isMerged}</Link>}
    </>
  ); // prettier-ignore
}

function SnoozedUntil({ at }: { readonly at: string }) {
  const { t, language } = useWords();
  return <span>{t.problems.snoozed(timeText(at, language, useZone()))}</span>;
}

function NoteText({ body }: { readonly body: unknown }) {
  const { text, reason, why } = body as {
    readonly text?: string;
    readonly reason?: string;
    readonly why?: string;
  };
  const said = text ?? reason ?? why;
  return typeof said === 'string' ? <p translate="no">{said}</p> : null;
}

function OrderAnswer({ orderKey }: { readonly orderKey: string }) {
  const { t, language } = useWords();
  const { data } = useQuery(orderQuery(orderKey));
  if (data === undefined) return null;
  return (
    <section>
      <h3>{t.problems.answer}</h3>
      <p translate="no">{ofLanguage(data.answer, language).map((sentence) => sentence.text).join(' ')}</p>
    </section>
  ); // prettier-ignore
}
