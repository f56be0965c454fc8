/** Commands: at most one live per item, one on its way per order, and nobody acts under an old fence. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import {
  approveCommand, listAttempts, listCommands, listCommandsByStatus, planCommands, withdrawCommand, type Command, type CommandPlan,
} from '../../src/store/commands.ts'; // prettier-ignore
import { allAccelerators, noAccelerators } from '../../src/store/database.ts';
import type { Database } from '../../src/store/database.ts';
import {
  claimCommands, confirmCommands, renewCommand, settleCommand, startAttempt,
} from '../../src/store/dispatch-commands.ts'; // prettier-ignore
import { useTestDatabases } from './test-database.ts';

const databases = useTestDatabases();
const orderKey = 'shop/1001';
const leaseMs = 60_000;

function plan(
  itemId: string,
  changes: Partial<CommandPlan> = {},
): CommandPlan & { readonly orderKey: string } {
  return {
    orderKey, control: 'R1', itemId, generation: 1, kind: 'refund.create', connection: 'psp',
    effectKey: `${itemId}/1`, mode: 'auto', body: {}, ...changes,
  }; // prettier-ignore
}

async function store(
  db: Database,
  ...plans: readonly ReturnType<typeof plan>[]
): Promise<readonly Command[]> {
  await db.transaction((tx) => planCommands(tx, [orderKey], plans));
  return listCommands(db, [orderKey]);
}

async function claimOne(db: Database, holder = 'me', ms = leaseMs): Promise<Command | undefined> {
  return (await claimCommands(db, { holder, limit: 10, leaseMs: ms }))[0];
}

const statusOf = async (db: Database): Promise<string | undefined> =>
  (await listCommands(db, [orderKey]))[0]?.status;

for (const [name, switches] of Object.entries({ allAccelerators, noAccelerators })) {
  test(`${name}: at most one live command per item, another generation only after it ended`, async () => {
    const db = await databases.open(switches);
    await store(db, plan('i'));
    const next = plan('i', { generation: 2, effectKey: 'i/2' });
    await store(db, plan('i'), next);
    assert.deepEqual((await listCommands(db, [orderKey])).map((row) => row.generation), [1]); // prettier-ignore
    const command = (await claimOne(db))!;
    await startAttempt(db, command, 'send', 0);
    await settleCommand(db, command, { status: 'dead' });
    await store(db, next);
    assert.deepEqual(
      (await listCommands(db, [orderKey])).map((row) => [row.generation, row.status]),
      [
        [1, 'dead'],
        [2, 'approved'],
      ],
    );
  });

  test(`${name}: a claimed command is nobody else's until the lease ends, then under a new fence`, async () => {
    const db = await databases.open(switches);
    await store(db, plan('i'));
    const first = (await claimOne(db, 'me', 300))!;
    assert.equal(await claimOne(db, 'you'), undefined);
    await sleep(400);
    const second = (await claimOne(db, 'you'))!;
    assert.equal(second.fence, first.fence + 1);
    assert.deepEqual(await startAttempt(db, first, 'send', 0), { ok: false, reason: 'lease-lost' });
    assert.equal(await renewCommand(db, first, leaseMs), undefined);
    assert.equal(await settleCommand(db, first, { status: 'failed' }), false);
    assert.ok((await renewCommand(db, second, leaseMs))! > 0);
    assert.equal(await statusOf(db), 'approved');
  });
}

test('what will be sent is on record before it goes out', async () => {
  const db = await databases.open();
  await store(db, plan('i'));
  const command = (await claimOne(db))!;
  const started = await startAttempt(db, command, 'send', 1000, { amount: 700 });
  assert.equal(started.ok, true);
  const [attempt] = await listAttempts(db, command);
  assert.deepEqual([attempt?.step, attempt?.request, attempt?.endedAt], ['send', { amount: 700 }, null]);
  assert.equal(await statusOf(db), 'sending');
});

test('a command whose sender died is claimed again only after the lease and the settle time', async () => {
  const db = await databases.open();
  await store(db, plan('i'));
  const command = (await claimOne(db, 'me', 100))!;
  await startAttempt(db, command, 'send', 150);
  await sleep(140);
  assert.equal(await claimOne(db, 'you'), undefined, 'the lease has ended, the target may still be at work');
  await sleep(200);
  const taken = (await claimOne(db, 'you'))!;
  assert.equal(taken.status, 'sending', 'the successor sees that it must probe');
});

test('an unknown outcome keeps the order busy until it is settled', async () => {
  const db = await databases.open();
  await store(db, plan('i'), plan('j'));
  const command = (await claimCommands(db, { holder: 'me', limit: 1, leaseMs }))[0]!;
  await startAttempt(db, command, 'send', 0);
  await settleCommand(db, command, {
    status: 'unknown',
    attempt: { attempt: 1, outcome: 'timeout' },
  });
  const [probed, ...others] = await claimCommands(db, { holder: 'you', limit: 10, leaseMs });
  assert.deepEqual([probed?.commandId, probed?.status, others.length], [command.commandId, 'unknown', 0]);
  const probe = await startAttempt(db, probed!, 'probe', 0);
  assert.deepEqual([probe.ok, probe.ok && probe.attempt], [true, 2]);
  const stored = (await listCommands(db, [orderKey])).find((row) => row.commandId === command.commandId);
  assert.equal(stored?.status, 'unknown', 'a probe changes nothing');
  await settleCommand(db, probed!, { status: 'confirmed', effectFactId: 'fact' });
  const next = await claimOne(db);
  assert.notEqual(next?.commandId, command.commandId);
  assert.deepEqual(
    (await listAttempts(db, command)).map((row) => [row.step, row.outcome]),
    [
      ['send', 'timeout'],
      ['probe', null],
    ],
  );
});

/** The other command of the order, with a lease that no claim gave. */
async function seize(db: Database, first: Command): Promise<Command> {
  const other = (await listCommands(db, [first.orderKey])).find((one) => one.commandId !== first.commandId)!;
  await db.pool.query(
    `update commands set leased_by = 'me', lease_ends_at = now() + interval '1 minute', fence = 1 where order_key = $1 and command_id = $2`,
    [other.orderKey, other.commandId],
  );
  return { ...other, fence: 1 };
}

