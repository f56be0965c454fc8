/**
 * Putting returned units where they belong: `restore-stock` into the storage of the warehouse, `write-off` into its
 * waste location. A person has counted and graded them; Tryton has not got so far.
 *
 * What is there decides what is done, and before anything is done the command's key is planted:
 *   - a received return whose put-away is open: the key goes into a note on the shipment, then the put-away is made;
 *   - an announced return that nobody received: the same, and it is received first;
 *   - no return at all: a return sale is made with the key as its `web_id`, which Tryton's database keeps unique
 *     (recordings 107–109), and driven through to the put-away.
 * Every step looks at the state first: a transition that does not apply answers as if it had worked (recording 046).
 */
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, Executed, ObjectRef, Probe } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { type TrytonRpc } from './tryton-rpc.ts';
import { type JsonRecord, asRecord, decodeId, decodeReference } from './tryton-value.ts';

const shipmentKind = 'stock.shipment.out.return';

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

const skuOf = (row: JsonRecord): unknown => asRecord(row['product.'])?.['code'];
const quantityOf = (row: JsonRecord): number => (typeof row['quantity'] === 'number' ? row['quantity'] : 0);

type Move = {
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

type Shipment = {
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

async function readShipments(rpc: TrytonRpc, ids: readonly number[]): Promise<readonly Shipment[]> {
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
type Claim = { readonly sale: number } | { readonly incoming: number } | { readonly putAway: number };

async function findClaim(rpc: TrytonRpc, token: string): Promise<Claim | undefined> {
  if ((await rpc.fieldsOf('sale.sale', ['web_id']))?.length === 1) {
    const [sale] = await findRows(rpc, 'sale.sale', [['web_id', '=', token]], ['id']);
    const id = decodeId(sale?.['id']);
    if (id !== undefined) return { sale: id };
  }
  const notes = await findRows(rpc, 'ir.note', [['message', 'like', `${token}%`]], ['message']);
  for (const note of notes) {
    const match = /(incoming|put-away) move (\d+)/.exec(String(note['message']));
    if (match !== null)
      return match[1] === 'incoming' ? { incoming: Number(match[2]) } : { putAway: Number(match[2]) };
  }
  return undefined;
}

type Job = {
  readonly rpc: TrytonRpc;
  readonly command: ConnectorCommand;
  readonly token: string;
  readonly sku: string;
  readonly units: number;
};

function openJob(rpc: TrytonRpc, command: ConnectorCommand): Job {
  const { sku, units } = command;
  if (sku === undefined || units === undefined || units <= 0)
    throw new CommandRefused('incomplete', 'The command names no item or no units.');
  return { rpc, command, token: plantedKey(command.key), sku, units };
}

/** Where the units go: storage, or the first waste location of the warehouse. */
async function targetOf(job: Job, warehouse: number): Promise<number> {
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

/** Shipments of a claim, with the moves of it that count. */
async function readClaimed(job: Job, claim: Claim): Promise<readonly Shipment[]> {
  if ('sale' in claim) {
    const [sale] = await findRows(job.rpc, 'sale.sale', [['id', '=', claim.sale]], ['shipment_returns']);
    return readShipments(job.rpc, idsOf(sale?.['shipment_returns']));
  }
  const move = 'incoming' in claim ? claim.incoming : claim.putAway;
  const [row] = await findRows(job.rpc, 'stock.move', [['id', '=', move]], ['shipment']);
  const shipment = decodeReference(row?.['shipment']);
  return shipment === undefined ? [] : readShipments(job.rpc, [shipment.id]);
}

/** Moves of the claim that brought the units to where they belong. */
async function findEffect(job: Job, claim: Claim): Promise<readonly ObjectRef[] | undefined> {
  for (const shipment of await readClaimed(job, claim)) {
    const target = await targetOf(job, shipment.warehouse);
    const moves = [...shipment.putAway, ...shipment.incoming].filter(
      (move) =>
        move.state === 'done' &&
        move.to === target &&
        skuOf(move.row) === job.sku &&
        ('sale' in claim ||
          ('putAway' in claim
            ? move.id === claim.putAway
            : move.after === claim.incoming || move.id === claim.incoming)),
    );
    if (moves.reduce((sum, move) => sum + move.quantity, 0) < job.units) continue;
    return [
      { kind: shipmentKind, id: String(shipment.id) },
      ...moves.map((move) => ({ kind: 'stock.move', id: String(move.id) })),
    ];
  }
  return undefined;
}

export async function probeRestore(rpc: TrytonRpc, command: ConnectorCommand): Promise<Probe> {
  const job = openJob(rpc, command);
  const claim = await findClaim(rpc, job.token);
  const refs = claim === undefined ? undefined : await findEffect(job, claim);
  return refs === undefined ? { is: 'absent' } : { is: 'effect', refs };
}

export async function executeRestore(rpc: TrytonRpc, command: ConnectorCommand): Promise<Executed> {
  const job = openJob(rpc, command);
  const claim = (await findClaim(rpc, job.token)) ?? (await plant(job));
  if ('sale' in claim) await driveSale(job, claim.sale);
  for (const shipment of await readClaimed(job, claim)) await driveShipment(job, claim, shipment);
  const refs = await findEffect(job, claim);
  return refs === undefined
    ? { is: 'unknown', message: 'Tryton has not finished yet; a queue may be at work' }
    : { is: 'accepted', refs };
}

const isOpen = (move: Move): boolean => move.state === 'draft' || move.state === 'assigned';

/** Finds the place to work on and plants the key there, before anything moves. */
async function plant(job: Job): Promise<Claim> {
  const { rpc, command } = job;
  const sold = await findSold(job);
  const origins = sold.map((sale) => `sale.sale,${sale.id}`);
  const returns = await findRows(
    rpc,
    'sale.sale',
    [
      ['origin', 'in', origins],
      ['state', '!=', 'cancelled'],
    ],
    ['shipment_returns'],
  );
  const ids = new Set([
    ...returns.flatMap((sale) => idsOf(sale['shipment_returns'])),
    ...refsOf(command, shipmentKind),
  ]);
  const shipments = await readShipments(rpc, [...ids]);
  const mine = (move: Move): boolean => skuOf(move.row) === job.sku && isOpen(move);
  for (const shipment of shipments) {
    const move = shipment.state === 'received' ? shipment.putAway.find(mine) : undefined;
    if (move !== undefined && move.quantity >= job.units)
      return note(job, shipment, { putAway: move.id }, 'put-away');
  }
  for (const shipment of shipments) {
    const move = shipment.state === 'draft' ? shipment.incoming.find(mine) : undefined;
    if (move !== undefined && move.quantity >= job.units)
      return note(job, shipment, { incoming: move.id }, 'incoming');
  }
  const back = shipments
    .flatMap((shipment) => shipment.incoming)
    .filter((move) => skuOf(move.row) === job.sku && move.state !== 'cancelled')
    .reduce((sum, move) => sum + move.quantity, 0);
  const sale = sold[0];
  const shipped = sold.reduce((sum, found) => sum + found.units, 0);
  if (sale === undefined)
    throw new CommandRefused('no-sale', 'No sale of this item belongs to the order in Tryton.');
  if (back + job.units > shipped) {
    const message = `Tryton has ${back} of ${shipped} sold units back already; look where they stand.`;
    throw new CommandRefused('already-returned', message);
  }
  return { sale: await createReturnSale(job, sale) };
}

async function note(job: Job, shipment: Shipment, claim: Claim, what: string): Promise<Claim> {
  const move = 'putAway' in claim ? claim.putAway : 'incoming' in claim ? claim.incoming : 0;
  const message = `${job.token}: ${job.command.kind} of ${job.units} × ${job.sku}, ${what} move ${move}`;
  await job.rpc.write('model.ir.note.create', [[{ resource: `${shipmentKind},${shipment.id}`, message }]]);
  return claim;
}

type Sold = {
  readonly id: number;
  readonly units: number;
  readonly row: JsonRecord;
  readonly lines: readonly JsonRecord[];
};

const saleFields = [
  'origin', 'lines', 'party', 'company', 'currency', 'invoice_address', 'shipment_address', 'shipment_party',
  'warehouse', 'payment_term', 'reference',
]; // prettier-ignore
const lineFields = ['product', 'product.code', 'quantity', 'unit', 'unit_price', 'taxes', 'sale'];

/** The sales of the order that sold this item. */
async function findSold(job: Job): Promise<readonly Sold[]> {
  const sales = await findRows(
    job.rpc,
    'sale.sale',
    [
      ['id', 'in', refsOf(job.command, 'sale.sale')],
      ['state', 'in', ['processing', 'done']],
    ],
    (await job.rpc.fieldsOf('sale.sale', saleFields)) ?? saleFields,
  );
  const sold: Sold[] = [];
  for (const row of sales) {
    const domain = [
      ['id', 'in', idsOf(row['lines'])],
      ['quantity', '>', 0],
    ];
    const lines = (await findRows(job.rpc, 'sale.line', domain, lineFields)).filter(
      (line) => skuOf(line) === job.sku,
    );
    const units = lines.reduce((sum, line) => sum + quantityOf(line), 0);
    if (units > 0) sold.push({ id: decodeId(row['id']) ?? 0, units, row, lines });
  }
  return sold;
}

/** A return sale of just these units. Its credit note is another command's, so it makes no invoice. */
async function createReturnSale(job: Job, sold: Sold): Promise<number> {
  const { rpc, token } = job;
  if ((await rpc.fieldsOf('sale.sale', ['web_id']))?.length !== 1) {
    const message = 'Tryton needs the module web_shop: its web ID keeps a return from being made twice.';
    throw new CommandRefused('module-missing', message);
  }
  let left = job.units;
  const lines = sold.lines.flatMap((line) => {
    const taken = Math.min(left, quantityOf(line));
    left -= taken;
    if (taken === 0) return [];
    const { product, unit, unit_price } = line;
    const taxes = [['add', idsOf(line['taxes'])]];
    return [{ type: 'line', product, unit, unit_price, quantity: -taken, taxes, description: '' }];
  });
  const { id: _id, lines: _lines, origin: _origin, ...head } = sold.row;
  const values = Object.fromEntries(Object.entries(head).filter(([name]) => !name.endsWith('.')));
  const made = await rpc.write('model.sale.sale.create', [
    [
      {
        ...values,
        origin: `sale.sale,${sold.id}`,
        web_id: token,
        invoice_method: 'manual',
        shipment_method: 'order',
        lines: [['create', lines]],
      },
    ],
  ]);
  const [sale] = idsOf(made);
  if (sale === undefined) throw new CommandRefused('not-made', 'Tryton made no return sale.');
  return sale;
}

const nextStep: Readonly<Record<string, string>> = {
  draft: 'quote',
  quotation: 'confirm',
  confirmed: 'process',
};

/** Draft → quotation → confirmed → processing, from wherever it stands. */
async function driveSale(job: Job, sale: number): Promise<void> {
  for (let before = ''; ;) {
    const [row] = await findRows(job.rpc, 'sale.sale', [['id', '=', sale]], ['state', 'shipment_returns']);
    const state = String(row?.['state']);
    const step = nextStep[state];
    if (state === 'cancelled')
      throw new CommandRefused('cancelled', 'Somebody cancelled the return sale of this command.');
    if (step === undefined || state === before) return;
    before = state;
    await job.rpc.write(`model.sale.sale.${step}`, [[sale]]);
  }
}

async function driveShipment(job: Job, claim: Claim, found: Shipment): Promise<void> {
  let shipment = found;
  const counts = (move: Move): boolean =>
    skuOf(move.row) === job.sku &&
    ('sale' in claim ||
      ('incoming' in claim
        ? move.id === claim.incoming || move.after === claim.incoming
        : move.id === claim.putAway));
  if (shipment.state === 'draft') {
    await narrowDraft(job, shipment, counts);
    await job.rpc.write(`model.${shipmentKind}.receive`, [[shipment.id]]);
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
