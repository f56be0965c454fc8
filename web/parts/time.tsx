/** An instant or date as text, machine-readable, with the exact time on hover. */
import { useZone } from '../app/use-zone.tsx';
import { ageText, dateText, isNow, shortDateText, timeText } from '../format/time.ts';
import { useWords } from '../words/words.ts';

type Props = {
  readonly at: string;
  /** `date` for deadlines and lists, `time` for events, `ago` for what was lately. Default `time`. */
  readonly as?: 'time' | 'date' | 'short' | 'ago';
};

export function Time({ at, as = 'time' }: Props) {
  const { t, language } = useWords();
  const zone = useZone();
  const exact = `${timeText(at, language, zone)} ${zone}`;
  const text =
    as === 'time' ? timeText(at, language, zone)
    : as === 'date' ? dateText(at, language, zone)
    : as === 'short' ? shortDateText(at, language, zone)
    : isNow(Date.now() - Date.parse(at)) ? t.justNow
    : t.ago(ageText(Date.now() - Date.parse(at), language)); // prettier-ignore
  return (
    <time dateTime={at} title={exact} translate={as === 'ago' ? undefined : 'no'}>
      {text}
    </time>
  );
}
