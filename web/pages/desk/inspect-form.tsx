/**
 * Inspection: every counted unit gets a condition and what happens to it. Releasing from quarantine is the same for units
 * that were put on hold before, in as many parts as it takes.
 */
import { Button, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { makeStep, type DeskOrder, type StepBody } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { ElsewhereNote } from './elsewhere-note.tsx';
import { PhotoField, usePhotos } from './photo-field.tsx';
import styles from './desk.module.css';

type Grade = StepBody<'inspect'>['units'][number];
type Row = Grade & { readonly key: number };

/** What a condition usually means; the person decides. */
const usual: Readonly<Record<Grade['condition'], Grade['disposition']>> = {
  sellable: 'restock', opened: 'quarantine', defective: 'return_to_vendor', customer_damaged: 'quarantine', carrier_damaged: 'scrap',
  wrong_item: 'return_to_customer', expired: 'scrap',
}; // prettier-ignore

type Props = {
  readonly step: 'inspect' | 'release';
  readonly order: DeskOrder;
  readonly rma: string | undefined;
  readonly onDone: (order: DeskOrder) => void;
};

/** Units of an item that wait for this step. */
const waiting = (step: Props['step'], item: DeskOrder['items'][number]): number =>
  step === 'inspect' ? item.ungraded : item.onHold;

export const needsStep = (step: Props['step'], order: DeskOrder): boolean =>
  order.items.some((item) => waiting(step, item) > 0);

export function InspectForm({ step: name, order, rma, onDone }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const current = order.returns.find((one) => one.rma === rma);
  const step = (current?.steps ?? order.steps).find((one) => one.step === name);
  const fresh = (): Row[] =>
    order.items
      .filter((item) => waiting(name, item) > 0)
      .map((item, key) => ({
        key,
        sku: item.sku,
        quantity: waiting(name, item),
        condition: 'sellable',
        disposition: 'restock',
      }));
  const [rows, setRows] = useState<readonly Row[]>(fresh);
  const [note, setNote] = useState('');
  const photos = usePhotos(order.orderKey);
  const total = rows.reduce((sum, row) => sum + row.quantity, 0);
  const change = (key: number, to: Partial<Row>): void =>
    setRows(rows.map((row) => (row.key === key ? { ...row, ...to } : row)));
  const mostOf = (row: Row): number => {
    const item = order.items.find((one) => one.sku === row.sku);
    return item === undefined ? row.quantity : waiting(name, item);
  };
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
    mutationFn: async () =>
      makeStep(order.orderKey, name, {
        version: order.version, units: rows.filter((row) => row.quantity > 0).map(({ key: _key, ...grade }) => grade) as never, ...(current !== undefined && { rma: current.rma }),
        ...(note.trim() !== '' && { note: note.trim() }), ...(await photos.send()),
      }),
    onSuccess: ({ order: next }) => {
      announce(name === 'inspect' ? t.desk.inspectDone(total) : t.desk.releaseDone(total));
      onDone(next);
    },
  }); // prettier-ignore
  if (step !== undefined && step.home !== 'desk') return <ElsewhereNote step={step} />;
  if (!may('returns.goods')) return null;
  return (
    <form
      className={styles['inspect']} aria-labelledby={`desk-${name}`}
      onSubmit={(event) => {
        event.preventDefault();
        inspect.mutate();
      }}
    >
      <h3 id={`desk-${name}`}>{t.desk[name]}</h3>
      <p className={styles['about']}>{name === 'inspect' ? t.desk.inspectAbout : t.desk.releaseAbout}</p>
      {rows.map((row) => (
        <fieldset key={row.key} className={styles['grade']}>
          <legend className="mono" translate="no">{row.sku}</legend>
          <NumberInput
            size="sm" label={t.desk.quantity} min={0} max={mostOf(row)} allowDecimal={false}
            value={row.quantity} onChange={(value) => change(row.key, { quantity: Number(value) })}
          />
          <NativeSelect
            size="sm" label={t.desk.condition} value={row.condition} data={Object.entries(t.desk.conditions).map(([value, label]) => ({ value, label }))}
            onChange={(event) => {
              const condition = event.currentTarget.value as Grade['condition'];
              const disposition = usual[condition];
              // What is released from quarantine does not stay there.
              change(row.key, { condition, disposition: name === 'release' && disposition === 'quarantine' ? row.disposition : disposition });
            }}
          />
          <NativeSelect
            size="sm" label={t.desk.disposition} value={row.disposition} data={Object.entries(t.desk.dispositions).filter(([value]) => name === 'inspect' || value !== 'quarantine').map(([value, label]) => ({ value, label }))}
            onChange={(event) => change(row.key, { disposition: event.currentTarget.value as Grade['disposition'] })}
          />
          {row.quantity > 1 && <Button variant="subtle" size="sm" onClick={() => split(row)}>{t.desk.split}</Button>}
        </fieldset>
      ))}
      <TextInput size="sm" label={t.desk.note} description={t.desk.noteAbout} value={note} maxLength={2000} onChange={(event) => setNote(event.currentTarget.value)} />
      <PhotoField photos={photos} />
      {step?.refused != null && <p className={styles['refused']} translate="no">{ofLanguage(step.refused.text, language)}</p>}
      <FailureAlert error={inspect.error} />
      <Button type="submit" size="sm" loading={inspect.isPending} disabled={step?.isOffered === false || total === 0}>{t.desk[name]} ({total})</Button>
    </form>
  ); // prettier-ignore
}
