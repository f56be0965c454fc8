/**
 * One table of every canonical fact: what a line of each type carries, what its values must look like, and an
 * example. The reader, the JSON Schema and the reference page are built from it.
 *
 * The compiler holds the table against the kernel's payloads: a field that is missing here, or required here and
 * optional there, does not compile.
 */
import {
  conditions,
  dispositions,
  locationClasses,
  pays,
  purposes,
  systems,
  wishes,
  type FactType,
  type Payloads,
} from '../../kernel/fact.ts';

/** How a value is written in a line. `oneOf` lists the words. */
export type FieldKind =
  | 'text'
  | 'units'
  | 'signedUnits'
  | 'instant'
  | 'date'
  | 'flag'
  | 'currency'
  | 'money'
  | 'signedMoney'
  | 'amount'
  | 'gross'
  | 'signedGross'
  | 'orderLines'
  | 'refundLines'
  | 'costs'
  | { readonly oneOf: readonly string[] };

export type Field = {
  readonly kind: FieldKind;
  readonly required: boolean;
  readonly about: string;
  readonly example: unknown;
};

type RequiredField = Field & { readonly required: true };
type OptionalField = Field & { readonly required: false };

const required = (kind: FieldKind, about: string, example: unknown): RequiredField => ({
  kind,
  required: true,
  about,
  example,
});
const optional = (kind: FieldKind, about: string, example: unknown): OptionalField => ({
  kind,
  required: false,
  about,
  example,
});

/** Fields of every line, whatever its type. */
export const headFields = {
  type: required({ oneOf: [] }, 'What happened: one of the types below.', 'goods.received'),
  at: required(
    'instant',
    'When: an instant with its zone. A bare date counts as the end of that day in the connection’s zone.',
    '2026-11-02T08:00:00Z',
  ),
  system: required({ oneOf: systems }, 'The role of the system that says so.', 'wms'),
  order: required('text', 'The number of the order, as its home system writes it.', 'LH-10251'),
  id: optional(
    'text',
    'Your own id of this fact. A line with the same id replaces the earlier one. Without an id, equal lines are one fact: give ids where two equal lines are two events.',
    'scan-88121',
  ),
  connection: optional(
    'text',
    'The account that reports it, where one feed carries several.',
    'warehouse-north',
  ),
  object: optional('text', 'The record it was read from, `kind/id`: shown as evidence.', 'receipt/4711'),
  rma: optional('text', 'Return number.', 'RMA-5012'),
} as const satisfies Readonly<Record<string, Field>>;

type FieldsOf<P> = { readonly [K in keyof P]-?: object extends Pick<P, K> ? OptionalField : RequiredField };
/** `number` is the head's `order`, `type` of an assertion is the head's `type`. */
type Table = { readonly [T in FactType]: FieldsOf<Omit<Payloads[T], 'number' | 'type'>> };

