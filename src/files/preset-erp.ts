/** List exports of Odoo: stock moves of returns and credit notes. */
import type { Preset } from './presets.ts';

type MoveWords = {
  readonly name: string;
  readonly title: string;
  readonly file: object;
  readonly heads: readonly [
    date: string,
    reference: string,
    origin: string,
    product: string,
    from: string,
    to: string,
    quantity: string,
    status: string,
  ];
  readonly done: string;
  readonly customers: string;
};

/**
 * Inventory → Reporting → Stock Moves, exported with the columns of the marks. What comes from the customers'
 * location is a return; where it goes says whether it is saleable. The order number stands in the source document.
 */
function odooMoves(words: MoveWords): Preset {
  const [date, reference, origin, product, from, to, quantity, status] = words.heads;
  const fields = {
    at: date,
    order: { anyOf: [origin], pattern: '(?:[\\p{L}]{1,5}-?\\d{3,}|\\d{4,})' },
    sku: { anyOf: [product], pattern: '^\\[([^\\]]+)\\]|^(.+)$' },
    quantity,
    document: reference,
    from: { value: 'customer' },
  };
  const fromCustomers = { column: from, matches: words.customers };
  return {
    name: words.name,
    title: words.title,
    marks: [date, reference, origin, product, from, to, quantity, status],
    mapping: {
      mapping: 1,
      name: words.name,
      file: words.file,
      facts: {
        system: 'erp',
        skip: [
          {
            when: [{ column: status, matches: `^(?!(?:${words.done})$).*$` }],
            reason: 'a move that is not done',
          },
          {
            when: [{ column: from, matches: `^(?!.*(?:${words.customers})).*$` }],
            reason: 'no move from a customer',
          },
        ],
        rows: [
          {
            when: [fromCustomers, { column: to, matches: 'scrap|ausschuss|schrott' }],
            type: 'stock.moved',
            fields: { ...fields, to: { value: 'scrap' } },
          },
          {
            when: [fromCustomers, { column: to, matches: 'input|eingang|quality|qualität|hold|sperr' }],
            type: 'stock.moved',
            fields: { ...fields, to: { value: 'input' } },
          },
          {
            when: [
              fromCustomers,
              {
                column: to,
                matches: '^(?!.*(?:scrap|ausschuss|schrott|input|eingang|quality|qualität|hold|sperr)).*$',
              },
            ],
            type: 'stock.moved',
            fields: { ...fields, to: { value: 'saleable' } },
          },
        ],
      },
    },
  };
}

type NoteWords = {
  readonly name: string;
  readonly title: string;
  readonly file: object;
  readonly heads: readonly [
    number: string,
    date: string,
    origin: string,
    tax: string,
    total: string,
    status: string,
  ];
  readonly posted: string;
  readonly draft: string;
  readonly cancelled: string;
};

/** Accounting → Customers → Credit Notes, exported with the columns of the marks. */
function odooCreditNotes(words: NoteWords): Preset {
  const [number, date, origin, tax, total, status] = words.heads;
  const fields = {
    at: date,
    order: { anyOf: [origin], pattern: '(?:[\\p{L}]{1,5}-?\\d{3,}|\\d{4,})' },
    document: number,
    tax,
    'money.amount': total,
  };
  const rule = (word: string, type: string) => ({ when: [{ column: status, in: [word] }], type, fields });
  return {
    name: words.name,
    title: words.title,
    marks: [number, date, origin, tax, total, status],
    mapping: {
      mapping: 1,
      name: words.name,
      file: words.file,
      facts: {
        system: 'erp',
        skip: [{ when: [{ column: number, matches: '^(?!R).+$' }], reason: 'an invoice, no credit note' }],
        rows: [
          rule(words.posted, 'credit_note.posted'),
          rule(words.draft, 'credit_note.drafted'),
          rule(words.cancelled, 'credit_note.cancelled'),
        ],
      },
    },
  };
}

const english = { decimal: '.', dates: ['yyyy-MM-dd', 'MM/dd/yyyy'], zone: 'UTC', currency: 'EUR' };
const german = { decimal: ',', dates: ['yyyy-MM-dd', 'dd.MM.yyyy'], zone: 'Europe/Berlin', currency: 'EUR' };

export const erpPresets: readonly Preset[] = [
  odooMoves({
    name: 'odoo-stock-moves-en',
    title: 'Odoo stock moves, English',
    file: english,
    heads: ['Date', 'Reference', 'Source Document', 'Product', 'From', 'To', 'Quantity', 'Status'],
    done: 'done',
    customers: 'customers',
  }),
  odooMoves({
    name: 'odoo-stock-moves-de',
    title: 'Odoo-Lagerbuchungen, deutsch',
    file: german,
    heads: ['Datum', 'Referenz', 'Referenzbeleg', 'Produkt', 'Von', 'Nach', 'Menge', 'Status'],
    done: 'erledigt',
    customers: 'kunden|customers',
  }),
  odooCreditNotes({
    name: 'odoo-credit-notes-en',
    title: 'Odoo credit notes, English',
    file: english,
    heads: ['Number', 'Invoice/Bill Date', 'Origin', 'Tax', 'Total', 'Status'],
    posted: 'posted',
    draft: 'draft',
    cancelled: 'cancelled',
  }),
  odooCreditNotes({
    name: 'odoo-credit-notes-de',
    title: 'Odoo-Gutschriften, deutsch',
    file: german,
    heads: ['Nummer', 'Rechnungsdatum', 'Referenzbeleg', 'Steuer', 'Gesamt', 'Status'],
    posted: 'gebucht',
    draft: 'entwurf',
    cancelled: 'abgebrochen',
  }),
];
