import { XmlScanner } from '../../src/northstar/xml-scan.ts';

type Schema = {
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
};

/** What in a value a JSON schema refuses; reads the keywords that the published OCEL schema uses. */
export function jsonSchemaErrors(schemaText: string, value: unknown): string[] {
  const errors: string[] = [];
  const check = (schema: Schema, part: unknown, path: string): void => {
    const type = Array.isArray(part) ? 'array' : typeof part;
    if (schema.type !== undefined && schema.type !== type)
      errors.push(`${path} is ${type}, not ${schema.type}`);
    if (
      schema.format === 'date-time' &&
      !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(String(part))
    )
      errors.push(`${path} is no date-time`);
    if (Array.isArray(part) && schema.items !== undefined)
      part.forEach((item, i) => check(schema.items!, item, `${path}[${i}]`));
    if (type !== 'object') return;
    const record = part as Readonly<Record<string, unknown>>;
    for (const name of schema.required ?? []) if (!(name in record)) errors.push(`${path} lacks ${name}`);
    for (const [name, inner] of Object.entries(schema.properties ?? {}))
      if (name in record) check(inner, record[name], `${path}.${name}`);
  };
  check(JSON.parse(schemaText) as Schema, value, '$');
  return errors;
}

type ElementRule = { readonly children: Map<string, boolean>; readonly attributes: Map<string, boolean> };

/**
 * What in an XML text a schema refuses, as far as the published OCEL schema goes: which elements stand in which, in
 * their order, and which attributes they have and need.
 */
export function xsdErrors(schemaText: string, text: string): string[] {
  const rules = new Map<string, ElementRule>();
  let rule: ElementRule | undefined;
  const attribute = (attributes: readonly string[], name: string): string | undefined => {
    const at = attributes.findIndex((candidate, i) => i % 2 === 0 && candidate === name);
    return at < 0 ? undefined : attributes[at + 1];
  };
  scan(schemaText, (name, attributes) => {
    const own = attribute(attributes, 'name');
    const ref = attribute(attributes, 'ref');
    if (name === 'xs:element' && own !== undefined)
      rules.set(own, (rule = { children: new Map(), attributes: new Map() }));
    if (name === 'xs:element' && ref !== undefined)
      rule!.children.set(ref, attribute(attributes, 'minOccurs') !== '0');
    if (name === 'xs:attribute') rule!.attributes.set(own!, attribute(attributes, 'use') === 'required');
  });
  const errors: string[] = [];
  const open: { name: string; seen: string[] }[] = [];
  scan(
    text,
    (name, attributes) => {
      const parent = open.at(-1);
      if (parent !== undefined && rules.get(parent.name)?.children.has(name) !== true)
        errors.push(`<${name}> stands in <${parent.name}>`);
      parent?.seen.push(name);
      const allowed = rules.get(name)?.attributes ?? new Map<string, boolean>();
      const names = attributes.filter((_, i) => i % 2 === 0);
      for (const given of names) if (!allowed.has(given)) errors.push(`<${name}> has ${given}`);
      for (const [needed, must] of allowed)
        if (must && !names.includes(needed)) errors.push(`<${name}> lacks ${needed}`);
      open.push({ name, seen: [] });
    },
    () => {
      const { name, seen } = open.pop()!;
      const order = [...(rules.get(name)?.children ?? [])];
      for (const [needed, must] of order)
        if (must && !seen.includes(needed)) errors.push(`<${name}> lacks <${needed}>`);
      const places = seen.map((child) => order.findIndex(([known]) => known === child));
      if (places.some((place, i) => i > 0 && place < places[i - 1]!))
        errors.push(`children of <${name}> are out of order`);
    },
  );
  return errors;
}

function scan(
  text: string,
  open: (name: string, attributes: readonly string[]) => void,
  close: () => void = () => undefined,
): void {
  const scanner = new XmlScanner({ open, close });
  scanner.push(text);
  scanner.end();
}
