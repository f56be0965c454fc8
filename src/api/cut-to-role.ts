/**
 * Cuts JSON to what a role may see. Connectors drop most personal data before storage; what is left, and whatever
 * stands in free text, is shown only to those who need it. Secrets and card numbers are shown to nobody.
 */
import { maySeePersonField } from '../wire/roles.ts';

export const hidden = '[hidden]';

/** Names of members that hold personal data, by the field of the roles' table. */
const personal: readonly (readonly [RegExp, string])[] = [
  [/^e_?mail|_e?mail$/, 'email'],
  [/phone|mobile|^fax$/, 'phone'],
  [/^(?:first|last|full|given|family|sur|middle|customer|contact|partner|display|user)_?name$|^requestors?$/, 'name'],
  [/^(?:address|street|house)(?:_?\w+)?$/, 'street'],
  [/^(?:post_?code|zip(?:_?code)?|postal_?code)$/, 'postcode'],
  [/^(?:city|town)$/, 'city'],
  [/^country(?:_?code)?$/, 'country'],
  [/iban|^bic$|account_?(?:number|holder)|^vat_?(?:id|number)$|birth/, 'bank'],
  [/ip_?address|user_?agent/, 'device'],
  [/reason|note|comment|message|^text$|^subject$|^content$|^promised?_?by$/, 'text'],
]; // prettier-ignore

const secret = /secret|password|passwd|token|api_?key|authorization|cookie|^cvc$|^cvv$/;
const emailInText = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}/g;
const digitsInText = /\b\d(?:[ -]?\d){12,18}\b/g;

/** A copy of `value` without what somebody with these roles may not see. */
export function cutToRole(value: unknown, roles: readonly string[]): unknown {
  const allowed = new Map<string, boolean>();
  const maySee = (field: string): boolean => {
    const known = allowed.get(field) ?? maySeePersonField(roles, field);
    allowed.set(field, known);
    return known;
  };
  return cut(value, maySee);
}

function cut(value: unknown, maySee: (field: string) => boolean): unknown {
  if (typeof value === 'string') return cutText(value, maySee);
  if (Array.isArray(value)) return value.map((entry) => cut(entry, maySee));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      isHidden(name, maySee) && !isEmpty(entry) ? hidden : cut(entry, maySee),
    ]),
  );
}

function isHidden(name: string, maySee: (field: string) => boolean): boolean {
  // `firstName` and `first_name` are one.
  const plain = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  if (secret.test(plain)) return true;
  const field = personal.find(([pattern]) => pattern.test(plain))?.[1];
  return field !== undefined && !maySee(field);
}

/** Flags and what is empty say nothing about a person, but may matter. */
function isEmpty(value: unknown): boolean {
  return value === null || value === '' || typeof value === 'boolean';
}

function cutText(text: string, maySee: (field: string) => boolean): string {
  const withoutCards = text.replace(digitsInText, (digits) => (isCardNumber(digits) ? hidden : digits));
  return maySee('email') ? withoutCards : withoutCards.replace(emailInText, hidden);
}

/** Luhn's check, which random long numbers pass one time in ten; then a number too many is hidden. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replace(/\D/g, '')].map(Number).reverse();
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return digits.length >= 13 && sum % 10 === 0 && /^[2-6]/.test(text);
}
