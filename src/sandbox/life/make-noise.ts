/** What happens beside returns and must not be taken for one. */
import type { Company } from '../company.ts';
import type { Random } from '../random.ts';
import { quantityIn } from '../odoo/stock-moves.ts';
import { updateProduct } from '../woocommerce/write-product.ts';
import type { Catalog } from './catalog.ts';
import { callErp, invoiceSale } from './shop-acts.ts';
import { openTicket, resolveTicket } from './ticket-acts.ts';
import { locations, scrap, transfer } from './warehouse-acts.ts';

export const noises = ['edit', 'count', 'purchase', 'scrap', 'transfer', 'ticket', 'marketplace'] as const;
export type Noise = (typeof noises)[number];

/** Below this the buyer orders, and the goods come at once: the sandbox is no lesson in procurement. */
const reorderBelow = 200;
const reorderUnits = 500;

/** Fills up what runs low, in the ERP by a supplier's delivery and in the shop by hand. */
export function buyStock(company: Company, catalog: Catalog): void {
  const { shop } = company.woocommerce;
  for (const article of catalog.articles) {
    if (quantityIn(company.odoo.database, article.erpProduct, locations.stock) >= reorderBelow) continue;
    const units = { [article.sku]: reorderUnits };
    const origin = `P${company.odoo.database.sequence('purchase') + 1000}`;
    transfer(company, catalog, units, { type: 1, from: 4, to: locations.stock, origin, partner: false });
    const product = shop.products.get(article.variationId === 0 ? article.productId : article.variationId);
    if (product !== undefined) updateProduct(shop, product, { inventory_delta: reorderUnits });
  }
}

export function makeNoise(company: Company, catalog: Catalog, noise: Noise, random: Random): void {
  const { database } = company.odoo;
  const article = random.pick(catalog.articles);
  switch (noise) {
    case 'edit': {
      const product = company.woocommerce.shop.products.get(article.productId);
      if (product !== undefined) {
        updateProduct(company.woocommerce.shop, product, {
          description: `<p>Edition ${random.int(1, 99)}</p>\n`,
        });
      }
      return;
    }
    case 'count': {
      const [quant] = database.search('stock.quant', [
        ['product_id', '=', article.erpProduct],
        ['location_id', '=', locations.stock],
      ]);
      if (quant === undefined) return;
      const counted = database.number('stock.quant', quant.id, 'quantity') + random.int(-1, 1);
      database.write('stock.quant', [quant.id], { inventory_quantity: counted });
      callErp(company, 'stock.quant', 'action_apply_inventory', [quant.id]);
      return;
    }
    case 'purchase':
      transfer(
        company,
        catalog,
        { [article.sku]: 10 },
        { type: 1, from: 4, to: locations.stock, origin: `P${random.int(10_000, 99_999)}`, partner: false },
      );
      return;
    case 'scrap':
      scrap(company, article, 1, { location: locations.stock, picking: false, origin: false });
      return;
    case 'transfer':
      transfer(
        company,
        catalog,
        { [article.sku]: 2 },
        { type: 3, from: locations.stock, to: locations.shelf, origin: false, partner: false },
      );
      return;
    case 'ticket': {
      const ticket = openTicket(company, {
        subject: 'Catalogue',
        text: 'Please send me your catalogue.',
        orderNumber: '',
        isReturn: false,
      });
      resolveTicket(company, undefined, ticket);
      return;
    }
    case 'marketplace': {
      const partner = database.create('res.partner', { name: 'Marketplace customer' });
      const sale = database.create('sale.order', {
        partner_id: partner,
        client_order_ref: `${random.int(100, 999)}-${random.int(1_000_000, 9_999_999)}-${random.int(1_000_000, 9_999_999)}`,
        origin: 'Marketplace',
        order_line: [[0, 0, { product_id: article.erpProduct, product_uom_qty: 1 }]],
      });
      callErp(company, 'sale.order', 'action_confirm', [sale]);
      callErp(company, 'stock.picking', 'button_validate', database.links('sale.order', sale, 'picking_ids'));
      invoiceSale(company, sale);
      return;
    }
  }
}
