/**
 * Odoo 16 to 19, live. `baseUrl` is the server's address, `settings.fields.database` the database; secrets are `user`
 * and `password` (or an API key); `settings.fields.api` may be `json2`. Commands need `refs['sale.order']`, and `refs['stock.picking']` for receipts made by
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
import { hasAddress, type OdooRpc, openOdoo } from './odoo-rpc.ts';
import { OdooRefusal, readOdooServer } from './odoo-transport.ts';

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

const oldestMajor = 16;
const newestMajor = 19;
/** More than that between the clocks is told. */
const clockMinutesMax = 2;

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
    const { major, at } = await readOdooServer(connection, signal);
    if (major < oldestMajor || major > newestMajor) {
      const message = `Odoo ${major} was not tried; ${oldestMajor} to ${newestMajor} are understood.`;
      say('version', 'warning', message);
    }
    const off = Math.round((at - Date.now()) / 60_000);
    if (Math.abs(off) > clockMinutesMax)
      say('clock', 'warning', `Odoo's clock is ${off} minutes off; have it set by NTP.`);
    for (const [model, name, right] of reads) {
      try {
        await rpc.read(model, 'search', [[]], { limit: 1 });
        say(`read ${model}`, 'ok', `Can read ${name}.`);
      } catch (error) {
        if (!(error instanceof OdooRefusal)) throw error;
        say(`read ${model}`, 'failed', `Cannot read ${name}; give the user the right “${right}”.`);
      }
    }
    if (!(await hasAddress(rpc))) {
      const message =
        'The user has no e-mail address: enter one in its preferences, Odoo makes no return and no note for a user without.';
      say('address', 'warning', message);
    }
    if (!(await rpc.mayCreate('ir.model.data')))
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
    finalErrors: ['access', 'rule', 'no-delivery', 'several-deliveries', 'already-returned', 'received-apart', 'altered', 'wizard', 'not-in-stock', 'no-invoice', 'draft-exists', 'amount-differs'],
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
        const rpc = await openOdoo(connection, signal);
        if (error.because === 'rule' && !(await hasAddress(rpc).catch(() => true))) {
          const said = `The user of Reentry in Odoo has no e-mail address; enter one in its preferences. (${error.message})`;
          return { is: 'failed', code: 'no-address', message: said, final: false };
        }
        // The transaction was rolled back; what earlier steps did stands and is found again.
        const final = error.because === 'access' || error.because === 'rule';
        return { is: 'failed', code: error.because, message: error.message, final };
      }
      return toExecuted(error);
    }
  },
  check,
}; // prettier-ignore
