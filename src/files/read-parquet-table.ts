/** A Parquet file as a table, by DuckDB. */
import { duckdbLimitsDefault, loadDuckdb, sqlName, sqlText, withDuckdb } from './with-duckdb.ts';
import { excerpt, type Findings } from './finding.ts';
import type { Cell, Table, TableRow } from './table.ts';

export async function readParquetTable(path: string, findings: Findings): Promise<Table | undefined> {
  const columns = await describeParquet(path, findings);
  if (columns === undefined) return undefined;
  async function* batches(): AsyncGenerator<readonly TableRow[]> {
    let number = 0;
    try {
      yield* withDuckdb(duckdbLimitsDefault, async function* (connection) {
        const result = await connection.stream(
          `select ${columns!.map(parquetCell).join(', ')} from read_parquet(${sqlText(path)})`,
        );
        for await (const rows of result.yieldRows()) {
          findings.rowsIn += rows.length;
          yield rows.map((cells) => ({ row: (number += 1), cells: cells as Cell[] }));
        }
      });
    } catch (error) {
      const message = `The Parquet file is damaged after ${number} records: ${excerpt((error as Error).message)}. Write it again.`;
      findings.add({ code: 'damaged-parquet', effect: 'stopped', row: number + 1, message });
    }
  }
  return {
    kind: 'parquet',
    columns: columns.map(({ name }) => name),
    repeated: new Set(),
    batches: batches(),
  };
}

export type ParquetColumn = { readonly name: string; readonly type: string };

async function describeParquet(path: string, findings: Findings): Promise<ParquetColumn[] | undefined> {
  const { DuckDBInstance } = await loadDuckdb();
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    const read = await connection.runAndReadAll(`describe select * from read_parquet(${sqlText(path)})`);
    return read.getRows().map((row) => ({ name: String(row[0]), type: String(row[1]) }));
  } catch (error) {
    const message = `This is no whole Parquet file: ${excerpt((error as Error).message)}. Write or copy it again.`;
    findings.add({ code: 'damaged-parquet', effect: 'stopped', message });
    return undefined;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/**
 * SQL that yields a cell: exact numbers as text (decimals and 64-bit integers have no exact JavaScript number),
 * times as ISO text in UTC, everything nested as JSON text.
 */
export function parquetCell({ name, type }: ParquetColumn): string {
  const column = sqlName(name);
  if (/^(?:VARCHAR|BOOLEAN|DOUBLE|FLOAT|U?TINYINT|U?SMALLINT|INTEGER|UINTEGER)$/.test(type)) return column;
  if (/^(?:DECIMAL|U?BIGINT|HUGEINT|UUID|DATE)/.test(type)) return `${column}::varchar as ${column}`;
  // Stored instants carry no zone of their own; a time without zone keeps none.
  if (type === 'TIMESTAMP WITH TIME ZONE')
    return `strftime(${column}::timestamp, '%Y-%m-%dT%H:%M:%S.%gZ') as ${column}`;
  if (type.startsWith('TIMESTAMP'))
    return `strftime(${column}::timestamp, '%Y-%m-%d %H:%M:%S.%g') as ${column}`;
  return `to_json(${column})::varchar as ${column}`;
}
