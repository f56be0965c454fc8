/**
 * Live updates: the API says that something changed, never what; whoever shows it reads it again. One stream per page.
 *
 * An order that is open is read again at once. A list is not: its rows would move under the pointer. It hears of the
 * change by `useHints`, looks at its first page beside, and says "4 new, press ." (see `list/use-live-list.ts`).
 */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import type { Hint } from '../../src/wire/api-operations.ts';
import { apiBase } from '../api/ask.ts';
import { queryClient } from '../api/query-client.ts';
import { sessionQuery } from '../api/session.ts';

export type LiveState =
  | { readonly is: 'connecting' | 'live' }
  /** Since when nothing was heard, epoch milliseconds. */
  | { readonly is: 'reconnecting' | 'stale'; readonly since: number };

/** A stream that was away for longer than this may hide something. */
const staleAfterMs = 15_000;
const retryMs = [1000, 2000, 5000, 10_000];

/** `undefined`: hints were missed, anything may have changed. */
export type HintListener = (hint: Hint | undefined) => void;

let state: LiveState = { is: 'connecting' };
const stateListeners = new Set<() => void>();
const hintListeners = new Set<HintListener>();

function setState(next: LiveState): void {
  state = next;
  for (const listener of stateListeners) listener();
}

function tell(hint: Hint | undefined): void {
  readAgain(hint);
  for (const listener of hintListeners) listener(hint);
}

/** Marks what is shown of one thing as old; lists are left to their pages. */
function readAgain(hint: Hint | undefined): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [kind, part, key] }) => {
      if (part === 'list') return false;
      if (hint === undefined) return kind !== 'session' && kind !== 'person';
      if (kind === 'overview') return hint.kind !== 'user';
      return kind === hint.kind && (part !== 'one' || hint.key === undefined || key === hint.key);
    },
  });
  if (hint?.kind === 'order') void queryClient.invalidateQueries({ queryKey: ['problem', 'of', hint.key] });
}

/** Opens the stream and keeps it open; returns what closes it. */
export function openLiveUpdates(): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tries = 0;
  let awaySince: number | undefined;
  let lastId = '';

  const connect = (): void => {
    // The browser resumes by the last id itself while its stream lives; a new one is told the id by the query.
    source = new EventSource(
      `${apiBase}/events${lastId === '' ? '' : `?lastId=${encodeURIComponent(lastId)}`}`,
    );
    source.addEventListener('ready', (event) => {
      lastId = event.lastEventId;
      arrived();
    });
    source.addEventListener('resync', (event) => {
      lastId = event.lastEventId;
      arrived();
      tell(undefined);
    });
    source.addEventListener('hint', (event: MessageEvent<string>) => {
      lastId = event.lastEventId;
      arrived();
      tell(JSON.parse(event.data) as Hint);
    });
    source.addEventListener('error', lost);
  };
  const arrived = (): void => {
    tries = 0;
    awaySince = undefined;
    if (state.is !== 'live') setState({ is: 'live' });
  };
  const lost = (): void => {
    const since = (awaySince ??= Date.now());
    setState({ is: Date.now() - since > staleAfterMs ? 'stale' : 'reconnecting', since });
    // Cut off, the browser comes back by itself; refused, it does not.
    if (source?.readyState !== EventSource.CLOSED) return;
    timer = setTimeout(connect, retryMs[Math.min(tries, retryMs.length - 1)]);
    tries += 1;
    // A stream is also refused to whoever was logged out.
    if (tries === 2) void queryClient.invalidateQueries({ queryKey: sessionQuery.queryKey, exact: true });
  };
  connect();
  return () => {
    clearTimeout(timer);
    source?.close();
    setState({ is: 'connecting' });
  };
}

export function useLiveState(): LiveState {
  return useSyncExternalStore(
    (listener) => {
      stateListeners.add(listener);
      return () => stateListeners.delete(listener);
    },
    () => state,
  );
}

/** Calls back with every hint while the component is shown. */
export function useHints(listener: HintListener): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const call: HintListener = (hint) => newest.current(hint);
    hintListeners.add(call);
    return () => {
      hintListeners.delete(call);
    };
  }, []);
}
