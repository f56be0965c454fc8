/** `reentry export ocel --from PATH…` or `--data FOLDER`: the facts of all orders for process mining tools. */
import { type Command, Option } from 'commander';
import { runAudit } from '../audit/run-audit.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { ocelOfOrders } from '../northstar/plan/ocel-of-orders.ts';
import { writeOcelJson } from '../northstar/write-ocel-json.ts';
import { AppError } from '../wire/errors.ts';
import { addAuditOptions, auditInput, type AuditOptions } from './audit-options.ts';
import { Output } from './output.ts';

type Options = AuditOptions & { readonly from?: readonly string[]; readonly data?: string };

const examples = `Examples:
  reentry export ocel --from exports/ > orders.json
  reentry export ocel --data .reentry > orders.json   from the records of the service, beside it or without it
`;

/** Adds the command below `export`, which must be there. */
export function addExportOcelCommand(program: Command): void {
  const exporting = program.commands.find((command) => command.name() === 'export');
  if (exporting === undefined) throw new Error('`export` must be added first');
  const ocel = exporting
    .command('ocel')
    .description(
      'Every event of every order as OCEL 2.0 JSON on stdout: orders, returns, line units, parcels, refunds, credit notes, tickets.',
    )
    .addHelpText('before', examples)
    .option('--from <path...>', 'folders or files with exports')
    .addOption(
      new Option(
        '--data <folder>',
        'where a service keeps its data; its records are read, but for archived orders',
      ).conflicts(['from', 'policy', 'readAt']),
    );
  addAuditOptions(ocel).action(async (options: Options) => {
    const states = await readStates(options);
    const output = Output.stdout();
    for (const part of writeOcelJson(ocelOfOrders(states))) output.write(part);
    output.close();
  });
}

async function readStates({ from, data, ...options }: Options): Promise<readonly OrderState[]> {
  if (from === undefined && data === undefined)
    throw new AppError('usage', {
      detail: 'give --from <path...> with exported files, or --data <folder> of a service',
    });
  const input = auditInput(from ?? [], options);
  if (data !== undefined) return statesOfStore(data, input.asOf);
  let states: OrderState[] = [];
  await runAudit(input, () => {
    states = [];
    return (state) => void states.push(state);
  });
  return states;
}

async function statesOfStore(data: string, asOf: (zone: string) => number): Promise<readonly OrderState[]> {
  const { withReturns } = await import('./open-returns.ts');
  const { foldEveryOrder } = await import('../engine/fold-returns.ts');
  return withReturns(data, asOf, (db, context) => Array.fromAsync(foldEveryOrder(db, context)));
}
