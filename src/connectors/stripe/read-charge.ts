/** Charges: money authorized, captured, or let go. */
import { type Fact, factId } from '../../kernel/fact.ts';
import type { ReadContext, SourceObject } from '../contract.ts';
import { isShape, type Shape, type StripeObject, textOf } from './stripe-object.ts';

/**
 * A succeeded charge is captured or, when `captured` is false, authorized; an authorization that was "refunded"
 * or ran out (`amount_refunded` is all of it) was never taken and is voided. Failed and pending charges moved no
 * money. Dated `created`: a charge does not say when it was captured.
 */
export function readCharge(object: SourceObject, charge: StripeObject, context: ReadContext): Fact[] {
  const { body } = charge;
  const status = charge.status();
  if (status === undefined || status === 'pending' || status === 'failed') return [];
  if (status !== 'succeeded') return charge.refuseStatus() ?? [];
  if (typeof body['captured'] !== 'boolean')
    return charge.refuse('captured', 'Expected true or false.') ?? [];
  const isCaptured = body['captured'];
  const hasCapturedAmount = body['amount_captured'] !== undefined && body['amount_captured'] !== null;
  const money = charge.money(isCaptured && hasCapturedAmount ? 'amount_captured' : 'amount');
  const at = charge.instant('created');
  if (money === undefined || at === undefined || money.minor === 0) return [];
  const isReleased = !isCaptured && (body['refunded'] === true || body['amount_refunded'] === body['amount']);
  const type = isCaptured ? 'payment.captured' : isReleased ? 'payment.voided' : 'payment.authorized';
  return [
    {
      id: factId(object.connection, `charge/${object.id}`, type),
      at,
      system: context.settings.system,
      connection: object.connection,
      object: `charge/${object.id}`,
      type,
      money,
      tender: tenderOf(body, context),
      reference: object.id,
    },
  ];
}

/** From the type of payment method; the setting `tenders` goes first. */
function tenderOf(charge: Shape, context: ReadContext): string {
  const details = charge['payment_method_details'];
  const type = isShape(details) ? textOf(details['type']) : undefined;
  const builtIn: Readonly<Record<string, string>> = {
    card: 'card',
    card_present: 'card',
    link: 'card',
    paypal: 'paypal',
  };
  return type === undefined ? 'card' : (context.settings.tenders[type] ?? builtIn[type] ?? 'other');
}
