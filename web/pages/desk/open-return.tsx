/** A return that somebody asks for at the desk or on the phone: which units, why, and what the customer would like. */
import { Button, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStep, type DeskOrder, type StepBody } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import { ElsewhereNote } from './elsewhere-note.tsx';
import styles from './desk.module.css';

type Wish = NonNullable<StepBody<'request'>['wish']>;
type Props = {
  readonly order: DeskOrder;
  readonly onDone: (order: DeskOrder, rma: string | undefined) => void;
};

export function OpenReturn({ order, onDone }: Props) {
  const { t } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const step = order.steps.find((one) => one.step === 'request');
  const isLeft = order.items.some((item) => item.kind === 'goods' && item.shipped > item.inReturns);
  if (step === undefined || !isLeft || !may('returns.request')) return null;
  if (step.home !== 'desk') return <ElsewhereNote step={step} />;
  return (
    <>
      <Button
        variant="default"
        aria-haspopup="dialog"
        disabled={!step.isOffered}
        onClick={() => setOpen(true)}
      >
        {t.desk.openReturn.open}
      </Button>
      {isOpen && <ReturnDialog order={order} onClose={() => setOpen(false)} onDone={onDone} />}
    </>
  );
}

function ReturnDialog({ order, onClose, onDone }: Props & { readonly onClose: () => void }) {
  const { t } = useWords();
  const words = t.desk.openReturn;
  const goods = order.items.filter((item) => item.kind === 'goods' && item.shipped > item.inReturns);
  const [units, setUnits] = useState<ReadonlyMap<string, number>>(new Map());
  const [wish, setWish] = useState<Wish | ''>('');
  const [reason, setReason] = useState('');
  const chosen = [...units]
    .filter(([, quantity]) => quantity > 0)
    .map(([sku, quantity]) => ({ sku, quantity }));
  const request = useMutation({
    mutationFn: () =>
      makeStep(order.orderKey, 'request', {
        version: order.version,
        units: chosen,
        ...(wish !== '' && { wish }),
        ...(reason.trim() !== '' && { reason: reason.trim() }),
      }),
    onSuccess: ({ order: next, rma }) => {
      onClose();
      onDone(next, rma ?? undefined);
      announce(words.done(rma ?? ''));
    },
  });
  return (
    <Modal opened onClose={onClose} title={words.open} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          request.mutate();
        }}
      >
        <fieldset className={styles['request']}>
          <legend>{words.units}</legend>
          {goods.map((item) => (
            <NumberInput
              key={item.sku} size="sm" label={<span translate="no"><span className="mono">{item.sku}</span> {item.name}</span>} min={0} max={item.shipped - item.inReturns}
              allowDecimal={false} value={units.get(item.sku) ?? 0} onChange={(next) => setUnits(new Map(units).set(item.sku, Number(next)))}
            />
          ))}
        </fieldset>
        <NativeSelect
          size="sm" label={words.wish} value={wish} onChange={(event) => setWish(event.currentTarget.value as Wish | '')}
          data={[{ value: '', label: words.noWish }, ...Object.entries(words.wishes).map(([value, label]) => ({ value, label }))]}
        />
        <TextInput size="sm" label={words.reason} maxLength={100} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <FailureAlert error={request.error} />
        <div className={styles['steps']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={request.isPending} disabled={chosen.length === 0}>{words.submit}</Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
