/** `reentry export ocel --from PATH…`: the facts of all orders for process mining tools. */
import type { Command } from 'commander';
import { runAudit } from '../audit/run-audit.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { ocelOfOrders } from '../northstar/plan/ocel-of-orders.ts';
import { writeOcelJson } from '../northstar/write-ocel-json.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output } from './output.ts';

type Options = AuditOptions & { readonly from: readonly string[] };

/** Adds the command below `export`, which must be there. */
export function addExportOcelCommand(program: Command): void {
  const exporting = program.commands.find((command) => command.name() === 'export');
  if (exporting === undefined) throw new Error('`export` must be added first');
  const ocel = exporting
    .command('ocel')
    .description(
      'Every event of every order as OCEL 2.0 JSON on stdout: orders, returns, line units, parcels, refunds, credit notes, tickets.',
    )
    .addHelpText('before', 'Examples:\n  reentry export ocel --from exports/ > orders.json\n')
    .requiredOption('--from <path...>', 'folders or files with exports');
  addAuditOptions(ocel).action(async (options: Options) => {
    let states: OrderState[] = [];
    await runAudit(auditInput(options.from, options), () => {
      states = [];
      return (state) => void states.push(state);
    });
    const output = Output.stdout();
    for (const part of writeOcelJson(ocelOfOrders(states))) output.write(part);
    output.close();
  });
}
