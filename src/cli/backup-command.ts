/** `reentry backup FILE` and `reentry restore FILE`. */
import type { Command } from 'commander';
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { checkOf, masterKeyBytes } from '../store/seal.ts';
import { AppError } from '../wire/errors.ts';
import { archiveFolder, openDataFolder } from './data-folder.ts';
import { say } from './output.ts';
import { productVersion } from './product-version.ts';

type BackupOptions = { readonly data: string; readonly passphraseFile?: string };
type RestoreOptions = BackupOptions & { readonly check?: true };

const keyFile = 'master.key';
const plainFiles = ['policy.json'];

export function addBackupCommands(program: Command): void {
  program
    .command('backup')
    .description('Write everything the service holds to one file, while it goes on working.')
    .addHelpText(
      'before',
      `Examples:
  reentry backup reentry-2026-12-03.backup
  REENTRY_BACKUP_PASSPHRASE=… reentry backup offsite.backup     encrypted, with the master key in it
`,
    )
    .argument('<file>', 'the file to write; one that is there is replaced when the new one is complete')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--passphrase-file <file>', 'encrypt with the first line of this file')
    .action(backUp);
  program
    .command('restore')
    .description('Bring a backup back into an empty data folder or database.')
    .addHelpText(
      'before',
      `Examples:
  reentry restore reentry-2026-12-03.backup --check             read it whole, touch nothing
  reentry restore reentry-2026-12-03.backup --data .reentry-new
`,
    )
    .argument('<file>', 'a file that "reentry backup" wrote')
    .option('--data <folder>', 'an empty or missing folder', '.reentry')
    .option('--passphrase-file <file>', 'the passphrase is the first line of this file')
    .option('--check', 'only check that the backup is whole')
    .action(restore);
}

async function backUp(path: string, options: BackupOptions): Promise<void> {
  const { openStore } = await import('./open-store.ts');
  const { writeBackup } = await import('../store/write-backup.ts');
  const { openSeal } = await import('../store/master-keys.ts');
  const passphrase = readPassphrase(options);
  // Opening would make an empty one where a name is mistyped.
  if (process.env['DATABASE_URL'] === undefined && !existsSync(join(options.data, 'postgres')))
    throw new AppError('path-not-found', { detail: `${options.data} holds no database` });
  const folder = openDataFolder(options.data);
  const store = await openStore(folder, 'beside');
  const target = resolve(path);
  // Beside the target, so that the rename is one step: what stands there is whole at every moment.
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    // A backup that says it belongs to a key, and does not, could never be read again.
    await openSeal(store.db, folder.masterKey);
    const out = createWriteStream(partial, { mode: 0o600, flush: true });
    const summary = await writeBackup(
      {
        db: store.db, keyCheck: checkOf(folder.masterKey), version: productVersion(), files: readFiles(folder.path, passphrase !== undefined),
        ...(passphrase !== undefined && { passphrase }),
      },
      out,
    ); // prettier-ignore
    renameSync(partial, target);
    say(
      `Wrote ${path}: ${summary.rows.toLocaleString('en')} rows of ${summary.tables} tables as of ${summary.madeAt}.`,
    );
    if (passphrase === undefined)
      say(
        'It is not encrypted, so the master key is not in it. Keep that apart: without it secrets and personal data cannot be read.',
      );
  } catch (error) {
    rmSync(partial, { force: true });
    if (error instanceof Error && 'syscall' in error)
      throw new AppError('output-unwritable', { detail: path, cause: error });
    throw error;
  } finally {
    await store.close();
  }
}

async function restore(path: string, options: RestoreOptions): Promise<void> {
  const { checkBackup, checkTarget, restoreBackup } = await import('../store/restore-backup.ts');
  const backup = await checkBackup(path, readPassphrase(options));
  const { madeAt, version } = backup.header;
  say(
    `${path} is whole: ${backup.rows.toLocaleString('en')} rows of ${backup.tables} tables as of ${madeAt}, by Reentry ${version}.`,
  );
  if (options.check === true) return;

  const place = resolve(options.data);
  if (process.env['DATABASE_URL'] === undefined && existsSync(join(place, 'postgres')))
    throw new AppError('restore-target-used', { detail: place });
  const key = findMasterKey(place, backup.files.get(keyFile));
  if (key === undefined || checkOf(key) !== backup.header.keyCheck)
    throw new AppError('backup-master-key', { detail: key === undefined ? 'none was given' : place });

  mkdirSync(place, { recursive: true });
  if (process.env['REENTRY_MASTER_KEY'] === undefined && !existsSync(join(place, keyFile)))
    writeFileSync(join(place, keyFile), `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  const { openStore } = await import('./open-store.ts');
  const store = await openStore({ path: place, postgres: join(place, 'postgres') }, 'empty');
  try {
    await checkTarget(store.db);
    await restoreBackup(store.db, backup, (name, bytes) => writeArchiveFile(place, name, bytes));
  } finally {
    await store.close();
  }
  for (const name of plainFiles) {
    const bytes = backup.files.get(name);
    if (bytes !== undefined && !existsSync(join(place, name)))
      writeFileSync(join(place, name), bytes, { mode: 0o600 });
  }
  say(
    `Restored to ${process.env['DATABASE_URL'] === undefined ? place : 'DATABASE_URL'}. Everybody has to log in again. Now run: reentry rebuild --check`,
  );
}

/** From the file, else the environment; undefined: not encrypted. Never from a flag, which every process list shows. */
function readPassphrase({ passphraseFile }: BackupOptions): string | undefined {
  if (passphraseFile === undefined) return process.env['REENTRY_BACKUP_PASSPHRASE'] || undefined;
  try {
    const [line = ''] = readFileSync(passphraseFile, 'utf8').split(/\r?\n/, 1);
    if (line === '') throw new Error('it is empty');
    return line;
  } catch (cause) {
    throw new AppError('path-not-found', { detail: passphraseFile, cause });
  }
}

/** One after another: the archive may be larger than memory. */
function* readFiles(folder: string, withKey: boolean): Generator<readonly [string, Buffer]> {
  const read = (name: string): readonly [string, Buffer] => [name, readFileSync(join(folder, name))];
  for (const name of plainFiles) if (existsSync(join(folder, name))) yield read(name);
  const key = withKey ? findMasterKey(folder, undefined) : undefined;
  if (key !== undefined) yield [keyFile, Buffer.from(`${key.toString('hex')}\n`)];
  if (!existsSync(join(folder, archiveFolder))) return;
  for (const name of readdirSync(join(folder, archiveFolder)).sort())
    if (name.endsWith('.parquet')) yield read(`${archiveFolder}/${name}`);
}

function writeArchiveFile(place: string, name: string, bytes: Buffer): void {
  mkdirSync(join(place, archiveFolder), { recursive: true, mode: 0o700 });
  writeFileSync(join(place, archiveFolder, basename(name)), bytes, { mode: 0o600, flush: true });
}

/** The master key of the environment, of the folder, or as it came along. */
function findMasterKey(folder: string, brought: Buffer | undefined): Buffer | undefined {
  const file = join(folder, keyFile);
  const text =
    process.env['REENTRY_MASTER_KEY'] ??
    (existsSync(file) ? readFileSync(file, 'utf8') : brought?.toString('utf8'));
  if (text === undefined) return undefined;
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length !== masterKeyBytes) throw new AppError('master-key-invalid', { detail: folder });
  return key;
}
