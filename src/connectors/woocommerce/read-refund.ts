/**
 * Refunds. `amount` is what was paid; it wins over the lines even when they disagree (330). Lines carry negative
 * units and amounts and name the order line they refund in `_refunded_item_id`.
 */
import {
  type Fact,
  factId,
  type FactOf,
  type Gross,
  type Purpose,
  type RefundLine,
} from '../../kernel/fact.ts';
import { term } from '../../kernel/term.ts';
import type { Reading, ReadContext, SourceObject, Unread } from '../contract.ts';
import { skuOf } from './line-item.ts';
import { findMeta } from './meta-data.ts';
import { idOf, instantIn, isShape, ObjectFields, type Shape, whole } from './object-fields.ts';
import { findOrderId, orderLinks, rmaOf } from './order-link.ts';
import { findTender } from './payment-tender.ts';
import { purposeOf } from './refund-purpose.ts';

/** Where shops and return plugins keep the return number (333: `_rma_id`). Setting `fields.rma` goes first. */
const rmaKeys = ['_rma_number', '_rma_id', 'rma_number', 'rma_id', '_rma', 'rma', '_return_number'] as const;

/**
 * Facts of one refund: `refund.recorded`, dated when it was made. A refund of no money with units is the shop's
 * way to put goods back (317), and an empty one is nothing (310, 316, 319): neither is money given back, and the
 * restock shows on the order's line.
 */
export function readRefund(object: SourceObject, body: Shape, context: ReadContext): Reading {
  const { connection } = object;
  const unread: Unread[] = [];
  const fields = new ObjectFields(body, unread);
  const orderId = findOrderId(body);
  const looked = orderId === undefined ? undefined : context.lookup('order', orderId);
  const order = isShape(looked) ? looked : undefined;
  const reason = fields.optionalText('reason');
  const rma = rmaOf(findMeta(body, [context.settings.fields['rma'], ...rmaKeys]) ?? rmaInText(reason));
  const recorded = whole(unread, () => buildRefund(object, fields, order, reason, rma, context));
  const facts: Fact[] = recorded === undefined || movesNoMoney(recorded) ? [] : [recorded];
  return {
    facts,
    names: [term.object(connection, 'refund', object.id)],
    links: [...orderLinks(connection, orderId), ...(rma === undefined ? [] : [{ term: term.rma(rma) }])],
    unread,
  };
}

/** The refund's reason often starts with the return number (333), and it is there before the meta data is (801). */
function rmaInText(reason: string | undefined): string | undefined {
  return /\bRMA[-_ ]?(?:NR\.?|NO\.?|#)?[-_ ]?[A-Z]{0,3}\d[\w-]*/i.exec(reason ?? '')?.[0];
}

function buildRefund(
  object: SourceObject,
  fields: ObjectFields,
  order: Shape | undefined,
  reason: string | undefined,
  rma: string | undefined,
  context: ReadContext,
): FactOf<'refund.recorded'> {
  const { settings } = context;
  const currency = currencyOf(order, settings.currency);
  const at = fields.instant('date_created', settings.zone);
  const lines = fields.list('line_items').map((line) => refundLine(line, currency));
  const shipping = positiveSum(fields.list('shipping_lines'), currency);
  // An empty body makes a refund whose amount is an empty text (319).
  const minor = fields.body['amount'] === '' ? 0 : fields.money(currency, 'amount');
  if (minor < 0) fields.refuse('amount', 'Expected an amount that is not negative.');
  const paid = fields.body['refunded_payment'];
  const purpose = findPurpose(reason, minor, lines, shipping, wasCompleted(order, at), context);
  const tender = order === undefined || paid !== true ? undefined : findTender(order, settings);
  return {
    id: factId(object.connection, `refund/${object.id}`, 'refund.recorded'),
    at,
    system: settings.system,
    connection: object.connection,
    object: `refund/${object.id}`,
    ...(rma === undefined ? {} : { rma }),
    type: 'refund.recorded',
    money: { minor, currency },
    refund: object.id,
    lines,
    shipping,
    fees: positiveSum(fields.list('fee_lines'), currency),
    payment: paid === true ? 'gateway' : paid === false ? 'manual' : 'unknown',
    ...(reason === undefined ? {} : { reason }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(tender === undefined ? {} : { tender }),
  };
}

/** A refund does not name its currency; it is always its order's. */
function currencyOf(order: Shape | undefined, fallback: string): string {
  const currency = order?.['currency'];
  return typeof currency === 'string' && /^[A-Za-z]{3}$/.test(currency) ? currency.toUpperCase() : fallback;
}

function wasCompleted(order: Shape | undefined, at: string): boolean {
  const completed = instantIn(order?.['date_completed_gmt'], 'UTC');
  return completed !== undefined && completed <= at;
}

function refundLine(line: ObjectFields, currency: string): RefundLine {
  const item = idOf(findMeta(line.body, ['_refunded_item_id']));
  const quantity = 0 - line.quantity('quantity');
  if (quantity < 0) line.refuse('quantity', 'Expected units that are not above zero, as refund lines have.');
  return {
    ...(item === undefined ? {} : { line: item }),
    sku: skuOf(line.body, item ?? idOf(line.body['id'])),
    quantity,
    gross: 0 - line.money(currency, 'total', 'total_tax'),
    tax: 0 - line.money(currency, 'total_tax'),
  };
}

function positiveSum(lines: readonly ObjectFields[], currency: string): Gross {
  let gross = 0;
  let tax = 0;
  for (const line of lines) {
    gross -= line.money(currency, 'total', 'total_tax');
    tax -= line.money(currency, 'total_tax');
  }
  return { gross, tax };
}

/** The reason's purpose; without a telling reason, a refund of nothing but shipping is one of shipping. */
function findPurpose(
  reason: string | undefined,
  minor: number,
  lines: readonly RefundLine[],
  shipping: Gross,
  completed: boolean,
  context: ReadContext,
): Purpose | undefined {
  const named = reason === undefined ? undefined : purposeOf(reason, completed, context.settings);
  if (named !== undefined) return named;
  return minor > 0 && lines.length === 0 && shipping.gross === minor ? 'shipping' : undefined;
}

function movesNoMoney(refund: FactOf<'refund.recorded'>): boolean {
  const amounts = [refund.money.minor, refund.shipping.gross, refund.fees.gross];
  return [...amounts, ...refund.lines.map((line) => line.gross)].every((amount) => amount === 0);
}
