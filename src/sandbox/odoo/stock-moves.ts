/** Goods in motion: quants, moves done, and what a sale line makes of them. */
import type { Database } from './database.ts';

/** Adds to the quant of a product in a location, making it where there is none. */
export function addQuantity(database: Database, product: number, location: number, by: number): void {
  const [quant] = database.search('stock.quant', [
    ['product_id', '=', product],
    ['location_id', '=', location],
  ]);
  if (quant === undefined) {
    database.create('stock.quant', {
      product_id: product,
      location_id: location,
      quantity: by,
      in_date: database.now(),
    });
    return;
  }
  database.set('stock.quant', quant.id, {
    quantity: database.number('stock.quant', quant.id, 'quantity') + by,
  });
  database.touch('stock.quant', [quant.id]);
}

export const quantityIn = (database: Database, product: number, location: number): number =>
  database
    .search('stock.quant', [
      ['product_id', '=', product],
      ['location_id', '=', location],
    ])
    .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0);

function reserve(database: Database, product: number, location: number, by: number): void {
  const [quant] = database.search('stock.quant', [
    ['product_id', '=', product],
    ['location_id', '=', location],
  ]);
  if (quant === undefined || database.text('stock.location', location, 'usage') !== 'internal') return;
  const reserved = database.number('stock.quant', quant.id, 'reserved_quantity') + by;
  database.set('stock.quant', quant.id, { reserved_quantity: Math.max(0, reserved) });
}

/** Reserves a move in full: on a move that is not done `quantity` is only that. */
export function assignMove(database: Database, id: number): void {
  const state = database.text('stock.move', id, 'state');
  if (state === 'done' || state === 'cancel' || state === 'assigned') return;
  const demand = database.number('stock.move', id, 'product_uom_qty');
  const product = database.link('stock.move', id, 'product_id');
  const location = database.link('stock.move', id, 'location_id');
  reserve(database, product, location, demand);
  database.set('stock.move', id, { state: 'assigned', quantity: demand });
  database.create('stock.move.line', {
    move_id: id,
    picking_id: database.link('stock.move', id, 'picking_id'),
    product_id: product,
    location_id: location,
    location_dest_id: database.link('stock.move', id, 'location_dest_id'),
    quantity: demand,
    date: database.now(),
  });
}

/** Makes a move real: stock changes on both sides, the sale line counts it. */
export function completeMove(database: Database, id: number): void {
  const product = database.link('stock.move', id, 'product_id');
  const from = database.link('stock.move', id, 'location_id');
  const to = database.link('stock.move', id, 'location_dest_id');
  const quantity = database.number('stock.move', id, 'quantity');
  if (database.text('stock.move', id, 'state') === 'assigned') reserve(database, product, from, -quantity);
  addQuantity(database, product, from, -quantity);
  addQuantity(database, product, to, quantity);
  database.set('stock.move', id, { state: 'done', picked: true, date: database.now() });
  database.touch('stock.move', [id]);
  const lines = database.links('stock.move', id, 'move_line_ids');
  for (const line of lines) {
    database.set('stock.move.line', line, {
      quantity,
      picked: true,
      date: database.now(),
      location_dest_id: to,
    });
    database.touch('stock.move.line', [line]);
  }
  touchSale(database, id);
}

export function cancelMove(database: Database, id: number): void {
  const product = database.link('stock.move', id, 'product_id');
  const from = database.link('stock.move', id, 'location_id');
  if (database.text('stock.move', id, 'state') === 'assigned') {
    reserve(database, product, from, -database.number('stock.move', id, 'quantity'));
  }
  database.set('stock.move', id, { state: 'cancel', quantity: 0 });
  database.touch('stock.move', [id]);
  const lines = database.links('stock.move', id, 'move_line_ids');
  database.unlink('stock.move.line', lines);
}

/** Stored figures of the sale change with its moves, so its `write_date` moves. */
export function touchSale(database: Database, moveId: number): void {
  const line = database.link('stock.move', moveId, 'sale_line_id');
  if (line === 0) return;
  database.touch('sale.order.line', [line]);
  database.touch('sale.order', [database.link('sale.order.line', line, 'order_id')]);
}

/** Units that left for the customer less those that came back and count off (`to_refund`). */
export function deliveredQuantity(database: Database, lineId: number): number {
  return database.links('sale.order.line', lineId, 'move_ids').reduce((sum, id) => {
    if (database.text('stock.move', id, 'state') !== 'done') return sum;
    // A return straight into scrap leaves the sale line as delivered.
    const to = database.link('stock.move', id, 'location_dest_id');
    if (database.value('stock.location', database.row('stock.location', to), 'scrap_location') === true)
      return sum;
    const usage = (end: string): string =>
      database.text('stock.location', database.link('stock.move', id, end), 'usage');
    const quantity = database.number('stock.move', id, 'quantity');
    if (usage('location_dest_id') === 'customer') return sum + quantity;
    const counts = database.value('stock.move', database.row('stock.move', id), 'to_refund') === true;
    return usage('location_id') === 'customer' && counts ? sum - quantity : sum;
  }, 0);
}