test('two commands of one order are never on their way at once', async () => {
  const db = await databases.open();
  await store(db, plan('i'), plan('j'));
  const [first, claimed] = await claimCommands(db, { holder: 'me', limit: 10, leaseMs });
  // Claimed one by one, the second is not given out beside the first: it is taken all the same.
  const second = claimed ?? (await seize(db, first!));
  assert.equal((await startAttempt(db, first!, 'send', 0)).ok, true);
  assert.deepEqual(await startAttempt(db, second, 'send', 0), { ok: false, reason: 'order-busy' });
  assert.deepEqual(await listAttempts(db, second), []);
});

test('a command is confirmed by a fact only, whoever holds it', async () => {
  const db = await databases.open();
  await store(db, plan('i'));
  const command = (await claimOne(db))!;
  await assert.rejects(settleCommand(db, command, { status: 'confirmed' }), /by a fact only/);
  assert.deepEqual(
    await confirmCommands(db, orderKey, new Map([[command.commandId, 'f']])),
    [],
    'not sent yet',
  );
  await startAttempt(db, command, 'send', 0);
  assert.deepEqual(await confirmCommands(db, orderKey, new Map([[command.commandId, 'f']])), [
    command.commandId,
  ]);
  assert.equal(await settleCommand(db, command, { status: 'failed' }), false, 'it has ended');
  const [stored] = await listCommands(db, [orderKey]);
  assert.deepEqual([stored?.status, stored?.effectFactId], ['confirmed', 'f']);
});

test('a failed command waits as long as it was told', async () => {
  const db = await databases.open();
  await store(db, plan('i'));
  const command = (await claimOne(db))!;
  await startAttempt(db, command, 'send', 0);
  await settleCommand(db, command, { status: 'failed', delayMs: 150 });
  assert.equal(await claimOne(db), undefined);
  await sleep(200);
  assert.equal((await claimOne(db))?.status, 'failed');
});

