/** Problems, jobs, connections, commands, returns and accounts of people. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const workErrors = {
  'object-not-found': {
    sentence: 'No such record was ever read',
    todo: 'Check connection, kind and id.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'problem-not-found': {
    sentence: 'There is no such problem',
    todo: 'Take the id from the list of problems.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'act-refused': {
    sentence: 'This cannot be done with the problem as it stands',
    todo: 'Read the problem again; the detail says why.',
    exit: exitCodes.refused,
    status: 409,
  },
  'nothing-to-undo': {
    sentence: 'There is nothing to take back',
    todo: 'What facts did cannot be undone; what people did was taken back already.',
    exit: exitCodes.refused,
    status: 409,
  },
  'opening-group-not-found': {
    sentence: 'There is no such group in the opening balance',
    todo: 'Take check and currency from the opening balance.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'normal-rule-not-found': {
    sentence: 'There is no such rule that runs',
    todo: 'Take the id from the list of rules that are active.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'job-not-found': {
    sentence: 'There is no such job',
    todo: 'Take the id from the answer that started it.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'job-ended': {
    sentence: 'The job has ended',
    todo: 'Look at its items: what is done stays done; single problems can be undone.',
    exit: exitCodes.refused,
    status: 409,
  },
  'notice-not-waiting': {
    sentence: 'The notice does not wait any more',
    todo: 'Look at its status: what was sent, or may have been, cannot be taken back.',
    exit: exitCodes.refused,
    status: 409,
  },
  'customer-address-unknown': {
    sentence: 'No e-mail address of this customer is known',
    todo: 'Give one with the request, or connect the shop that knows it.',
    exit: exitCodes.refused,
    status: 409,
  },
  'connection-not-found': {
    sentence: 'There is no connection of that name',
    todo: 'See the list of connections.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'delivery-not-found': {
    sentence: 'There is no such delivery',
    todo: 'Take the id from the list of deliveries.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'user-not-found': {
    sentence: 'There is no such user',
    todo: 'See the list of users.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'token-not-found': {
    sentence: 'There is no such token, or it was revoked before',
    todo: 'See the list of your tokens.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'version-stale': {
    sentence: 'Somebody changed it meanwhile',
    todo: 'Read it again and repeat the change with the new version.',
    exit: exitCodes.refused,
    status: 409,
  },
  'command-not-found': {
    sentence: 'There is no command with this id on this order',
    todo: 'List the commands of the order.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'command-not-waiting': {
    sentence: 'This command does not wait for that decision',
    todo: 'Read it again: it may be on its way, or have ended meanwhile.',
    exit: exitCodes.refused,
    status: 409,
  },
  'command-only-suggested': {
    sentence: 'This command is a suggestion and is never sent',
    todo: 'Make the step by hand, or set the mode of its check to approve; a refund also needs the payout path of the shop.',
    exit: exitCodes.refused,
    status: 409,
  },
  'approval-same-person': {
    sentence: 'You have approved this already, and it needs a second person',
    todo: 'Ask a colleague of the same team.',
    exit: exitCodes.refused,
    status: 409,
  },
  'step-refused': {
    sentence: 'This step cannot be made now',
    todo: 'Read the reason; look at the order again before trying anew.',
    exit: exitCodes.refused,
    status: 409,
  },
  'return-not-found': {
    sentence: 'There is no return with this number',
    todo: 'Check the number on the label, or find the order by number, name or postcode.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'photo-invalid': {
    sentence: 'This is no photo that is taken',
    todo: 'Send a JPEG, PNG or WebP of at most 5 MB.',
    exit: exitCodes.usage,
    status: 415,
  },
  'declaration-not-found': {
    sentence: 'There is no such declaration, or it is filed already',
    todo: 'See the list of declarations of the returns desk.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'photo-not-found': {
    sentence: 'There is no such photo of this order',
    todo: 'Take the id from the list of photos.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'email-taken': {
    sentence: 'A user has this e-mail address already',
    todo: 'Change that user, or give another address.',
    exit: exitCodes.refused,
    status: 409,
  },
  'orphan-not-found': {
    sentence: 'There is no record of money without an order by this name',
    todo: 'It may have found its order meanwhile: read the list again.',
    exit: exitCodes.notFound,
    status: 404,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
