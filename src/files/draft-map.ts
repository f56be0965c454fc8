/**
 * Proposes a mapping for a file that nobody has mapped yet, and shows what its first ten rows would become. A known
 * export gets its preset; any other file is guessed from its headings (English, German) and values. A proposal, not
 * a decision: what was guessed is said.
 */
import type { FactType } from '../kernel/fact.ts';
import { parseFactMapping } from './fact-mapping.ts';
import { requiredFields } from './fact-value.ts';
import { Findings, renderBalanceSheet } from './finding.ts';
import { guessDates, guessDecimal } from './guess-format.ts';
import { rowMapper, type MappedRow } from './map-row.ts';
import { openTable } from './open-table.ts';
import { recognizePreset } from './presets.ts';
import type { Cell, TableRow } from './table.ts';

export type DraftRow = { readonly row: number; readonly cells: readonly Cell[]; readonly mapped: MappedRow };

export type Draft = {
  readonly file: string;
  readonly kind: string;
  readonly columns: readonly string[];
  /** JSON to be saved as a mapping file; undefined where not even a table was found. */
  readonly mapping: unknown;
  /** Name of the preset it is, where one fits. */
  readonly preset: string | undefined;
  /** What was guessed or is missing, one sentence each. */
  readonly notes: readonly string[];
  readonly rows: readonly DraftRow[];
  /** What is wrong with the file itself, for people. */
  readonly problems: string;
};

const sampleRows = 200;
const shownRows = 10;

/** Opens the file and proposes a mapping; throws only the file system's errors. */
export async function draftMap(path: string): Promise<Draft> {
  const findings = new Findings();
  const file = path.split(/[/\\]/).at(-1)!;
  const table = await openTable(path, findings);
  const sample: TableRow[] = [];
  for await (const batch of table?.batches ?? []) {
    sample.push(...batch.slice(0, sampleRows - sample.length));
    if (sample.length >= sampleRows) break;
  }
  const columns = table?.columns ?? [];
  const preset = recognizePreset(columns);
  const guess = preset === undefined && table !== undefined ? guessMapping(columns, sample, file) : undefined;
  const mapping = preset?.mapping ?? guess?.mapping;
  const rows = mapping === undefined ? [] : mapRows(mapping, columns, sample.slice(0, shownRows));
  return {
    file,
    kind: table?.kind ?? 'unreadable',
    columns,
    mapping,
    preset: preset?.name,
    notes: preset === undefined ? (guess?.notes ?? []) : [`This is a known export: ${preset.title}.`],
    rows,
    problems:
      findings.list().length > 0
        ? renderBalanceSheet({ ...findings.sheet(file, table?.kind ?? 'unreadable') })
        : '',
  };
}

/** The draft for a terminal: the ten rows, what each becomes, and what to check. */
export function renderDraft(draft: Draft): string {
  const lines = [
    `${draft.file} (${draft.kind}): ${draft.columns.length} columns: ${draft.columns.join(', ')}`,
  ];
  for (const note of draft.notes) lines.push(`  check: ${note}`);
  if (draft.problems !== '') lines.push(draft.problems);
  for (const { row, mapped } of draft.rows) lines.push(`  row ${row}: ${rowText(mapped)}`);
  if (draft.mapping !== undefined) lines.push('', JSON.stringify(draft.mapping, undefined, 2));
  return `${lines.join('\n')}\n`;
}

function rowText(mapped: MappedRow): string {
  switch (mapped.kind) {
    case 'skipped':
      return `left out: ${mapped.reason}`;
    case 'fault':
      return `column "${mapped.fault.column}": ${mapped.fault.message}`;
    case 'facts': {
      const parts = mapped.parts.map(
        ({ rule, key, line }) => `${rule.type} ${key} line ${JSON.stringify(line)}`,
      );
      return [...mapped.lines.map(({ line }) => JSON.stringify(line)), ...parts].join('; ');
    }
  }
}

function mapRows(mapping: unknown, columns: readonly string[], sample: readonly TableRow[]): DraftRow[] {
  const map = rowMapper(parseFactMapping(mapping), columns);
  return sample.map((row) => ({ row: row.row, cells: row.cells, mapped: map(row) }));
}

