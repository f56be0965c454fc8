/**
 * The mapping of a file to facts: which rows say what happened, and where each field of the fact stands. It is JSON,
 * so that people can write it; it is checked first, with sentences that name the field.
 *
 *     { "mapping": 1, "name": "3pl-receipts", "file": { "decimal": ",", "dates": ["dd.MM.yyyy"], "zone": "Europe/Berlin" },
 *       "facts": { "system": "wms", "rows": [{ "type": "goods.received",
 *         "fields": { "at": "Eingang", "order": "Bestellung", "sku": "Artikel", "quantity": "Menge" } }] } }
 */
import { systems, type FactType, type System } from '../kernel/fact.ts';
import { requiredFields, valueKinds } from './fact-value.ts';
import { MappingError, readFileSettings, readObject, readText, type FileSettings } from './sales-mapping.ts';

/**
 * Where a value stands. A text is a heading. `join` puts several columns together with blanks, `anyOf` takes the
 * first that is not empty, `pattern` takes its first group out of what was found, `words` translates it.
 */
export type FieldSource =
  | { readonly value: string }
  | {
      readonly columns: readonly string[];
      readonly how: 'join' | 'anyOf';
      readonly pattern?: RegExp;
      readonly words?: Readonly<Record<string, string>>;
    };

/** All conditions must hold. Texts compare without regard to case. */
export type Condition = { readonly column: string } & (
  | { readonly test: 'in'; readonly words: ReadonlySet<string> }
  | { readonly test: 'matches'; readonly pattern: RegExp }
  | { readonly test: 'sign'; readonly sign: 'negative' | 'positive' | 'zero' }
  | { readonly test: 'empty'; readonly empty: boolean }
);

export type FactRule = {
  readonly when: readonly Condition[];
  readonly type: FactType;
  readonly fields: ReadonlyMap<string, FieldSource>;
  /** Rows that share this value are one fact; each row is one of its lines. */
  readonly groupBy: FieldSource | undefined;
  readonly line: ReadonlyMap<string, FieldSource>;
};

export type SkipRule = { readonly when: readonly Condition[]; readonly reason: string };

export type FactMapping = {
  readonly name: string;
  readonly file: FileSettings;
  readonly system: System;
  readonly skip: readonly SkipRule[];
  readonly rows: readonly FactRule[];
  /** Columns that say where a row was found, not what it says: equal rows of two files are then one. */
  readonly identityWithout: ReadonlySet<string>;
};

/** Reads the parsed JSON of a fact mapping; throws MappingError. */
export function parseFactMapping(json: unknown): FactMapping {
  const root = readObject(json, 'mapping');
  if (root['mapping'] !== 1)
    throw new MappingError('mapping: "mapping" must be 1 (the version of this format)');
  const facts = readObject(root['facts'], 'facts');
  const system = facts['system'];
  if (!systems.includes(system as System)) {
    throw new MappingError(`mapping: "facts.system" must be one of ${systems.join(', ')}`);
  }
  const rows = readList(facts['rows'], 'facts.rows').map((rule, at) => readRule(rule, `facts.rows[${at}]`));
  if (rows.length === 0) throw new MappingError('mapping: "facts.rows" must hold at least one rule');
  return {
    name: readText(root['name'] ?? 'unnamed', 'name'),
    file: readFileSettings(root['file']),
    system: system as System,
    skip: readList(facts['skip'] ?? [], 'facts.skip').map((each, at) => {
      const rule = readObject(each, `facts.skip[${at}]`);
      return {
        when: readConditions(rule['when'], `facts.skip[${at}].when`),
        reason: readText(rule['reason'], `facts.skip[${at}].reason`),
      };
    }),
    rows,
    identityWithout: new Set(
      readList(facts['identityWithout'] ?? [], 'facts.identityWithout').map((each) =>
        readText(each, 'facts.identityWithout'),
      ),
    ),
  };
}

/** Every place where the mapping looks: one column, or several of which one is enough (`anyOf`). */
function placesOf(mapping: FactMapping): (readonly string[])[] {
  const conditions = [...mapping.rows, ...mapping.skip].flatMap(({ when }) =>
    when.map(({ column }) => [column]),
  );
  const sources = mapping.rows.flatMap(({ fields, line, groupBy }) => [
    ...fields.values(),
    ...line.values(),
    ...(groupBy === undefined ? [] : [groupBy]),
  ]);
  const columns = sources.flatMap((source) => {
    if (!('columns' in source)) return [];
    return source.how === 'anyOf' ? [source.columns] : source.columns.map((column) => [column]);
  });
  return [...conditions, ...columns];
}

/** Headings without which the mapping cannot be used. */
export function neededColumns(mapping: FactMapping): string[] {
  return [...new Set(placesOf(mapping).flatMap((place) => (place.length === 1 ? place : [])))];
}

