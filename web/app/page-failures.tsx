import { Button } from '@mantine/core';
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { EmptyState, FailureDetails, useFailure } from '../parts/empty-state.tsx';
import { useWords } from '../words/words.ts';

/** Stands alone: outside of the frame there is no other landmark. */
export function NotFoundPage() {
  const { t } = useWords();
  return (
    <main>
      <EmptyState
        kind="nothing"
        isPage
        title={t.errors.notFound}
        action={<Link to="/">{t.errors.toOverview}</Link>}
      >
        {t.errors.notFoundTodo}
      </EmptyState>
    </main>
  );
}

/** A page that threw: the rest of the console still works. */
export function PageFailed({ error, reset }: ErrorComponentProps) {
  const { t } = useWords();
  const router = useRouter();
  const failure = useFailure(error);
  return (
    <EmptyState
      kind="failed"
      title={t.errors.pageFailed}
      action={
        <Button
          variant="default"
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          {t.errors.retry}
        </Button>
      }
    >
      <p>{t.errors.pageFailedTodo}</p>
      <FailureDetails failure={failure} />
    </EmptyState>
  );
}
