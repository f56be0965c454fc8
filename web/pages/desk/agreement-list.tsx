/** Refunds that were agreed on: what they wait for, and who may let them go. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStep, type DeskOrder } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Money } from '../../parts/money.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { StepForm } from './step-form.tsx';
import styles from './desk.module.css';

type Props = { readonly order: DeskOrder; readonly onDone: (order: DeskOrder) => void };

export function AgreementList({ order, onDone }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const step = order.steps.find((one) => one.step === 'approve-refund');
  const back = order.steps.find(
    (one) => one.step === 'revoke-refund' && one.home === 'desk' && one.isOffered,
  );
  const [takenBack, setTakenBack] = useState<string>();
  const approve = useMutation({
    mutationFn: (agreement: string) =>
      makeStep(order.orderKey, 'approve-refund', { version: order.version, agreement }),
    onSuccess: ({ order: next }) => {
      if (step !== undefined) announce(t.desk.stepDone(ofLanguage(step.title, language)));
      onDone(next);
    },
  });
  if (order.agreements.length === 0) return null;
  return (
    <section aria-labelledby="desk-agreements">
      <h3 id="desk-agreements">{t.desk.agreements}</h3>
      <ul className={styles['log']}>
        {order.agreements.map((one) => (
          <li key={one.agreement} className={styles['agreement']}>
            <strong><Money minor={one.money.minor} currency={one.money.currency} /></strong>
            <span>{t.desk.agreementStates[one.state] ?? one.state}</span>
            {one.approvalsNeeded > 0 && <span>{t.desk.approvals(1 + one.approvedBy.length, one.approvalsNeeded)}</span>}
            <Time at={one.agreedAt} />
            {one.state === 'waits-for-approval' && may('refunds.approve') && (
              <Button variant="default" loading={approve.isPending} onClick={() => approve.mutate(one.agreement)}>
                <span translate="no">{step === undefined ? one.agreement : ofLanguage(step.title, language)}</span>
              </Button>
            )}
            {back !== undefined && (one.state === 'waits-for-approval' || one.state === 'ready') && may('refunds.approve') && (
              <Button variant="default" aria-haspopup="dialog" onClick={() => setTakenBack(one.agreement)}>
                <span translate="no">{ofLanguage(back.title, language)}</span>
              </Button>
            )}
          </li>
        ))}
      </ul>
      <FailureAlert error={approve.error} />
      {back !== undefined && takenBack !== undefined && (
        <StepForm order={order} step={back} agreement={takenBack} onClose={() => setTakenBack(undefined)} onDone={onDone} />
      )}
    </section>
  ); // prettier-ignore
}
