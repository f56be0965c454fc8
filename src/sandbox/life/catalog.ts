/** What the company sells, in shop and ERP, and its opening stock. */
import type { Company } from '../company.ts';
import { createCoupon, createProduct } from '../woocommerce/write-product.ts';

/** One thing that can be sold: a simple product or a variation. Price in cents, with tax. */
export type Article = {
  readonly sku: string;
  readonly name: string;
  readonly price: number;
  readonly percent: 19 | 7;
  /** Id in the shop to order by: product and, for a variation, its own. */
  readonly productId: number;
  readonly variationId: number;
  readonly erpProduct: number;
};

export type Catalog = {
  readonly articles: readonly Article[];
  /** ERP products for what is no article. */
  readonly shippingProduct: number;
  readonly goodwillProduct: number;
};

type Item = { readonly sku: string; readonly name: string; readonly price: number; readonly food?: true };

const simple: readonly Item[] = [
  { sku: 'PUMP-FL', name: 'Floor pump', price: 4490 },
  { sku: 'LOCK-90', name: 'Chain lock 90 cm', price: 5990 },
  { sku: 'HELM-U1', name: 'Urban helmet', price: 8490 },
  { sku: 'LIGHT-F', name: 'Front light', price: 4295 },
  { sku: 'MAP-ELBE', name: 'Cycling map Elbe', price: 1390, food: true },
  { sku: 'BAR-OAT10', name: 'Oat bars, box of 10', price: 1490, food: true },
];

const variable = [
  { sku: 'GLOVE', name: 'Gloves', attribute: 'Size', options: ['M', 'L', 'XL'], price: 2790 },
  { sku: 'TYRE', name: 'Tyre', attribute: 'Size', options: ['28-40', '29-50'], price: 3495 },
] as const;

export const openingStock = 400;
const stockLocation = 8;

const cents = (value: number): string => (value / 100).toFixed(2);

export function createCatalog({ woocommerce, odoo }: Company): Catalog {
  const { shop } = woocommerce;
  const { database } = odoo;
  const articles: Article[] = [];
  const taxes = { 19: 1, 7: 2 } as const;

  const addToErp = (sku: string, name: string, price: number, percent: 19 | 7, storable: boolean): number =>
    database.create('product.product', {
      name,
      default_code: sku,
      type: storable ? 'consu' : 'service',
      is_storable: storable,
      list_price: Math.round((price * 100 * 100) / (100 + percent)) / 10_000,
      standard_price: Math.round(price * 0.42) / 100,
      invoice_policy: storable ? 'delivery' : 'order',
      taxes_id: [[6, 0, [taxes[percent]]]],
    });
  const stockUp = (product: number): void => {
    database.create(
      'stock.quant',
      { product_id: product, location_id: stockLocation, inventory_quantity: openingStock },
      { inventory_mode: true },
    );
  };

  for (const { sku, name, price, food } of simple) {
    const percent = food === true ? 7 : 19;
    const product = createProduct(shop, {
      name,
      sku,
      regular_price: cents(price),
      manage_stock: true,
      stock_quantity: openingStock,
      tax_class: percent === 7 ? 'reduced-rate' : '',
    });
    const erpProduct = addToErp(sku, name, price, percent, true);
    stockUp(erpProduct);
    articles.push({ sku, name, price, percent, productId: product.id, variationId: 0, erpProduct });
  }
  for (const { sku, name, attribute, options, price } of variable) {
    const parent = createProduct(shop, {
      name,
      sku,
      type: 'variable',
      attributes: [{ name: attribute, options }],
    });
    for (const option of options) {
      const code = `${sku}-${option}`;
      const variation = createProduct(
        shop,
        {
          sku: code,
          regular_price: cents(price),
          manage_stock: true,
          stock_quantity: openingStock,
          attributes: [{ name: attribute, option }],
        },
        parent,
      );
      const erpProduct = addToErp(code, `${name} ${option}`, price, 19, true);
      stockUp(erpProduct);
      articles.push({
        sku: code,
        name: `${name} ${option}`,
        price,
        percent: 19,
        productId: parent.id,
        variationId: variation.id,
        erpProduct,
      });
    }
  }
  createCoupon(shop, { code: 'herbst10', discount_type: 'percent', amount: '10' });
  return {
    articles,
    shippingProduct: addToErp('SHIPPING', 'Shipping', 689, 19, false),
    goodwillProduct: addToErp('GOODWILL', 'Goodwill', 100, 19, false),
  };
}