const sku = 'The item’s SKU on the order.';
const quantity = 'Whole units, 0 or more.';
const line = optional('text', 'The line of the order, as its home system names it.', '1');
const serial = optional('text', 'Serial or lot number.', 'SN-0099');
const unitCost = optional(
  'amount',
  'Value per unit it was booked at, in the connection’s currency.',
  '24.10',
);
const units = { sku: required('text', sku, 'SHOE-42'), quantity: required('units', quantity, 1), line };
const maybeUnits = { sku: optional('text', sku, 'SHOE-42'), quantity: optional('units', quantity, 1), line };
const euros = { amount: '59.90', currency: 'EUR' };
const payment = {
  money: required('money', 'The amount.', euros),
  tender: required('text', 'Payment method: `card paypal invoice cod gift_card store_credit other`.', 'card'),
  reference: optional('text', 'Charge or payment intent of the gateway.', 'ch_3734T'),
};
const gatewayRefund = {
  money: required('money', 'The amount refunded.', euros),
  reference: required('text', 'The gateway’s id of the refund.', 're_1041'),
  charge: optional('text', 'The charge it belongs to.', 'ch_3734T'),
  refund: optional('text', 'The shop’s refund it pays.', '812'),
  failure: optional('text', 'Why it failed.', 'expired_or_canceled_card'),
};
const agreement = {
  agreement: required('text', 'Id of the decision.', 'RF-10251-1'),
  by: required('text', 'Who.', 'finance'),
};
const payout = {
  money: required('money', 'The amount.', euros),
  reference: required('text', 'Bank or settlement reference.', 'CAMT-2026-11-04-17'),
  refund: optional('text', 'The shop’s refund it pays.', '812'),
};
const storeCredit = {
  money: required('money', 'The amount.', euros),
  reference: required('text', 'Id of the credit.', 'GC-2211'),
};
const creditNote = {
  money: required('money', 'Gross total, positive.', euros),
  tax: required('amount', 'Tax within it: minor units, or decimal text.', '9.56'),
  document: required('text', 'Number of the credit note.', 'RINV/2026/00003'),
  lines: optional('refundLines', 'Its lines.', [
    { sku: 'SHOE-42', quantity: 1, gross: '59.90', tax: '9.56' },
  ]),
  refund: optional('text', 'The shop’s refund it books.', '812'),
};
const dispute = {
  money: required('money', 'The amount disputed.', euros),
  dispute: required('text', 'Id of the dispute.', 'dp_77'),
  charge: optional('text', 'The charge it belongs to.', 'ch_3734T'),
};
const caseFields = {
  case: required('text', 'The ticket.', '4711'),
  about: required({ oneOf: ['return', 'question'] }, 'Only return cases are held to the loop.', 'return'),
};
const parcel = { ...maybeUnits, tracking: required('text', 'Tracking number.', '00340434161094042557') };

