/** Accounts, and the periods that people close. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const periodErrors = {
  'account-not-found': {
    sentence: 'The order has no such account',
    todo: 'Nothing was posted to this check: look at the ledger of the order for those there are.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'period-not-found': {
    sentence: 'There is no such month',
    todo: 'Name a month like 2026-10, between the first posting and today.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'period-not-over': {
    sentence: 'The month is not over yet',
    todo: 'Prepare it when its last day has ended in the zone of the shop.',
    exit: exitCodes.refused,
    status: 409,
  },
  'period-earlier-open': {
    sentence: 'The month before is not signed',
    todo: 'Close the earlier month first: its balances are carried into this one.',
    exit: exitCodes.refused,
    status: 409,
  },
  'period-unchanged': {
    sentence: 'The month is signed, and nothing has changed since',
    todo: 'There is nothing to close again.',
    exit: exitCodes.refused,
    status: 409,
  },
  'period-prepared': {
    sentence: 'The month is prepared and waits for its signature',
    todo: 'Have somebody else sign it, or send it back first.',
    exit: exitCodes.refused,
    status: 409,
  },
  'period-not-prepared': {
    sentence: 'No pack of this month with this hash waits for a signature',
    todo: 'Read the month again: it was signed, sent back or prepared anew.',
    exit: exitCodes.refused,
    status: 409,
  },
  'period-same-person': {
    sentence: 'Who prepared a month cannot sign it',
    todo: 'Have somebody else of finance sign it.',
    exit: exitCodes.refused,
    status: 403,
  },
  'period-changed': {
    sentence: 'The figures are no longer those that were prepared',
    todo: 'Send it back and prepare it anew: a fact came in between.',
    exit: exitCodes.refused,
    status: 409,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
