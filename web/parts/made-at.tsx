/** As of when something was worked out, and whether a newer one is on its way. */
import { useZone } from '../app/use-zone.tsx';
import { timeText } from '../format/time.ts';
import { useWords } from '../words/words.ts';

type Props = { readonly asOf: string; readonly isRenewing: boolean };

export function MadeAt({ asOf, isRenewing }: Props) {
  const { t, language } = useWords();
  const zone = useZone();
  const time = timeText(asOf, language, zone);
  return <span role="status">{isRenewing ? t.made.renewing(time) : t.made.asOf(time)}</span>;
}
