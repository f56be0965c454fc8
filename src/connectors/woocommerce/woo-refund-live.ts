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
import { notYetWritten, toUnreachable } from '../source-unreachable.ts';
import { sumMinor } from './exact-decimal.ts';
import { findMeta } from './meta-data.ts';
import { type Shape, idOf, isShape } from './object-fields.ts';
import { executeWooAnswer, probeWooAnswer } from './woo-answer-live.ts';
import { readRefundsOf } from './woo-read-live.ts';
import { wooRefundLines, type WooRefundLine as Line } from './refund-lines.ts';
import { callWoo, refuseWoo } from './woo-request.ts';

const keyField = '_reentry_key';

function orderOf(command: ConnectorCommand): string | undefined {
  return idOf(command.refs['order']?.split(',').at(0));
}

const failed = (code: string, message: string): Executed => ({ is: 'failed', code, message, final: true });

/** Refunds of the order that carry the key. The meta data is there only after the gateway has answered (801). */
async function findMine(
  connection: LiveConnection,
  order: string,
  key: string,
  signal: AbortSignal,
): Promise<readonly Shape[]> {
  const refunds = await readRefundsOf(connection, order, signal);
  return refunds
    .map((refund) => refund.body)
    .filter(isShape)
    .filter((body) => carriesKey(body['reason'], key) || carriesKey(findMeta(body, [keyField]), key));
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
  const before = judge(command, await findMine(connection, order, command.key, signal));
  if (before.is === 'effect') return { is: 'accepted', refs: before.refs };
  if (before.is === 'undecidable') return { is: 'unknown', message: before.message };
  return planRefund(connection, command, isShape(answer.body) ? answer.body : {});
}

type Planned = { readonly amount: string; readonly lines: readonly Line[] };

/** What is sent, or why nothing is. */
function planRefund(connection: LiveConnection, command: ConnectorCommand, order: Shape): Planned | Executed {
  if (order['status'] === 'trash')
    return failed('order-trashed', 'The order lies in the trash; take it out of there first.');
  const currency = typeof order['currency'] === 'string' ? order['currency'] : connection.settings.currency;
  if (command.kind === 'restock-shop') {
    const { sku, units = 0 } = command;
    const lines = restockLines(order, sku, units);
    if (lines === undefined) {
      const message = 'The shop never reduced its stock for these units, or has put them back already.';
      return failed('nothing-to-restock', message);
    }
    return { amount: '0', lines };
  }
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
  return lines.filter(isShape).filter((line) => line['sku'] === sku);
}

const countOf = (line: Shape, key: string): number => Number(findMeta(line, [key]) ?? 0);

/** Lines that still hold so many units of the item outside of the shop's stock. */
function restockLines(order: Shape, sku: string | undefined, units: number): readonly Line[] | undefined {
  let left = units;
  const lines = linesOf(order, sku).flatMap((line) => {
    const out = countOf(line, '_reduced_stock') - countOf(line, '_restock_refunded_items');
    const taken = Math.min(left, Math.max(0, out));
    left -= taken;
    return taken === 0
      ? []
      : [{ id: Number(line['id']), quantity: taken, refund_total: '0', refund_tax: [] }];
  });
  return sku !== undefined && units > 0 && left === 0 ? lines : undefined;
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
