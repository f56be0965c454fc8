/** Counting: what was scanned becomes goods received. */
import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { makeStep, type DeskOrder } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import type { Tally } from './desk-page.tsx';
import { ElsewhereNote } from './elsewhere-note.tsx';
import styles from './desk.module.css';

type Props = {
  readonly order: DeskOrder;
  readonly rma: string | undefined;
  readonly tally: Tally;
  readonly onRma: (rma: string | undefined) => void;
  readonly onDone: (order: DeskOrder) => void;
};

export function CountForm({ order, rma, tally, onRma, onDone }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const units = [...tally].map(([sku, quantity]) => ({ sku, quantity }));
  const total = units.reduce((sum, { quantity }) => sum + quantity, 0);
  const current = order.returns.find((one) => one.rma === rma);
  const step = (current?.steps ?? order.steps).find((one) => one.step === 'receive');
  const count = useMutation({
    mutationFn: () =>
      makeStep(order.orderKey, 'receive', { version: order.version, units, ...(current !== undefined && { rma: current.rma }) }),
    onSuccess: ({ order: next }) => {
      announce(t.desk.countDone(total));
      onDone(next);
    },
  }); // prettier-ignore
  // The receipt is made in another system: the desk shows the state and books nothing.
  if (step !== undefined && step.home !== 'desk') return <ElsewhereNote step={step} />;
  if (!may('returns.goods')) return null;
  return (
    <form
      className={styles['count']}
      onSubmit={(event) => {
        event.preventDefault();
        count.mutate();
      }}
    >
      <NativeSelect
        size="sm" label={t.desk.countFor} value={current?.rma ?? ''} onChange={(event) => onRma(event.currentTarget.value === '' ? undefined : event.currentTarget.value)}
        data={[...order.returns.map((one) => ({ value: one.rma, label: `${one.rma} · ${t.desk.stages[one.stage] ?? one.stage}` })), { value: '', label: t.desk.noRma }]}
      />
      <Button type="submit" size="sm" loading={count.isPending} disabled={total === 0 || step?.isOffered === false}>
        {t.desk.count} {total > 0 && `(${total})`}
      </Button>
      {step?.refused != null && <p className={styles['refused']} translate="no">{ofLanguage(step.refused.text, language)}</p>}
      <FailureAlert error={count.error} />
    </form>
  ); // prettier-ignore
}
