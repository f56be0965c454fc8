/** The command line: one file per command, one way to fail. */
import { Command, CommanderError } from 'commander';
import { AppError, errors, exitCodes, type ExitCode } from '../wire/errors.ts';
import { addAuditCommand } from './audit-command.ts';
import { addAuditLogCommand } from './audit-log-command.ts';
import { addBackupCommands } from './backup-command.ts';
import { addConnectCommand } from './connect-command.ts';
import { addExportCommand } from './export-command.ts';
import { addExportOcelCommand } from './export-ocel-command.ts';
import { addFactsCommand } from './facts-command.ts';
import { addMapCommand } from './map-command.ts';
import { addMatchCommand } from './match-command.ts';
import { addOrderCommand } from './order-command.ts';
import { Output, say } from './output.ts';
import { addPlanCommand } from './plan-command.ts';
import { addPullCommand } from './pull-command.ts';
import { productVersion } from './product-version.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addRebuildCommand } from './rebuild-command.ts';
import { addSandboxCommand } from './sandbox-command.ts';
import { addServeCommand } from './serve-command.ts';

/** What a command leaves for the process. */
export type Outcome = { exit: ExitCode };

const examples = `Examples:
  reentry                                        run the service: the watch, with your systems or a made-up company
  reentry audit --sample                         audit the recorded company that comes along
  reentry audit exports/                         which returns are open loss, and who owns each
  reentry audit exports/ --html report.html      the same as a page that prints well
  reentry audit exports/ --json > report.json    the same for programs
  reentry order answer 10251 --from exports/     where one order stands
  reentry facts woocommerce order.json           what Reentry reads from one object
`;

/** Runs the command line and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const outcome: Outcome = { exit: exitCodes.fine };
  const program = new Command('reentry')
    .description(
      'Closes the loop on customer returns: one timeline and one answer across shop, ERP, CRM and payment gateway.',
    )
    .version(productVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .addHelpText('before', examples)
    .showSuggestionAfterError()
    // What stands after a command belongs to it: `plan` and `plan apply` both have a `--from`.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => writeText(text),
      writeErr: (text) => say(text.trimEnd()),
    });
  addAuditCommand(program, outcome);
  addOrderCommand(program, outcome);
  addFactsCommand(program, outcome);
  addExportCommand(program);
  addExportOcelCommand(program);
  addMapCommand(program);
  addPlanCommand(program);
  addMatchCommand(program);
  addServeCommand(program);
  addSandboxCommand(program);
  addConnectCommand(program, outcome);
  addPullCommand(program, outcome);
  addRebuildCommand(program, outcome);
  addDoctorCommand(program, outcome);
  addBackupCommands(program);
  addAuditLogCommand(program, outcome);
  try {
    await program.parseAsync(args.length === 0 ? ['serve'] : args, { from: 'user' });
    return outcome.exit;
  } catch (error) {
    return report(error);
  }
}

function writeText(text: string): void {
  const output = Output.stdout();
  output.write(text);
  output.close();
}

/** Says what went wrong: code, sentence, what to do. Stack traces only on request. */
function report(error: unknown): number {
  if (error instanceof CommanderError) {
    return error.exitCode === 0 ? exitCodes.fine : exitCodes.usage;
  }
  const known =
    error instanceof AppError ? error : new AppError('internal', { cause: error, detail: messageOf(error) });
  say(`reentry: ${known.code}: ${known.message}`);
  say(errors[known.code].todo);
  if (process.env['REENTRY_DEBUG'] === '1') say(String((error as { readonly stack?: unknown }).stack));
  return errors[known.code].exit;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
