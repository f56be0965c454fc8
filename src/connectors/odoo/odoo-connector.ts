/**
 * Odoo 16 to 19 as ERP: sales, deliveries, returns, put-aways, scraps and credit notes.
 *
 * Settings: `locations` maps locations by `complete_name` or id; `fields.returnNumber` is a regular expression for
 * return numbers; `fields.shopOrigin` is what the shop's own connector writes to a sale's `origin`.
 *
 * Beside ids, `lookup` is asked for `stock.picking.name` with the name of a transfer (`WH/IN/00026`), because an
 * internal transfer names its return in text only. A caller that cannot answer it leaves that to the links.
 */
import { term } from '../../kernel/term.ts';
import type { Link } from '../../kernel/fact.ts';
import type { ConnectorPure, ReadContext, Reading, SourceObject } from '../contract.ts';
import { badMany2ones, keepRecord, kindOfRecord, odooKinds } from './odoo-kind.ts';
import { isRecord, many2oneOf, textOf, type OdooRecord } from './odoo-record.ts';
import { readAccountMove } from './read-account-move.ts';
import { readSaleLine, readSaleOrder } from './read-sale-order.ts';
import { readStockMove } from './read-stock-move.ts';
import { tieOfPicking } from './return-tie.ts';
import { unreadable } from './unread.ts';

export const odoo: ConnectorPure = {
  name: 'odoo',
  system: 'erp',
  reports: [
    'order.placed', 'order.cancelled', 'goods.shipped', 'stock.moved', 'return.approved', 'return.waiting',
    'status.claimed', 'credit_note.drafted', 'credit_note.posted', 'credit_note.cancelled',
  ], // prettier-ignore
  needed: [
    'stock.picking', 'stock.move', 'stock.move.line', 'stock.location', 'sale.order.line', 'account.move.line',
  ], // prettier-ignore
  stateKinds: odooKinds,
  // A done move can be edited, a posted entry reset: Odoo has no entry of which a fact is read that never changes.
  logKinds: [],
  kindOf: (body) => kindOfRecord(body),
  read: readObject,
  keep: (object) => keepRecord(object.kind, object.body),
};

function readObject(object: SourceObject, context: ReadContext): Reading {
  const { kind, id, body } = object;
  if (!isRecord(body)) {
    return {
      ...nameOnly(kind, id, context),
      unread: [unreadable('', body, 'Expected a record with fields.')],
    };
  }
  const reading = readRecord(kind, id, body, context);
  const bad = badMany2ones(kind, body).filter(({ field }) =>
    reading.unread.every((one) => one.field !== field),
  );
  if (bad.length === 0) return reading;
  const message = 'Expected a record, as [id, name] or its id, or false.';
  return {
    ...reading,
    unread: [...reading.unread, ...bad.map(({ field, value }) => unreadable(field, value, message))],
  };
}

function readRecord(kind: string, id: string, body: OdooRecord, context: ReadContext): Reading {
  switch (kind) {
    case 'sale.order':
      return readSaleOrder(id, body, context);
    case 'sale.order.line':
      return readSaleLine(id, body, context);
    case 'stock.move':
      return { ...nameOnly(kind, id, context), ...readStockMove(id, body, context) };
    case 'account.move':
      return readAccountMove(id, body, context);
    case 'stock.picking':
      return readPicking(id, body, context);
    case 'stock.scrap':
      return {
        ...nameOnly(kind, id, context),
        links: pointers(body, context, { picking_id: 'stock.picking' }),
      };
    case 'account.move.line':
      return { ...nameOnly(kind, id, context), links: pointers(body, context, { move_id: 'account.move' }) };
    case 'stock.move.line':
      return { ...nameOnly(kind, id, context), links: pointers(body, context, { move_id: 'stock.move' }) };
    default:
      return nameOnly(kind, id, context);
  }
}

/** A transfer states no facts; it is how others find their order, under its name and its return number. */
function readPicking(id: string, picking: OdooRecord, context: ReadContext): Reading {
  const { connection } = context.settings;
  const tie = tieOfPicking(picking, context);
  const names = [term.object(connection, 'stock.picking', id)];
  const name = textOf(picking, 'name');
  if (name !== undefined) names.push(term.object(connection, 'stock.picking.name', name));
  const byDelivery = tie?.by === 'delivery' || tie?.by === 'backorder';
  if (byDelivery && tie.rma !== undefined) names.push(term.rma(tie.rma));
  const links = tie?.links ?? pointers(picking, context, { sale_id: 'sale.order' });
  return { facts: [], names, links, unread: [] };
}

function nameOnly(kind: string, id: string, context: ReadContext): Reading {
  return { facts: [], names: [term.object(context.settings.connection, kind, id)], links: [], unread: [] };
}

function pointers(
  record: OdooRecord,
  context: ReadContext,
  kinds: Readonly<Record<string, string>>,
): readonly Link[] {
  return Object.entries(kinds).flatMap(([field, kind]) => {
    const to = many2oneOf(record, field);
    return to === undefined ? [] : [{ term: term.object(context.settings.connection, kind, to.id) }];
  });
}
