/** A fresh database with the sale, stock and accounting apps, as an installation leaves it. */
import { accountModels } from './invoices.ts';
import { baseModels } from './base-models.ts';
import type { Database } from './database.ts';
import { createDatabase } from './database.ts';
import { saleModels } from './sale-models.ts';
import { stockModels } from './stock-models.ts';

export type ErpSettings = {
  readonly company: string;
  readonly currency: string;
  readonly currencySymbol: string;
  /** Sales taxes, in percent, net prices. */
  readonly taxes: readonly { readonly name: string; readonly percent: number }[];
  /** A hold location for inspection below the warehouse, and a shelf below its stock. */
  readonly inspection: boolean;
};

/** Locations by id; missing ones are archived, as in a warehouse with one step. */
const locations = [
  ['Physical Locations', 'view', 0],
  ['Partners', 'view', 0],
  ['Virtual Locations', 'view', 0],
  ['Vendors', 'supplier', 2],
  ['Customers', 'customer', 2],
  ['Inter-company transit', 'transit', 3, 'archived'],
  ['WH', 'view', 1],
  ['Stock', 'internal', 7],
  ['Input', 'internal', 7, 'archived'],
  ['Quality Control', 'internal', 7, 'archived'],
  ['Output', 'internal', 7, 'archived'],
  ['Packing Zone', 'internal', 7, 'archived'],
  ['Inter-warehouse transit', 'transit', 1, 'archived'],
  ['Inventory adjustment', 'inventory', 3],
  ['Production', 'production', 3],
  ['Scrap', 'inventory', 3],
] as const;

const pickingTypes = [
  ['Receipts', 'incoming', 'IN', 4, 8, 2],
  ['Delivery Orders', 'outgoing', 'OUT', 8, 5, 1],
  ['Internal Transfers', 'internal', 'INT', 8, 8, 0],
] as const;

export function newDatabase(settings: ErpSettings, now: () => number): Database {
  const database = createDatabase([...baseModels, ...stockModels, ...saleModels, ...accountModels], now);
  database.create('res.currency', { name: settings.currency, symbol: settings.currencySymbol });
  database.create('res.country', { name: 'Germany', code: 'DE' });
  database.create('res.company', { name: settings.company, currency_id: 1, country_id: 1 });
  database.create('uom.uom', { name: 'Units' });
  for (const [name, login] of [
    ['OdooBot', '__system__'],
    ['Administrator', 'admin'],
  ] as const) {
    database.create('res.users', {
      name,
      login,
      email: `${login}@company.example`,
      active: login === 'admin',
    });
  }
  for (const name of [
    'My Company',
    'OdooBot',
    'Administrator',
    'Public user',
    'Portal template',
    'Default template',
  ]) {
    database.create('res.partner', {
      name,
      active: !['OdooBot', 'Public user', 'Portal template', 'Default template'].includes(name),
    });
  }
  database.create('account.journal', { name: 'Customer Invoices', type: 'sale', code: 'INV' });
  for (const { name, percent } of settings.taxes) database.create('account.tax', { name, amount: percent });
  for (const [name, usage, parent, archived] of locations) {
    database.create('stock.location', {
      name,
      usage,
      location_id: parent || false,
      scrap_location: name === 'Scrap',
      active: archived === undefined,
      company_id: usage === 'internal' ? 1 : false,
    });
  }
  for (const [name, code, sequence, from, to, back] of pickingTypes) {
    database.create('stock.picking.type', {
      name,
      code,
      sequence_code: sequence,
      default_location_src_id: from,
      default_location_dest_id: to,
      return_picking_type_id: back || false,
      active: name !== 'Internal Transfers' || settings.inspection,
    });
  }
  database.create('stock.warehouse', {
    name: 'My Company',
    code: 'WH',
    lot_stock_id: 8,
    in_type_id: 1,
    out_type_id: 2,
  });
  if (settings.inspection) {
    database.create('stock.location', { name: 'Returns', usage: 'view', location_id: 7, company_id: 1 });
    database.create('stock.location', {
      name: 'Inspection',
      usage: 'internal',
      location_id: 17,
      company_id: 1,
    });
    database.create('stock.location', { name: 'Shelf B', usage: 'internal', location_id: 8, company_id: 1 });
  }
  return database;
}
