/**
 * What the commands on stock share: the items and locations they are about, and the transfers and moves they look at.
 */
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, LiveConnection } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { classifyLocation } from './odoo-location.ts';
import { type OdooRecord, many2oneOf, numberOf, textOf } from './odoo-record.ts';
import type { OdooRpc } from './odoo-rpc.ts';

export const pickingKind = 'stock.picking';
export const ended = ['done', 'cancel'];

export type Job = {
  readonly rpc: OdooRpc;
  readonly connection: LiveConnection;
  readonly command: ConnectorCommand;
  readonly token: string;
  readonly sku: string;
  readonly units: number;
  readonly products: readonly number[];
  /** Locations by id, and the warehouses that they are part of, for what they mean. */
  readonly locations: ReadonlyMap<number, OdooRecord>;
  readonly warehouses: ReadonlyMap<number, OdooRecord>;
};

/** Ids of a kind that belong to the order. */
export function refsOf(command: ConnectorCommand, kind: string): readonly number[] {
  return (command.refs[kind] ?? '')
    .split(',')
    .map(Number)
    .filter((id) => Number.isSafeInteger(id) && id > 0);
}

export async function openJob(
  rpc: OdooRpc,
  connection: LiveConnection,
  command: ConnectorCommand,
): Promise<Job> {
  const { sku, units } = command;
  if (sku === undefined || units === undefined || units <= 0)
    throw new CommandRefused('incomplete', 'The command names no item or no units.');
  // Asked before anything is written: a user who may not see scrap orders can write nothing off.
  if (command.kind === 'write-off') await rpc.fieldsOf('stock.scrap');
  const locations = await rpc.find('stock.location', [], await locationFields(rpc));
  const warehouses = (await rpc.mayRead('stock.warehouse'))
    ? await rpc.find('stock.warehouse', [], ['lot_stock_id', 'company_id'])
    : [];
  return {
    rpc, connection, command, token: plantedKey(command.key), sku, units,
    products: await findProducts(rpc, sku), locations: byId(locations), warehouses: byId(warehouses),
  }; // prettier-ignore
}

/** Ids of the products that are called so: by their code, or by their id where they have none (`product:17`). */
export async function findProducts(rpc: OdooRpc, sku: string): Promise<readonly number[]> {
  const rows = await rpc.find('product.product', [['default_code', '=', sku]], ['id']);
  const own = /^product:(\d+)$/.exec(sku)?.[1];
  return rows.length > 0 || own === undefined ? rows.map((row) => Number(row['id'])) : [Number(own)];
}

const byId = (rows: readonly OdooRecord[]): ReadonlyMap<number, OdooRecord> =>
  new Map(rows.map((row) => [Number(row['id']), row]));

async function locationFields(rpc: OdooRpc): Promise<readonly string[]> {
  const known = await rpc.fieldsOf('stock.location');
  const wanted = [
    'name',
    'complete_name',
    'usage',
    'location_id',
    'parent_path',
    'scrap_location',
    'warehouse_id',
    'company_id',
  ];
  return wanted.filter((field) => known.includes(field));
}

export const linkOf = (row: OdooRecord, field: string): number => many2oneOf(row, field)?.id ?? 0;

export function classOf(job: Job, id: number): string {
  const context = {
    settings: job.connection.settings,
    lookup: (kind: string, other: string | number) =>
      (kind === 'stock.warehouse' ? job.warehouses : job.locations).get(Number(other)),
  };
  return classifyLocation({ id, name: textOf(job.locations.get(id) ?? {}, 'complete_name') ?? '' }, context)
    .class;
}

export const wantedClass = (job: Job): string => (job.command.kind === 'write-off' ? 'scrap' : 'saleable');

const pickingFields = [
  'name', 'state', 'note', 'origin', 'create_uid', 'picking_type_id', 'location_id', 'location_dest_id', 'move_ids',
  'return_id', 'partner_id',
]; // prettier-ignore

export async function readPickings(job: Job, domain: unknown): Promise<readonly OdooRecord[]> {
  const known = await job.rpc.fieldsOf(pickingKind);
  // Up to 17 the moves of a transfer are also called `move_lines`; `move_ids` is there since 15.
  return job.rpc.find(
    pickingKind,
    domain,
    pickingFields.filter((field) => known.includes(field)),
  );
}

export type Move = {
  readonly id: number;
  readonly state: string;
  readonly units: number;
  readonly demand: number;
  readonly picking: number;
  readonly from: number;
  readonly to: number;
  readonly product: number;
  readonly row: OdooRecord;
};

export async function readMoves(job: Job, domain: unknown): Promise<readonly Move[]> {
  const known = await job.rpc.fieldsOf('stock.move');
  const done = known.includes('quantity') ? 'quantity' : 'quantity_done';
  const wanted = [
    'state', 'product_id', 'product_uom_qty', done, 'picking_id', 'location_id', 'location_dest_id',
    'origin_returned_move_id', 'sale_line_id', 'product_uom', 'move_line_ids', 'picked', 'name',
  ]; // prettier-ignore
  const rows = await job.rpc.find('stock.move', domain, wanted.filter((field) => known.includes(field))); // prettier-ignore
  return rows.map((row) => ({
    id: Number(row['id']),
    state: textOf(row, 'state') ?? '',
    units: numberOf(row, done) ?? 0,
    demand: numberOf(row, 'product_uom_qty') ?? 0,
    picking: linkOf(row, 'picking_id'),
    from: linkOf(row, 'location_id'),
    to: linkOf(row, 'location_dest_id'),
    product: linkOf(row, 'product_id'),
    row,
  }));
}

/** Where the units go, seen from where they are received. */
export async function targetOf(job: Job, near: number): Promise<number> {
  if (classOf(job, near) === wantedClass(job)) return near;
  const warehouse = linkOf(job.locations.get(near) ?? {}, 'warehouse_id');
  const company = linkOf(job.locations.get(near) ?? {}, 'company_id');
  if (job.command.kind === 'restore-stock') {
    const house =
      warehouse === 0
        ? [...job.warehouses.values()].find((row) => company === 0 || linkOf(row, 'company_id') === company)
        : job.warehouses.get(warehouse);
    const stock = linkOf(house ?? {}, 'lot_stock_id');
    if (stock !== 0) return stock;
  }
  const found = [...job.locations].find(([id, location]) => {
    const owner = linkOf(location, 'company_id');
    return classOf(job, id) === wantedClass(job) && (owner === 0 || company === 0 || owner === company);
  })?.[0];
  if (found === undefined)
    throw new CommandRefused('no-location', 'Odoo has no location of that meaning; map one in the settings.');
  return found;
}
