/** Columns of orders, in their list and wherever else orders stand in rows. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { OrderRow } from '../../api/orders.ts';
import type { Column } from '../../list/data-table.tsx';
import { Money } from '../../parts/money.tsx';
import { StakeText } from '../../parts/stake-text.tsx';
import { VerdictStatus } from '../../parts/status.tsx';
import { Time } from '../../parts/time.tsx';
import { ofLanguage, useWords, type Words } from '../../words/words.ts';
import { orderAddress } from './order-address.ts';
import styles from './orders.module.css';

/** What is to be said of an order without an open problem. */
function calmText({ verdict, isReturn }: OrderRow, { orders: { calm } }: Words): string {
  if (verdict === 'closed') return isReturn ? calm.agrees : calm.noReturn;
  return verdict === 'incomplete' ? calm.unread : calm.onItsWay;
}

export function useOrderColumns(): readonly Column<OrderRow>[] {
  const { t, language } = useWords();
  return useMemo(
    () => [
      {
        id: 'verdict', header: t.orders.columns.verdict, width: '152px', narrow: 'end',
        cell: (row) => <VerdictStatus verdict={row.verdict} />,
      },
      {
        id: 'number', header: t.orders.columns.number, width: '128px', narrow: 'head',
        cell: (row) => (
          <Link to="/orders/$connection/$id" params={orderAddress(row.orderKey)} className={styles['number'] ?? ''} tabIndex={-1} translate="no">
            {row.number}
          </Link>
        ),
      },
      {
        id: 'placed', header: t.orders.columns.placed, width: '88px',
        cell: (row) => (row.placedAt === null ? '–' : <Time at={row.placedAt} as="short" />),
      },
      {
        id: 'problem', header: t.orders.columns.problem, narrow: 'second',
        cell: (row) => (row.problem === null ? <span className={styles['owner']}>{calmText(row, t)}</span> : (
          <span className={styles['problem']} translate="no">
            {ofLanguage(row.problem.title, language)}
            <span className={styles['owner']}> · {t.teams[row.problem.owner] ?? row.problem.owner}</span>
          </span>
        )),
      },
      {
        id: 'due', header: t.orders.columns.due, width: '96px',
        cell: (row) => (row.nextDueAt === null || row.verdict === 'closed' ? null : <Time at={row.nextDueAt} as="short" />),
      },
      {
        id: 'stake', header: t.orders.columns.stake, width: '160px', align: 'end',
        cell: (row) => <StakeText stake={row.stake} currency={row.currency} />,
      },
      {
        id: 'refunded', header: t.orders.columns.refunded, width: '96px', align: 'end',
        cell: (row) => <Money minor={row.refundedMinor} currency={row.currency} quietZero />,
      },
      {
        id: 'paid', header: t.orders.columns.paid, width: '96px', align: 'end',
        cell: (row) => <Money minor={row.paidMinor} currency={row.currency} quietZero />,
      },
    ],
    [t, language],
  ); // prettier-ignore
}
