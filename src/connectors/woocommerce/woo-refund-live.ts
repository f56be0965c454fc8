/**
 * Writing refunds: `refund` (the gateway pays), `record-refund` (somebody paid already) and `restock-shop` (no money,
 * only units). WooCommerce knows no idempotency key (331–334) and checks almost nothing (323–330), so every check is
 * here: the key goes into the reason and the meta data, the refunds of the order are listed before a write, and a write
 * whose answer is not clear is never sent again: whether it took effect is read, and where that cannot be known a
 * person decides.
 *
 * `api_refund` and `api_restock` are always sent: both are true by default.
 */
import { type Money, formatDecimal, parseMinor } from '../../kernel/money.ts';
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import { carriesKey, plantedKey } from '../planted-key.ts';
import { SourceUnreachable, notYetWritten, toUnreachable } from '../source-unreachable.ts';
import { sumMinor } from './exact-decimal.ts';
import { skuOf } from './line-item.ts';
import { findMeta, findMetaCount } from './meta-data.ts';
import { type Shape, idOf, isShape } from './object-fields.ts';
import { executeWooAnswer, probeWooAnswer } from './woo-answer-live.ts';
import { knownRefund } from './refunds-of-order.ts';
import { restockedUnits } from './restocked-units.ts';
import { readRefundsOf } from './woo-order-parts-live.ts';
import { fetchOrder } from './woo-read-live.ts';
import { wooRefundLines, type WooRefundLine as Line } from './refund-lines.ts';
import { callWoo, refuseWoo } from './woo-request.ts';

const keyField = '_reentry_key';

function orderOf(command: ConnectorCommand): string | undefined {
  return idOf(command.refs['order']?.split(',').at(0));
}

const orderTrashed = (): Executed =>
  failed('order-trashed', 'The order lies in the trash; take it out of there first.');

const failed = (code: string, message: string): Executed => ({ is: 'failed', code, message, final: true });

/** Refunds of the order that carry the key. The meta data is there only after the gateway has answered (801). */
async function findMine(
  connection: LiveConnection,
  order: string,
  key: string,
  signal: AbortSignal,
): Promise<readonly Shape[]> {
  return (await listRefunds(connection, order, signal)).filter((body) => isMine(body, key));
}

async function listRefunds(
  connection: LiveConnection,
  order: string,
  signal: AbortSignal,
): Promise<readonly Shape[]> {
  return (await readRefundsOf(connection, order, signal)).map((refund) => refund.body).filter(isShape);
}

const isMine = (body: Shape, key: string): boolean =>
  carriesKey(body['reason'], key) || carriesKey(findMeta(body, [keyField]), key);

/** Refunds of money that nobody knew when the command was decided on. */
function unknownOf(command: ConnectorCommand, refunds: readonly Shape[]): readonly string[] {
  const known = new Set((command.refs['refund'] ?? '').split(','));
  return refunds
    .filter((body) => !isMine(body, command.key) && Number(body['amount']) !== 0)
    .flatMap((body) => idOf(body['id']) ?? [])
    .filter((id) => !known.has(id));
}

const refOf = (body: Shape): ObjectRef => ({ kind: 'refund', id: idOf(body['id']) ?? '' });

/** What a refund with our key proves. One that the gateway should have paid proves nothing until it says so. */
function judge(command: ConnectorCommand, mine: readonly Shape[]): Probe {
  if (mine.length === 0) return { is: 'absent' };
  const refs = mine.map(refOf);
  if (command.kind === 'refund' && !mine.some((body) => body['refunded_payment'] === true)) {
    const message =
      'The shop has the refund but does not say that the gateway paid it: it may be at work (801), about to take the refund away (803), or dead (807).';
    return { is: 'undecidable', message };
  }
  return { is: 'effect', refs };
}

