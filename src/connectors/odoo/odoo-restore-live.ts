/**
 * Putting returned units where they belong: `restore-stock` into the warehouse's stock, `write-off` into scrap, for what
 * still has to be received by a scrap order of the transfer. A
 * person has counted and graded them; Odoo has not got so far. It needs no administrator: a user of Inventory may do
 * all of it.
 *
 * Order of steps, each of which looks at what is there first:
 *   1. A transfer that carries the command's key is gone on with; others that carry it too and are not done are
 *      cancelled.
 *   2. Else a transfer that already waits for these units is taken, whoever made it; those that a crash of ours left
 *      without a key are cancelled but for one.
 *   3. Else units that were received into a place they cannot be sold from are moved on by an internal transfer.
 *   4. Else the return wizard makes a return, of no more than was delivered: the wizard itself accepts 5 of 2 (057).
 *   5. The key is planted *before* anything is validated: in `ir.model.data`, whose (module, name) the database keeps
 *      unique (017, 018), where the user may write there, and always in the transfer's note.
 *   6. `button_validate` may answer with a wizard instead of `true`, and then nothing has happened yet.
 */
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, Executed, LiveConnection, ObjectRef, Probe } from '../live-contract.ts';
import {
  type Job, type Move, classOf, ended, linkOf, openJob, pickingKind, readMoves, readPickings, refsOf, targetOf,
  wantedClass,
} from './odoo-job-live.ts'; // prettier-ignore
import { type OdooRecord, idsOf, isRecord, numberOf, textOf } from './odoo-record.ts';
import { type OdooRpc } from './odoo-rpc.ts';
import { OdooRefusal } from './odoo-transport.ts';
import { scrapReceived } from './odoo-scrap-live.ts';

const keyModule = 'reentry';

/** Transfers that carry the key, done ones first, then the oldest; the unique entry decides where there is one. */
async function findClaims(job: Job): Promise<readonly OdooRecord[]> {
  const noted = await readPickings(job, [
    ['note', 'ilike', job.token],
    ['state', '!=', 'cancel'],
  ]);
  const entered = await job.rpc
    .find(
      'ir.model.data',
      [
        ['module', '=', keyModule],
        ['name', '=', job.token],
      ],
      ['res_id'],
    ) // prettier-ignore
    .catch((error: unknown) => {
      if (error instanceof OdooRefusal) return [];
      throw error;
    });
  const id = numberOf(entered[0] ?? {}, 'res_id') ?? 0;
  const others = noted.every((row) => row['id'] !== id) && id > 0 ? await readPickings(job, [['id', '=', id]]) : []; // prettier-ignore
  const rank = (row: OdooRecord): number => (row['state'] === 'done' ? 0 : 2) + (row['id'] === id ? 0 : 1);
  return [...noted, ...others]
    .filter((row) => row['state'] !== 'cancel')
    .sort((left, right) => rank(left) - rank(right) || Number(left['id']) - Number(right['id']));
}

async function findEffect(job: Job, picking: OdooRecord): Promise<readonly ObjectRef[] | undefined> {
  const id = Number(picking['id']);
  const moves = (await readMoves(job, [['picking_id', '=', id]])).filter(
    (move) =>
      move.state === 'done' &&
      job.products.includes(move.product) &&
      classOf(job, move.to) === wantedClass(job),
  );
  if (moves.reduce((sum, move) => sum + move.units, 0) < job.units) return undefined;
  return [
    { kind: pickingKind, id: String(id) },
    ...moves.map((move) => ({ kind: 'stock.move', id: String(move.id) })),
  ];
}

export async function probeRestore(
  rpc: OdooRpc,
  connection: LiveConnection,
  command: ConnectorCommand,
): Promise<Probe> {
  const job = await openJob(rpc, connection, command);
  for (const claim of await findClaims(job)) {
    const refs = await findEffect(job, claim);
    if (refs !== undefined) return { is: 'effect', refs };
  }
  return { is: 'absent' };
}

