/** Open problems by cause: often one thing to fix, not twenty. */
import { useQuery } from '@tanstack/react-query';
import { problemGroupsQuery, type ProblemFilter } from '../../api/problems.ts';
import { countText } from '../../format/money.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { Age } from '../../parts/age.tsx';
import { SeverityMark } from '../../parts/severity-mark.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './problems.module.css';

type Props = { readonly filter: ProblemFilter; readonly onOpen: (cause: string) => void };

export function ProblemGroups({ filter, onOpen }: Props) {
  const { t, language } = useWords();
  const { data, error, refetch } = useQuery(problemGroupsQuery(filter));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  return (
    <div className={styles['scroll']}>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{t.problems.groupsCaption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.problems.columns.severity}</th>
            <th scope="col">{t.problems.columns.problem}</th>
            <th scope="col">{t.problems.columns.owner}</th>
            <th scope="col" className={styles['end']}>{t.problems.columns.count}</th>
            <th scope="col" className={styles['end']}>{t.problems.columns.stake}</th>
            <th scope="col" className={styles['end']}>{t.problems.columns.opened}</th>
          </tr>
        </thead>
        <tbody>
          {data?.rows.map((group) => (
            <tr key={`${group.cause}/${group.team}/${group.currency}`}>
              <td><SeverityMark severity={group.severity} /></td>
              <td><button type="button" className={styles['link']} translate="no" onClick={() => onOpen(group.cause)}>{ofLanguage(group.title, language)}</button></td>
              <td>{group.team === null ? <span className={styles['gap']}>▲ {t.problems.noOwner}</span> : (t.teams[group.team] ?? group.team)}</td>
              <td className={styles['end']} translate="no">{countText(group.count, language)}</td>
              <td className={styles['end']}>{group.currency !== null && <StakeText stake={group.stake} currency={group.currency} />}</td>
              <td className={styles['end']}><Age ms={Date.now() - Date.parse(group.oldestAt)} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  ); // prettier-ignore
}
