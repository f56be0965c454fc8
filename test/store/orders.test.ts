/** What a fold writes: facts, state, open items, problems, commands and the mark, all or nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listCommands } from '../../src/store/commands.ts';
import type { CommandPlan } from '../../src/store/commands.ts';
import { allAccelerators, noAccelerators } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import { findOrdersOfSku } from '../../src/store/find-orders.ts';
import { findOrderState, listOrders } from '../../src/store/list-orders.ts';
import { claimDirtyOrders, countMarks, markOrders, wakeDueOrders } from '../../src/store/marks.ts';
import { listFacts, readOrderInputs } from '../../src/store/order-inputs.ts';
import { listProblems, listSubjectProblems } from '../../src/store/list-problems.ts';
import { workOnProblem } from '../../src/store/problems.ts';
import type { ProblemWrite } from '../../src/store/problems.ts';
import { readOpeningBalance, writeOrders } from '../../src/store/write-orders.ts';
import type { FactWrite, OpenItemWrite, OrderWrite, StateWrite } from '../../src/store/write-orders.ts';
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const orderKey = 'shop/1001';
const at = '2026-11-02T08:00:00.000Z';

const state: StateWrite = {
  connection: 'shop', number: '1001', verdict: 'pending', body: { asOf: at }, placedAt: at, currency: 'EUR',
  paidMinor: 5000, refundedMinor: 0, goneMinor: 0, stuckMinor: 0, booksMinor: 0, isReturn: true, codeVersion: 'v1',
}; // prettier-ignore

function fact(id: string, changes: Partial<FactWrite> & { readonly note?: string } = {}): FactWrite {
  return { id, type: 'money.refunded', at, system: 'psp', connection: 'psp', object: 'refund/1', ...changes };
}

function problem(id: string, changes: Partial<ProblemWrite> = {}): ProblemWrite {
  return {
    id, code: 'refund-missing', control: 'R1', severity: 2, since: at, owner: 'finance', stuckMinor: 5000,
    currency: 'EUR', body: { id }, ...changes,
  }; // prettier-ignore
}

function openItem(id: string, changes: Partial<OpenItemWrite> = {}): OpenItemWrite {
  return {
    id,
    control: 'R1',
    side: 'left',
    since: at,
    minor: 700,
    currency: 'EUR',
    body: { id },
    ...changes,
  };
}

function plan(itemId: string, changes: Partial<CommandPlan> = {}): CommandPlan {
  return {
    control: 'R1', itemId, generation: 1, kind: 'refund.create', connection: 'psp', effectKey: `${itemId}/1`,
    mode: 'approve', body: {}, ...changes,
  }; // prettier-ignore
}

function order(changes: Partial<OrderWrite> = {}): OrderWrite {
  return { orderKey, version: 0, state, facts: [], openItems: [], problems: [], commands: [], ...changes };
}

async function write(db: Database, changes: Partial<OrderWrite>): Promise<void> {
  const result = await writeOrders(db, [order(changes)], 'me');
  assert.deepEqual(result.stale, []);
}

for (const [name, switches] of Object.entries({ allAccelerators, noAccelerators })) {
  test(`${name}: facts no longer implied are retracted, the others kept as they were`, async () => {
    const db = await databases.open(switches);
    await write(db, { facts: [fact('a'), fact('b')] });
    const [before] = await listFacts(db, orderKey);
    await write(db, { version: 1, facts: [fact('a')] });
    const facts = await listFacts(db, orderKey);
    assert.deepEqual(facts.map((row) => [row.factId, row.retractedAt === null]), [['a', true], ['b', false]]); // prettier-ignore
    assert.equal(facts[0]?.recordedAt, before?.recordedAt);
    assert.equal(facts[0]?.objectKey, 'psp:refund/1');
    await write(db, { version: 2, facts: [fact('a'), fact('b', { type: 'money.captured' })] });
    const back = await listFacts(db, orderKey);
    assert.deepEqual(back.map((row) => [row.factId, row.type, row.retractedAt]), [
      ['a', 'money.refunded', null],
      ['b', 'money.captured', null],
    ]); // prettier-ignore
  });

  test(`${name}: the state is replaced and its version grows by one`, async () => {
    const db = await databases.open(switches);
    await write(db, {});
    await write(db, {
      version: 1,
      state: { ...state, verdict: 'closed', closedAt: at, refundedMinor: 5000 },
    });
    const stored = await findOrderState(db, orderKey);
    assert.deepEqual(
      [stored?.version, stored?.verdict, stored?.closedAt, stored?.refundedMinor, stored?.placedAt],
      [2, 'closed', at, 5000, at],
    );
  });

  test(`${name}: a stale version is refused whole and stays marked; others of the batch are written`, async () => {
    const db = await databases.open(switches);
    await write(db, { facts: [fact('a')] });
    await markOrders(db, [orderKey, 'shop/1002']);
    const marks = await claimDirtyOrders(db, { holder: 'me', limit: 10, leaseMs: 60_000 });
    const stampOf = (key: string): string => marks.find((mark) => mark.orderKey === key)!.stamp;
    const late = order({ stamp: stampOf(orderKey), facts: [fact('z')], problems: [problem('p')], commands: [plan('i')] });
    const other = order({ orderKey: 'shop/1002', stamp: stampOf('shop/1002'), facts: [fact('y')] });
    const result = await writeOrders(db, [late, other], 'me');
    assert.deepEqual(result, { written: ['shop/1002'], stale: [orderKey] });
    assert.deepEqual((await listFacts(db, orderKey)).map((row) => row.factId), ['a']);
    assert.deepEqual(await listSubjectProblems(db, [orderKey]), []);
    assert.deepEqual(await listCommands(db, [orderKey]), []);
    assert.equal((await countMarks(db)).orders, 1);
  }); // prettier-ignore

  test(`${name}: problems are resolved when no longer found, and reopen`, async () => {
    const db = await databases.open(switches);
    await write(db, { problems: [problem('p'), problem('q')] });
    await write(db, { version: 1, problems: [problem('q')] });
    const byId = async (): Promise<ReadonlyMap<string, { isOpen: boolean; reopened: number }>> =>
      new Map(
        (await listSubjectProblems(db, [orderKey])).map((row) => [
          row.problemId,
          { isOpen: row.resolvedAt === null, reopened: row.reopenedCount },
        ]),
      );
    assert.deepEqual((await byId()).get('p'), { isOpen: false, reopened: 0 });
    assert.deepEqual((await byId()).get('q'), { isOpen: true, reopened: 0 });
    await write(db, { version: 2, problems: [problem('p'), problem('q')] });
    assert.deepEqual((await byId()).get('p'), { isOpen: true, reopened: 1 });
    assert.deepEqual((await byId()).get('q'), { isOpen: true, reopened: 0 });
  });

  test(`${name}: open items that are gone are deleted`, async () => {
    const db = await databases.open(switches);
    await write(db, { openItems: [openItem('a', { isOpening: true }), openItem('b', { isOpening: true })] });
    await write(db, { version: 1, openItems: [openItem('b', { isOpening: true }), openItem('c')] });
    const [line, ...others] = await readOpeningBalance(db);
    assert.deepEqual([line?.count, line?.minor, others.length], [1, 700, 0]);
  });

  test(`${name}: a change while an order is folded keeps its mark, and frees it`, async () => {
    const db = await databases.open(switches);
    await markOrders(db, [orderKey]);
    const [mark] = await claimDirtyOrders(db, { holder: 'me', limit: 1, leaseMs: 60_000 });
    await markOrders(db, [orderKey]);
    await write(db, { stamp: mark!.stamp });
    const [again] = await claimDirtyOrders(db, { holder: 'you', limit: 1, leaseMs: 60_000 });
    assert.equal(again?.orderKey, orderKey);
    await write(db, { version: 1, stamp: again!.stamp });
    assert.equal((await countMarks(db)).orders, 0);
  });

  test(`${name}: a marked order is claimed by one holder at a time`, async () => {
    const db = await databases.open(switches);
    const keys = Array.from({ length: 12 }, (_, index) => `shop/${index}`);
    await markOrders(db, keys);
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((holder) => claimDirtyOrders(db, { holder, limit: 12, leaseMs: 60_000 })),
    );
    const claimed = claims.flat().map((mark) => mark.orderKey);
    assert.equal(new Set(claimed).size, claimed.length);
    assert.deepEqual(
      await claimDirtyOrders(db, { holder: 'd', limit: 1, leaseMs: 1, without: ['shop'] }),
      [],
    );
  });

  test(`${name}: planned commands no longer wanted are withdrawn`, async () => {
    const db = await databases.open(switches);
    await write(db, { commands: [plan('a'), plan('b', { mode: 'auto' })] });
    await write(db, { version: 1, commands: [] });
    const statuses = (await listCommands(db, [orderKey])).map((row) => row.status);
    assert.deepEqual(statuses, ['withdrawn', 'withdrawn']);
  });
}

test('what people did to a problem outlives a fold, and a resolution falls when it reopens', async () => {
  const db = await databases.open();
  await write(db, { problems: [problem('p')] });
  const [found] = await listSubjectProblems(db, [orderKey]);
  await workOnProblem(db, found!, { team: 'ops', remedy: 'call', resolution: 'accepted' });
  await write(db, { version: 1, problems: [problem('p', { severity: 1, body: { id: 'p', more: 1 } })] });
  const [worked] = await listSubjectProblems(db, [orderKey]);
  assert.deepEqual([worked?.team, worked?.remedy, worked?.severity], ['ops', 'call', 1]);
  assert.equal(worked?.resolution, null);
  assert.equal((await listProblems(db, { team: 'ops' })).rows.length, 1);
  assert.equal((await listProblems(db, { team: 'finance' })).rows.length, 0);
});

test('an unchanged problem keeps its version, so an open form stays valid', async () => {
  const db = await databases.open();
  await write(db, { problems: [problem('p')] });
  await write(db, { version: 1, problems: [problem('p')] });
  const [found] = await listSubjectProblems(db, [orderKey]);
  assert.equal(found?.version, 1);
  assert.equal(await workOnProblem(db, found!, { team: 'ops' }), 2);
  assert.equal(await workOnProblem(db, found!, { team: 'support' }), undefined, 'the form is stale now');
});

test('orders are woken when their next due time has come, once', async () => {
  const db = await databases.open();
  await write(db, { state: { ...state, nextDueAt: '2026-11-05T00:00:00.000Z' } });
  assert.deepEqual(await wakeDueOrders(db, '2026-11-04T00:00:00Z', 10), []);
  assert.deepEqual(await wakeDueOrders(db, '2026-11-05T00:00:00Z', 10), [orderKey]);
  assert.deepEqual(await wakeDueOrders(db, '2026-11-05T00:00:00Z', 10), []);
});

test('inputs say the version to write against', async () => {
  const db = await databases.open();
  assert.equal((await readOrderInputs(db, [orderKey]))[0]?.version, 0);
  await write(db, {});
  assert.equal((await readOrderInputs(db, [orderKey]))[0]?.version, 1);
});

test('orders of an item come newest first, whether it is rare or common', async () => {
  const db = await databases.open();
  const sold = (number: string, placedAt: string | undefined, sku: string, isReturn = true): OrderWrite => {
    const { placedAt: _, ...rest } = state;
    return order({
      orderKey: `shop/${number}`,
      state: { ...rest, number, isReturn, body: { asOf: at, units: [{ sku: 'HAT' }, { sku }] }, ...(placedAt !== undefined && { placedAt }) },
    });
  };
  const orders = [
    sold('1', '2026-11-01T08:00:00.000Z', 'LAMP'), sold('2', '2026-11-03T08:00:00.000Z', 'LAMP'), sold('3', undefined, 'LAMP'),
    sold('4', '2026-11-02T08:00:00.000Z', 'LAMP'), sold('5', '2026-11-05T08:00:00.000Z', 'SHOE'), sold('6', '2026-11-06T08:00:00.000Z', 'LAMP', false), sold('7', '2026-11-02T08:00:00.000Z', 'LAMP'),
  ];
  await writeOrders(db, orders, 'a');
  for (const someMax of [0, 2, 5, 2000]) {
    assert.deepEqual(await findOrdersOfSku(db, 'LAMP', 10, someMax), ['shop/2', 'shop/7', 'shop/4', 'shop/1', 'shop/3'], String(someMax));
    assert.deepEqual(await findOrdersOfSku(db, 'LAMP', 2, someMax), ['shop/2', 'shop/7'], String(someMax));
  }
  assert.deepEqual(await findOrdersOfSku(db, 'LAM', 10), []);
}); // prettier-ignore

test('pages of orders hold every order once, those without a date last', async () => {
  const db = await databases.open();
  const { placedAt: _placedAt, ...undated } = state;
  const writes = Array.from({ length: 7 }, (_, index) =>
    order({
      orderKey: `shop/${index}`,
      state: index === 3 ? { ...undated, number: '3' } : { ...state, number: String(index) },
    }),
  );
  await writeOrders(db, writes, 'me');
  const seen: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await listOrders(db, { limit: 2, ...(cursor !== undefined && { cursor }) });
    seen.push(...page.rows.map((row) => row.number));
    if (page.next === undefined) break;
    cursor = page.next;
  }
  assert.deepEqual(seen, ['6', '5', '4', '2', '1', '0', '3']);
  await assert.rejects(listOrders(db, { cursor: 'made-up' }), RangeError);
});
