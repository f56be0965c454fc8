/** Before anything begins: what would become of every problem that is selected, and why some stay as they are. */
import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent } from 'react';
import { previewBulk, startBulk, type BulkPreview, type BulkRequest } from '../../api/bulk.ts';
import { failureOf } from '../../api/ask.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import type { Act } from './bulk-bar.tsx';
import styles from './bulk.module.css';

type Props = {
  readonly act: Act;
  readonly selection: Omit<BulkRequest, 'action'>;
  readonly onClose: () => void;
  readonly onStarted: (jobId: string) => void;
};

export function BulkDialog({ act, selection, onClose, onStarted }: Props) {
  const { t } = useWords();
  const [reason, setReason] = useState('');
  const action = act.needsReason
    ? ({ ...act.action, reason: reason.trim() } as typeof act.action)
    : act.action;
  const request: BulkRequest = { ...selection, action };
  const preview = useMutation({
    mutationFn: () => previewBulk(request),
    onSuccess: ({ counts }) => announce(t.bulk.would.applied(counts.applied)),
  });
  const start = useMutation({
    mutationFn: (stamp: string) => startBulk(request, stamp),
    onSuccess: ({ jobId }) => onStarted(jobId),
    onError: (error) => {
      if (failureOf(error).code !== 'version-stale') return;
      announce(t.bulk.changed);
      preview.mutate();
    },
  });
  useEffect(() => {
    if (!act.needsReason) preview.mutate();
  }, []);
  const isStale = start.error !== null && failureOf(start.error).code === 'version-stale';
  const seen = preview.data;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (seen === undefined) preview.mutate();
    else start.mutate(seen.stamp);
  };
  return (
    <Modal opened onClose={onClose} size="lg" title={t.bulk.dialog(act.name)} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form className={styles['dialog']} onSubmit={submit}>
        {act.needsReason && (
          <Textarea
            label={t.problems.reason} required minLength={3} maxLength={500} autosize minRows={2} data-autofocus value={reason}
            description={act.action.do === 'resolve' ? t.problems.acceptAbout : t.problems.dismissAbout}
            onChange={(event) => {
              setReason(event.currentTarget.value);
              preview.reset();
            }}
          />
        )}
        {isStale && <p role="alert">{t.bulk.changed}</p>}
        {preview.isPending && <p>{t.bulk.previewing}</p>}
        {seen === undefined ? act.needsReason && !preview.isPending && <p className={styles['quiet']}>{t.bulk.reasonFirst}</p> : <Seen preview={seen} />}
        <FailureAlert error={preview.error ?? (isStale ? null : start.error)} />
        <div className={styles['actions']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          {act.needsReason && seen === undefined ? (
            <Button type="submit" loading={preview.isPending} disabled={reason.trim().length < 3}>{t.bulk.preview}</Button>
          ) : (
            <Button type="submit" loading={start.isPending} disabled={seen === undefined || seen.counts.applied === 0} data-autofocus>
              {t.bulk.start(seen?.counts.applied ?? 0)}
            </Button>
          )}
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}

const glyphs = { applied: '●', 'no-op': '○', refused: '⊘' } as const;
/** Of those that stay as they are, more are only counted. */
const shownMax = 100;

function Seen({ preview: { counts, items } }: { readonly preview: BulkPreview }) {
  const { t } = useWords();
  const rest = items.filter((item) => item.outcome !== 'applied');
  return (
    <>
      <ul className={styles['counts']}>
        {(['applied', 'no-op', 'refused'] as const).map((outcome) => counts[outcome] > 0 && (
          <li key={outcome} data-outcome={outcome}><span aria-hidden="true">{glyphs[outcome]}</span> {t.bulk.would[outcome](counts[outcome])}</li>
        ))}
        {counts.applied === 0 && <li>{t.bulk.nothing}</li>}
      </ul>
      {rest.length > 0 && (
        <div className={styles['rest']} tabIndex={0} role="region" aria-label={t.bulk.exceptions}>
          <table>
            <caption>{t.bulk.exceptions}</caption>
            <thead><tr><th scope="col">{t.bulk.order}</th><th scope="col">{t.bulk.detail}</th></tr></thead>
            <tbody>
              {rest.slice(0, shownMax).map((item) => (
                <tr key={item.id}>
                  <td translate="no">{item.number ?? item.id}</td>
                  <td translate="no">{item.detail === null ? '' : (t.bulk.details[item.detail] ?? item.detail)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rest.length > shownMax && <p className={styles['quiet']} translate="no">+ {rest.length - shownMax}</p>}
        </div>
      )}
    </>
  ); // prettier-ignore
}
