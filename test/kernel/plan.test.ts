/** Remedies as commands: which, in what order, in which mode, and never without a counted and graded unit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { controlIds } from '../../src/kernel/controls.ts';
import type { Disposition } from '../../src/kernel/fact.ts';
import { foldOrder } from '../../src/kernel/fold.ts';
import { planCommands, type PastCommand, type PlannedCommand } from '../../src/kernel/plan.ts';
import type { ControlPolicy, Policy } from '../../src/kernel/policy.ts';
import { returned } from './code-fixture.ts';
import { late } from './found.ts';
import { allFed, shopPolicy, story, type Story } from './story.ts';

const inMode = (mode: ControlPolicy['mode']): Policy => ({
  ...shopPolicy,
  controls: Object.fromEntries(
    controlIds.map((id) => [id, [{ from: '', value: { mode, watch: 'auto' } as const }]]),
  ),
});

const commands = (told: Story, mode: ControlPolicy['mode'] = 'auto'): string[] =>
  planCommands(told.judge(late, { policy: inMode(mode), coverage: allFed }), inMode(mode)).map(({ kind, mode: how, sku, units, amount }) =>
    [kind, how, sku, units, amount?.minor].filter((part) => part !== undefined).join(' '),
  ); // prettier-ignore

/** In the input zone and graded at the desk. */
const inInput = (units: number, grade?: Disposition): Story => {
  const told = story('1001')
    .delivered('SHOE', 3, 5990)
    .approved('2026-11-02T09:00')
    .moved('SHOE', units, 'customer', 'input', '2026-11-03T09:00');
  return grade === undefined ? told : told.graded('SHOE', units, grade);
};
const paid = (told: Story): Story => told.refunded('r1', [['SHOE', 1, 5990]]).credited('CN', 5990);

test('stock is restored for units that were counted and graded, and for no others', () => {
  assert.deepEqual(commands(paid(inInput(1, 'restock'))), ['restore-stock auto SHOE 1']);
  assert.deepEqual(commands(paid(inInput(1))), []);
  assert.deepEqual(commands(paid(inInput(1, 'quarantine'))), []);
  const notCounted = story('1001')
    .delivered('SHOE', 3, 5990)
    .approved('2026-11-02T09:00')
    .graded('SHOE', 1, 'restock');
  assert.deepEqual(
    commands(paid(notCounted)).filter((one) => one.startsWith('restore')),
    [],
  );
});

test('a set that the ERP keeps as parts is moved by people; a renamed item is not', () => {
  const kinds = (parts: Policy['items'][string]): string[] => {
    const state = paid(inInput(1, 'restock')).judge(late, { policy: inMode('auto'), coverage: allFed });
    return planCommands(state, { ...inMode('auto'), items: { SHOE: parts } }).map(({ kind }) => kind);
  };
  assert.deepEqual(kinds([{ sku: 'SHOE-ERP', factor: 2 }]), ['restore-stock']);
  assert.deepEqual(kinds([{ sku: 'LEFT', factor: 1 }, { sku: 'RIGHT', factor: 1 }]), []); // prettier-ignore
});

test('units graded as not saleable are written off', () => {
  assert.deepEqual(commands(paid(inInput(1, 'scrap'))), ['write-off auto SHOE 1']);
  assert.deepEqual(commands(paid(inInput(1, 'donate'))), ['write-off auto SHOE 1']);
});

test('the shop restocks where nothing else comes first', () => {
  assert.deepEqual(
    commands(
      returned()
        .refunded('r1', [['SHOE', 1, 5990]])
        .credited('CN', 5990),
    ),
    ['restock-shop auto SHOE 1'],
  );
  assert.deepEqual(commands(returned()), ['refund approve SHOE 1 5990']);
});

test('money waits for a person whatever the mode, and is not paid while disputed', () => {
  assert.deepEqual(commands(returned().restocked('SHOE', 1)), ['refund approve SHOE 1 5990']);
  assert.deepEqual(commands(returned().restocked('SHOE', 1), 'suggest'), ['refund suggest SHOE 1 5990']);
  assert.deepEqual(commands(returned().restocked('SHOE', 1).disputed('opened', 11_980)), []);
  const cancelled = story('1')
    .line('SHOE', 1, 5990)
    .placed()
    .paid()
    .cancelled('2026-11-02T09:00')
    .restocked('SHOE', 1, 'cancellation');
  assert.deepEqual(commands(cancelled), ['refund approve SHOE 1 5990']);
});

