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

/** What the refund of an event says now, as told right after the event; nothing where it is not here. */
function readNewest(
  { id: refundId }: Shape,
  eventId: string,
  eventAt: string | undefined,
  connection: string,
  context: ReadContext,
): Fact[] {
  const newest = typeof refundId === 'string' ? context.lookup('refund', refundId) : undefined;
  if (!isShape(newest) || eventAt === undefined) return [];
  const at = Temporal.Instant.from(eventAt).add({ milliseconds: 1 }).toString({ fractionalSecondDigits: 3 });
  return readRefund(new StripeObject(newest, []), `event/${eventId}`, at, connection, context);
}

/**
 * The refund itself says how it stands, and dates that on its creation, for it has no other time. An event adds how it
 * came to that, and never goes back behind it: what was on its way then has arrived, what had arrived came back since.
 */
function withNewest(facts: readonly Fact[], isSince: Fact | undefined): readonly Fact[] {
  const [told] = facts;
  if (told?.type === 'refund.pending' && isSince !== undefined && isSince.type !== 'refund.pending')
    return [];
  if (told?.type === 'refund.settled' && isSince?.type === 'refund.failed') return [...facts, isSince];
  return facts;
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
  const at = event.instant('created');
  const facts = readRefund(refund, `event/${id}`, at, connection, context);
  const [isSince] = readNewest(about, id, at, connection, context);
  return {
    facts: withNewest(facts, isSince),
    names,
    links: linksOf('refund', about, connection, context),
    unread,
  };
}
