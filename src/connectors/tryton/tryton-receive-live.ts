/**
 * Driving a customer return shipment to where its units belong, of no more than were counted: received, put away, the
 * rest left open.
 */
import {
  type Claim,
  type Job,
  type Move,
  type Shipment,
  findRows,
  isOpen,
  readShipments,
  shipmentKind,
  skuOf,
  targetOf,
} from './tryton-job-live.ts';
import { TrytonRefusal } from './tryton-rpc.ts';
import type { JsonRecord } from './tryton-value.ts';

export async function driveShipment(job: Job, claim: Claim, found: Shipment): Promise<void> {
  let shipment = found;
  const counts = (move: Move): boolean =>
    skuOf(move.row) === job.sku &&
    ('sale' in claim ||
      ('incoming' in claim
        ? move.id === claim.incoming || move.after === claim.incoming
        : move.id === claim.putAway));
  if (shipment.state === 'draft') {
    await narrowDraft(job, shipment, counts);
    await receive(job, shipment.id);
    [shipment = found] = await readShipments(job.rpc, [shipment.id]);
  }
  if (shipment.state !== 'received') return;
  const target = await targetOf(job, shipment.warehouse);
  const moves = shipment.putAway.filter((move) => counts(move) && isOpen(move));
  if (moves.length === 0) return;
  const changes: unknown[] = [];
  let left = job.units;
  for (const each of moves) {
    const taken = Math.min(left, each.quantity);
    left -= taken;
    if (taken === 0) continue;
    if (taken < each.quantity || each.to !== target)
      changes.push(['write', [each.id], { quantity: taken, to_location: target }]);
    if (taken < each.quantity) changes.push(['create', [restOf(each, each.quantity - taken, shipment.id)]]);
  }
  if (changes.length > 0) {
    // One transaction, and only on what we have read: the rest of a split must not be lost or doubled.
    const stamps = { [`${shipmentKind},${shipment.id}`]: shipment.stamp };
    await job.rpc.write(`model.${shipmentKind}.write`, [[shipment.id], { inventory_moves: changes }], {
      _timestamp: stamps,
    });
  }
  // The last put-away finishes the shipment with it; before that the shipment stays received.
  const mine = new Set(moves.map((each) => each.id));
  const last = changes.length === 0 && !shipment.putAway.some((each) => isOpen(each) && !mine.has(each.id));
  if (last) await job.rpc.write(`model.${shipmentKind}.done`, [[shipment.id]]);
  else await job.rpc.write('model.stock.move.do', [[...mine]]);
}

/**
 * Receives a shipment. Of goods that nobody announced Tryton asks whether their moves may have no origin (089): a person
 * has counted them, so the answer is yes, given once. Any other question is a person's to answer.
 */
async function receive({ rpc }: Job, shipment: number): Promise<void> {
  const press = (): Promise<unknown> => rpc.write(`model.${shipmentKind}.receive`, [[shipment]]);
  try {
    await press();
  } catch (error) {
    const name = error instanceof TrytonRefusal ? error.warning : undefined;
    if (name === undefined || !name.endsWith('.done')) throw error;
    await rpc.write('model.res.user.warning.create', [[{ user: rpc.userId, name, always: false }]]);
    await press();
  }
}

/** The units of a move that stay open when it is split. */
function restOf(move: Move, quantity: number, shipment: number): JsonRecord {
  const { product, uom, from_location, to_location, origin, company } = move.row;
  return {
    product, uom, from_location, to_location, origin, company, quantity, state: 'draft',
    shipment: `${shipmentKind},${shipment}`,
  }; // prettier-ignore
}

/**
 * Receiving takes the whole shipment, so what was not counted leaves it first: other announced moves go to a
 * shipment of their own, and fewer units than announced make Tryton announce the rest again.
 */
async function narrowDraft(job: Job, shipment: Shipment, counts: (move: Move) => boolean): Promise<void> {
  const others = shipment.incoming.filter((move) => isOpen(move) && !counts(move)).map((move) => move.id);
  const stamps = { _timestamp: { [`${shipmentKind},${shipment.id}`]: shipment.stamp } };
  if (others.length > 0) {
    const fields = ['company', 'customer', 'delivery_address', 'warehouse'];
    const [row] = await findRows(job.rpc, shipmentKind, [['id', '=', shipment.id]], fields);
    const head = Object.fromEntries(fields.map((field) => [field, row?.[field]]));
    // In one transaction: a crash between would leave an empty shipment each time.
    const values = { ...head, incoming_moves: [['add', others]] };
    await job.rpc.write(`model.${shipmentKind}.create`, [[values]], stamps);
  }
  let left = job.units;
  for (const move of shipment.incoming.filter((each) => isOpen(each) && counts(each))) {
    const taken = Math.min(left, move.quantity);
    left -= taken;
    if (taken < move.quantity)
      await job.rpc.write('model.stock.move.write', [[move.id], { quantity: taken }]);
  }
}
