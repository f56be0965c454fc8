/** A small WooCommerce order as its API gives it. */
export function wooOrder(
  id: number,
  changes: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  return {
    id,
    parent_id: 0,
    number: `T-${id}`,
    status: 'completed',
    currency: 'EUR',
    prices_include_tax: true,
    date_created_gmt: '2026-11-02T08:00:00',
    date_modified_gmt: '2026-11-03T08:00:00',
    date_paid_gmt: '2026-11-02T08:00:01',
    date_completed_gmt: '2026-11-03T08:00:00',
    discount_total: '0.00',
    discount_tax: '0.00',
    shipping_total: '0.00',
    shipping_tax: '0.00',
    total: '59.90',
    total_tax: '9.56',
    payment_method: 'stripe',
    transaction_id: `ch_${id}`,
    meta_data: [],
    line_items: [
      {
        id: id * 10, name: 'Trail shoe', product_id: 7, variation_id: 0, quantity: 1, tax_class: '', sku: 'SHOE-42',
        subtotal: '50.34', subtotal_tax: '9.56', total: '50.34', total_tax: '9.56', taxes: [], meta_data: [],
      },
    ],
    tax_lines: [], shipping_lines: [], fee_lines: [], coupon_lines: [], refunds: [],
    ...changes,
  }; // prettier-ignore
}
