/** Every check of the order as an account: left, right, balance, and what explains it. Unexplained must be 0. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ledgerQuery, timelineQuery, type OrderLedger } from '../../api/orders.ts';
import { countText, moneyText } from '../../format/money.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { factName } from './fact-text.ts';
import styles from './ledger.module.css';

type Account = OrderLedger['accounts'][number];
type Props = { readonly orderKey: string; readonly onSelect: (factId: string) => void };

export function Ledger({ orderKey, onSelect }: Props) {
  const { t, language } = useWords();
  const { data, error, refetch } = useQuery(ledgerQuery(orderKey));
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (data === undefined) return null;
  if (data.accounts.length === 0)
    return <EmptyState kind="nothing" title={t.order.ledger.nothing}>{t.order.ledger.nothingTodo}</EmptyState>; // prettier-ignore
  const toggle = (control: string): void => {
    const next = new Set(open);
    if (!next.delete(control)) next.add(control);
    setOpen(next);
  };
  const amount = (account: Account, value: number): string =>
    account.unit === 'money' ? moneyText(value, data.currency, language) : countText(value, language);
  const unexplained = data.accounts.filter((account) => account.unexplained !== 0);
  return (
    <div className={styles['ledger']}>
      <p className={styles['verdict']} data-good={unexplained.length === 0}>
        {unexplained.length === 0 ? `✓ ${t.order.ledger.allExplained}` : `▲ ${t.order.ledger.unexplained(unexplained.length)}`}
      </p>
      <table>
        <caption className="hidden-but-read">{t.order.ledger.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.order.ledger.check}</th>
            <th scope="col" className={styles['end']}>{t.order.ledger.left}</th>
            <th scope="col" className={styles['end']}>{t.order.ledger.right}</th>
            <th scope="col" className={styles['end']}>{t.order.ledger.balance}</th>
            <th scope="col">{t.order.ledger.explainedBy}</th>
          </tr>
        </thead>
        <tbody>
          {data.accounts.flatMap((account) => [
            <tr key={account.control} data-open={account.balance !== 0}>
              <th scope="row">
                <button type="button" aria-expanded={open.has(account.control)} onClick={() => toggle(account.control)}>
                  <span className={styles['fold']} aria-hidden="true">{open.has(account.control) ? '▾' : '▸'}</span>
                  <span translate="no">{ofLanguage(account.title, language)}</span>
                </button>
              </th>
              <td className={styles['end']} translate="no">{amount(account, account.left)}</td>
              <td className={styles['end']} translate="no">{amount(account, account.right)}</td>
              <td className={styles['end']} translate="no"><b>{amount(account, account.balance)}</b></td>
              <td>
                {account.balance === 0 ? <span className={styles['quiet']}>{t.order.ledger.settled}</span>
                : account.unexplained !== 0 ? <span className={styles['bad']}>{t.order.ledger.nothingExplains}</span>
                : account.explainedBy.map((reason) => (
                  <span key={reason.code} className={styles['reason']} translate="no">{ofLanguage(reason.title, language)}</span>
                ))}
                {account.rounding !== 0 && <span className={styles['quiet']}>{t.order.ledger.rounding}</span>}
              </td>
            </tr>,
            open.has(account.control) && (
              <tr key={`${account.control}-postings`} className={styles['postings']}>
                <td colSpan={5}>
                  <Postings orderKey={orderKey} account={account} amount={(value) => amount(account, value)} onSelect={onSelect} />
                </td>
              </tr>
            ),
          ])}
        </tbody>
      </table>
      {data.others.length > 0 && (
        <>
          <h2>{t.order.ledger.others}</h2>
          <ul>{data.others.map((other) => <li key={`${other.code}`} translate="no">{ofLanguage(other.control, language)}: {ofLanguage(other.title, language)}</li>)}</ul>
        </>
      )}
      {data.notWatched.length > 0 && (
        <>
          <h2>{t.order.ledger.notWatched}</h2>
          <ul className={styles['quiet']}>
            {data.notWatched.map((one) => (
              <li key={one.control}>
                <span translate="no">{ofLanguage(one.title, language)}</span>
                {one.missing.length > 0 && <> · {t.order.ledger.needs} <span translate="no">{one.missing.map((feed) => ofLanguage(feed, language)).join('; ')}</span></>}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  ); // prettier-ignore
}

type PostingsProps = Props & { readonly account: Account; readonly amount: (value: number) => string };

function Postings({ orderKey, account, amount, onSelect }: PostingsProps) {
  const { t } = useWords();
  const { data } = useQuery(timelineQuery(orderKey));
  const types = new Map(data?.facts.map((fact) => [fact.factId, fact.type]));
  return (
    <div className={styles['sides']}>
      {(['left', 'right'] as const).map((side) => (
        <div key={side}>
          <h3>{side === 'left' ? t.order.ledger.left : t.order.ledger.right}</h3>
          {account.postings[side].length === 0 && <p className={styles['quiet']}>{t.none}</p>}
          <ul>
            {account.postings[side].map((posting, index) => (
              <li key={`${posting.fact}/${index}`}>
                <Time at={posting.at} />
                <button type="button" onClick={() => onSelect(posting.fact)}>{factName(types.get(posting.fact) ?? posting.fact, t)}</button>
                {posting.sku !== undefined && <span className="mono" translate="no">{posting.sku}</span>}
                <b translate="no">{amount(posting.amount)}</b>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </div>
  ); // prettier-ignore
}
