/** Live, reconnecting, or stale since. */
import { Tooltip } from '@mantine/core';
import { clockText } from '../format/time.ts';
import { useLiveState } from '../live/live-updates.ts';
import { useWords } from '../words/words.ts';
import { useZone } from './use-zone.tsx';
import styles from './app-shell.module.css';

export function LiveDot() {
  const { t, language } = useWords();
  const zone = useZone();
  const state = useLiveState();
  const text = state.is === 'stale' ? t.live.stale(clockText(state.since, language, zone)) : t.live[state.is];
  return (
    <Tooltip label={t.live.about}>
      <span className={styles['dot']} data-state={state.is} role="status">
        {text}
      </span>
    </Tooltip>
  );
}
