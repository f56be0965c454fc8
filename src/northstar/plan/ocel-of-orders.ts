/** The facts of some orders as an OCEL 2.0 log: orders, returns, line units, parcels, refunds, credit notes, tickets. */
import type { Fact } from '../../kernel/fact.ts';
import { formatDecimal, type Money } from '../../kernel/money.ts';
import type { OrderState } from '../../kernel/order-state.ts';
import { Balance } from '../balance-sheet.ts';
import type { AttributeType, ObjectLog } from '../object-log.ts';
import { ObjectLogBuilder } from '../object-log-builder.ts';

type Declared = readonly { readonly name: string; readonly type: AttributeType }[];

const objectTypes: Readonly<Record<string, Declared>> = {
  'order': [{ name: 'number', type: 'string' }, { name: 'currency', type: 'string' }, { name: 'verdict', type: 'string' }],
  'return': [{ name: 'number', type: 'string' }],
  'line units': [{ name: 'sku', type: 'string' }, { name: 'ordered', type: 'integer' }, { name: 'refunded', type: 'integer' }, { name: 'restored', type: 'integer' }],
  'parcel': [{ name: 'tracking', type: 'string' }],
  'refund': [{ name: 'amount', type: 'string' }, { name: 'currency', type: 'string' }],
  'credit note': [{ name: 'amount', type: 'string' }, { name: 'currency', type: 'string' }],
  'ticket': [],
}; // prettier-ignore

/** Attributes every event may have. Amounts as exact text: OCEL has no decimals. */
const eventAttributes: Declared = [
  { name: 'system', type: 'string' },
  { name: 'connection', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'quantity', type: 'integer' },
  { name: 'amount', type: 'string' },
  { name: 'currency', type: 'string' },
];

type Attributes = Readonly<Record<string, string | number | undefined>>;
type Related = { readonly type: string; readonly id: string; readonly attributes?: Attributes };

/** One event per fact; objects with what is known of them, also those without events. */
export function ocelOfOrders(states: readonly OrderState[]): ObjectLog {
  const builder = new ObjectLogBuilder(new Balance('orders'));
  for (const [name, attributes] of Object.entries(objectTypes)) builder.declareObjectType(name, attributes);
  const types = new Set(states.flatMap(({ facts }) => facts.map(({ type }) => type)));
  for (const type of [...types].sort()) builder.declareEventType(type, eventAttributes);
  const sorted = [...states].sort((left, right) => (left.orderKey < right.orderKey ? -1 : 1));
  for (const state of sorted) addOrder(builder, state);
  return builder.finish();
}

function addOrder(builder: ObjectLogBuilder, state: OrderState): void {
  const orderId = `order:${state.orderKey}`;
  const { currency } = state.money;
  const order = addObject(builder, {
    type: 'order',
    id: orderId,
    attributes: { number: state.order, currency, verdict: state.verdict },
  });
  for (const { sku, ordered, refunded, restored } of state.units) {
    const id = unitsId(state, sku);
    addObject(builder, { type: 'line units', id, attributes: { sku, ordered, refunded, restored } });
    builder.relateObject(order, id, 'line units');
  }
  for (const fact of state.facts) {
    const event = builder.addEvent(fact.id, fact.type, fact.at);
    for (const [name, value] of Object.entries(attributesOf(fact)))
      if (value !== undefined) builder.addEventAttribute(event, name, value);
    builder.relateEvent(event, orderId, 'order');
    for (const related of relatedTo(state, fact)) {
      if (builder.findObject(related.id) === undefined) {
        addObject(builder, related);
        builder.relateObject(order, related.id, related.type);
      }
      builder.relateEvent(event, related.id, related.type);
    }
  }
}

function addObject(builder: ObjectLogBuilder, { type, id, attributes = {} }: Related): number {
  const object = builder.addObject(id, type);
  for (const [name, value] of Object.entries(attributes))
    if (value !== undefined && value !== '') builder.addObjectAttribute(object, name, value, undefined);
  return object;
}

function attributesOf(fact: Fact): Attributes {
  const { quantity, money } = fact as { readonly quantity?: number; readonly money?: Money };
  const source = `${fact.connection}:${fact.object}`;
  const amount = money === undefined ? {} : amountOf(money);
  return { system: fact.system, connection: fact.connection, source, quantity, ...amount };
}

const amountOf = (money: Money): Attributes => ({ amount: formatDecimal(money), currency: money.currency });
const unitsId = (state: OrderState, sku: string): string => `units:${state.orderKey}/${sku}`;

/** Objects beside its order that a fact is about. */
function relatedTo(state: OrderState, fact: Fact): Related[] {
  const related = documentsOf(fact);
  const { sku } = fact as { readonly sku?: string };
  if (sku !== undefined) related.push({ type: 'line units', id: unitsId(state, sku), attributes: { sku } });
  if (fact.rma !== undefined) {
    const id = `return:${state.orderKey}/${fact.rma}`;
    related.push({ type: 'return', id, attributes: { number: fact.rma } });
  }
  return related;
}

function documentsOf(fact: Fact): Related[] {
  switch (fact.type) {
    case 'parcel.handed_over':
    case 'parcel.delivered':
    case 'parcel.lost':
      return [{ type: 'parcel', id: `parcel:${fact.tracking}`, attributes: { tracking: fact.tracking } }];
    case 'refund.recorded':
      return [
        { type: 'refund', id: `refund:${fact.connection}/${fact.refund}`, attributes: amountOf(fact.money) },
      ];
    case 'refund.deleted':
      return [{ type: 'refund', id: `refund:${fact.connection}/${fact.refund}` }];
    case 'refund.pending':
    case 'refund.settled':
    case 'refund.failed':
    case 'refund.reversed':
      return [
        {
          type: 'refund',
          id: `refund:${fact.connection}/${fact.reference}`,
          attributes: amountOf(fact.money),
        },
      ];
    case 'credit_note.drafted':
    case 'credit_note.posted':
    case 'credit_note.applied':
    case 'credit_note.cancelled':
      return [
        {
          type: 'credit note',
          id: `credit note:${fact.connection}/${fact.document}`,
          attributes: amountOf(fact.money),
        },
      ];
    case 'case.opened':
    case 'case.resolved':
    case 'case.reopened':
      return [{ type: 'ticket', id: `ticket:${fact.connection}/${fact.case}` }];
    case 'customer.told':
    case 'promise.made':
      return fact.case === undefined
        ? []
        : [{ type: 'ticket', id: `ticket:${fact.connection}/${fact.case}` }];
    default:
      return [];
  }
}
