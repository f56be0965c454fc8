/** `reentry connect add|test|list|backfill`: the systems that are watched. */
import { randomBytes } from 'node:crypto';
import type { Command } from 'commander';
import { connectionForms } from '../connectors/connection-forms.ts';
import type { HealthLine } from '../connectors/live-contract.ts';
import { toUnreachable } from '../connectors/source-unreachable.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { askPerson } from './ask-person.ts';
import {
  addConnectionOptions,
  gatherConnection,
  openGiven,
  type ConnectionOptions,
} from './gather-connection.ts';
import { Output, say } from './output.ts';
import type { Outcome } from './program.ts';

type Data = { readonly data: string };
type AddOptions = ConnectionOptions &
  Data & { readonly watchFrom?: string; readonly anyway?: true; readonly test: boolean };

const checkTimeoutMs = 60_000;
const dataOption = ['--data <folder>', 'where the service keeps its data', '.reentry'] as const;

export function addConnectCommand(program: Command, outcome: Outcome): void {
  const connect = program
    .command('connect')
    .description('Connect the systems that are watched: shop, ERP, helpdesk, gateway, carrier.');
  addConnectionOptions(
    connect
      .command('add')
      .description('Connect a system: asks what is missing, tests the rights, stores it.')
      .addHelpText(
        'before',
        'Examples:\n  reentry connect add woocommerce                    asks everything\n  reentry connect add stripe --secrets-stdin < stripe.json\n  reentry connect add odoo --url https://erp.example --field database=company --secret-file password=/run/secrets/odoo --secret-env user=ODOO_USER\n',
      )
      .argument('<connector>', Object.keys(connectionForms).join(', ')),
  )
    .option('--watch-from <time>', 'what stood open before belongs to the opening balance (default: now)')
    .option('--no-test', 'store it without asking the system')
    .option('--anyway', 'store it although the test found something missing')
    .option(...dataOption)
    .action(async (connector: string, options: AddOptions) => {
      outcome.exit = await addConnection(connector, options);
    });
  connect
    .command('test')
    .description('Ask the connected systems now: address, login, rights, clock.')
    .argument('[name]', 'one connection; without it all')
    .option(...dataOption)
    .action(async (name: string | undefined, { data }: Data) => {
      const { testConnections } = await import('./stored-connections.ts');
      const tested = await testConnections(data, name, AbortSignal.timeout(checkTimeoutMs));
      for (const { connection, lines } of tested) {
        say(`${connection}:`);
        sayHealth(lines);
      }
      if (tested.some(({ lines }) => hasFailed(lines))) outcome.exit = exitCodes.configuration;
    });
  connect
    .command('list')
    .description('The connections, their status and how far they have been read.')
    .option('--json', 'for programs')
    .option(...dataOption)
    .action(async ({ data, json }: Data & { readonly json?: true }) => {
      const { listStored } = await import('./stored-connections.ts');
      const rows = await listStored(data);
      const output = Output.stdout();
      if (json === true) output.write(`${JSON.stringify(rows, null, 2)}\n`);
      else for (const row of rows) output.write(`${[row.connection, row.connector, row.system, row.status, row.baseUrl ?? 'fed by files', `secrets: ${row.secrets.join(', ') || 'none'}`, ...row.progress].join('  ')}\n`); // prettier-ignore
      output.close();
      if (rows.length === 0) say('Nothing is connected yet: reentry connect add woocommerce');
    });
  connect
    .command('backfill')
    .description('Read a connection anew, newest first; what is known already changes nothing.')
    .argument('<name>', 'the connection')
    .option('--from <time>', 'what changed since, where its system can tell; without it as far as it goes')
    .option(...dataOption)
    .action(async (name: string, { data, from }: Data & { readonly from?: string }) => {
      const { backfillConnection } = await import('./stored-connections.ts');
      outcome.exit = await backfillConnection(data, name, from, say);
    });
} // prettier-ignore

const signs: Readonly<Record<HealthLine['state'], string>> = { ok: '✓', warning: '!', failed: '✗' };

export function sayHealth(lines: readonly HealthLine[]): void {
  for (const { check, state, message } of lines) say(`  ${signs[state]} ${check}: ${message}`);
}

const hasFailed = (lines: readonly HealthLine[]): boolean => lines.some(({ state }) => state === 'failed');

async function addConnection(connector: string, options: AddOptions): Promise<Outcome['exit']> {
  const ask = options.secretsStdin === true ? undefined : askPerson();
  try {
    const watchFrom = options.watchFrom ?? new Date().toISOString();
    if (Number.isNaN(Date.parse(watchFrom))) throw new AppError('time-invalid', { detail: watchFrom });
    const given = await gatherConnection(connector, options, ask);
    if (options.test) {
      const lines = await testGiven(given);
      sayHealth(lines);
      if (hasFailed(lines) && options.anyway !== true) {
        say(`Not stored: correct what is marked ✗ and run it again, or store it as it is with --anyway.`);
        say(`What a user or key needs to be allowed stands in docs/guides/least-privilege.md.`);
        return exitCodes.configuration;
      }
    }
    const isOurs = connectionForms[connector]?.webhooks === 'made' && given.secrets['webhook'] === undefined;
    const secrets = isOurs ? { ...given.secrets, webhook: randomBytes(32).toString('hex') } : given.secrets;
    const { storeConnection } = await import('./stored-connections.ts');
    const isNew = await storeConnection(options.data, { ...given, secrets }, new Date(watchFrom).toISOString());
    say(`${isNew ? 'Stored' : 'Changed'} as “${given.name}”. A running service begins within seconds; else start it: reentry serve`);
    if (isOurs)
      say('Its webhooks are set up by the service once it knows its own address: reentry serve --public-url https://…');
    return exitCodes.fine;
  } finally {
    ask?.close();
  }
} // prettier-ignore

async function testGiven(given: Parameters<typeof openGiven>[0]): Promise<readonly HealthLine[]> {
  const { live, connection } = openGiven(given, { zone: 'UTC', currency: 'EUR' });
  try {
    return await live.check(connection, AbortSignal.timeout(checkTimeoutMs));
  } catch (error) {
    return [{ check: 'connection', state: 'failed', message: toUnreachable(error).message }];
  } finally {
    connection.http.close();
  }
}
