/**
 * Small changes of a source file that its tests should notice: operators, conditions, constants, returns, removed
 * statements. Types, strings and documentation are left alone.
 */
import { parseSync } from 'oxc-parser';

/** Replace `source.slice(start, end)` with `text`. */
export type Mutant = {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly line: number;
  readonly what: string;
};

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<
  Record<string, unknown>
>;

const swaps: Readonly<Record<string, string>> = {
  '<': '<=', '<=': '<', '>': '>=', '>=': '>', '===': '!==', '!==': '===', '+': '-', '-': '+', '*': '/', '/': '*',
  '%': '*', '&&': '||', '||': '&&', '+=': '-=', '-=': '+=', '++': '--', '--': '++',
}; // prettier-ignore
const methods: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' };

/** All mutants of one file, in order of their place. */
export function listMutants(file: string, source: string): Mutant[] {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file}: ${errors[0]!.message}`);
  const mutants: Mutant[] = [];
  const add = (start: number, end: number, text: string): void => {
    if (source.slice(start, end) === text) return;
    const line = source.slice(0, start).split('\n').length;
    const was = source.slice(start, end).replaceAll(/\s+/g, ' ');
    const what = `${was.length > 60 ? `${was.slice(0, 59)}…` : was} → ${text === '' ? 'nothing' : text}`;
    mutants.push({ file, start, end, text, line, what });
  };
  visit(program as unknown as Node, source, add);
  return mutants.sort((left, right) => left.start - right.start || left.end - right.end);
}

type Add = (start: number, end: number, text: string) => void;

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** TypeScript's own expressions hold an expression; its types hold nothing that runs. */
const transparent = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

function visit(node: Node, source: string, add: Add): void {
  if (node.type.startsWith('TS') && !transparent.has(node.type)) return;
  mutate(node, source, add);
  for (const [key, value] of Object.entries(node)) {
    if (
      key === 'typeAnnotation' ||
      key === 'returnType' ||
      key === 'typeParameters' ||
      key === 'typeArguments'
    )
      continue;
    if (isNode(value)) visit(value, source, add);
    else if (Array.isArray(value)) for (const one of value) if (isNode(one)) visit(one, source, add);
  }
}

function mutate(node: Node, source: string, add: Add): void {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression':
      swapOperator(node, source, add);
      break;
    case 'UpdateExpression':
      if (node['prefix'] !== true) add(node.end - 2, node.end, swaps[String(node['operator'])]!);
      break;
    case 'UnaryExpression':
      if (node['operator'] === '!' || node['operator'] === '-') add(node.start, node.start + 1, '');
      break;
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
      forceTest(node['test'] as Node, node.type !== 'WhileStatement', add);
      break;
    case 'Literal':
      if (typeof node['value'] === 'number') add(node.start, node.end, String(Number(node['value']) + 1));
      else if (typeof node['value'] === 'boolean') add(node.start, node.end, String(node['value'] !== true));
      break;
    case 'ReturnStatement':
      if (isNode(node['argument'])) add(node['argument'].start, node['argument'].end, 'undefined');
      break;
    case 'ContinueStatement':
    case 'BreakStatement':
      if (node.type === 'ContinueStatement') add(node.start, node.end, ';');
      break;
    case 'ExpressionStatement':
      if (node['directive'] === undefined) add(node.start, node.end, ';');
      break;
    case 'CallExpression':
      swapMethod(node['callee'] as Node, add);
      break;
  }
}

function swapOperator(node: Node, source: string, add: Add): void {
  const [left, right] = [node['left'] as Node, node['right'] as Node];
  const operator = String(node['operator']);
  const start = left.end + source.slice(left.end, right.start).indexOf(operator);
  if (operator === '??') add(left.end, node.end, '');
  const isText = [left, right].some(
    (side) => side.type === 'TemplateLiteral' || typeof side['value'] === 'string',
  );
  const swap = swaps[operator];
  if (swap !== undefined && !(operator === '+' && isText)) add(start, start + operator.length, swap);
}

/** Only conditions that are not themselves an operator whose swap says the same. */
function forceTest(test: Node, both: boolean, add: Add): void {
  add(test.start, test.end, 'false');
  if (both) add(test.start, test.end, 'true');
}

function swapMethod(callee: Node, add: Add): void {
  if (callee.type !== 'MemberExpression' || callee['computed'] === true) return;
  const property = callee['property'] as Node;
  const swap = methods[String(property['name'])];
  if (swap !== undefined) add(property.start, property.end, swap);
}