/** Words in headings that mean a field, English and German; the first that fits in this order. */
const headings: readonly (readonly [field: string, pattern: RegExp])[] = [
  ['tracking', /track|sendungs|paketnummer|awb/],
  ['disposition', /disposition|verbleib|outcome|ergebnis/],
  ['condition', /condition|zustand|grade/],
  ['rma', /\brma\b|retouren-?(?:nr|nummer)|return (?:no|number|id)/],
  ['refund', /refund (?:id|no|number|ref)|erstattungs-?(?:nr|nummer|id)/],
  ['document', /credit ?note|gutschrift/],
  ['case', /ticket|case (?:id|no|number)|vorgang/],
  ['order', /\border\b(?!.*date)|\bbest\.|bestell(?!datum)|auftrag(?!sdatum|skonto)|purchase order|sales order/],
  ['sku', /\bsku\b|art(?:ikel|\.)?[-. ]?(?:nr|no|nummer|code)|\bartikel\b|item (?:no|number|code)|product (?:code|id)|\bean\b|stock ?code|\bitem\b/],
  ['quantity', /\bqty\b|quantity|menge|anzahl|st(?:ü|ue)ck|\bstk\b|units|pieces|\bpcs\b/],
  ['money.currency', /currency|w(?:ä|ae)hrung|\bccy\b/],
  ['tax', /\btax\b|\bvat\b|mwst|ust\b|steuer/],
  ['money.amount', /amount|betrag|gross|brutto|total|summe|gesamt/],
  ['at', /date|datum|time|zeit|received|eingang|created|erstellt|booked|buchung|inspected|approved|delivered|\bat\b|\bon$|\btag\b|\bam$/],
  ['reference', /reference|referenz|transaction|transaktion|verwendungszweck|purpose|remittance|\bid\b/],
]; // prettier-ignore

