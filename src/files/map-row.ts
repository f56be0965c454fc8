/** Turns one row of a table into facts by a mapping. Pure: what cannot be read is returned as a fault. */
import { hash } from 'node:crypto';
import type { FactType } from '../kernel/fact.ts';
import type { Condition, FactMapping, FactRule, FieldSource } from './fact-mapping.ts';
import { flagWords, requiredFields, valueKinds, type ValueKind } from './fact-value.ts';
import { excerpt } from './finding.ts';
import { parseAmount, parseMicros, parseWhole } from '../kernel/written-decimal.ts';
import { parseDate } from './parse-date.ts';
import type { Cell, TableRow } from './table.ts';

/**
 * A fact as the canonical connector reads it. `order` lacks where the row names none: then `text` may help the
 * matcher to find it.
 */
export type CanonicalLine = {
  readonly type: FactType;
  readonly at: string;
  readonly system: string;
  readonly id: string;
  readonly order?: string;
  readonly [field: string]: unknown;
};

export type MappedLine = { readonly row: number; readonly line: CanonicalLine; readonly text?: string };

export type RowFault = { readonly code: string; readonly column: string; readonly message: string };

export type MappedRow =
  | { readonly kind: 'facts'; readonly lines: readonly MappedLine[]; readonly parts: readonly GroupPart[] }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** `groups`: facts over several rows that this one would have been part of. */
  | { readonly kind: 'fault'; readonly fault: RowFault; readonly groups: readonly string[] };

/** A row that is one line of a fact over several rows. */
export type GroupPart = {
  readonly rule: FactRule;
  /** Type and key: one file may group by several. */
  readonly group: string;
  readonly key: string;
  readonly row: number;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly line: Readonly<Record<string, unknown>>;
};

class Fault extends Error {
  readonly fault: RowFault;
  constructor(fault: RowFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** Ids of rows that say the same: two equal lines of a bank statement are two events. */
export class EqualIds {
  readonly #times = new Map<string, number>();

  /** The id, with `.2` for the second time it is asked for. Ids that the file gives itself are left alone. */
  number(id: string): string {
    if (!/^[0-9a-f]{24}$/.test(id)) return id;
    const times = (this.#times.get(id) ?? 0) + 1;
    this.#times.set(id, times);
    return times === 1 ? id : `${id}.${times}`;
  }
}

/**
 * A function that maps rows of a table with these headings. A row without an id of its own gets one from its content;
 * `seen` numbers equal ones (without it the caller does, order by order, where a file is too large to remember).
 */
export function rowMapper(
  mapping: FactMapping,
  columns: readonly string[],
  seen?: EqualIds,
): (row: TableRow) => MappedRow {
  const places = new Map(columns.map((name, at) => [name, at]));
  const { identityWithout } = mapping;
  const told = identityWithout.size === 0 ? undefined : columns.map((name) => !identityWithout.has(name));
  const context: Context = { mapping, places, told };
  return (row) => {
    try {
      const skip = mapping.skip.find(({ when }) => when.every((each) => holds(each, row, context)));
      if (skip !== undefined) return { kind: 'skipped', reason: skip.reason };
      const rules = mapping.rows.filter(({ when }) => when.every((each) => holds(each, row, context)));
      if (rules.length === 0) return { kind: 'fault', fault: noRule(row, context), groups: [] };
      const lines: MappedLine[] = [];
      const parts: GroupPart[] = [];
      for (const rule of rules) {
        if (rule.groupBy !== undefined) parts.push(readPart(rule, row, context));
        else lines.push(readLine(rule, row, context, seen));
      }
      return { kind: 'facts', lines, parts };
    } catch (error) {
      if (error instanceof Fault)
        return { kind: 'fault', fault: error.fault, groups: groupsOf(row, context) };
      throw error;
    }
  };
}

function groupKey(type: string, key: string): string {
  return `${type}\u0000${key}`;
}

function groupsOf(row: TableRow, context: Context): string[] {
  return context.mapping.rows.flatMap(({ type, groupBy }) =>
    groupBy === undefined ? [] : [groupKey(type, find(groupBy, row, context).text)],
  );
}

type Context = {
  readonly mapping: FactMapping;
  readonly places: ReadonlyMap<string, number>;
  /** Which cells make a row what it is; undefined: all. */
  readonly told: readonly boolean[] | undefined;
};

function cellOf(row: TableRow, column: string, { places }: Context): Cell {
  return row.cells[places.get(column) ?? -1] ?? null;
}

/** Text of a cell; a typed number with a point, whatever the mark of the mapping. */
function textOf(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell).trim();
  // Excel keeps leading zeros in exports as a formula of a text: ="00123".
  const guarded = /^="([^"]*)"$/.exec(text);
  return guarded === null ? text : guarded[1]!;
}

