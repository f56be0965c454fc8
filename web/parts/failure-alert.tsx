/** A failed action, beside the button that failed: what, why, what to do. Announced at once. */
import { Alert } from '@mantine/core';
import { FailureDetails, useFailure } from './empty-state.tsx';

export function FailureAlert({ error }: { readonly error: unknown }) {
  return error === null || error === undefined ? null : <Shown error={error} />;
}

function Shown({ error }: { readonly error: unknown }) {
  const failure = useFailure(error);
  return (
    <Alert color="red" variant="light" role="alert" title={<span translate="no">{failure.title}</span>}>
      <FailureDetails failure={failure} />
    </Alert>
  );
}
