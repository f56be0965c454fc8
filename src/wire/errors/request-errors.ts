/** What is refused whatever the request is about, and what went wrong inside. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const requestErrors = {
  'last-admin': {
    sentence: 'This would leave nobody who may administer Reentry',
    todo: 'Make another active user an admin first.',
    exit: exitCodes.refused,
    status: 409,
  },
  'idempotency-in-progress': {
    sentence: 'A request with this Idempotency-Key is under way',
    todo: 'Repeat it after the time that Retry-After says; it will not be done twice.',
    exit: exitCodes.tryLater,
    status: 409,
  },
  'idempotency-answer-not-kept': {
    sentence: 'This was done before, and its answer held a secret that is not kept',
    todo: 'Revoke what was made and make a new one with a new key.',
    exit: exitCodes.refused,
    status: 409,
  },
  'idempotency-key-reused': {
    sentence: 'This Idempotency-Key was used for another request',
    todo: 'Use a new key for every new request.',
    exit: exitCodes.usage,
    status: 422,
  },
  'body-too-large': {
    sentence: 'The body is too large',
    todo: 'Send less at once.',
    exit: exitCodes.usage,
    status: 413,
  },
  'content-type-unknown': {
    sentence: 'The content type is not understood',
    todo: 'Send application/json.',
    exit: exitCodes.usage,
    status: 415,
  },
  'address-refused': {
    sentence: 'The address leads into a private network',
    todo: 'For a self-hosted system, name its network in "allowedNetworks" of the connection.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'address-unresolved': {
    sentence: 'The address is not known to the name service',
    todo: 'Check the spelling of the host, and the name service of this machine.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'connection-invalid': {
    sentence: 'The connection cannot be used as it is configured',
    todo: 'Correct the fields that are listed.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'policy-value-invalid': {
    sentence: 'The value does not fit this key of the policy',
    todo: 'Correct what is listed; docs/reference/policy.md explains every key.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'rate-limited': {
    sentence: 'Too many requests',
    todo: 'Wait as long as Retry-After says.',
    exit: exitCodes.tryLater,
    status: 429,
  },
  'dispatch-lease-too-short': {
    sentence: 'Commands would be claimed for so short a time that none could ever be sent',
    todo: 'Claim them for longer (dispatch.leaseMs), or leave it out: 90 seconds is what it is made for.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'secrets-unopened': {
    sentence: 'The secrets of a connection cannot be opened with this master key',
    todo: 'Restore the key they were stored with (master.key in the data folder, or REENTRY_MASTER_KEY) and start again, or give all its secrets anew. Until then nothing of this connection is read or sent; the others go on.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'unavailable': {
    sentence: 'The database does not answer right now',
    todo: 'Try again in a moment; nothing that was acknowledged is lost.',
    exit: exitCodes.tryLater,
    status: 503,
  },
  'timeout': {
    sentence: 'The answer took too long',
    todo: 'Try again; narrow what is asked for.',
    exit: exitCodes.tryLater,
    status: 503,
  },
  'internal': {
    sentence: 'Something went wrong inside Reentry',
    todo: 'Please report it with the command and, if you may, the file. REENTRY_DEBUG=1 shows where.',
    exit: exitCodes.failed,
    status: 500,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
