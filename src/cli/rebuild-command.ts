/** `reentry rebuild`: derives everything below the records again, or says what would come out differently. */
import type { Command } from 'commander';
import { exitCodes } from '../wire/exit-codes.ts';
import { openDataFolder } from './data-folder.ts';
import { Output, say } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly data: string; readonly check?: true };

const shownMax = 100;

export function addRebuildCommand(program: Command, outcome: Outcome): void {
  program
    .command('rebuild')
    .summary('derive all answers again from the stored records, or check that they come out the same')
    .description(
      'Derives everything below the stored records again. With --check nothing is changed: every order is derived at the moment it was last folded and compared; exits with 3 when anything differs.',
    )
    .addHelpText('before', 'Examples:\n  reentry rebuild --check\n  reentry rebuild\n')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--check', 'only compare')
    .action(async (options: Options) => {
      const folder = openDataFolder(options.data);
      const { openStore } = await import('./open-store.ts');
      const { openContext } = await import('./open-context.ts');
      const { db, close } = await openStore(folder, 'beside');
      try {
        const { checkRebuild, rebuildAll } = await import('../engine/rebuild.ts');
        if (options.check !== true) {
          const count = await rebuildAll(db);
          say(`${count} records are marked; the service derives them again while it runs.`);
          return;
        }
        const differences = await checkRebuild(db, await openContext(db, folder));
        const output = Output.stdout();
        for (const { orderKey, part, stored, derived } of differences.slice(0, shownMax))
          output.write(`${orderKey} ${part}\n  stored   ${stored}\n  derived  ${derived}\n`);
        output.write(`${differences.length} differences\n`);
        output.close();
        outcome.exit = differences.length > 0 ? exitCodes.differencesFound : exitCodes.fine;
      } finally {
        await close();
      }
    });
}
