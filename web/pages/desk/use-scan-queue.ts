/**
 * Scans while the network is away: kept in this browser, in order, also over a reload, and made one after the other when
 * the network is back. What was scanned offline means the same as what is scanned online.
 */
import { useEffect, useRef, useState } from 'react';
import { failureOf } from '../../api/ask.ts';

const storageKey = 'reentry.desk.scans';
const tryAgainMs = 3000;

function load(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]');
    return Array.isArray(kept) ? kept.filter((text) => typeof text === 'string') : [];
  } catch {
    return [];
  }
}

/** Neither the request nor an answer came through. */
export const isUnreachable = (error: unknown): boolean => failureOf(error).code === 'unreachable';

export type ScanQueue = {
  readonly waiting: readonly string[];
  readonly add: (text: string) => void;
  readonly drop: () => void;
  readonly tryNow: () => void;
};

/** `make` makes one scan; it is called anew only after it has settled. `isHeld`: somebody must choose first. */
export function useScanQueue(make: (text: string) => Promise<void>, isHeld: boolean): ScanQueue {
  const [waiting, setWaiting] = useState(load);
  const [turn, setTurn] = useState(0);
  const isBusy = useRef(false);
  const newest = useRef(make);
  newest.current = make;
  const keep = (change: (old: readonly string[]) => readonly string[]): void =>
    setWaiting((old) => {
      const next = change(old);
      try {
        localStorage.setItem(storageKey, JSON.stringify(next));
      } catch {
        // Storage that is full or forbidden: the scans last as long as the page.
      }
      return next;
    });
  const first = waiting[0];

  useEffect(() => {
    if (first === undefined || isHeld || isBusy.current) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    isBusy.current = true;
    void newest
      .current(first)
      .then(
        () => keep((old) => old.slice(1)),
        (error: unknown) => {
          // Refused for another reason: it would be refused again.
          if (!isUnreachable(error)) keep((old) => old.slice(1));
          else timer = setTimeout(() => setTurn((old) => old + 1), tryAgainMs);
        },
      )
      .finally(() => {
        isBusy.current = false;
        setTurn((old) => old);
      });
    return () => clearTimeout(timer);
  }, [first, waiting.length, isHeld, turn]);

  const tryNow = (): void => setTurn((old) => old + 1);
  useEffect(() => {
    addEventListener('online', tryNow);
    return () => removeEventListener('online', tryNow);
  }, []);
  return { waiting, add: (text) => keep((old) => [...old, text]), drop: () => keep(() => []), tryNow };
}
