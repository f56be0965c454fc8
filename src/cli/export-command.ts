/** `reentry export journal --from PATH…`: the ledger for other programs. */
import type { Command } from 'commander';
import { runAudit } from '../audit/run-audit.ts';
import { journalOf } from '../kernel/journal.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output } from './output.ts';

type Options = AuditOptions & { readonly from: readonly string[] };

export function addExportCommand(program: Command): void {
  const exporting = program.command('export').description('Hand the results over to other programs.');
  const journal = exporting
    .command('journal')
    .description('Every account of every return as a balanced hledger journal on stdout.')
    .addHelpText(
      'before',
      'Examples:\n  reentry export journal --from exports/ | hledger -f - balance open\n',
    )
    .requiredOption('--from <path...>', 'folders or files with exports');
  addAuditOptions(journal).action(async (options: Options) => {
    let states: OrderState[] = [];
    await runAudit(auditInput(options.from, options), () => {
      states = [];
      return (state) => void (state.accounts.length > 0 && states.push(state));
    });
    const output = Output.stdout();
    output.write(journalOf(states));
    output.close();
  });
}
