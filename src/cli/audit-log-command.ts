/** `reentry audit-log verify`: has anybody touched the record of who did what? */
import type { Command } from 'commander';
import { existsSync, readFileSync } from 'node:fs';
import type { AuditHead } from '../store/verify-audit.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { openDataFolder } from './data-folder.ts';
import { Output, say } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly data: string; readonly anchor?: string; readonly json?: true };

export function addAuditLogCommand(program: Command, outcome: Outcome): void {
  program
    .command('audit-log')
    .description('The record of who did what.')
    .command('verify')
    .description('Check the hash chains of the audit trail; exits with 3 where one is broken.')
    .addHelpText(
      'before',
      `Examples:
  reentry audit-log verify
  reentry audit-log verify --anchor /mnt/elsewhere/audit-anchor.ndjson

The chains show what was changed in them. That one was cut short or removed shows only against an anchor: the first run
writes the file, each later one checks against it and brings it up to date. Keep it where an administrator of the
database cannot write.
`,
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--anchor <file>', 'where the chains stood last time')
    .option('--json', 'the result as JSON')
    .action(async (options: Options) => {
      const { openStore } = await import('./open-store.ts');
      const { verifyAudit } = await import('../store/verify-audit.ts');
      const anchor = options.anchor === undefined ? [] : readAnchor(options.anchor);
      const { db, close } = await openStore(openDataFolder(options.data), 'beside');
      try {
        const { heads, entries, breaks } = await verifyAudit(db, { anchor });
        if (options.json === true) {
          const output = Output.stdout();
          output.write(`${JSON.stringify({ chains: heads.length, entries, breaks })}\n`);
          output.close();
        }
        for (const { chain, position, what } of breaks)
          say(
            `${chain}: entry ${position} ${what === 'changed' ? 'does not fit the one before it' : 'is not what the anchor says'}`,
          );
        if (breaks.length > 0) {
          outcome.exit = exitCodes.differencesFound;
          return;
        }
        say(`${entries} entries in ${heads.length} chains fit.`);
        if (options.anchor === undefined) return;
        const file = Output.file(options.anchor);
        for (const head of heads) file.write(`${JSON.stringify(head)}\n`);
        file.close();
      } finally {
        await close();
      }
    });
}

function readAnchor(path: string): readonly AuditHead[] {
  if (!existsSync(path)) return [];
  try {
    return readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as AuditHead); // prettier-ignore
  } catch (cause) {
    throw new AppError('anchor-unreadable', { detail: path, cause });
  }
}