export async function executeRestore(
  rpc: OdooRpc,
  connection: LiveConnection,
  command: ConnectorCommand,
): Promise<Executed> {
  const job = await openJob(rpc, connection, command);
  const [claim, ...twins] = await findClaims(job);
  for (const twin of twins) if (!ended.includes(String(twin['state']))) await cancel(job, Number(twin['id']));
  const picking = claim === undefined ? await makeClaim(job) : Number(claim['id']);
  const [row] = await readPickings(job, [['id', '=', picking]]);
  if (row !== undefined && !ended.includes(String(row['state']))) await drive(job, picking);
  if (command.kind === 'write-off') await scrapReceived(job, picking);
  const [after] = await readPickings(job, [['id', '=', picking]]);
  const refs = after === undefined ? undefined : await findEffect(job, after);
  return refs === undefined
    ? { is: 'unknown', message: 'Odoo validated the transfer, but the units do not show in stock.' }
    : { is: 'accepted', refs };
}

async function cancel(job: Job, picking: number): Promise<void> {
  await job.rpc.write(pickingKind, 'action_cancel', [[picking]]);
}

/** Finds or makes the transfer to work on and plants the key in it. */
async function makeClaim(job: Job): Promise<number> {
  const { rpc, command } = job;
  const sales = refsOf(command, 'sale.order');
  const out = (
    await readMoves(job, [
      ['sale_line_id.order_id', 'in', sales],
      ['product_id', 'in', job.products],
      ['state', '=', 'done'],
      ['location_dest_id.usage', '=', 'customer'],
    ])
  ).filter((move) => linkOf(move.row, 'origin_returned_move_id') === 0);
  const back = await readMoves(job, [
    '|',
    ['origin_returned_move_id', 'in', out.map((move) => move.id)],
    '&',
    ['picking_id', 'in', refsOf(command, pickingKind)],
    '&',
    ['product_id', 'in', job.products],
    ['location_id.usage', '=', 'customer'],
  ]);
  const waiting = back.filter((move) => !['done', 'cancel', 'draft'].includes(move.state));
  const adopted = await adoptWaiting(job, waiting);
  if (adopted !== undefined) return plant(job, adopted);

  const received = back.filter((move) => move.state === 'done');
  // What Odoo itself has planned for them by its routes is gone on with: beside it a second transfer would move them twice.
  const onward = await findOnward(job, received);
  if (onward !== undefined) return plant(job, onward);
  const { fits: held, units: heldUnits } = await findHeld(job, received);
  if (held !== undefined) return createTransfer(job, held);
  // Counted units that came by several receipts are back already: a return of them would bring them back twice.
  if (heldUnits > 0) {
    const message = `Odoo has ${heldUnits} units of earlier receipts where they cannot be sold from, none of them ${job.units} at once; move them there.`;
    throw new CommandRefused('received-apart', message);
  }

  const delivered = out.reduce((sum, move) => sum + move.units, 0);
  const taken = received.reduce((sum, move) => sum + move.units, 0);
  if (delivered < job.units)
    throw new CommandRefused('no-delivery', 'Odoo has delivered no such units on this order.');
  if (taken + job.units > delivered) {
    const message = `Odoo has ${taken} of ${delivered} delivered units back already; look where they stand.`;
    throw new CommandRefused('already-returned', message);
  }
  const parts = partsToReturn(job.units, out, received);
  if (parts === undefined) {
    const message = `The ${job.units} units left in several deliveries; make a return of each of them in Odoo.`;
    throw new CommandRefused('several-deliveries', message);
  }
  return plant(job, await runReturnWizard(rpc, parts));
}

type Part = { readonly move: Move; readonly units: number };

/** Moves of one delivery that brought out the units and did not bring them back yet: a return is of one delivery. */
function partsToReturn(
  units: number,
  out: readonly Move[],
  received: readonly Move[],
): readonly Part[] | undefined {
  const back = (move: Move): number =>
    received
      .filter((each) => linkOf(each.row, 'origin_returned_move_id') === move.id)
      .reduce((sum, each) => sum + each.units, 0);
  for (const moves of Map.groupBy(out, (move) => move.picking).values()) {
    let left = units;
    const parts = moves.flatMap((move) => {
      const taken = Math.min(left, Math.max(0, move.units - back(move)));
      left -= taken;
      return taken === 0 ? [] : [{ move, units: taken }];
    });
    if (left === 0) return parts;
  }
  return undefined;
}

