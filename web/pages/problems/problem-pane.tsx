/** One problem: why it shows, what to do, the order's answer, fixes that wait for approval, and what was done about it. */
import { Button, Menu, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { decideCommand, type CommandRow } from '../../api/commands.ts';
import { orderQuery } from '../../api/orders.ts';
import {
  acceptProblem, assignProblem, commandsOfProblemQuery, commentProblem, dismissProblem, problemQuery, snoozeProblem, undoProblem,
  type ProblemRow,
} from '../../api/problems.ts'; // prettier-ignore
import { useMay, useMe } from '../../api/session.ts';
import { useZone } from '../../app/use-zone.ts';
import { timeText } from '../../format/time.ts';
import type { neighboursOf } from '../../list/neighbours.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Money } from '../../parts/money.tsx';
import { NeighbourButtons } from '../../parts/neighbour-buttons.tsx';
import { SeverityMark } from '../../parts/severity-mark.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import styles from './problems.module.css';

type Props = {
  readonly id: string;
  readonly neighbours: ReturnType<typeof neighboursOf> | undefined;
  readonly onGo: (id: string | undefined) => void;
};

/** Subjects that are no orders. */
const otherSubject = /^(?:object|sku|connection)\//;

export function ProblemPane({ id, neighbours, onGo }: Props) {
  const { t, language } = useWords();
  const { data, error, refetch } = useQuery(problemQuery(id));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  const { problem, why, todo, notes } = data;
  const isOrder = !otherSubject.test(problem.subject);
  const evidence = (data.body as { readonly evidence?: readonly string[] }).evidence ?? [];
  return (
    <div className={styles['pane']}>
      <div className={styles['pane-head']}>
        <SeverityMark severity={problem.severity} />
        {neighbours !== undefined && <NeighbourButtons neighbours={neighbours} onGo={onGo} />}
      </div>
      <h2 translate="no">{ofLanguage(problem.title, language)}</h2>
      <p className={styles['facts']}>
        {isOrder ? (
          <Link to="/orders/$connection/$id" params={orderAddress(problem.subject)} translate="no">{problem.number ?? problem.subject}</Link>
        ) : <IdText id={problem.subject} />}
        <span>{problem.owner === null ? `▲ ${t.problems.noOwner}` : (t.teams[problem.owner] ?? problem.owner)}</span>
        {(problem.deadlineAt ?? problem.dueAt) !== null && <span>{t.problems.columns.due} <Time at={problem.deadlineAt ?? problem.dueAt!} as="date" /></span>}
        {problem.currency !== null && <StakeText stake={problem.stake} currency={problem.currency} />}
        {problem.resolvedAt !== null && <span>{t.problems.resolved} <Time at={problem.resolvedAt} as="date" /></span>}
        {problem.isSnoozedToNextFact ? <span>{t.problems.snoozedToFact}</span> : problem.snoozedUntilAt !== null && <SnoozedUntil at={problem.snoozedUntilAt} />}
      </p>
      {todo !== null && (
        <section className={styles['todo']}>
          <h3>{t.problems.todo}</h3>
          <p translate="no">{ofLanguage(todo, language)}</p>
        </section>
      )}
      {problem.resolvedAt === null && <Work problem={problem} />}
      <Fixes id={id} />
      {isOrder && <OrderAnswer orderKey={problem.subject} />}
      {why !== null && (
        <section>
          <h3>{t.problems.why}</h3>
          <p translate="no">{why}</p>
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
              <span translate="no">{note.madeBy}</span> {t.problems.notes[note.kind] ?? note.kind} · <Time at={note.madeAt} />
              <NoteText body={note.body} />
            </li>
          ))}
        </ol>
      </section>
    </div>
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

/** Taking, giving, putting off, commenting, accepting. Each waits for the answer and says what it did. */
function Work({ problem }: { readonly problem: ProblemRow }) {
  const { t } = useWords();
  const may = useMay();
  const { user } = useMe();
  const client = useQueryClient();
  const [writing, setWriting] = useState<'comment' | 'accept' | 'dismiss'>();
  const [text, setText] = useState('');
  const act = useMutation({
    mutationFn: ({ run }: { readonly run: () => Promise<unknown>; readonly said: string }) => run(),
    onSuccess: async (_result, { said }) => {
      setWriting(undefined);
      setText('');
      await client.invalidateQueries({ queryKey: ['problem'] });
      announce(said);
    },
  });
  if (!may('problems.work')) return null;
  const isOwn =
    problem.owner === null || problem.userId === user.userId || user.team === problem.owner ||
    user.roles.includes('admin') || user.roles.includes(problem.owner); // prettier-ignore
  const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();
  return (
    <section className={styles['work']}>
      <div className={styles['buttons']}>
        {isOwn && (
          <>
            {problem.userId !== user.userId && (
              <Button variant="default" disabled={act.isPending} onClick={() => act.mutate({ run: () => assignProblem(problem, { userId: user.userId }), said: t.problems.taken })}>{t.problems.take}</Button>
            )}
            <Menu>
              <Menu.Target><Button variant="default" disabled={act.isPending}>{t.problems.give}</Button></Menu.Target>
              <Menu.Dropdown>
                {Object.entries(t.teams).filter(([team]) => team !== problem.owner).map(([team, name]) => (
                  <Menu.Item key={team} onClick={() => act.mutate({ run: () => assignProblem(problem, { team, userId: null }), said: t.problems.given(name) })}>{name}</Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Menu>
              <Menu.Target><Button variant="default" disabled={act.isPending}>{t.problems.snooze}</Button></Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => act.mutate({ run: () => snoozeProblem(problem, { untilAt: inDays(1) }), said: t.problems.snoozedDone })}>{t.problems.snoozeDay}</Menu.Item>
                <Menu.Item onClick={() => act.mutate({ run: () => snoozeProblem(problem, { untilAt: inDays(7) }), said: t.problems.snoozedDone })}>{t.problems.snoozeWeek}</Menu.Item>
                <Menu.Item onClick={() => act.mutate({ run: () => snoozeProblem(problem, { toNextFact: true }), said: t.problems.snoozedDone })}>{t.problems.snoozeFact}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            <Button variant="default" aria-expanded={writing === 'dismiss'} onClick={() => setWriting(writing === 'dismiss' ? undefined : 'dismiss')}>{t.problems.dismiss}</Button>
            <Button variant="default" aria-expanded={writing === 'accept'} onClick={() => setWriting(writing === 'accept' ? undefined : 'accept')}>{t.problems.accept}</Button>
          </>
        )}
        {isOwn && problem.version > 1 && (
          <Button variant="subtle" disabled={act.isPending} onClick={() => act.mutate({ run: () => undoProblem(problem), said: t.problems.undone })}>{t.problems.undo}</Button>
        )}
        <Button variant="default" aria-expanded={writing === 'comment'} onClick={() => setWriting(writing === 'comment' ? undefined : 'comment')}>{t.problems.comment}</Button>
      </div>
      {!isOwn && <p className={styles['quiet']}>{t.problems.notYours}</p>}
      {writing !== undefined && (
        <form
          className={styles['form']}
          onSubmit={(event) => {
            event.preventDefault();
            act.mutate(
              writing === 'comment' ? { run: () => commentProblem(problem, text), said: t.problems.commented }
              : writing === 'accept' ? { run: () => acceptProblem(problem, text), said: t.problems.accepted }
              : { run: () => dismissProblem(problem, text), said: t.problems.dismissed },
            );
          }}
        >
          <Textarea
            label={writing === 'comment' ? t.problems.comment : t.problems.reason} required minLength={writing === 'comment' ? 1 : 3}
            description={writing === 'accept' ? t.problems.acceptAbout : writing === 'dismiss' ? t.problems.dismissAbout : undefined} placeholder={t.problems.commentPlaceholder}
            value={text} onChange={(event) => setText(event.currentTarget.value)} autosize minRows={2} data-autofocus autoFocus
          />
          <Button type="submit" loading={act.isPending}>{writing === 'comment' ? t.problems.send : writing === 'accept' ? t.problems.accept : t.problems.dismiss}</Button>
        </form>
      )}
      <FailureAlert error={act.error} />
    </section>
  ); // prettier-ignore
}

/** Corrections that would close it, and who must approve them. */
function Fixes({ id }: { readonly id: string }) {
  const { t } = useWords();
  const may = useMay();
  const { data } = useQuery({ ...commandsOfProblemQuery(id), enabled: may('commands.read') });
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: ({ command, what }: { readonly command: CommandRow; readonly what: 'approve' | 'retry' }) =>
      decideCommand(command, what, ''),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['problem'] });
      announce(t.problems.approved);
    },
  });
  if (data === undefined || data.rows.length === 0) return null;
  return (
    <section>
      <h3>{t.fixes.title}</h3>
      <ul className={styles['fixes']}>
        {data.rows.map((command) => (
          <li key={command.commandId}>
            <span>
              <b>{t.fixes.kinds[command.kind] ?? command.kind}</b> <span translate="no">{command.units !== null && `${command.units} ×`} {command.sku}</span>{' '}
              {command.amount !== null && <Money minor={command.amount.minor} currency={command.amount.currency} />}
              <span className={styles['quiet']}> {command.mode === 'suggest' ? t.problems.suggested : t.fixes.statuses[command.status] ?? command.status}</span>
              {command.message !== null && <span translate="no" className={styles['quiet']}> {command.message}</span>}
            </span>
            {command.mode !== 'suggest' && command.status === 'planned' && may('commands.decide') && (
              <Button loading={decide.isPending} onClick={() => decide.mutate({ command, what: 'approve' })}>{t.fixes.decisions.approve}</Button>
            )}
          </li>
        ))}
      </ul>
      <FailureAlert error={decide.error} />
    </section>
  ); // prettier-ignore
}
