/** One order on the table: its items, what is counted and graded, its returns with the steps that may be made. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryClient } from '../../api/query-client.ts';
import { deskOrderQuery, photoAddress, type DeskOrder } from '../../api/returns.ts';
import { useMay } from '../../api/session.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { AgreementList } from './agreement-list.tsx';
import { CountForm } from './count-form.tsx';
import type { Tally } from './desk-page.tsx';
import { OpenExchange } from './exchange-form.tsx';
import { GoodsSteps } from './goods-steps.tsx';
import { InspectForm, needsStep } from './inspect-form.tsx';
import { OpenReturn } from './open-return.tsx';
import { ReturnCard } from './return-card.tsx';
import styles from './desk.module.css';

type Props = {
  readonly orderKey: string;
  readonly rma: string | undefined;
  readonly tally: Tally;
  readonly onTally: (tally: Tally) => void;
  readonly onRma: (rma: string | undefined) => void;
};

export function DeskOrderPanel({ orderKey, rma, tally, onTally, onRma }: Props) {
  const { t } = useWords();
  const may = useMay();
  const { data: order, error, refetch } = useQuery(deskOrderQuery(orderKey));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (order === undefined) return null;
  const show = (next: DeskOrder): void =>
    void queryClient.setQueryData(deskOrderQuery(orderKey).queryKey, next);
  const showOpened = (next: DeskOrder, opened: string | undefined): void => {
    show(next);
    onRma(opened);
  };
  const add = (sku: string, units: number): void => {
    const next = new Map(tally);
    const count = (next.get(sku) ?? 0) + units;
    if (count > 0) next.set(sku, count);
    else next.delete(sku);
    onTally(next);
  };
  return (
    <div className={styles['table']}>
      <header className={styles['order']}>
        <h2 translate="no">{t.desk.onTable(order.number)}</h2>
        <Link to="/orders/$connection/$id" params={orderAddress(orderKey)}>{t.desk.toOrder}</Link>
        {(order.returns.length > 0 || order.items.some((item) => item.onHold > 0)) && (
          <Link to="/labels" search={{ order: orderKey, rma }}>{t.desk.labels}</Link>
        )}
      </header>
      <ItemsTable order={order} tally={tally} onAdd={add} />
      <KitCounts order={order} tally={tally} />
      <CountForm order={order} rma={rma} tally={tally} onRma={onRma} onDone={(next) => {
        onTally(new Map());
        show(next);
      }} />
      {(['inspect', 'release'] as const).map((step) => needsStep(step, order) && <InspectForm key={`${step} ${order.version}`} step={step} order={order} rma={rma} onDone={show} />)}
      <GoodsSteps order={order} rma={rma} onDone={show} />
      <section aria-labelledby="desk-returns">
        <h3 id="desk-returns">{t.desk.returnsOf}</h3>
        <div className={styles['steps']}>
          <OpenReturn order={order} onDone={showOpened} />
          <OpenExchange order={order} onDone={showOpened} />
        </div>
        {order.returns.length === 0 && <p>{t.desk.noReturns}</p>}
        {order.returns.map((one) => <ReturnCard key={one.rma} order={order} one={one} isCurrent={one.rma === rma} onDone={show} />)}
      </section>
      <AgreementList order={order} onDone={show} />
      <section aria-labelledby="desk-log">
        <h3 id="desk-log">{t.desk.log}</h3>
        {order.entries.length === 0 ? <p>{t.desk.logEmpty}</p> : (
          <ol className={styles['log']}>
            {order.entries.toReversed().map((entry) => (
              <li key={entry.entryId}>
                <Time at={entry.madeAt} /> <b translate="no">{entry.madeByName ?? entry.madeBy}</b>: {t.audit.acts[entry.step] ?? entry.step}{' '}
                <span translate="no">{[entry.rma, entry.note].filter((part) => part !== null).join(' · ')}</span>
                {entry.photos.map((photo, index) => (
                  <span key={photo}>
                    {' '}
                    {may('orders.raw') ? <a href={photoAddress(orderKey, photo)} target="_blank" rel="noreferrer noopener">{t.desk.photos.shown(index + 1)}</a> : t.desk.photos.shown(index + 1)}
                  </span>
                ))}
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  ); // prettier-ignore
}

/** Sets of which a part lies here or came: how many parts, and which are missing. */
function KitCounts({ order, tally }: { readonly order: DeskOrder; readonly tally: Tally }) {
  const { t } = useWords();
  const isCountedHere = order.steps.find((one) => one.step === 'receive')?.home === 'desk';
  const kits = order.items.filter((item) => item.parts.some((part) => part.received > 0 || tally.has(part.sku)));
  return kits.map((kit) => {
    const parts = kit.parts.map(({ sku, received, expected }) => {
      const here = tally.get(sku) ?? 0;
      // Where another system counts, what it counted is what lay here, not more of it.
      const counted = isCountedHere ? received + here : Math.max(received, here);
      return { sku, expected, counted: Math.min(counted, expected) };
    });
    const counted = parts.reduce((sum, part) => sum + part.counted, 0);
    const expected = parts.reduce((sum, part) => sum + part.expected, 0);
    return (
      <p key={kit.sku} role="status" className={styles['kit']}>
        <strong>{t.desk.kit(kit.sku, counted, expected)}</strong>{' '}
        {parts.filter((part) => part.counted < part.expected).map((part) => (
          <span key={part.sku}>{t.desk.kitMissing(part.expected - part.counted, part.sku)} </span>
        ))}
      </p>
    );
  });
} // prettier-ignore

type ItemsProps = {
  readonly order: DeskOrder;
  readonly tally: Tally;
  readonly onAdd: (sku: string, units: number) => void;
};

function ItemsTable({ order, tally, onAdd }: ItemsProps) {
  const { t } = useWords();
  const words = t.desk.items;
  const goods = order.items.filter((item) => item.kind === 'goods');
  // A set is counted by its parts.
  const rows = goods.flatMap((item) => [
    item,
    ...item.parts.map((part) => ({ ...part, isPart: true as const })),
  ]);
  return (
    <div className={styles['items']} tabIndex={0} role="region" aria-label={words.caption}>
      <table>
        <caption className="hidden-but-read">{words.caption}</caption>
        <thead>
          <tr>
            {(['sku', 'bought', 'shipped', 'inReturns', 'received', 'ungraded', 'onHold', 'refunded', 'table'] as const).map((name) => <th key={name} scope="col">{words[name]}</th>)}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const { sku } = row;
            return (
              <tr key={sku} data-scanned={tally.has(sku)}>
                <th scope="row" translate="no">
                  <span className="mono">{'isPart' in row ? `└ ${sku}` : sku}</span> {'isPart' in row ? '' : row.name}
                </th>
                {'isPart' in row ? (
                  <><td /><td>{row.expected}</td><td /><td>{row.received}</td><td /><td /><td /></>
                ) : (
                  (['bought', 'shipped', 'inReturns', 'received', 'ungraded', 'onHold', 'refunded'] as const).map((name) => <td key={name} data-zero={row[name] === 0}>{row[name]}</td>)
                )}
                <td className={styles['stepper']}>
                  <Button variant="default" size="compact-sm" aria-label={t.desk.less(sku)} disabled={!tally.has(sku)} onClick={() => onAdd(sku, -1)}>−</Button>
                  <output aria-live="polite">{tally.get(sku) ?? 0}</output>
                  <Button variant="default" size="compact-sm" aria-label={t.desk.more(sku)} onClick={() => onAdd(sku, 1)}>+</Button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  ); // prettier-ignore
}