/** Dates of something else than what a row reports: taken only where there is no other. */
const otherDates = /order|auftrag|bestell|invoice|rechnung|valuta|value date|due|f(?:ä|ae)llig|ship|versand/;
/** A number that only counts the rows: it names a refund where nothing better does. */
const rowNumber = /^(?:lfd\.? ?)?(?:nr|no|id|number|nummer|#)\.?$/;

/** What words in the headings or the file's name say happened, beside the fields that such a row needs. */
const told: readonly (readonly [type: FactType, words: RegExp, fields: readonly string[], system: string])[] =
  [
    ['refund.recorded', /refund|erstatt|r(?:ü|ue)ckzahl/, ['money.amount'], 'shop'],
    ['return.approved', /approved|genehmigt|freigegeben|authori[sz]ed/, ['rma'], 'crm'],
  ];
/** Headings of bank statements: what such a row reports is a payment, whatever its text says. */
const ofBank = /iban|verwendungszweck|valuta|buchungstext|remittance|beg(?:ü|ue)nstigt/;

/** Which fact a file with these fields is about; the first whose fields are all there. */
const types: readonly (readonly [type: FactType, fields: readonly string[], system: string])[] = [
  ['goods.inspected', ['sku', 'quantity', 'disposition'], 'wms'],
  ['parcel.delivered', ['tracking'], 'carrier'],
  ['credit_note.posted', ['document', 'money.amount', 'tax'], 'erp'],
  ['refund.recorded', ['refund', 'money.amount'], 'shop'],
  ['payout.confirmed', ['money.amount', 'reference'], 'bank'],
  ['goods.received', ['sku', 'quantity'], 'wms'],
  ['case.opened', ['case'], 'crm'],
  ['return.approved', ['rma'], 'crm'],
];

/** The column of dates that tells when the row happened; what only the sale's papers say comes last. */
function bestDate(fits: readonly string[], valuesOf: (column: string) => string[]): string | undefined {
  const dates = fits.filter((each) => guessDates(valuesOf(each)) !== undefined);
  return dates.find((each) => !otherDates.test(each.toLowerCase())) ?? dates[0];
}

function guessMapping(
  columns: readonly string[],
  sample: readonly TableRow[],
  file: string,
): { mapping: unknown; notes: string[] } {
  const notes: string[] = [];
  const found = new Map<string, string>();
  const valuesOf = (column: string): string[] => {
    const at = columns.indexOf(column);
    return sample.map(({ cells }) => String(cells[at] ?? '').trim());
  };
  const taken = new Set<string>();
  for (const [field, pattern] of headings) {
    const fits = columns.filter(
      (column) => !taken.has(column) && pattern.test(column.toLowerCase().replaceAll('_', ' ')),
    );
    const column = field === 'at' ? bestDate(fits, valuesOf) : fits[0];
    if (column === undefined) continue;
    found.set(field, column);
    taken.add(column);
    const others = fits.filter((each) => each !== column);
    if (others.length > 0) notes.push(`"${column}" was taken for ${field}; ${others.map((each) => `"${each}"`).join(', ')} could be it too.`); // prettier-ignore
  }
  const names = columns.map((column) => column.toLowerCase());
  const words = [file.toLowerCase(), ...names].join('\n');
  const isThere = (fields: readonly string[]): boolean => fields.every((field) => found.has(field));
  const said = names.some((name) => ofBank.test(name))
    ? undefined
    : told.find(([, pattern, fields]) => pattern.test(words) && isThere(fields));
  const type =
    said === undefined ? types.find(([, fields]) => isThere(fields)) : ([said[0], said[2], said[3]] as const);
  if (type?.[0] === 'refund.recorded' && !found.has('refund')) {
    const number = columns.find((column) => rowNumber.test(column.toLowerCase().trim()));
    const named = found.get('reference') ?? number ?? found.get('order');
    if (named === undefined) {
      notes.push('No column tells one refund from another; write "facts" by hand.');
      return { mapping: undefined, notes };
    }
    found.set('refund', named);
    const once = named === found.get('order') ? ': several refunds of one order would be one' : '';
    notes.push(`"${named}" was taken for the number of the refund${once}.`);
  }
  const decimal = guessDecimal(
    ['money.amount', 'tax', 'quantity'].flatMap((field) =>
      found.has(field) ? valuesOf(found.get(field)!) : [],
    ),
  );
  const dates = found.has('at') ? guessDates(valuesOf(found.get('at')!)) : undefined;
  if (dates?.unclear !== undefined) notes.push(`In "${found.get('at')}" ${dates.unclear}.`);
  if (type === undefined || dates === undefined) {
    const what =
      type === undefined
        ? 'what happened (goods, a refund, a payment, a parcel, a ticket)'
        : 'when it happened';
    notes.push(`No columns were found that say ${what}; write "facts" by hand.`);
    return { mapping: undefined, notes };
  }
  const [factType, , system] = type;
  const guessedType = `Each row is taken for ${factType} of the system "${system}"; change both where it is something else.`;
  notes.push(guessedType);
  const fields: Record<string, unknown> = { at: found.get('at') };
  const allowed = new Set([
    'order',
    'rma',
    'money.currency',
    'condition',
    ...(factType === 'return.approved' ? ['sku', 'quantity'] : []),
    ...requiredFields[factType].map((name) => (name === 'money' ? 'money.amount' : name)),
  ]);
  for (const [field, column] of found) if (allowed.has(field)) fields[field] = column;
  const constants: Readonly<Record<string, string>> = { payment: 'unknown', about: 'return' };
  for (const name of requiredFields[factType]) {
    if (constants[name] !== undefined) fields[name] = { value: constants[name] };
  }
  if (fields['order'] === undefined)
    notes.push('No column holds the order number; such facts are left to the matcher.');
  notes.push(
    'Times without a zone are read as UTC and amounts without a currency as EUR; set "zone" and "currency".',
  );
  const name = file.replace(/\.[^.]+$/, '').replace(/[^a-z0-9]+/gi, '-').toLowerCase(); // prettier-ignore
  return {
    mapping: {
      mapping: 1,
      name,
      file: { decimal, dates: dates.notations, zone: 'UTC', currency: 'EUR' },
      facts: { system, rows: [{ type: factType, fields }] },
    },
    notes,
  };
}
