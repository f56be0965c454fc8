/**
 * The recorded companies, told otherwise: other currencies, days, numbers, words and files, and the same truth. What an
 * audit finds must not hang on any of them.
 *
 *     node test/audit/company-variants.ts COMPANY_DIR POLICY TRUTH [VARIANT]
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { auditAgainstTruth, describeComparison, readTruth, type Comparison, type Truth } from './truth.ts';

/** A change of every value of every file, of the truth and of the policy. */
export type Variant = {
  readonly value?: (value: unknown, key: string) => unknown;
  /** How a file is written; undefined: as JSON. */
  readonly write?: (path: string, rows: readonly unknown[]) => readonly (readonly [string, Buffer])[];
};

const shiftDays = 137;
const shiftMs = shiftDays * 86_400_000;
const dayOrTime = /^(\d{4}-\d\d-\d\d)(?:([ T])(\d\d:\d\d:\d\d)(\.\d+)?(Z)?)?$/;

/** `2026-11-23T10:00:00` and its kin, so many days later, in the same form. */
function shiftText(text: string): string {
  const match = dayOrTime.exec(text);
  if (match === null || text < '2026') return text;
  const [, day, between, time] = match;
  const moved = new Date(Date.parse(`${day}T${time ?? '00:00:00'}Z`) + shiftMs).toISOString();
  const head =
    time === undefined ? moved.slice(0, 10) : `${moved.slice(0, 10)}${between}${moved.slice(11, 19)}`;
  return `${head}${match[4] ?? ''}${match[5] ?? ''}`;
}

function shifted(value: unknown, key: string): unknown {
  if (typeof value === 'string') return shiftText(value);
  if (typeof value === 'number')
    return /^(?:created|evidence_due_by|arrival_date)$/.test(key) && value > 1.7e9
      ? value + shiftMs / 1000
      : value;
  if (typeof value !== 'object' || value === null || !('__class__' in value) || !('year' in value))
    return value;
  const { year, month, day } = value as unknown as { year: number; month: number; day: number };
  const moved = new Date(Date.UTC(year, month - 1, day) + shiftMs);
  return { ...value, year: moved.getUTCFullYear(), month: moved.getUTCMonth() + 1, day: moved.getUTCDate() };
}

const replaceIn =
  (from: RegExp, to: string) =>
  (value: unknown): unknown =>
    typeof value === 'string' ? value.replaceAll(from, to) : value;

/** Fields that hold an amount in units of the currency, in any of the systems. */
const amounts = new Set([
  'total', 'total_tax', 'subtotal', 'subtotal_tax', 'price', 'regular_price', 'sale_price', 'amount', 'discount_total', 'discount_tax',
  'shipping_total', 'shipping_tax', 'cart_tax', 'tax_total', 'shipping_tax_total', 'discount', '_line_total', '_line_tax',
  'amount_total', 'amount_untaxed', 'amount_tax', 'amount_residual', 'amount_total_signed', 'amount_untaxed_signed', 'amount_residual_signed',
  'amount_to_invoice', 'amount_invoiced', 'amount_paid', 'price_unit', 'price_subtotal', 'price_total', 'price_tax', 'price_reduce_taxexcl', 'price_reduce_taxinc',
  'list_price', 'standard_price', 'lst_price', 'balance', 'debit', 'credit', 'amount_currency', 'untaxed_amount_invoiced', 'untaxed_amount_to_invoice',
  'unit_price', 'tax_amount', 'untaxed_amount', 'total_amount', 'amount_to_pay', 'cost_price', 'gross_unit_price',
]); // prettier-ignore

/** Cents become yen: a hundred times as much in units of the currency, the same in the smallest unit. */
function inYen(value: unknown, key: string, isGateway: boolean): unknown {
  if (isGateway || !amounts.has(key)) return value;
  const times100 = (text: string): string => {
    const sign = text.startsWith('-') ? '-' : '';
    const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
    const moved = `${whole}${fraction.padEnd(2, '0').slice(0, 2)}`.replace(/^0+(?=\d)/, '');
    const rest = fraction.slice(2);
    return `${sign}${moved}${rest === '' ? '' : `.${rest}`}`;
  };
  if (typeof value === 'number') return Number((value * 100).toFixed(4));
  if (typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value)) return times100(value);
  if (typeof value === 'object' && value !== null && 'decimal' in value)
    return { ...value, decimal: times100(String((value as { decimal: unknown }).decimal)) };
  return value;
}

