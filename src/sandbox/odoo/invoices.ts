/** Invoices and credit notes. Amounts are positive on both; `move_type` tells them apart. */
import { asText } from '../service.ts';
import { wallTime } from '../wall-time.ts';
import { postMessage } from './base-models.ts';
import type { Database } from './database.ts';
import type { Call, Model, Row } from './model.ts';
import { field } from './model.ts';
import { userError } from './odoo-error.ts';
import { roundTo } from './round-cents.ts';

const lineModel = 'account.move.line';

type InvoiceLine = {
  readonly name: string;
  readonly product: number;
  readonly quantity: number;
  readonly price: number;
  readonly taxes: readonly number[];
  readonly saleLine: number;
};

export function createInvoice(
  database: Database,
  invoice: {
    type: 'out_invoice' | 'out_refund';
    partner: number;
    ref: string;
    origin: string;
    lines: readonly InvoiceLine[];
    reverses?: number;
  },
): number {
  return database.create('account.move', {
    move_type: invoice.type,
    partner_id: invoice.partner,
    ref: invoice.ref === '' ? false : invoice.ref,
    invoice_origin: invoice.origin === '' ? false : invoice.origin,
    reversed_entry_id: invoice.reverses ?? false,
    line_ids: invoice.lines.map((line) => [
      0,
      0,
      {
        name: line.name,
        product_id: line.product || false,
        quantity: line.quantity,
        price_unit: line.price,
        tax_ids: [[6, 0, line.taxes]],
        sale_line_id: line.saleLine || false,
        display_type: 'product',
      },
    ]),
  });
}

const productLines = (database: Database, move: number): readonly number[] =>
  database
    .links('account.move', move, 'line_ids')
    .filter((id) => database.text(lineModel, id, 'display_type') === 'product');

const netOf = (database: Database, id: number): number =>
  roundTo(
    database.number(lineModel, id, 'quantity') *
      database.number(lineModel, id, 'price_unit') *
      (1 - database.number(lineModel, id, 'discount') / 100),
  );

/** Tax per rate over the whole document: that is why shop and ERP differ by a cent. */
function taxesOf(database: Database, move: number): Map<number, number> {
  const bases = new Map<number, number>();
  for (const id of productLines(database, move)) {
    for (const tax of database.links(lineModel, id, 'tax_ids')) {
      bases.set(tax, (bases.get(tax) ?? 0) + netOf(database, id));
    }
  }
  return new Map(
    [...bases].map(([tax, base]) => [
      tax,
      roundTo((base * database.number('account.tax', tax, 'amount')) / 100),
    ]),
  );
}

const untaxed = (database: Database, move: number): number =>
  roundTo(productLines(database, move).reduce((sum, id) => sum + netOf(database, id), 0));

const taxed = (database: Database, move: number): number =>
  roundTo([...taxesOf(database, move).values()].reduce((sum, tax) => sum + tax, 0));

export const totalOf = (database: Database, move: number): number =>
  roundTo(untaxed(database, move) + taxed(database, move));

const isRefund = (database: Database, move: number): boolean =>
  database.text('account.move', move, 'move_type') === 'out_refund';

/** Posted reversals are set off against their invoice at once, though no money has moved. */
const residualOf = (database: Database, move: number): number => {
  if (database.text('account.move', move, 'state') !== 'posted') return totalOf(database, move);
  if (database.link('account.move', move, 'reversed_entry_id') !== 0) return 0;
  const reversed = database
    .links('account.move', move, 'reversal_move_ids')
    .filter((id) => database.text('account.move', id, 'state') === 'posted')
    .reduce((sum, id) => sum + totalOf(database, id), 0);
  return Math.max(0, roundTo(totalOf(database, move) - reversed));
};

function paymentState(database: Database, move: number): string {
  if (database.text('account.move', move, 'state') !== 'posted') return 'not_paid';
  if (database.link('account.move', move, 'reversed_entry_id') !== 0) return 'paid';
  const residual = residualOf(database, move);
  if (residual === totalOf(database, move)) return 'not_paid';
  return residual === 0 ? 'reversed' : 'partial';
}

function moveName(row: Row, database: Database): string {
  const ref = database.text('account.move', row.id, 'ref');
  const name = database.text('account.move', row.id, 'name');
  const shown = name === '' ? (isRefund(database, row.id) ? 'Draft Credit Note' : 'Draft Invoice') : name;
  const cut = ref.length > 50 ? `${ref.slice(0, 45)}[...]` : ref;
  return ref === '' ? shown : `${shown} (${cut})`;
}