/** Fields by type. */
export const factFields: Table = {
  'order.placed': {
    currency: required('currency', 'ISO 4217 code of every amount in the line.', 'EUR'),
    lines: required(
      'orderLines',
      'The lines. `gross` includes `tax`; both for the whole line, after discounts.',
      [
        {
          line: '1',
          sku: 'SHOE-42',
          name: 'Trail shoe 42',
          quantity: 2,
          gross: '119.80',
          tax: '19.13',
          kind: 'goods',
        },
      ],
    ),
    shipping: required('gross', 'Shipping charged.', { gross: '4.90', tax: '0.78' }),
    fees: required('signedGross', 'Fees (positive) or discounts granted as a line (negative).', {
      gross: 0,
      tax: 0,
    }),
    total: required('amount', 'What the customer owes, gross.', '124.70'),
    tender: optional(
      'text',
      'Payment method: `card paypal invoice cod gift_card store_credit other`.',
      'card',
    ),
    customer: optional({ oneOf: ['consumer', 'business'] }, 'Consumers may withdraw by law.', 'consumer'),
    channel: optional('text', 'Order class: `shop marketplace pos phone subscription`.', 'shop'),
    language: optional('text', 'BCP 47 language the customer ordered in.', 'de-DE'),
    replaces: optional('text', 'Number of the order this one replaces or exchanges.', 'LH-10200'),
    unitCost: optional('costs', 'Cost per unit by SKU.', { 'SHOE-42': '24.10' }),
  },
  'order.changed': { text: required('text', 'What changed.', 'Address corrected') },
  'order.cancelled': {},
  'order.deleted': {},
  'payment.authorized': payment,
  'payment.captured': payment,
  'payment.voided': payment,
  'goods.shipped': { ...units, serial, unitCost },
  'return.requested': {
    ...maybeUnits,
    reason: optional('text', 'Why, in a word of your own list.', 'too_small'),
    wish: optional({ oneOf: wishes }, 'What the customer would like best.', 'refund'),
  },
  'withdrawal.declared': {
    ...maybeUnits,
    wholeOrder: optional('flag', 'The whole order is withdrawn.', true),
  },
  'return.approved': {
    ...maybeUnits,
    keep: optional('flag', 'The customer keeps the item.', false),
    announces: optional('flag', 'A document that only says what is expected.', false),
  },
  'return.rejected': maybeUnits,
  'return.cancelled': maybeUnits,
  'return.expired': maybeUnits,
  'return.waiting': {
    ...units,
    document: required('text', 'The document that still waits.', 'WH/IN/00022'),
    linked: required('flag', 'False where the document hangs without a link to its return.', true),
  },
  'dispatch.proved': maybeUnits,
  'parcel.handed_over': parcel,
  'parcel.delivered': { ...parcel, toOrigin: optional('flag', 'An undelivered parcel came back.', false) },
  'parcel.lost': parcel,
  'goods.received': { ...units, serial },
  'goods.inspected': {
    ...units,
    disposition: required({ oneOf: dispositions }, 'What happens to it.', 'restock'),
    condition: optional({ oneOf: conditions }, 'What it looks like.', 'sellable'),
    from: optional({ oneOf: ['quarantine'] }, 'The units were on hold and are decided on now.', 'quarantine'),
  },
  'stock.moved': {
    ...units,
    from: required({ oneOf: locationClasses }, 'What the source location means.', 'hold'),
    to: required({ oneOf: locationClasses }, 'What the destination means.', 'saleable'),
    cause: optional({ oneOf: ['refund', 'cancellation'] }, 'Why the shop put goods back.', 'refund'),
    document: optional('text', 'The document the move belongs to.', 'WH/INT/00001'),
    documentCancelled: optional('flag', 'That document says it was cancelled.', false),
    editedAt: optional('instant', 'When the move was written after it was done.', '2026-11-03T09:30:00Z'),
    editedBy: optional('signedUnits', 'By how many units; negative where the quantity went down.', 1),
    unannounced: optional('flag', 'The SKU is not what the return announced.', false),
    serial,
    unitCost,
  },
  'goods.sent_back': {
    ...units,
    to: required({ oneOf: ['customer', 'vendor'] }, 'Where it went.', 'customer'),
  },
  'refund.recorded': {
    money: required('money', 'The amount given back.', euros),
    refund: required('text', 'The record’s own id.', '812'),
    lines: required('refundLines', 'Its lines; none for an amount alone.', [
      { sku: 'SHOE-42', quantity: 1, gross: '59.90', tax: '9.56' },
    ]),
    shipping: required('gross', 'Shipping given back.', { gross: 0, tax: 0 }),
    fees: required('signedGross', 'Fees given back (positive) or kept (negative).', { gross: 0, tax: 0 }),
    payment: required(
      { oneOf: ['gateway', 'manual', 'unknown'] },
      'How the record says the money goes out.',
      'gateway',
    ),
    reason: optional('text', 'As typed.', 'too small'),
    purpose: optional({ oneOf: purposes }, 'Why money was given back.', 'return'),
    tender: optional('text', 'Payment method.', 'card'),
  },
  'refund.agreed': {
    money: required('money', 'The amount to be given back.', euros),
    agreement: required('text', 'Id of the decision.', 'RF-10251-1'),
    lines: required('refundLines', 'Its lines; none for an amount alone.', [
      { sku: 'SHOE-42', quantity: 1, gross: '59.90', tax: '9.56' },
    ]),
    shipping: required('gross', 'Shipping to be given back.', { gross: 0, tax: 0 }),
    fees: required('signedGross', 'Fees to be given back (positive) or kept (negative).', {
      gross: 0,
      tax: 0,
    }),
    purpose: required({ oneOf: purposes }, 'Why money is given back.', 'return'),
    pay: required({ oneOf: pays }, 'How it goes out.', 'original'),
    by: required('text', 'Who decided.', 'finance'),
    seen: optional('text', 'Refund records known then, separated by commas.', '811'),
  },
  'refund.approved': agreement,
  'refund.revoked': agreement,
  'refund.pending': gatewayRefund,
  'refund.settled': gatewayRefund,
  'refund.failed': gatewayRefund,
  'refund.reversed': gatewayRefund,
  'refund.deleted': {
    refund: required('text', 'The record’s own id.', '812'),
    money: optional('money', 'Its amount.', euros),
  },
  'payout.confirmed': payout,
  'payout.returned': payout,
  'store_credit.issued': storeCredit,
  'store_credit.spent': storeCredit,
  'credit_note.drafted': creditNote,
  'credit_note.posted': creditNote,
  'credit_note.applied': creditNote,
  'credit_note.cancelled': creditNote,
  'exchange.agreed': {
    ...units,
    newSku: optional('text', 'What is sent instead.', 'SHOE-43'),
    difference: optional('signedMoney', 'Owed by the customer (positive) or to the customer (negative).', {
      amount: '10.00',
      currency: 'EUR',
    }),
  },
  'exchange.shipped': { ...units, newOrder: optional('text', 'Number of the new order.', 'LH-10400') },
  'dispute.opened': dispute,
  'dispute.won': dispute,
  'dispute.lost': dispute,
  'case.opened': caseFields,
  'case.resolved': caseFields,
  'case.reopened': caseFields,
  'customer.told': {
    what: required(
      { oneOf: ['approved', 'refunded', 'rejected', 'other'] },
      'What the customer was told.',
      'refunded',
    ),
    case: optional('text', 'The ticket.', '4711'),
  },
  'promise.made': {
    by: required('text', 'Who promised.', 'support'),
    until: required('date', 'The last day on which the promise is kept.', '2026-11-06'),
    promised: required({ oneOf: ['refund', 'replacement'] }, 'What was promised.', 'refund'),
    case: optional('text', 'The ticket.', '4711'),
  },
  'status.claimed': {
    claim: required(
      { oneOf: ['delivered_quantity', 'goods_back', 'done', 'other'] },
      'What the system claims.',
      'goods_back',
    ),
    sku: optional('text', sku, 'SHOE-42'),
    quantity: optional('units', quantity, 1),
    text: optional('text', 'In its own words.', 'return completed'),
  },
  'difference.accepted': {
    control: required('text', 'The check.', 'refund-credited'),
    key: required('text', 'Its key.', 'LH-10251'),
    units: optional('units', quantity, 1),
    money: optional('signedMoney', 'The amount.', { amount: '0.01', currency: 'EUR' }),
    reason: required('text', 'Why.', 'rounding'),
    by: required('text', 'Who.', 'finance'),
  },
  'fact.asserted': {
    by: required('text', 'Who.', 'ops'),
    text: required('text', 'What is asserted.', 'counted by hand'),
    asserts: optional('text', 'Id of the fact that is vouched for.', 'desk:decision/7#goods.received'),
  },
  'match.confirmed': {
    subject: required('text', 'The object matched.', 'payout/17'),
    by: required('text', 'Who.', 'finance'),
  },
  'change.seen': { text: required('text', 'What changed.', 'total lowered') },
};

