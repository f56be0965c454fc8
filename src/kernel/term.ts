/**
 * Terms: the names by which objects of different systems refer to each other. Two objects belong together when
 * one links to a term that the other is known by.
 *
 *   number/LH-10251            an order number as people write it, normalized
 *   order-id/shop/1239         the internal id of an order in a connection
 *   ref/10457                  a bare value that may be a number or an id: ambiguous where both exist
 *   rma/RMA-5012               a return number, normalized
 *   payment/ch_3734T           a charge or payment intent of the gateway
 *   object/erp/sale.sale/50    an object in a connection
 *   customer/erp/27            a customer in a connection (weak)
 *   tracking/00340434          a parcel
 */
const noise = /^(?:order|bestellung|auftrag|rma|return|nr\.?|no\.?|nummer|number|#|:|\s)+/i;

/**
 * Normalizes a number that people type: `" #lh-10251 "` and `"Nr. LH 10251"` both become `LH-10251` and
 * `LH10251`; letters are upper case, blanks go. An empty result means that nothing usable was there.
 */
export function normalizeNumber(text: string): string {
  if (isPlain(text)) return text;
  const upper = text.normalize('NFKC').trim().toUpperCase();
  // "RMA 5" and "RMA5" are one number, and what has been normalized stays as it is.
  const bare = /^RMA(?![A-Z])/.test(upper) ? upper : upper.replace(noise, '');
  return bare.replace(/[\s\u200b]+/g, '').replace(/^[#:]+|[.,;:]{1,9}$/g, '');
}

/**
 * Is nothing to be done, as with most numbers that programs write? Capitals, digits, `-`, `_` and `/`, and no letter in
 * front with which a word of noise begins. With patterns, finding that out took a twentieth of the time of a large import.
 */
function isPlain(text: string): boolean {
  const { length } = text;
  if (length === 0 || noisyInitials.includes(text[0]!)) return false;
  for (let index = 0; index < length; index++) {
    const code = text.charCodeAt(index);
    const plain =
      (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || code === 45 || code === 47 || code === 95;
    if (!plain) return false;
  }
  return true;
}

/** Of order, bestellung, auftrag, rma, return, nr, no, nummer, number. */
const noisyInitials = 'OBARN';

export const term = {
  number: (value: string): string => `number/${normalizeNumber(value)}`,
  orderId: (connection: string, id: string | number): string => `order-id/${connection}/${id}`,
  ref: (value: string): string => `ref/${normalizeNumber(value)}`,
  rma: (value: string): string => `rma/${normalizeNumber(value)}`,
  payment: (reference: string): string => `payment/${reference}`,
  object: (connection: string, kind: string, id: string | number): string =>
    `object/${connection}/${kind}/${id}`,
  customer: (connection: string, id: string | number): string => `customer/${connection}/${id}`,
  tracking: (value: string): string => `tracking/${normalizeNumber(value)}`,
} as const;
