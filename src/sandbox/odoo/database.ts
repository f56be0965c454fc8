/** An ORM in miniature: tables of rows, relations in both directions, domains, and reading as RPC shows it. */
import { asList, isJson } from '../service.ts';
import { utcText } from '../wall-time.ts';
import { compileDomain } from './domain.ts';
import type { Context, Field, Model, Row, Value } from './model.ts';
import { emptyValue, field } from './model.ts';
import { OdooError, validationError } from './odoo-error.ts';

/** Fields every model has. Times carry half a millisecond more than they show: RPC cuts to seconds (067). */
const ownFields: Readonly<Record<string, Field>> = {
  create_date: field.datetime(),
  write_date: field.datetime(),
  create_uid: field.many2one('res.users', 2),
  write_uid: field.many2one('res.users', 2),
};

export type Database = {
  /** Milliseconds on the ERP's clock. */
  now(): number;
  model(name: string): Model;
  fieldOf(modelName: string, name: string): Field;
  /** Throws `MissingError` where there is none. */
  row(modelName: string, id: number): Row;
  rows(modelName: string): readonly Row[];
  find(modelName: string, id: number): Row | undefined;
  value(modelName: string, row: Row, name: string): Value;
  displayName(modelName: string, id: number): string;
  /** Shorthands that read one field of a record by its id. */
  text(modelName: string, id: number, name: string): string;
  number(modelName: string, id: number, name: string): number;
  /** Id behind a many2one, 0 for none. */
  link(modelName: string, id: number, name: string): number;
  links(modelName: string, id: number, name: string): readonly number[];
  search(modelName: string, domain: readonly unknown[], order?: string): readonly Row[];
  read(modelName: string, rows: readonly Row[], fields: readonly string[]): Record<string, unknown>[];
  create(modelName: string, values: unknown, context?: Context): number;
  write(modelName: string, ids: readonly number[], values: unknown): void;
  /** Sets values without the hooks and without moving `write_date`: what the server does behind the scenes. */
  set(modelName: string, id: number, values: Readonly<Record<string, Value>>): void;
  /** Moves `write_date` as any stored change does. */
  touch(modelName: string, ids: readonly number[]): void;
  unlink(modelName: string, ids: readonly number[]): void;
  /** Next number of a named sequence. */
  sequence(name: string): number;
  /** Lets the next id of a model start higher. */
  skipIds(modelName: string, count: number): void;
};

type Table = { readonly rows: Map<number, Row>; last: number };

