/**
 * What people do with a problem: take it, give it, put it off, dismiss, accept, merge, call it normal here, comment, undo.
 * Each waits for the answer and says what it did.
 */
import { Button, Menu, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  acceptProblem, assignProblem, commentProblem, dismissProblem, mergeProblem, reopenProblem, snoozeProblem, undoProblem,
  type Problem, type ProblemRow,
} from '../../api/problems.ts'; // prettier-ignore
import { useMay, useMe } from '../../api/session.ts';
import { useKeys } from '../../keyboard/keyboard.ts';
import { workKeys } from '../../keyboard/work-keys.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import { MergeChoice } from './merge-choice.tsx';
import { NormalDialog } from './normal-dialog.tsx';
import styles from './problems.module.css';

/** Acts that take a text; all but a comment and a merge need it. */
const written = ['dismiss', 'accept', 'merge', 'reopen', 'comment'] as const;
type Written = (typeof written)[number] | 'until';
const lengthMin = { dismiss: 3, accept: 3, merge: 0, reopen: 3, comment: 1, until: 0 } as const;
const dayMs = 86_400_000;

export function ProblemWork({ detail }: { readonly detail: Problem }) {
  const { problem } = detail;
  const { t } = useWords();
  const words = t.problems;
  const may = useMay();
  const { user } = useMe();
  const client = useQueryClient();
  const section = useRef<HTMLElement>(null);
  const [writing, setWriting] = useState<Written>();
  const [isNormal, setNormal] = useState(false);
  const act = useMutation({
    mutationFn: ({ run }: { readonly run: () => Promise<unknown>; readonly said: string }) => run(),
    onSuccess: async (_result, { said }) => {
      setWriting(undefined);
      await Promise.all([
        client.invalidateQueries({ queryKey: ['problem'] }),
        client.invalidateQueries({ queryKey: ['order'] }),
      ]);
      // The form that had the focus is gone.
      section.current?.focus();
      announce(said);
    },
  });
  const mayWork = may('problems.work');
  const isOwn =
    problem.owner === null || problem.userId === user.userId || user.team === problem.owner ||
    user.roles.includes('admin') || user.roles.includes(problem.owner); // prettier-ignore
  const isClosed = problem.dismissedAt !== null || problem.mergedRef !== null || problem.resolution !== null;
  const inDays = (days: number): string => new Date(Date.now() + days * dayMs).toISOString();
  const toggle = (name: Written) => (): void => setWriting(writing === name ? undefined : name);
  const snooze = (until: { readonly untilAt?: string; readonly toNextFact?: boolean }) => (): void =>
    act.mutate({ run: () => snoozeProblem(problem, until), said: words.snoozedDone });
  const take = (): void =>
    act.mutate({ run: () => assignProblem(problem, { userId: user.userId }), said: words.taken });
  const undo = (): void => act.mutate({ run: () => undoProblem(problem), said: words.undone });
  const owned = mayWork && isOwn && !act.isPending;
  useKeys({
    ...(owned && problem.userId !== user.userId && { [workKeys.take]: take }),
    ...(owned &&
      !isClosed && {
        [workKeys.dismiss]: toggle('dismiss'),
        [workKeys.accept]: toggle('accept'),
        [workKeys.merge]: toggle('merge'),
      }),
    ...(owned && problem.version > 1 && { [workKeys.undo]: undo }),
    ...(mayWork && { [workKeys.comment]: toggle('comment') }),
    ...(may('normal.write') && { [workKeys.normal]: () => setNormal(true) }),
  });
  if (!mayWork) return null;
  return (
    <section className={styles['work']} ref={section} tabIndex={-1} aria-label={words.work}>
      <div className={styles['buttons']}>
        {isOwn && (
          <>
            {problem.userId !== user.userId && (
              <Button variant="default" disabled={act.isPending} onClick={take}>{words.take}</Button>
            )}
            <Menu>
              <Menu.Target><Button variant="default" disabled={act.isPending}>{words.give}</Button></Menu.Target>
              <Menu.Dropdown>
                {Object.entries(t.teams).filter(([team]) => team !== problem.owner).map(([team, name]) => (
                  <Menu.Item key={team} onClick={() => act.mutate({ run: () => assignProblem(problem, { team, userId: null }), said: words.given(name) })}>{name}</Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
            <Menu>
              <Menu.Target><Button variant="default" disabled={act.isPending}>{words.snooze}</Button></Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={snooze({ untilAt: inDays(1) })}>{words.snoozeDay}</Menu.Item>
                <Menu.Item onClick={snooze({ untilAt: inDays(7) })}>{words.snoozeWeek}</Menu.Item>
                <Menu.Item onClick={toggle('until')}>{words.snoozeDate}</Menu.Item>
                <Menu.Item onClick={snooze({ toNextFact: true })}>{words.snoozeFact}</Menu.Item>
              </Menu.Dropdown>
            </Menu>
            {written.filter((name) => name !== 'comment' && (name === 'reopen' ? isClosed : !isClosed)).map((name) => (
              <Button key={name} variant="default" aria-expanded={writing === name} onClick={toggle(name)}>{words[name]}</Button>
            ))}
          </>
        )}
        {may('normal.write') && <Button variant="default" aria-haspopup="dialog" onClick={() => setNormal(true)}>{words.normal.open}</Button>}
        <Button variant="default" aria-expanded={writing === 'comment'} onClick={toggle('comment')}>{words.comment}</Button>
        {isOwn && problem.version > 1 && (
          <Button variant="subtle" disabled={act.isPending} onClick={undo}>{words.undo}</Button>
        )}
      </div>
      {!isOwn && <p className={styles['quiet']}>{words.notYours}</p>}
      {writing !== undefined && (
        <WorkForm
          key={writing} problem={problem} what={writing} isPending={act.isPending}
          onSend={(text, into) => act.mutate(
            writing === 'comment' ? { run: () => commentProblem(problem, text), said: words.commented }
            : writing === 'accept' ? { run: () => acceptProblem(problem, text), said: words.accepted }
            : writing === 'merge' ? { run: () => mergeProblem(problem, into, text), said: words.mergedDone }
            : writing === 'until' ? { run: () => snoozeProblem(problem, { untilAt: new Date(`${text}T00:00:00`).toISOString() }), said: words.snoozedDone }
            : writing === 'reopen' ? { run: () => reopenProblem(problem, text), said: words.reopenedDone }
            : { run: () => dismissProblem(problem, text), said: words.dismissed },
          )}
        />
      )}
      <FailureAlert error={act.error} />
      {isNormal && <NormalDialog detail={detail} onClose={() => setNormal(false)} />}
    </section>
  ); // prettier-ignore
}

type FormProps = {
  readonly problem: ProblemRow;
  readonly what: Written;
  readonly isPending: boolean;
  readonly onSend: (text: string, into: string) => void;
};

function WorkForm({ problem, what, isPending, onSend }: FormProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [into, setInto] = useState('');
  const about = { dismiss: t.problems.dismissAbout, accept: t.problems.acceptAbout, merge: undefined, reopen: t.problems.reopenAbout, comment: undefined, until: undefined }; // prettier-ignore
  const isReady =
    text.trim().length >= lengthMin[what] &&
    (what !== 'merge' || into !== '') &&
    (what !== 'until' || text !== '');
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) onSend(text.trim(), into);
      }}
    >
      {what === 'merge' && <MergeChoice problem={problem} value={into} onChange={setInto} />}
      {what === 'until' ? (
        <TextInput type="date" label={t.problems.snoozeUntil} required autoFocus value={text} onChange={(event) => setText(event.currentTarget.value)} />
      ) : (
      <Textarea
        label={what === 'comment' ? t.problems.comment : what === 'merge' ? t.problems.reasonMaybe : t.problems.reason}
        description={about[what]} placeholder={what === 'comment' ? t.problems.commentPlaceholder : undefined}
        required={lengthMin[what] > 0} minLength={lengthMin[what]} maxLength={500} autosize minRows={2} autoFocus={what !== 'merge'}
        value={text} onChange={(event) => setText(event.currentTarget.value)}
      />
      )}
      <Button type="submit" loading={isPending} disabled={!isReady}>{what === 'comment' ? t.problems.send : what === 'until' ? t.problems.snooze : t.problems[what]}</Button>
    </form>
  ); // prettier-ignore
}
