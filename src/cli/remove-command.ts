/** `reentry remove`: takes away what Reentry made in a data folder, and a database that lies elsewhere because of it. */
import type { Command } from 'commander';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { say } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly data: string; readonly yes?: true };

/** What Reentry makes itself; what people wrote (policy, connections) stays. */
const ours = ['postgres', 'archive', 'master.key', 'sandbox.json'] as const;

export function addRemoveCommand(program: Command, outcome: Outcome): void {
  program
    .command('remove')
    .summary('take a data folder away for good, with its database and its key')
    .description(
      'Removes what Reentry made in a data folder: database, archive, master key, the beginning of the made-up company. Files that people wrote stay, and so does a database that DATABASE_URL names. Works also where the folder itself was deleted and its database, which lay elsewhere, was left.',
    )
    .addHelpText('before', 'Examples:\n  reentry remove --data /srv/try            says what would go\n  reentry remove --data /srv/try --yes      does it\n') // prettier-ignore
    .option('--data <folder>', 'where the service kept its data', '.reentry')
    .option('--yes', 'really do it; nothing brings it back but a backup')
    .action(async ({ data, yes }: Options) => {
      const { outsidePlace } = await import('../store/postgres-user.ts');
      const folder = resolve(data);
      const postgres = join(folder, 'postgres');
      const elsewhere = outsidePlace(postgres);
      const paths = [...ours.map((name) => join(folder, name)), elsewhere].filter((path) => existsSync(path));
      if (paths.length === 0) throw new AppError('path-not-found', { detail: `${folder} holds nothing of Reentry` }); // prettier-ignore
      if (yes !== true) {
        say(`This would go for good:\n${paths.map((path) => `  ${path}`).join('\n')}`);
        say('Nothing was touched. Add --yes to do it; "reentry backup" keeps what is in there.');
        outcome.exit = exitCodes.refused;
        return;
      }
      await stopServer(postgres);
      const { removeOutsideCluster } = await import('../store/outside-clusters.ts');
      await removeOutsideCluster(postgres);
      for (const path of paths) rmSync(path, { recursive: true, force: true });
      if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
      say(`Removed:\n${paths.map((path) => `  ${path}`).join('\n')}`);
      if (existsSync(folder)) say(`Left, because people wrote it: ${readdirSync(folder).map((name) => join(folder, name)).join(', ')}`); // prettier-ignore
    });
} // prettier-ignore

/** Stops a server that a killed service left; a service that runs keeps its folder. Throws `store-folder-locked`. */
async function stopServer(postgres: string): Promise<void> {
  if (!existsSync(join(postgres, 'password'))) return;
  const { findRunningPostgres, startEmbeddedPostgres } = await import('../store/embedded-postgres.ts');
  const { takeFolderLock } = await import('../store/folder-lock.ts');
  takeFolderLock(postgres).release();
  if ((await findRunningPostgres(postgres)) === undefined) return;
  const server = await startEmbeddedPostgres({ folder: postgres });
  await server.stop();
}