/**
 * A transfer that waits for these units. Ours without a key are what a crash left between the wizard and the key: one
 * is taken when it fits, the others are cancelled.
 */
async function adoptWaiting(job: Job, waiting: readonly Move[]): Promise<number | undefined> {
  const ids = [...new Set(waiting.map((move) => move.picking))].filter((id) => id > 0);
  if (ids.length === 0) return undefined;
  const pickings = await readPickings(job, [['id', 'in', ids]]);
  const unclaimed = pickings.filter((row) => !isClaimed(row));
  const fits = (row: OdooRecord): boolean =>
    waiting.filter((move) => move.picking === row['id']).reduce((sum, move) => sum + move.demand, 0) >=
    job.units;
  const theirs = unclaimed.find((row) => linkOf(row, 'create_uid') !== job.rpc.userId && fits(row));
  const ours = unclaimed.filter((row) => linkOf(row, 'create_uid') === job.rpc.userId);
  const chosen = theirs ?? ours.find(fits);
  for (const twin of ours) if (twin !== chosen) await cancel(job, Number(twin['id']));
  return chosen === undefined ? undefined : Number(chosen['id']);
}

type Held = { readonly move: Move; readonly picking: OdooRecord };

/**
 * A transfer that waits to bring received units on into place, as a route of Odoo makes it: nothing but the chain of
 * moves ties it to them.
 */
async function findOnward(job: Job, received: readonly Move[]): Promise<number | undefined> {
  const chained = await readMoves(job, [
    ['move_orig_ids', 'in', received.map((move) => move.id)],
    ['state', 'not in', ['done', 'cancel', 'draft']],
  ]);
  const mine = chained.filter(
    (move) => job.products.includes(move.product) && classOf(job, move.to) === wantedClass(job),
  );
  for (const [picking, moves] of Map.groupBy(mine, (move) => move.picking)) {
    if (moves.reduce((sum, move) => sum + move.demand, 0) < job.units) continue;
    const [row] = await readPickings(job, [['id', '=', picking]]);
    if (row !== undefined && !isClaimed(row)) return picking;
  }
  return undefined;
}

const isClaimed = (picking: OdooRecord): boolean => /RTY-[A-Z0-9]{16}/.test(textOf(picking, 'note') ?? '');

/**
 * Received units that still stand where they cannot be sold from, less what was moved on since: how many, and those of
 * one receipt that are enough.
 */
async function findHeld(
  job: Job,
  received: readonly Move[],
): Promise<{ readonly fits: Held | undefined; readonly units: number }> {
  let fits: Held | undefined;
  let units = 0;
  for (const move of received) {
    const place = classOf(job, move.to);
    if (place === wantedClass(job) || (place !== 'hold' && place !== 'input')) continue;
    const [picking] = await readPickings(job, [['id', '=', move.picking]]);
    if (picking === undefined) continue;
    const onward = await readMoves(job, [
      ['product_id', '=', move.product],
      ['location_id', '=', move.to],
      ['state', '!=', 'cancel'],
      ['id', '!=', move.id],
      '|',
      ['origin', 'ilike', textOf(picking, 'name') ?? '-'],
      ['move_orig_ids', 'in', [move.id]],
    ]);
    const gone = onward.reduce((sum, each) => sum + Math.max(each.units, each.demand), 0);
    const left = Math.max(0, move.units - gone);
    units += left;
    if (left >= job.units) fits ??= { move, picking };
  }
  return { fits, units };
}