export function createDatabase(models: readonly Model[], now: () => number): Database {
  const byName = new Map(models.map((model) => [model.name, model]));
  const tables = new Map<string, Table>(models.map((model) => [model.name, { rows: new Map(), last: 0 }]));
  const sequences = new Map<string, number>();
  /** `model.field/id` of a many2one → rows that point there. */
  const inverse = new Map<string, Set<number>>();

  const tableOf = (name: string): Table => {
    const table = tables.get(name);
    if (table === undefined) throw new OdooError('odoo.exceptions.UserError', `Object ${name} doesn't exist`);
    return table;
  };

  const database: Database = {
    now,
    model(name) {
      tableOf(name);
      return byName.get(name) as Model;
    },
    fieldOf(modelName, name) {
      if (name === 'id') return { type: 'integer' };
      if (name === 'display_name') {
        return { type: 'char', compute: (row, it) => it.displayName(modelName, row.id) };
      }
      const found = database.model(modelName).fields[name] ?? ownFields[name];
      if (found === undefined) {
        throw new OdooError('builtins.ValueError', `Invalid field '${name}' on model '${modelName}'`);
      }
      return found;
    },
    find: (modelName, id) => tableOf(modelName).rows.get(id),
    row(modelName, id) {
      const row = tableOf(modelName).rows.get(id);
      if (row !== undefined) return row;
      throw new OdooError(
        'odoo.exceptions.MissingError',
        `Record does not exist or has been deleted.\n(Record: ${modelName}(${id},), User: 2)`,
      );
    },
    rows: (modelName) => [...tableOf(modelName).rows.values()],
    value(modelName, row, name) {
      if (name === 'id') return row.id;
      const declared = database.fieldOf(modelName, name);
      if (declared.compute !== undefined) return declared.compute(row, database);
      if (declared.related !== undefined) {
        let at: Row | undefined = row;
        let model = modelName;
        for (const step of declared.related.slice(0, -1)) {
          const next: Value = at === undefined ? false : database.value(model, at, step);
          model = database.fieldOf(model, step).relation ?? '';
          at = typeof next === 'number' ? database.find(model, next) : undefined;
        }
        return at === undefined
          ? emptyValue(declared.type)
          : database.value(model, at, declared.related.at(-1) ?? '');
      }
      if (declared.type === 'one2many') {
        const ids = inverse.get(`${declared.relation}.${declared.inverse}/${row.id}`);
        return ids === undefined ? [] : [...ids].sort((left, right) => left - right);
      }
      return row.values.get(name) ?? declared.initial ?? emptyValue(declared.type);
    },
    displayName: (modelName, id) => {
      const row = database.find(modelName, id);
      return row === undefined ? '' : database.model(modelName).display(row, database);
    },
    text(modelName, id, name) {
      const value = database.value(modelName, database.row(modelName, id), name);
      return typeof value === 'string' ? value : '';
    },
    number(modelName, id, name) {
      const value = database.value(modelName, database.row(modelName, id), name);
      return typeof value === 'number' ? value : 0;
    },
    link: (modelName, id, name) => database.number(modelName, id, name),
    links(modelName, id, name) {
      const value = database.value(modelName, database.row(modelName, id), name);
      return Array.isArray(value) ? (value as readonly number[]) : [];
    },
    search(modelName, domain, order = 'id') {
      const test = compileDomain(database, modelName, domain);
      // Archived records hide unless the domain asks for them.
      const asked = domain.some(
        (token) => Array.isArray(token) && ['active', 'id'].includes(String(token[0])),
      );
      const archives = !asked && database.model(modelName).fields['active'] !== undefined;
      const found = database
        .rows(modelName)
        .filter((row) => (!archives || database.value(modelName, row, 'active') !== false) && test(row));
      return sortRows(database, modelName, found, order);
    },
    read(modelName, rows, fields) {
      const model = database.model(modelName);
      const names =
        fields.length > 0
          ? fields
          : [...Object.keys(model.fields), ...Object.keys(ownFields), 'display_name'];
      const declared = names
        .filter((name) => name !== 'id')
        .map((name): [string, Field] => [name, database.fieldOf(modelName, name)]);
      return rows.map((row) => ({
        id: row.id,
        ...Object.fromEntries(
          declared.map(([name, kind]) => [name, show(database, kind, database.value(modelName, row, name))]),
        ),
      }));
    },
    create(modelName, given, context = {}) {
      const table = tableOf(modelName);
      const model = byName.get(modelName) as Model;
      const values = isJson(given) ? given : {};
      table.last += 1;
      const row: Row = { id: table.last, values: new Map() };
      for (const [name, kind] of Object.entries(model.fields)) {
        if (kind.required === undefined || values[name] !== undefined) continue;
        throw validationError(
          `The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n- Delete: another model requires the record being deleted. If possible, archive it instead.\n\nModel: ${model.label} (${modelName})\nField: ${kind.required} (${name})\n`,
        );
      }
      for (const name of Object.keys(values)) database.fieldOf(modelName, name);
      const stamp = now() + 0.5;
      row.values.set('create_date', stamp);
      row.values.set('write_date', stamp);
      table.rows.set(row.id, row);
      for (const [name, kind] of Object.entries(model.fields)) {
        if (kind.type === 'many2one' && kind.initial !== undefined) link(modelName, row, name, kind.initial);
      }
      assign(modelName, row, values);
      model.created?.(row, database, context);
      return row.id;
    },
    write(modelName, ids, given) {
      const model = database.model(modelName);
      const values = isJson(given) ? given : {};
      for (const name of Object.keys(values)) database.fieldOf(modelName, name);
      for (const id of ids) {
        const row = database.row(modelName, id);
        const next = new Map(
          Object.entries(values).map(([name, value]) => [
            name,
            plainValue(database.fieldOf(modelName, name), value),
          ]),
        );
        model.writing?.(row, next, database);
        assign(modelName, row, values);
        row.values.set('write_date', now() + 0.5);
        model.written?.(row, database);
      }
    },
    set(modelName, id, values) {
      const row = database.row(modelName, id);
      for (const [name, value] of Object.entries(values)) {
        if (database.fieldOf(modelName, name).type === 'many2one') link(modelName, row, name, value);
        else row.values.set(name, value);
      }
    },
    touch(modelName, ids) {
      for (const id of ids) database.row(modelName, id).values.set('write_date', now() + 0.5);
    },
    unlink(modelName, ids) {
      const model = database.model(modelName);
      for (const id of ids) {
        const row = database.row(modelName, id);
        model.deleting?.(row, database);
        for (const [name, kind] of Object.entries(model.fields)) {
          if (kind.type === 'many2one') link(modelName, row, name, false);
        }
        tableOf(modelName).rows.delete(id);
      }
    },
    sequence(name) {
      const next = (sequences.get(name) ?? 0) + 1;
      sequences.set(name, next);
      return next;
    },
    skipIds(modelName, count) {
      tableOf(modelName).last += count;
    },
  };

  const link = (modelName: string, row: Row, name: string, value: Value): void => {
    const known = row.values.get(name);
    if (typeof known === 'number') inverse.get(`${modelName}.${name}/${known}`)?.delete(row.id);
    if (typeof value === 'number' && value > 0) {
      const key = `${modelName}.${name}/${value}`;
      const ids = inverse.get(key);
      if (ids === undefined) inverse.set(key, new Set([row.id]));
      else ids.add(row.id);
    }
    row.values.set(name, typeof value === 'number' && value > 0 ? value : false);
  };

  /** Takes values as RPC sends them, with the commands `[0,0,{}] [1,id,{}] [2,id] [3,id] [4,id] [5] [6,0,ids]`. */
  const assign = (modelName: string, row: Row, values: Readonly<Record<string, unknown>>): void => {
    for (const [name, value] of Object.entries(values)) {
      const kind = database.fieldOf(modelName, name);
      if (kind.type === 'many2one') link(modelName, row, name, plainValue(kind, value));
      else if (kind.type === 'many2many')
        row.values.set(name, idsAfter(database.links(modelName, row.id, name), value));
      else if (kind.type === 'one2many') takeChildren(kind, row.id, value);
      else if (kind.compute === undefined) row.values.set(name, plainValue(kind, value));
    }
  };

  const takeChildren = (kind: Field, parentId: number, value: unknown): void => {
    const relation = kind.relation ?? '';
    for (const command of asList(value).map(asList)) {
      if (command[0] === 0) {
        database.create(relation, {
          ...(isJson(command[2]) ? command[2] : {}),
          [kind.inverse ?? '']: parentId,
        });
      } else if (command[0] === 1) {
        database.write(relation, [Number(command[1])], command[2]);
      } else if (command[0] === 2) {
        database.unlink(relation, [Number(command[1])]);
      }
    }
  };
  return database;
}

