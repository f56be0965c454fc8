/**
 * Keys: what a key does is said where it is done, and the newest say wins.
 *
 *   useKeys({ '/': () => input.current?.focus(), 'g o': () => navigate({ to: '/orders' }) });
 *
 * Single keys act only outside of fields where one types, and only while they are switched on (WCAG 2.1.4). Keys of a
 * list are bound to the list itself (see DataTable) and act only while it has the focus.
 */
import { useEffect, useRef } from 'react';
import { readPreferences } from '../app/preferences.ts';

/** `'k'`, `'?'`, `'mod+k'` (Ctrl, on a Mac ⌘), or two keys one after another: `'g o'`. */
export type KeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

const sequenceMs = 1200;
const layers: { current: KeyMap }[] = [];
let first: { readonly key: string; readonly at: number } | undefined;

export function useKeys(keys: KeyMap): void {
  const layer = useRef(keys);
  layer.current = keys;
  useEffect(() => {
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
    };
  }, []);
}

/** Starts to listen; once, by the app. */
export function listenToKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const isMod = event.ctrlKey || event.metaKey;
    const name = isMod ? `mod+${event.key.toLowerCase()}` : event.key;
    if (!isMod && (isTyping(event.target) || !readPreferences().singleKeys)) return;
    const pair =
      first !== undefined && event.timeStamp - first.at < sequenceMs ? `${first.key} ${name}` : undefined;
    first = undefined;
    const action = (pair === undefined ? undefined : find(pair)) ?? find(name);
    if (action !== undefined) {
      event.preventDefault();
      action(event);
    } else if (!isMod && startsPair(name)) {
      first = { key: name, at: event.timeStamp };
    }
  });
}

function find(name: string): ((event: KeyboardEvent) => void) | undefined {
  return layers.findLast((layer) => layer.current[name] !== undefined)?.current[name];
}

function startsPair(name: string): boolean {
  return layers.some((layer) => Object.keys(layer.current).some((keys) => keys.startsWith(`${name} `)));
}

/** Where letters are text, or choose from a list that is open; and in a dialog, behind which nothing is to happen. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest(
      'input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable], [role=listbox], [role=menu], [role=dialog]',
    ) !== null
  );
}