/** An internal transfer that names its return in `origin`, as people write it, with the key from its first moment. */
async function createTransfer(job: Job, { move, picking }: Held): Promise<number> {
  const target = await targetOf(job, move.to);
  const warehouse = linkOf(job.locations.get(move.to) ?? {}, 'warehouse_id');
  const types = await job.rpc.find(
    'stock.picking.type',
    [['code', '=', 'internal'], ...(warehouse === 0 ? [] : [['warehouse_id', '=', warehouse]])],
    ['id'],
    1,
  );
  const type = types[0]?.['id'];
  if (type === undefined)
    throw new CommandRefused(
      'no-transfer-type',
      'The warehouse has no internal transfers; switch on storage locations.',
    );
  const ends = { location_id: move.to, location_dest_id: target };
  const name = textOf(picking, 'name') ?? '';
  const known = await job.rpc.fieldsOf('stock.move');
  const made = await job.rpc.write(pickingKind, 'create', [
    {
      picking_type_id: type, ...ends, origin: name, note: noteText(job),
      move_ids: [[0, 0, {
        ...(known.includes('name') ? { name } : {}), product_id: move.product, product_uom_qty: job.units,
        product_uom: linkOf(move.row, 'product_uom'), ...ends,
      }]],
    },
  ]); // prettier-ignore
  const id = Array.isArray(made) ? Number(made[0]) : Number(made);
  await enterKey(job, id);
  return id;
}

const noteText = (job: Job): string =>
  `${job.command.text ?? `Reentry: ${job.command.kind} of ${job.units} × ${job.sku}`} (${job.token})`;

/**
 * Makes a return of moves of one delivery. Lines begin at 0 in 18 and at the full quantity before (033): all are set. Where
 * only the form fills the wizard it comes without lines, and they and the place of the return are ours to say.
 */
async function runReturnWizard(rpc: OdooRpc, parts: readonly Part[]): Promise<number> {
  const { picking, from } = parts[0]!.move;
  const context = { active_model: pickingKind, active_id: picking, active_ids: [picking] };
  const wizard = await rpc.write('stock.return.picking', 'create', [{ picking_id: picking }], { context });
  const [head] = await rpc.find('stock.return.picking', [['id', '=', wizard]], ['product_return_moves']);
  const ids = idsOf(head ?? {}, 'product_return_moves');
  const lines = await rpc.find('stock.return.picking.line', [['id', 'in', ids]], ['move_id']);
  const known = await rpc.fieldsOf('stock.return.picking.line');
  const counted = known.includes('to_refund') ? { to_refund: true } : {};
  const changes = lines.map((line) => {
    const mine = parts.find(({ move }) => linkOf(line, 'move_id') === move.id);
    return [1, line['id'], mine === undefined ? { quantity: 0 } : { quantity: mine.units, ...counted }];
  });
  const added = parts.map(({ move, units }) => [
    0, 0, { move_id: move.id, product_id: move.product, quantity: units, ...counted },
  ]); // prettier-ignore
  const isEmpty = lines.length === 0;
  const hasPlace = isEmpty && (await rpc.fieldsOf('stock.return.picking')).includes('location_id');
  const values = { product_return_moves: isEmpty ? added : changes, ...(hasPlace && { location_id: from }) };
  await rpc.write('stock.return.picking', 'write', [[wizard], values], { context });
  const run = (method: string): Promise<unknown> =>
    rpc.write('stock.return.picking', method, [[wizard]], { context });
  // `action_create_returns` since 18.
  const action = await run('action_create_returns').catch((error: unknown) => {
    if (error instanceof OdooRefusal && error.because === 'unknown-method') return run('create_returns');
    throw error;
  });
  const made = isRecord(action) ? action['res_id'] : undefined;
  if (typeof made !== 'number') throw new CommandRefused('not-made', 'Odoo made no return.');
  return made;
}

/** Plants the key in a transfer. Where another already has it, that one counts and this one is given up. */
async function plant(job: Job, picking: number): Promise<number> {
  const owner = await enterKey(job, picking);
  if (owner !== picking) {
    await cancel(job, picking);
    return owner;
  }
  const [row] = await readPickings(job, [['id', '=', picking]]);
  const before = textOf(row ?? {}, 'note');
  const note = before === undefined ? noteText(job) : `${before}<p>${noteText(job)}</p>`;
  await job.rpc.write(pickingKind, 'write', [[picking], { note }]);
  return picking;
}

