/**
 * The answer card: where the order stands, in a few sentences. Each leads to the records that prove it; beside it the next
 * step with owner and date, and a reply that the customer may read.
 */
import { Button, NativeSelect, Popover } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../../api/query-client.ts';
import { personQuery, replyQuery, type OrderState } from '../../api/orders.ts';
import { useMay } from '../../api/session.ts';
import { useZone } from '../../app/use-zone.tsx';
import { timeText } from '../../format/time.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { Money } from '../../parts/money.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords } from '../../words/words.ts';
import { NextStep, OrderProblems } from './order-problems.tsx';
import { UnitsTable } from './units-table.tsx';
import styles from './order.module.css';

/** A long order has many sentences of one kind; what stands first is gravest. */
const shownMax = 7;

type Props = {
  readonly order: OrderState;
  /** The problem that is open beside, `subject~id`. */
  readonly problem: string | undefined;
  readonly onEvidence: (record: string) => void;
  readonly onProblem: (id: string) => void;
};

export function AnswerCard({ order, problem, onEvidence, onProblem }: Props) {
  const { t, language } = useWords();
  const zone = useZone();
  const sentences = ofLanguage(order.answer, language);
  const [isAll, setAll] = useState(false);
  return (
    <section className={styles['answer']} aria-label={t.order.answer}>
      <div className={styles['told']}>
        <ul className={styles['sentences']}>
          {sentences.slice(0, isAll ? undefined : shownMax).map((sentence) => (
            <li key={sentence.text}>
              <span translate="no">{sentence.text}</span>
              {sentence.evidence.length > 0 && <EvidenceLinks records={sentence.evidence} onEvidence={onEvidence} />}
            </li>
          ))}
        </ul>
        {sentences.length > shownMax && (
          <Button variant="subtle" size="compact-sm" aria-expanded={isAll} onClick={() => setAll(!isAll)}>{isAll ? t.order.showLess : t.order.showAll(sentences.length)}</Button>
        )}
        <p className={styles['as-of']}>
          {t.order.asOf(timeText(order.asOf, language, zone))}
          {order.row.placedAt !== null && <> · {t.order.placed} <Time at={order.row.placedAt} as="date" /></>}
        </p>
      </div>
      <div className={styles['beside']}>
        <NextStep order={order} selected={problem} onProblem={onProblem} />
        <OrderProblems order={order} selected={problem} onProblem={onProblem} />
        <CustomerReply order={order} />
        <CustomerLook order={order} />
      </div>
      <div className={styles['figures']}>
        <Sums order={order} />
        <UnitsTable order={order} />
      </div>
    </section>
  ); // prettier-ignore
}

function Sums({ order }: { readonly order: OrderState }) {
  const { t } = useWords();
  return (
      <dl className={styles['sums']}>
        <Sum name={t.order.paid} minor={order.money.paid} currency={order.money.currency} />
        <Sum name={t.order.entitled} minor={order.money.entitled} currency={order.money.currency} />
        <Sum name={t.order.refunded} minor={order.money.refunded} currency={order.money.currency} />
        <Sum name={t.order.settled} minor={order.money.settled} currency={order.money.currency} />
        <Sum name={t.order.credited} minor={order.money.credited} currency={order.money.currency} />
        {order.row.stake.gone + order.row.stake.stuck + order.row.stake.books !== 0 && (
          <div>
            <dt>{t.order.stake}</dt>
            <dd><StakeText stake={order.row.stake} currency={order.row.currency} /></dd>
          </div>
        )}
        </dl>
  ); // prettier-ignore
}

/** One record: straight to it. Several: a choice of them. */
function EvidenceLinks({
  records,
  onEvidence,
}: {
  readonly records: readonly string[];
  readonly onEvidence: Props['onEvidence'];
}) {
  const { t } = useWords();
  const [isOpen, setOpen] = useState(false);
  if (records.length === 1)
    return (
      <button type="button" className={styles['evidence']} onClick={() => onEvidence(records[0]!)}>
        {t.order.evidence(1)}
      </button>
    );
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className={styles['evidence']} onClick={() => setOpen(!isOpen)}>
          {t.order.evidence(records.length)}
        </button>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <ul className={styles['records']}>
          {records.map((record) => (
            <li key={record}>
              <button type="button" className="mono" translate="no" onClick={() => {
                setOpen(false);
                onEvidence(record);
              }}>
                {record}
              </button>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  ); // prettier-ignore
}

function Sum({
  name,
  minor,
  currency,
}: {
  readonly name: string;
  readonly minor: number;
  readonly currency: string;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Money minor={minor} currency={currency} />
      </dd>
    </div>
  );
}

/** The reply is made by the service, from the same state as the answer. */
function CustomerReply({ order }: { readonly order: OrderState }) {
  const { t, language } = useWords();
  const [chosen, setChosen] = useState<string>(language === 'de' ? 'de' : 'en');
  const [isOpen, setOpen] = useState(false);
  const query = replyQuery(order.row.orderKey, chosen);
  const reply = useQuery({ ...query, enabled: isOpen });
  const copy = useMutation({
    mutationFn: async () => {
      const { text } = await queryClient.fetchQuery(query);
      await navigator.clipboard.writeText(text);
    },
    onSuccess: () => announce(t.order.replyCopied),
  });
  return (
    <div className={styles['reply']}>
      <h2>{t.order.showReply}</h2>
      <div className={styles['reply-row']}>
        <Button onClick={() => copy.mutate()} loading={copy.isPending}>
          {copy.isSuccess ? t.order.replyCopied : t.order.copyReply}
        </Button>
        <NativeSelect
          aria-label={t.order.replyLanguage} value={chosen} translate="no"
          data={[{ value: 'en', label: 'English' }, { value: 'de', label: 'Deutsch' }]}
          onChange={(event) => {
            copy.reset();
            setChosen(event.currentTarget.value);
          }}
        />
        <Button variant="subtle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t.actions.open}
        </Button>
      </div>
      <FailureAlert error={copy.error ?? reply.error} />
      {isOpen && reply.data !== undefined && (
        <blockquote className={styles['quote']} lang={chosen} translate="no">
          {reply.data.text}
        </blockquote>
      )}
    </div>
  ); // prettier-ignore
}

function CustomerLook({ order }: { readonly order: OrderState }) {
  const { t } = useWords();
  const may = useMay();
  const [isShown, setShown] = useState(false);
  const person = useQuery({ ...personQuery(order.row.orderKey), enabled: isShown });
  if (!may('persons.read')) return null;
  const fields = new Map(person.data?.fields.map((field) => [field.field, field.value]));
  return (
    <div className={styles['customer']}>
      {person.data === undefined ? (
        <>
          <Button variant="default" loading={person.isFetching} onClick={() => setShown(true)}>
            {t.order.showCustomer}
          </Button>
          <span className={styles['quiet']}>{t.order.customerLogged}</span>
          <FailureAlert error={person.error} />
        </>
      ) : (
        <div>
          <h2>{t.order.customer}</h2>
          {fields.size === 0 && <p className={styles['quiet']}>{t.order.customerNone}</p>}
          <p translate="no">{[...fields.values()].join(', ')}</p>
          {person.data.hidden > 0 && (
            <p className={styles['quiet']}>{t.order.customerHidden(person.data.hidden)}</p>
          )}
        </div>
      )}
    </div>
  );
}
