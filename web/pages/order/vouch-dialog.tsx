/** Vouching for an event that no system reports, with what proves it. It counts until a system reports it itself. */
import { Button, Modal, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deskOrderQuery, makeStep, type DeskOrder, type StepBody } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { readAmount } from '../../format/amount.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { useWords } from '../../words/words.ts';
import { factName } from './fact-text.ts';
import styles from './order.module.css';

type Assertion = StepBody<'assert'>['assertion'];
type Asserted = Assertion['type'];
type Needs = {
  readonly units?: 'all' | 'some';
  readonly money?: true;
  readonly reference?: 'tracking' | 'bank' | 'voucher';
  readonly to?: true;
};

/** What each event takes, most often vouched for first. */
const needs: Readonly<Record<Asserted, Needs>> = {
  'goods.received': { units: 'all' },
  'goods.shipped': { units: 'all' },
  'goods.sent_back': { units: 'all', to: true },
  'dispatch.proved': { units: 'some' },
  'parcel.handed_over': { units: 'some', reference: 'tracking' },
  'parcel.lost': { units: 'some', reference: 'tracking' },
  'payout.confirmed': { money: true, reference: 'bank' },
  'store_credit.issued': { money: true, reference: 'voucher' },
  'exchange.shipped': { units: 'all' },
  'customer.told': {},
};

type Props = { readonly orderKey: string; readonly onClose: () => void };

export function VouchDialog({ orderKey, onClose }: Props) {
  const { t } = useWords();
  const { data: order, error, refetch } = useQuery(deskOrderQuery(orderKey));
  return (
    <Modal opened onClose={onClose} size="lg" title={t.order.vouch.title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      {error !== null && <FailedState error={error} onRetry={() => void refetch()} />}
      {order !== undefined && <VouchForm order={order} onClose={onClose} />}
    </Modal>
  ); // prettier-ignore
}

function VouchForm({ order, onClose }: { readonly order: DeskOrder; readonly onClose: () => void }) {
  const { t } = useWords();
  const may = useMay();
  const words = t.order.vouch;
  const client = useQueryClient();
  const goods = order.items.filter((item) => item.kind === 'goods');
  const [type, setType] = useState<Asserted>('goods.received');
  const [sku, setSku] = useState(goods[0]?.sku ?? '');
  const [quantity, setQuantity] = useState(1);
  const [amount, setAmount] = useState('');
  const [reference, setReference] = useState('');
  const [to, setTo] = useState<'customer' | 'vendor'>('customer');
  const [rma, setRma] = useState(order.returns.length === 1 ? order.returns[0]!.rma : '');
  const [at, setAt] = useState('');
  const [text, setText] = useState('');
  const need = needs[type];
  // That money was paid is for finance to say.
  const offered = (Object.keys(needs) as Asserted[]).filter(
    (one) => needs[one].money === undefined || may('finance.write'),
  );
  const minor = need.money === undefined ? undefined : readAmount(amount, order.currency);
  const isReady =
    text.trim().length >= 3 && (need.reference === undefined || reference.trim() !== '') &&
    (need.money === undefined || (minor !== undefined && minor > 0)) && (need.units !== 'all' || (sku !== '' && quantity > 0)); // prettier-ignore
  const vouch = useMutation({
    mutationFn: () => {
      const assertion: Assertion = {
        type,
        ...(at !== '' && { at: new Date(at).toISOString() }),
        ...(need.units !== undefined && sku !== '' && { sku, quantity }),
        ...(minor !== undefined && { minor }),
        ...(need.reference !== undefined && { reference: reference.trim() }),
        ...(need.to !== undefined && { to }),
      };
      const { version, orderKey } = order;
      return makeStep(orderKey, 'assert', {
        version,
        assertion,
        text: text.trim(),
        ...(rma !== '' && { rma }),
      });
    },
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['order'] }),
        client.invalidateQueries({ queryKey: ['problem'] }),
      ]);
      onClose();
      announce(words.done(factName(type, t)));
    },
  });
  return (
    <form
      className={styles['vouch']}
      onSubmit={(event) => {
        event.preventDefault();
        vouch.mutate();
      }}
    >
      <p className={styles['quiet']}>{words.about}</p>
      <NativeSelect
        size="sm" label={words.event} value={type} data-autofocus onChange={(event) => setType(event.currentTarget.value as Asserted)}
        data={offered.map((value) => ({ value, label: factName(value, t) }))}
      />
      {need.units !== undefined && (
        <div className={styles['pair']}>
          <NativeSelect
            size="sm" label={words.item} value={sku} translate="no" onChange={(event) => setSku(event.currentTarget.value)}
            data={[...(need.units === 'some' ? [{ value: '', label: words.noItem }] : []), ...goods.map((item) => ({ value: item.sku, label: `${item.sku} ${item.name ?? ''}` }))]}
          />
          <NumberInput size="sm" label={words.units} min={1} max={1_000_000} allowDecimal={false} disabled={sku === ''} value={quantity} onChange={(next) => setQuantity(Number(next))} />
        </div>
      )}
      {need.money !== undefined && (
        <TextInput
          size="sm" label={words.amount(order.currency)} required inputMode="decimal" value={amount} onChange={(event) => setAmount(event.currentTarget.value)}
          error={amount.trim() !== '' && minor === undefined && t.problems.normal.noAmount}
        />
      )}
      {need.reference !== undefined && (
        <TextInput size="sm" label={words.references[need.reference]} required maxLength={200} value={reference} onChange={(event) => setReference(event.currentTarget.value)} />
      )}
      {need.to !== undefined && (
        <NativeSelect
          size="sm" label={words.to} value={to} onChange={(event) => setTo(event.currentTarget.value as typeof to)}
          data={(['customer', 'vendor'] as const).map((value) => ({ value, label: words.tos[value] }))}
        />
      )}
      <div className={styles['pair']}>
        {order.returns.length > 0 && (
          <NativeSelect
            size="sm" label={words.rma} value={rma} translate="no" onChange={(event) => setRma(event.currentTarget.value)}
            data={[{ value: '', label: t.desk.noRma }, ...order.returns.map((one) => ({ value: one.rma, label: one.rma }))]}
          />
        )}
        <TextInput size="sm" type="datetime-local" label={words.at} description={words.atAbout} value={at} onChange={(event) => setAt(event.currentTarget.value)} />
      </div>
      <Textarea
        size="sm" label={words.evidence} description={words.evidenceAbout} required minLength={3} maxLength={500} autosize minRows={2}
        value={text} onChange={(event) => setText(event.currentTarget.value)}
      />
      <FailureAlert error={vouch.error} />
      <div className={styles['ends']}>
        <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
        <Button type="submit" loading={vouch.isPending} disabled={!isReady}>{words.submit}</Button>
      </div>
    </form>
  ); // prettier-ignore
}
