/** What stood open before anything was watched: counted, never accused, until somebody takes a group on or accepts it. */
import { Button, Modal, Radio, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import {
  decideOpening,
  openingBalanceQuery,
  type OpeningDecision,
  type OpeningGroup,
} from '../../api/problems.ts';
import { useMay } from '../../api/session.ts';
import { countText } from '../../format/money.ts';
import { announce } from '../../parts/announce.tsx';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Money } from '../../parts/money.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './problems.module.css';

/** A group to decide on, with what holds for it now. */
type Group = Pick<OpeningGroup, 'control' | 'currency' | 'title'> & { readonly now: OpeningDecision };

export function OpeningBalance() {
  const { t, language } = useWords();
  const may = useMay();
  const { data, error, refetch } = useQuery(openingBalanceQuery);
  const [group, setGroup] = useState<Group>();
  const words = t.problems.opening;
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data?.rows.length === 0 && data.takenOn.length === 0)
    return <EmptyState kind="good" title={words.nothing}>{words.nothingAbout}</EmptyState>; // prettier-ignore
  const mayDecide = may('opening.decide');
  const decide = (one: Group) => (
    <Button variant="default" size="compact-sm" aria-label={words.decideOn(ofLanguage(one.title, language))} onClick={() => setGroup(one)}>{words.decide}</Button>
  ); // prettier-ignore
  return (
    <div className={styles['scroll']}>
      <p className={styles['about']}>{words.about}</p>
      <table className={styles['table']}>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{words.check}</th>
            <th scope="col" className={styles['end']}>{words.count}</th>
            <th scope="col" className={styles['end']}>{words.units}</th>
            <th scope="col" className={styles['end']}>{words.money}</th>
            <th scope="col" className={styles['end']}>{words.oldest}</th>
            <th scope="col">{words.state}</th>
            {mayDecide && <th><span className="hidden-but-read">{words.decide}</span></th>}
          </tr>
        </thead>
        <tbody>
          {data?.rows.map((row) => (
            <tr key={`${row.control}/${row.currency}`}>
              <th scope="row" translate="no">{ofLanguage(row.title, language)}</th>
              <td className={styles['end']} translate="no">{countText(row.count, language)}</td>
              <td className={styles['end']} translate="no">{row.units === 0 ? '' : countText(row.units, language)}</td>
              <td className={styles['end']}>{row.currency !== null && <Money minor={row.minor} currency={row.currency} quietZero />}</td>
              <td className={styles['end']}><Time at={row.oldestAt} as="date" /></td>
              <td>
                {row.decision === null ? words.undecided : <>{words.accepted} <span className={styles['quiet']} translate="no">{row.decision.reason}</span></>}
              </td>
              {mayDecide && <td className={styles['end']}>{decide({ ...row, now: row.decision === null ? 'none' : 'accepted' })}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {data !== undefined && data.takenOn.length > 0 && (
        <section className={styles['taken-on']}>
          <h2>{words.takenOnTitle}</h2>
          <ul>
            {data.takenOn.map((one) => (
              <li key={`${one.control}/${one.currency}`}>
                <b translate="no">{ofLanguage(one.title, language)} {one.currency}</b>{' '}
                <span className={styles['quiet']}><Time at={one.madeAt} as="date" /> · <span translate="no">{one.reason}</span></span>{' '}
                {mayDecide && decide({ ...one, currency: one.currency === '' ? null : one.currency, now: 'taken-on' })}
              </li>
            ))}
          </ul>
        </section>
      )}
      {group !== undefined && <DecideDialog group={group} onClose={() => setGroup(undefined)} />}
    </div>
  ); // prettier-ignore
}

function DecideDialog({ group, onClose }: { readonly group: Group; readonly onClose: () => void }) {
  const { t, language } = useWords();
  const words = t.problems.opening;
  const client = useQueryClient();
  const choices = (['taken-on', 'accepted', 'none'] as const).filter((choice) => choice !== group.now);
  const [choice, setChoice] = useState<OpeningDecision>(choices[0]!);
  const [reason, setReason] = useState('');
  const decide = useMutation({
    mutationFn: () => decideOpening(group, choice, reason.trim()),
    onSuccess: async () => {
      await Promise.all([
        client.invalidateQueries({ queryKey: ['problem'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]);
      onClose();
      announce(words.decided[choice]);
    },
  });
  const texts = {
    'taken-on': [words.take, words.takeAbout], accepted: [words.accept, words.acceptAbout], none: [words.undecide, words.undecideAbout],
  } as const; // prettier-ignore
  return (
    <Modal opened onClose={onClose} title={<span translate="no">{ofLanguage(group.title, language)}</span>} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form
        className={styles['normal']}
        onSubmit={(event) => {
          event.preventDefault();
          decide.mutate();
        }}
      >
        <Radio.Group label={words.choice} value={choice} onChange={(next) => setChoice(next as OpeningDecision)}>
          <div className={styles['choices']}>
            {choices.map((one) => <Radio key={one} value={one} label={texts[one][0]} description={texts[one][1]} />)}
          </div>
        </Radio.Group>
        <Textarea size="sm" label={t.problems.reason} required minLength={3} maxLength={500} autosize minRows={2} data-autofocus value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <FailureAlert error={decide.error} />
        <div className={styles['ends']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={decide.isPending} disabled={reason.trim().length < 3}>{words.save}</Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
