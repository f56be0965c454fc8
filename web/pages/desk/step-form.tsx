/** One form for every step that takes little: a yes, a reason, units, where they go, a tracking number, photos, a note. */
import { Button, Modal, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import {
  makeStep,
  type DeskOrder,
  type DeskReturn,
  type OfferedStep,
  type StepBody,
} from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { PhotoField, usePhotos } from './photo-field.tsx';
import { choices, keepable, unitsFor, type Choice, type UnitRow } from './step-units.ts';
import styles from './desk.module.css';

type Ask = 'why' | 'proof' | 'choice' | 'units' | 'tracking' | 'photos' | 'note';

/** What each step asks for besides a yes. */
const asks = {
  'approve': [],
  'expire': [],
  'reject': ['why'],
  'cancel': ['why'],
  'revoke-refund': ['why'],
  'keep': ['units', 'note'],
  'prove-dispatch': ['tracking', 'proof', 'photos'],
  'write-off': ['choice', 'units', 'photos', 'note'],
  'send-back': ['choice', 'units', 'tracking', 'photos', 'note'],
} as const satisfies Record<string, readonly Ask[]>; // prettier-ignore
type FormStep = keyof typeof asks;

export const hasForm = (step: string): step is FormStep => Object.hasOwn(asks, step);

type Props = {
  readonly order: DeskOrder;
  readonly step: OfferedStep;
  /** The return it is about; left out: goods without a number, or an agreed refund. */
  readonly one?: DeskReturn | undefined;
  readonly agreement?: string;
  readonly onClose: () => void;
  readonly onDone: (order: DeskOrder) => void;
};

export function StepForm({ order, step, one, agreement, onClose, onDone }: Props) {
  const { t, language } = useWords();
  const may = useMay();
  const name = step.step as FormStep;
  const title = ofLanguage(step.title, language);
  const isAsked = (ask: Ask): boolean => (asks[name] as readonly Ask[]).includes(ask);
  const offered: readonly Choice[] = name === 'write-off' || name === 'send-back' ? choices[name] : [];
  const [choice, setChoice] = useState(
    offered.find((each) => unitsFor(order, each).length > 0) ?? offered[0],
  );
  const [counts, setCounts] = useState<ReadonlyMap<string, number>>(new Map());
  const [text, setText] = useState('');
  const [tracking, setTracking] = useState('');
  const [note, setNote] = useState('');
  const photos = usePhotos(order.orderKey);
  const rows =
    choice !== undefined
      ? unitsFor(order, choice)
      : name === 'keep' && one !== undefined
        ? keepable(one)
        : [];
  // Nothing is written off by a slip of the finger.
  const countOf = ({ key, most }: UnitRow): number => counts.get(key) ?? (name === 'write-off' ? 0 : most);
  const chosen = rows.map((row) => ({ ...row, quantity: countOf(row) })).filter((row) => row.quantity > 0);
  const isTextAsked = isAsked('why') || isAsked('proof');
  const isReady =
    (!isTextAsked || text.trim().length >= 3) &&
    (rows.length === 0 ? offered.length === 0 : chosen.length > 0);
  const act = useMutation({
    mutationFn: async () => {
      const units = chosen.map(({ sku, quantity, where }) => ({
        sku,
        quantity,
        ...(name === 'write-off' && { disposition: choice, ...(where === 'held' && { from: 'quarantine' }) }),
      }));
      const body = {
        version: order.version,
        ...(agreement !== undefined ? { agreement } : one !== undefined && { rma: one.rma }),
        ...(isAsked('why') && { why: text.trim() }),
        ...(isAsked('proof') && { text: text.trim() }),
        ...(isAsked('units') && units.length > 0 && { units }),
        ...(name === 'send-back' && { to: choice }),
        ...(tracking.trim() !== '' && { tracking: tracking.trim() }),
        ...(note.trim() !== '' && { note: note.trim() }),
        ...(await photos.send()),
      };
      return makeStep(order.orderKey, name, body as StepBody<FormStep>);
    },
    onSuccess: ({ order: next }) => {
      announce(t.desk.stepDone(title));
      onDone(next);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={<span translate="no">{t.desk.confirm(title)}</span>} closeButtonProps={{ 'aria-label': t.actions.close, size: 44 }}>
      <form
        className={styles['dialog']}
        onSubmit={(event) => {
          event.preventDefault();
          act.mutate();
        }}
      >
        {choice !== undefined && (
          <NativeSelect
            size="sm" label={name === 'write-off' ? t.desk.disposition : t.order.vouch.to} value={choice} data-autofocus onChange={(event) => setChoice(event.currentTarget.value as Choice)}
            data={offered.map((value) => ({ value, label: value === 'customer' || value === 'vendor' ? t.order.vouch.tos[value] : (t.desk.dispositions[value] ?? value) }))}
          />
        )}
        {isAsked('units') && (rows.length === 0 && offered.length > 0 ? <p>{t.desk.noUnits}</p> : (
          <fieldset className={styles['request']}>
            <legend>{t.desk.quantity}</legend>
            {rows.map((row) => (
              <NumberInput
                key={row.key} size="sm" hideControls inputMode="numeric" min={0} max={row.most} allowDecimal={false}
                label={<><span className="mono" translate="no">{row.sku}</span> <span translate="no">{row.name}</span></>}
                description={`${row.where === undefined ? '' : `${t.desk.where[row.where]}, `}${t.desk.most(row.most)}`}
                value={countOf(row)} onChange={(next) => setCounts(new Map(counts).set(row.key, Number(next)))}
              />
            ))}
          </fieldset>
        ))}
        {isAsked('tracking') && <TextInput size="sm" label={t.order.vouch.references.tracking} maxLength={100} value={tracking} onChange={(event) => setTracking(event.currentTarget.value)} />}
        {isTextAsked && (
          <Textarea
            size="sm" required minLength={3} maxLength={500} autosize value={text} onChange={(event) => setText(event.currentTarget.value)}
            label={isAsked('why') ? t.desk.why : t.order.vouch.evidence} description={isAsked('why') ? t.desk.whyAbout : t.order.vouch.evidenceAbout}
            data-autofocus={isAsked('why') || undefined}
          />
        )}
        {isAsked('photos') && may('returns.goods') && <PhotoField photos={photos} />}
        {isAsked('note') && <TextInput size="sm" label={t.desk.note} description={t.desk.noteAbout} maxLength={2000} value={note} onChange={(event) => setNote(event.currentTarget.value)} />}
        <FailureAlert error={act.error} />
        <div className={styles['steps']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={act.isPending} disabled={!isReady}><span translate="no">{title}</span></Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