/** Books the tax and receivable lines that a posted document shows. */
function addBookings(database: Database, move: number): void {
  const name = database.text('account.move', move, 'name');
  const sign = isRefund(database, move) ? 1 : -1;
  for (const [tax, amount] of taxesOf(database, move)) {
    const label = database.text('account.tax', tax, 'name');
    database.create(lineModel, {
      move_id: move,
      name: label,
      display_type: 'tax',
      quantity: 0,
      amount: sign * amount,
    });
  }
  const ref = database.text('account.move', move, 'ref');
  database.create(lineModel, {
    move_id: move,
    name: ref === '' ? name : `${ref} - ${name}`,
    display_type: 'payment_term',
    quantity: 0,
    amount: -sign * totalOf(database, move),
  });
}

/** Answers false although it did post (029); posting twice is refused (089). */
function post({ database, ids }: Call): unknown {
  for (const id of ids) {
    const name = database.text('account.move', id, 'name');
    if (database.text('account.move', id, 'state') !== 'draft') {
      throw userError(`The entry ${name} (id ${id}) must be in draft.`);
    }
    const today = wallTime(database.now(), 'UTC').slice(0, 10);
    const prefix = isRefund(database, id) ? 'RINV' : 'INV';
    const year = today.slice(0, 4);
    const number = String(database.sequence(`${prefix}/${year}`)).padStart(5, '0');
    const kept = name === '' ? `${prefix}/${year}/${number}` : name;
    database.write('account.move', [id], { state: 'posted', name: kept, invoice_date: today, date: today });
    if (!isRefund(database, id)) database.set('account.move', id, { payment_reference: kept });
    if (database.links('account.move', id, 'line_ids').length === productLines(database, id).length)
      addBookings(database, id);
    database.touch(lineModel, database.links('account.move', id, 'line_ids'));
    const reversed = database.link('account.move', id, 'reversed_entry_id');
    if (reversed !== 0) database.touch('account.move', [reversed]);
  }
  return false;
}

function backToDraft({ database, ids }: Call): unknown {
  for (const id of ids) {
    database.write('account.move', [id], { state: 'draft' });
    const booked = database
      .links('account.move', id, 'line_ids')
      .filter((line) => database.text(lineModel, line, 'display_type') !== 'product');
    database.unlink(lineModel, booked);
  }
  return true;
}

/** Nothing stops a second reversal of the same invoice. */
function reverse({ database, ids }: Call): unknown {
  const wizard = ids[0] ?? 0;
  const reason = database.text('account.move.reversal', wizard, 'reason');
  const made = database.links('account.move.reversal', wizard, 'move_ids').map((id) =>
    createInvoice(database, {
      type: 'out_refund',
      partner: database.link('account.move', id, 'partner_id'),
      ref: `Reversal of: ${database.text('account.move', id, 'name')}${reason === '' ? '' : `, ${reason}`}`,
      origin: database.text('account.move', id, 'invoice_origin'),
      reverses: id,
      lines: productLines(database, id).map((line) => ({
        name: database.text(lineModel, line, 'name'),
        product: database.link(lineModel, line, 'product_id'),
        quantity: database.number(lineModel, line, 'quantity'),
        price: database.number(lineModel, line, 'price_unit'),
        taxes: database.links(lineModel, line, 'tax_ids'),
        saleLine: database.link(lineModel, line, 'sale_line_id'),
      })),
    }),
  );
  database.set('account.move.reversal', wizard, { new_move_ids: made });
  return {
    name: 'Reverse Moves',
    type: 'ir.actions.act_window',
    res_model: 'account.move',
    view_mode: 'form',
    res_id: made[0] ?? false,
    context: { default_move_type: 'out_refund' },
  };
}

