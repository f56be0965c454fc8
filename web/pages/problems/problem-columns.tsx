import { useMemo } from 'react';
import type { ProblemRow } from '../../api/problems.ts';
import type { Column } from '../../list/data-table.tsx';
import { Age } from '../../parts/age.tsx';
import { SeverityMark } from '../../parts/severity-mark.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './problems.module.css';

/** Columns of problems; beside an open one only those that tell them apart. */
export function useProblemColumns(isBeside: boolean): readonly Column<ProblemRow>[] {
  const { t, language } = useWords();
  return useMemo(() => {
    const all: readonly (Column<ProblemRow> & { readonly beside?: boolean })[] = [
      {
        id: 'severity', header: t.problems.columns.severity, width: '176px', narrow: 'end', beside: true,
        cell: (row) => <SeverityMark severity={row.severity} />,
      },
      {
        id: 'problem', header: t.problems.columns.problem, narrow: 'second', beside: true,
        cell: (row) => (
          <span className={styles['title']}>
            <span translate="no">{ofLanguage(row.title, language)}</span>
            {(row.snoozedUntilAt !== null || row.isSnoozedToNextFact) && <span className={styles['tag']}>{t.problems.snooze}</span>}
            {row.reopenedCount > 0 && <span className={styles['tag']}>{t.problems.reopened(row.reopenedCount)}</span>}
          </span>
        ),
      },
      {
        id: 'subject', header: t.problems.columns.subject, width: '132px', narrow: 'head', beside: true,
        cell: (row) => <span translate="no">{row.number ?? row.subject}</span>,
      },
      {
        id: 'owner', header: t.problems.columns.owner, width: '112px',
        cell: (row) => (row.owner === null ? <span className={styles['gap']}>▲ {t.problems.noOwner}</span> : <span>{t.teams[row.owner] ?? row.owner}</span>),
      },
      {
        id: 'opened', header: t.problems.columns.opened, width: '96px',
        cell: (row) => <Age ms={Date.now() - Date.parse(row.openedAt)} />,
      },
      {
        id: 'due', header: t.problems.columns.due, width: '88px',
        cell: (row) => { const due = row.deadlineAt ?? row.dueAt; return due === null ? null : <Time at={due} as="short" />; },
      },
      {
        id: 'stake', header: t.problems.columns.stake, width: '170px', align: 'end',
        cell: (row) => (row.currency === null ? null : <StakeText stake={row.stake} currency={row.currency} />),
      },
    ];
    return isBeside ? all.filter((column) => column.beside === true) : all;
  }, [t, language, isBeside]); // prettier-ignore
}
