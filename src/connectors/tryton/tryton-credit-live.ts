/**
 * `draft-credit-note`: an invoice of type `out` with negative lines, left as a draft for a person to post. The key
 * stands in its description and is looked for first; `description` is not unique, so one writer per order is ours.
 *
 * Its lines come from the lines of the posted invoice, never from the sale lines: Tryton would take a credit on a
 * sale line for something still to be invoiced, and invoice it again.
 */
import { type Money, formatDecimal, scaleMinor } from '../../kernel/money.ts';
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, Executed, ObjectRef, Probe } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { findRows, idsOf, refsOf } from './tryton-job-live.ts';
import type { TrytonRpc } from './tryton-rpc.ts';
import { type JsonRecord, asRecord, decodeId, decodeMinor } from './tryton-value.ts';

const invoiceKind = 'account.invoice';

const descriptionOf = (command: ConnectorCommand): string =>
  `${command.text ?? 'Credit note'} (${plantedKey(command.key)})`;

/**
 * What carries the key: a draft of another amount is a half-made one of ours, left by a crash; one that somebody else
 * wrote since is theirs, whatever it amounts to.
 */
async function findMade(
  rpc: TrytonRpc,
  command: ConnectorCommand,
): Promise<{ readonly whole: readonly number[]; readonly broken: readonly number[] }> {
  const domain = [
    ['description', 'like', `%${plantedKey(command.key)}%`],
    ['state', '!=', 'cancelled'],
  ];
  const whole: number[] = [];
  const broken: number[] = [];
  for (const row of await findRows(rpc, invoiceKind, domain, ['state', 'total_amount', 'write_uid'])) {
    const id = decodeId(row['id']) ?? 0;
    const writer = decodeId(row['write_uid']) ?? rpc.userId;
    const fits = row['state'] !== 'draft' || writer !== rpc.userId || isAmount(row, command);
    (fits ? whole : broken).push(id);
  }
  return { whole, broken };
}

/** Tax is rounded per document there and per line in the shop: a cent between them is no mistake. */
function isAmount(row: JsonRecord | undefined, command: ConnectorCommand): boolean {
  const { amount } = command;
  if (amount === undefined) return false;
  return Math.abs(-(decodeMinor(row?.['total_amount'], amount.currency) ?? 0) - amount.minor) <= 1;
}

const refs = (ids: readonly number[]): ObjectRef[] =>
  ids.map((id) => ({ kind: invoiceKind, id: String(id) }));

export async function probeCreditNote(rpc: TrytonRpc, command: ConnectorCommand): Promise<Probe> {
  const { whole } = await findMade(rpc, command);
  return whole.length === 0 ? { is: 'absent' } : { is: 'effect', refs: refs(whole) };
}

type Line = { readonly row: JsonRecord; readonly net: number; readonly taxes: string };

/** Tryton computes the taxes of a draft when it is written, not when it is made. */
async function computeTaxes(rpc: TrytonRpc, command: ConnectorCommand, id: number): Promise<boolean> {
  await rpc.write(`model.${invoiceKind}.write`, [[id], { description: descriptionOf(command) }]);
  const [row] = await findRows(rpc, invoiceKind, [['id', '=', id]], ['total_amount']);
  return isAmount(row, command);
}

