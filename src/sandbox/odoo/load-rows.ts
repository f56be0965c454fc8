/** `load`: create or update by external id, all rows or none; columns `a/.id` name records, `a/b` children (019). */
import { asList, asText } from '../service.ts';
import type { Database } from './database.ts';
import { OdooError } from './odoo-error.ts';

type Values = Record<string, unknown>;

const externalRow = (database: Database, id: string): number | undefined => {
  const [module = '', ...name] = id.split('.');
  const [found] = database.search('ir.model.data', [
    ['module', '=', module],
    ['name', '=', name.join('.')],
  ]);
  return found === undefined ? undefined : database.number('ir.model.data', found.id, 'res_id');
};

/** Text of a cell as the field wants it. */
function cell(database: Database, model: string, name: string, text: unknown): unknown {
  const declared = database.fieldOf(model, name);
  if (text === '' || text === false) return false;
  return ['integer', 'float'].includes(declared.type) ? Number(text) : text;
}

function readRow(
  database: Database,
  model: string,
  columns: readonly string[],
  row: readonly unknown[],
): { id: string; values: Values } {
  let id = '';
  const values: Values = {};
  const children = new Map<string, Values>();
  columns.forEach((column, index) => {
    const value = row[index];
    const [name = '', part, rest] = column.split('/');
    if (column === 'id') {
      id = asText(value);
      return;
    }
    const declared = database.fieldOf(model, name);
    if (declared.type === 'one2many' && part !== undefined) {
      const child = children.get(name) ?? {};
      children.set(name, child);
      child[part] =
        rest === '.id' ? Number(asText(value)) : cell(database, declared.relation ?? '', part, value);
    } else if (part === '.id') {
      values[name] = Number(asText(value));
    } else if (part === 'id') {
      values[name] = externalRow(database, asText(value)) ?? false;
    } else {
      values[name] = cell(database, model, name, value);
    }
  });
  for (const [name, child] of children) values[name] = [[0, 0, child]];
  return { id, values };
}

export function loadRows(
  database: Database,
  model: string,
  columns: readonly string[],
  rows: readonly unknown[],
): unknown {
  const ids: number[] = [];
  try {
    for (const row of rows) {
      const { id, values } = readRow(database, model, columns, asList(row));
      const known = id === '' ? undefined : externalRow(database, id);
      if (known !== undefined) {
        database.write(model, [known], values);
        ids.push(known);
        continue;
      }
      const made = database.create(model, values);
      ids.push(made);
      const [module = '', ...name] = id.split('.');
      if (id !== '') database.create('ir.model.data', { module, name: name.join('.'), model, res_id: made });
    }
  } catch (error) {
    if (!(error instanceof OdooError)) throw error;
    const message = { type: 'error', message: error.message, record: 0, rows: { from: 0, to: 0 } };
    return { ids: false, messages: [message], nextrow: 0 };
  }
  return { ids, messages: [], nextrow: 0 };
}
