/** The steps of a return, and what waits at each: how many, how much, how long. The bar shows where it piles up. */
import { Link } from '@tanstack/react-router';
import type { Overview } from '../../api/overview.ts';
import { countText, moneyListText } from '../../format/money.ts';
import { ageText } from '../../format/time.ts';
import { useWords } from '../../words/words.ts';
import styles from './overview.module.css';

/** Which checks wait at which step. */
const stages = [
  ['return', ['authorized-received', 'delivered-received', 'refunded-received']],
  ['inspect', ['received-inspected', 'quarantine-released', 'reports-differ']],
  ['restock', ['back-restored', 'inspected-restored', 'inspected-written-off', 'sent-back', 'erp-shop-stock', 'unit-cap']],
  ['refund', ['entitled-refunded', 'withdrawal-refunded', 'exchange-shipped', 'exchange-difference', 'refund-cap', 'component-cap', 'entitlement-cap']],
  ['settle', ['refund-settled', 'refund-paid-out']],
  ['book', ['refund-credited']],
  ['tell', ['resolved-closed', 'closed-told', 'promise-kept']],
] as const; // prettier-ignore

export function StageBar({ overview }: { readonly overview: Overview }) {
  const { t, language } = useWords();
  const words = t.overview.stages;
  const now = Date.parse(overview.asOf);
  const shown = stages.map(([name, controls]) => {
    const rows = overview.waiting.filter((row) => (controls as readonly string[]).includes(row.control));
    const money = new Map<string, number>();
    for (const row of rows) if (row.currency !== null) money.set(row.currency, (money.get(row.currency) ?? 0) + row.minor);
    const longest = rows.toSorted((left, right) => right.count - left.count)[0];
    return {
      name, count: rows.reduce((sum, row) => sum + row.count, 0), late: rows.reduce((sum, row) => sum + row.late, 0),
      money: [...money].map(([currency, minor]) => ({ currency, minor })),
      medianMs: longest === undefined ? undefined : now - Date.parse(longest.medianSince),
    };
  }); // prettier-ignore
  const most = Math.max(1, ...shown.map((stage) => stage.count));
  return (
    <section aria-label={words.label}>
      <ol className={styles['stages']}>
        {shown.map((stage) => (
          <li key={stage.name} data-late={stage.late > 0}>
            <Link to="/problems" search={{ tab: 'groups' }} className={styles['stage'] ?? ''}>
              <span className={styles['stage-name']}>{words[stage.name]}</span>
              <span className={styles['stage-count']} translate="no">{countText(stage.count, language)}</span>
              <span className={styles['bar']} aria-hidden="true">
                <span style={{ width: `${(stage.late / most) * 100}%` }} data-part="late" />
                <span style={{ width: `${((stage.count - stage.late) / most) * 100}%` }} />
              </span>
              {stage.count === 0 ? <span className={styles['quiet']}>{words.nothing}</span> : (
                <>
                  <span className={styles['late']}>{stage.late > 0 && `▲ ${words.late(stage.late)}`}</span>
                  <span translate="no">{moneyListText(stage.money, language)}</span>
                  {stage.medianMs !== undefined && <span className={styles['quiet']}>{words.median(ageText(stage.medianMs, language))}</span>}
                </>
              )}
            </Link>
          </li>
        ))}
      </ol>
    </section>
  ); // prettier-ignore
}