const inCurrency =
  (code: string) =>
  (value: unknown): unknown => {
    if (value === 'EUR') return code;
    return value === 'eur' ? code.toLowerCase() : value;
  };

/** Numbers without letters, and each the id of another order of the shop. */
const crossed = (text: string): string =>
  text.replaceAll(/\b(?:LH|NK)[- ]?(\d{5})\b/gi, (_, digits: string) =>
    String((Number(digits) % 10_000) + 1000),
  );

const lines = (rows: readonly unknown[]): Buffer =>
  Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));

export const variants: Readonly<Record<string, Variant>> = {
  francs: { value: inCurrency('CHF') },
  yen: {
    value: (value, key) =>
      inYen(inCurrency('JPY')(value), key.replace('stripe.', ''), key.startsWith('stripe.')),
  },
  'days later, over a change of the clocks': { value: shifted },
  'numbers without letters that are ids of other orders': {
    value: (value) => (typeof value === 'string' ? crossed(value) : value),
  },
  'numbers with other letters and signs': { value: replaceIn(/\b(?:LH|NK)[- ]?(\d{5})\b/gi, 'Æ/$1-b') },
  'item numbers with every sign': {
    value: replaceIn(/\b(JKT|SHOE|MUG|SOCK|LAMP|MAP|GLOVE|TYRE|LOCK)-/g, 'ß/%#$1 '),
  },
  'pages of lines, packed, in reverse': {
    write: (path, rows) => {
      const back = [...rows].reverse();
      const middle = Math.ceil(back.length / 2);
      return [
        [path.replace('.json', '-2.ndjson.gz'), gzipSync(lines(back.slice(0, middle)))],
        [
          path.replace('.json', '-1.json'),
          Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 3, result: back.slice(middle) })),
        ],
      ];
    },
  },
};

function changed(value: unknown, key: string, variant: Variant, system: string): unknown {
  const own = variant.value?.(value, system === 'stripe' ? `stripe.${key}` : key) ?? value;
  if (Array.isArray(own)) return own.map((item) => changed(item, key, variant, system));
  if (typeof own !== 'object' || own === null) return own;
  return Object.fromEntries(
    Object.entries(own).map(([name, inner]) => [
      // SKUs are keys in the truth and in maps.
      String(changedKey(name, variant)),
      changed(inner, name, variant, system),
    ]),
  );
}

const changedKey = (name: string, variant: Variant): unknown =>
  /^[A-Z]{3,}-/.test(name) ? (variant.value?.(name, '') ?? name) : name;

/** Writes a variant of a company into a folder and compares its audit with its truth. */
export async function auditVariant(
  company: { readonly folder: string; readonly policy: string; readonly truth: string },
  variant: Variant,
): Promise<Comparison> {
  const target = mkdtempSync(join(tmpdir(), 'reentry-variant-'));
  try {
    const write = (path: string, bytes: Buffer): void => {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), bytes);
    };
    for (const file of readdirSync(company.folder, { recursive: true, encoding: 'utf8' })) {
      if (!/^[a-z]+\/\w+\.json$/.test(file)) continue;
      const value: unknown = JSON.parse(readFileSync(join(company.folder, file), 'utf8'));
      const rows = changed(value, '', variant, file.split('/')[0]!) as readonly unknown[];
      const written = variant.write?.(file, rows) ?? [[file, Buffer.from(JSON.stringify(rows))]];
      for (const [path, bytes] of written) write(path, bytes);
    }
    const policy = JSON.stringify(changed(JSON.parse(readFileSync(company.policy, 'utf8')), '', variant, ''));
    write('policy.json', Buffer.from(policy));
    const truth = changed(readTruth(company.truth), '', variant, 'truth') as Truth;
    return await auditAgainstTruth(target, join(target, 'policy.json'), truth);
  } finally {
    rmSync(target, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const [folder = '', policy = '', truth = '', wanted = ''] = process.argv.slice(2);
  for (const [name, variant] of Object.entries(variants)) {
    if (!name.includes(wanted)) continue;
    console.log(`${name}: ${describeComparison(await auditVariant({ folder, policy, truth }, variant))}`);
  }
}
