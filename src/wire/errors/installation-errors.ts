/** One installation: its folder, keys, settings, processes and backups. */
import type { ErrorEntry } from '../error-entry.ts';
import { exitCodes } from '../exit-codes.ts';

export const installationErrors = {
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
  'master-key-wrong': {
    sentence: 'The master key is not the one that this database is sealed with',
    todo: 'Use the key of this installation: master.key of its data folder, or REENTRY_MASTER_KEY. A key that was changed for another is refused for ever.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'master-key-rotating': {
    sentence: 'The master key is being changed, and that is not finished',
    todo: 'Run "reentry keys rotate" again; it goes on where it stopped. Then start the service.',
    exit: exitCodes.configuration,
    status: 500,
  },
  'service-running': {
    sentence: 'Another Reentry works on this database',
    todo: 'Stop the service, and every other process of Reentry on this database, then try again.',
    exit: exitCodes.configuration,
    status: 409,
  },
  'tracing-unknown': {
    sentence: 'Traces cannot be sent as the environment asks for',
    todo: 'Set the OTEL_… variables to what is known, or take them out: without them nothing is traced.',
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
} as const satisfies Record<string, ErrorEntry>; // prettier-ignore
