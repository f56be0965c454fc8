/** Empty states say which: nothing yet, filtered out, good zero, failed, not allowed. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { failureOf, type Failure } from '../api/ask.ts';
import { useWords } from '../words/words.ts';
import styles from './empty-state.module.css';

type Props = {
  readonly kind: 'nothing' | 'filtered' | 'good' | 'failed' | 'forbidden';
  readonly title: string;
  readonly children?: ReactNode;
  /** It is all there is on the page, so its title is the page's. */
  readonly isPage?: boolean;
  /** A button or link that leads on. */
  readonly action?: ReactNode;
};

const marks: Readonly<Record<Props['kind'], string>> = {
  nothing: '○',
  filtered: '⊘',
  good: '✓',
  failed: '▲',
  forbidden: '⊖',
};

export function EmptyState({ kind, title, children, isPage = false, action }: Props) {
  const Title = isPage ? 'h1' : 'p';
  return (
    <div className={styles['empty']} data-kind={kind} role={kind === 'failed' ? 'alert' : undefined}>
      <span className={styles['mark']} aria-hidden="true">
        {marks[kind]}
      </span>
      <Title className={styles['title']}>{title}</Title>
      {children !== undefined && <div className={styles['about']}>{children}</div>}
      {action}
    </div>
  );
}

/** Nothing matches the filters. */
export function FilteredOut({ onClear }: { readonly onClear: () => void }) {
  const { t } = useWords();
  return (
    <EmptyState kind="filtered" title={t.list.noMatch} action={<Button variant="default" onClick={onClear}>{t.list.clear}</Button>}>
      {t.list.noMatchTodo}
    </EmptyState>
  ); // prettier-ignore
}

/** The failure with its texts: the API's own, or those of the catalogue where no API answered. */
export function useFailure(error: unknown): Failure {
  const { t } = useWords();
  const failure = failureOf(error);
  const own = t.errors.local[failure.code];
  return own === undefined || failure.title !== '' ? failure : { ...failure, ...own };
}

/** What an answer of the API, or its absence, means and what to do: code, sentence, request id. */
export function FailedState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useWords();
  const failure = useFailure(error);
  return (
    <EmptyState
      kind={failure.status === 403 ? 'forbidden' : 'failed'}
      title={failure.title}
      action={onRetry !== undefined && <Button variant="default" onClick={onRetry}>{t.errors.retry}</Button>}
    >
      <FailureDetails failure={failure} />
    </EmptyState>
  ); // prettier-ignore
}

export function FailureDetails({ failure }: { readonly failure: Failure }) {
  const { t } = useWords();
  return (
    <>
      {failure.detail !== undefined && <p translate="no">{failure.detail}</p>}
      <p translate="no">{failure.todo}</p>
      {failure.errors?.map((error) => (
        <p key={error.path} translate="no">
          <code>{error.path}</code>: {error.message}
        </p>
      ))}
      <p className={styles['small']}>
        <code translate="no">{failure.code}</code>
        {failure.requestId !== '' && (
          <>
            {' · '}
            {t.errors.requestId} <code translate="no">{failure.requestId}</code>
          </>
        )}
      </p>
    </>
  );
}
