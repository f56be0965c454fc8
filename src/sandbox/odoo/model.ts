/** What a model is: fields, a way to name its records, and methods that may be called. */
import type { Database } from './database.ts';

export type FieldType =
  | 'char' | 'text' | 'selection' | 'integer' | 'float' | 'boolean' | 'date' | 'datetime'
  | 'many2one' | 'one2many' | 'many2many'; // prettier-ignore

/**
 * Values inside: texts and false, numbers, booleans; datetimes as milliseconds or false; many2one as an id or false;
 * many2many as a list of ids; one2many is never stored but follows from the other side.
 */
export type Value = string | number | boolean | readonly number[];

export type Row = { readonly id: number; readonly values: Map<string, Value> };

export type Field = {
  readonly type: FieldType;
  readonly relation?: string;
  /** one2many: the many2one on the other side. */
  readonly inverse?: string;
  readonly initial?: Value;
  /** Label in the complaint when it is missing at creation. */
  readonly required?: string;
  /** Worked out on reading; a field with this is never stored. */
  readonly compute?: (row: Row, database: Database) => Value;
  /** Looked up through a chain of many2one fields. */
  readonly related?: readonly string[];
};

export type Context = Readonly<Record<string, unknown>>;

export type Call = {
  readonly database: Database;
  readonly ids: readonly number[];
  /** Positional arguments after the ids. */
  readonly args: readonly unknown[];
  readonly kwargs: Readonly<Record<string, unknown>>;
  readonly context: Context;
};

export type Model = {
  readonly name: string;
  readonly label: string;
  readonly fields: Readonly<Record<string, Field>>;
  readonly display: (row: Row, database: Database) => string;
  readonly methods?: Readonly<Record<string, (call: Call) => unknown>>;
  /** Runs after a record has its values, before it is returned. */
  readonly created?: (row: Row, database: Database, context: Context) => void;
  /** Runs before a write takes effect; sees the values to come. */
  readonly writing?: (row: Row, next: ReadonlyMap<string, Value>, database: Database) => void;
  readonly written?: (row: Row, database: Database) => void;
  /** Throws where a record must not be deleted. */
  readonly deleting?: (row: Row, database: Database) => void;
};

const plain =
  (type: FieldType) =>
  (initial?: Value): Field =>
    initial === undefined ? { type } : { type, initial };

/** Short ways to declare fields. */
export const field = {
  char: plain('char'),
  text: plain('text'),
  selection: plain('selection'),
  integer: plain('integer'),
  float: plain('float'),
  boolean: plain('boolean'),
  date: plain('date'),
  datetime: plain('datetime'),
  many2one: (relation: string, initial?: number): Field =>
    initial === undefined ? { type: 'many2one', relation } : { type: 'many2one', relation, initial },
  one2many: (relation: string, inverse: string): Field => ({ type: 'one2many', relation, inverse }),
  many2many: (relation: string): Field => ({ type: 'many2many', relation }),
  computed: (type: FieldType, compute: NonNullable<Field['compute']>, relation?: string): Field =>
    relation === undefined ? { type, compute } : { type, compute, relation },
} as const;

/** Value of a field nobody has set. */
export function emptyValue(type: FieldType): Value {
  switch (type) {
    case 'integer':
    case 'float':
      return 0;
    case 'one2many':
    case 'many2many':
      return [];
    default:
      return false;
  }
}
