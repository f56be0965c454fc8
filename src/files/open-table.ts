/** Opens any file that people have as a table: what it is is told from its content, not from its name. */
import type { Findings } from './finding.ts';
import { readCamtTable } from './read-camt-table.ts';
import { readCsvTable } from './read-csv-table.ts';
import { readNdjsonTable } from './read-ndjson-table.ts';
import { readHead, readLatin1, type FileHead } from './open-bytes.ts';
import { readParquetTable } from './read-parquet-table.ts';
import { readXlsxTable } from './read-xlsx-table.ts';
import type { Table, TableOptions } from './table.ts';

export type FileFormat = 'csv' | 'xlsx' | 'parquet' | 'ndjson' | 'camt.053';

const foreign: readonly (readonly [magic: string, what: string])[] = [
  ['\u00d0\u00cf\u0011\u00e0', 'an old Excel workbook (.xls) or a password-protected one. Save it as XLSX without a password'],
  ['%PDF', 'a PDF. Export the table as CSV or XLSX'],
  ['Rar!', 'a RAR archive. Unpack it first'],
  ['7z\u00bc\u00af', 'a 7z archive. Unpack it first'],
  ['\u0089PNG', 'an image. Export the table as CSV or XLSX'],
  ['\u00ff\u00d8\u00ff', 'an image. Export the table as CSV or XLSX'],
  ['<!DOCTYPE html', 'a web page, often the login page of an export whose link has expired. Export it again'],
  ['<html', 'a web page, often the login page of an export whose link has expired. Export it again'],
]; // prettier-ignore

/** Format by the first bytes; undefined, with a finding, for what is no table. */
export function detectFormat(head: FileHead, findings: Findings): FileFormat | undefined {
  const text = head.bytes.subarray(0, 4096).toString('latin1').replace(/^\u00ef\u00bb\u00bf/, ''); // prettier-ignore
  if (head.size === 0 || text.trim() === '') {
    const message = head.size === 0 ? 'The file is empty (0 bytes).' : 'The file holds nothing but blanks.';
    findings.add({ code: 'empty-file', effect: 'stopped', row: 1, message });
    return undefined;
  }
  const start = text.trimStart();
  for (const [magic, what] of foreign) {
    if (!start.toLowerCase().startsWith(magic.toLowerCase())) continue;
    findings.add({ code: 'foreign-format', effect: 'stopped', row: 1, message: `This is ${what}.` });
    return undefined;
  }
  if (text.startsWith('PK\u0003\u0004') || text.startsWith('PK\u0005\u0006')) return 'xlsx';
  if (text.startsWith('PAR1')) return 'parquet';
  if (start.startsWith('<?xml') || start.startsWith('<Document')) {
    if (/camt\.05[234]/.test(text)) return 'camt.053';
    const message =
      'This is XML but no CAMT.052, .053 or .054 bank statement. Export as CAMT.053, CSV or XLSX.';
    findings.add({ code: 'foreign-format', effect: 'stopped', row: 1, message });
    return undefined;
  }
  if (start.startsWith('{')) return 'ndjson';
  if (start.startsWith('[')) {
    const message =
      'This is one JSON list. Write one object per line (NDJSON), for example with jq -c ".[]".';
    findings.add({ code: 'foreign-format', effect: 'stopped', row: 1, message });
    return undefined;
  }
  return 'csv';
}

/** Opens the file; undefined, with a finding, where nothing of it can be read. Throws the file system's errors. */
export async function openTable(
  path: string,
  findings: Findings,
  options: TableOptions = {},
): Promise<Table | undefined> {
  const head = await readHead(path);
  switch (detectFormat(head, findings)) {
    case 'csv':
      return readCsvTable(path, head, findings, options);
    case 'ndjson':
      return readNdjsonTable(path, head, findings);
    case 'xlsx':
      return readXlsxTable(path, findings, options);
    case 'parquet':
      return readParquetTable(path, findings);
    case 'camt.053':
      return readCamtTable(readRaw(path, head, findings), findings);
    case undefined:
      return undefined;
  }
}

async function* readRaw(path: string, head: FileHead, findings: Findings): AsyncGenerator<Buffer> {
  // Latin-1 pieces are the bytes themselves; gzip is undone, a cut archive becomes a finding.
  for await (const piece of readLatin1(path, head, findings)) yield Buffer.from(piece, 'latin1');
}
