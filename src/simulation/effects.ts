/** What Reentry's own hand has brought about in the company, read from the servers' insides: the truth to compare with. */
import { plantedKey } from '../connectors/planted-key.ts';
import type { SteppedReturn } from '../sandbox/life/step-return.ts';
import type { SandboxCompany } from '../sandbox/start-sandbox.ts';

export type Effects = {
  /** Kind of effect → token of the command → how often it was made. */
  readonly byKey: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

const tokenPattern = /RTY-[A-Z0-9]{16}/g;

/** All effects that carry a key of ours. */
export function readEffects(sandbox: SandboxCompany): Effects {
  const { woocommerce, odoo, stripe, hubspot } = sandbox.company;
  const byKey = new Map<string, Map<string, number>>();
  const add = (kind: string, text: unknown): void => {
    for (const token of new Set(String(text).match(tokenPattern) ?? [])) {
      const counts = byKey.get(kind) ?? new Map<string, number>();
      byKey.set(kind, counts.set(token, (counts.get(token) ?? 0) + 1));
    }
  };
  for (const refund of woocommerce.shop.refunds.values()) add('shop refund', refund.reason);
  for (const refund of stripe.gateway.refunds.values())
    add('gateway refund', JSON.stringify(refund.metadata));
  const { database } = odoo;
  for (const row of database.rows('stock.picking'))
    if (database.text('stock.picking', row.id, 'state') === 'done') add('stock transfer', database.text('stock.picking', row.id, 'note')); // prettier-ignore
  for (const row of database.rows('account.move'))
    if (database.text('account.move', row.id, 'state') !== 'cancel') add('credit note', database.text('account.move', row.id, 'payment_reference')); // prettier-ignore
  for (const note of hubspot.crm.objects.notes.values()) add('note', hubspot.crm.get(note, 'hs_note_body'));
  return { byKey };
}

export const totalOf = (effects: Effects): number =>
  [...effects.byKey.values()].flatMap((counts) => [...counts.values()]).reduce((sum, count) => sum + count, 0); // prettier-ignore

/** Token of a command's key as it stands in the targets. */
export const tokenOf = (key: string): string => plantedKey(key);

/** Minor units paid back at the gateway for an order, by whom ever; what failed is not paid. */
export function paidBack(sandbox: SandboxCompany, order: SteppedReturn): number {
  return [...sandbox.company.stripe.gateway.refunds.values()]
    .filter((refund) => refund.charge === order.placed.charge?.id && refund.status !== 'failed' && refund.status !== 'canceled')
    .reduce((sum, refund) => sum + refund.amount, 0); // prettier-ignore
}

/** Net units of a SKU of this order's return that stand in saleable stock: moved there less moved away again. */
export function restored(sandbox: SandboxCompany, sku: string): number {
  const { database } = sandbox.company.odoo;
  return database
    .search('stock.quant', [['location_id', 'in', [8, 19]], ['product_id.default_code', '=', sku]])
    .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0); // prettier-ignore
}

/** Minor units that the shop records as refunded for an order, by whom ever. */
export function refundedInShop(sandbox: SandboxCompany, order: SteppedReturn): number {
  return [...sandbox.company.woocommerce.shop.refunds.values()]
    .filter((refund) => refund.orderId === order.placed.order.id)
    .reduce((sum, refund) => sum + (refund.amount === '' ? 0 : Math.round(refund.amount / 10_000)), 0); // prettier-ignore
}
