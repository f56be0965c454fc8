/** Transfers: confirm, validate (with or without a backorder), cancel, and the wizard that makes a return. */
import { asList, isJson } from '../service.ts';
import type { Database } from './database.ts';
import type { Call } from './model.ts';
import { userError } from './odoo-error.ts';
import { assignMove, cancelMove, completeMove } from './stock-moves.ts';

/** `WH/IN/00012`, by the operation type's own sequence. */
export function pickingName(database: Database, typeId: number): string {
  const code = database.text('stock.picking.type', typeId, 'sequence_code');
  return `WH/${code}/${String(database.sequence(`picking/${code}`)).padStart(5, '0')}`;
}

const movesOf = (database: Database, picking: number): readonly number[] =>
  database
    .links('stock.picking', picking, 'move_ids')
    .filter((id) => database.link('stock.move', id, 'scrap_id') === 0);

const stateOf = (database: Database, move: number): string => database.text('stock.move', move, 'state');

export function confirmPicking(database: Database, picking: number): void {
  for (const move of movesOf(database, picking)) assignMove(database, move);
  if (movesOf(database, picking).length > 0)
    database.write('stock.picking', [picking], { state: 'assigned' });
}

/** Splits what did not come into a transfer of its own; it has no `return_id`, only `backorder_id`. */
function makeBackorder(database: Database, picking: number, rest: ReadonlyMap<number, number>): void {
  const copy = (model: string, id: number, names: readonly string[]): Record<string, unknown> =>
    Object.fromEntries(names.map((name) => [name, database.value(model, database.row(model, id), name)]));
  const type = database.link('stock.picking', picking, 'picking_type_id');
  const backorder = database.create('stock.picking', {
    ...copy('stock.picking', picking, [
      'origin',
      'partner_id',
      'picking_type_id',
      'location_id',
      'location_dest_id',
      'group_id',
      'scheduled_date',
    ]),
    name: pickingName(database, type),
    backorder_id: picking,
    sale_id: database.link('stock.picking', picking, 'sale_id') || false,
  });
  for (const [move, quantity] of rest) {
    const whole = database.number('stock.move', move, 'quantity') === 0;
    if (whole) {
      database.write('stock.move', [move], { picking_id: backorder });
      database.set('stock.move', move, { state: 'confirmed' });
      database.unlink('stock.move.line', database.links('stock.move', move, 'move_line_ids'));
      continue;
    }
    database.set('stock.move', move, {
      product_uom_qty: database.number('stock.move', move, 'product_uom_qty') - quantity,
    });
    database.create('stock.move', {
      ...copy('stock.move', move, [
        'origin', 'product_id', 'location_id', 'location_dest_id', 'origin_returned_move_id', 'to_refund',
        'sale_line_id', 'group_id', 'partner_id', 'picking_type_id',
      ]), // prettier-ignore
      name: database.text('stock.picking', backorder, 'name'),
      picking_id: backorder,
      product_uom_qty: quantity,
    });
  }
  confirmPicking(database, backorder);
}

type Rest = 'ask' | 'backorder' | 'give up';

/**
 * Validates one transfer. True when it is done; the wizard's action, and nothing done, when some units are missing
 * and nobody has said what becomes of them.
 */
function validate(database: Database, picking: number, rest: Rest): unknown {
  if (['done', 'cancel'].includes(database.text('stock.picking', picking, 'state'))) return true;
  const moves = movesOf(database, picking).filter(
    (move) => !['done', 'cancel'].includes(stateOf(database, move)),
  );
  const quantity = (move: number): number => database.number('stock.move', move, 'quantity');
  const demand = (move: number): number => database.number('stock.move', move, 'product_uom_qty');
  if (moves.every((move) => quantity(move) === 0)) {
    throw userError(
      'You cannot validate a transfer if no quantities are reserved. To force the transfer, encode quantities.',
    );
  }
  const missing = new Map(
    moves
      .filter((move) => quantity(move) < demand(move))
      .map((move) => [move, demand(move) - quantity(move)]),
  );
  if (missing.size > 0 && rest === 'ask') {
    return {
      name: 'Create Backorder?',
      type: 'ir.actions.act_window',
      view_mode: 'form',
      res_model: 'stock.backorder.confirmation',
      views: [[false, 'form']],
      target: 'new',
      context: {
        default_show_transfers: false,
        default_pick_ids: [[4, picking]],
        button_validate_picking_ids: [picking],
      },
    };
  }
  if (rest === 'backorder' && missing.size > 0) makeBackorder(database, picking, missing);
  for (const move of moves) {
    if (database.link('stock.move', move, 'picking_id') !== picking) continue;
    if (quantity(move) > 0) completeMove(database, move);
    else cancelMove(database, move);
  }
  database.write('stock.picking', [picking], { state: 'done', date_done: false });
  database.set('stock.picking', picking, { date_done: database.now() });
  return true;
}

/** A dict instead of true means that a wizard waits and nothing has happened (024). */
export function buttonValidate({ database, ids, context }: Call): unknown {
  const notBack = asList(context['picking_ids_not_to_backorder']);
  const rest: Rest =
    context['skip_backorder'] === true ? (notBack.length > 0 ? 'give up' : 'backorder') : 'ask';
  let answer: unknown = true;
  for (const id of ids) answer = validate(database, id, rest);
  return answer;
}

const wizardPickings = ({ database, ids, context }: Call): readonly number[] => {
  const named = asList(context['button_validate_picking_ids']).map(Number);
  return named.length > 0
    ? named
    : ids.flatMap((id) => database.links('stock.backorder.confirmation', id, 'pick_ids'));
};

export function processBackorder(call: Call): unknown {
  for (const id of wizardPickings(call)) validate(call.database, id, 'backorder');
  return true;
}

