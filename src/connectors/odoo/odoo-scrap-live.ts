/**
 * The scrap orders of a `write-off`: one for each line of the transfer that the units came by, so that lots are kept
 * apart. Each carries the key and its line in `origin` and is looked for before it is made.
 */
import { CommandRefused } from '../command-refused.ts';
import {
  type Job,
  classOf,
  linkOf,
  readMoves,
  readPickings,
  targetOf,
  wantedClass,
} from './odoo-job-live.ts';
import { isRecord, numberOf, textOf } from './odoo-record.ts';

const scrapKind = 'stock.scrap';

type Part = {
  readonly line: number;
  readonly product: number;
  readonly lot: number;
  readonly from: number;
  readonly units: number;
};

/** Lines by which the units were received into places that are no scrap. */
async function findParts(job: Job, picking: number): Promise<readonly Part[]> {
  const moves = (await readMoves(job, [['picking_id', '=', picking]])).filter(
    (move) => move.state === 'done' && job.products.includes(move.product) && classOf(job, move.from) === 'customer',
  );
  const done = (await job.rpc.fieldsOf('stock.move.line')).includes('quantity') ? 'quantity' : 'qty_done';
  const lines = await job.rpc.find(
    'stock.move.line',
    [['move_id', 'in', moves.map((move) => move.id)]],
    [done, 'product_id', 'lot_id', 'location_dest_id'],
  );
  let left = job.units;
  return lines.flatMap((line) => {
    const from = linkOf(line, 'location_dest_id');
    const units = classOf(job, from) === wantedClass(job) ? 0 : Math.min(left, numberOf(line, done) ?? 0);
    left -= units;
    const product = linkOf(line, 'product_id');
    return units > 0 ? [{ line: Number(line['id']), product, lot: linkOf(line, 'lot_id'), from, units }] : [];
  });
} // prettier-ignore

/** Writes off what the transfer has received, as far as it is not written off yet. */
export async function scrapReceived(job: Job, picking: number): Promise<void> {
  const { rpc, token } = job;
  const parts = await findParts(job, picking);
  if (parts.length === 0) return;
  const found = await rpc.find(scrapKind, [['origin', 'ilike', token]], ['origin', 'state']);
  const [transfer] = await readPickings(job, [['id', '=', picking]]);
  for (const part of parts) {
    const key = `${token}/${part.line}`;
    const made = found.find((scrap) => (textOf(scrap, 'origin') ?? '').endsWith(`(${key})`));
    if (made?.['state'] === 'done') continue;
    const id = made === undefined ? await create(part, `${textOf(transfer ?? {}, 'name') ?? ''} (${key})`) : Number(made['id']);
    const answer = await rpc.write(scrapKind, 'action_validate', [[id]]);
    if (isRecord(answer))
      throw new CommandRefused('not-in-stock', 'Odoo no longer finds the units where it received them; write them off there.');
  }

  async function create(part: Part, origin: string): Promise<number> {
    // By itself Odoo takes the company of the user, who may work for several.
    const company = linkOf(job.locations.get(part.from) ?? {}, 'company_id');
    const values = {
      ...(company === 0 ? {} : { company_id: company }), product_id: part.product, scrap_qty: part.units, picking_id: picking, location_id: part.from,
      scrap_location_id: await targetOf(job, part.from), origin, ...(part.lot === 0 ? {} : { lot_id: part.lot }),
    };
    const made = await rpc.write(scrapKind, 'create', [values]);
    return Array.isArray(made) ? Number(made[0]) : Number(made);
  }
} // prettier-ignore
