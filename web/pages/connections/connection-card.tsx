/** One connection: its state, how far it is read, and a test that speaks to the system now. */
import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import {
  backfillConnection, checkConnection, connectionsQuery, pauseConnection, resumeConnection, type Connection, type HealthLine,
} from '../../api/connections.ts'; // prettier-ignore
import { queryClient } from '../../api/query-client.ts';
import { useMay } from '../../api/session.ts';
import { announce } from '../../parts/announce.tsx';
import { FailureAlert } from '../../parts/failure-alert.tsx';
import { IdText } from '../../parts/id-text.tsx';
import { Time } from '../../parts/time.tsx';
import { useWords } from '../../words/words.ts';
import styles from './connections.module.css';

/** As their makers write them. */
const products: Readonly<Record<string, string>> = {
  woocommerce: 'WooCommerce', odoo: 'Odoo', tryton: 'Tryton', rt: 'Request Tracker', hubspot: 'HubSpot', zendesk: 'Zendesk', stripe: 'Stripe',
  sendcloud: 'Sendcloud',
}; // prettier-ignore

const glyphs: Readonly<Record<string, string>> = {
  active: '✓',
  paused: '‖',
  stopped: '▲',
  removed: '⊘',
  ok: '✓',
  warning: '◆',
  failed: '▲',
};

export function ConnectionCard({ one }: { readonly one: Connection }) {
  const { t } = useWords();
  const words = t.connections;
  const may = useMay();
  const [asks, setAsks] = useState<'pause' | 'resume'>();
  const test = useMutation({ mutationFn: () => checkConnection(one.connection) });
  const backfill = useMutation({
    mutationFn: () => backfillConnection(one.connection),
    onSuccess: () => announce(words.backfillStarted),
  });
  const moved = one.progress
    .map((part) => part.movedAt)
    .sort()
    .at(-1);
  const isDone = one.progress.length > 0 && one.progress.every((part) => part.finishedAt !== null);
  const trouble = troubleOf(one.health);
  const isPaused = one.status === 'paused' || one.status === 'stopped';
  return (
    <article className={styles['card']} data-status={one.status} aria-label={one.connection}>
      <header>
        <h2 translate="no">{one.connection}</h2>
        <span>{t.systems[one.system] ?? one.system}</span>
        <span translate="no">{products[one.connector] ?? one.connector}</span>
        <span className={styles['state']} data-state={one.status}>
          <span aria-hidden="true">{glyphs[one.status]}</span> {words.states[one.status] ?? one.status}
        </span>
      </header>
      <dl>
        <dt>{words.address}</dt>
        <dd>{one.baseUrl === null ? words.fedByFiles : <span translate="no">{one.baseUrl}</span>}</dd>
        {trouble !== undefined && <><dt>{words.trouble}</dt><dd>{trouble}</dd></>}
        <dt>{words.progress}</dt>
        <dd>{isDone ? words.done : words.underWay} {moved !== undefined && <>· {words.lastMoved} <Time at={moved} as="ago" /></>}</dd>
        {one.watchFromAt !== null && <><dt>{words.watchFrom}</dt><dd><Time at={one.watchFromAt} as="date" /></dd></>}
        {one.baseUrl !== null && <><dt>{words.webhook}</dt><dd><IdText id={one.webhook} length={48} copy /></dd></>}
        {one.secrets.length > 0 && <><dt>{words.secrets}</dt><dd translate="no">{one.secrets.join(', ')}</dd></>}
      </dl>
      {may('connections.run') && one.baseUrl !== null && (
        <div className={styles['actions']}>
          <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>{words.test}</Button>
          <Button variant="default" onClick={() => setAsks(isPaused ? 'resume' : 'pause')}>{isPaused ? words.resume : words.pause}</Button>
          <Button variant="default" loading={backfill.isPending} disabled={isPaused} onClick={() => backfill.mutate()}>{words.backfill}</Button>
        </div>
      )}
      <div role="status">
        {test.isPending && words.testing}
        {test.data !== undefined && <HealthLines lines={test.data.lines} />}
        {backfill.isSuccess && words.backfillStarted}
      </div>
      <FailureAlert error={test.error ?? backfill.error} />
      {asks !== undefined && <ReasonDialog one={one} act={asks} onClose={() => setAsks(undefined)} />}
    </article>
  ); // prettier-ignore
}

/** What the service itself found wrong, as a sentence. */
function troubleOf(health: unknown): string | undefined {
  const { state, message } = (health ?? {}) as { readonly state?: unknown; readonly message?: unknown };
  return state === 'failed' && typeof message === 'string' ? message : undefined;
}

export function HealthLines({ lines }: { readonly lines: readonly HealthLine[] }) {
  const { t } = useWords();
  return (
    <ul className={styles['health']}>
      {lines.map((line) => (
        <li key={`${line.check} ${line.message}`} data-state={line.state}>
          <span className={styles['state']} data-state={line.state}>
            <span aria-hidden="true">{glyphs[line.state]}</span> {t.connections.checks[line.state]}
          </span>{' '}
          <span translate="no">
            {line.check}: {line.message}
          </span>
        </li>
      ))}
    </ul>
  );
}

type DialogProps = {
  readonly one: Connection;
  readonly act: 'pause' | 'resume';
  readonly onClose: () => void;
};

function ReasonDialog({ one, act, onClose }: DialogProps) {
  const { t } = useWords();
  const [why, setWhy] = useState('');
  const send = useMutation({
    mutationFn: () =>
      act === 'pause'
        ? pauseConnection(one.connection, why.trim())
        : resumeConnection(one.connection, why.trim()),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: connectionsQuery.queryKey });
      onClose();
    },
  });
  const title = act === 'pause' ? t.connections.pause : t.connections.resume;
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form className={styles['dialog']} onSubmit={(event) => {
        event.preventDefault();
        send.mutate();
      }}>
        <TextInput size="sm" label={t.connections.why} required minLength={3} maxLength={500} data-autofocus value={why} onChange={(event) => setWhy(event.currentTarget.value)} />
        <FailureAlert error={send.error} />
        <div className={styles['actions']}>
          <Button variant="default" onClick={onClose}>{t.actions.cancel}</Button>
          <Button type="submit" loading={send.isPending}>{title}</Button>
        </div>
      </form>
    </Modal>
  ); // prettier-ignore
}