export function processWithoutBackorder(call: Call): unknown {
  for (const id of wizardPickings(call)) validate(call.database, id, 'give up');
  return true;
}

export const doneMoveMessage =
  "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to reverse the moves which took place.";

export function cancelPicking({ database, ids }: Call): unknown {
  for (const id of ids) {
    for (const move of movesOf(database, id)) {
      if (stateOf(database, move) === 'done') throw userError(doneMoveMessage);
      cancelMove(database, move);
    }
    database.write('stock.picking', [id], { state: 'cancel' });
  }
  return true;
}

/** Lines start at 0 in version 18; nothing checks that a quantity was ever delivered (033, 057). */
export function fillReturnWizard(database: Database, wizard: number): void {
  const picking = database.link('stock.return.picking', wizard, 'picking_id');
  for (const move of movesOf(database, picking)) {
    if (stateOf(database, move) !== 'done') continue;
    database.create('stock.return.picking.line', {
      wizard_id: wizard,
      move_id: move,
      product_id: database.link('stock.move', move, 'product_id'),
      move_quantity: database.number('stock.move', move, 'quantity'),
    });
  }
}

export function createReturns({ database, ids, context }: Call): unknown {
  const wizard = ids[0] ?? 0;
  const lines = database
    .links('stock.return.picking', wizard, 'product_return_moves')
    .filter((line) => database.number('stock.return.picking.line', line, 'quantity') > 0);
  if (lines.length === 0) throw userError('Please specify at least one non-zero quantity.');
  const delivery = database.link('stock.return.picking', wizard, 'picking_id');
  const deliveryType = database.link('stock.picking', delivery, 'picking_type_id');
  const type = database.link('stock.picking.type', deliveryType, 'return_picking_type_id') || deliveryType;
  const from = database.link('stock.picking', delivery, 'location_dest_id');
  const to = database.link('stock.picking.type', type, 'default_location_dest_id');
  const name = pickingName(database, type);
  const picking = database.create('stock.picking', {
    name,
    origin: `Return of ${database.text('stock.picking', delivery, 'name')}`,
    partner_id: database.link('stock.picking', delivery, 'partner_id') || false,
    picking_type_id: type,
    location_id: from,
    location_dest_id: to,
    return_id: delivery,
    sale_id: database.link('stock.picking', delivery, 'sale_id') || false,
    group_id: database.link('stock.picking', delivery, 'group_id') || false,
  });
  for (const line of lines) {
    const move = database.link('stock.return.picking.line', line, 'move_id');
    database.create('stock.move', {
      name,
      origin: database.text('stock.move', move, 'origin') || false,
      product_id: database.link('stock.return.picking.line', line, 'product_id'),
      product_uom_qty: database.number('stock.return.picking.line', line, 'quantity'),
      picking_id: picking,
      picking_type_id: type,
      location_id: from,
      location_dest_id: to,
      partner_id: database.link('stock.picking', delivery, 'partner_id') || false,
      group_id: database.link('stock.picking', delivery, 'group_id') || false,
      origin_returned_move_id: move,
      move_orig_ids: [[6, 0, [move]]],
      to_refund: database.value(
        'stock.return.picking.line',
        database.row('stock.return.picking.line', line),
        'to_refund',
      ),
      sale_line_id: database.link('stock.move', move, 'sale_line_id') || false,
    });
  }
  confirmPicking(database, picking);
  return {
    name: 'Returned Picking',
    view_mode: 'form',
    res_model: 'stock.picking',
    res_id: picking,
    type: 'ir.actions.act_window',
    context: isJson(context) ? context : {},
  };
}

/** Takes damaged goods out of stock; its move hangs on the transfer it names, also a return. */
export function validateScrap({ database, ids }: Call): unknown {
  for (const id of ids) {
    if (database.text('stock.scrap', id, 'state') === 'done') continue;
    const product = database.link('stock.scrap', id, 'product_id');
    const location = database.link('stock.scrap', id, 'location_id');
    const quantity = database.number('stock.scrap', id, 'scrap_qty');
    const held = database
      .search('stock.quant', [
        ['product_id', '=', product],
        ['location_id', '=', location],
      ])
      .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0);
    if (held < quantity) {
      return {
        name: 'Insufficient Quantity To Scrap',
        type: 'ir.actions.act_window',
        view_mode: 'form',
        res_model: 'stock.warn.insufficient.qty.scrap',
        views: [[false, 'form']],
        target: 'new',
        context: { default_product_id: product, default_location_id: location, default_scrap_id: id },
      };
    }
    const picking = database.link('stock.scrap', id, 'picking_id');
    const name = database.text('stock.scrap', id, 'name');
    const move = database.create('stock.move', {
      name,
      origin: database.text('stock.scrap', id, 'origin') || false,
      product_id: product,
      product_uom_qty: quantity,
      quantity,
      picking_id: picking || false,
      picking_type_id: picking === 0 ? false : database.link('stock.picking', picking, 'picking_type_id'),
      partner_id: picking === 0 ? false : database.link('stock.picking', picking, 'partner_id') || false,
      location_id: location,
      location_dest_id: database.link('stock.scrap', id, 'scrap_location_id'),
      scrapped: true,
      scrap_id: id,
    });
    database.create('stock.move.line', {
      move_id: move,
      picking_id: picking || false,
      product_id: product,
      location_id: location,
      location_dest_id: database.link('stock.scrap', id, 'scrap_location_id'),
      quantity,
    });
    completeMove(database, move);
    database.write('stock.scrap', [id], { state: 'done' });
    database.set('stock.scrap', id, { date_done: database.now() });
  }
  return true;
}
