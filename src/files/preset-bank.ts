/** Bank statements: CAMT.053 (ISO 20022), as `read-camt-table.ts` lays it out. */
import type { Preset } from './presets.ts';

const orderWords =
  'order|bestell(?:ung|nummer|nr\\.?)|auftrag(?:snummer|snr\\.?)?|best\\.?-?nr\\.?|refund|return|erstattung|r(?:ü|ue)ckzahlung|retoure';

/**
 * An order number in a purpose text: announced by a word, else written like `LH-10251`, else the first bare number of
 * four digits or more. A number that no order has stays an orphan. A shop whose numbers look otherwise sets its own
 * pattern.
 */
export const orderInText =
  `^.*?\\b(?:${orderWords})\\s*(?:no\\.?|nr\\.?|number)?\\s*[:#]?\\s*([\\p{L}]{0,5}[- ]?\\d{3,})` +
  '|^.*?\\b([A-Z]{1,5}-\\d{3,})\\b|^.*?\\b([A-Z]{1,5}\\d{4,12})\\b|^.*?(?<![\\p{L}\\d.,-])(\\d{4,12})(?![\\p{L}\\d.,-])';

/** Words with which banks and senders mark a transfer that came back. */
const returnWords =
  'retoure|r(?:ü|ue)ck(?:buchung|überweisung|ueberweisung|gabe|lauf)|zur(?:ü|ue)ckgewiesen|\\breturn(?:ed)?\\b|\\breversal\\b|reject|account closed|konto erloschen|ac0[14]|\\brinp\\b';

const invoiceWords = '\\b(?:rechnung|rg\\.?-?nr|re-?nr|invoice)';

/** Money that came in, without any mark that it is a transfer which came back. */
const incoming = [
  { column: 'Direction', in: ['credit'] },
  { column: 'Reversal', in: ['false', ''] },
  { column: 'Return reason', empty: true },
  { column: 'Bank transaction code', matches: '^(?!.*RRTN).*$' },
  { column: 'Purpose', matches: `^(?!.*(?:${returnWords})).*$` },
];

const money = { 'money.amount': 'Amount', 'money.currency': 'Currency' };
const entry = {
  at: { anyOf: ['Booking date', 'Value date'] },
  order: { anyOf: ['Purpose'], pattern: orderInText },
  reference: { anyOf: ['Reference', 'End-to-end id', 'Purpose'] },
  text: { join: ['Purpose', 'End-to-end id'] },
  ...money,
};

export const bankPresets: readonly Preset[] = [
  {
    name: 'camt-053',
    title: 'CAMT.053 bank statement: transfers out, and transfers that came back',
    marks: ['Direction', 'Booking date', 'Return reason', 'Bank transaction code'],
    mapping: {
      mapping: 1,
      name: 'camt-053',
      file: { dates: ['yyyy-MM-dd'], zone: 'Europe/Berlin', currency: 'EUR' },
      facts: {
        system: 'bank',
        // A booking stands in the statement of its day and in that of its month.
        identityWithout: ['Statement'],
        skip: [
          { when: [{ column: 'Status', in: ['PDNG', 'INFO', 'FUTR'] }], reason: 'not booked yet' },
          {
            when: [
              { column: 'Direction', in: ['debit'] },
              { column: 'Reversal', in: ['true'] },
            ],
            reason: 'an incoming payment taken back by the bank',
          },
          {
            when: [...incoming, { column: 'Purpose', matches: invoiceWords }],
            reason: 'an invoice that was paid',
          },
          {
            // One that names an order may be a transfer that came back: the order knows whether as much had left.
            when: [...incoming, { column: 'Purpose', matches: `^(?!.*(?:${orderInText})).*$` }],
            reason: 'an incoming payment, no refund that came back',
          },
        ],
        rows: [
          { when: [{ column: 'Direction', in: ['debit'] }], type: 'payout.confirmed', fields: entry },
          { when: [{ column: 'Direction', in: ['credit'] }], type: 'payout.returned', fields: entry },
        ],
      },
    },
  },
];
