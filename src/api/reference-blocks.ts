/** The reference of the API as blocks of text, from which the page and the document are rendered. */
import { errors, type ErrorCode } from '../wire/errors.ts';
import type { ErrorEntry } from '../wire/error-entry.ts';
import { permissionNames, permissions, roles, type Role } from '../wire/roles.ts';

export type Block =
  | { readonly is: 'heading'; readonly level: 1 | 2 | 3; readonly text: string; readonly anchor: string }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'code'; readonly text: string }
  | { readonly is: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What the reference reads of an OpenAPI document. */
export type ApiDocument = {
  readonly info: { readonly title: string; readonly description?: string; readonly version: string };
  readonly tags?: readonly { readonly name: string; readonly description?: string }[];
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
};

export type Operation = {
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly description?: string;
    readonly schema?: Schema;
  }[];
  readonly requestBody?: { readonly content?: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
  readonly 'x-access'?: string;
  readonly 'x-roles'?: readonly Role[];
};

type Content = Readonly<Record<string, { readonly schema?: Schema }>>;

export type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
};

/** All of the reference: addresses by subject, shapes, roles, errors. */
export function referenceBlocks(document: ApiDocument): Block[] {
  const { info, tags = [], components } = document;
  const blocks: Block[] = [
    { is: 'heading', level: 1, text: `${info.title} API`, anchor: 'top' },
    ...(info.description ?? '').split('\n\n').map((text): Block => ({ is: 'text', text: text.replaceAll('\n', ' ') })),
  ]; // prettier-ignore
  for (const tag of tags) {
    blocks.push({ is: 'heading', level: 2, text: tag.description ?? tag.name, anchor: tag.name });
    for (const [path, methods] of Object.entries(document.paths ?? {}))
      for (const [method, operation] of Object.entries(methods))
        if (operation.tags?.includes(tag.name)) blocks.push(...operationBlocks(method, path, operation));
  }
  blocks.push({ is: 'heading', level: 2, text: 'Shapes', anchor: 'shapes' });
  for (const [name, schema] of Object.entries(components?.schemas ?? {})) {
    blocks.push({ is: 'heading', level: 3, text: name, anchor: `shape-${name}` });
    blocks.push({ is: 'code', text: shapeText(schema, 0) });
  }
  return [...blocks, ...rolesBlocks(), ...errorBlocks()];
}

function operationBlocks(method: string, path: string, operation: Operation): Block[] {
  const title = `${method.toUpperCase()} ${path}`;
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
  const blocks: Block[] = [{ is: 'heading', level: 3, text: title, anchor }];
  blocks.push({ is: 'text', text: `${operation.summary ?? ''}. ${operation.description ?? ''}`.trim() });
  blocks.push({ is: 'text', text: `For: ${accessText(operation)}.` });
  const parameters = operation.parameters ?? [];
  if (parameters.length > 0) {
    blocks.push({
      is: 'table',
      head: ['Parameter', 'In', 'Shape', 'Meaning'],
      rows: parameters.map((one) => [
        `\`${one.name}\`${one.required === true ? '' : ' (optional)'}`,
        one.in,
        `\`${shapeText(one.schema ?? {}, 0)}\``,
        one.description ?? one.schema?.description ?? '',
      ]),
    });
  }
  const body = firstSchema(operation.requestBody?.content);
  if (body !== undefined) blocks.push({ is: 'code', text: `← ${shapeText(body, 0)}` });
  for (const [status, response] of Object.entries(operation.responses ?? {})) {
    const schema = firstSchema(response.content);
    if (status === 'default') continue;
    blocks.push({ is: 'code', text: `→ ${status}${schema === undefined ? '' : ` ${shapeText(schema, 0)}`}` });
  }
  return blocks;
}

function accessText(operation: Operation): string {
  const access = operation['x-access'] ?? 'login';
  if (access === 'public') return 'anybody';
  if (access === 'signed') return 'whoever signs as the connection demands';
  if (access === 'login') return 'anybody who is logged in';
  const held = (operation['x-roles'] ?? []).join(', ');
  if (access === 'metrics') return `this machine, or \`metrics.read\` (${held})`;
  return `\`${access}\` (${held})`;
}

function firstSchema(content: Content | undefined): Schema | undefined {
  return Object.values(content ?? {})[0]?.schema;
}

/** A schema as a type, the way TypeScript writes it. */
function shapeText(schema: Schema, depth: number): string {
  if (schema.$ref !== undefined) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return enumText(schema.enum);
  if (schema.anyOf !== undefined) return schema.anyOf.map((one) => shapeText(one, depth)).join(' | ');
  if (Array.isArray(schema.type))
    return schema.type.map((type: string) => shapeText({ ...schema, type }, depth)).join(' | ');
  if (schema.type === 'array') return `${shapeText(schema.items ?? {}, depth)}[]`;
  if (schema.properties !== undefined) return objectText(schema, depth);
  if (schema.type === 'object') {
    const value = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {};
    return `{ [name]: ${shapeText(value, depth)} }`;
  }
  return schema.format === 'date-time' ? 'instant' : String(schema.type ?? 'any');
}

/** Longer lists stand elsewhere: codes in the table of errors. */
function enumText(values: readonly unknown[]): string {
  return values.length > 30 ? 'code' : values.map((value) => JSON.stringify(value)).join(' | ');
}

function objectText({ properties = {}, required = [] }: Schema, depth: number): string {
  const pad = '  '.repeat(depth + 1);
  const lines = Object.entries(properties).map(([name, schema]) => {
    const note = schema.description === undefined ? '' : `  // ${schema.description}`;
    return `${pad}${name}${required.includes(name) ? '' : '?'}: ${shapeText(schema, depth + 1)}${note}`;
  });
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`;
}

function rolesBlocks(): Block[] {
  const rows = permissionNames.map((name) => {
    const { about, roles: held } = permissions[name] as { about: string; roles: readonly Role[] };
    return [`\`${name}\``, about, ...roles.map((role) => (held.includes(role) ? 'yes' : ''))];
  });
  return [
    { is: 'heading', level: 2, text: 'Roles and permissions', anchor: 'roles' },
    { is: 'text', text: 'A token may do what is among its scopes and what its owner may do at that moment.' },
    { is: 'table', head: ['Permission', 'Who has it may', ...roles], rows },
  ];
}

function errorBlocks(): Block[] {
  const blocks: Block[] = [{ is: 'heading', level: 2, text: 'Errors', anchor: 'errors' }];
  for (const code of Object.keys(errors) as ErrorCode[]) {
    const entry: ErrorEntry = errors[code];
    blocks.push({ is: 'heading', level: 3, text: code, anchor: `error-${code}` });
    blocks.push({
      is: 'text',
      text: `${entry.sentence}. ${entry.todo} Status ${entry.status}, exit code ${entry.exit}.`,
    });
  }
  return blocks;
}
