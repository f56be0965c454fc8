/** Commands from end to end: the real engine and connectors against shop, ERP, helpdesk and gateway. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBreakers } from '../../src/engine/circuit-breaker.ts';
import {
  dispatchCommands,
  dispatchLeaseMs,
  type DispatchFailpoint,
} from '../../src/engine/dispatch-commands.ts';
import type { SteppedReturn } from '../../src/sandbox/life/step-return.ts';
import { approveCommand, decideCommand, listAttempts, type Command } from '../../src/store/commands.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { statement } from '../../src/store/database.ts';
import { findOrderState } from '../../src/store/list-orders.ts';
import { readClock, type ReadStamp } from '../../src/store/leases.ts';
import { listSubjectProblems } from '../../src/store/list-problems.ts';
import { findSweepCursors } from '../../src/store/sweep-cursors.ts';
import type { Executed, Probe } from '../../src/connectors/live-contract.ts';
import { defaultPolicy, type Policy } from '../../src/kernel/policy.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openDispatchWorld, policyIn, type DispatchWorld } from './dispatch-world.ts';

const databases = useTestDatabases();
const sku = 'LOCK-90';
const minute = 60_000;

/** Whether each sweep began after the instant and ended later than it began. In the database: a run can take less than a millisecond. */
const listRuns = statement<{ readonly name: string; readonly isRun: boolean }, [string, ReadStamp]>(
  'test-list-runs',
  'reference',
  `select name, coalesce(started_at >= $2::timestamptz and started_at < finished_at, false) as "isRun"
   from sweep_cursors where connection = $1`,
);

const keyOf = (order: SteppedReturn): string => `shop/${order.placed.order.id}`;
const told = (commands: readonly Command[]): string[] => commands.map((one) => `${one.kind} ${one.status}`);
const codesOf = async (world: DispatchWorld, order: SteppedReturn): Promise<string[]> =>
  (await listSubjectProblems(world.db, [keyOf(order)])).filter((row) => row.resolvedAt === null).map((row) => row.code).sort(); // prettier-ignore

/** Units of the item that stand in saleable stock in the ERP. */
const stockOf = (world: DispatchWorld): number => {
  const { database } = world.sandbox.company.odoo;
  return database
    .search('stock.quant', [['location_id', 'in', [8, 19]], ['product_id.default_code', '=', sku]])
    .reduce((sum, quant) => sum + database.number('stock.quant', quant.id, 'quantity'), 0); // prettier-ignore
};

/** Dispatches through pauses until nothing is left that could move by itself. */
async function dispatchFor(world: DispatchWorld, rounds: number, stepMs = minute): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await world.dispatchAll();
    await world.passTime(stepMs);
  }
}

/** One batch by somebody to whom every connection seems well. */
const dispatchOnce = (
  { db, engine }: DispatchWorld,
  options: Partial<Parameters<typeof dispatchCommands>[2]> = {},
  policy: Policy = engine.context().policy,
): Promise<number> =>
  dispatchCommands(db, { ...engine.context(), policy }, {
    holder: 'once', signal: new AbortController().signal, breakers: createBreakers({ now: () => performance.now() }), random: () => 0.5, ...options,
  }); // prettier-ignore

/** One unit back in the inspection, refunded; nobody has graded it. */
async function oneBack(world: DispatchWorld): Promise<SteppedReturn> {
  const order = world.stepReturn({ [sku]: 2 }, { [sku]: 1 });
  order.approve();
  order.announce('inspection');
  await world.sandbox.advance({ days: 1 });
  order.receive();
  await order.refund();
  return order;
}

