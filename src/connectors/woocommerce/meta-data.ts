/**
 * Meta data: where plugins put what WooCommerce has no field for. Only short plain values are read; values may be
 * objects and a core key may appear twice, the planted one first (810), so the last entry of a key counts.
 */
import { isShape, type Shape } from './object-fields.ts';

/** Keys whose values are about a person, or that no fact needs and that grow without bound. */
const personalKey =
  /billing|shipping|address|e?mail|phone|name$|_ip$|ip_address|user_agent|referr?er|attribution|session|device/i;
const personalValue = /@|https?:\/\//;
const vatKey = /(?:^|_)vat(?:_|$)|vat_?(?:id|number|nr)|ust_?id/i;
const maxValueLength = 120;

/** True for the keys under which shops keep a VAT id: it tells a business from a consumer. */
function isVatId(key: string): boolean {
  return vatKey.test(key) && !/exempt|rate|total|amount/i.test(key);
}

/** Key and value of an entry that may be read, or undefined for what is dropped before storage. */
function readable(entry: unknown): { readonly key: string; readonly value: string } | undefined {
  if (!isShape(entry)) return undefined;
  const { key, value } = entry;
  if (typeof key !== 'string' || (typeof value !== 'string' && typeof value !== 'number')) return undefined;
  const text = String(value).trim();
  if (text === '' || text.length > maxValueLength) return undefined;
  // The number itself is nobody's business here; that there is one is.
  if (isVatId(key)) return { key, value: '*' };
  return personalKey.test(key) || personalValue.test(text) ? undefined : { key, value: text };
}

function entriesOf(body: Shape): readonly unknown[] {
  return Array.isArray(body['meta_data']) ? (body['meta_data'] as readonly unknown[]) : [];
}

/** The value of the first of these keys that is there. */
export function findMeta(body: Shape, keys: readonly (string | undefined)[]): string | undefined {
  const entries = entriesOf(body);
  for (const key of keys) {
    if (key === undefined) continue;
    for (let index = entries.length - 1; index >= 0; index--) {
      const entry = readable(entries[index]);
      if (entry?.key === key) return entry.value;
    }
  }
  return undefined;
}

/** A count kept in meta data: a whole number, possibly negative (327). Undefined when the key is missing or odd. */
export function findMetaCount(body: Shape, key: string): number | undefined {
  const text = findMeta(body, [key]);
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : undefined;
}

export function hasVatId(body: Shape): boolean {
  return entriesOf(body).some((entry) => {
    const found = readable(entry);
    return found !== undefined && isVatId(found.key);
  });
}

/** The entries that may be stored. */
export function keepMeta(body: Shape): { readonly key: string; readonly value: string }[] {
  return entriesOf(body).flatMap((entry) => readable(entry) ?? []);
}
