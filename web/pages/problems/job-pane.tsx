/** A job over many problems: how far it is, a way to stop it, and what became of each. */
import { Button, Progress } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { cancelJob, jobItemsQuery, jobQuery, type BulkAction, type JobItem } from '../../api/bulk.ts';
import { useMe } from '../../api/session.ts';
import { DataTable, type Column } from '../../list/data-table.tsx';
import { useLiveList } from '../../list/use-live-list.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './bulk.module.css';

type Props = { readonly jobId: string; readonly onOpen: (problem: string) => void };

const glyphs = {
  applied: '●', 'no-op': '○', refused: '⊘', failed: '▲', cancelled: '◌', waiting: '◔',
} as const; // prettier-ignore

export function JobPane({ jobId, onOpen }: Props) {
  const { t } = useWords();
  const client = useQueryClient();
  const { user } = useMe();
  const { data: job, error, refetch } = useQuery(jobQuery(jobId));
  const cancel = useMutation({
    mutationFn: () => cancelJob(jobId),
    onSuccess: (stopped) => {
      client.setQueryData(jobQuery(jobId).queryKey, stopped);
      announce(t.bulk.cancelled);
    },
    onSettled: () => void refetch(),
  });
  const status = job?.status;
  const before = useRef(status);
  useEffect(() => {
    if (before.current === 'running' && status !== 'running' && status !== undefined)
      announce(t.bulk.statuses[status]);
    before.current = status;
  }, [status]);
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (job === undefined) return null;
  const { counts, itemCount } = job;
  const done = itemCount - counts.waiting - counts.cancelled;
  const what = t.bulk.acts[(job.action as BulkAction).do] ?? '';
  return (
    <div className={styles['job']}>
      <h2>{t.bulk.job(what, itemCount)}</h2>
      <p className={styles['quiet']}>
        {t.bulk.statuses[job.status]} · {job.madeBy.endsWith(user.userId) || <>{t.bulk.startedBy(job.madeByName ?? job.madeBy)} · </>}<Time at={job.madeAt} />
      </p>
      <Progress.Root size="md" className={styles['progress'] ?? ''}>
        <Progress.Section value={(done / itemCount) * 100} aria-label={t.bulk.progress(done, itemCount)} aria-valuetext={t.bulk.progress(done, itemCount)} />
      </Progress.Root>
      <p className={styles['head']}>
        <strong>{t.bulk.progress(done, itemCount)}</strong>
        {job.status === 'running' && <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>{t.bulk.cancel}</Button>}
      </p>
      {job.status === 'running' && <p className={styles['quiet']}>{t.bulk.cancelAbout}</p>}
      <ul className={styles['counts']}>
        {(['applied', 'no-op', 'refused', 'failed', 'cancelled', 'waiting'] as const).map((outcome) => counts[outcome] > 0 && (
          <li key={outcome} data-outcome={outcome}><span aria-hidden="true">{glyphs[outcome]}</span> <span translate="no">{counts[outcome]}</span> {t.bulk.outcomes[outcome]}</li>
        ))}
      </ul>
      <FailureAlert error={cancel.error} />
      {job.status !== 'running' && <Outcomes jobId={jobId} stage={job.status} onOpen={onOpen} />}
    </div>
  ); // prettier-ignore
}

function Outcomes({ jobId, stage, onOpen }: Props & { readonly stage: string }) {
  const { t } = useWords();
  const list = useLiveList(jobItemsQuery(jobId, stage), {
    kinds: [],
    keyOf: (row: JobItem) => String(row.item),
    versionOf: (row) => row.outcome ?? '',
  });
  const columns: readonly Column<JobItem>[] = [
    { id: 'order', header: t.bulk.order, width: '132px', narrow: 'head', cell: (row) => <span translate="no">{row.number ?? row.id}</span> },
    {
      id: 'outcome', header: t.bulk.outcome, width: '132px', narrow: 'end',
      cell: (row) => <span><span aria-hidden="true">{glyphs[row.outcome ?? 'waiting']}</span> {t.bulk.outcomes[row.outcome ?? 'waiting']}</span>,
    },
    { id: 'detail', header: t.bulk.detail, narrow: 'second', cell: (row) => row.detail !== null && <span translate="no">{t.bulk.details[row.detail] ?? row.detail}</span> },
  ]; // prettier-ignore
  if (list.error !== null) return <FailedState error={list.error} onRetry={list.refresh} />;
  return (
    <section aria-label={t.bulk.showOutcomes} className={styles['outcomes']}>
      <h3>{t.bulk.showOutcomes}</h3>
      <DataTable
        caption={t.bulk.itemsCaption} columns={columns} list={list} keyOf={(row) => String(row.item)} nameOf={(row) => row.number ?? row.id}
        isOneLine={list.rows.every((row) => row.detail === null)} onOpen={(row) => onOpen(row.id)}
      />
    </section>
  ); // prettier-ignore
}