/** Headings that the file lacks; of several that would do, all are named. */
export function missingColumns(mapping: FactMapping, columns: readonly string[]): string[] {
  const missing = placesOf(mapping).filter((place) => !place.some((column) => columns.includes(column)));
  return [...new Set(missing.flat())];
}

/** All headings the mapping names. */
export function namedColumns(mapping: FactMapping): string[] {
  return [...new Set(placesOf(mapping).flat())];
}

function readList(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) throw new MappingError(`mapping: "${path}" must be a list`);
  return value;
}

function readRule(json: unknown, path: string): FactRule {
  const rule = readObject(json, path);
  const type = rule['type'];
  if (typeof type !== 'string' || !Object.hasOwn(requiredFields, type)) {
    const known = Object.keys(requiredFields).join(', ');
    throw new MappingError(`mapping: "${path}.type" must be a type of fact: ${known}`);
  }
  const fields = readFields(rule['fields'], `${path}.fields`, valueKinds);
  const groupBy = rule['groupBy'] === undefined ? undefined : readSource(rule['groupBy'], `${path}.groupBy`);
  const line =
    groupBy === undefined ? new Map<string, FieldSource>() : readFields(rule['line'], `${path}.line`);
  const given = new Set([...fields.keys()].map((name) => name.split('.')[0]));
  const summed = groupBy === undefined ? [] : ['money', 'total', 'lines'];
  for (const name of ['at', ...requiredFields[type as FactType]]) {
    if (!given.has(name) && !summed.includes(name)) {
      throw new MappingError(`mapping: "${path}.fields" lacks "${name}", which ${type} needs`);
    }
  }
  return {
    when: readConditions(rule['when'] ?? [], `${path}.when`),
    type: type as FactType,
    fields,
    groupBy,
    line,
  };
}

const lineFields: Readonly<Record<string, unknown>> = {
  line: 1, sku: 1, name: 1, quantity: 1, gross: 1, tax: 1, kind: 1, parent: 1,
}; // prettier-ignore

function readFields(
  json: unknown,
  path: string,
  known: Readonly<Record<string, unknown>> = lineFields,
): Map<string, FieldSource> {
  const fields = new Map<string, FieldSource>();
  for (const [name, source] of Object.entries(readObject(json, path))) {
    if (!Object.hasOwn(known, name)) {
      throw new MappingError(
        `mapping: "${path}.${name}" is unknown; known are ${Object.keys(known).join(', ')}`,
      );
    }
    fields.set(name, readSource(source, `${path}.${name}`));
  }
  return fields;
}

function readSource(json: unknown, path: string): FieldSource {
  if (typeof json === 'string' && json !== '') return { columns: [json], how: 'anyOf' };
  const source = readObject(json, path);
  if (source['value'] !== undefined) return { value: readText(source['value'], `${path}.value`) };
  const how = source['join'] === undefined ? 'anyOf' : 'join';
  const named = source['column'] === undefined ? source[how] : [source['column']];
  const columns = readList(named, `${path}.${how}`).map((each) => readText(each, `${path}.${how}`));
  return {
    columns,
    how,
    ...(source['pattern'] === undefined
      ? {}
      : { pattern: readPattern(source['pattern'], `${path}.pattern`) }),
    ...(source['words'] === undefined ? {} : { words: readWords(source['words'], `${path}.words`) }),
  };
}

function readWords(json: unknown, path: string): Record<string, string> {
  const entries = Object.entries(readObject(json, path));
  return Object.fromEntries(
    entries.map(([word, to]) => [word.toLowerCase(), readText(to, `${path}.${word}`)]),
  );
}

function readPattern(json: unknown, path: string): RegExp {
  const text = readText(json, path);
  try {
    return new RegExp(text, 'iu');
  } catch {
    throw new MappingError(`mapping: "${path}" is no regular expression: ${text}`);
  }
}

function readConditions(json: unknown, path: string): Condition[] {
  return readList(json, path).map((each, at): Condition => {
    const condition = readObject(each, `${path}[${at}]`);
    const column = readText(condition['column'], `${path}[${at}].column`);
    const { sign, empty } = { sign: condition['sign'], empty: condition['empty'] };
    if (condition['in'] !== undefined) {
      const words = readList(condition['in'], `${path}[${at}].in`).map((word) => String(word).toLowerCase());
      return { column, test: 'in', words: new Set(words) };
    }
    if (condition['matches'] !== undefined) {
      return {
        column,
        test: 'matches',
        pattern: readPattern(condition['matches'], `${path}[${at}].matches`),
      };
    }
    if (sign === 'negative' || sign === 'positive' || sign === 'zero') return { column, test: 'sign', sign };
    if (typeof empty === 'boolean') return { column, test: 'empty', empty };
    throw new MappingError(
      `mapping: "${path}[${at}]" needs "in", "matches", "sign" (negative, positive, zero) or "empty"`,
    );
  });
}
