/** `reentry migrate`: brings the database to the schema of this version, and spreads it over a Citus cluster if asked. */
import type { Command } from 'commander';
import { openDataFolder } from './data-folder.ts';
import { say } from './output.ts';

type Options = { readonly data: string; readonly distribute?: true };

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .summary('bring the database to the schema of this version; with --distribute spread it over a cluster')
    .description(
      'Brings the database to the schema of this version, as the service does when it starts. With --distribute the tables are spread over the workers of a Citus cluster, whose coordinator DATABASE_URL names: each order, record and customer lies whole on one of them, small tables on all. What is distributed already stays as it is; it can be run again at any time.',
    )
    .addHelpText(
      'before',
      'Examples:\n  DATABASE_URL=postgres://coordinator/reentry reentry migrate\n  DATABASE_URL=postgres://coordinator/reentry reentry migrate --distribute\n',
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--distribute', 'spread the tables over the workers of a Citus cluster')
    .action(async ({ data, distribute }: Options) => {
      const { openStore } = await import('./open-store.ts');
      const { migrateDatabase } = await import('../store/migrate.ts');
      const { distributeAdded, distributeDatabase } = await import('../store/distribute.ts');
      const { db, close } = await openStore(openDataFolder(data), 'empty');
      try {
        const applied = await migrateDatabase(db);
        say(applied.length === 0 ? 'The schema is the one of this version.' : `Migrated to version ${applied.at(-1)}.`); // prettier-ignore
        if (distribute !== true) return await distributeAdded(db);
        const done = await distributeDatabase(db);
        say(done.length === 0 ? 'All tables are distributed.' : `Distributed ${done.length} tables. Start the service anew, so that it works order by order.`); // prettier-ignore
      } finally {
        await close();
      }
    });
}
