/** NDJSON as a table: one object per line, nested fields as `customer.id`; columns from the first thousand lines. */
import { excerpt, type Findings } from './finding.ts';
import { readLatin1, type FileHead } from './open-bytes.ts';
import type { Cell, Table, TableRow } from './table.ts';

const lineCharsMax = 4_000_000;
const sampleLines = 1000;

type Line = { readonly line: number; readonly text: string };

export async function readNdjsonTable(path: string, head: FileHead, findings: Findings): Promise<Table> {
  const source = readLines(readLatin1(path, head, findings), findings);
  const first: Flat[] = [];
  while (first.length < sampleLines) {
    const next = await source.next();
    if (next.done === true) break;
    first.push(...next.value.flatMap((line) => parseLine(line, findings) ?? []));
  }
  const columns = [...new Set(first.flatMap(({ fields }) => [...fields.keys()]))];
  const places = new Map(columns.map((name, at) => [name, at]));
  const toRow = ({ line, fields }: Flat): TableRow => {
    const cells = Array.from<Cell>({ length: columns.length }).fill(null);
    for (const [name, value] of fields) {
      const at = places.get(name);
      if (at !== undefined) cells[at] = value;
      else {
        const message = `The field appears first after line ${sampleLines}; it is not read. Name it in the mapping's file or sort such lines up.`;
        findings.add({ code: 'late-field', effect: 'note', row: line, column: name, message });
      }
    }
    return { row: line, cells };
  };
  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    yield first.map(toRow);
    for await (const lines of source)
      yield lines.flatMap((line) => parseLine(line, findings) ?? []).map(toRow);
  }
  return { kind: `ndjson${head.gzip ? ' gzip' : ''}`, columns, repeated: new Set(), batches: batches() };
}

async function* readLines(pieces: AsyncIterable<string>, findings: Findings): AsyncGenerator<Line[]> {
  let rest = '';
  let number = 0;
  for await (const piece of pieces) {
    const parts = (rest + piece).split('\n');
    rest = parts.pop()!;
    yield parts.map((text) => ({ line: (number += 1), text }));
    if (rest.length > lineCharsMax) {
      const message =
        'This line is longer than 4 MB: a hole in the file, or JSON that is not one object per line. Reading ended here.';
      findings.rowsIn += 1;
      findings.add({ code: 'record-too-long', effect: 'stopped', row: number + 1, message });
      return;
    }
  }
  if (rest.trim() !== '') yield [{ line: number + 1, text: rest }];
}

type Flat = { readonly line: number; readonly fields: Map<string, Cell> };

function parseLine({ line, text }: Line, findings: Findings): Flat[] | undefined {
  if (text.trim() === '') return undefined;
  findings.rowsIn += 1;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(text, 'latin1').toString('utf8'));
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    const column = at === undefined ? '1' : String(Number(at) + 1);
    const message = `The line is no JSON from character ${column} on ("${excerpt(text.slice(Math.max(0, Number(column) - 20), Number(column) + 20))}"); it was set aside.`;
    findings.add({ code: 'bad-json', effect: 'set-aside', row: line, column, message });
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const message = 'The line is JSON but no object; it was set aside. One object per line is expected.';
    findings.add({ code: 'bad-json', effect: 'set-aside', row: line, column: '1', message });
    return undefined;
  }
  const fields = new Map<string, Cell>();
  flatten(value, '', fields);
  return [{ line, fields }];
}

/** Lists stay JSON text: a table has no place for them. */
function flatten(value: object, prefix: string, into: Map<string, Cell>): void {
  for (const [name, each] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof each === 'object' && each !== null && !Array.isArray(each)) flatten(each, path, into);
    else if (Array.isArray(each)) into.set(path, JSON.stringify(each));
    else into.set(path, each as Cell);
  }
}
