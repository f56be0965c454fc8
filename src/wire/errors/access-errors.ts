/** Who asks, and whether they may. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const accessErrors = {
  'request-invalid': {
    sentence: 'The request is not understood',
    todo: 'Correct the fields that are listed.',
    exit: exitCodes.usage,
    status: 400,
  },
  'cursor-invalid': {
    sentence: 'The cursor is not one of ours',
    todo: 'Start at the first page, and give back cursors as they were.',
    exit: exitCodes.usage,
    status: 400,
  },
  'login-required': {
    sentence: 'This needs a login',
    todo: 'Log in, or send an API token as "Authorization: Bearer …".',
    exit: exitCodes.refused,
    status: 401,
  },
  'login-failed': {
    sentence: 'E-mail and password do not fit, or the account is locked for a while after repeated failures',
    todo: 'Try again later, or ask an admin for a new password link.',
    exit: exitCodes.refused,
    status: 401,
  },
  'pin-wrong': {
    sentence: 'The PIN does not fit',
    todo: 'Type it again. After 5 wrong ones it is locked for a while. Everybody sets their own PIN under Settings, My login.',
    exit: exitCodes.refused,
    status: 422,
  },
  'pin-locked': {
    sentence: 'The PIN is locked after too many wrong ones',
    todo: 'Wait a quarter of an hour, or set a new PIN under Settings, My login, on a device of your own.',
    exit: exitCodes.refused,
    status: 422,
  },
  'second-factor-required': {
    sentence: 'The account has a second factor',
    todo: 'Give the code that the authenticator app shows now, or one of the recovery codes.',
    exit: exitCodes.refused,
    status: 401,
  },
  'second-factor-invalid': {
    sentence: 'The code does not fit',
    todo: 'Check the clock of the device and give the code it shows now. A code works once.',
    exit: exitCodes.refused,
    status: 422,
  },
  'oidc-settings-invalid': {
    sentence: 'A setting of the login by an identity provider does not fit',
    todo: 'Correct the variable that is named; roles are written as group=role, with role one of viewer, support, ops, finance, admin.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'oidc-unavailable': {
    sentence: 'Login by the identity provider does not work now',
    todo: 'Check REENTRY_OIDC_ISSUER and that this machine reaches it; local accounts still log in.',
    exit: exitCodes.unreachable,
    status: 503,
  },
  'oidc-refused': {
    sentence: 'The identity provider did not confirm the login',
    todo: 'Start again from the login page; a login that takes longer than ten minutes has to be started anew.',
    exit: exitCodes.refused,
    status: 401,
  },
  'oidc-no-account': {
    sentence: 'Nobody here has this e-mail address, or the provider has not verified it',
    todo: 'Ask an admin for an invitation, or to map one of your groups to a role in REENTRY_OIDC_ROLES.',
    exit: exitCodes.refused,
    status: 403,
  },
  'login-link-invalid': {
    sentence: 'The link is unknown, used or too old',
    todo: 'Ask an admin for a new one; before the first user exists, restart Reentry to have one printed.',
    exit: exitCodes.refused,
    status: 410,
  },
  'signature-invalid': {
    sentence: 'The signature of the delivery does not fit',
    todo: 'Check that the secret of the webhook is the one stored with the connection.',
    exit: exitCodes.refused,
    status: 401,
  },
  'delivery-too-old': {
    sentence: 'The delivery was signed too long ago',
    todo: 'Check the clocks of both machines; a delivery that was recorded earlier is not accepted again.',
    exit: exitCodes.refused,
    status: 401,
  },
  'delivery-unreadable': {
    sentence: 'The delivery cannot be read',
    todo: 'Send what the system of this connection sends, as it is.',
    exit: exitCodes.usage,
    status: 400,
  },
  'not-allowed': {
    sentence: 'Your role does not allow this',
    todo: 'An admin can grant the role that does.',
    exit: exitCodes.refused,
    status: 403,
  },
  'csrf-invalid': {
    sentence: 'The request does not prove that it comes from the console',
    todo: 'Send the value of "csrf" from GET /api/v1/session as header "x-csrf-token".',
    exit: exitCodes.refused,
    status: 403,
  },
  'route-not-found': {
    sentence: 'There is no such address',
    todo: 'See /api/docs for all of them.',
    exit: exitCodes.notFound,
    status: 404,
  },
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
