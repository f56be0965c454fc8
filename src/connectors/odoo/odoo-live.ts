/**
 * Odoo 16 to 19, live. `baseUrl` is the server's address, `settings.fields.database` the database; secrets are `user`
 * and `password` (or an API key). Commands need `refs['sale.order']`, and `refs['stock.picking']` for receipts made by
 * hand.
 */
import { CommandRefused } from '../command-refused.ts';
import type {
  CommandPromise, ConnectorCommand, ConnectorLive, Executed, HealthLine, LiveConnection, Probe,
} from '../live-contract.ts'; // prettier-ignore
import { toExecuted, toUnreachable } from '../source-unreachable.ts';
import { executeOdooAnswer, probeOdooAnswer } from './odoo-answer-live.ts';
import { executeCreditNote, probeCreditNote } from './odoo-credit-live.ts';
import {
  censusOdoo,
  fetchOdoo,
  odooCursorSince,
  odooOverlapMs,
  odooSweptKinds,
  sweepOdoo,
} from './odoo-read-live.ts';
import { executeRestore, probeRestore } from './odoo-restore-live.ts';
import { OdooRefusal, type OdooRpc, openOdoo } from './odoo-rpc.ts';

const promise = (idempotency: CommandPromise['idempotency']): CommandPromise => ({
  idempotency,
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 2 * 60_000,
});

type Handler = {
  readonly probe: (rpc: OdooRpc, connection: LiveConnection, command: ConnectorCommand) => Promise<Probe>;
  readonly execute: (
    rpc: OdooRpc,
    connection: LiveConnection,
    command: ConnectorCommand,
  ) => Promise<Executed>;
};

const restore: Handler = { probe: probeRestore, execute: executeRestore };
const handlers: Readonly<Partial<Record<ConnectorCommand['kind'], Handler>>> = {
  'restore-stock': restore,
  'write-off': restore,
  'draft-credit-note': {
    probe: (rpc, _connection, command) => probeCreditNote(rpc, command),
    execute: (rpc, _connection, command) => executeCreditNote(rpc, command),
  },
  'place-answer': {
    probe: (rpc, _connection, command) => probeOdooAnswer(rpc, command),
    execute: (rpc, _connection, command) => executeOdooAnswer(rpc, command),
  },
};

const reads = [
  ['sale.order', 'sales', 'Sales / User: All Documents'],
  ['stock.picking', 'transfers', 'Inventory / User'],
  ['stock.move', 'stock moves', 'Inventory / User'],
  ['product.product', 'products', 'Inventory / User'],
  ['account.move', 'invoices and credit notes', 'Invoicing / Billing'],
] as const;

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  try {
    const rpc = await openOdoo(connection, signal);
    say('login', 'ok', 'Signed in.');
    for (const [model, name, right] of reads) {
      try {
        await rpc.read(model, 'search', [[]], { limit: 1 });
        say(`read ${model}`, 'ok', `Can read ${name}.`);
      } catch (error) {
        if (!(error instanceof OdooRefusal)) throw error;
        say(`read ${model}`, 'failed', `Cannot read ${name}; give the user the right “${right}”.`);
      }
    }
    const mayPlant = await rpc
      .read('ir.model.data', 'check_access_rights', ['create'], { raise_exception: false })
      .catch(() => false);
    if (mayPlant !== true)
      say(
        'key',
        'ok',
        'The user is no administrator, as it should be; keys are planted in the notes of transfers.',
      );
  } catch (error) {
    const { code, message } = toUnreachable(error);
    const told =
      code === 'unauthorized'
        ? 'The user, the password or the API key is wrong; enter it again.'
        : code === 'route-missing'
          ? 'Odoo does not know this database; set its name in fields.database.'
          : message;
    say('login', 'failed', told);
  }
  return lines;
}

export const odooLive: ConnectorLive = {
  name: 'odoo',
  contract: {
    commands: {
      'restore-stock': promise('unique-field'),
      'write-off': promise('unique-field'),
      'draft-credit-note': promise('probe-only'),
      'place-answer': promise('probe-only'),
    },
    overlapMs: odooOverlapMs,
    requestsPerSecond: 10,
    finalErrors: ['access', 'rule', 'no-delivery', 'already-returned', 'wizard', 'no-invoice', 'draft-exists', 'amount-differs'],
  },
  sweeps: Object.keys(odooSweptKinds).map((kind) => ({ kind, census: true })),
  sweep: sweepOdoo,
  cursorSince: odooCursorSince,
  census: censusOdoo,
  fetch: fetchOdoo,
  // Odoo sends no webhooks of its own that carry a signature.
  verify: () => ({ is: 'rejected', code: 'unreadable', message: 'Odoo sends no signed webhooks.' }),
  async probe(connection, command, signal) {
    const handler = handlers[command.kind];
    if (handler === undefined)
      return { is: 'undecidable', message: `Odoo cannot be told to ${command.kind}.` };
    try {
      return await handler.probe(await openOdoo(connection, signal), connection, command);
    } catch (error) {
      const known = error instanceof CommandRefused || error instanceof OdooRefusal;
      return { is: 'undecidable', message: known ? error.message : toUnreachable(error).message };
    }
  },
  async execute(connection, command, signal) {
    const handler = handlers[command.kind];
    const message = `Odoo cannot be told to ${command.kind}.`;
    if (handler === undefined) return { is: 'failed', code: 'unsupported', message, final: true };
    try {
      return await handler.execute(await openOdoo(connection, signal), connection, command);
    } catch (error) {
      if (error instanceof CommandRefused)
        return { is: 'failed', code: error.code, message: error.message, final: true };
      if (error instanceof OdooRefusal) {
        // The transaction was rolled back; what earlier steps did stands and is found again.
        const final = error.because === 'access' || error.because === 'rule';
        return { is: 'failed', code: error.because, message: error.message, final };
      }
      return toExecuted(error);
    }
  },
  check,
}; // prettier-ignore
