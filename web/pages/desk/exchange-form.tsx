/** Something else instead of what comes back: which item, how many, and what it costs more or less. */
import { Button, Modal, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { makeStep, type DeskOrder, type DeskReturn, type OfferedStep } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { readAmount } from '../../format/amount.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { exchangeable } from './step-units.ts';
import styles from './desk.module.css';

type Price = 'even' | 'dearer' | 'cheaper';
type Props = {
  readonly order: DeskOrder;
  readonly step: OfferedStep;
  /** Left out: nothing was asked for yet, and the exchange opens the return. */
  readonly one?: DeskReturn;
  readonly onClose: () => void;
  readonly onDone: (order: DeskOrder, rma: string | undefined) => void;
};

/** An exchange that nobody asked for in writing opens its return itself. */
export function OpenExchange({ order, onDone }: Pick<Props, 'order' | 'onDone'>) {
  const { language } = useWords();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const step = order.steps.find((one) => one.step === 'exchange' && one.home === 'desk');
  if (step === undefined || !may('returns.decide') || exchangeable(order, undefined).length === 0)
    return null;
  return (
    <>
      <Button variant="default" aria-haspopup="dialog" disabled={!step.isOffered} onClick={() => setOpen(true)}>
        <span translate="no">{ofLanguage(step.title, language)}</span>
      </Button>
      {step.refused !== null && <p className={styles['refused']} translate="no">{ofLanguage(step.refused.text, language)}</p>}
      {isOpen && <ExchangeForm order={order} step={step} onClose={() => setOpen(false)} onDone={onDone} />}
    </>
  ); // prettier-ignore
}

export function ExchangeForm({ order, step, one, onClose, onDone }: Props) {
  const { t, language } = useWords();
  const words = t.desk.exchange;
  const title = ofLanguage(step.title, language);
  const rows = exchangeable(order, one);
  const [sku, setSku] = useState(rows[0]?.sku ?? '');
  const most = rows.find((row) => row.sku === sku)?.most ?? 1;
  const [quantity, setQuantity] = useState(1);
  const [newSku, setNewSku] = useState('');
  const [price, setPrice] = useState<Price>('even');
  const [amount, setAmount] = useState('');
  const known = useId();
  const minor = price === 'even' ? 0 : readAmount(amount, order.currency);
  const isReady =
    sku !== '' &&
    quantity > 0 &&
    newSku.trim() !== '' &&
    minor !== undefined &&
    (price === 'even' || minor > 0);
  const agree = useMutation({
    mutationFn: (difference: number) =>
      makeStep(order.orderKey, 'exchange', {
        version: order.version,
        sku,
        quantity,
        newSku: newSku.trim(),
        ...(one !== undefined && { rma: one.rma }),
        ...(price !== 'even' && { differenceMinor: price === 'dearer' ? difference : -difference }),
      }),
    onSuccess: ({ order: next, rma }) => {
      announce(t.desk.stepDone(title));
      onDone(next, rma ?? undefined);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={<span translate="no">{title}</span>} closeButtonProps={{ 'aria-label': t.actions.close, size: 44 }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          if (minor !== undefined) agree.mutate(minor);
        }}
      >
        <NativeSelect
          size="sm" label={words.gives} value={sku} translate="no" data={rows.map((row) => ({ value: row.sku, label: `${row.sku} ${row.name ?? ''}` }))}
          onChange={(event) => {
            setSku(event.currentTarget.value);
            setQuantity(1);
          }}
        />
        <TextInput
          size="sm" label={words.wants} description={words.wantsAbout} required maxLength={200} autoComplete="off" list={known} data-autofocus
          value={newSku} onChange={(event) => setNewSku(event.currentTarget.value)}
        />
        <datalist id={known}>
          {order.items.filter((item) => item.kind === 'goods').map((item) => <option key={item.sku} value={item.sku} />)}
        </datalist>
        <NumberInput
          size="sm" label={t.desk.quantity} description={t.desk.most(most)} hideControls inputMode="numeric" min={1} max={most} allowDecimal={false}
          value={quantity} onChange={(next) => setQuantity(Number(next))}
        />
        <NativeSelect
          size="sm" label={words.price} value={price} data={(['even', 'dearer', 'cheaper'] as const).map((value) => ({ value, label: words.prices[value] }))}
          onChange={(event) => setPrice(event.currentTarget.value as Price)}
        />
        {price !== 'even' && (
          <TextInput
            size="sm" label={words.difference(order.currency)} required inputMode="decimal" value={amount} onChange={(event) => setAmount(event.currentTarget.value)}
            error={amount.trim() !== '' && minor === undefined && t.problems.normal.noAmount}
          />
        )}
        <FailureAlert error={agree.error} />
        <div className={styles['steps']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={agree.isPending} disabled={!isReady}><span translate="no">{title}</span></Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
