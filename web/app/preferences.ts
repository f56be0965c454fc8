/** How somebody likes to see things, kept in this browser. None of it changes what is true. */
import { useSyncExternalStore } from 'react';
import { languages, type Language } from '../words/words.ts';

export type Preferences = {
  /** Undefined: as the account says, else as the browser says. */
  readonly language?: Language;
  readonly rows: 'compact' | 'comfortable';
  readonly zone: 'shop' | 'own';
  /** Keys without a modifier (WCAG 2.1.4). */
  readonly singleKeys: boolean;
};

const storageKey = 'reentry.preferences';
const defaults: Preferences = { rows: 'compact', zone: 'shop', singleKeys: true };
const listeners = new Set<() => void>();
let current = load();

function load(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Preferences>;
    const { language, ...rest } = stored;
    return {
      ...defaults,
      ...rest,
      ...(language !== undefined && languages.includes(language) && { language }),
    };
  } catch {
    // Storage that is full, forbidden or holds nonsense: preferences last as long as the page.
    return defaults;
  }
}

export function changePreferences(change: Partial<Preferences>): void {
  current = { ...current, ...change };
  try {
    localStorage.setItem(storageKey, JSON.stringify(current));
  } catch {
    // As above.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const readPreferences = (): Preferences => current;

export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, readPreferences);
}