describe('goods, books and the case, each once and in this order', () => {
  let world: DispatchWorld;
  before(async () => {
    world = await openDispatchWorld(databases, policyIn('auto', { 'entitled-refunded': 'watch', 'resolved-closed': 'watch' }));
  }); // prettier-ignore
  after(() => world.close());

  test('units counted and graded are restored in the ERP, then in the shop, credited, and the ticket is closed', async () => {
    const order = await oneBack(world);
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    assert.deepEqual(told(await world.commandsOf(order)), ['draft-credit-note approved'], 'no grade, no stock command');
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 4 });
    const stock = stockOf(world);
    await world.catchUp();
    await dispatchFor(world, 2);
    await world.sandbox.advance({ hours: 2 });
    await world.catchUp();
    await dispatchFor(world, 2);
    const commands = await world.commandsOf(order);
    assert.equal(stockOf(world), stock + 1);
    const done = [...commands].filter((one) => one.status === 'confirmed').sort((a, b) => (a.endedAt! < b.endedAt! ? -1 : 1));
    assert.deepEqual(done.map((one) => one.kind), ['restore-stock', 'draft-credit-note', 'restock-shop']);
    for (const one of done) assert.match(one.effectFactId ?? '', /#(?:stock\.moved|credit_note\.drafted)/);
    assert.deepEqual(await codesOf(world, order), ['credit-note-left-draft'], 'a person posts it');
    const { database } = world.sandbox.company.odoo;
    for (const draft of database.search('account.move', [['move_type', '=', 'out_refund'], ['state', '=', 'draft']]))
      await database.model('account.move').methods!['action_post']!({ database, ids: [draft.id], args: [], kwargs: {}, context: {} });
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    await dispatchFor(world, 3);
    assert.deepEqual((await world.commandsOf(order)).filter((one) => one.kind === 'resolve-case').map((one) => one.status), ['confirmed']);
    assert.equal((await findOrderState(world.db, keyOf(order)))?.verdict, 'closed');
  }); // prettier-ignore

  test('through a cut line, an error after the deed and one before it the receipt is posted once', async () => {
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    const stock = stockOf(world);
    const { faults } = world.sandbox;
    const match = /button_validate/;
    faults.add({ on: 'odoo', kind: 'error_before', match, times: 1 });
    faults.add({ on: 'odoo', kind: 'lands_late', match, times: 1, reads: 3 });
    faults.add({ on: 'odoo', kind: 'error_after', match, times: 1 });
    await dispatchFor(world, 12, 3 * minute);
    faults.clear();
    const [restore] = (await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock');
    assert.equal(restore?.status, 'confirmed');
    assert.equal(stockOf(world), stock + 1);
    const attempts = await listAttempts(world.db, restore!);
    assert.ok(attempts.filter((one) => one.outcome === 'unknown').length >= 2, 'twice nobody knew');
    assert.equal((await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock').length, 1);
  });

  test('what staff did meanwhile is not done again', async () => {
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    const planned = (await world.commandsOf(order)).find((one) => one.kind === 'restore-stock');
    assert.equal(planned?.status, 'approved');
    order.putAway();
    const stock = stockOf(world);
    await dispatchFor(world, 2);
    const restore = (await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock');
    assert.deepEqual(restore.map((one) => [one.status, one.sentAt, (one.outcome as { is: string }).is]), [['withdrawn', null, 'not-wanted']]);
    assert.equal(stockOf(world), stock);
  }); // prettier-ignore

  test('a check whose mode is lowered sends nothing more, neither what waits nor what failed before', async () => {
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    const stock = stockOf(world);
    const restores = async (): Promise<string[]> =>
      (await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock').map((one) => `${one.mode} ${one.status}`);
    const policyOf = (mode: 'suggest' | 'approve') =>
      policyIn(mode, { 'entitled-refunded': 'watch', 'resolved-closed': 'watch' });
    assert.deepEqual(await restores(), ['auto approved']);
    // The mode is lowered while it waits, and nothing has been folded since.
    await dispatchOnce(world, {}, policyOf('suggest'));
    assert.deepEqual(await restores(), ['auto withdrawn']);
    await world.engine.drain();
    assert.deepEqual(await restores(), ['auto withdrawn', 'auto approved'], 'the engine of this test still has the old mode');
    // It failed once, surely; then people are to be asked.
    world.sandbox.faults.add({ on: 'odoo', kind: 'error_before', match: /button_validate|action_create_returns/, times: 1 });
    await dispatchOnce(world);
    await world.passTime(10 * minute);
    await dispatchOnce(world, {}, policyOf('approve'));
    await world.passTime(10 * minute);
    await dispatchOnce(world, {}, policyOf('approve'));
    assert.equal(stockOf(world), stock);
    await dispatchFor(world, 6, 3 * minute);
    assert.equal(stockOf(world), stock + 1, 'raised again it goes out');
  }); // prettier-ignore

  test('a target that never says what became of it is written to a few times, and then a person decides', async () => {
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    const erp = world.systems.get('odoo') as { live: NonNullable<ReturnType<typeof world.systems.get>>['live'] };
    const { live } = erp;
    let sent = 0;
    const execute = async (): Promise<Executed> => ({ is: 'unknown', message: `sent ${(sent += 1)} times` });
    erp.live = { ...live!, connector: { ...live!.connector, execute } };
    try {
      for (let round = 0; round < 60; round += 1) {
        await dispatchOnce(world);
        await world.engine.drain();
        await world.passTime(12 * minute);
      }
    } finally {
      erp.live = live;
    }
    const [restore] = (await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock');
    assert.equal(sent, 8);
    assert.deepEqual([restore?.status, (restore!.outcome as { isOverdue?: boolean }).isOverdue], ['unknown', true]);
    assert.ok((await codesOf(world, order)).includes('command-outcome-unknown'));
    assert.equal(await decideCommand(world.db, restore!, 'user/o', 'send-again', 'it answers again'), true);
    await dispatchFor(world, 4, 3 * minute);
    assert.equal((await world.commandsOf(order)).find((one) => one.kind === 'restore-stock')?.status, 'confirmed');
  }); // prettier-ignore

  test('a process that sleeps after it wrote down that it sends does not send any more', async (t) => {
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    const stock = stockOf(world);
    let asleepMs = 0;
    const awake = Date.now.bind(Date);
    t.mock.method(Date, 'now', () => awake() + asleepMs);
    const reach = async (point: string): Promise<void> =>
      void (asleepMs += point === 'begun' ? dispatchLeaseMs : 0);
    const { signal } = new AbortController();
    await dispatchCommands(world.db, world.engine.context(), { holder: 'sleepy', signal, breakers: createBreakers({ now: awake }), random: () => 0.5, reach }); // prettier-ignore
    t.mock.restoreAll();
    const [restore] = (await world.commandsOf(order)).filter((one) => one.kind === 'restore-stock');
    assert.equal(restore?.status, 'failed');
    assert.deepEqual((await listAttempts(world.db, restore)).map((one) => one.outcome), ['no-time']); // prettier-ignore
    assert.equal(stockOf(world), stock);
    await dispatchFor(world, 3);
    assert.equal(stockOf(world), stock + 1);
  });

  test('claims too short to send anything are refused when the engine is made, with what is the least', () => {
    const { db, systems } = world;
    const make = (leaseMs: number) => createEngine({ db, systems, policy: defaultPolicy(), codeVersion: 'test', clock: Date.now, dispatch: { leaseMs } }); // prettier-ignore
    assert.throws(() => make(17_000), { code: 'dispatch-lease-too-short', detail: '17000 ms; it must be more than 17000 ms' }); // prettier-ignore
    assert.ok(make(20_000));
  });

  test('a target that refuses for good is a dead letter with an owner, who may have it sent again', async () => {
    const order = await oneBack(world);
    order.putAway();
    const { database } = world.sandbox.company.odoo;
    // Somebody took the invoice back: there is nothing to credit.
    database.write('account.move', [order.placed.invoice], { state: 'draft' });
    await world.sandbox.advance({ days: 6 });
    await world.catchUp();
    await dispatchFor(world, 3);
    const [credit] = (await world.commandsOf(order)).filter((one) => one.kind === 'draft-credit-note');
    assert.equal(credit?.status, 'dead');
    const [problem] = (await listSubjectProblems(world.db, [keyOf(order)])).filter((row) => row.code === 'command-failed'); // prettier-ignore
    assert.deepEqual([problem?.owner, problem?.resolvedAt], ['finance', null]);
    database.write('account.move', [order.placed.invoice], { state: 'posted' });
    assert.equal(
      await decideCommand(world.db, credit!, 'user/f', 'send-again', 'the invoice is posted'),
      true,
    );
    await dispatchFor(world, 3);
    const after = (await world.commandsOf(order)).filter((one) => one.kind === 'draft-credit-note');
    assert.deepEqual(told(after), ['draft-credit-note confirmed']);
    assert.ok(!(await codesOf(world, order)).includes('command-failed'));
  });
});

describe('money', () => {
  let world: DispatchWorld;
  before(async () => {
    const policy = policyIn('watch', { 'entitled-refunded': 'auto', 'refund-settled': 'auto' });
    world = await openDispatchWorld(databases, policy, { payoutPath: 'gateway' });
  });
  after(() => world.close());

  /** One unit is back in stock and nobody has refunded it. */
  async function owed(): Promise<SteppedReturn> {
    const order = world.stepReturn({ [sku]: 2 }, { [sku]: 1 });
    order.approve();
    order.announce('stock');
    await world.sandbox.advance({ days: 1 });
    order.receive();
    await world.sandbox.advance({ days: 8 });
    await world.catchUp();
    return order;
  }
  const paidFor = (order: SteppedReturn): number =>
    [...world.sandbox.company.stripe.gateway.refunds.values()]
      .filter((refund) => refund.charge === order.placed.charge!.id)
      .reduce((sum, refund) => sum + refund.amount, 0);

  test('waits for people, goes out once at the gateway, and the shop records it without paying again', async () => {
    const order = await owed();
    const [refund] = await world.commandsOf(order);
    assert.deepEqual([refund?.kind, refund?.mode, refund?.status, refund?.connection], ['refund', 'approve', 'planned', 'stripe']);
    await dispatchFor(world, 2);
    assert.equal(paidFor(order), 0, 'nobody has approved it');
    assert.equal(await approveCommand(world.db, refund!, 'user/a', 2), 'needs-another');
    assert.equal(await approveCommand(world.db, refund!, 'user/a', 2), 'same-person');
    await dispatchFor(world, 1);
    assert.equal(paidFor(order), 0, 'one person is not enough');
    assert.equal(await approveCommand(world.db, refund!, 'user/b', 2), 'approved');
    world.sandbox.faults.add({ on: 'stripe', kind: 'error_after', match: /POST .*refunds/, times: 1 });
    await dispatchFor(world, 4, 2 * minute);
    assert.equal(paidFor(order), 5990);
    await world.sandbox.advance({ days: 7 });
    await world.catchUp();
    await dispatchFor(world, 4);
    assert.equal(paidFor(order), 5990);
    const commands = await world.commandsOf(order);
    assert.deepEqual(told(commands).sort(), ['record-refund confirmed', 'refund confirmed']);
    assert.deepEqual(await codesOf(world, order), [], 'the record names the units that were paid for');
  }); // prettier-ignore

  test('refunds of several orders are on their way at the same time', async () => {
    const orders = [await owed(), await owed(), await owed()];
    for (const order of orders)
      for (const refund of await world.commandsOf(order)) await approveCommand(world.db, refund, 'user/a', 1);
    const all = Promise.withResolvers<void>();
    let begun = 0;
    const options = {
      holder: 'many', signal: new AbortController().signal, breakers: createBreakers({ now: () => performance.now() }), random: () => 0.5, atOnce: 3,
      reach: async (point: DispatchFailpoint) => {
        if (point !== 'begun') return;
        begun += 1;
        if (begun === orders.length) all.resolve();
        await Promise.race([all.promise, sleep(20_000, undefined, { ref: false })]);
        assert.equal(begun, orders.length, 'each waits for the one before it');
      },
    };
    assert.equal(await dispatchCommands(world.db, world.engine.context(), options), orders.length);
    assert.deepEqual(orders.map(paidFor), [5990, 5990, 5990]);
  }); // prettier-ignore

  test('also under a short lease it is known at once what came of a request', async () => {
    const order = await owed();
    const [refund] = await world.commandsOf(order);
    await approveCommand(world.db, refund!, 'user/a', 1);
    // A clock of high resolution tells fractions.
    await dispatchOnce(world, { leaseMs: 20_000, startWatch: () => () => 0.5 });
    assert.deepEqual((await listAttempts(world.db, refund!)).map((attempt) => attempt.outcome), ['accepted']);
    assert.equal(paidFor(order), 5990);
  }); // prettier-ignore

  test('a refund that staff make while its order is being looked at is seen before anything is sent', async () => {
    const order = await owed();
    const [refund] = await world.commandsOf(order);
    await approveCommand(world.db, refund!, 'user/a', 1);
    const shop = world.systems.get('shop') as { live: NonNullable<ReturnType<typeof world.systems.get>>['live'] };
    const { live } = shop;
    let isMade = false;
    shop.live = {
      ...live!,
      connector: {
        ...live!.connector,
        fetch: async (connection, ref, signal) => {
          if (ref.kind === 'order' && !isMade) {
            isMade = true;
            await order.refund();
          }
          return live!.connector.fetch(connection, ref, signal);
        },
      },
    };
    await dispatchOnce(world);
    shop.live = live;
    assert.ok(isMade);
    assert.deepEqual(await listAttempts(world.db, refund!), [], 'nothing was begun');
    assert.equal((await world.commandsOf(order))[0]?.status, 'withdrawn');
  }); // prettier-ignore

  test('what a look has read to the end is not read again by the next: it moves the places of the sweeps', async () => {
    const order = await owed();
    const [refund] = await world.commandsOf(order);
    await approveCommand(world.db, refund!, 'user/a', 1);
    const before = await findSweepCursors(world.db, 'stripe');
    const begunAt = await readClock(world.db);
    await dispatchOnce(world);
    const after = await findSweepCursors(world.db, 'stripe');
    const runs = new Map((await world.db.run(listRuns, ['stripe', begunAt])).map((run) => [run.name, run.isRun]));
    for (const kind of ['event', 'charge', 'refund', 'dispute', 'balance_transaction']) {
      const [was, is] = [before.get(`sweep/${kind}`)!, after.get(`sweep/${kind}`)!];
      assert.equal(is.version, was.version + 1, kind);
      assert.equal(runs.get(`sweep/${kind}`), true, kind);
    }
  }); // prettier-ignore

  test('of unknown outcome at a target without keys stays with a person, never with a timer', async () => {
    const order = await owed();
    order.refundAtGateway(5990);
    await world.sandbox.advance({ days: 7 });
    await world.catchUp();
    const { faults } = world.sandbox;
    faults.add({ on: 'woocommerce', kind: 'lands_late', match: /POST .*refunds/, times: 1, seconds: 90_000_000, reads: 100_000 });
    await dispatchFor(world, 8, 10 * minute);
    const [record] = (await world.commandsOf(order)).filter((one) => one.kind === 'record-refund');
    assert.deepEqual([record?.status, (record!.outcome as { isOverdue?: boolean }).isOverdue], ['unknown', true]);
    const sends = (await listAttempts(world.db, record!)).filter((attempt) => attempt.step === 'send');
    assert.equal(sends.length, 1, 'it is never sent again by itself');
    const problem = (await listSubjectProblems(world.db, [keyOf(order)])).find((row) => row.code === 'command-outcome-unknown');
    assert.deepEqual([problem?.owner, problem?.resolvedAt], ['finance', null]);
    faults.clear();
    assert.equal(await decideCommand(world.db, record!, 'user/f', 'send-again', 'looked: nothing is there'), true);
    // The shop cannot tell: that does not end the question.
    const shop = world.systems.get('shop') as { live: NonNullable<ReturnType<typeof world.systems.get>>['live'] };
    const { live } = shop;
    const probe = async (): Promise<Probe> => ({ is: 'undecidable', message: 'the shop has one of which it does not know' });
    shop.live = { ...live!, connector: { ...live!.connector, probe } };
    await dispatchFor(world, 4, 10 * minute);
    shop.live = live;
    const [open] = (await world.commandsOf(order)).filter((one) => one.kind === 'record-refund');
    assert.deepEqual([open?.status, (open!.outcome as { isOverdue?: boolean }).isOverdue], ['unknown', true]);
    assert.ok((await codesOf(world, order)).includes('command-outcome-unknown'));
    assert.equal(await decideCommand(world.db, open!, 'user/f', 'send-again', 'looked again: nothing is there'), true);
    await dispatchFor(world, 3);
    assert.deepEqual(told((await world.commandsOf(order)).filter((one) => one.kind === 'record-refund')), ['record-refund confirmed']);
    assert.ok(!(await codesOf(world, order)).includes('command-outcome-unknown'));
  }); // prettier-ignore
});

test('in the default configuration nothing is sent, and no money moves', async () => {
  // Everything is watched, nothing is configured beyond that: the mode is the default.
  const { mode: _mode, ...rest } = { mode: 'watch', ...policyIn('watch') };
  const policy = { ...rest, controls: Object.fromEntries(Object.entries(rest.controls).map(([id, dated]) => [id, dated!.map(({ from, value: { watch } }) => ({ from, value: { watch, mode: defaultMode(id) } }))])) }; // prettier-ignore
  const world = await openDispatchWorld(databases, policy);
  try {
    const writes: string[] = [];
    for (const [name, system] of world.systems) {
      const { http } = system.live!.connection;
      const { request } = http;
      http.request = (asked) => {
        const isRead = asked.safe ?? (asked.method === 'GET' || asked.method === 'HEAD');
        if (!isRead) writes.push(`${name} ${asked.method} ${asked.url}`);
        return request(asked);
      };
    }
    const order = await oneBack(world);
    await world.grade(order, { [sku]: 1 }, 'restock');
    const owed = world.stepReturn({ [sku]: 1 });
    owed.approve();
    owed.announce('stock');
    owed.receive();
    await world.sandbox.advance({ days: 20 });
    await world.catchUp();
    assert.ok((await codesOf(world, order)).length > 0 && (await codesOf(world, owed)).length > 0, 'there is something to do'); // prettier-ignore
    await dispatchFor(world, 3);
    assert.deepEqual([...(await world.commandsOf(order)), ...(await world.commandsOf(owed))], []);
    assert.deepEqual(writes, []);
  } finally {
    await world.close();
  }
});

/** The mode that a policy without a word about a check gives it. */
function defaultMode(id: string): 'watch' {
  assert.equal(defaultPolicy().controls[id as never], undefined);
  return 'watch';
}
