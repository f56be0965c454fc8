/** One return: its stage, its units, the law, and the steps that may be made now. */
import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStep, type DeskOrder, type DeskReturn, type OfferedStep } from '../../api/returns.ts';
import { dateText } from '../../format/time.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { ElsewhereNote } from './elsewhere-note.tsx';
import { RefundForm } from './refund-form.tsx';
import { StageMark } from './stage-mark.tsx';
import styles from './desk.module.css';

/** Steps that take a yes, or a yes and a reason; counting, grading and refunds have forms of their own. */
const plain = ['approve', 'expire', 'keep'] as const;
const reasoned = ['reject', 'cancel'] as const;
type Simple = (typeof plain)[number] | (typeof reasoned)[number];
const isSimple = (step: string): step is Simple =>
  ([...plain, ...reasoned] as readonly string[]).includes(step);
const needsWhy = (step: Simple): step is (typeof reasoned)[number] =>
  (reasoned as readonly string[]).includes(step);

type Props = {
  readonly order: DeskOrder;
  readonly one: DeskReturn;
  readonly isCurrent: boolean;
  readonly onDone: (order: DeskOrder) => void;
};

export function ReturnCard({ order, one, isCurrent, onDone }: Props) {
  const { t, language } = useWords();
  const [asked, setAsked] = useState<OfferedStep>();
  const [isRefunding, setRefunding] = useState(false);
  const shown = one.steps.filter((step) => isSimple(step.step) || step.step === 'refund');
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
        {shown.filter((step) => step.isOffered).map((step) => (
          <Button key={step.step} variant="default" onClick={() => (step.step === 'refund' ? setRefunding(true) : setAsked(step))}>
            <span translate="no">{ofLanguage(step.title, language)}</span>
          </Button>
        ))}
      </div>
      {isRefunding && <RefundForm order={order} one={one} onClose={() => setRefunding(false)} onDone={onDone} />}
      {asked !== undefined && isSimple(asked.step) && (
        <StepDialog order={order} rma={one.rma} step={asked.step} title={ofLanguage(asked.title, language)} onClose={() => setAsked(undefined)} onDone={onDone} />
      )}
    </article>
  ); // prettier-ignore
}

type DialogProps = {
  readonly order: DeskOrder;
  readonly rma: string;
  readonly step: Simple;
  readonly title: string;
  readonly onClose: () => void;
  readonly onDone: (order: DeskOrder) => void;
};

function StepDialog({ order, rma, step, title, onClose, onDone }: DialogProps) {
  const { t } = useWords();
  const [why, setWhy] = useState('');
  const act = useMutation({
    mutationFn: () => {
      const form = { version: order.version, rma };
      return needsWhy(step)
        ? makeStep(order.orderKey, step, { ...form, why: why.trim() })
        : makeStep(order.orderKey, step, form);
    },
    onSuccess: ({ order: next }) => {
      announce(t.desk.stepDone(title));
      onDone(next);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={<span translate="no">{t.desk.confirm(title)}</span>} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate();
        }}
      >
        {needsWhy(step) && (
          <Textarea
            size="sm" label={t.desk.why} description={t.desk.whyAbout} required minLength={3} maxLength={500} autosize data-autofocus
            value={why} onChange={(event) => setWhy(event.currentTarget.value)}
          />
        )}
        <FailureAlert error={act.error} />
        <div className={styles['steps']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={act.isPending}><span translate="no">{title}</span></Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
