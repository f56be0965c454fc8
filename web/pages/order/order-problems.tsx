/** What is open about an order: the next step with its fix, and every problem, each a way to work on it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { OrderState } from '../../api/orders.ts';
import { problemsOfOrderQuery, type ProblemRow } from '../../api/problems.ts';
import { useMay } from '../../api/session.ts';
import { SeverityMark } from '../../parts/severity-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { ProblemFixes } from '../problems/problem-fixes.tsx';
import styles from './order.module.css';

/** A long order has many of one kind; what stands first is gravest. */
const shownMax = 4;

type Props = {
  readonly order: OrderState;
  /** The problem that is open beside, `subject~id`. */
  readonly selected: string | undefined;
  readonly onProblem: (id: string) => void;
};

/** What closes the gravest open problem; else what falls due next. */
export function NextStep({ order, selected, onProblem }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const { data } = useQuery(problemsOfOrderQuery(order.row.orderKey));
  const roots = order.problems.filter((problem) => problem.waitsFor === undefined);
  const next =
    roots.find((problem) => problem.state === 'open') ?? roots.find((problem) => problem.state === 'pending');
  if (next === undefined) return <p className={styles['quiet']}>{t.order.nothingOpen}</p>;
  const id = `${order.row.orderKey}~${next.id}`;
  return (
    <div className={styles['next']} data-state={next.state}>
      <h2>{t.order.next}</h2>
      <p translate="no">{next.state === 'open' ? ofLanguage(next.todo, language) : ofLanguage(next.title, language)}</p>
      <dl>
        <div>
          <dt>{t.order.owner}</dt>
          <dd translate="no">{t.teams[next.owner] ?? next.owner}</dd>
        </div>
        <div>
          <dt>{t.order.due}</dt>
          <dd><Time at={next.due} as="date" /></dd>
        </div>
      </dl>
      {next.state === 'open' && (
        <>
          {/* Where it is open beside, its fixes stand there. */}
          {selected !== id && <ProblemFixes id={id} />}
          {/* Work begins once it is on record as a problem: not while a system is still being read. */}
          {may('problems.work') && data?.rows.some((row) => row.id === id) === true && (
            <Button className={styles['act'] ?? ''} variant={selected === id ? 'light' : 'filled'} aria-pressed={selected === id} onClick={() => onProblem(id)}>{t.order.actOnIt}</Button>
          )}
        </>
      )}
    </div>
  ); // prettier-ignore
}

export function OrderProblems({ order, selected, onProblem }: Props) {
  const { t, language } = useWords();
  const [isAll, setAll] = useState(false);
  const { data } = useQuery(problemsOfOrderQuery(order.row.orderKey));
  const open = (data?.rows ?? []).filter((row) => row.resolvedAt === null);
  if (open.length === 0) return null;
  const stateOf = (row: ProblemRow): string | undefined =>
    row.mergedRef !== null ? t.problems.views.merged
    : row.dismissedAt !== null ? t.problems.views.dismissed
    : row.normalRuleId !== null ? t.problems.views.silenced
    : row.snoozedUntilAt !== null || row.isSnoozedToNextFact ? t.problems.views.snoozed
    : undefined; // prettier-ignore
  return (
    <section aria-label={t.order.problems(open.length)}>
      <h2>{t.order.problems(open.length)}</h2>
      <ul className={styles['problems']}>
        {open.slice(0, isAll ? undefined : shownMax).map((row) => (
          <li key={row.id}>
            <button type="button" aria-pressed={row.id === selected} onClick={() => onProblem(row.id)}>
              <SeverityMark severity={row.severity} isShort />
              <span translate="no">{ofLanguage(row.title, language)}</span>
              <span className={styles['quiet']}>{stateOf(row) ?? (row.owner === null ? t.problems.noOwner : (t.teams[row.owner] ?? row.owner))}</span>
            </button>
          </li>
        ))}
      </ul>
      {open.length > shownMax && (
        <Button variant="subtle" size="compact-sm" aria-expanded={isAll} onClick={() => setAll(!isAll)}>{isAll ? t.order.showLess : t.order.showAll(open.length)}</Button>
      )}
    </section>
  ); // prettier-ignore
}
