/** "Normal here": what a rule is about, why, until when; and before it is made, what it would have silenced in 90 days. */
import { Button, Checkbox, Modal, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { addNormalRule, previewNormal, type NormalPreview, type Scope } from '../../api/normal.ts';
import type { Problem } from '../../api/problems.ts';
import { readAmount } from '../../format/amount.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './problems.module.css';

const dayMs = 86_400_000;
const daysMeant = 90;

type Props = { readonly detail: Problem; readonly onClose: () => void };

export function NormalDialog({ detail, onClose }: Props) {
  const { t, language } = useWords();
  const words = t.problems.normal;
  const client = useQueryClient();
  const { code, title, currency, subject } = detail.problem;
  const { sku } = detail.body as { readonly sku?: string };
  const connection = connectionOf(subject);
  const [isHere, setHere] = useState(false);
  const [skus, setSkus] = useState(sku ?? '');
  const [most, setMost] = useState('');
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() =>
    new Date(Date.now() + daysMeant * dayMs).toISOString().slice(0, 10),
  );
  const items = skus.split(/[\s,;]+/).filter((one) => one !== '');
  const minorMax = currency === null || most.trim() === '' ? undefined : readAmount(most, currency);
  const isAmountWrong = most.trim() !== '' && minorMax === undefined;
  const scope: Scope = {
    codes: [code],
    ...(isHere && connection !== undefined && { connections: [connection] }),
    ...(items.length > 0 && { skus: items }),
    ...(minorMax !== undefined && { minorMax, currency: currency! }),
  };
  const preview = useMutation({ mutationFn: () => previewNormal(scope) });
  const add = useMutation({
    mutationFn: () =>
      addNormalRule({ scope, reason: reason.trim(), expiresAt: new Date(`${until}T23:59:59`).toISOString() }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['problem'] });
      onClose();
      announce(words.added);
    },
  });
  /** What was previewed is not what stands in the form any more. */
  const change = (make: () => void): void => {
    make();
    preview.reset();
  };
  const seen = preview.data;
  const isReady = reason.trim().length >= 3 && until !== '' && !isAmountWrong;
  return (
    <Modal opened onClose={onClose} size="lg" title={words.title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['normal']}
        onSubmit={(event) => {
          event.preventDefault();
          if (seen === undefined) preview.mutate();
          else add.mutate();
        }}
      >
        <p className={styles['quiet']}>{words.about}</p>
        <fieldset>
          <legend>{words.scope}</legend>
          <p translate="no"><b>{ofLanguage(title, language)}</b></p>
          {connection !== undefined && (
            <Checkbox label={words.onlyHere(connection)} checked={isHere} onChange={(event) => { const { checked } = event.currentTarget; change(() => setHere(checked)); }} />
          )}
          <TextInput
            size="sm" label={words.items} description={words.itemsAbout} value={skus} maxLength={400}
            onChange={(event) => { const { value } = event.currentTarget; change(() => setSkus(value)); }}
          />
          {currency !== null && (
            <TextInput
              size="sm" label={words.most(currency)} description={words.mostAbout} inputMode="decimal" value={most} error={isAmountWrong && words.noAmount}
              onChange={(event) => { const { value } = event.currentTarget; change(() => setMost(value)); }}
            />
          )}
        </fieldset>
        <Textarea size="sm" label={t.problems.reason} required minLength={3} maxLength={500} autosize minRows={2} data-autofocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <TextInput size="sm" type="date" label={words.until} description={words.untilAbout} required value={until} onChange={(event) => setUntil(event.currentTarget.value)} />
        {seen !== undefined && <Seen preview={seen} />}
        <FailureAlert error={preview.error ?? add.error} />
        <div className={styles['ends']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          {seen === undefined ? (
            <Button type="submit" loading={preview.isPending} disabled={!isReady}>{words.preview}</Button>
          ) : (
            <Button type="submit" loading={add.isPending} disabled={!isReady}>{words.add}</Button>
          )}
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}

function Seen({ preview: { problems, real, open, stake } }: { readonly preview: NormalPreview }) {
  const { t } = useWords();
  const words = t.problems.normal;
  return (
    <div role="status" className={styles['seen']} data-real={real > 0}>
      <p><b>{words.silences(problems, real)}</b></p>
      <p>
        {words.openNow(open)}{' '}
        {stake.map((sum) => <StakeText key={sum.currency} stake={sum.stake} currency={sum.currency} />)}
      </p>
      {real > 0 && <p>{words.realAbout}</p>}
    </div>
  ); // prettier-ignore
}

/** `shop/10251` is of the connection shop; `object/erp:stock.picking/7` of erp. */
function connectionOf(subject: string): string | undefined {
  const [first = '', second = ''] = subject.split('/');
  if (first === 'sku') return undefined;
  return first === 'object' || first === 'connection' ? second.split(':')[0] : first;
}
