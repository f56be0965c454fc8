/** The command line: one file per command, one way to fail. */
import { Command, CommanderError } from 'commander';
import { AppError, errors } from '../wire/errors.ts';
import { exitCodes, type ExitCode } from '../wire/exit-codes.ts';
import { addArchiveCommand } from './archive-command.ts';
import { addAuditCommand } from './audit-command.ts';
import { addAuditLogCommand } from './audit-log-command.ts';
import { addBackupCommands } from './backup-command.ts';
import { addCaseNoteCommand } from './case-note-command.ts';
import { addCompletionCommand } from './completion-command.ts';
import { addConnectCommand } from './connect-command.ts';
import { addExportCommand } from './export-command.ts';
import { addExportOcelCommand } from './export-ocel-command.ts';
import { addFactsCommand } from './facts-command.ts';
import { addKeysCommand } from './keys-command.ts';
import { addMapCommand } from './map-command.ts';
import { addMatchCommand } from './match-command.ts';
import { addMigrateCommand } from './migrate-command.ts';
import { addOrderCommand } from './order-command.ts';
import { Output, say } from './output.ts';
import { addPersonCommand } from './person-command.ts';
import { addPlanCommand } from './plan-command.ts';
import { addProblemsCommand } from './problems-command.ts';
import { addPullCommand } from './pull-command.ts';
import { productVersion } from './product-version.ts';
import { addDoctorCommand } from './doctor-command.ts';
import { addRebuildCommand } from './rebuild-command.ts';
import { addRemoveCommand } from './remove-command.ts';
import { addReplayCommand } from './replay-command.ts';
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
  reentry order answer LH-10275 --from exports/  where one order stands
  reentry facts woocommerce order.json           what Reentry reads from one object
`;

/** Runs the command line and gives the exit code. Never throws. */
export async function runProgram(args: readonly string[]): Promise<number> {
  const outcome: Outcome = { exit: exitCodes.fine };
  try {
    await buildProgram(outcome).parseAsync(args.length === 0 ? ['serve'] : args, { from: 'user' });
    return outcome.exit;
  } catch (error) {
    return report(error);
  }
}

/** All commands with their options: what is run, described in the reference, and completed by shells. */
export function buildProgram(outcome: Outcome): Command {
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
    .configureHelp({ subcommandTerm: (command) => command.name(), subcommandDescription: lineOf })
    .configureOutput({
      writeOut: (text) => writeText(text),
      writeErr: (text) => say(text.trimEnd()),
    });
  program.commandsGroup('What exports say, without a server:');
  addAuditCommand(program, outcome);
  addOrderCommand(program, outcome);
  addCaseNoteCommand(program);
  addFactsCommand(program, outcome);
  addMatchCommand(program);
  addMapCommand(program);
  addPlanCommand(program);
  addExportCommand(program);
  addExportOcelCommand(program);
  program.commandsGroup('The watch:');
  addServeCommand(program);
  addConnectCommand(program, outcome);
  addPullCommand(program, outcome);
  addProblemsCommand(program);
  addReplayCommand(program);
  addSandboxCommand(program);
  program.commandsGroup('To look after it:');
  addDoctorCommand(program, outcome);
  addBackupCommands(program);
  addRebuildCommand(program, outcome);
  addMigrateCommand(program);
  addArchiveCommand(program, outcome);
  addPersonCommand(program);
  addAuditLogCommand(program, outcome);
  addKeysCommand(program);
  addRemoveCommand(program, outcome);
  addCompletionCommand(program);
  return program;
}

/** How a list of commands names one: the first sentence, in the form of a list. */
function lineOf(command: Command): string {
  const text = command.summary() || command.description();
  const [first = text] = text.split(/\.(?:\s|$)/);
  return /^[A-Z][a-z ]/.test(first) ? first[0]!.toLowerCase() + first.slice(1) : first;
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
  const known = error instanceof AppError ? error : unforeseen(error);
  say(`reentry: ${known.code}: ${known.message}`);
  say(errors[known.code].todo);
  if (process.env['REENTRY_DEBUG'] === '1') say(String((error as { readonly stack?: unknown }).stack));
  return errors[known.code].exit;
}

function unforeseen(error: unknown): AppError {
  const isFolder = (error as NodeJS.ErrnoException | null)?.code === 'EISDIR';
  return new AppError(isFolder ? 'path-is-folder' : 'internal', { cause: error, detail: messageOf(error) });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
