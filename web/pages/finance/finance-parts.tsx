/** What several parts of finance show: an amount of an account, and what explains it. */
import type { OpenAccount } from '../../api/finance.ts';
import { countText, moneyText } from '../../format/money.ts';
import { ofLanguage, useWords } from '../../words/words.ts';
import styles from './finance.module.css';

type Of = { readonly unit?: 'units' | 'money'; readonly currency: string };

/** Units or money, whichever the account holds. `signed`: with a plus where it is above zero. */
export function Amount({ value, of, quietZero = false, signed = false }: { readonly value: number; readonly of: Of; readonly quietZero?: boolean; readonly signed?: boolean }) {
  const { language } = useWords();
  if (value === 0 && quietZero) return <span className={styles['quiet']} aria-hidden="true">–</span>;
  const text = of.unit === 'units' ? countText(value, language) : moneyText(value, of.currency, language);
  return <span translate="no">{signed && value > 0 ? `+${text}` : text}</span>;
} // prettier-ignore

type Reason = OpenAccount['reasons'][number];

/** Ten refunds of one order may lack the same thing: said once, with their number. */
function counted(reasons: readonly Reason[]): readonly { readonly reason: Reason; readonly count: number }[] {
  const groups = Map.groupBy(reasons, (reason) => `${reason.code} ${reason.isLate}`);
  return [...groups.values()].map((group) => ({ reason: group[0]!, count: group.length }));
}

/** Why an account is open: late or in time, each with its glyph; what nothing explains stands out. */
export function Reasons({
  row,
}: {
  readonly row: Pick<OpenAccount, 'reasons' | 'unexplained' | 'unit' | 'currency'>;
}) {
  const { t, language } = useWords();
  return (
    <span className={styles['reasons']}>
      {row.reasons.length === 0 && row.unexplained === 0 && <span className={styles['quiet']}>{t.finance.otherCheck}</span>}
      {counted(row.reasons).map(({ reason, count }) => (
        <span key={`${reason.code} ${reason.isLate}`} data-late={reason.isLate}>
          <span aria-hidden="true">{reason.isLate ? '▲' : '◔'}</span> <span className="hidden-but-read">{reason.isLate ? t.finance.late : t.finance.inTime} </span>
          <span translate="no">{count > 1 && `${countText(count, language)} × `}{ofLanguage(reason.title, language)}</span>
        </span>
      ))}
      {row.unexplained !== 0 && (
        <b className={styles['bad']}>? <Amount value={row.unexplained} of={row} /> {t.finance.accounts.columns.unexplained}</b>
      )}
    </span>
  ); // prettier-ignore
}
