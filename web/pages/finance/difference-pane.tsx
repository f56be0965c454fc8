/** One difference: both sides record by record, the difference pinned between them, and what a person may do about it. */
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { failureOf } from '../../api/ask.ts';
import { acceptDifference, reconcileQuery, type ReconcileDetail } from '../../api/finance.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { moneyText } from '../../format/money.ts';
import { ofLanguage, useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { factName } from '../order/fact-text.ts';
import { Amount } from './finance-parts.tsx';
import styles from './finance.module.css';

type Props = { readonly orderKey: string; readonly control: string; readonly onDone: () => void };

export function DifferencePane({ orderKey, control, onDone }: Props) {
  const { t, language } = useWords();
  const words = t.finance.reconcile;
  const may = useMay();
  const { data, error, refetch } = useQuery(reconcileQuery(orderKey, control));
  if (error !== null)
    return failureOf(error).code === 'account-not-found' ? (
      <EmptyState kind="good" title={words.settled} />
    ) : (
      <FailedState error={error} onRetry={() => void refetch()} />
    );
  if (data === undefined) return null;
  return (
    <div className={styles['pane']}>
      <h2>
        <Link to="/orders/$connection/$id" params={orderAddress(data.orderKey)} search={{ view: 'ledger' }}><span translate="no">{data.number}</span></Link>
        <span className={styles['quiet']} translate="no"> {ofLanguage(data.title, language)}</span>
      </h2>
      <div className={styles['pinned']} data-balanced={data.difference === 0}>
        <div><span>{words.says.left}</span><b><Amount value={data.left} of={data} /></b></div>
        <div className={styles['pin']}><span>{words.difference}</span><b><Amount value={data.difference} of={data} signed /></b></div>
        <div><span>{words.says.right}</span><b><Amount value={data.right} of={data} /></b></div>
      </div>
      <div className={styles['sides']}>
        <Side name={words.says.left} records={data.leftRecords} of={data} />
        <Side name={words.says.right} records={data.rightRecords} of={data} />
      </div>
      {data.difference === 0 ? <p className={styles['good']}>✓ {words.settled}</p> : <Explained detail={data} />}
      {may('finance.write') && data.difference !== 0 && data.problems.length > 0 && (
        <Accept
          detail={data}
          onDone={() => {
            announce(words.accepted);
            void refetch();
            onDone();
          }}
        />
      )}
    </div>
  ); // prettier-ignore
}

function Side({
  name,
  records,
  of,
}: {
  readonly name: string;
  readonly records: ReconcileDetail['leftRecords'];
  readonly of: ReconcileDetail;
}) {
  const { t } = useWords();
  return (
    <section>
      <h3>{name}</h3>
      {records.length === 0 && <p className={styles['quiet']}>{t.finance.reconcile.noRecord}</p>}
      <ul>
        {records.map((record) => (
          <li key={record.fact}>
            <span className={styles['line']}><span>{record.type === null ? '' : factName(record.type, t)}</span><b><Amount value={record.amount} of={of} /></b></span>
            <span className={`${styles['line']} ${styles['quiet']}`}>
              <span>{record.system !== null && <SystemMark system={record.system} />}</span>
              <Time at={record.at} as="short" />
            </span>
            {record.reference !== null && <IdText id={record.reference} length={30} copy />}
          </li>
        ))}
      </ul>
    </section>
  ); // prettier-ignore
}

function Explained({ detail }: { readonly detail: ReconcileDetail }) {
  const { t, language } = useWords();
  const words = t.finance.reconcile;
  return (
    <section>
      <h3>{words.explained}</h3>
      <ul className={styles['explained']}>
        {detail.problems.map((problem) => (
          <li key={problem.id} data-late={problem.state === 'open'}>
            <span aria-hidden="true">{problem.state === 'open' ? '▲' : '◔'}</span>
            <div>
              <span translate="no">{ofLanguage(problem.title, language)}</span> {problem.minor !== null && <b><Amount value={problem.minor} of={detail} /></b>}{' '}
              <span className={styles['quiet']}>{problem.state === 'open' ? t.finance.late : t.finance.inTime}</span>
              <p className={styles['quiet']} translate="no">{ofLanguage(problem.todo, language)}</p>
            </div>
          </li>
        ))}
      </ul>
      {detail.unexplained !== 0 && <p className={styles['bad']}>? {words.unexplained(moneyText(detail.unexplained, detail.currency, language))}</p>}
    </section>
  ); // prettier-ignore
}

function Accept({ detail, onDone }: { readonly detail: ReconcileDetail; readonly onDone: () => void }) {
  const { t, language } = useWords();
  const words = t.finance.reconcile;
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState(detail.problems[0]!.id);
  const [reason, setReason] = useState('');
  const accept = useMutation({
    mutationFn: () =>
      acceptDifference(detail.orderKey, { version: detail.version, problem, reason: reason.trim() }),
    onSuccess: onDone,
  });
  if (!isOpen)
    return (
      <div>
        <Button variant="default" onClick={() => setOpen(true)}>
          {words.accept}
        </Button>
      </div>
    );
  return (
    <form
      className={styles['form']}
      onSubmit={(event) => {
        event.preventDefault();
        accept.mutate();
      }}
    >
      <p className={styles['quiet']}>{words.acceptAbout}</p>
      {detail.problems.length > 1 && (
        <NativeSelect label={words.acceptWhich} value={problem} onChange={(event) => setProblem(event.currentTarget.value)} data={detail.problems.map((one) => ({ value: one.id, label: ofLanguage(one.title, language) }))} />
      )}
      <Textarea label={t.finance.reason} description={t.finance.reasonAbout} required minLength={3} autosize minRows={2} value={reason} autoFocus onChange={(event) => setReason(event.currentTarget.value)} />
      <div className={styles['buttons']}>
        <Button type="submit" loading={accept.isPending} disabled={reason.trim().length < 3}>{words.accept}</Button>
        <Button variant="default" onClick={() => setOpen(false)}>{t.actions.cancel}</Button>
      </div>
      <FailureAlert error={accept.error} />
    </form>
  ); // prettier-ignore
}
