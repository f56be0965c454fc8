/** Where each unit of each item stands. Columns that hold nothing are left out. */
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { OrderState } from '../../api/orders.ts';
import { useWords } from '../../words/words.ts';
import styles from './order.module.css';

/** Of more, the rest is shown when asked for: below stands what happened. */
const shownMax = 8;

const columns = [
  'ordered', 'shipped', 'approved', 'received', 'restored', 'onHold', 'writtenOff', 'refunded',
] as const; // prettier-ignore

export function UnitsTable({ order }: { readonly order: OrderState }) {
  const { t } = useWords();
  const [isAll, setAll] = useState(false);
  if (order.units.length === 0) return null;
  const shown = columns.filter((column) => order.units.some((item) => item[column] !== 0));
  return (
    // Scrolls where it is narrow, so the keyboard must reach it.
    <div className={styles['units']} tabIndex={0} role="region" aria-label={t.order.units.caption}>
      <table>
        <caption className="hidden-but-read">{t.order.units.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.order.units.sku}</th>
            {shown.map((column) => (
              <th scope="col" key={column}>
                {t.order.units[column]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {order.units.slice(0, isAll ? undefined : shownMax).map((item) => (
            <tr key={item.sku}>
              <th scope="row" className="mono" translate="no">
                {item.sku}
              </th>
              {shown.map((column) => (
                <td key={column} data-zero={item[column] === 0}>
                  {item[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {order.units.length > shownMax && (
        <Button variant="subtle" size="compact-sm" aria-expanded={isAll} onClick={() => setAll(!isAll)}>
          {isAll ? t.order.showLess : t.order.showAll(order.units.length)}
        </Button>
      )}
    </div>
  );
}
