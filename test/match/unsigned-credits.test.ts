/** Credit notes as most programs write them: what they take back has no sign, or has it on the price. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { reconcileCredits } from '../../src/files/reconcile-credits.ts';

const mapping: unknown = JSON.parse(
  readFileSync(new URL('../../mappings/online-retail.json', import.meta.url), 'utf8'),
);

/** Two sales of one customer and a credit note; `quantity` and `price` of its lines. */
async function told(lines: readonly (readonly [quantity: number, price: number])[]): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'reentry-credits-'));
  try {
    const path = join(folder, 'sales.csv');
    const rows = [
      'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
      '536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850,UK',
      '536370,71053,LANTERN,8,2010-12-02 08:26:00,3.39,17850,UK',
      ...lines.map(([quantity, price], i) => `C536379,${['85123A', '71053'][i]!},BACK,${quantity},2010-12-03 09:41:00,${price},17850,UK`),
    ]; // prettier-ignore
    writeFileSync(path, `${rows.join('\n')}\n`);
    const { credits, totals } = await reconcileCredits(path, mapping);
    return [credits.map(({ status, line }) => [status, line.quantity, line.amount]), totals.credits.minor];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('credit notes without a sign, or with it on the price, take back what those with one do', async () => {
  const signed = await told([[-1, 2.55], [-2, 3.39]]); // prettier-ignore
  assert.deepEqual(signed, [[['ambiguous', -1, -255], ['ambiguous', -2, -678]], -933]); // prettier-ignore
  assert.deepEqual(await told([[1, 2.55], [2, 3.39]]), signed); // prettier-ignore
  assert.deepEqual(await told([[1, -2.55], [2, -3.39]]), signed); // prettier-ignore
});

test('where credit lines have signs they are believed: one without takes nothing back', async () => {
  const [lines] = (await told([[-1, 2.55], [2, 3.39]])) as [unknown[][]]; // prettier-ignore
  assert.deepEqual(
    lines.map(([, quantity]) => quantity),
    [-1, 2],
  );
});
