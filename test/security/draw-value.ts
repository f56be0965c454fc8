/** Values drawn from a JSON Schema, mostly ones that fit, and ones that break it on purpose. Repeatable by seed. */

export type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly $ref?: string;
};

/** A small generator of numbers in [0, 1): mulberry32. */
export function makeRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Texts that have broken other programs. */
const nasty: readonly string[] = [
  '', ' ', '\0', "'", '"', '\\', '%', '%00', '../../etc/passwd', "' or 1=1 --", '$1', '${7*7}', '<script>alert(1)</script>',
  '=1+1', '\ud800', '￿', '𝕏', '‮', 'a'.repeat(5000), '-1', '1e309', '9223372036854775808', 'NaN', 'null', '__proto__',
  'constructor', '2026-02-30', '0000-00-00T00:00:00Z', '\r\nset-cookie: a=b', '{"a":1}', '[object Object]',
]; // prettier-ignore
const oddities: readonly unknown[] = [
  null, true, false, 0, -1, 1.5, 1e308, Number.MAX_SAFE_INTEGER + 1, [], {}, [[[[[[]]]]]], { __proto__: { polluted: true } }, ...nasty,
]; // prettier-ignore

export type Drawing = {
  readonly random: () => number;
  readonly resolve: (ref: string) => Schema;
  /** Values that exist in the world, tried where a text is wanted. */
  readonly known: readonly string[];
  /** How often a value is broken on purpose, 0 to 1. */
  readonly broken: number;
};

export function drawValue(schema: Schema, drawing: Drawing, depth = 0): unknown {
  const { random } = drawing;
  if (random() < drawing.broken) return pick(oddities, random);
  if (schema.$ref !== undefined) return drawValue(drawing.resolve(schema.$ref), drawing, depth);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum, random);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return drawValue(pick(choices, random), drawing, depth);
  if (schema.allOf !== undefined)
    return Object.assign({}, ...schema.allOf.map((part) => drawValue(part, drawing, depth)));
  const type = typeof schema.type === 'string' ? schema.type : pick(schema.type ?? ['string'], random);
  switch (type) {
    case 'null':
      return null;
    case 'boolean':
      return random() < 0.5;
    case 'integer':
    case 'number': {
      const low = Math.max(schema.minimum ?? -5, -1e6);
      const high = Math.min(schema.maximum ?? low + 100, low + 1e6);
      return Math.floor(low + random() * (high - low + 1));
    }
    case 'array':
      return depth > 4 ? [] : Array.from({ length: (schema.minItems ?? 0) + Math.floor(random() * 3) }, () => drawValue(schema.items ?? {}, drawing, depth + 1)); // prettier-ignore
    case 'object': {
      const required = new Set(schema.required);
      const entries = Object.entries(schema.properties ?? {}).filter(
        ([name]) => (required.has(name) && random() >= drawing.broken) || random() < 0.5,
      );
      return Object.fromEntries(entries.map(([name, part]) => [name, drawValue(part, drawing, depth + 1)]));
    }
    default:
      return drawText(schema, drawing);
  }
}

function drawText({ format, minLength = 0, maxLength = 40 }: Schema, { random, known }: Drawing): string {
  if (format === 'date-time') return new Date(Date.UTC(2026, 10, 1) + random() * 3e9).toISOString();
  if (format === 'date') return '2026-11-07';
  if (format === 'uuid' && random() < 0.5) return '00000000-0000-7000-8000-000000000000';
  if (format === 'email') return `someone${Math.floor(random() * 50)}@example.com`;
  if (random() < 0.6) return pick(known, random);
  const length = minLength + Math.floor(random() * Math.min(20, Math.max(1, maxLength - minLength)));
  return Array.from({ length }, () => String.fromCharCode(97 + Math.floor(random() * 26))).join('');
}

export const pickNasty = (random: () => number): string => pick(nasty, random);

export function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}
