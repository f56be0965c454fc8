/** What the commands on stock share: the item they are about, and the return shipments and moves they look at. */
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import type { TrytonRpc } from './tryton-rpc.ts';
import { type JsonRecord, asRecord, decodeId, decodeReference } from './tryton-value.ts';

export const shipmentKind = 'stock.shipment.out.return';

export async function findRows(
  rpc: TrytonRpc,
  model: string,
  domain: unknown,
  fields: readonly string[],
): Promise<readonly JsonRecord[]> {
  const order = [['id', 'ASC']];
  const found = await rpc.read(`model.${model}.search_read`, [domain, 0, 1000, order, fields]);
  return (Array.isArray(found) ? (found as unknown[]) : []).map(asRecord).filter((row) => row !== undefined);
}

export function idsOf(value: unknown): readonly number[] {
  return (Array.isArray(value) ? (value as unknown[]) : []).flatMap((id) => decodeId(id) ?? []);
}

/** Ids of a kind that belong to the order. */
export function refsOf(command: ConnectorCommand, kind: string): readonly number[] {
  return (command.refs[kind] ?? '').split(',').map(Number).filter((id) => decodeId(id) !== undefined); // prettier-ignore
}

/** As facts name the item: its code, or the product where it has none. */
export function skuOf(row: JsonRecord): string | undefined {
  const code = asRecord(row['product.'])?.['code'];
  if (typeof code === 'string' && code.trim() !== '') return code.trim();
  const id = decodeId(row['product']);
  return id === undefined ? undefined : `product:${id}`;
}
export const quantityOf = (row: JsonRecord): number =>
  typeof row['quantity'] === 'number' ? row['quantity'] : 0;

export type Move = {
  readonly id: number;
  readonly state: string;
  readonly quantity: number;
  readonly shipment: number;
  readonly from: number;
  readonly to: number;
  /** The incoming move that a put-away comes from. */
  readonly after: number | undefined;
  readonly stamp: unknown;
  readonly row: JsonRecord;
};

export type Shipment = {
  readonly id: number;
  readonly state: string;
  readonly incoming: readonly Move[];
  readonly putAway: readonly Move[];
  readonly warehouse: number;
  readonly stamp: unknown;
};

const moveFields = [
  'state', 'quantity', 'product', 'product.code', 'uom', 'from_location', 'to_location', 'origin', 'company',
  '_timestamp',
]; // prettier-ignore

async function readMoves(rpc: TrytonRpc, ids: readonly number[], shipment: number): Promise<readonly Move[]> {
  if (ids.length === 0) return [];
  return (await findRows(rpc, 'stock.move', [['id', 'in', ids]], moveFields)).map((row) => {
    const origin = decodeReference(row['origin']);
    return {
      id: decodeId(row['id']) ?? 0,
      state: String(row['state']),
      quantity: quantityOf(row),
      shipment,
      from: decodeId(row['from_location']) ?? 0,
      to: decodeId(row['to_location']) ?? 0,
      after: origin?.model === 'stock.move' ? origin.id : undefined,
      stamp: row['_timestamp'],
      row,
    };
  });
}

export async function readShipments(rpc: TrytonRpc, ids: readonly number[]): Promise<readonly Shipment[]> {
  if (ids.length === 0) return [];
  const fields = ['state', 'incoming_moves', 'inventory_moves', 'warehouse', '_timestamp'];
  const rows = await findRows(rpc, shipmentKind, [['id', 'in', ids]], fields);
  const shipments: Shipment[] = [];
  for (const row of rows) {
    const id = decodeId(row['id']) ?? 0;
    shipments.push({
      id,
      state: String(row['state']),
      incoming: await readMoves(rpc, idsOf(row['incoming_moves']), id),
      putAway: await readMoves(rpc, idsOf(row['inventory_moves']), id),
      warehouse: decodeId(row['warehouse']) ?? 0,
      stamp: row['_timestamp'],
    });
  }
  return shipments;
}

/** The move our key was planted for, or the return sale it made. */
export type Claim = { readonly sale: number } | { readonly incoming: number } | { readonly putAway: number };

export type Job = {
  readonly rpc: TrytonRpc;
  readonly command: ConnectorCommand;
  readonly token: string;
  readonly sku: string;
  readonly units: number;
};

export function openJob(rpc: TrytonRpc, command: ConnectorCommand): Job {
  const { sku, units } = command;
  if (sku === undefined || units === undefined || units <= 0)
    throw new CommandRefused('incomplete', 'The command names no item or no units.');
  return { rpc, command, token: plantedKey(command.key), sku, units };
}

/** Where the units go: storage, or the first waste location of the warehouse. */
export async function targetOf(job: Job, warehouse: number): Promise<number> {
  const [row] = await findRows(
    job.rpc,
    'stock.location',
    [['id', '=', warehouse]],
    ['storage_location', 'waste_locations'],
  );
  const target =
    job.command.kind === 'write-off'
      ? idsOf(row?.['waste_locations'])[0]
      : decodeId(row?.['storage_location']);
  if (target === undefined)
    throw new CommandRefused('no-location', 'The warehouse has no waste location; name one in Tryton.');
  return target;
}

export const isOpen = (move: Move): boolean => move.state === 'draft' || move.state === 'assigned';
