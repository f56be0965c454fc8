/**
 * Runs all rows for some connectors and compares the table with the documentation; a server that somebody gave for one
 * run (`isOnce`) has no column there.
 */
import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { rows } from './rows.ts';
import type { Subject } from './subject.ts';
import { type Cell, type Table, renderTable, updatePage } from './table.ts';

export function runSuite(
  subjects: Readonly<Record<string, () => Promise<Subject>>>,
  skip: string | false,
  { isOnce = false }: { readonly isOnce?: boolean } = {},
): void {
  const table: Table = new Map();
  for (const [name, start] of Object.entries(subjects)) {
    void describe(`conformance of ${name}`, { skip }, () => {
      let subject: Subject | undefined;
      after(() => subject?.close());
      for (const row of rows) {
        void it(row.name, async () => {
          subject ??= await start();
          const cells = table.get(row.name) ?? new Map<string, Cell>();
          table.set(row.name, cells.set(name, 'failed'));
          cells.set(name, await row.run(subject));
        });
      }
    });
  }
  if (isOnce) return;
  void describe('the table', { skip }, () => {
    void it('is the one in docs/reference/connectors.md (UPDATE_DOCS=1 writes it)', () => {
      console.log(renderTable(table));
      const { wanted, present } = updatePage(table);
      assert.equal(present, wanted);
    });
  });
}