export async function probeWoo(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  const order = orderOf(command);
  if (order === undefined) return { is: 'undecidable', message: 'The command names no order of the shop.' };
  if (command.kind === 'place-answer') return probeWooAnswer(connection, command, order, signal);
  try {
    return judge(command, await findMine(connection, order, command.key, signal));
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

export async function executeWoo(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  const order = orderOf(command);
  if (order === undefined) return failed('incomplete', 'The command names no order of the shop.');
  if (command.kind === 'place-answer') return executeWooAnswer(connection, command, order, signal);
  const planned = await prepare(connection, command, order, signal).catch(notYetWritten);
  return 'is' in planned ? planned : send(connection, command, order, planned, signal);
}

/** All that is read before the one write: is it there already, does it fit, how does it look. */
async function prepare(
  connection: LiveConnection,
  command: ConnectorCommand,
  order: string,
  signal: AbortSignal,
): Promise<Planned | Executed> {
  const answer = await callWoo(connection, { path: `orders/${order}`, query: { dp: '6' } }, signal);
  if (answer.is === 'error' && answer.status === 404)
    return failed(answer.code, 'The shop has no such order.');
  if (answer.is !== 'ok') throw refuseWoo(answer, connection);
  // After the order: a refund made in between is then in the list, whatever the order says is left.
  const refunds = await listRefunds(connection, order, signal);
  const mine = refunds.filter((body) => isMine(body, command.key));
  const before = judge(command, mine);
  if (before.is === 'effect') return { is: 'accepted', refs: before.refs };
  if (before.is === 'undecidable') return { is: 'unknown', message: before.message };
  if (command.kind === 'restock-shop') return planRestock(connection, command, order, signal);
  // Somebody refunded since everything was read: it is read and judged again, and then it may not be wanted any more.
  const unknown = unknownOf(command, refunds);
  if (unknown.length > 0) {
    const message = `Another refund was made meanwhile: ${unknown.join(', ')}.`;
    return { is: 'failed', code: 'refunded-meanwhile', message, final: false };
  }
  return planRefund(connection, command, isShape(answer.body) ? answer.body : {});
}

type Planned = { readonly amount: string; readonly lines: readonly Line[] };

/** What is sent, or why nothing is. */
function planRefund(connection: LiveConnection, command: ConnectorCommand, order: Shape): Planned | Executed {
  if (order['status'] === 'trash') return orderTrashed();
  const currency = typeof order['currency'] === 'string' ? order['currency'] : connection.settings.currency;
  const { amount } = command;
  if (amount === undefined || amount.minor <= 0) return failed('incomplete', 'The command names no amount.');
  if (amount.currency !== currency)
    return failed('wrong-currency', `The order is in ${currency}, not in ${amount.currency}.`);
  const left = remainingMinor(order, currency);
  if (left === undefined) return failed('unreadable', 'The totals of the order cannot be read.');
  if (amount.minor > left) {
    const shown = formatDecimal({ minor: left, currency });
    return failed('over-remaining', `Only ${shown} ${currency} of the order are not refunded yet.`);
  }
  const lines = refundLines(order, command, amount);
  return { amount: formatDecimal(amount), lines };
}

function remainingMinor(order: Shape, currency: string): number | undefined {
  const total = parseMinor(String(order['total']), currency);
  const refunds: readonly unknown[] = Array.isArray(order['refunds']) ? (order['refunds'] as unknown[]) : [];
  let left = total;
  for (const refund of refunds) {
    // The order lists its refunds with negative totals.
    const part = isShape(refund) ? parseMinor(String(refund['total']), currency) : undefined;
    left = left === undefined || part === undefined ? undefined : left - Math.abs(part);
  }
  return left;
}

function linesOf(order: Shape, sku: string | undefined): readonly Shape[] {
  const lines: readonly unknown[] = Array.isArray(order['line_items'])
    ? (order['line_items'] as unknown[])
    : [];
  return lines.filter(isShape).filter((line) => skuOf(line, idOf(line['id'])) === sku);
}

/** The units as lines of the order as it is now, with all its refunds and the shop's notes about its stock. */
async function planRestock(
  connection: LiveConnection,
  command: ConnectorCommand,
  id: string,
  signal: AbortSignal,
): Promise<Planned | Executed> {
  const found = await fetchOrder(connection, id, signal);
  if (found.is === 'unreachable') throw new SourceUnreachable(found.code, found.message);
  const order = found.is === 'snapshot' && isShape(found.snapshot.body) ? found.snapshot.body : {};
  if (order['status'] === 'trash') return orderTrashed();
  const bodies = found.is === 'snapshot' ? (found.others ?? []).map((other) => other.body) : [];
  const refunds = bodies.filter(isShape).flatMap(knownRefund);
  const { sku, units = 0 } = command;
  const context = { settings: connection.settings, lookup: () => undefined };
  const own = linesOf(order, sku).map((line) => ({
    line,
    restocked: restockedUnits(order, line, refunds, context),
  }));
  if (own.some(({ restocked }) => !restocked.isSure)) {
    const message =
      'Refunds of this order overlapped, and the shop lost count of what it put back. Compare with its stock, and correct that by hand.';
    return failed('restock-unclear', message);
  }
  let left = units;
  const lines = own.flatMap(({ line, restocked }) => {
    // Both: the mark goes down with each restock (312), unless refunds overlapped, and is gone after a cancellation.
    const reduced = findMetaCount(line, '_reduced_stock') ?? 0;
    const taken = Math.min(left, Math.max(0, Math.min(reduced, Number(line['quantity']) - restocked.units)));
    left -= taken;
    const money = { refund_total: '0', refund_tax: [] };
    return taken === 0 ? [] : [{ id: Number(line['id']), quantity: taken, ...money }];
  });
  if (sku !== undefined && units > 0 && left === 0) return { amount: '0', lines };
  const message = 'The shop never reduced its stock for these units, or has put them back already.';
  return failed('nothing-to-restock', message);
}

/**
 * The refunded units as lines, where one line and its taxes make exactly the amount; without lines otherwise: the
 * amount wins over the lines even when they disagree (330), and lines that do not add up would be a problem of our own.
 */
function refundLines(order: Shape, command: ConnectorCommand, amount: Money): readonly Line[] {
  if (command.parts !== undefined) return wooRefundLines(order, command.parts, amount.currency) ?? [];
  const { sku, units = 0 } = command;
  const line = linesOf(order, sku).find((each) => Number(each['quantity']) >= units);
  if (sku === undefined || units <= 0 || line === undefined) return [];
  const { currency } = amount;
  const ordered = Number(line['quantity']);
  // With six decimals the net is unrounded while the taxes are rounded: cents come right from the sum of both (963).
  const share = (...texts: readonly unknown[]): number | undefined => {
    const minor = sumMinor(texts.map(String), currency);
    return minor === undefined ? undefined : Math.round((minor * units) / ordered);
  };
  const taxes = (Array.isArray(line['taxes']) ? (line['taxes'] as unknown[]) : []).filter(isShape);
  const parts = taxes.map((tax) => ({ id: Number(tax['id']), minor: share(tax['total']) ?? 0 }));
  const tax = parts.reduce((sum, part) => sum + part.minor, 0);
  const gross = share(line['total'], line['total_tax']);
  // The units' own price, give or take what rounding leaves; the net takes the difference.
  if (gross === undefined || Math.abs(amount.minor - gross) > 1 || amount.minor < tax) return [];
  const text = (minor: number): string => formatDecimal({ minor, currency });
  return [
    {
      id: Number(line['id']),
      quantity: units,
      refund_total: text(amount.minor - tax),
      refund_tax: parts.map((part) => ({ id: part.id, refund_total: text(part.minor) })),
    },
  ];
}

async function send(
  connection: LiveConnection,
  command: ConnectorCommand,
  order: string,
  planned: Planned,
  signal: AbortSignal,
): Promise<Executed> {
  const token = plantedKey(command.key);
  const answer = await callWoo(
    connection,
    {
      method: 'POST',
      path: `orders/${order}/refunds`,
      body: {
        amount: planned.amount,
        reason: command.text === undefined ? token : `${command.text} (${token})`,
        api_refund: command.kind === 'refund',
        api_restock: command.kind === 'restock-shop',
        meta_data: [{ key: keyField, value: token }],
        ...(planned.lines.length === 0 ? {} : { line_items: planned.lines }),
      },
    },
    signal,
  );
  if (answer.is === 'ok' && isShape(answer.body) && idOf(answer.body['id']) !== undefined) {
    const probe = judge(command, [answer.body]);
    return probe.is === 'effect'
      ? { is: 'accepted', refs: probe.refs }
      : { is: 'unknown', message: 'WooCommerce made the refund but does not say that the gateway paid it.' };
  }
  if (answer.is !== 'error')
    return { is: 'unknown', message: 'WooCommerce gave no clear answer to the refund.' };
  if (answer.status === 401 || answer.status === 403)
    return failed(answer.code, connection.http.redact(answer.message));
  if (answer.status === 429)
    return { is: 'failed', code: 'rate-limited', message: 'The shop asks to slow down.', final: false };
  // A refusal is HTTP 500 with a code (307, 347); the refund that was made for the gateway is gone again by then, or
  // it is not, and then nobody knows yet.
  const mine = await findMine(connection, order, command.key, signal);
  return mine.length === 0
    ? failed(answer.code, connection.http.redact(answer.message))
    : { is: 'unknown', message: 'WooCommerce refused the refund, yet it is there.' };
}
