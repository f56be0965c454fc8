/** The three sums at stake, each with its word, never added up. */
import { moneyText } from '../format/money.ts';
import { useWords } from '../words/words.ts';
import styles from './stake-text.module.css';

type Stake = { readonly gone: number; readonly stuck: number; readonly books: number };

export function StakeText({ stake, currency }: { readonly stake: Stake; readonly currency: string }) {
  const { t, language } = useWords();
  const parts = (['gone', 'stuck', 'books'] as const).filter((kind) => stake[kind] !== 0);
  return (
    <>
      {parts.map((kind) => (
        <span key={kind} className={styles['part']} data-kind={kind}>
          <span translate="no">{moneyText(stake[kind], currency, language)}</span> {t.stake[kind]}
        </span>
      ))}
    </>
  );
}
