/** How a fix is shown wherever it stands: its status, and what it is about. */
import type { CommandRow } from '../../api/commands.ts';
import { Money } from '../../parts/money.tsx';
import { useWords } from '../../words/words.ts';
import styles from './fixes.module.css';

const glyphs: Readonly<Record<string, string>> = {
  planned: '◔', approved: '◑', sending: '◑', unknown: '?', failed: '◆', confirmed: '✓', dead: '▲', withdrawn: '⊘',
}; // prettier-ignore

export function FixStatus({ row }: { readonly row: CommandRow }) {
  const { t } = useWords();
  return (
    <span className={styles['status']} data-status={row.status}>
      <span aria-hidden="true">{glyphs[row.status]}</span> {t.fixes.statuses[row.status] ?? row.status}
    </span>
  );
}

export function FixWhat({ row }: { readonly row: CommandRow }) {
  return (
    <>
      {row.units !== null && <span translate="no">{row.units} × {row.sku} </span>}
      {row.amount !== null && <Money minor={row.amount.minor} currency={row.amount.currency} />}
    </>
  ); // prettier-ignore
}