export async function executeCreditNote(rpc: TrytonRpc, command: ConnectorCommand): Promise<Executed> {
  const { whole, broken } = await findMade(rpc, command);
  if (whole.length > 0) return { is: 'accepted', refs: refs(whole) };
  for (const id of broken) {
    if (await computeTaxes(rpc, command, id)) return { is: 'accepted', refs: refs([id]) };
    await rpc.write(`model.${invoiceKind}.delete`, [[id]]);
  }
  const { amount } = command;
  if (amount === undefined || amount.minor <= 0)
    throw new CommandRefused('incomplete', 'The command names no amount.');
  const sales = await findRows(
    rpc,
    'sale.sale',
    [['id', 'in', refsOf(command, 'sale.sale')]],
    ['invoices', 'origin'],
  );
  const origins = sales.map((sale) => `sale.sale,${String(sale['id'])}`);
  const returns = await findRows(rpc, 'sale.sale', [['origin', 'in', origins]], ['invoices']);
  const ids = [...new Set([...sales, ...returns].flatMap((sale) => idsOf(sale['invoices'])))];
  const invoices = await findRows(
    rpc,
    invoiceKind,
    [
      ['id', 'in', ids],
      ['type', '=', 'out'],
    ],
    [
      'state', 'total_amount', 'untaxed_amount', 'lines', 'party', 'invoice_address', 'currency', 'currency.code',
      'company', 'account', 'journal', 'payment_term',
    ],
  ); // prettier-ignore
  const total = (row: JsonRecord): number => decodeMinor(row['total_amount'], amount.currency) ?? 0;
  if (invoices.some((row) => total(row) < 0 && row['state'] === 'draft')) {
    const message = 'A draft credit note for this order is waiting in Tryton already; post or cancel it.';
    throw new CommandRefused('draft-exists', message);
  }
  const sold = invoices.find(
    (row) =>
      total(row) >= amount.minor &&
      (row['state'] === 'posted' || row['state'] === 'paid') &&
      asRecord(row['currency.'])?.['code'] === amount.currency,
  );
  if (sold === undefined)
    throw new CommandRefused('no-invoice', 'No posted invoice of this order is as large as the refund.');
  const rows = await findRows(
    rpc,
    'account.invoice.line',
    [
      ['id', 'in', idsOf(sold['lines'])],
      ['type', '=', 'line'],
    ],
    [
      'product',
      'product.code',
      'quantity',
      'unit',
      'unit_price',
      'amount',
      'account',
      'taxes',
      'description',
    ],
  );
  const lines: readonly Line[] = rows.map((row) => ({
    row,
    net: decodeMinor(row['amount'], amount.currency) ?? 0,
    taxes: JSON.stringify(idsOf(row['taxes'])),
  }));
  const parties = ['party', 'invoice_address', 'currency', 'company', 'account', 'journal', 'payment_term'];
  const head = {
    ...Object.fromEntries(parties.map((field) => [field, sold[field]])),
    type: 'out',
    description: descriptionOf(command),
  };
  for (const attempt of [unitLines(command, lines), amountLines(amount, total(sold), lines)]) {
    if (attempt.length === 0) continue;
    const made = await rpc.write(`model.${invoiceKind}.create`, [
      [{ ...head, lines: [['create', attempt]] }],
    ]);
    const [id] = idsOf(made);
    if (id === undefined) break;
    if (await computeTaxes(rpc, command, id)) return { is: 'accepted', refs: refs([id]) };
    await rpc.write(`model.${invoiceKind}.delete`, [[id]]);
  }
  throw new CommandRefused('amount-differs', 'Tryton would credit another amount; write this one by hand.');
}

/** The returned units at the price they were invoiced at. */
function unitLines(command: ConnectorCommand, lines: readonly Line[]): JsonRecord[] {
  if (command.sku === undefined || command.units === undefined) return [];
  let left = command.units;
  const credited = lines.flatMap(({ row }) => {
    if (asRecord(row['product.'])?.['code'] !== command.sku) return [];
    const taken = Math.min(left, typeof row['quantity'] === 'number' ? Math.max(0, row['quantity']) : 0);
    left -= taken;
    return taken === 0 ? [] : [creditLine(row, { quantity: -taken, unit_price: row['unit_price'] })];
  });
  return left === 0 ? credited : [];
}

/** Part of an invoice as one line per kind of tax, in proportion; the last one takes what rounding left. */
function amountLines(amount: Money, total: number, lines: readonly Line[]): JsonRecord[] {
  const groups = Map.groupBy(
    lines.filter((line) => line.net > 0),
    (line) => line.taxes,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const net = group.reduce((sum, line) => sum + line.net, 0);
    const part = scaleMinor(net, amount.minor, total);
    if (first === undefined || part === 0) return [];
    const price = { __class__: 'Decimal', decimal: formatDecimal({ ...amount, minor: part }) };
    return [creditLine(first.row, { quantity: -1, unit_price: price, product: null, unit: null })];
  });
}

function creditLine(row: JsonRecord, change: JsonRecord): JsonRecord {
  const { product, unit, account, description } = row;
  const taxes = [['add', idsOf(row['taxes'])]];
  return {
    type: 'line', product, unit, account, taxes,
    description: typeof description === 'string' ? description : '',
    origin: `account.invoice.line,${String(row['id'])}`,
    ...change,
  }; // prettier-ignore
}