test('goods come before records, books and the case', () => {
  const told = returned()
    .moved('SHOE', 1, 'customer', 'input')
    .graded('SHOE', 2, 'restock')
    .refunded('r1', [['SHOE', 2, 11_980]])
    .told()
    .resolved();
  assert.deepEqual(
    commands(told).map((one) => one.split(' ')[0]),
    ['restore-stock', 'restock-shop', 'draft-credit-note', 'note-case'],
  );
  const atGateway = returned().atGateway('settled', 're', 5990).restocked('SHOE', 1).credited('CN', 5990);
  assert.deepEqual(commands(atGateway), ['record-refund auto 5990']);
  const open = returned()
    .refunded('r1', [['SHOE', 1, 5990]])
    .restocked('SHOE', 1)
    .credited('CN', 5990);
  assert.deepEqual(commands(open), ['resolve-case auto']);
});

test('nothing is planned while watching, for what is in time, or from an incomplete order', () => {
  const told = returned().restocked('SHOE', 1);
  assert.deepEqual(commands(told, 'watch'), []);
  const early = told.judge('2026-11-04', { policy: inMode('auto'), coverage: allFed });
  assert.deepEqual(planCommands(early, inMode('auto')), []);
  const facts = story('1').delivered('SHOE', 1, 100).facts;
  const incomplete = foldOrder({
    orderKey: 'x',
    home: 'shop',
    facts,
    policy: shopPolicy,
    coverage: allFed,
    now: 0,
    incomplete: [{ is: 'past' }],
  });
  assert.deepEqual(planCommands(incomplete, inMode('auto')), []);
});

const asPast = (command: PlannedCommand, fate: PastCommand['fate']): PastCommand => ({
  ...command, fate, wasSent: fate === 'done',
}); // prettier-ignore

test('the key of a command tells its open item and its generation', () => {
  const policy = inMode('auto');
  const state = returned().restocked('SHOE', 1).judge(late, { policy, coverage: allFed });
  const [first] = planCommands(state, policy);
  assert.equal(first!.key, `${state.problems[0]!.id}.1`);
  assert.deepEqual(
    [first!.orderKey, first!.problem, first!.control],
    ['shop/1001', state.problems[0]!.id, 'entitled-refunded'],
  );
  const keyAfter = (...past: PastCommand[]): string | undefined => planCommands(state, policy, past)[0]?.key;
  assert.equal(keyAfter(asPast(first!, 'live')), first!.key, 'a live one stays the same');
  assert.equal(
    keyAfter(asPast(first!, 'dropped')),
    `${state.problems[0]!.id}.2`,
    'a dropped one begins anew',
  );
  for (const fate of ['done', 'failed', 'rejected'] as const)
    assert.equal(keyAfter(asPast(first!, fate)), undefined, `${fate}: the same is not planned again`);
  const other = { ...asPast(first!, 'done'), amount: { minor: 1, currency: 'EUR' } };
  assert.equal(keyAfter(other), `${state.problems[0]!.id}.2`, 'another amount is another step');
});

test('one check pays at a time', () => {
  const policy = inMode('auto');
  const told = returned()
    .restocked('SHOE', 1)
    .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-01T09:00');
  const state = told.judge(late, { policy, coverage: allFed });
  const owed = state.problems.filter((problem) => ['received-not-refunded', 'withdrawal-overdue'].includes(problem.code)); // prettier-ignore
  assert.equal(
    new Set(owed.map((problem) => problem.control)).size,
    2,
    'goods are back, and the legal date has passed',
  );
  const payouts = planCommands(state, policy).filter((command) => command.kind === 'refund');
  assert.equal(new Set(payouts.map((command) => command.control)).size, 1);
});

test('a command counts up by what it would do, since when, for how many units and how much', () => {
  const policy = inMode('auto');
  const state = returned().restocked('SHOE', 1).judge(late, { policy, coverage: allFed });
  const [first] = planCommands(state, policy);
  const after = (...past: Partial<PastCommand>[]): number | undefined =>
    planCommands(
      state,
      policy,
      past.map((one) => ({ ...asPast(first!, 'done'), ...one })),
    )[0]?.generation;
  assert.equal(after({}), undefined);
  for (const change of [
    { kind: 'write-off' },
    { since: '2026-11-01' },
    { units: 9 },
    { amount: { minor: 5990, currency: 'USD' } },
  ] as const)
    // prettier-ignore
    assert.equal(after(change), 2, JSON.stringify(change));
  assert.equal(after({ units: 9 }, { generation: 2 }), undefined, 'the latest one decides');
  assert.equal(after({ generation: 2 }, { units: 9 }), undefined, 'whatever order they come in');
  assert.equal(after({ fate: 'live' }, { generation: 2, fate: 'dropped' }), 3);
  assert.equal(after({ problem: 'prb_other' }), 1, 'another open item is none of it');
  assert.equal(after({ fate: 'live', units: 9 }), 2);
});

