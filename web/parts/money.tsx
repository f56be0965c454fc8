/** Money in a table or a sentence. Digits are of one width, so that columns line up. */
import { moneyText } from '../format/money.ts';
import { useWords } from '../words/words.ts';

type Props = { readonly minor: number; readonly currency: string; readonly quietZero?: boolean };

export function Money({ minor, currency, quietZero }: Props) {
  const { language } = useWords();
  if (minor === 0 && quietZero === true) return <span aria-hidden="true">–</span>;
  return <span translate="no">{moneyText(minor, currency, language)}</span>;
}
