/**
 * The mapping of a file of sales and credits: which column means what, which documents are credits, which items
 * are goods, fees or discounts. Checked first, with sentences that name the field.
 */
import type { DecimalMark } from '../kernel/written-decimal.ts';
import { dateNotations, type DateNotation } from './parse-date.ts';

/** What a document does. `adjustment`: a ledger entry that sells and credits nothing. */
export const documentKinds = ['sale', 'credit', 'adjustment'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** What a line is about. Only goods and vouchers have units that come back. */
export const lineKinds = ['goods', 'voucher', 'fee', 'discount', 'manual', 'sample', 'other'] as const;
export type LineKind = (typeof lineKinds)[number];

export type FileSettings = {
  readonly delimiter?: string;
  readonly decimal: DecimalMark;
  readonly dates: readonly DateNotation[];
  /** IANA zone of times without one. */
  readonly zone: string;
  /** ISO 4217; a currency column of the mapping goes before it. */
  readonly currency: string;
  readonly headerRow?: number;
  readonly sheet?: string;
};

export type SalesColumns = {
  readonly document: string;
  readonly sku: string;
  readonly quantity: string;
  readonly at: string;
  readonly unitPrice: string;
  readonly customer?: string;
  readonly text?: string;
};

/** First rule whose pattern fits decides. Patterns are case-sensitive for codes, not for texts. */
export type Rule<Kind extends string> = { readonly matches: RegExp; readonly is: Kind };

export type SalesMapping = {
  readonly name: string;
  readonly file: FileSettings;
  readonly columns: SalesColumns;
  readonly documents: readonly Rule<DocumentKind>[];
  readonly items: readonly Rule<LineKind>[];
  /** Words in the text of a stock adjustment → reason. */
  readonly writeOffs: readonly Rule<string>[];
};

/** A mapping that cannot be used; the message names the field and what it should be. */
export class MappingError extends Error {
  override readonly name = 'MappingError';
}

type Json = Readonly<Record<string, unknown>>;

/** An object at `path` of a mapping, or a MappingError. */
export function readObject(value: unknown, path: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MappingError(`mapping: "${path}" must be an object`);
  }
  return value as Json;
}

export function readText(value: unknown, path: string): string {
  if (typeof value !== 'string' || value === '') throw new MappingError(`mapping: "${path}" must be a text`);
  return value;
}

/** Settings of the file, with defaults: decimal point, ISO dates, UTC. */
export function readFileSettings(value: unknown): FileSettings {
  const file = readObject(value ?? {}, 'file');
  const known = ['delimiter', 'decimal', 'dates', 'zone', 'currency', 'headerRow', 'sheet', 'format'];
  for (const key of Object.keys(file)) {
    if (!known.includes(key))
      throw new MappingError(`mapping: "file.${key}" is unknown; known are ${known.join(', ')}`);
  }
  const decimal = file['decimal'] ?? '.';
  if (decimal !== '.' && decimal !== ',')
    throw new MappingError('mapping: "file.decimal" must be "." or ","');
  const dates = file['dates'] ?? ['yyyy-MM-dd'];
  if (
    !Array.isArray(dates) ||
    dates.length === 0 ||
    !dates.every((each) => dateNotations.includes(each as DateNotation))
  ) {
    throw new MappingError(`mapping: "file.dates" must list notations out of ${dateNotations.join(', ')}`);
  }
  const zone = readText(file['zone'] ?? 'UTC', 'file.zone');
  try {
    Temporal.PlainDate.from('2026-01-01').toZonedDateTime(zone);
  } catch {
    throw new MappingError(`mapping: "file.zone" is no time zone: ${zone}`);
  }
  const currency = readText(file['currency'] ?? 'EUR', 'file.currency');
  if (!/^[A-Z]{3}$/.test(currency))
    throw new MappingError(`mapping: "file.currency" is no ISO 4217 code: ${currency}`);
  const headerRow = file['headerRow'];
  if (headerRow !== undefined && (!Number.isSafeInteger(headerRow) || (headerRow as number) < 1)) {
    throw new MappingError('mapping: "file.headerRow" must be a row number from 1');
  }
  const delimiter = file['delimiter'];
  if (delimiter !== undefined && (typeof delimiter !== 'string' || delimiter.length !== 1)) {
    throw new MappingError('mapping: "file.delimiter" must be one character');
  }
  return {
    decimal,
    dates: dates as DateNotation[],
    zone,
    currency,
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(headerRow === undefined ? {} : { headerRow: headerRow as number }),
    ...(file['sheet'] === undefined ? {} : { sheet: readText(file['sheet'], 'file.sheet') }),
  };
}

/** Reads the parsed JSON of a sales mapping; throws MappingError. */
export function parseSalesMapping(json: unknown): SalesMapping {
  const root = readObject(json, 'mapping');
  if (root['mapping'] !== 1)
    throw new MappingError('mapping: "mapping" must be 1 (the version of this format)');
  const sales = readObject(root['sales'], 'sales');
  const columns = readObject(sales['columns'], 'sales.columns');
  const column = (name: string): string => readText(columns[name], `sales.columns.${name}`);
  return {
    name: readText(root['name'] ?? 'unnamed', 'name'),
    file: readFileSettings(root['file']),
    columns: {
      document: column('document'),
      sku: column('sku'),
      quantity: column('quantity'),
      at: column('at'),
      unitPrice: column('unitPrice'),
      ...(columns['customer'] === undefined ? {} : { customer: column('customer') }),
      ...(columns['text'] === undefined ? {} : { text: column('text') }),
    },
    documents: readRules(sales['documents'], 'sales.documents', documentKinds, ''),
    items: readRules(sales['items'], 'sales.items', lineKinds, ''),
    writeOffs: readRules(sales['writeOffs'] ?? [], 'sales.writeOffs', undefined, 'i'),
  };
}

function readRules<Kind extends string>(
  value: unknown,
  path: string,
  kinds: readonly Kind[] | undefined,
  flags: string,
): Rule<Kind>[] {
  if (!Array.isArray(value)) throw new MappingError(`mapping: "${path}" must be a list of rules`);
  return value.map((each, position) => {
    const rule = readObject(each, `${path}[${position}]`);
    const is = readText(rule['is'], `${path}[${position}].is`);
    if (kinds !== undefined && !kinds.includes(is as Kind)) {
      throw new MappingError(`mapping: "${path}[${position}].is" must be one of ${kinds.join(', ')}`);
    }
    const source = readText(rule['matches'], `${path}[${position}].matches`);
    try {
      return { matches: new RegExp(source, flags), is: is as Kind };
    } catch {
      throw new MappingError(`mapping: "${path}[${position}].matches" is no regular expression: ${source}`);
    }
  });
}

/** Kind of the first rule that fits. */
export function findKind<Kind extends string>(rules: readonly Rule<Kind>[], text: string): Kind | undefined {
  return rules.find((rule) => rule.matches.test(text))?.is;
}
