/** Which other problem stands for this one: those of the same order first, then those of the same cause. */
import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { problemsOfCauseQuery, problemsOfOrderQuery, type ProblemRow } from '../../api/problems.ts';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { isOrderSubject } from './problem-subject.ts';
import styles from './problems.module.css';

type Props = {
  readonly problem: ProblemRow;
  readonly value: string;
  readonly onChange: (into: string) => void;
};

export function MergeChoice({ problem, value, onChange }: Props) {
  const { t, language } = useWords();
  const { cause } = problem;
  const ofOrder = useQuery({
    ...problemsOfOrderQuery(problem.subject),
    enabled: isOrderSubject(problem.subject),
  });
  const ofCause = useQuery({ ...problemsOfCauseQuery(cause ?? ''), enabled: cause !== null });
  if (ofOrder.isLoading || ofCause.isLoading) return <p className={styles['quiet']}>{t.list.loading}</p>;
  const isOther = (row: ProblemRow): boolean =>
    row.id !== problem.id && row.resolvedAt === null && row.mergedRef === null;
  const near = (ofOrder.data?.rows ?? []).filter(isOther);
  const alike = (ofCause.data?.rows ?? []).filter((row) => isOther(row) && row.subject !== problem.subject);
  const option = (row: ProblemRow): { readonly value: string; readonly label: string } => ({
    value: row.id,
    label: `${row.number ?? row.subject} · ${ofLanguage(row.title, language)}`,
  });
  if (near.length + alike.length === 0)
    return (
      <>
        <p className={styles['quiet']}>{t.problems.mergeNone}</p>
        <FailureAlert error={ofOrder.error ?? ofCause.error} />
      </>
    );
  return (
    <NativeSelect
      label={t.problems.mergeInto} description={t.problems.mergeAbout} required autoFocus value={value} translate="no"
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: t.problems.mergeChoose },
        ...(near.length > 0 ? [{ group: t.problems.mergeSameOrder, items: near.map(option) }] : []),
        ...(alike.length > 0 ? [{ group: t.problems.mergeSameCause, items: alike.map(option) }] : []),
      ]}
    />
  ); // prettier-ignore
}
