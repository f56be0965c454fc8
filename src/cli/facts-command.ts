/** `reentry facts CONNECTOR FILE|-`: what Reentry reads from one payload. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Command } from 'commander';
import { isMissing } from '../audit/find-files.ts';
import { settingsOf } from '../audit/load-target.ts';
import { readFacts } from '../audit/read-facts.ts';
import { readPolicyFile } from '../audit/run-audit.ts';
import { connectors, findConnector } from '../connectors/registry.ts';
import { defaultPolicyFile } from '../kernel/policy-file.ts';
import { AppError } from '../wire/errors.ts';
import { exitCodes } from '../wire/exit-codes.ts';
import { Output, say } from './output.ts';
import type { Outcome } from './program.ts';

type Options = { readonly policy?: string; readonly connection?: string };

export function addFactsCommand(program: Command, outcome: Outcome): void {
  program
    .command('facts')
    .description(
      'What Reentry reads from a payload, as one event a line; what it does not understand goes to stderr.',
    )
    .addHelpText(
      'before',
      'Examples:\n  reentry facts woocommerce order.json\n  curl -s …/wp-json/wc/v3/orders/1239 | reentry facts woocommerce -\n',
    )
    .argument('<connector>', connectors.map(({ name }) => name).join(', '))
    .argument('<file>', 'JSON or NDJSON, plain or .gz; - for stdin')
    .option('--policy <file>', 'settings of the connection')
    .option('--connection <name>', 'which connection of the policy file (default: the name of the connector)')
    .action((name: string, file: string, options: Options) => {
      const connector = findConnector(name);
      if (connector === undefined) {
        throw new AppError('connector-unknown', {
          detail: `${name}; there are: ${connectors.map((one) => one.name).join(', ')}`,
        });
      }
      const policyFile = options.policy === undefined ? defaultPolicyFile() : readPolicyFile(options.policy);
      const connection = options.connection ?? name;
      const policy = policyFile.connections.find((one) => one.name === connection);
      const defaults = { zone: policyFile.policy.zone, currency: policyFile.currency ?? 'EUR' };
      const settings = settingsOf({ name: connection, connector, policy }, defaults);
      const { facts, objects, unread, setAside } = readFacts(
        readPayload(file),
        file === '-' ? 'stdin' : file,
        connector,
        settings,
      );
      const output = Output.stdout();
      for (const fact of facts) output.write(`${JSON.stringify(fact)}\n`);
      output.close();
      for (const { reason, count } of setAside) say(`${count > 1 ? `${count} × ` : ''}${reason}`);
      for (const { object, unread: one } of unread) {
        say(
          `${object}${one.field === '' ? '' : `, field ${one.field}`}: ${one.code}: "${one.value}". ${one.message}`,
        );
      }
      say(`${objects} objects, ${facts.length} facts, ${unread.length} values not understood`);
      outcome.exit = objects === 0 ? exitCodes.failed : exitCodes.fine;
    });
}

function readPayload(file: string): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    throw new AppError(isMissing(cause) ? 'path-not-found' : 'file-unreadable', { detail: file, cause });
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new AppError('file-unreadable', { detail: `${file}: the gzip file is damaged or cut off`, cause });
  }
}
