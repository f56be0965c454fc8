/**
 * The one thing Stripe can be told: `refund`, with `refs.charge`. The key of the command is the Idempotency-Key, which
 * Stripe may forget after 24 hours, and stands in the refund's metadata, which it never forgets and which is looked
 * for before every write.
 */
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { notYetWritten, toExecuted, toUnreachable } from '../source-unreachable.ts';
import { stripeOfMinor } from './presentment-amount.ts';
import { callStripe, listStripe, readStripe, refuseStripe } from './stripe-request-live.ts';
import type { StripeAnswer } from './stripe-request-live.ts';
import { isShape, type Shape, textOf } from './stripe-object.ts';

const keyField = 'reentry_key';

const failed = (code: string, message: string): Executed => ({ is: 'failed', code, message, final: true });

function chargesOf(command: ConnectorCommand): readonly string[] {
  return (command.refs['charge'] ?? '').split(',').filter((id) => id !== '');
}

type Refunds = {
  /** Those that carry the key, whatever became of them: a refund that failed was made all the same. */
  readonly mine: readonly ObjectRef[];
  /** Those that give money back and that nobody knew when the command was decided on. */
  readonly unknown: readonly string[];
};

/** Refunds of the charges. */
async function readRefunds(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Refunds> {
  const wanted = plantedKey(command.key);
  const known = new Set((command.refs['refund'] ?? '').split(','));
  const mine: ObjectRef[] = [];
  const unknown: string[] = [];
  for (const charge of chargesOf(command)) {
    for (let after: string | undefined; ;) {
      const query: [string, string][] = [['charge', charge], ['limit', '100']]; // prettier-ignore
      if (after !== undefined) query.push(['starting_after', after]);
      const { rows, more } = await listStripe(connection, 'refunds', query, signal);
      for (const row of rows) {
        const id = textOf(row['id']);
        const metadata = row['metadata'];
        if (id === undefined) continue;
        if (isShape(metadata) && metadata[keyField] === wanted) mine.push({ kind: 'refund', id });
        else if (!known.has(id) && row['status'] !== 'failed' && row['status'] !== 'canceled') unknown.push(id); // prettier-ignore
      }
      after = textOf(rows.at(-1)?.['id']);
      if (!more || after === undefined) break;
    }
  }
  return { mine, unknown };
}

export async function probeStripe(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Probe> {
  if (chargesOf(command).length === 0) return { is: 'undecidable', message: 'The command names no charge.' };
  try {
    const { mine } = await readRefunds(connection, command, signal);
    return mine.length === 0 ? { is: 'absent' } : { is: 'effect', refs: mine };
  } catch (error) {
    return { is: 'undecidable', message: toUnreachable(error).message };
  }
}

export async function executeStripe(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Executed> {
  if (chargesOf(command).length === 0) return failed('incomplete', 'The command names no charge.');
  const planned = await prepare(connection, command, signal).catch(notYetWritten);
  if ('is' in planned) return planned;
  try {
    return await send(connection, command, planned.form, signal);
  } catch (error) {
    return toExecuted(error);
  }
}

type Planned = { readonly form: readonly (readonly [string, string])[] };

/** All that is read before the write. Only what the command says goes into the form: the same key, the same form. */
async function prepare(
  connection: LiveConnection,
  command: ConnectorCommand,
  signal: AbortSignal,
): Promise<Planned | Executed> {
  const charges: Shape[] = [];
  for (const id of chargesOf(command)) {
    const { body } = await readStripe(connection, `charges/${encodeURIComponent(id)}`, undefined, signal);
    charges.push({
      ...body,
      id,
      disputed: body['disputed'] === true && (await isBarred(connection, id, signal)),
    });
  }
  // Last of all: a refund made in between is then in the list, whatever the charge says is left.
  const { mine, unknown } = await readRefunds(connection, command, signal);
  if (mine.length > 0) return { is: 'accepted', refs: mine };
  // Somebody paid since everything was read: it is read and judged again, and then it may not be wanted any more.
  if (unknown.length > 0) {
    const message = `Another refund was made meanwhile: ${unknown.join(', ')}.`;
    return { is: 'failed', code: 'refunded-meanwhile', message, final: false };
  }
  return planRefund(command, charges);
}

/** Disputes of which Stripe refunds the charge: those won, and inquiries, to which a refund is the usual answer. */
const refundable: ReadonlySet<unknown> = new Set([
  'won',
  'warning_needs_response',
  'warning_under_review',
  'warning_closed',
]);

/** A charge that was ever disputed says so for good: whether that still stands in the way only its disputes tell. */
async function isBarred(connection: LiveConnection, charge: string, signal: AbortSignal): Promise<boolean> {
  const { rows, more } = await listStripe(connection, 'disputes', [['charge', charge], ['limit', '100']], signal); // prettier-ignore
  return more || rows.length === 0 || rows.some(({ status }) => !refundable.has(status));
}

/** What is sent, or why nothing is. */
function planRefund(command: ConnectorCommand, charges: readonly Shape[]): Planned | Executed {
  const { amount } = command;
  const minor = amount === undefined ? undefined : stripeOfMinor(amount.minor, amount.currency);
  if (amount === undefined || minor === undefined || minor <= 0)
    return failed('incomplete', 'The command names no amount that Stripe can pay.');
  let left = 0;
  for (const charge of charges) {
    if (String(charge['currency']).toUpperCase() !== amount.currency) continue;
    if (charge['disputed'] === true)
      return failed('charge_disputed', 'The customer disputes the charge; its bank decides now.');
    left = Math.max(left, leftOf(charge));
    if (leftOf(charge) < minor) continue;
    const form = [
      ['charge', String(charge['id'])], ['amount', String(minor)], ['reason', 'requested_by_customer'],
      [`metadata[${keyField}]`, plantedKey(command.key)],
    ] as const; // prettier-ignore
    return { form };
  }
  return failed('refund_amount_too_large', `No charge of the order has so much left; the most is ${left}.`);
}

/**
 * Captured and not yet given back, in Stripe's units. After a capture in part the rest that was let go counts as refunded
 * too. Where it did not, this is too much, and Stripe itself refuses.
 */
function leftOf(charge: Shape): number {
  if (charge['captured'] !== true) return 0;
  const amount = Number(charge['amount']);
  return Math.min(
    Number(charge['amount_captured'] ?? amount),
    amount - Number(charge['amount_refunded'] ?? 0),
  );
}

/** Further keys, for answers that Stripe keeps repeating. */
const keysMax = 5;

async function send(
  connection: LiveConnection,
  command: ConnectorCommand,
  form: Planned['form'],
  signal: AbortSignal,
): Promise<Executed> {
  const planted = plantedKey(command.key);
  for (let count = 1; count <= keysMax; count += 1) {
    const idempotencyKey = count === 1 ? planted : `${planted}-${count}`;
    const answer = await callStripe(connection, { path: 'refunds', form, idempotencyKey }, signal);
    const id = textOf(answer.body?.['id']);
    if (id !== undefined) return { is: 'accepted', refs: [{ kind: 'refund', id }] };
    // Stripe replays an error of its own for a day. The request it belongs to is over and, as a look has just shown,
    // left no refund: only then is a new key safe.
    const replayed = answer.response.headers['idempotent-replayed'] === 'true';
    if (!replayed || answer.response.status < 500) return notDone(answer);
    const { mine } = await readRefunds(connection, command, signal);
    if (mine.length > 0) return { is: 'accepted', refs: mine };
  }
  return { is: 'unknown', message: 'Stripe keeps repeating an error of its own.' };
}

function notDone(answer: StripeAnswer): Executed {
  const { code = 'refused', message, response } = answer;
  // The first request with this key is still at work.
  if (response.status === 409) return { is: 'unknown', message };
  if (response.status === 400 || response.status === 402 || response.status === 404)
    return failed(code, message);
  throw refuseStripe(answer);
}
