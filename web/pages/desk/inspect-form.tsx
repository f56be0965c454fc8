/** Inspection: every counted unit gets a condition and what happens to it. */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStep, type DeskOrder, type StepBody } from '../../api/returns.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { ElsewhereNote } from './elsewhere-note.tsx';
import styles from './desk.module.css';

type Grade = StepBody<'inspect'>['units'][number];
type Row = Grade & { readonly key: number };

/** What a condition usually means; the person decides. */
const usual: Readonly<Record<Grade['condition'], Grade['disposition']>> = {
  sellable: 'restock', opened: 'quarantine', defective: 'return_to_vendor', customer_damaged: 'quarantine', carrier_damaged: 'scrap',
  wrong_item: 'return_to_customer', expired: 'scrap',
}; // prettier-ignore

type Props = {
  readonly order: DeskOrder;
  readonly rma: string | undefined;
  readonly onDone: (order: DeskOrder) => void;
};

export function InspectForm({ order, rma, onDone }: Props) {
  const { t, language } = useWords();
  const current = order.returns.find((one) => one.rma === rma);
  const step = (current?.steps ?? order.steps).find((one) => one.step === 'inspect');
  const fresh = (): Row[] =>
    order.items
      .filter((item) => item.ungraded > 0)
      .map(({ sku, ungraded }, key) => ({
        key,
        sku,
        quantity: ungraded,
        condition: 'sellable',
        disposition: 'restock',
      }));
  const [rows, setRows] = useState<readonly Row[]>(fresh);
  const [note, setNote] = useState('');
  const total = rows.reduce((sum, row) => sum + row.quantity, 0);
  const change = (key: number, to: Partial<Row>): void =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...to } : row)));
  const split = (row: Row): void => {
    const moved = Math.max(1, Math.floor(row.quantity / 2));
    const key = 1 + Math.max(...rows.map((one) => one.key));
    setRows(
      rows.flatMap((one) =>
        one.key === row.key
          ? [
              { ...row, quantity: row.quantity - moved },
              { ...row, key, quantity: moved },
            ]
          : [one],
      ),
    );
  };
  const inspect = useMutation({
    mutationFn: () =>
      makeStep(order.orderKey, 'inspect', {
        version: order.version, units: rows.map(({ key: _key, ...grade }) => grade), ...(current !== undefined && { rma: current.rma }),
        ...(note.trim() !== '' && { note: note.trim() }),
      }),
    onSuccess: ({ order: next }) => {
      announce(t.desk.inspectDone(total));
      onDone(next);
    },
  }); // prettier-ignore
  if (step !== undefined && step.home !== 'desk') return <ElsewhereNote step={step} />;
  return (
    <form
      className={styles['inspect']} aria-labelledby="desk-inspect"
      onSubmit={(event) => {
        event.preventDefault();
        inspect.mutate();
      }}
    >
      <h3 id="desk-inspect">{t.desk.inspect}</h3>
      <p className={styles['about']}>{t.desk.inspectAbout}</p>
      {rows.map((row) => (
        <fieldset key={row.key} className={styles['grade']}>
          <legend className="mono" translate="no">{row.sku}</legend>
          <NumberInput
            size="sm" label={t.desk.quantity} min={1} max={order.items.find((item) => item.sku === row.sku)?.ungraded ?? row.quantity} allowDecimal={false}
            value={row.quantity} onChange={(value) => change(row.key, { quantity: Number(value) })}
          />
          <NativeSelect
            size="sm" label={t.desk.condition} value={row.condition} data={Object.entries(t.desk.conditions).map(([value, label]) => ({ value, label }))}
            onChange={(event) => {
              const condition = event.currentTarget.value as Grade['condition'];
              change(row.key, { condition, disposition: usual[condition] });
            }}
          />
          <NativeSelect
            size="sm" label={t.desk.disposition} value={row.disposition} data={Object.entries(t.desk.dispositions).map(([value, label]) => ({ value, label }))}
            onChange={(event) => change(row.key, { disposition: event.currentTarget.value as Grade['disposition'] })}
          />
          {row.quantity > 1 && <Button variant="subtle" size="sm" onClick={() => split(row)}>{t.desk.split}</Button>}
        </fieldset>
      ))}
      <TextInput size="sm" label={t.desk.note} description={t.desk.noteAbout} value={note} maxLength={2000} onChange={(event) => setNote(event.currentTarget.value)} />
      {step?.refused != null && <p className={styles['refused']} translate="no">{ofLanguage(step.refused.text, language)}</p>}
      <FailureAlert error={inspect.error} />
      <Button type="submit" size="sm" loading={inspect.isPending} disabled={step?.isOffered === false}>{t.desk.inspect} ({total})</Button>
    </form>
  ); // prettier-ignore
}
