/**
 * Tryton 6, live. `baseUrl` is `https://host/<database>/`; secrets are `user` and `password`.
 *
 * Commands need `refs['sale.sale']` (the sales of the order), and `refs['stock.shipment.out.return']` for returns
 * without a sale.
 */
import type {
  CommandPromise, ConnectorCommand, ConnectorLive, Executed, HealthLine, LiveConnection, Probe,
} from '../live-contract.ts'; // prettier-ignore
import { CommandRefused } from '../command-refused.ts';
import { SourceUnreachable, toExecuted, toUnreachable } from '../source-unreachable.ts';
import { executeCreditNote, probeCreditNote } from './tryton-credit-live.ts';
import { kinds } from './tryton-kind.ts';
import {
  censusTryton,
  fetchTryton,
  sweepTryton,
  trytonCursorSince,
  trytonOverlapMs,
} from './tryton-read-live.ts';
import { executeRestore, probeRestore } from './tryton-restore-live.ts';
import { type TrytonRpc, TrytonRefusal, openTryton } from './tryton-rpc.ts';
import { asRecord } from './tryton-value.ts';

/** A queue worker of Tryton finishes within seconds (CONNECTORS: recordings 113–115); a minute is generous. */
const promise = (idempotency: CommandPromise['idempotency']): CommandPromise => ({
  idempotency,
  keyLifetimeMs: Number.POSITIVE_INFINITY,
  settleTimeMs: 60_000,
});

const handlers = {
  'restore-stock': { probe: probeRestore, execute: executeRestore },
  'write-off': { probe: probeRestore, execute: executeRestore },
  'draft-credit-note': { probe: probeCreditNote, execute: executeCreditNote },
} as const;

function handlerOf(command: ConnectorCommand): (typeof handlers)[keyof typeof handlers] | undefined {
  return Object.hasOwn(handlers, command.kind) ? handlers[command.kind as keyof typeof handlers] : undefined;
}

