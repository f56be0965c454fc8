/** The longest order that must still be readable: 40 lines, a SKU of 60 characters, 300 events of six systems. */
import { mkdtempSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { putConnection } from '../../src/store/connections.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import type { ConsoleWorld } from './console-world.ts';

export const longNumber = 'NK-2026-LONG-000060';
const longSku = 'NORDKANT-TOURING-WHEELSET-28-INCH-DISC-CENTERLOCK-BLACK-2026';

/** Hands the order over as a file of facts, and reads it; returns the order's key. */
export async function addLongOrder(world: ConsoleWorld): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-long-order-'));
  const file = join(folder, 'facts.ndjson');
  writeFileSync(
    file,
    facts()
      .map((fact) => JSON.stringify({ ...fact, order: longNumber }))
      .join('\n'),
  );
  // A file that changed just now may still be written to.
  utimesSync(file, new Date('2026-10-20T00:00:00Z'), new Date('2026-10-20T00:00:00Z'));
  await putConnection(world.db, {
    connection: 'marketplace', connector: 'canonical', system: 'wms',
    settings: { baseUrl: pathToFileURL(folder).href, isSandbox: true },
  }); // prettier-ignore
  await world.service.connectionChanged('marketplace');
  await world.catchUp();
  const { rows } = await listOrders(world.db, { numberPrefix: longNumber });
  if (rows[0] === undefined) throw new Error('the long order is not there');
  return rows[0].orderKey;
}

function facts(): readonly object[] {
  const at = (day: number, hour: number): string => new Date(Date.UTC(2026, 9, day, hour)).toISOString();
  const skus = Array.from({ length: 40 }, (_, index) => (index === 0 ? longSku : `PART-${String(index).padStart(3, '0')}`)); // prettier-ignore
  const names = [
    'Wheelset 28", centre lock',
    'Chain 11-speed',
    'Brake pads, organic',
    'Inner tube 40 mm',
    'Bar tape, cork',
  ];
  const all: object[] = [
    {
      type: 'order.placed', at: at(1, 8), system: 'shop', id: 'placed', currency: 'EUR', tender: 'card', customer: 'consumer', channel: 'shop', language: 'de-DE',
      lines: skus.map((sku, index) => ({ line: String(index + 1), sku, name: names[index % names.length], quantity: 2, gross: '47.60', tax: '7.60', kind: 'goods' })),
      shipping: { gross: '4.90', tax: '0.78' }, fees: { gross: 0, tax: 0 }, total: '1908.90',
    },
    { type: 'payment.captured', at: at(1, 9), system: 'psp', id: 'captured', tender: 'card', reference: 'ch_long_1', money: { amount: '1908.90', currency: 'EUR' } },
  ]; // prettier-ignore
  for (const [index, sku] of skus.entries()) {
    const rma = 'RMA-LONG-1';
    for (const box of [1, 2]) all.push({ type: 'goods.shipped', at: at(1 + box, 6 + (index % 12)), system: 'erp', id: `shipped-${index}-${box}`, sku, quantity: 1 });
    all.push({ type: 'return.requested', at: at(8, 6 + (index % 12)), system: 'crm', id: `requested-${index}`, rma, sku, quantity: 1 });
    all.push({ type: 'return.approved', at: at(9, 6 + (index % 12)), system: 'crm', id: `approved-${index}`, rma, sku, quantity: 1 });
    all.push({ type: 'parcel.handed_over', at: at(11, 6 + (index % 12)), system: 'carrier', id: `handed-${index}`, rma, sku, quantity: 1, tracking: `00340434161094${String(index).padStart(6, '0')}` });
    all.push({ type: 'parcel.delivered', at: at(13, 6 + (index % 12)), system: 'carrier', id: `delivered-${index}`, rma, sku, quantity: 1, tracking: `00340434161094${String(index).padStart(6, '0')}` });
    if (index % 4 !== 3) all.push({ type: 'goods.received', at: at(14, 6 + (index % 12)), system: 'wms', id: `received-${index}`, rma, sku, quantity: 1 });
    if (index % 4 < 2) all.push({ type: 'goods.inspected', at: at(15, 6 + (index % 12)), system: 'wms', id: `inspected-${index}`, rma, sku, quantity: 1, condition: 'sellable', disposition: 'restock' });
    if (index % 4 === 0) all.push({ type: 'refund.recorded', at: at(16, 6 + (index % 12)), system: 'shop', id: `refunded-${index}`, refund: `rf-${index}`, rma, payment: 'gateway', shipping: { gross: 0, tax: 0 }, fees: { gross: 0, tax: 0 }, money: { amount: '23.80', currency: 'EUR' }, lines: [{ sku, quantity: 1, gross: '23.80', tax: '3.80' }] });
  } // prettier-ignore
  return all;
}
