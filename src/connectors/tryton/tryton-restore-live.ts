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
import {
  type Claim, type Job, type Move, type Shipment, findRows, idsOf, isOpen, openJob, quantityOf, readShipments, refsOf, shipmentKind,
  skuOf, targetOf,
} from './tryton-job-live.ts'; // prettier-ignore
import { driveShipment } from './tryton-receive-live.ts';
import type { TrytonRpc } from './tryton-rpc.ts';
import { type JsonRecord, decodeId, decodeReference } from './tryton-value.ts';

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
  const shipments = await readClaimed(job, claim);
  refuseAltered(job, claim, shipments);
  for (const shipment of shipments) await driveShipment(job, claim, shipment);
  const refs = await findEffect(job, claim);
  return refs === undefined
    ? { is: 'unknown', message: 'Tryton has not finished yet; a queue may be at work' }
    : { is: 'accepted', refs };
}

/** Somebody lowered the return since the key was planted: fewer units than were counted are nobody's wish. */
function refuseAltered(job: Job, claim: Claim, shipments: readonly Shipment[]): void {
  // A queue of Tryton may still be making them.
  if (shipments.length === 0 && 'sale' in claim) return;
  const moves = shipments
    .flatMap((each) => ('putAway' in claim ? each.putAway : each.incoming))
    .filter((move) => move.state !== 'cancelled' && skuOf(move.row) === job.sku)
    .filter((move) => 'sale' in claim || move.id === ('putAway' in claim ? claim.putAway : claim.incoming));
  const units = moves.reduce((sum, move) => sum + move.quantity, 0);
  if (units >= job.units) return;
  const message = `The return in Tryton is of ${units} units now, not of ${job.units}; somebody changed it, look there.`;
  throw new CommandRefused('altered', message);
}

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
  const coming = shipments
    .flatMap((shipment) => shipment.incoming)
    .filter((move) => skuOf(move.row) === job.sku);
  const unitsIn = (moves: readonly Move[]): number => moves.reduce((sum, move) => sum + move.quantity, 0);
  const back = unitsIn(coming.filter((move) => move.state === 'done'));
  // Counted units that came by several receipts are back already: a return of them would bring them back twice.
  const held = unitsIn(
    shipments.filter((each) => each.state === 'received').flatMap((each) => each.putAway.filter(mine)),
  );
  if (held > 0) {
    const message = `Tryton has ${held} received units that were not put away, none of them ${job.units} at once; put them away there.`;
    throw new CommandRefused('received-apart', message);
  }
  const announced = unitsIn(coming.filter(isOpen));
  const sale = sold[0];
  const shipped = sold.reduce((sum, found) => sum + found.units, 0);
  if (sale === undefined)
    throw new CommandRefused('no-sale', 'No sale of this item belongs to the order in Tryton.');
  if (back + job.units > shipped) {
    const message = `Tryton has ${back} of ${shipped} sold units back already; look where they stand.`;
    throw new CommandRefused('already-returned', message);
  }
  if (back + announced + job.units > shipped) {
    const message = `Tryton has ${announced} units announced by open returns, none of them for all ${job.units}; make them one, or cancel them.`;
    throw new CommandRefused('announced-otherwise', message);
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