async function probe(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  const handler = handlerOf(command);
  if (handler === undefined)
    return { is: 'undecidable', message: `Tryton cannot be told to ${command.kind}.` };
  try {
    return await handler.probe(await openTryton(connection, signal), command);
  } catch (error) {
    if (error instanceof CommandRefused || error instanceof TrytonRefusal)
      return { is: 'undecidable', message: error.message };
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

async function execute(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const handler = handlerOf(command);
  if (handler === undefined)
    return {
      is: 'failed',
      code: 'unsupported',
      message: `Tryton cannot be told to ${command.kind}.`,
      final: true,
    };
  try {
    return await handler.execute(await openTryton(connection, signal), command);
  } catch (error) {
    if (error instanceof CommandRefused)
      return { is: 'failed', code: error.code, message: error.message, final: true };
    if (error instanceof TrytonRefusal) {
      // Each step is one transaction that was rolled back; what an earlier step did stands, and is found again.
      const final = ['access', 'rule', 'warning'].includes(error.because);
      return { is: 'failed', code: error.because, message: error.message, final };
    }
    return toExecuted(error);
  }
}

/** Rates of taxes tell how a document's tax is shared out over its lines; without them it is shared out by amount. */
const optionalKind = 'account.tax';

const modelsToRead = [
  ['sale.sale', 'sales'],
  ['stock.move', 'stock moves'],
  ['stock.shipment.out.return', 'customer returns'],
  ['stock.location', 'locations'],
  ['product.product', 'products'],
  ['account.invoice', 'invoices and credit notes'],
] as const;

async function canRead(rpc: TrytonRpc, model: string): Promise<boolean> {
  try {
    await rpc.read(`model.${model}.search`, [[], 0, 1, null]);
    return true;
  } catch (error) {
    if (error instanceof TrytonRefusal) return false;
    throw error;
  }
}

async function check(connection: LiveConnection, signal: AbortSignal): Promise<readonly HealthLine[]> {
  const lines: HealthLine[] = [];
  const say = (name: string, state: HealthLine['state'], message: string): void =>
    void lines.push({ check: name, state, message });
  let rpc: TrytonRpc;
  try {
    rpc = await openTryton(connection, signal);
  } catch (error) {
    const { code, message } = toUnreachable(error);
    say('login', 'failed', code === 'unauthorized' ? 'User name or password is wrong; enter them again.' : message); // prettier-ignore
    return lines;
  }
  say('login', 'ok', 'Signed in.');
  if (rpc.company === undefined)
    say('company', 'failed', 'The user has no company; set one in Tryton under Administration › Users.');
  for (const [model, name] of modelsToRead) {
    if (await canRead(rpc, model)) say(`read ${model}`, 'ok', `Can read ${name}.`);
    else say(`read ${model}`, 'failed', `Cannot read ${name}; add the user to a group that may.`);
  }
  if ((await rpc.fieldsOf('sale.sale', ['web_id']))?.length !== 1)
    say(
      'module web_shop',
      'warning',
      'Without the module web_shop no return can be made in Tryton from here.',
    );
  const access = asRecord(
    await rpc
      .read('model.ir.model.access.get_access', [
        ['sale.sale', 'stock.shipment.out.return', 'account.invoice'],
      ])
      .catch(() => undefined),
  );
  // Rights come as 0 and 1, and as true where no rule is set.
  const mayWrite = ['sale.sale', 'stock.shipment.out.return', 'account.invoice'].filter((model) =>
    Boolean(asRecord(access?.[model])?.['create'] ?? true),
  );
  say('write', 'ok', mayWrite.length === 3 ? 'May make returns and draft credit notes.' : 'May only read some documents; enough to watch.'); // prettier-ignore
  const clock = await readSkew(connection, signal);
  if (clock !== undefined && Math.abs(clock) > 120_000)
    say(
      'clock',
      'warning',
      `Tryton's clock is ${Math.round(clock / 60_000)} minutes off; have it set by NTP.`,
    );
  return lines;
}

/** How far the server's clock is ahead of ours, in milliseconds. */
async function readSkew(connection: LiveConnection, signal: AbortSignal): Promise<number | undefined> {
  const response = await connection.http.request({
    method: 'POST',
    url: connection.baseUrl,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 0, method: 'common.server.version', params: [] }),
    safe: true,
    signal,
  });
  const at = Date.parse(response.headers['date'] ?? '');
  return Number.isNaN(at) ? undefined : at - Date.now();
}

export const trytonLive: ConnectorLive = {
  name: 'tryton',
  contract: {
    commands: {
      'restore-stock': promise('unique-field'),
      'write-off': promise('unique-field'),
      'draft-credit-note': promise('probe-only'),
    },
    overlapMs: trytonOverlapMs,
    requestsPerSecond: 20,
    finalErrors: [
      'access',
      'rule',
      'warning',
      'no-sale',
      'no-invoice',
      'already-returned',
      'received-apart',
      'altered',
      'announced-otherwise',
      'amount-differs',
      'draft-exists',
    ],
  },
  // Masters first: what is read after them finds its products and locations.
  sweeps: [
    'stock.location', 'product.product', optionalKind, 'sale.sale', 'sale.line', 'stock.shipment.out', 'stock.shipment.out.return',
    'stock.shipment.internal', 'stock.move', 'account.invoice', 'account.invoice.line', 'sale.complaint',
    'sale.complaint.action',
  ].filter((kind) => (kinds as readonly string[]).includes(kind)).map((kind) => ({ kind, census: kind !== optionalKind })), // prettier-ignore
  sweep: async (connection, kind, cursor, signal) => {
    try {
      return await sweepTryton(connection, kind, cursor, signal);
    } catch (error) {
      if (kind === optionalKind && error instanceof TrytonRefusal && error.because === 'access')
        return { objects: [], cursor: cursor ?? '{}', done: true };
      throw error instanceof TrytonRefusal
        ? new SourceUnreachable(error.because === 'access' ? 'forbidden' : 'server-error', error.message)
        : toUnreachable(error);
    }
  },
  cursorSince: trytonCursorSince,
  census: censusTryton,
  fetch: fetchTryton,
  // Tryton sends no webhooks.
  verify: () => ({ is: 'rejected', code: 'unreadable', message: 'Tryton sends no webhooks.' }),
  probe,
  execute,
  check,
};
