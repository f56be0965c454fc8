/** `reentry archive`: moves what closed orders are made of from the database into files. */
import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { openDataFolder } from './data-folder.ts';
import { say } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly data: string; readonly before?: string; readonly apply?: true };

export function addArchiveCommand(program: Command, outcome: Outcome): void {
  program
    .command('archive')
    .summary('move the records and facts of orders closed long ago into Parquet files')
    .description(
      'Moves the contents of records and the facts of orders that were closed before a day into Parquet files of the folder "archive" in the data folder. Answers, lists, searches and accounts stay as they are; timelines and records are read from the files. An order of which something is heard again comes back by itself. Without --apply it says what would go. Reports over all returns leave archived orders out.',
    )
    .addHelpText(
      'before',
      'Examples:\n  reentry archive                                what is archived\n  reentry archive --before 2025-01-01            what would go\n  reentry archive --before 2025-01-01 --apply    does it, while the service runs\n',
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--before <day>', 'orders whose last event was before this day, as 2025-01-01 (UTC)')
    .option('--apply', 'really do it')
    .action(async ({ data, before, apply }: Options) => {
      if (before === undefined && apply === true)
        throw new AppError('usage', { detail: '--apply needs --before' });
      const instant = before === undefined ? undefined : instantOf(before);
      const folder = openDataFolder(data);
      const { openStore } = await import('./open-store.ts');
      const { countArchived } = await import('../store/archive.ts');
      const { archiveClosed, measureArchivable } = await import('../engine/archive-closed.ts');
      const { db, close } = await openStore(folder, 'beside');
      const count = (number: number): string => number.toLocaleString('en');
      try {
        if (instant === undefined) {
          const { orders, files } = await countArchived(db);
          say(`${count(orders)} orders lie in ${count(files)} files of the archive.`);
        } else if (apply !== true) {
          const { orders, rows, bytes } = await measureArchivable(db, instant);
          say(`${count(orders)} orders closed before ${before} would go: ${count(rows)} records and facts, ${count(Math.ceil(bytes / 1e6))} MB of text. Nothing was touched; add --apply to do it.`); // prettier-ignore
        } else {
          const result = await archiveClosed(db, db.archive!, { holder: `archive/${randomUUID()}`, before: instant }); // prettier-ignore
          if (!result.ok) {
            say('Another process is archiving.');
            outcome.exit = exitCodes.tryLater;
            return;
          }
          say(`Archived ${count(result.orders)} orders. The space they leave is used for new ones; "vacuum full" gives it back to the machine.`); // prettier-ignore
        }
      } finally {
        await close();
      }
    });
}

function instantOf(day: string): string {
  const instant = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(instant)) throw new AppError('time-invalid', { detail: day });
  if (instant > Date.now()) throw new AppError('usage', { detail: `${day} has not come yet` });
  return new Date(instant).toISOString();
}
