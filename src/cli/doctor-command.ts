/** `reentry doctor`: what is wrong where the service does not start, or does not do what it should. */
import type { Command } from 'commander';
import { AppError, errors, exitCodes } from '../wire/errors.ts';
import { Output } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly data: string; readonly host: string; readonly port: string };

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
      'Looks at everything the service needs: runtime, data folder, keys, database, schema, address, connections. Changes nothing but starts the embedded PostgreSQL for a moment where it does not run. Exits with 1 when something fails.',
    )
    .addHelpText('before', 'Examples:\n  reentry doctor\n  reentry doctor --data /var/lib/shop --port 8080\n')
    .option('--data <folder>', 'where the service keeps its data', '.reentry')
    .option('--host <address>', 'address it listens on', '127.0.0.1')
    .option('--port <number>', 'port it listens on', '4180')
    .action(async (options: Options) => {
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

/** An error as a finding: what is wrong, and what to do. */
export function toFinding(check: string, error: unknown): Finding {
  if (!(error instanceof AppError))
    return { check, state: 'failed', message: error instanceof Error ? error.message : String(error) };
  return { check, state: 'failed', message: `${error.message}. ${errors[error.code].todo}` };
}
