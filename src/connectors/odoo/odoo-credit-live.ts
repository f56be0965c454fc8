/**
 * `draft-credit-note`: an `out_refund` left as a draft for a person to post. The key stands in its terms (`narration`)
 * and is looked for before anything is made.
 */
import { type Money, parseMinor, scaleMinor } from '../../kernel/money.ts';
import { CommandRefused } from '../command-refused.ts';
import type { ConnectorCommand, Executed, ObjectRef, Probe } from '../live-contract.ts';
import { plantedKey } from '../planted-key.ts';
import { type OdooRecord, currencyOf, idsOf, many2oneOf, minorOf, numberOf, textOf } from './odoo-record.ts';
import { findProducts, refsOf } from './odoo-job-live.ts';
import type { OdooRpc } from './odoo-rpc.ts';

const kind = 'account.move';

const refs = (ids: readonly unknown[]): ObjectRef[] => ids.map((id) => ({ kind, id: String(id) }));

/** Rounding of tax per document against per line may differ by a cent. */
function isAmount(row: OdooRecord | undefined, amount: Money): boolean {
  const total = row === undefined ? undefined : minorOf(row, 'amount_total', amount.currency);
  return total !== undefined && Math.abs(total - amount.minor) <= 1;
}

/** Where the key stands: the terms under the document, else its payment reference. */
async function keyFieldOf(rpc: OdooRpc): Promise<string> {
  return (await rpc.fieldsOf(kind)).includes('narration') ? 'narration' : 'payment_reference';
}

/**
 * Documents with the key. A draft of another amount is a half-made one of ours, left by a crash; one that somebody else
 * wrote since is theirs, whatever it amounts to.
 */
async function findMade(
  rpc: OdooRpc,
  command: ConnectorCommand,
): Promise<{ readonly whole: readonly number[]; readonly broken: readonly number[] }> {
  const found = await rpc.find(
    kind,
    [
      [await keyFieldOf(rpc), 'ilike', plantedKey(command.key)],
      ['move_type', '=', 'out_refund'],
      ['state', '!=', 'cancel'],
    ],
    ['state', 'amount_total', 'write_uid'],
  );
  const fits = (row: OdooRecord): boolean =>
    row['state'] !== 'draft' ||
    (many2oneOf(row, 'write_uid')?.id ?? rpc.userId) !== rpc.userId ||
    (command.amount !== undefined && isAmount(row, command.amount));
  return {
    whole: found.filter(fits).map((row) => Number(row['id'])),
    broken: found.filter((row) => !fits(row)).map((row) => Number(row['id'])),
  };
}

export async function probeCreditNote(rpc: OdooRpc, command: ConnectorCommand): Promise<Probe> {
  const { whole } = await findMade(rpc, command);
  return whole.length === 0 ? { is: 'absent' } : { is: 'effect', refs: refs(whole) };
}

export async function executeCreditNote(rpc: OdooRpc, command: ConnectorCommand): Promise<Executed> {
  const { amount } = command;
  if (amount === undefined || amount.minor <= 0)
    throw new CommandRefused('incomplete', 'The command names no amount.');
  const { whole, broken } = await findMade(rpc, command);
  if (whole.length > 0) return { is: 'accepted', refs: refs(whole) };
  if (broken.length > 0) await rpc.write(kind, 'unlink', [broken]);

  const sales = await rpc.find(
    'sale.order',
    [['id', 'in', refsOf(command, 'sale.order')]],
    ['name', 'invoice_ids'],
  );
  const ids = sales.flatMap((sale) => idsOf(sale, 'invoice_ids'));
  const documents = await rpc.find(
    kind,
    ['|', ['id', 'in', ids], ['reversed_entry_id', 'in', ids]],
    [
      'move_type', 'state', 'amount_total', 'currency_id', 'partner_id', 'invoice_origin', 'ref', 'journal_id',
      'invoice_line_ids',
    ],
  ); // prettier-ignore
  if (documents.some((row) => row['move_type'] === 'out_refund' && row['state'] === 'draft')) {
    const message = 'A draft credit note for this order is waiting in Odoo already; post or delete it.';
    throw new CommandRefused('draft-exists', message);
  }
  const invoice = documents.find(
    (row) =>
      row['move_type'] === 'out_invoice' &&
      row['state'] === 'posted' &&
      currencyOf(row, '') === amount.currency &&
      (minorOf(row, 'amount_total', amount.currency) ?? 0) >= amount.minor,
  );
  if (invoice === undefined)
    throw new CommandRefused('no-invoice', 'No posted invoice of this order is as large as the refund.');
  const lines = (
    await rpc.find(
      'account.move.line',
      [['id', 'in', idsOf(invoice, 'invoice_line_ids')]],
      [
        'product_id', 'name', 'quantity', 'price_unit', 'discount', 'tax_ids', 'price_subtotal', 'price_total',
        'sale_line_ids', 'display_type',
      ],
    )
  ).filter((line) => line['display_type'] === 'product' || line['display_type'] === false); // prettier-ignore
  const products = command.sku === undefined ? [] : await findProducts(rpc, command.sku);
  const keyField = await keyFieldOf(rpc);
  const attempts = [
    unitLines(command, lines, products),
    amountLines(amount, minorOf(invoice, 'amount_total', amount.currency) ?? 0, lines),
  ];
  for (const attempt of attempts) {
    if (attempt.length === 0) continue;
    const made = await rpc.write(kind, 'create', [
      {
        move_type: 'out_refund',
        partner_id: many2oneOf(invoice, 'partner_id')?.id ?? false,
        journal_id: many2oneOf(invoice, 'journal_id')?.id ?? false,
        currency_id: many2oneOf(invoice, 'currency_id')?.id ?? false,
        invoice_origin: textOf(invoice, 'invoice_origin') ?? false,
        ref: textOf(invoice, 'ref') ?? false,
        reversed_entry_id: invoice['id'],
        [keyField]: `${command.text ?? 'Credit note'} (${plantedKey(command.key)})`,
        invoice_line_ids: attempt.map((line) => [0, 0, line]),
      },
    ]);
    const id = Array.isArray(made) ? Number(made[0]) : Number(made);
    const [row] = await rpc.find(kind, [['id', '=', id]], ['amount_total']);
    if (isAmount(row, amount)) return { is: 'accepted', refs: refs([id]) };
    await rpc.write(kind, 'unlink', [[id]]);
  }
  throw new CommandRefused('amount-differs', 'Odoo would credit another amount; write this one by hand.');
}