function holds(condition: Condition, row: TableRow, context: Context): boolean {
  const cell = cellOf(row, condition.column, context);
  const text = textOf(cell);
  switch (condition.test) {
    case 'in':
      return condition.words.has(text.toLowerCase());
    case 'matches':
      return condition.pattern.test(text);
    case 'empty':
      return (text === '') === condition.empty;
    case 'sign': {
      const number = micros(cell, context);
      if (number === undefined) return false;
      return condition.sign === (number < 0 ? 'negative' : number > 0 ? 'positive' : 'zero');
    }
  }
}

function micros(cell: Cell, { mapping }: Context): number | undefined {
  return parseMicros(textOf(cell), typeof cell === 'number' ? '.' : mapping.file.decimal);
}

function noRule(row: TableRow, context: Context): RowFault {
  const column = context.mapping.rows[0]!.when[0]?.column ?? '';
  const value = excerpt(textOf(cellOf(row, column, context)));
  return {
    code: 'no-rule',
    column,
    message: `No rule of the mapping says what a row with "${value}" means; it was set aside. Add a rule to "facts.rows" or "facts.skip".`,
  };
}

function readLine(rule: FactRule, row: TableRow, context: Context, seen: EqualIds | undefined): MappedLine {
  const fields = readFields(rule, rule.fields, row, context);
  const { text, ...rest } = fields;
  const own =
    rule.type === 'order.changed' ||
    rule.type === 'fact.asserted' ||
    rule.type === 'change.seen' ||
    rule.type === 'status.claimed';
  const line = finish(rule, own && text !== undefined ? { ...rest, text } : rest, context, () => {
    const cells = context.told === undefined ? row.cells : row.cells.filter((_, at) => context.told![at]);
    const id = hash('sha256', `${rule.type}\u0000${cells.join('\u0000')}`, 'hex').slice(0, 24);
    return seen === undefined ? id : seen.number(id);
  });
  return { row: row.row, line, ...(typeof text === 'string' ? { text } : {}) };
}

/** Puts the head in front. An id of the file is told apart by type: one row may say two things. */
export function finish(
  rule: FactRule,
  fields: Readonly<Record<string, unknown>>,
  { mapping }: { readonly mapping: FactMapping },
  ownId: () => string,
): CanonicalLine {
  const { at, id, ...rest } = fields;
  const none = { gross: 0, tax: 0 };
  const defaults = rule.type === 'refund.recorded' ? { lines: [], shipping: none, fees: none } : {};
  return {
    type: rule.type,
    at: at as string,
    system: mapping.system,
    id: typeof id === 'string' ? `${id}:${rule.type}` : ownId(),
    ...defaults,
    ...rest,
  };
}

function readPart(rule: FactRule, row: TableRow, context: Context): GroupPart {
  const group = find(rule.groupBy!, row, context);
  if (group.text === '') throw new Fault({ code: 'missing', column: group.column, message: 'The cell is empty; without it the row belongs to nothing. It was set aside.' }); // prettier-ignore
  const line: Record<string, unknown> = {};
  for (const [name, source] of rule.line) {
    const kind: ValueKind =
      name === 'quantity' ? 'units' : name === 'gross' || name === 'tax' ? 'amount' : 'text';
    const value = readField(
      name,
      kind,
      source,
      row,
      context,
      name === 'sku' || name === 'quantity' || name === 'gross',
    );
    if (value !== undefined) line[name] = value;
  }
  return {
    rule,
    group: groupKey(rule.type, group.text),
    key: group.text,
    row: row.row,
    fields: readFields(rule, rule.fields, row, context),
    line,
  };
}

function readFields(
  rule: FactRule,
  sources: ReadonlyMap<string, FieldSource>,
  row: TableRow,
  context: Context,
): Record<string, unknown> {
  const needed = new Set(['at', ...requiredFields[rule.type]]);
  const fields: Record<string, unknown> = {};
  for (const [name, source] of sources) {
    const [outer, inner] = name.split('.') as [string, string?];
    const required = needed.has(outer) && inner !== 'currency';
    const value = readField(name, valueKinds[name]!, source, row, context, required);
    if (value === undefined) continue;
    if (inner === undefined) fields[name] = value;
    else fields[outer] = { ...(fields[outer] as object | undefined), [inner]: value };
  }
  for (const name of ['money', 'difference']) {
    const money = fields[name] as { amount?: number; currency?: string } | undefined;
    if (money === undefined) continue;
    if (money.amount === undefined) delete fields[name];
    else fields[name] = { minor: money.amount, currency: money.currency ?? context.mapping.file.currency };
  }
  for (const name of ['shipping', 'fees']) {
    const gross = fields[name] as { gross?: number; tax?: number } | undefined;
    if (gross !== undefined) fields[name] = { gross: gross.gross ?? 0, tax: gross.tax ?? 0 };
  }
  return fields;
}

