/** Agreeing a refund: what it comes to, explained to the cent, before anybody agrees. Nothing is paid here. */
import { Button, Modal, NativeSelect, NumberInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  makeStep,
  previewRefund,
  type DeskOrder,
  type DeskReturn,
  type StepBody,
} from '../../api/returns.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Money } from '../../parts/money.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './desk.module.css';

type Wish = StepBody<'refund'>['refund'];
type Shipping = 'policy' | 'none' | 'all';
type Props = {
  readonly order: DeskOrder;
  readonly one: DeskReturn;
  readonly onClose: () => void;
  readonly onDone: (order: DeskOrder) => void;
};

export function RefundForm({ order, one, onClose, onDone }: Props) {
  const { t, language } = useWords();
  const words = t.desk.refund;
  const [units, setUnits] = useState<ReadonlyMap<string, number>>(
    () => new Map(one.units.map((item) => [item.sku, item.received || item.kept || item.allowed])),
  );
  const [shipping, setShipping] = useState<Shipping>('policy');
  const [pay, setPay] = useState<NonNullable<Wish['pay']>>('original');
  const lines = [...units].filter(([, count]) => count > 0).map(([sku, count]) => ({ sku, units: count }));
  const wish: Wish = { lines, shipping, pay };
  const preview = useQuery({
    queryKey: ['order', 'one', order.orderKey, 'preview', order.version, wish],
    queryFn: () => previewRefund(order.orderKey, wish),
    enabled: lines.length > 0,
    placeholderData: (before) => before,
  });
  const agree = useMutation({
    mutationFn: (totalMinor: number) =>
      makeStep(order.orderKey, 'refund', { version: order.version, rma: one.rma, refund: wish, totalMinor }),
    onSuccess: ({ order: next }) => {
      announce(t.desk.stepDone(words.title));
      onDone(next);
      onClose();
    },
  });
  const shown = preview.data;
  return (
    <Modal opened onClose={onClose} size="lg" title={words.title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          if (shown !== undefined) agree.mutate(shown.total);
        }}
      >
        <fieldset className={styles['grade']}>
          <legend>{words.units}</legend>
          {one.units.map((item) => (
            <NumberInput
              key={item.sku} size="sm" label={<span translate="no">{item.sku}</span>} min={0} allowDecimal={false}
              max={order.items.find((other) => other.sku === item.sku)?.bought ?? item.allowed}
              value={units.get(item.sku) ?? 0} onChange={(value) => setUnits(new Map(units).set(item.sku, Number(value)))}
            />
          ))}
        </fieldset>
        <div className={styles['pair']}>
          <NativeSelect
            size="sm" label={words.shipping} value={shipping} data={(['policy', 'none', 'all'] as const).map((value) => ({ value, label: words.shippingChoices[value] }))}
            onChange={(event) => setShipping(event.currentTarget.value as Shipping)}
          />
          <NativeSelect
            size="sm" label={words.pay} value={pay} data={Object.entries(words.pays).map(([value, label]) => ({ value, label }))}
            onChange={(event) => setPay(event.currentTarget.value as NonNullable<Wish['pay']>)}
          />
        </div>
        <section className={styles['preview']} aria-live="polite" aria-label={words.preview}>
          {shown === undefined ? <p>{words.chooseUnits}</p> : (
            <>
              <ul>{ofLanguage(shown.explained, language).map((sentence) => <li key={sentence} translate="no">{sentence}</li>)}</ul>
              <dl>
                <div><dt>{words.total}</dt><dd><strong><Money minor={shown.total} currency={shown.currency} /></strong></dd></div>
                {shown.tenders.filter((tender) => tender.minor !== 0).map((tender) => (
                  <div key={`${tender.tender} ${tender.reference ?? ''}`}>
                    <dt>{words.to} <span translate="no">{tender.tender}</span></dt>
                    <dd><Money minor={tender.minor} currency={shown.currency} /></dd>
                  </div>
                ))}
              </dl>
              {shown.refused !== null && <p className={styles['refused']} translate="no">{ofLanguage(shown.refused.text, language)}</p>}
              {shown.approvalsNeeded > 0 && <p>{t.desk.approvals(0, shown.approvalsNeeded)}</p>}
            </>
          )}
        </section>
        <FailureAlert error={preview.error ?? agree.error} />
        <div className={styles['steps']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={agree.isPending} disabled={shown?.mayAgree !== true || preview.isPlaceholderData}>{words.agree}</Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