test('what pays under way goes first, of those the one that was sent', () => {
  const policy = inMode('auto');
  const told = returned()
    .restocked('SHOE', 1)
    .fact('withdrawal.declared', 'shop', { sku: 'SHOE', quantity: 1 }, '2026-11-01T09:00');
  const state = told.judge(late, { policy, coverage: allFed });
  const paying = (...past: readonly PastCommand[]): string[] =>
    planCommands(state, policy, past)
      .filter((command) => command.kind === 'refund')
      .map((command) => command.control);
  const [first] = planCommands(state, policy).filter((command) => command.kind === 'refund');
  const other = first!.control === 'entitled-refunded' ? 'withdrawal-refunded' : 'entitled-refunded';
  const live = (control: PastCommand['control'], change: Partial<PastCommand> = {}): PastCommand => ({
    ...asPast(first!, 'live'), problem: 'prb_past', control, ...change,
  }); // prettier-ignore
  assert.deepEqual(paying(), [first!.control]);
  assert.deepEqual(paying(live(other)).filter((control) => control === first!.control), []); // prettier-ignore
  assert.deepEqual(paying(live(other, { fate: 'done' })), [first!.control]);
  assert.deepEqual(paying(live(other, { kind: 'record-refund' })), [first!.control]);
  assert.deepEqual(paying(live(other), live(first!.control, { wasSent: true })), [first!.control]);
});

test('the record of a payout that was made names the units that it was made for', () => {
  const policy = inMode('auto');
  const told = returned().atGateway('settled', 're', 5990).restocked('SHOE', 1).credited('CN', 5990);
  const state = told.judge(late, { policy, coverage: allFed });
  const past = { problem: 'prb_1', control: 'entitled-refunded', kind: 'refund', sku: 'SHOE', units: 1, amount: { minor: 5990, currency: 'EUR' }, generation: 1, wasSent: true, fate: 'done' } as const; // prettier-ignore
  const record = (change: Partial<PastCommand>): unknown[] =>
    planCommands(state, policy, [{ ...past, ...change }]).map(({ kind, sku, units }) => [kind, sku, units]);
  assert.deepEqual(record({}), [['record-refund', 'SHOE', 1]]);
  for (const change of [{ fate: 'live' }, { kind: 'write-off' }, { amount: { minor: 1, currency: 'EUR' } }] as const)
    assert.deepEqual(record(change), [['record-refund', undefined, undefined]], JSON.stringify(change)); // prettier-ignore
});

test('an agreed refund is planned once it is approved, before it is late, with its parts', () => {
  const policy = { ...inMode('auto'), secondApproval: [{ from: '', value: 1000 }] };
  const agree = (pay: 'original' | 'manual'): Story =>
    returned().fact('refund.agreed', 'desk', {
      money: { minor: 5990, currency: 'EUR' }, agreement: 'RF-1', lines: [{ sku: 'SHOE', quantity: 1, gross: 5990, tax: 956 }], shipping: { gross: 0, tax: 0 },
      fees: { gross: 0, tax: 0 }, purpose: 'return', pay, by: 'ada',
    }, '2026-11-04T09:00'); // prettier-ignore
  const approve = (told: Story): Story =>
    told.fact('refund.approved', 'desk', { agreement: 'RF-1', by: 'ben' }, '2026-11-04T10:00');
  const refunds = (told: Story, now = '2026-11-04T12:00'): unknown[] =>
    planCommands(told.judge(now, { policy, coverage: allFed }), policy)
      .filter(({ kind }) => kind === 'refund')
      .map(({ amount, parts }) => [amount?.minor, parts?.lines.length]);
  assert.deepEqual(refunds(agree('original')), []);
  assert.deepEqual(refunds(agree('original'), late), [], 'late or not, it is not agreed yet');
  assert.deepEqual(refunds(approve(agree('original'))), [[5990, 1]]);
  assert.deepEqual(refunds(approve(agree('manual'))), [], 'people pay it');
  assert.deepEqual(refunds(approve(agree('original')).fact('refund.revoked', 'desk', { agreement: 'RF-1', by: 'ada' })), []); // prettier-ignore
});

test('only grades of counted units make a stock command, as many as it is about', () => {
  const graded = (received: number, ...grades: readonly Disposition[]): string[] => {
    const told = inInput(received);
    for (const grade of grades) told.graded('SHOE', 1, grade);
    return commands(told.recorded('r1', [['SHOE', received, 5990 * received]])).filter((one) => one.startsWith('restore') || one.startsWith('write')).sort(); // prettier-ignore
  };
  assert.deepEqual(graded(2, 'restock', 'scrap'), ['restore-stock auto SHOE 1', 'write-off auto SHOE 1']);
  assert.deepEqual(graded(2, 'scrap', 'recycle'), ['write-off auto SHOE 2']);
  assert.deepEqual(graded(2, 'refurbish'), []);
});
