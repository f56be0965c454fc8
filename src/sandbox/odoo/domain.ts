/** Search domains: lists of `[field, operator, value]` with the prefix operators `& | !`. */
import type { Database } from './database.ts';
import type { Row } from './model.ts';
import { OdooError } from './odoo-error.ts';

type Test = (row: Row) => boolean;

const pattern = (text: string, flags: string): RegExp => {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(escaped.replaceAll('%', '.*').replaceAll('_', '.'), flags);
};

/** `like` means "contains", `=like` the whole text; `%` and `_` are wild. */
function matches(operator: string, value: unknown, wanted: unknown): boolean {
  const text = value === false ? '' : String(value);
  const flags = operator.includes('ilike') ? 'is' : 's';
  const source = pattern(String(wanted), flags);
  const found = operator.startsWith('=')
    ? new RegExp(`^(?:${source.source})$`, flags).test(text)
    : source.test(text);
  return operator.startsWith('not') ? !found : found;
}

/** Times are compared with all their digits, though they are shown in whole seconds (067). */
function comparable(value: unknown, isTime: boolean): unknown {
  if (!isTime || typeof value !== 'string') return value;
  return Date.parse(`${value.length === 10 ? `${value} 00:00:00` : value}`.replace(' ', 'T') + 'Z');
}

function compare(left: unknown, operator: string, right: unknown): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right || (right === null && left === false);
    case '!=':
    case '<>':
      return left !== right && !(right === null && left === false);
    case 'in':
      return Array.isArray(right) && right.includes(left);
    case 'not in':
      return Array.isArray(right) && !right.includes(left);
    default:
  }
  if (left === false || right === false) return false;
  const [low, high] = [left as number | string, right as number | string];
  switch (operator) {
    case '>':
      return low > high;
    case '>=':
      return low >= high;
    case '<':
      return low < high;
    case '<=':
      return low <= high;
    default:
      throw new OdooError('builtins.ValueError', `Invalid operator '${operator}' in domain`);
  }
}

function leaf(database: Database, modelName: string, [path, operator, wanted]: readonly unknown[]): Test {
  const [name = '', ...rest] = String(path).split('.');
  const word = String(operator);
  const declared = database.fieldOf(modelName, name);
  if (rest.length > 0) {
    const inner = leaf(database, declared.relation ?? '', [rest.join('.'), operator, wanted]);
    return (row) => {
      const value = database.value(modelName, row, name);
      const ids = Array.isArray(value) ? (value as number[]) : typeof value === 'number' ? [value] : [];
      return ids.some((id) => inner(database.row(declared.relation ?? '', id)));
    };
  }
  if (word === 'child_of') {
    const parents = (Array.isArray(wanted) ? wanted : [wanted]) as number[];
    const isChild = (id: number): boolean => {
      const path = String(
        database.value(
          declared.relation ?? modelName,
          database.row(declared.relation ?? modelName, id),
          'parent_path',
        ),
      );
      return parents.some((parent) => path.split('/').includes(String(parent)));
    };
    return (row) => {
      const value = name === 'id' ? row.id : database.value(modelName, row, name);
      return typeof value === 'number' && isChild(value);
    };
  }
  const isTime = declared.type === 'datetime' || declared.type === 'date';
  const right = Array.isArray(wanted)
    ? wanted.map((item) => comparable(item, isTime))
    : comparable(wanted, isTime);
  return (row) => {
    const value = database.value(modelName, row, name);
    if (word.endsWith('like')) {
      const text =
        declared.type === 'many2one' && typeof value === 'number'
          ? database.displayName(declared.relation ?? '', value)
          : value;
      return matches(word, text, wanted);
    }
    if (Array.isArray(value)) {
      const ids = value as readonly number[];
      if (word === '=' && right === false) return ids.length === 0;
      if (word === '!=' && right === false) return ids.length > 0;
      const wantedIds = Array.isArray(right) ? right : [right];
      const any = ids.some((id) => wantedIds.includes(id));
      return word === 'not in' || word === '!=' ? !any : any;
    }
    if (declared.type === 'many2one' && typeof right === 'string') {
      return value !== false && database.displayName(declared.relation ?? '', value as number) === right;
    }
    // A date is stored as text.
    const left = declared.type === 'date' ? comparable(value, true) : value;
    return compare(left, word, right);
  };
}

/** Turns a domain into a test of rows; throws for fields and operators that do not exist. */
export function compileDomain(database: Database, modelName: string, domain: readonly unknown[]): Test {
  const stack: Test[] = [];
  const take = (): Test => stack.pop() ?? (() => true);
  for (const token of domain.toReversed()) {
    if (token === '!') {
      const inner = take();
      stack.push((row) => !inner(row));
    } else if (token === '&' || token === '|') {
      const [left, right] = [take(), take()];
      stack.push(token === '&' ? (row) => left(row) && right(row) : (row) => left(row) || right(row));
    } else if (Array.isArray(token)) {
      stack.push(leaf(database, modelName, token));
    } else {
      throw new OdooError('builtins.ValueError', `Invalid domain term ${JSON.stringify(token)}`);
    }
  }
  // What no operator joins is joined by "and".
  return (row) => stack.every((test) => test(row));
}
