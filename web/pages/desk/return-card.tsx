/** One return: its stage, its units, the law, and the steps that may be made now. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import { stepPermissions } from '../../../src/wire/step-permissions.ts';
import type { DeskOrder, DeskReturn, OfferedStep } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { dateText } from '../../format/time.ts';
import { IdText } from '../../parts/id-text.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { ElsewhereNote } from './elsewhere-note.tsx';
import { ExchangeForm } from './exchange-form.tsx';
import { RefundForm } from './refund-form.tsx';
import { StageMark } from './stage-mark.tsx';
import { hasForm, StepForm } from './step-form.tsx';
import styles from './desk.module.css';

/** What leads on comes first, what ends the return last. */
const offered = ['approve', 'refund', 'exchange', 'keep', 'prove-dispatch', 'reject', 'expire', 'cancel'];

type Props = {
  readonly order: DeskOrder;
  readonly one: DeskReturn;
  readonly isCurrent: boolean;
  readonly onDone: (order: DeskOrder) => void;
};

export function ReturnCard({ order, one, isCurrent, onDone }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const [asked, setAsked] = useState<OfferedStep>();
  const close = (): void => setAsked(undefined);
  const own = offered
    .flatMap((name) => one.steps.filter((step) => step.step === name))
    .filter((step) => step.home === 'desk' && may(stepPermissions[step.step]));
  const elsewhere = one.steps.filter((step) => step.home !== 'desk' && step.step === 'approve');
  return (
    <article className={styles['return']} data-current={isCurrent}>
      <header>
        <h4><IdText id={one.rma} copy /></h4>
        <StageMark stage={one.stage} />
        <span>{t.desk.kinds[one.kind]}</span>
      </header>
      <ul className={styles['units']}>
        {one.units.map((item) => (
          <li key={item.sku} translate="no">
            {item.requested || item.allowed || item.received} × <span className="mono">{item.sku}</span> {item.name}
            {item.received > 0 && ` · ${t.desk.items.received}: ${item.received}`}
            {Object.entries(item.graded).map(([disposition, units]) => ` · ${t.desk.dispositions[disposition] ?? disposition}: ${units}`)}
          </li>
        ))}
      </ul>
      {one.legalOn !== null && (
        <p>
          {t.desk.legalOn(dateText(`${one.legalOn}T12:00:00Z`, language, 'UTC'))} {one.isWithheld && t.desk.withheld}
          {one.dispatchProvedAt !== null && t.desk.proved}
        </p>
      )}
      {elsewhere.map((step) => <ElsewhereNote key={step.step} step={step} />)}
      <div className={styles['steps']}>
        {own.filter((step) => step.isOffered).map((step) => (
          <Button key={step.step} variant="default" aria-haspopup="dialog" onClick={() => setAsked(step)}>
            <span translate="no">{ofLanguage(step.title, language)}</span>
          </Button>
        ))}
      </div>
      <NotNow steps={own.filter((step) => !step.isOffered)} />
      {asked?.step === 'refund' && <RefundForm order={order} one={one} onClose={close} onDone={onDone} />}
      {asked?.step === 'exchange' && <ExchangeForm order={order} step={asked} one={one} onClose={close} onDone={onDone} />}
      {asked !== undefined && hasForm(asked.step) && <StepForm order={order} step={asked} one={one} onClose={close} onDone={onDone} />}
    </article>
  ); // prettier-ignore
}

/** Steps that are refused at this stage: which, and why. Many are for one reason. */
function NotNow({ steps }: { readonly steps: readonly OfferedStep[] }) {
  const { t, language } = useWords();
  if (steps.length === 0) return null;
  const byReason = Map.groupBy(steps, ({ refused }) =>
    refused === null ? '' : ofLanguage(refused.text, language),
  );
  return (
    <details className={styles['notNow']}>
      <summary>{t.desk.notNow(steps.length)}</summary>
      <ul>
        {[...byReason].map(([reason, refused]) => (
          <li key={reason} translate="no">{refused.map((step) => ofLanguage(step.title, language)).join(', ')}: {reason}</li>
        ))}
      </ul>
    </details>
  ); // prettier-ignore
}
