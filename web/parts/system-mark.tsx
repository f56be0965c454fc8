/** Which system said it: a glyph of its own and a hue that is told apart with every kind of colour blindness. */
import type { ReactNode } from 'react';
import { useWords } from '../words/words.ts';
import styles from './system-mark.module.css';

/** A shape per lane: bag, box, card, book, bubble, hand. Warehouse and carrier share a lane. */
const shapes: Readonly<Record<string, ReactNode>> = {
  shop: <path d="M3 5.5h10l-.8 8.5H3.8zM5.5 7V4.5a2.5 2.5 0 0 1 5 0V7" />,
  wms: <path d="m8 1.8 5.6 3.1v6.2L8 14.2l-5.6-3.1V4.9zM2.4 4.9 8 8l5.6-3.1M8 8v6.2" />,
  psp: <path d="M1.8 3.5h12.4v9H1.8zM1.8 6.5h12.4M4 10h3" />,
  erp: <path d="M2.8 2.5h10.4v11H2.8zM5.4 5.5h5.2M5.4 8h5.2M5.4 10.5h3" />,
  crm: <path d="M2 3h12v8H7.5L4.5 13.8V11H2z" />,
  desk: (
    <path d="M8 2.2a2.6 2.6 0 1 1 0 5.2 2.6 2.6 0 0 1 0-5.2M2.8 14c.3-3.2 2.3-4.8 5.2-4.8s4.9 1.6 5.2 4.8" />
  ),
};

const laneOf: Readonly<Record<string, string>> = { carrier: 'wms', bank: 'psp' };

/** The lane in which a system stands. */
export const laneOfSystem = (system: string): string => laneOf[system] ?? system;

export function SystemMark({
  system,
  connection,
}: {
  readonly system: string;
  readonly connection?: string;
}) {
  const { t } = useWords();
  const lane = laneOfSystem(system);
  const name = t.systems[system] ?? system;
  return (
    <span className={styles['mark']}>
      <SystemGlyph lane={lane} />
      <span>{name}</span>
      {connection !== undefined && connection !== system && (
        <span className={styles['connection']} translate="no">
          {connection}
        </span>
      )}
    </span>
  );
}

export function SystemGlyph({ lane }: { readonly lane: string }) {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false" className={styles['glyph']} data-lane={lane}>
      <g fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinecap="round" strokeLinejoin="round">
        {shapes[lane] ?? shapes['desk']}
      </g>
    </svg>
  ); // prettier-ignore
}