function find(
  source: FieldSource,
  row: TableRow,
  context: Context,
): { text: string; column: string; cell: Cell } {
  if ('value' in source) return { text: source.value, column: '', cell: source.value };
  let column = source.columns[0] ?? '';
  let cell: Cell = null;
  let text = '';
  if (source.how === 'join') {
    text = source.columns.map((name) => textOf(cellOf(row, name, context))).filter((part) => part !== '').join(' '); // prettier-ignore
    cell = text;
  } else {
    for (const name of source.columns) {
      cell = cellOf(row, name, context);
      text = textOf(cell);
      column = name;
      if (text !== '') break;
    }
    if (text === '') column = source.columns[0] ?? '';
  }
  if (source.pattern !== undefined) {
    const match = source.pattern.exec(text);
    text = match === null ? '' : (match.slice(1).find((group) => group !== undefined) ?? match[0]).trim();
    cell = text;
  }
  if (source.words !== undefined && text !== '') {
    const word = source.words[text.toLowerCase()];
    if (word === undefined) {
      const known = Object.keys(source.words).join(', ');
      throw new Fault({ code: 'unknown-word', column, message: `"${excerpt(text)}" is none of the words the mapping knows (${excerpt(known)}); the row was set aside.` }); // prettier-ignore
    }
    text = word;
  }
  return { text, column, cell };
}

const wanted: Readonly<Record<ValueKind, string>> = {
  text: 'text', word: 'a word', instant: 'a date', date: 'a date', units: 'a whole number', amount: 'an amount',
  signedAmount: 'an amount', currency: 'a currency code of three letters', flag: 'yes or no',
}; // prettier-ignore

function readField(
  name: string,
  kind: ValueKind,
  source: FieldSource,
  row: TableRow,
  context: Context,
  required: boolean,
): unknown {
  const { text, column, cell } = find(source, row, context);
  if (text === '') {
    if (!required) return undefined;
    throw new Fault({ code: 'missing', column, message: `The cell is empty, but "${name}" is needed; the row was set aside.` }); // prettier-ignore
  }
  const value = readValue(text, kind, typeof cell === 'number', context, row);
  if (value !== undefined) return value;
  if (/^[=+@]\s*[A-Z(]/i.test(text)) {
    throw new Fault({ code: 'formula', column, message: `"${excerpt(text)}" is a formula, not a value; export the values. The row was set aside.` }); // prettier-ignore
  }
  const { dates, decimal, currency } = context.mapping.file;
  const how =
    kind === 'instant' || kind === 'date'
      ? ` written as ${dates.join(' or ')}`
      : kind === 'amount' || kind === 'signedAmount'
        ? ` in ${currency} with decimal "${decimal}"`
        : '';
  throw new Fault({ code: `bad-${name}`, column, message: `"${excerpt(text)}" is not ${wanted[kind]}${how}; the row was set aside.` }); // prettier-ignore
}

function readValue(text: string, kind: ValueKind, typed: boolean, context: Context, row: TableRow): unknown {
  const { decimal, dates, zone } = context.mapping.file;
  const mark = typed ? '.' : decimal;
  switch (kind) {
    case 'text':
      return text.slice(0, 2000);
    case 'word':
      return text;
    case 'currency':
      return /^[A-Z]{3}$/i.test(text) ? text.toUpperCase() : undefined;
    case 'flag':
      return flagWords[text.toLowerCase()];
    case 'units': {
      const units = parseWhole(text, mark);
      return units === undefined ? undefined : Math.abs(units);
    }
    case 'amount':
    case 'signedAmount': {
      const amount = parseAmount(text, mark, currencyOf(row, context));
      return amount === undefined || kind === 'signedAmount' ? amount : Math.abs(amount);
    }
    case 'instant':
    case 'date': {
      // Typed files (XLSX, Parquet, JSON) give ISO text, whatever notation the mapping names.
      const parsed = parseDate(text, dates, zone) ?? parseDate(text, ['yyyy-MM-dd'], zone);
      if (parsed === undefined) return undefined;
      const iso = new Date(parsed.at).toISOString();
      return kind === 'date' ? iso.slice(0, 10) : iso;
    }
  }
}

/** Currency of the amounts of a row: its own column where a rule names one. */
function currencyOf(row: TableRow, context: Context): string {
  for (const { fields } of context.mapping.rows) {
    const source = fields.get('money.currency') ?? fields.get('currency');
    if (source === undefined) continue;
    const { text } = find(source, row, context);
    if (/^[A-Z]{3}$/i.test(text)) return text.toUpperCase();
  }
  return context.mapping.file.currency;
}
