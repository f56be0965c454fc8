/** Says the result of an action to those who cannot see it: `announce('Assigned to Ops')`. */
import { useSyncExternalStore } from 'react';

let said = '';
const listeners = new Set<() => void>();

export function announce(text: string): void {
  // The same text twice is said twice.
  said = said === text ? `${text}\u00a0` : text;
  for (const listener of listeners) listener();
}

/** Stands once in the page. */
export function Announcer() {
  const text = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => said,
  );
  return (
    <div role="status" aria-live="polite" className="hidden-but-read">
      {text}
    </div>
  );
}
