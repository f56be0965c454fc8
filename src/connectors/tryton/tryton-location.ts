/**
 * What a Tryton location means for a return: by `settings.locations` (code, name or id), else by its place in the
 * warehouse. A warehouse names its input, storage, output, waste and lost-and-found locations (recording 011);
 * the waste location is of type `lost_found` and knows no warehouse of its own (recording 012), so the warehouse
 * comes from the shipment or from the other end of the move.
 */
import { type LocationClass, locationClasses } from '../../kernel/fact.ts';
import { type Reader, type Row, findRow, reportUnmapped } from './tryton-row.ts';

const holdName = /quarant|inspection|on hold|\bhold\b|prüf|pruef|sperr|retourenlager|b-ware/i;

/** The warehouse record that a location belongs to. */
function warehouseOf(reader: Reader, location: Row | undefined): Row | undefined {
  let at = location;
  for (let depth = 0; at !== undefined && depth < 12; depth += 1) {
    if (at.text('type') === 'warehouse') return at;
    const warehouse = findRow(reader, 'stock.location', at.id('warehouse'));
    if (warehouse !== undefined) return warehouse;
    at = findRow(reader, 'stock.location', at.id('parent'));
  }
  return undefined;
}

/** What the warehouse itself says of one of its locations. */
function roleIn(warehouse: Row, id: number): LocationClass | undefined {
  if (warehouse.id('storage_location') === id) return 'saleable';
  if (warehouse.id('input_location') === id) return 'input';
  if (warehouse.ids('waste_locations').includes(id)) return 'scrap';
  if (warehouse.id('output_location') === id || warehouse.id('lost_found_location') === id) return 'other';
  return undefined;
}

function configured(
  reader: Reader,
  id: number,
  names: readonly (string | undefined)[],
): LocationClass | undefined {
  const { locations } = reader.context.settings;
  for (const name of [...names, String(id)]) {
    const found = name === undefined ? undefined : locations[name];
    if (found !== undefined && locationClasses.includes(found)) return found;
  }
  return undefined;
}

/** A location inside the warehouse: what it is itself, else what the location above it is. */
function classInside(reader: Reader, id: number, warehouse: Row): LocationClass | undefined {
  let at: number | undefined = id;
  for (let depth = 0; at !== undefined && depth < 12; depth += 1) {
    const location = findRow(reader, 'stock.location', at);
    const named = configured(reader, at, [location?.text('code'), location?.text('name')]);
    const role = named ?? roleIn(warehouse, at);
    if (role !== undefined) return role;
    if (holdName.test(location?.text('name') ?? '')) return 'hold';
    at = location?.id('parent');
  }
  return undefined;
}

/**
 * Class of one end of a move.
 *
 * @param field `from_location` or `to_location`
 * @param warehouseId warehouse of the move's shipment, where it has one
 */
export function locationClass(
  reader: Reader,
  field: string,
  warehouseId: number | undefined,
): LocationClass | undefined {
  const id = reader.row.id(field);
  if (id === undefined) return undefined;
  const short = reader.row.related(field);
  const full = findRow(reader, 'stock.location', id);
  const code = short?.text('code') ?? full?.text('code');
  const name = short?.text('name') ?? full?.text('name');
  const set = configured(reader, id, [code, name]);
  if (set !== undefined) return set;

  const type = short?.text('type') ?? full?.text('type');
  if (type === 'customer') return 'customer';
  if (type === 'supplier') return 'vendor';
  const other = field === 'from_location' ? 'to_location' : 'from_location';
  const warehouse =
    warehouseOf(reader, full) ??
    findRow(reader, 'stock.location', warehouseId) ??
    warehouseOf(reader, findRow(reader, 'stock.location', reader.row.id(other)));
  if (warehouse !== undefined) {
    const inside = classInside(reader, id, warehouse);
    if (inside !== undefined) return inside;
  }
  // Counts, transit, production and drop shipping: outside of what a return can reach.
  const outside = type !== undefined && type !== 'storage';
  if (
    outside ||
    (full !== undefined && full.id('parent') === undefined && full.id('warehouse') === undefined)
  ) {
    return 'other';
  }
  const shown = code ?? name ?? String(id);
  reportUnmapped(reader, field, shown, 'Say in settings.locations what this location means.');
  return undefined;
}
