/** JSON Schema (2020-12) of a canonical line, built from the table of fields. */
import type { FactType } from '../../kernel/fact.ts';
import { factTypes, fieldsOf, type Field, type FieldKind } from './canonical-fields.ts';
import { orderLineFields, refundLineFields, textMax, type LineField } from './canonical-value.ts';

export type JsonSchema = { readonly [keyword: string]: unknown };

const minor: JsonSchema = { type: 'integer', minimum: 0, description: 'Minor units.' };
const signedMinor: JsonSchema = { type: 'integer', description: 'Minor units.' };
const decimal: JsonSchema = { type: 'string', pattern: String.raw`^\d+(\.\d+)?$` };
const signedDecimal: JsonSchema = { type: 'string', pattern: String.raw`^-?\d+(\.\d+)?$` };
const amount: JsonSchema = { anyOf: [minor, decimal] };
const signedAmount: JsonSchema = { anyOf: [signedMinor, signedDecimal] };
const currency: JsonSchema = { type: 'string', pattern: '^[A-Z]{3}$' };
const text: JsonSchema = { type: 'string', minLength: 1, maxLength: textMax, pattern: String.raw`\S` };

/** One schema per type under `oneOf`, told apart by the constant `type`. */
export const canonicalFactSchema: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Canonical fact',
  description: 'One line of NDJSON. Unknown fields are refused.',
  type: 'object',
  required: ['type'],
  oneOf: factTypes.map((type) => ({ $ref: `#/$defs/${type}` })),
  $defs: Object.fromEntries(factTypes.map((type) => [type, schemaOf(type)])),
};

function schemaOf(type: FactType): JsonSchema {
  const { type: _type, ...fields } = fieldsOf(type);
  const entries = Object.entries<Field>(fields);
  const properties = entries.map(
    ([name, field]) => [name, { ...schemaOfKind(field.kind), description: field.about }] as const,
  );
  return {
    type: 'object',
    properties: { type: { const: type }, ...Object.fromEntries(properties) },
    required: ['type', ...entries.filter(([, field]) => field.required).map(([name]) => name)],
    additionalProperties: false,
  };
}

function schemaOfKind(kind: FieldKind | 'signedAmount'): JsonSchema {
  if (typeof kind === 'object') return { enum: kind.oneOf };
  switch (kind) {
    case 'text':
      return text;
    case 'units':
      return { type: 'integer', minimum: 0 };
    case 'signedUnits':
      return { type: 'integer' };
    case 'instant':
      return { type: 'string', anyOf: [{ format: 'date-time' }, { format: 'date' }] };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'flag':
      return { type: 'boolean' };
    case 'currency':
      return currency;
    case 'money':
      return moneySchema(minor, decimal);
    case 'signedMoney':
      return moneySchema(signedMinor, signedDecimal);
    case 'amount':
      return amount;
    case 'signedAmount':
      return signedAmount;
    case 'gross':
      return grossSchema(amount);
    case 'signedGross':
      return grossSchema(signedAmount);
    case 'costs':
      return { type: 'object', additionalProperties: amount };
    case 'orderLines':
      return listSchema(orderLineFields);
    case 'refundLines':
      return listSchema(refundLineFields);
  }
}

function moneySchema(minorUnits: JsonSchema, decimalText: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { currency, minor: minorUnits, amount: decimalText },
    required: ['currency'],
    oneOf: [{ required: ['minor'] }, { required: ['amount'] }],
    additionalProperties: false,
  };
}

function grossSchema(part: JsonSchema): JsonSchema {
  return {
    type: 'object',
    properties: { gross: part, tax: part },
    required: ['gross', 'tax'],
    additionalProperties: false,
  };
}

function listSchema(fields: Readonly<Record<string, LineField>>): JsonSchema {
  const entries = Object.entries(fields);
  const properties = Object.fromEntries(entries.map(([name, field]) => [name, schemaOfKind(field.kind)]));
  const required = entries.filter(([, field]) => field.required).map(([name]) => name);
  return { type: 'array', items: { type: 'object', properties, required, additionalProperties: false } };
}
