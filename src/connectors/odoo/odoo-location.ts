/**
 * What a location of Odoo means for a return.
 *
 * The policy comes first: by id or by `complete_name`, of the location itself or of its nearest mapped parent. Then
 * the location's own `usage`, and for internal ones its place in the tree: a warehouse sells from its stock location
 * and the children of that (`parent_path`). `complete_name` alone would mislead, it stops at view locations:
 * `Returns/Inspection` stands under the warehouse and counts as on hand.
 */
import type { LocationClass } from '../../kernel/fact.ts';
import type { ReadContext } from '../contract.ts';
import { isRecord, many2oneOf, textOf, type Many2one, type OdooRecord } from './odoo-record.ts';

export type ClassifiedLocation = {
  readonly class: LocationClass;
  /** The name to map in the policy, where no rule said what this internal location means. */
  readonly unmapped?: string;
};

/** Class of a location as a move or move line names it. */
export function classifyLocation(location: Many2one, context: ReadContext): ClassifiedLocation {
  const path = pathOf(location, context);
  for (const step of path) {
    const { locations } = context.settings;
    const mapped = locations[String(step.id)] ?? (step.name === '' ? undefined : locations[step.name]);
    if (mapped !== undefined) return { class: mapped };
  }
  const own = path[0]?.body;
  const usage = own === undefined ? undefined : textOf(own, 'usage');
  const name = path[0]?.name ?? '';
  switch (usage ?? usageByName(name)) {
    case 'customer':
      return { class: 'customer' };
    case 'supplier':
      return { class: 'vendor' };
    case 'inventory':
      // Odoo 19 has no `scrap_location` any more: there only the name tells scrap from a count.
      return { class: own?.['scrap_location'] === true || scrapWords.test(name) ? 'scrap' : 'other' };
    case 'internal':
      return internalClass(path, name, context);
    default:
      return { class: 'other' };
  }
}

const stockWords = /^(?:stock|lager|bestand|lagerbestand|existencias|voorraad)$/i;
const inputWords = /\b(?:input|receiving|inbound|wareneingang|eingang|dock)\b/i;
const holdWords =
  /inspect|quality|\bqc\b|quarant|return|retour|rückgabe|prüf|qualität|sperr|damaged|defekt|\bhold\b/i;
const scrapWords = /scrap|ausschuss|verschrott|rebut|desech|scart[oi]|sucata|uitval|kassaatio|kassation/i;
const otherWords = /\b(?:output|ausgang|warenausgang|pack(?:ing)?(?: zone)?|packzone|shipping|transit)\b/i;

type Step = { readonly id: number; readonly name: string; readonly body?: OdooRecord };

/** The location and its parents, nearest first, as far as they are known. */
function pathOf(location: Many2one, context: ReadContext): readonly Step[] {
  const path: Step[] = [];
  const seen = new Set<number>();
  let next: Many2one | undefined = location;
  while (next !== undefined && !seen.has(next.id)) {
    seen.add(next.id);
    const body = context.lookup('stock.location', next.id);
    if (!isRecord(body)) {
      path.push({ id: next.id, name: next.name });
      break;
    }
    path.push({ id: next.id, name: textOf(body, 'complete_name') ?? next.name, body });
    next = many2oneOf(body, 'location_id') ?? parentByPath(body, next.id);
  }
  return path;
}

/** The parent from `1/7/8/` where the field `location_id` was not read. */
function parentByPath(body: OdooRecord, id: number): Many2one | undefined {
  const steps = (textOf(body, 'parent_path') ?? '').split('/').filter(Boolean).map(Number);
  const parent = steps[steps.lastIndexOf(id) - 1];
  return parent !== undefined && Number.isSafeInteger(parent) && parent > 0
    ? { id: parent, name: '' }
    : undefined;
}

/** Where only the name of a location is known: Odoo's own names of what is outside the warehouses. */
function usageByName(name: string): string | undefined {
  if (/^(?:Partners|Partner Locations)\/Customers/.test(name)) return 'customer';
  if (/^(?:Partners|Partner Locations)\/Vendors/.test(name)) return 'supplier';
  if (/^Virtual Locations\/(?:Inventory adjustment|.*Scrap)/i.test(name)) return 'inventory';
  return /^[^/]+\/.+/.test(name) && !name.startsWith('Virtual Locations/') ? 'internal' : undefined;
}

function internalClass(path: readonly Step[], name: string, context: ReadContext): ClassifiedLocation {
  const warehouse = path.map((step) => step.body && many2oneOf(step.body, 'warehouse_id')).find(Boolean);
  const house = warehouse && context.lookup('stock.warehouse', warehouse.id);
  const stock = isRecord(house) ? many2oneOf(house, 'lot_stock_id')?.id : undefined;
  const leaf = (step: Step): string => step.name.split('/').at(-1) ?? '';
  const sellable =
    stock === undefined
      ? path.some((step) => isInternal(step) && stockWords.test(leaf(step))) ||
        (path[0]?.body === undefined &&
          name
            .split('/')
            .slice(1)
            .some((word) => stockWords.test(word)))
      : path.some((step) => step.id === stock);
  if (sellable) return { class: 'saleable' };
  // `Returns/Inspection`: the names of the parents say as much as the own name, but never the warehouse's.
  const words =
    name === '' ? '' : [...new Set(path.slice(0, -1).map(leaf)), leaf({ id: 0, name }), name].join(' / ');
  if (scrapWords.test(words)) return { class: 'scrap' };
  if (inputWords.test(words)) return { class: 'input' };
  if (holdWords.test(words)) return { class: 'hold' };
  if (otherWords.test(words)) return { class: 'other' };
  return { class: 'other', unmapped: name === '' ? String(path[0]?.id ?? '') : name };
}

function isInternal(step: Step): boolean {
  return step.body !== undefined && textOf(step.body, 'usage') === 'internal';
}