function idsAfter(known: readonly number[], value: unknown): readonly number[] {
  let ids = [...known];
  for (const command of asList(value)) {
    if (typeof command === 'number') {
      ids.push(command);
      continue;
    }
    const [act, id, list] = asList(command);
    if (act === 6) ids = asList(list).map(Number);
    else if (act === 4) ids.push(Number(id));
    else if (act === 3 || act === 2) ids = ids.filter((other) => other !== id);
    else if (act === 5) ids = [];
  }
  return [...new Set(ids)];
}

function plainValue(kind: Field, value: unknown): Value {
  if (value === null || value === undefined) return emptyValue(kind.type);
  switch (kind.type) {
    case 'many2one':
      return Array.isArray(value) ? Number(value[0]) : typeof value === 'number' ? value : false;
    case 'datetime':
      return typeof value === 'string'
        ? Date.parse(`${value.replace(' ', 'T')}Z`)
        : typeof value === 'number'
          ? value
          : false;
    case 'integer':
    case 'float':
      return Number(value);
    case 'boolean':
      return value !== false && value !== 0 && value !== '';
    default:
      return Array.isArray(value)
        ? value.map(Number)
        : typeof value === 'number'
          ? String(value)
          : (value as Value);
  }
}

/** As RPC shows it: many2one as `[id, name]`, times as UTC text with whole seconds. */
function show(database: Database, kind: Field, value: Value): unknown {
  if (kind.type === 'many2one') {
    return typeof value === 'number' ? [value, database.displayName(kind.relation ?? '', value)] : false;
  }
  if (kind.type === 'datetime') return typeof value === 'number' ? utcText(value) : false;
  return value;
}

function sortRows(database: Database, modelName: string, rows: Row[], order: string): readonly Row[] {
  const keys = order
    .split(',')
    .map((part) => part.trim().split(/\s+/))
    .map(([name = 'id', direction]) => ({ name, sign: direction?.toLowerCase() === 'desc' ? -1 : 1 }));
  for (const { name } of keys) database.fieldOf(modelName, name);
  return rows.sort((left, right) => {
    for (const { name, sign } of keys) {
      const a = database.value(modelName, left, name);
      const b = database.value(modelName, right, name);
      if (a !== b) return (a < b ? -1 : 1) * sign;
    }
    return left.id - right.id;
  });
}