const move: Model = {
  name: 'account.move',
  label: 'Journal Entry',
  fields: {
    name: field.char(),
    state: field.selection('draft'),
    move_type: field.selection('entry'),
    ref: field.char(),
    invoice_origin: field.char(),
    invoice_date: field.date(),
    date: field.date(),
    partner_id: field.many2one('res.partner'),
    currency_id: { type: 'many2one', relation: 'res.currency', related: ['company_id', 'currency_id'] },
    amount_untaxed: field.computed('float', (row, database) => untaxed(database, row.id)),
    amount_tax: field.computed('float', (row, database) => taxed(database, row.id)),
    amount_total: field.computed('float', (row, database) => totalOf(database, row.id)),
    amount_residual: field.computed('float', (row, database) => residualOf(database, row.id)),
    amount_untaxed_signed: field.computed(
      'float',
      (row, database) => (isRefund(database, row.id) ? -1 : 1) * untaxed(database, row.id),
    ),
    amount_total_signed: field.computed(
      'float',
      (row, database) => (isRefund(database, row.id) ? -1 : 1) * totalOf(database, row.id),
    ),
    payment_state: field.computed('selection', (row, database) => paymentState(database, row.id)),
    payment_reference: field.char(),
    reversed_entry_id: field.many2one('account.move'),
    reversal_move_ids: field.one2many('account.move', 'reversed_entry_id'),
    line_ids: field.one2many(lineModel, 'move_id'),
    invoice_line_ids: {
      ...field.one2many(lineModel, 'move_id'),
      compute: (row, database) => productLines(database, row.id),
    },
    journal_id: field.many2one('account.journal', 1),
    invoice_user_id: field.many2one('res.users', 2),
    company_id: field.many2one('res.company', 1),
  },
  display: moveName,
  deleting(row, database) {
    if (database.text('account.move', row.id, 'state') === 'posted') {
      throw userError('You cannot delete an entry which has been posted once.');
    }
    database.unlink(lineModel, database.links('account.move', row.id, 'line_ids'));
  },
  methods: {
    action_post: post,
    button_draft: backToDraft,
    button_cancel: ({ database, ids }) => {
      database.write('account.move', ids, { state: 'cancel' });
      return true;
    },
    message_post: ({ database, ids, kwargs, args }) =>
      postMessage(database, 'account.move', ids[0] ?? 0, asText(kwargs['body'] ?? args[0])),
  },
};

const moveLine: Model = {
  name: lineModel,
  label: 'Journal Item',
  fields: {
    move_id: field.many2one('account.move'),
    move_name: { type: 'char', related: ['move_id', 'name'] },
    parent_state: { type: 'selection', related: ['move_id', 'state'] },
    name: field.char(),
    product_id: field.many2one('product.product'),
    quantity: field.float(1),
    price_unit: field.float(),
    discount: field.float(),
    tax_ids: field.many2many('account.tax'),
    price_subtotal: field.computed('float', (row, database) => netOf(database, row.id)),
    price_total: field.computed('float', (row, database) => {
      const net = netOf(database, row.id);
      const rates = database
        .links(lineModel, row.id, 'tax_ids')
        .map((tax) => database.number('account.tax', tax, 'amount'));
      return roundTo(net + rates.reduce((sum, rate) => sum + roundTo((net * rate) / 100), 0));
    }),
    display_type: field.selection('product'),
    sale_line_id: field.many2one('sale.order.line'),
    sale_line_ids: field.computed(
      'many2many',
      (row, database) => {
        const id = database.link(lineModel, row.id, 'sale_line_id');
        return id === 0 ? [] : [id];
      },
      'sale.order.line',
    ),
    currency_id: { type: 'many2one', relation: 'res.currency', related: ['move_id', 'currency_id'] },
    /** What a tax or receivable line books; on product lines it follows from the price. */
    amount: field.float(),
    balance: field.computed('float', (row, database) => balanceOf(row, database)),
    debit: field.computed('float', (row, database) => Math.max(0, balanceOf(row, database))),
    credit: field.computed('float', (row, database) => Math.max(0, -balanceOf(row, database))),
  },
  display(row, database) {
    const document = database.displayName('account.move', database.link(lineModel, row.id, 'move_id'));
    const name = database.text(lineModel, row.id, 'name');
    return database.text(lineModel, row.id, 'display_type') === 'payment_term'
      ? document
      : `${document} ${name}`;
  },
};

function balanceOf(row: Row, database: Database): number {
  if (database.text(lineModel, row.id, 'display_type') !== 'product') {
    return database.number(lineModel, row.id, 'amount');
  }
  const document = database.link(lineModel, row.id, 'move_id');
  return (isRefund(database, document) ? 1 : -1) * netOf(database, row.id);
}

export const accountModels: readonly Model[] = [
  move,
  moveLine,
  {
    name: 'account.move.reversal',
    label: 'Account Move Reversal',
    fields: {
      move_ids: field.many2many('account.move'),
      new_move_ids: field.many2many('account.move'),
      reason: field.char(),
      journal_id: field.many2one('account.journal', 1),
      date: field.date(),
    },
    display: (row) => `account.move.reversal,${row.id}`,
    methods: { reverse_moves: reverse, refund_moves: reverse },
  },
];
