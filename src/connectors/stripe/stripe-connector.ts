/**
 * Stripe, the pure half: charges, refunds and disputes, and the events that tell a refund's history.
 *
 * Settings of a connection it understands: `tenders` (type of payment method → tender) and the `fields` `refund`,
 * `number` and `order` (metadata keys of the shop's refund id, order number and order id), `shop` (name of the
 * shop's connection, where `order_id` is its internal id).
 */
import type { Fact } from '../../kernel/fact.ts';
import type { ConnectorPure, Reading, ReadContext, SourceObject, Unread } from '../contract.ts';
import { keepObject } from './keep-object.ts';
import { readCharge } from './read-charge.ts';
import { readDispute } from './read-dispute.ts';
import { readRefund } from './read-refund.ts';
import { linksOf, namesOf } from './stripe-links.ts';
import { isShape, type Shape, StripeObject, textOf } from './stripe-object.ts';

const stateKinds = ['charge', 'refund', 'dispute', 'payment_intent', 'payout'] as const;
const logKinds = ['event', 'balance_transaction'] as const;

/** Events that carry a refund. `charge.refund.updated` and `refund.updated` come both for one change. */
const refundEvents = /^(?:charge\.refund\.updated|refund\.(?:created|updated|failed))$/;

export const stripe: ConnectorPure = {
  name: 'stripe',
  system: 'psp',
  reports: [
    'payment.authorized', 'payment.captured', 'payment.voided', 'refund.pending', 'refund.settled', 'refund.failed',
    'dispute.opened', 'dispute.won', 'dispute.lost',
  ], // prettier-ignore
  stateKinds,
  logKinds,
  // Every Stripe object says what it is in `object`.
  kindOf(body) {
    if (!isShape(body)) return undefined;
    const kind = [...stateKinds, ...logKinds].find((name) => name === body['object']);
    const id = textOf(body['id']);
    return kind === undefined || id === undefined ? undefined : { kind, id };
  },
  read(object, context) {
    const { body, connection, kind, id } = object;
    if (!isShape(body)) {
      const message = 'Expected a JSON object.';
      const unread: Unread[] = [{ code: 'unreadable', field: '', value: typeof body, message }];
      return { facts: [], names: [], links: [], unread };
    }
    if (kind === 'event') return readEvent(object, body, context);
    const unread: Unread[] = [];
    const facts = factsOf(object, new StripeObject(body, unread), context);
    return {
      facts,
      names: namesOf(kind, id, body, connection),
      links: linksOf(kind, body, connection, context),
      unread,
    };
  },
  keep: keepObject,
};

/**
 * A payment intent is told by its charge, a payout goes to the merchant's bank, and a balance transaction is in
 * the settlement currency: none of them says anything of its own about the customer's money.
 */
function factsOf(object: SourceObject, source: StripeObject, context: ReadContext): Fact[] {
  switch (object.kind) {
    case 'charge':
      return readCharge(object, source, context);
    case 'refund':
      return readRefund(source, `refund/${object.id}`, source.instant('created'), object.connection, context);
    case 'dispute':
      return readDispute(object, source, context);
    default:
      return [];
  }
}

/** An event repeats the object as it was then. Only refunds need their history; for the rest the object suffices. */
function readEvent(object: SourceObject, body: Shape, context: ReadContext): Reading {
  const { connection, id } = object;
  const unread: Unread[] = [];
  const names = namesOf('event', id, body, connection);
  const type = textOf(body['type']);
  const data = body['data'];
  const about = isShape(data) ? data['object'] : undefined;
  if (type === undefined || !refundEvents.test(type)) return { facts: [], names, links: [], unread };
  const event = new StripeObject(body, unread);
  if (!isShape(about) || about['object'] !== 'refund') {
    event.refuse('data', 'Expected the refund in data.object.');
    return { facts: [], names, links: [], unread };
  }
  const refund = new StripeObject(about, unread, 'data.object.');
  const facts = readRefund(refund, `event/${id}`, event.instant('created'), connection, context);
  return { facts, names, links: linksOf('refund', about, connection, context), unread };
}
