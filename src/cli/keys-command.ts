/** `reentry keys rotate`: another master key, and everything that is sealed sealed with it. */
import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, copyFileSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { masterKeyBytes } from '../store/seal.ts';
import { AppError } from '../wire/errors.ts';
import { newKeyFile, openDataFolder } from './data-folder.ts';
import { say } from './output.ts';

type Options = { readonly data: string };

const newKeyVariable = 'REENTRY_NEW_MASTER_KEY';

export function addKeysCommand(program: Command): void {
  program
    .command('keys')
    .description('The master key, with which secrets and personal data are sealed.')
    .command('rotate')
    .summary('change the master key for a new one')
    .description(
      'Changes the master key for a new one and seals everything anew. The service must be stopped. When it is interrupted, run it again: it goes on where it stopped. From then on the old key is refused.',
    )
    .addHelpText(
      'before',
      `Examples:
  reentry keys rotate                                           the new key is made and becomes master.key
  REENTRY_MASTER_KEY=… ${newKeyVariable}=… reentry keys rotate     where keys are kept elsewhere
`,
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .action(rotate);
}

async function rotate(options: Options): Promise<void> {
  // Opening would make an empty one where a name is mistyped.
  if (process.env['DATABASE_URL'] === undefined && !existsSync(join(options.data, 'postgres')))
    throw new AppError('path-not-found', { detail: `${options.data} holds no database` });
  const folder = openDataFolder(options.data);
  const [current, coming] = ['master.key', newKeyFile].map((name) => join(folder.path, name)) as [string, string]; // prettier-ignore
  const isKeptElsewhere = process.env['REENTRY_MASTER_KEY'] !== undefined;
  const to = readNewKey(coming);
  const { openStore } = await import('./open-store.ts');
  const { rotateMasterKey } = await import('../store/rotate-master-key.ts');
  const { db, close } = await openStore(folder, 'beside', 'reentry keys');
  try {
    const { values } = await rotateMasterKey(db, { from: folder.masterKey, to });
    say(`${values.toLocaleString('en')} values are sealed with the new master key; the old one is refused.`);
  } finally {
    await close();
  }
  if (isKeptElsewhere) {
    if (process.env[newKeyVariable] !== undefined) rmSync(coming, { force: true });
    else say(`Set REENTRY_MASTER_KEY to what stands in ${coming}, then delete that file.`);
    return;
  }
  // Backups that are not encrypted were made without their key.
  const retired = join(folder.path, `master.key.until-${new Date().toISOString().slice(0, 10)}`);
  if (existsSync(current) && !existsSync(retired)) copyFileSync(current, retired, constants.COPYFILE_EXCL);
  renameSync(coming, current);
  say(
    `The old key is kept as ${retired}, for unencrypted backups made with it. Delete it when those are gone.`,
  );
}

/** The key that an interrupted run began with, the one that is given, or a new one: on disk before anything is sealed with it. */
function readNewKey(file: string): Buffer {
  const given = process.env[newKeyVariable];
  if (existsSync(file)) return parseKey(readFileSync(file, 'utf8'), file);
  const key = given === undefined ? randomBytes(masterKeyBytes) : parseKey(given, newKeyVariable);
  writeFileSync(file, `${key.toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  const handle = openSync(file, 'r');
  fsyncSync(handle);
  closeSync(handle);
  return key;
}

function parseKey(text: string, where: string): Buffer {
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length !== masterKeyBytes) throw new AppError('master-key-invalid', { detail: where });
  return key;
}
