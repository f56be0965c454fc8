/**
 * What the shop put back into its own stock.
 *
 * A refund with its restock box ticked shows on the order's line only (304, `restocked-units.ts`); the refund object
 * does not say it. Cancelling restores what is left and takes `_reduced_stock`
 * away (415), also when the goods had left long ago; so does setting an order back to pending (418). `refunded` by
 * hand, failed, trash and deleting restore nothing (417, 419, 422, 424).
 */
import type { Fact } from '../../kernel/fact.ts';
import type { ReadContext } from '../contract.ts';
import { catalogueOf, isService, isStockManaged, skuOf } from './line-item.ts';
import { findMeta, findMetaCount } from './meta-data.ts';
import { idOf, type ObjectFields } from './object-fields.ts';
import type { OrderStatus } from './order-status.ts';
import { isPaidOnline } from './payment-tender.ts';
import type { MakeFact } from './read-order.ts';
import { lastRefundOf, refundsOf } from './refunds-of-order.ts';
import { restockedUnits } from './restocked-units.ts';

/** `stock.moved` to saleable per line: once for what refunds restored, once for the cancellation. */
export function readRestored(
  fields: ObjectFields,
  status: OrderStatus,
  make: MakeFact,
  context: ReadContext,
): Fact[] {
  const refunds = refundsOf(fields.body, context);
  const cancels = wasTakenBack(fields, status, context);
  return fields.list('line_items').flatMap((line): Fact[] => {
    const id = idOf(line.body['id']);
    if (id === undefined) return [];
    const units = { line: id, sku: skuOf(line.body, id), from: 'customer', to: 'saleable' } as const;
    const changed = (): string => fields.instant('date_modified', context.settings.zone);
    const facts: Fact[] = [];
    const counted = countedUnits(line, fields);
    const restocked = restockedUnits(fields.body, line.body, refunds, context).units;
    if (restocked > 0) {
      const at = lastRefundOf(refunds, id) ?? changed();
      const payload = { ...units, quantity: restocked, cause: 'refund' } as const;
      facts.push(make('stock.moved', at, payload, `${id}.refund`));
    }
    const rest = cancels && isRestoredByCancelling(line, context) ? line.quantity('quantity') - counted : 0;
    if (rest > 0) {
      const payload = { ...units, quantity: rest, cause: 'cancellation' } as const;
      facts.push(make('stock.moved', changed(), payload, `${id}.cancellation`));
    }
    return facts;
  });
}

/** Notes the lines of which nobody can tell how much was put back: what is said of them stands, and nothing rests on it. */
export function noteUnsureRestocks(fields: ObjectFields, context: ReadContext): void {
  const refunds = refundsOf(fields.body, context);
  for (const line of fields.list('line_items')) {
    if (restockedUnits(fields.body, line.body, refunds, context).isSure) continue;
    const message =
      'Refunds of this line overlapped, and the shop lost count of what it put back; compare with its stock.';
    line.refuse('meta_data', message, findMeta(line.body, ['_restock_refunded_items']));
  }
}

/** What the line's own count says: cancelling restores all but that, right or wrong. */
function countedUnits(line: ObjectFields, fields: ObjectFields): number {
  const text = findMeta(line.body, ['_restock_refunded_items']);
  const units = findMetaCount(line.body, '_restock_refunded_items');
  if (text !== undefined && units === undefined) {
    fields.refuse('line_items', 'Expected a whole number in _restock_refunded_items.', text);
  }
  return Math.max(units ?? 0, 0);
}

/**
 * Did this status take the units back? Only stock that had been reduced comes back. A pending order has reduced
 * none, so one that waited for an online payment of which nothing came restores nothing; a bank transfer, cash on
 * delivery, an unknown method or an authorized payment went on hold or into processing first, and had (414, 415).
 */
function wasTakenBack(fields: ObjectFields, status: OrderStatus, context: ReadContext): boolean {
  if (status.is !== 'core') return false;
  const { zone } = context.settings;
  const wasPaid =
    fields.optionalInstant('date_paid', zone) !== undefined ||
    fields.optionalInstant('date_completed', zone) !== undefined;
  if (status.status === 'pending') return wasPaid;
  if (status.status !== 'cancelled') return false;
  const isAuthorized = fields.optionalText('transaction_id') !== undefined;
  return wasPaid || isAuthorized || !isPaidOnline(fields.body, context.settings);
}

/** The mark of a reduced line is gone, and it is a line of which stock is counted. */
function isRestoredByCancelling(line: ObjectFields, context: ReadContext): boolean {
  const catalogue = catalogueOf(line.body, context);
  return (
    findMetaCount(line.body, '_reduced_stock') === undefined &&
    !isService(catalogue) &&
    isStockManaged(catalogue)
  );
}
