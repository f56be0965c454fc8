/** Problems opened and resolved per day: bars to see, and the same as a table to hear. */
import type { Overview } from '../../api/overview.ts';
import { shortDateText } from '../../format/time.ts';
import { useZone } from '../../app/use-zone.tsx';
import { useWords } from '../../words/words.ts';
import styles from './overview.module.css';

const height = 64;
const step = 12;

export function Trend({ overview }: { readonly overview: Overview }) {
  const { t, language } = useWords();
  const zone = useZone();
  const words = t.overview.trend;
  const { trend } = overview;
  const most = Math.max(1, ...trend.flatMap((day) => [day.opened, day.resolved]));
  const opened = trend.reduce((sum, day) => sum + day.opened, 0);
  const resolved = trend.reduce((sum, day) => sum + day.resolved, 0);
  return (
    <section className={styles['card']} data-full>
      <h2>{words.title}</h2>
      <p className={styles['quiet']}>
        <span className={styles['key']} data-part="opened" /> {opened} {words.opened}{' '}
        <span className={styles['key']} data-part="resolved" /> {resolved} {words.resolved}
      </p>
      <svg className={styles['trend']} viewBox={`0 0 ${trend.length * step} ${height}`} preserveAspectRatio="none" role="img" aria-label={words.summary(opened, resolved)}>
        {trend.map((day, index) => (
          <g key={day.day}>
            <rect x={index * step + 1} width="4" y={height - (day.opened / most) * height} height={(day.opened / most) * height} className={styles['opened']} />
            <rect x={index * step + 6} width="4" y={height - (day.resolved / most) * height} height={(day.resolved / most) * height} className={styles['resolved']} />
          </g>
        ))}
      </svg>
      <div className={styles['ends']} translate="no">
        <span>{trend[0] !== undefined && shortDateText(trend[0].day, language, zone)}</span>
        <span>{trend.length > 0 && shortDateText(trend.at(-1)!.day, language, zone)}</span>
      </div>
      <div className="hidden-but-read">
      <table>
        <caption>{words.caption}</caption>
        <thead><tr><th scope="col">{words.day}</th><th scope="col">{words.opened}</th><th scope="col">{words.resolved}</th></tr></thead>
        <tbody>{trend.map((day) => <tr key={day.day}><th scope="row">{day.day}</th><td>{day.opened}</td><td>{day.resolved}</td></tr>)}</tbody>
      </table>
      </div>
    </section>
  ); // prettier-ignore
}
