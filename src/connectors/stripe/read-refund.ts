/**
 * Refunds at the gateway. The object tells how the refund stands now; that one settled before it failed only the
 * events tell, so both are read. All facts of one refund carry its id as `reference`.
 */
import { type Fact, factId } from '../../kernel/fact.ts';
import type { ReadContext } from '../contract.ts';
import { findMetadata, referenceOf, type StripeObject, textOf } from './stripe-object.ts';

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

function isKnown(status: string): status is keyof typeof typeByStatus {
  return Object.hasOwn(typeByStatus, status);
}