test('two approvals are of two people', async () => {
  const db = await databases.open();
  const [command] = await store(db, plan('i', { mode: 'approve' }));
  assert.equal(command?.status, 'planned');
  assert.equal(await claimOne(db), undefined, 'nothing goes out before it is approved');
  assert.equal(await approveCommand(db, command!, 'user/a', 2), 'needs-another');
  assert.equal(await approveCommand(db, command!, 'user/a', 2), 'same-person');
  assert.equal(await statusOf(db), 'planned');
  assert.equal(await approveCommand(db, command!, 'user/b', 2), 'approved');
  assert.equal(await approveCommand(db, command!, 'user/c', 2), 'not-planned');
  assert.deepEqual(
    (await listCommands(db, [orderKey]))[0]?.approvals.map((approval) => approval.by),
    ['user/a', 'user/b'],
  );
  assert.equal((await claimOne(db))?.commandId, command?.commandId);
});

test('two who approve at the same moment both count', async () => {
  const db = await databases.open();
  const [command] = await store(db, plan('i', { mode: 'approve' }));
  const results = await Promise.all(['a', 'b'].map((by) => approveCommand(db, command!, by, 2)));
  assert.deepEqual(results.sort(), ['approved', 'needs-another']);
});

test('what people approved is not withdrawn by a fold, and people withdraw it only before it goes out', async () => {
  const db = await databases.open();
  const [command] = await store(db, plan('i', { mode: 'approve' }));
  await approveCommand(db, command!, 'user/a', 1);
  await store(db);
  assert.equal(await statusOf(db), 'approved');
  const held = (await claimOne(db))!;
  assert.equal(await withdrawCommand(db, held, 'user/a'), false);
  await settleCommand(db, held, { status: 'approved' });
  assert.equal(await withdrawCommand(db, held, 'user/a'), true);
  assert.equal((await listCommandsByStatus(db, ['withdrawn'])).length, 1);
});

for (const [name, switches] of Object.entries({ allAccelerators, noAccelerators })) {
  test(`${name}: what nobody has begun takes on the mode that its check has now, what is under way keeps its own`, async () => {
    const db = await databases.open(switches);
    const told = async (mode: CommandPlan['mode'], changes: Partial<CommandPlan> = {}): Promise<unknown[]> =>
      (await store(db, plan('i', { mode, body: { mode }, ...changes }))).map((row) => [row.mode, row.status, row.body, row.approvals.length]); // prettier-ignore
    const agreed = [
      { by: 'user/a', at: '2026-11-02T09:00:00Z' },
      { by: 'user/b', at: '2026-11-02T10:00:00Z' },
    ];
    assert.deepEqual(await told('suggest'), [['suggest', 'planned', { mode: 'suggest' }, 0]]);
    assert.deepEqual(await told('approve'), [['approve', 'planned', { mode: 'approve' }, 0]]);
    assert.deepEqual(await told('auto'), [['auto', 'approved', { mode: 'auto' }, 0]]);
    assert.deepEqual(await told('suggest'), [['suggest', 'planned', { mode: 'suggest' }, 0]]);
    assert.deepEqual(await told('approve', { approvals: agreed }), [['approve', 'approved', { mode: 'approve' }, 2]]); // prettier-ignore
    assert.deepEqual(await told('approve'), [['approve', 'approved', { mode: 'approve' }, 2]], 'what people allowed in this mode stays'); // prettier-ignore
    const command = (await claimOne(db))!;
    assert.deepEqual(await told('suggest'), [['approve', 'approved', { mode: 'approve' }, 2]], 'somebody works on it'); // prettier-ignore
    await startAttempt(db, command, 'send', 0);
    await settleCommand(db, command, { status: 'failed' });
    assert.deepEqual(await told('suggest'), [['approve', 'failed', { mode: 'approve' }, 2]], 'it was begun');
  });
}

test('commands to connections that are left out stay where they are', async () => {
  const db = await databases.open();
  await store(db, plan('i'));
  assert.deepEqual(await claimCommands(db, { holder: 'me', limit: 1, leaseMs, without: ['psp'] }), []);
});
