/** Money without an order: where it may belong, with reasons; a person says where it does. */
import { Button, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { candidatesQuery, confirmMatch, type Candidates, type OrphanRow } from '../../api/finance.ts';
import { recordQuery } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { moneyText } from '../../format/money.ts';
import { announce } from '../../parts/announce.tsx';
import { FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { JsonText } from '../../parts/json-text.tsx';
import { Money } from '../../parts/money.tsx';
import { SystemMark } from '../../parts/system-mark.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import styles from './finance.module.css';

type Candidate = Candidates['rows'][number];
const scoreMax = 50;

export function OrphanPane({ row, onDone }: { readonly row: OrphanRow; readonly onDone: () => void }) {
  const { t } = useWords();
  const words = t.finance.reconcile;
  const may = useMay();
  const { data, error, refetch } = useQuery(candidatesQuery(row.record));
  const [chosen, setChosen] = useState<string>();
  const [other, setOther] = useState('');
  const [reason, setReason] = useState('');
  const number =
    chosen === undefined
      ? other.trim()
      : (data?.rows.find((one) => one.orderKey === chosen)?.number ?? chosen);
  const match = useMutation({
    mutationFn: () => confirmMatch(row.record, chosen ?? other.trim(), reason.trim()),
    onSuccess: () => {
      announce(words.confirmed(number));
      onDone();
    },
  });
  const mayWrite = may('finance.write');
  return (
    <form
      className={styles['pane']}
      onSubmit={(event) => {
        event.preventDefault();
        match.mutate();
      }}
    >
      <h2>{words.record}</h2>
      <div className={styles['pinned']} data-plain="true">
        <div><SystemMark system={row.system ?? ''} connection={row.connection} /><IdText id={row.record.slice(row.record.indexOf('/') + 1)} length={26} copy /></div>
        <div className={styles['pin']}><span><Time at={row.happenedAt} as="short" /></span><b><Money minor={row.amount.minor} currency={row.amount.currency} /></b></div>
      </div>
      <p className={styles['quiet']}>{row.isAmbiguous ? words.namesSeveral : words.namesNoneHere}</p>
      <fieldset className={styles['candidates']}>
        <legend>{words.candidates}</legend>
        {data !== undefined && <p className={styles['quiet']}>{words.candidatesAbout[data.status]}</p>}
        {data?.rows.map((one) => (
          <CandidateLine
            key={`${one.orderKey} ${one.control ?? ''}`} one={one} currency={row.amount.currency} isChosen={chosen === one.orderKey} isDisabled={!mayWrite}
            onChoose={() => setChosen(one.orderKey)}
          />
        ))}
        {error !== null && <FailedState error={error} onRetry={() => void refetch()} />}
      </fieldset>
      {mayWrite && (
        <>
          <TextInput
            label={words.other} description={words.otherAbout} value={other}
            onChange={(event) => {
              setOther(event.currentTarget.value);
              setChosen(undefined);
            }}
          />
          <Textarea label={t.finance.reason} description={t.finance.reasonAbout} required minLength={3} autosize minRows={2} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
          <div className={styles['buttons']}>
            <Button type="submit" loading={match.isPending} disabled={number === '' || reason.trim().length < 3}>{number === '' ? words.confirmNone : words.confirm(number)}</Button>
          </div>
          <FailureAlert error={match.error} />
        </>
      )}
      {may('orders.raw') && <Record record={row.record} />}
    </form>
  ); // prettier-ignore
}

type LineProps = {
  readonly one: Candidate;
  readonly currency: string;
  readonly isChosen: boolean;
  readonly isDisabled: boolean;
  readonly onChoose: () => void;
};

function CandidateLine({ one, currency, isChosen, isDisabled, onChoose }: LineProps) {
  const { t, language } = useWords();
  const words = t.finance.reconcile;
  const share = Math.max(4, Math.min(100, Math.round((one.score / scoreMax) * 100)));
  return (
    <div className={styles['candidate']} data-chosen={isChosen}>
      <label>
        <input type="radio" name="candidate" checked={isChosen} disabled={isDisabled} onChange={onChoose} />
        <span><b translate="no">{words.choose(one.number)}</b> {one.minor !== null && <span className={styles['quiet']}>{words.open(moneyText(one.minor, currency, language))}</span>}</span>
      </label>
      <span className={styles['quiet']}>{one.sinceAt !== null && <Time at={one.sinceAt} as="short" />}</span>
      <div className={styles['evidence']}>
        <span className={styles['score']} aria-hidden="true"><span style={{ width: `${share}%` }} /></span>
        {one.evidence.map((reason, index) => (
          <span key={`${reason.kind} ${index}`} data-against={reason.weight < 0}>
            <span aria-hidden="true">{reason.weight < 0 ? '−' : '+'}</span> {(reason.weight < 0 ? words.against[reason.kind] : undefined) ?? words.evidence[reason.kind] ?? <span translate="no">{reason.text}</span>}
          </span>
        ))}
      </div>
      <Link to="/orders/$connection/$id" params={orderAddress(one.orderKey)}>{t.finance.openOrder}</Link>
    </div>
  ); // prettier-ignore
}

function Record({ record }: { readonly record: string }) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  const { data, error } = useQuery({ ...recordQuery(record), enabled: isOpen });
  return (
    <section>
      <Button variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{t.finance.reconcile.showRecord}</Button>
      {isOpen && data !== undefined && <JsonText value={data.contents.find((content) => content.isNewest)?.body} />}
      {isOpen && <FailureAlert error={error} />}
    </section>
  ); // prettier-ignore
}