/** What a line of a type may carry beside the fact itself. */
export const extraFields: Readonly<Partial<Record<FactType, Readonly<Record<string, Field>>>>> = {
  'order.placed': {
    orderId: optional('text', 'The order’s internal id, where others point at it by id.', '1239'),
  },
};

/** Words of a field that is one of several. */
export const factTypes = Object.keys(factFields) as readonly FactType[];

/** All fields of a line of one type, head first. */
export function fieldsOf(type: FactType): Readonly<Record<string, Field>> {
  return { ...headFields, ...factFields[type], ...extraFields[type] };
}

/** A line of a type with every field, as the reference shows it. */
export function exampleOf(type: FactType): Readonly<Record<string, unknown>> {
  const { id: _id, connection: _connection, object: _object, rma, ...head } = headFields;
  const ofReturn = /^(?:return|withdrawal|goods|stock|parcel)\./.test(type) ? { rma } : {};
  const values = Object.entries({ ...head, ...ofReturn, ...factFields[type], ...extraFields[type] });
  return {
    ...Object.fromEntries(values.map(([name, field]) => [name, field.example])),
    type,
    system: systemOf(type),
  };
}

/** The role that usually says so. */
function systemOf(type: FactType): string {
  if (/^(?:payment|dispute)\.|^refund\.(?:pending|settled|failed|reversed)/.test(type)) return 'psp';
  if (/^(?:credit_note|return\.waiting|status)/.test(type)) return 'erp';
  if (/^(?:order|refund|store_credit|exchange|return|withdrawal)/.test(type)) return 'shop';
  if (/^(?:case|customer|promise)/.test(type)) return 'crm';
  if (/^(?:parcel|dispatch)/.test(type)) return 'carrier';
  if (type.startsWith('payout.')) return 'bank';
  return /^(?:goods|stock)/.test(type) ? 'wms' : 'desk';
}