/** Enters the key in the unique table, where the user may; answers the transfer that has it. */
async function enterKey(job: Job, picking: number): Promise<number> {
  const values = { module: keyModule, name: job.token, model: pickingKind, res_id: picking, noupdate: true };
  try {
    await job.rpc.write('ir.model.data', 'create', [values]);
    return picking;
  } catch (error) {
    if (!(error instanceof OdooRefusal)) throw error;
    if (error.because !== 'duplicate') return picking;
    const [owner] = await findClaims(job);
    return owner === undefined ? picking : Number(owner['id']);
  }
}

/** Sets the counted units on our moves and none on others, and validates. */
async function drive(job: Job, picking: number): Promise<void> {
  const { rpc } = job;
  const known = await rpc.fieldsOf('stock.move');
  const field = known.includes('quantity') ? 'quantity' : 'quantity_done';
  const [row] = await readPickings(job, [['id', '=', picking]]);
  if (row?.['state'] === 'draft') await rpc.write(pickingKind, 'action_confirm', [[picking]]);
  const all = await readMoves(job, [['picking_id', '=', picking]]);
  const asked = all
    .filter((move) => move.state !== 'cancel' && job.products.includes(move.product))
    .reduce((sum, move) => sum + move.demand, 0);
  if (asked < job.units) {
    const message = `The transfer in Odoo is of ${asked} units now, not of ${job.units}; somebody changed it, look there.`;
    throw new CommandRefused('altered', message);
  }
  const moves = all.filter((move) => !ended.includes(move.state));
  let left = job.units;
  for (const move of moves) {
    const taken = job.products.includes(move.product) ? Math.min(left, move.demand) : 0;
    left -= taken;
    const values: Record<string, unknown> = { [field]: taken };
    if (known.includes('picked')) values['picked'] = taken > 0;
    const isSimple = taken === 0 || isScrappedLater(job, move);
    const target = isSimple ? move.to : await targetOf(job, move.to);
    if (target !== move.to) values['location_dest_id'] = target;
    await rpc.write('stock.move', 'write', [[move.id], values]);
    if (target !== move.to) {
      const [changed] = await readMoves(job, [['id', '=', move.id]]);
      const lines = idsOf(changed?.row ?? {}, 'move_line_ids');
      if (lines.length > 0)
        await rpc.write('stock.move.line', 'write', [lines, { location_dest_id: target }]);
    }
  }
  const answer = await rpc.write(pickingKind, 'button_validate', [[picking]]);
  if (isRecord(answer)) await answerWizard(rpc, picking, answer);
}

/**
 * What comes from a customer is received where returns are received, and written off from there: a return straight into
 * scrap counts as scrap to Odoo, and the sale would go on claiming that the units are with the customer.
 */
const isScrappedLater = (job: Job, move: Move): boolean =>
  job.command.kind === 'write-off' && classOf(job, move.from) === 'customer';

/** What did not come goes into a transfer of its own; any other question is a person's to answer. */
async function answerWizard(rpc: OdooRpc, picking: number, action: OdooRecord): Promise<void> {
  const model = action['res_model'];
  if (model !== 'stock.backorder.confirmation' && model !== 'stock.immediate.transfer') {
    const message = `Odoo asks something that a person has to answer (${String(model)}); validate the transfer there.`;
    throw new CommandRefused('wizard', message);
  }
  const context = isRecord(action['context']) ? action['context'] : {};
  const options = { context: { ...context, button_validate_picking_ids: [picking] } };
  const wizard = await rpc.write(String(model), 'create', [{ pick_ids: [[4, picking]] }], options);
  const next = await rpc.write(String(model), 'process', [[Number(wizard)]], options);
  // Up to 16 the first question is followed by the one about the rest.
  if (isRecord(next) && model === 'stock.immediate.transfer') await answerWizard(rpc, picking, next);
}
