/** Checks a value against the keywords of JSON Schema 2020-12 that our schema uses; any other keyword is an error. */
import assert from 'node:assert/strict';
import { type Json, isJson } from './recorded-objects.ts';

const checks: Readonly<Record<string, (value: unknown, rule: unknown, schema: Json, defs: Json) => boolean>> =
  {
    $schema: () => true,
    $defs: () => true,
    title: () => true,
    description: () => true,
    $ref: (value, rule, _schema, defs) =>
      isValid(value, defs[String(rule).slice('#/$defs/'.length)] as Json, defs),
    type: (value, rule) => typeFits(value, String(rule)),
    const: (value, rule) => value === rule,
    enum: (value, rule) => (rule as readonly unknown[]).includes(value),
    minimum: (value, rule) => typeof value !== 'number' || value >= Number(rule),
    minLength: (value, rule) => typeof value !== 'string' || value.length >= Number(rule),
    maxLength: (value, rule) => typeof value !== 'string' || value.length <= Number(rule),
    pattern: (value, rule) => typeof value !== 'string' || new RegExp(String(rule), 'u').test(value),
    format: (value, rule) => typeof value !== 'string' || isTime(value, String(rule)),
    required: (value, rule) => !isJson(value) || (rule as readonly string[]).every((name) => name in value),
    properties: (value, rule, _schema, defs) =>
      !isJson(value) ||
      Object.entries(rule as Json).every(
        ([name, of]) => !(name in value) || isValid(value[name], of as Json, defs),
      ),
    additionalProperties: (value, rule, schema, defs) => {
      if (!isJson(value)) return true;
      const known = Object.keys((schema['properties'] ?? {}) as Json);
      const others = Object.keys(value).filter((name) => !known.includes(name));
      return others.every((name) => isJson(rule) && isValid(value[name], rule, defs));
    },
    items: (value, rule, _schema, defs) =>
      !Array.isArray(value) || value.every((entry) => isValid(entry, rule as Json, defs)),
    anyOf: (value, rule, _schema, defs) => (rule as readonly Json[]).some((of) => isValid(value, of, defs)),
    oneOf: (value, rule, _schema, defs) =>
      (rule as readonly Json[]).filter((of) => isValid(value, of, defs)).length === 1,
  };

function typeFits(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isJson(value) : typeof value === type;
}

/** RFC 3339: a real day and, for `date-time`, a time with its zone. */
function isTime(value: string, format: string): boolean {
  try {
    if (format === 'date')
      return (
        /^\d{4}-\d\d-\d\d$/.test(value) && Temporal.PlainDate.from(value, { overflow: 'reject' }) !== null
      );
    return Temporal.Instant.from(value) !== null;
  } catch {
    return false;
  }
}

const isValid = (value: unknown, schema: Json, defs: Json): boolean =>
  schemaErrors(value, schema, defs).length === 0;

/** Keywords that the value breaks. */
export function schemaErrors(value: unknown, schema: Json, defs: Json): readonly string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    const check = checks[keyword];
    assert.ok(check !== undefined, `no check for "${keyword}"`);
    return check(value, rule, schema, defs) ? [] : [keyword];
  });
}
