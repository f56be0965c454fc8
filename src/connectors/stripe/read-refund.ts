/**
 * Refunds at the gateway. The object tells how the refund stands now; that one settled before it failed only the
 * events tell, so both are read. All facts of one refund carry its id as `reference`.
 */
import { type Fact, factId } from '../../kernel/fact.ts';
import type { ReadContext } from '../contract.ts';
import {
  findMetadata,
  isShape,
  referenceOf,
  type Shape,
  type StripeObject,
  textOf,
} from './stripe-object.ts';

/** Metadata in which shop plugins plant the id of their own refund. Setting `fields.refund` goes first. */
const refundKeys = ['woo_refund_id', 'wc_refund_id', 'shop_refund_id', 'refund_id'] as const;

const typeByStatus = {
  pending: 'refund.pending',
  // The customer must still say where the money goes.
  requires_action: 'refund.pending',
  succeeded: 'refund.settled',
  failed: 'refund.failed',
  canceled: 'refund.failed',
} as const;

/** What one refund says at `at`; `source` is the object it was read from, the refund itself or an event. */
export function readRefund(
  refund: StripeObject,
  source: string,
  at: string | undefined,
  connection: string,
  context: ReadContext,
): Fact[] {
  const { body } = refund;
  const status = refund.status();
  const reference = textOf(body['id']) ?? refund.refuse('id', 'Expected an id.');
  const money = refund.money('amount');
  if (status === undefined || reference === undefined || money === undefined || at === undefined) return [];
  if (!isKnown(status)) return refund.refuseStatus() ?? [];
  const type = typeByStatus[status];
  const charge = referenceOf(body['charge']);
  if (charge !== undefined && isRelease(body, context.lookup('charge', charge))) return [];
  const shopRefund = findMetadata(body, [context.settings.fields['refund'], ...refundKeys]);
  const failure = textOf(body['failure_reason']) ?? (status === 'canceled' ? 'canceled' : undefined);
  return [
    {
      id: factId(connection, source, type),
      at,
      system: context.settings.system,
      connection,
      object: source,
      type,
      money,
      reference,
      ...(charge === undefined ? {} : { charge }),
      ...(shopRefund === undefined ? {} : { refund: shopRefund }),
      ...(type === 'refund.failed' && failure !== undefined ? { failure } : {}),
    },
  ];
}

/**
 * Letting go of what was only authorized is a refund object too, and gives no money back: all of a charge that was never
 * captured, or the rest of one that was captured in part. That is known by its amount, and by what it lacks: a movement on
 * the balance, and anything that somebody wrote into its metadata.
 */
function isRelease(refund: Shape, charge: unknown): boolean {
  if (!isShape(charge)) return false;
  if (charge['captured'] === false) return true;
  const rest = Number(charge['amount']) - Number(charge['amount_captured'] ?? charge['amount']);
  const { amount, metadata } = refund;
  const isOurs = isShape(metadata) && Object.keys(metadata).length > 0;
  const isMoved = referenceOf(refund['balance_transaction']) !== undefined;
  return rest > 0 && amount === rest && Number(charge['amount_refunded']) >= rest && !isMoved && !isOurs;
}

function isKnown(status: string): status is keyof typeof typeByStatus {
  return Object.hasOwn(typeByStatus, status);
}
