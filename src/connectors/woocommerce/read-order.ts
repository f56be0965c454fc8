/**
 * Orders: what was placed, paid, shipped and cancelled. What the shop put back into stock is in
 * `restored-stock.ts`. The nested `refunds: [{id, reason, total}]` is a hint to read those refunds, no fact.
 */
import { type Fact, factId, type FactOf, type FactType, type Payloads } from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { Reading, ReadContext, SourceObject, Unread } from '../contract.ts';
import { catalogueOf, isService, skuOf } from './line-item.ts';
import { findMeta } from './meta-data.ts';
import { idOf, ObjectFields, type Shape, whole } from './object-fields.ts';
import { mapStatus, type OrderStatus } from './order-status.ts';
import { findTender } from './payment-tender.ts';
import { buildPlaced } from './placed-order.ts';
import { refundsOf, unitsRefundedBefore } from './refunds-of-order.ts';
import { usesFulfillments } from './read-fulfillment.ts';
import { noteUnsureRestocks, readRestored } from './restored-stock.ts';

/** Makes a fact of this order; `part` tells lines apart. */
export type MakeFact = <T extends FactType>(
  type: T,
  at: string,
  payload: Payloads[T],
  part?: string,
) => FactOf<T>;

/** Other names of the payment: Stripe and WooPayments keep the intent and charge in meta data. */
const paymentKeys = ['_stripe_intent_id', '_intent_id', '_charge_id', '_stripe_charge_id'] as const;

/** Facts, names and links of one order. */
export function readOrder(object: SourceObject, body: Shape, context: ReadContext): Reading {
  const unread: Unread[] = [];
  const fields = new ObjectFields(body, unread);
  const names = namesOf(object, fields, context);
  const word = fields.text('status');
  const status = mapStatus(word, context.settings);
  if (status.is === 'unmapped' && word !== '') {
    unread.push({
      code: 'unmapped-status',
      field: 'status',
      value: word.slice(0, 80),
      message: 'Say in the setting "statuses" what this order status means.',
    });
  }
  // A cart somebody has begun to pay for is no order yet.
  if (status.is === 'core' && (status.status === 'checkout-draft' || status.status === 'auto-draft')) {
    return { facts: [], names, links: [], unread };
  }
  const make = factMaker(object, context);
  const facts: Fact[] = [];
  const add = (build: () => readonly Fact[]): void => {
    facts.push(...(whole(unread, build) ?? []));
  };
  add(() => [
    make('order.placed', fields.instant('date_created', context.settings.zone), buildPlaced(fields, context)),
  ]);
  add(() => readPayment(fields, make, context));
  add(() => readShipped(fields, status, make, context));
  add(() => readRestored(fields, status, make, context));
  add(() => readStatus(fields, status, make, context));
  noteUnsureRestocks(fields, context);
  return { facts, names, links: [], unread: distinct(unread) };
}

/** Several facts read the same field; what is wrong with it is said once. */
function distinct(unread: readonly Unread[]): Unread[] {
  return [...new Map(unread.map((entry) => [`${entry.code} ${entry.field}`, entry])).values()];
}

function factMaker(object: SourceObject, context: ReadContext): MakeFact {
  const source = `order/${object.id}`;
  return <T extends FactType>(type: T, at: string, payload: Payloads[T], part?: string) =>
    ({
      id: factId(object.connection, source, type, part),
      at,
      system: context.settings.system,
      connection: object.connection,
      object: source,
      type,
      ...payload,
    }) as FactOf<T>;
}

/**
 * `id` and `number` differ with sequential-number plugins, and one order's id can be another's number: both are
 * kept apart. `number/…` is what other systems call the order number, by the connection's setting.
 */
function namesOf(object: SourceObject, fields: ObjectFields, context: ReadContext): string[] {
  const { connection, id } = object;
  const number = fields.optionalText('number') ?? id;
  const { orderReference, fields: keys } = context.settings;
  const payments = [
    fields.optionalText('transaction_id'),
    ...[keys['payment'], ...paymentKeys].map((key) => findMeta(fields.body, [key])),
  ];
  return [
    ...new Set([
      term.number(orderReference === 'id' ? id : number),
      term.orderId(connection, id),
      term.ref(number),
      term.ref(id),
      ...payments.flatMap((payment) => (payment === undefined ? [] : [term.payment(payment)])),
      term.object(connection, 'order', id),
    ]),
  ];
}

/** The order counts as paid in full once `date_paid` is set; refunds do not change `total`. */
function readPayment(fields: ObjectFields, make: MakeFact, context: ReadContext): Fact[] {
  const at = fields.optionalInstant('date_paid', context.settings.zone);
  const currency = fields.currency('currency');
  const minor = fields.money(currency, 'total');
  if (at === undefined || minor <= 0) return [];
  const reference = fields.optionalText('transaction_id');
  const tender = findTender(fields.body, context.settings) ?? 'other';
  return [
    make('payment.captured', at, {
      money: { minor, currency },
      tender,
      ...(reference === undefined ? {} : { reference }),
    }),
  ];
}

/**
 * `date_completed` is the shop's only word on shipping; it stays when the order is cancelled or refunded later.
 * An order put back to a status before "completed" says the opposite. Units refunded before never left. Where
 * fulfillments are used (920) those speak, and the setting `fields.shippedBy: "fulfillments"` always says so.
 */
function readShipped(
  fields: ObjectFields,
  status: OrderStatus,
  make: MakeFact,
  context: ReadContext,
): Fact[] {
  const { zone, fields: keys } = context.settings;
  const word = status.is === 'core' ? status.status : undefined;
  const completed = fields.optionalInstant('date_completed', zone);
  const at = completed ?? (word === 'completed' ? fields.optionalInstant('date_modified', zone) : undefined);
  if (at === undefined || keys['shippedBy'] === 'fulfillments') return [];
  if (word === 'pending' || word === 'on-hold' || word === 'processing' || word === 'failed') return [];
  if (usesFulfillments(fields.body)) return [];
  const refunds = refundsOf(fields.body, context);
  return fields.list('line_items').flatMap((line): Fact[] => {
    const id = idOf(line.body['id']);
    if (id === undefined || isService(catalogueOf(line.body, context))) return [];
    const quantity = line.quantity('quantity') - unitsRefundedBefore(refunds, id, at);
    return quantity > 0
      ? [make('goods.shipped', at, { line: id, sku: skuOf(line.body, id), quantity }, id)]
      : [];
  });
}

/** What the status itself says: cancelled, in the trash (still readable, 423), or a custom status with a meaning. */
function readStatus(fields: ObjectFields, status: OrderStatus, make: MakeFact, context: ReadContext): Fact[] {
  const at = (): string => fields.instant('date_modified', context.settings.zone);
  if (status.is === 'fact') return [make(status.type, at(), {})];
  if (status.is !== 'core') return [];
  if (status.status === 'cancelled') return [make('order.cancelled', at(), {})];
  return status.status === 'trash' ? [make('order.deleted', at(), {})] : [];
}