/** The returned units at the price they were invoiced at. */
function unitLines(
  command: ConnectorCommand,
  lines: readonly OdooRecord[],
  products: readonly number[],
): OdooRecord[] {
  let left = command.units ?? 0;
  if (left <= 0) return [];
  const credited = lines.flatMap((line) => {
    if (!products.includes(many2oneOf(line, 'product_id')?.id ?? 0)) return [];
    const taken = Math.min(left, Math.max(0, numberOf(line, 'quantity') ?? 0));
    left -= taken;
    return taken === 0 ? [] : [creditLine(line, { quantity: taken })];
  });
  return left === 0 ? credited : [];
}

/** Part of an invoice as one line per kind of tax, in proportion. */
function amountLines(amount: Money, total: number, lines: readonly OdooRecord[]): OdooRecord[] {
  const minor = (line: OdooRecord, field: string): number => minorOf(line, field, amount.currency) ?? 0;
  const groups = Map.groupBy(
    lines.filter((line) => minor(line, 'price_total') > 0),
    (line) => JSON.stringify(idsOf(line, 'tax_ids')),
  );
  // Running sums, so that the parts add up to the amount.
  let [upTo, given] = [0, 0];
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined || total <= 0) return [];
    const gross = group.reduce((sum, line) => sum + minor(line, 'price_total'), 0);
    const net = group.reduce((sum, line) => sum + minor(line, 'price_subtotal'), 0);
    const price = parseMinor(String(numberOf(first, 'price_unit') ?? 0), amount.currency) ?? 0;
    const full = price * Math.max(1, Math.round(numberOf(first, 'quantity') ?? 1));
    const sold = Math.round(full * (1 - (numberOf(first, 'discount') ?? 0) / 100));
    // Prices are entered with tax or without it; the line itself shows which.
    const included =
      Math.abs(sold - minor(first, 'price_total')) < Math.abs(sold - minor(first, 'price_subtotal'));
    upTo += gross;
    const share = scaleMinor(upTo, amount.minor, total) - given;
    given += share;
    const part = included || gross === 0 ? share : scaleMinor(net, share, gross);
    if (part === 0) return [];
    const unit = part / (parseMinor('1', amount.currency) ?? 1);
    return [
      creditLine(first, {
        quantity: 1,
        price_unit: unit,
        discount: 0,
        product_id: false,
        sale_line_ids: [[6, 0, []]],
      }),
    ];
  });
}

function creditLine(line: OdooRecord, change: OdooRecord): OdooRecord {
  return {
    product_id: many2oneOf(line, 'product_id')?.id ?? false,
    name: textOf(line, 'name') ?? 'Refund',
    price_unit: numberOf(line, 'price_unit') ?? 0,
    discount: numberOf(line, 'discount') ?? 0,
    tax_ids: [[6, 0, idsOf(line, 'tax_ids')]],
    sale_line_ids: [[6, 0, idsOf(line, 'sale_line_ids')]],
    ...change,
  };
}
