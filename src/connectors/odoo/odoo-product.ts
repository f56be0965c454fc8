/** SKU and unit of a product, as records that point at it give them. */
import type { ReadContext } from '../contract.ts';
import { isRecord, many2oneOf, numberOf, textOf, wholeUnits, type OdooRecord } from './odoo-record.ts';

/** The product a record points at, where it is known. */
export function findProduct(record: OdooRecord, context: ReadContext): OdooRecord | undefined {
  const product = many2oneOf(record, 'product_id');
  const body = product && context.lookup('product.product', product.id);
  return isRecord(body) ? body : undefined;
}

/**
 * SKU of the product a record points at: its `default_code`, else the code in the display name (`[GLOVE-M] Gloves
 * M`), else `product:10`. Undefined where the record names no product.
 */
export function skuOf(record: OdooRecord, context: ReadContext): string | undefined {
  const product = many2oneOf(record, 'product_id');
  if (product === undefined) return undefined;
  const body = findProduct(record, context);
  const code = body === undefined ? /^\[([^\]]+)\]/.exec(product.name)?.[1] : textOf(body, 'default_code');
  return code?.trim() ?? `product:${product.id}`;
}

/**
 * Whether goods move for it: not for services, nor for the head of a combo (since 18), whose parts are lines of their
 * own. A product that is not known counts as goods.
 */
export function isGoods(product: OdooRecord | undefined): boolean {
  if (product === undefined) return true;
  const type = textOf(product, 'type') ?? textOf(product, 'detailed_type');
  return type !== 'service' && type !== 'combo';
}

/**
 * A quantity of a record in whole units of the product's own unit of measure. A sale of 2 dozen is 24 units; where
 * the units differ and their factors are not known, or the result is no whole number, it is undefined.
 */
export function productUnits(
  record: OdooRecord,
  field: string,
  uomField: string,
  context: ReadContext,
): number | undefined {
  const quantity = numberOf(record, field);
  if (quantity === undefined) return undefined;
  const product = findProduct(record, context);
  const own = product && many2oneOf(product, 'uom_id')?.id;
  const given = many2oneOf(record, uomField)?.id;
  if (own === undefined || given === undefined || own === given) return wholeUnits(quantity);
  const ownFactor = factorOf(own, context);
  const givenFactor = factorOf(given, context);
  if (ownFactor === undefined || givenFactor === undefined) return undefined;
  return wholeUnits((quantity * givenFactor) / ownFactor);
}

/**
 * How many reference units one of this unit is: 12 for a dozen. Up to Odoo 18 `factor` is the inverse of that, 1/12;
 * since 19, where units have a `relative_factor`, it is that itself.
 */
function factorOf(uom: number, context: ReadContext): number | undefined {
  const body = context.lookup('uom.uom', uom);
  const factor = isRecord(body) ? numberOf(body, 'factor') : undefined;
  if (!isRecord(body) || factor === undefined || factor <= 0) return undefined;
  return 'relative_factor' in body ? factor : 1 / factor;
}
