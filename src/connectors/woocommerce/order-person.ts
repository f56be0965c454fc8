/** Who placed an order: what must be stored apart, sealed, before the rest of the order is kept without it. */
import type { PersonOf, SourceObject } from '../contract.ts';
import { isShape, type Shape } from './object-fields.ts';

export function personOfOrder(object: SourceObject): PersonOf | undefined {
  if (object.kind !== 'order' || !isShape(object.body)) return undefined;
  const { billing, shipping } = object.body;
  if (!isShape(billing)) return undefined;
  const email = textOf(billing, 'email');
  if (email === undefined || !email.includes('@')) return undefined;
  // The parcel bears the address it was sent to.
  const address = isShape(shipping) && textOf(shipping, 'postcode') !== undefined ? shipping : billing;
  const name = [textOf(billing, 'first_name'), textOf(billing, 'last_name')].filter((part) => part !== undefined).join(' '); // prettier-ignore
  const fields = {
    email, name: name === '' ? undefined : name, phone: textOf(billing, 'phone'), street: textOf(address, 'address_1'),
    postcode: textOf(address, 'postcode'), city: textOf(address, 'city'), country: textOf(address, 'country'),
  }; // prettier-ignore
  const known = Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { email, fields: Object.fromEntries(known) };
}

function textOf(shape: Shape, key: string): string | undefined {
  const value = shape[key];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
