/** One order on the table: its items, what is counted and graded, its returns with the steps that may be made. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryClient } from '../../api/query-client.ts';
import { deskOrderQuery, type DeskOrder, type Scanned } from '../../api/returns.ts';
import { FailedState } from '../../parts/empty-state.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import { orderAddress } from '../orders/order-address.ts';
import { AgreementList } from './agreement-list.tsx';
import { CountForm } from './count-form.tsx';
import type { Tally } from './desk-page.tsx';
import { InspectForm } from './inspect-form.tsx';
import { ReturnCard } from './return-card.tsx';
import styles from './desk.module.css';

type Props = {
  readonly orderKey: string;
  readonly rma: string | undefined;
  readonly tally: Tally;
  readonly kits: readonly NonNullable<Scanned['kit']>[];
  readonly onTally: (tally: Tally) => void;
  readonly onRma: (rma: string | undefined) => void;
};

export function DeskOrderPanel({ orderKey, rma, tally, kits, onTally, onRma }: Props) {
  const { t } = useWords();
  const { data: order, error, refetch } = useQuery(deskOrderQuery(orderKey));
  if (error !== null) return <FailedState error={error} onRetry={() => void refetch()} />;
  if (order === undefined) return null;
  const show = (next: DeskOrder): void =>
    void queryClient.setQueryData(deskOrderQuery(orderKey).queryKey, next);
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
      </header>
      <ItemsTable order={order} tally={tally} onAdd={add} />
      {kits.map((kit) => (
        <p key={kit.sku} role="status" className={styles['kit']}>
          <strong translate="no">{t.desk.kit(kit.sku, kit.counted, kit.of)}</strong>{' '}
          {kit.missing.map((part) => <span key={part.sku} translate="no">{t.desk.kitMissing(part.units, part.sku)} </span>)}
        </p>
      ))}
      <CountForm order={order} rma={rma} tally={tally} onRma={onRma} onDone={(next) => {
        onTally(new Map());
        show(next);
      }} />
      {order.items.some((item) => item.ungraded > 0) && <InspectForm order={order} rma={rma} onDone={show} />}
      <section aria-labelledby="desk-returns">
        <h3 id="desk-returns">{t.desk.returnsOf}</h3>
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
                <Time at={entry.madeAt} /> <span translate="no">{[entry.step, entry.rma, entry.note].filter((part) => part !== null).join(' · ')}</span>
              </li>
            ))}
          </ol>
        )}
      </section>
    </div>
  ); // prettier-ignore
}

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
    <div className={styles['items']}>
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
