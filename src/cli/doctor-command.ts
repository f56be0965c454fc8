/** `reentry doctor`: what is wrong where the service does not start, or does not do what it should. */
import type { Command } from 'commander';
import { AppError, errors } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { openDataFolder } from './data-folder.ts';
import { Output } from './output.ts';
import type { Outcome } from './program.ts';

type Options = {
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly capacity?: true;
};

/** One thing that was looked at. */
export type Finding = {
  readonly check: string;
  readonly state: 'ok' | 'warning' | 'failed';
  /** What is so, and where it is not well, what to do. */
  readonly message: string;
};

export function addDoctorCommand(program: Command, outcome: Outcome): void {
  program
    .command('doctor')
    .summary('say what is wrong where the service does not start')
    .description(
      'Looks at everything the service needs: runtime, data folder, keys, database, schema, address, connections. Changes nothing but starts the embedded PostgreSQL for a moment where it does not run. Exits with 1 when something fails. With --capacity it measures instead what this machine carries, in a database of its own that it drops, and says what gives way first when the shop grows.',
    )
    .addHelpText(
      'before',
      'Examples:\n  reentry doctor\n  reentry doctor --data /var/lib/shop --port 8080\n  reentry doctor --capacity\n',
    )
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--host <address>', 'address it listens on', '127.0.0.1')
    .option('--port <number>', 'port it listens on', '4180')
    .option('--capacity', 'measure what this machine carries')
    .action(async (options: Options) => {
      if (options.capacity === true) return tellCapacity(options.data);
      const { examine } = await import('./examine-installation.ts');
      const output = Output.stdout();
      let failed = false;
      for await (const { check, state, message } of examine(options)) {
        output.write(`${state.padEnd(8)}${check}: ${message}\n`);
        output.flush();
        failed ||= state === 'failed';
      }
      output.write(failed ? 'Something keeps Reentry from working; see "failed" above.\n' : 'Nothing keeps Reentry from working.\n'); // prettier-ignore
      output.close();
      outcome.exit = failed ? exitCodes.failed : exitCodes.fine;
    });
}

async function tellCapacity(data: string): Promise<void> {
  const folder = openDataFolder(data);
  const { openStore } = await import('./open-store.ts');
  const { examineCapacity } = await import('./examine-capacity.ts');
  const { db, close } = await openStore(folder, 'beside');
  const output = Output.stdout();
  try {
    for await (const line of examineCapacity(db, folder)) {
      output.write(`${line}\n`);
      output.flush();
    }
  } finally {
    output.close();
    await close();
  }
}

/** An error as a finding: what is wrong, and what to do. */
export function toFinding(check: string, error: unknown): Finding {
  if (!(error instanceof AppError))
    return { check, state: 'failed', message: error instanceof Error ? error.message : String(error) };
  return { check, state: 'failed', message: `${error.message}. ${errors[error.code].todo}` };
}
