/** Labels for parcels and for the quarantine shelf, one per sheet of a label printer (100 × 60 mm). */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { deskOrderQuery, type DeskOrder } from '../../api/returns.ts';
import { useZone, ZoneHolder } from '../../app/use-zone.tsx';
import { dateText } from '../../format/time.ts';
import { EmptyState, FailedState } from '../../parts/empty-state.tsx';
import { useTitle } from '../../parts/page.tsx';
import { useWords } from '../../words/words.ts';
import { code128 } from './code-128.ts';
import styles from './labels.module.css';

export function LabelsPage() {
  const { t } = useWords();
  const { order: orderKey = '', rma } = useSearch({ strict: false });
  useTitle(t.desk.label.title);
  const { data: order, error, refetch } = useQuery(deskOrderQuery(orderKey));
  return (
    <main className={styles['page']}>
      <header className={styles['head']}>
        <h1>{t.desk.label.title}</h1>
        <Button onClick={() => print()}>{t.desk.label.print}</Button>
        <Link to="/desk" search={{ order: orderKey, rma }}>{t.desk.label.back}</Link>
      </header>
      {error !== null ? <FailedState error={error} onRetry={() => void refetch()} /> : order !== undefined && <ZoneHolder><Labels order={order} rma={rma} /></ZoneHolder>}
    </main>
  ); // prettier-ignore
}

function Labels({ order, rma }: { readonly order: DeskOrder; readonly rma: string | undefined }) {
  const { t, language } = useWords();
  const zone = useZone();
  const words = t.desk.label;
  const returns = order.returns.filter((one) => rma === undefined || one.rma === rma);
  const held = order.items.filter((item) => item.onHold > 0);
  if (returns.length + held.length === 0)
    return <EmptyState kind="nothing" title={words.nothing}>{words.nothingAbout}</EmptyState>; // prettier-ignore
  return (
    <>
      {returns.map((one) => (
        <section key={one.rma} className={styles['label']} aria-label={`${words.returned} ${one.rma}`}>
          <p className={styles['kind']}>{words.returned} · {words.opened(dateText(one.openedAt, language, zone))}</p>
          <Barcode text={one.rma} />
          <p className={styles['number']} translate="no">{one.rma}</p>
          <p><strong>{words.order(order.number)}</strong></p>
          <ul>
            {one.wholeOrder ? <li>{words.all}</li> : one.units.map((unit) => <li key={unit.sku} translate="no">{unit.requested || unit.allowed || unit.received} × <span className="mono">{unit.sku}</span> {unit.name}</li>)}
          </ul>
        </section>
      ))}
      {held.map((item) => (
        <section key={item.sku} className={styles['label']} aria-label={`${words.hold} ${item.sku}`}>
          <p className={styles['kind']}>▲ {words.hold} · {words.units(item.onHold)}</p>
          <Barcode text={item.sku} />
          <p className={styles['number']} translate="no">{item.sku}</p>
          <p translate="no">{item.name}</p>
          <p><strong>{words.order(order.number)}</strong></p>
          <p>{words.holdAbout}</p>
        </section>
      ))}
    </>
  ); // prettier-ignore
}

const quietModules = 10;

function Barcode({ text }: { readonly text: string }) {
  const widths = code128(text);
  if (widths === undefined) return null;
  let at = quietModules;
  const bars = widths.flatMap((width, index) => {
    const x = at;
    at += width;
    return index % 2 === 0 ? [<rect key={x} x={x} y={0} width={width} height={30} />] : [];
  });
  return (
    <svg className={styles['code']} viewBox={`0 0 ${at + quietModules} 30`} preserveAspectRatio="none" aria-hidden="true">
      {bars}
    </svg>
  ); // prettier-ignore
}
