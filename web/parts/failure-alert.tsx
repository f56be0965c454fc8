/** A failed action, beside the button that failed: what, why, what to do. Announced at once. */
import { Alert } from '@mantine/core';
import { failureOf } from '../api/ask.ts';
import { FailureDetails } from './empty-state.tsx';

export function FailureAlert({ error }: { readonly error: unknown }) {
  if (error === null || error === undefined) return null;
  const failure = failureOf(error);
  return (
    <Alert color="red" variant="light" role="alert" title={<span translate="no">{failure.title}</span>}>
      <FailureDetails failure={failure} />
    </Alert>
  );
}
