/** Writes the company as the export files of its systems, with its truth: what an audit reads. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { renderPipeline, renderWhole } from './hubspot/hubspot-service.ts';
import { renderCharge, renderDispute, renderEvent, renderGatewayRefund } from './stripe/render-gateway.ts';
import type { SandboxCompany } from './start-sandbox.ts';
import { renderNote, renderOrder, renderRefund } from './woocommerce/render-order.ts';
import { renderCustomer, renderProduct, renderVariation } from './woocommerce/render-product.ts';

/** File name by model: what an Odoo export of this company holds. */
const odooFiles = {
  account_move_lines: 'account.move.line',
  account_moves: 'account.move',
  locations: 'stock.location',
  move_lines: 'stock.move.line',
  moves: 'stock.move',
  partners: 'res.partner',
  picking_types: 'stock.picking.type',
  pickings: 'stock.picking',
  products: 'product.product',
  quants: 'stock.quant',
  sale_order_lines: 'sale.order.line',
  sale_orders: 'sale.order',
  scraps: 'stock.scrap',
  taxes: 'account.tax',
  users: 'res.users',
} as const;

/** Fields that only the sandbox's own bookkeeping needs, or no export shows. */
const unexported = new Set([
  'line_ids',
  'password',
  'own_invoice_lines',
  'amount',
  'qty_delivered_manual',
  'create_uid',
  'write_uid',
  'groups_id',
]);

/** `truth.json`, `policy.json`, `woocommerce/`, `odoo/`, `stripe/` and `hubspot/` below the folder, which is made if need be. */
export async function dumpCompany(sandbox: SandboxCompany, folder: string): Promise<void> {
  const { woocommerce, odoo, stripe, hubspot } = sandbox.company;
  const { shop } = woocommerce;
  const { gateway } = stripe;
  const { database } = odoo;
  const view = { dp: 6, apiUrl: `${shop.settings.siteUrl}/wp-json/wc/v3` };
  const products = [...shop.products.values()];
  const files: Record<string, readonly unknown[]> = {
    'woocommerce/customers': [...shop.customers.values()].map((item) =>
      renderCustomer(shop, item, view.apiUrl),
    ),
    // The API gives an order's id only in the address of its refunds and notes.
    'woocommerce/order_notes': shop.notes
      .filter((note) => shop.orders.has(note.orderId))
      .map((note) => ({ ...renderNote(shop, note, view.apiUrl), order_id: note.orderId })),
    'woocommerce/orders': [...shop.orders.values()].map((order) => renderOrder(shop, order, view)),
    'woocommerce/products': products
      .filter((product) => product.type !== 'variation')
      .map((product) => renderProduct(shop, product, view.apiUrl)),
    'woocommerce/refunds': [...shop.refunds.values()].map((refund) => ({
      ...renderRefund(shop, refund, view, false),
      order_id: refund.orderId,
      parent_id: refund.orderId,
    })),
    'woocommerce/variations': products
      .filter((product) => product.type === 'variation')
      .map((product) => renderVariation(shop, product, view.apiUrl)),
    'stripe/charges': [...gateway.charges.values()].map((charge) => renderCharge(gateway, charge)),
    'stripe/refunds': [...gateway.refunds.values()].map((refund) => renderGatewayRefund(gateway, refund)),
    // Only events tell a refund that failed at once from one that failed after it had settled.
    'stripe/events': [...gateway.events.values()]
      .filter(({ type }) => type.includes('refund'))
      .map(renderEvent),
    'stripe/disputes': [...gateway.disputes.values()].map((dispute) => renderDispute(gateway, dispute)),
  };
  for (const [name, model] of Object.entries(odooFiles)) {
    const kept = Object.keys(database.model(model).fields).filter(
      (field) => !unexported.has(field) || (field === 'amount' && model === 'account.tax'),
    );
    const fields = [...kept, 'create_date', 'write_date', 'display_name'];
    files[`odoo/${name}`] = database.read(model, database.rows(model), fields);
  }
  files['hubspot/pipelines'] = hubspot.crm.pipelines.map(renderPipeline);
  for (const type of ['tickets', 'notes', 'emails'] as const) {
    files[`hubspot/${type}`] = [...hubspot.crm.objects[type].values()].map((object) =>
      renderWhole(hubspot.crm, object),
    );
  }
  for (const system of ['woocommerce', 'odoo', 'stripe', 'hubspot']) {
    await mkdir(join(folder, system), { recursive: true });
  }
  for (const [name, rows] of Object.entries(files)) await writeJson(join(folder, `${name}.json`), rows);
  await writeJson(join(folder, 'policy.json'), policyOf(shop.settings.zone));
  await writeJson(join(folder, 'truth.json'), sandbox.truth());
}

/** How people work here, as a policy file says it: what `life/` does when nothing goes wrong. */
const policyOf = (zone: string): object => ({
  _comment: 'Money goes back after the goods are received, before or after they are put away.',
  zone,
  currency: 'EUR',
  payAfter: 'receipt',
  stockAuthority: 'shop',
  books: 'per_order',
  booksTolerance: 3,
  goodwillCap: 1000,
  owners: {
    'blind-return': 'support',
    'refunded-unreceived-units': 'support',
    'refund-without-lines': 'ops',
  },
  connections: {
    woocommerce: {
      connector: 'woocommerce',
      zone,
      orderReference: 'number',
      reasons: { Goodwill: 'goodwill' },
      fields: { rma: '_rma_number' },
    },
    odoo: {
      connector: 'odoo',
      zone: 'UTC',
      locations: {
        'WH/Stock': 'saleable',
        'WH/Stock/Shelf B': 'saleable',
        'Returns/Inspection': 'hold',
        'Virtual Locations/Scrap': 'scrap',
        'Partners/Customers': 'customer',
        'Partners/Vendors': 'vendor',
      },
    },
    stripe: { connector: 'stripe' },
    hubspot: { connector: 'hubspot', fields: { returnPipelines: 'Returns' } },
  },
});

const writeJson = (path: string, value: unknown): Promise<void> =>
  writeFile(path, `${JSON.stringify(value, null, 1)}\n`);
