import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import {
  writeFinance,
  type AccountWrite,
  type FinanceWrite,
  type ItemWrite,
} from '../../src/store/write-accounts.ts';
import { writeDesk, type HeldWrite, type ReturnWrite } from '../../src/store/order-returns.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const at = '2026-12-01T08:00:00.000Z';
/** Order by order rows are written beside the order's state, and always anew: `orders.test.ts` writes both. */
const skipped = 'here orders are written one by one, without a look';

const posting = (amount: number, sku?: string): AccountWrite['postings'][number] => ({
  side: 'left',
  at,
  amount,
  fact: `fact-${amount}`,
  ...(sku !== undefined && { sku }),
});
const account = (control: string, postings: AccountWrite['postings']): AccountWrite => ({
  control,
  unit: 'money',
  currency: 'EUR',
  left: postings.reduce((sum, { amount }) => sum + amount, 0),
  right: 0,
  unexplained: 0,
  rounding: 0,
  since: at,
  postings,
});
const item = (sku: string, sold: number): ItemWrite => ({
  sku, name: undefined, unitCost: undefined, currency: 'EUR', sold, received: 0, restored: 0, writtenOff: 0, refunded: 0, unshipped: 0, gross: 5990,
  tax: 956, refundedGross: 0, refundedTax: 0,
}); // prettier-ignore
const order = (
  orderKey: string,
  accounts: readonly AccountWrite[],
  items: readonly ItemWrite[],
): FinanceWrite => ({
  orderKey,
  placedAt: at,
  accounts,
  items,
});

/** All rows of the three tables without `more`; `xmin` is the transaction that wrote a row, `xmax` one that locked it. */
async function rowsOf(db: Database, more = ''): Promise<readonly unknown[]> {
  const tables = ['order_accounts', 'account_postings', 'order_items'];
  const rows = await Promise.all(
    tables.map(
      async (table) => (await db.pool.query(`select t.*${more} from ${table} t order by 1, 2, 3, 4`)).rows,
    ),
  );
  return rows.flat();
}

test('accounts and items that stay as they are are not touched; what changed, went or was lost is put right', async (t) => {
  const db = await databases.open();
  if (!db.switches.batches) return t.skip(skipped);
  const write = (known: readonly string[], ...writes: readonly FinanceWrite[]): Promise<void> =>
    db.transaction((tx) => writeFinance(tx, known, writes));
  const one = order('shop/1', [account('refund-settled', [posting(500, 'SHOE'), posting(490)])], [item('SHOE', 1), item('HAT', 2)]); // prettier-ignore
  const two = order('shop/2', [account('refund-settled', [posting(100)])], [item('SHOE', 1)]);
  const both = ['shop/1', 'shop/2'];
  await write([], one, two);
  const [before, written] = [await rowsOf(db), await rowsOf(db, ', xmin::text, xmax::text')];
  assert.equal(before.length, 2 + 3 + 3);
  await write(both, one, two);
  assert.deepEqual(await rowsOf(db), before);
  assert.deepEqual(await rowsOf(db, ', xmin::text, xmax::text'), written);

  // A posting less, an amount and an item that differ, an account more; the other order is not asked for.
  const changed = order(
    'shop/1',
    [account('refund-settled', [posting(500, 'SHOE')]), account('restocked', [posting(7)])],
    [item('SHOE', 3)],
  );
  await write(['shop/1'], changed);
  const fresh = await databases.open();
  await fresh.transaction((tx) => writeFinance(tx, [], [changed, two]));
  assert.deepEqual(await rowsOf(db), await rowsOf(fresh), 'as if it had been written so from the beginning');

  await db.pool.query(
    "delete from account_postings where amount = 7; update order_items set sold = 9 where order_key = 'shop/2'",
  );
  await write(both, changed, two);
  assert.deepEqual(await rowsOf(db), await rowsOf(fresh), 'what was lost or bent comes back');
  await write(both, two);
  assert.deepEqual(await rowsOf(db), (await rowsOf(fresh)).filter((row) => (row as { order_key: string }).order_key === 'shop/2')); // prettier-ignore
});

test('two rows of one key are an error, and no row is lost without a word', async (t) => {
  const db = await databases.open();
  if (!db.switches.batches) return t.skip(skipped);
  const twice = order('shop/1', [], [item('SHOE', 1), item('SHOE', 2)]);
  for (const known of [[], ['shop/1']])
    await assert.rejects(
      db.transaction((tx) => writeFinance(tx, known, [twice])),
      /order-item-exists|order_items_pkey/,
    );
  assert.deepEqual(await rowsOf(db), []);
});

test('goods of one item that the desk holds, and then the ERP as well, are two rows; returns are replaced alike', async (t) => {
  const db = await databases.open();
  if (!db.switches.batches) return t.skip(skipped);
  const held = (heldBy: 'desk' | 'erp', units: number): HeldWrite => ({ sku: 'SHOE', rma: 'RMA-1', units, since: at, heldBy, body: { units } }); // prettier-ignore
  const back = (stage: string, legalOn?: string): ReturnWrite => ({ rma: 'RMA-1', kind: 'return', stage, openedAt: at, isWithheld: false, body: { stage }, ...(legalOn !== undefined && { legalOn }) }); // prettier-ignore
  const write = (known: readonly string[], returns: readonly ReturnWrite[], ...goods: readonly HeldWrite[]): Promise<void> =>
    db.transaction((tx) => writeDesk(tx, known, [{ orderKey: 'shop/1', returns, held: goods }])); // prettier-ignore
  const stored = async (more = ''): Promise<readonly unknown[]> => [
    ...(await db.pool.query(`select held_by, units::int${more} from held_goods t order by 1`)).rows,
    ...(await db.pool.query(`select stage, legal_on${more} from order_returns t`)).rows,
  ];
  const known = ['shop/1'];
  await write([], [back('requested', '2026-12-15')], held('desk', 1));
  const first = await stored(', xmin::text');
  await write(known, [back('requested', '2026-12-15')], held('desk', 1), held('erp', 2));
  const [desk, erp, one] = await stored(', xmin::text');
  assert.deepEqual([desk, one], first);
  assert.equal((erp as { readonly units: number }).units, 2);
  await write(known, [back('received')], held('desk', 3), held('erp', 2));
  assert.deepEqual(await stored(), [
    { held_by: 'desk', units: 3 },
    { held_by: 'erp', units: 2 },
    { stage: 'received', legal_on: null },
  ]);
  await write(known, [], held('erp', 2));
  assert.deepEqual(await stored(), [{ held_by: 'erp', units: 2 }]);
});
