/** Where each unit of each item stands. Columns that hold nothing are left out. */
import type { OrderState } from '../../api/orders.ts';
import { useWords } from '../../words/words.ts';
import styles from './order.module.css';

const columns = [
  'ordered', 'shipped', 'approved', 'received', 'restored', 'onHold', 'writtenOff', 'refunded',
] as const; // prettier-ignore

export function UnitsTable({ order }: { readonly order: OrderState }) {
  const { t } = useWords();
  if (order.units.length === 0) return null;
  const shown = columns.filter((column) => order.units.some((item) => item[column] !== 0));
  return (
    <div className={styles['units']}>
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
          {order.units.map((item) => (
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
    </div>
  );
}
