/** From findings to problems: identity, state, what hangs on what, and their order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { arrangeProblems, compareProblems } from '../../src/kernel/arrange-problems.ts';
import type { Due } from '../../src/kernel/calendar.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import type { Finding } from '../../src/kernel/finding.ts';
import type { Problem } from '../../src/kernel/order-state.ts';
import { shopPolicy } from './story.ts';

const now = Date.parse('2026-11-20T09:00:00.000Z');
const fact = (object: string): Fact => ({ id: `erp:${object}#x`, connection: 'erp', object }) as Fact;
const finding = (code: Finding['code'], change: Partial<Finding> = {}): Finding => ({
  code, control: 'unit-cap', key: 'SHOE', sku: 'SHOE', since: '2026-11-10T09:00:00.000Z', facts: [fact('a'), fact('b'), fact('a')], ...change,
}); // prettier-ignore
const due = (on: string): Due => ({ on, overdueAt: Date.parse(`${on}T23:00:00.000Z`) });
const late = due('2026-11-15');
const early = due('2026-11-25');
const arrange = (...findings: readonly Finding[]): Problem[] =>
  arrangeProblems(findings, 'shop/1', 'EUR', shopPolicy, now);
/** `code state → cause`, in order. */
const told = (...findings: readonly Finding[]): string[] =>
  arrange(...findings).map(
    ({ code, state, waitsFor }) => `${code} ${state}${waitsFor === undefined ? '' : ` → ${waitsFor}`}`,
  );

describe('a problem', () => {
  test('carries what was found, and nothing else', () => {
    const [problem] = arrange(finding('received-over', { units: 2, note: 'on_hold' }));
    const { id, ...rest } = problem!;
    assert.match(id, /^prb_[0-9a-f]{16}$/);
    assert.deepEqual(rest, {
      code: 'received-over',
      control: 'unit-cap',
      key: 'SHOE',
      owner: 'ops',
      severity: 1,
      state: 'open',
      sku: 'SHOE',
      units: 2,
      since: '2026-11-10T09:00:00.000Z',
      due: '2026-11-10T09:00:00.000Z',
      overdueAt: '2026-11-10T09:00:00.000Z',
      evidence: ['erp:a', 'erp:b'],
      note: 'on_hold',
    });
    assert.deepEqual(arrange(finding('refund-over-cap', { minor: 5 }))[0]!.amount, {
      minor: 5,
      currency: 'EUR',
    });
    assert.equal(
      arrange(finding('refund-over-cap', { minor: 5, currency: 'USD' }))[0]!.amount?.currency,
      'USD',
    );
  });

  test('is open from the instant at which it is overdue; one that never is has no such time', () => {
    const at = (overdueAt: number): string =>
      arrange(finding('received-over', { due: { on: '2026-11-20', overdueAt } }))[0]!.state;
    assert.deepEqual([at(now - 1), at(now), at(now + 1)], ['open', 'open', 'pending']);
    assert.equal(
      arrange(finding('withdrawal-overdue', { due: { on: '2026-11-20', overdueAt: Infinity } }))[0]!
        .overdueAt,
      undefined,
    );
  });

  test('belongs to whom the policy says: by code, by control, else by the catalogue', () => {
    const owner = (policy: Partial<typeof shopPolicy>): string =>
      arrangeProblems([finding('received-over')], 'shop/1', 'EUR', { ...shopPolicy, ...policy }, now)[0]!
        .owner;
    const controls = {
      'unit-cap': [{ from: '', value: { mode: 'watch', watch: 'auto', owner: 'finance' } as const }],
    };
    assert.deepEqual(
      [owner({}), owner({ controls }), owner({ controls, owners: { 'received-over': 'kim' } })],
      ['ops', 'finance', 'kim'],
    );
  });
});

describe('identity', () => {
  const ids = (...findings: readonly Finding[]): string[] => arrange(...findings).map((one) => one.id);

  test('is that of control, key and side; of limits that of the code', () => {
    const settled = { control: 'refund-settled', key: 'r1' } as const;
    assert.equal(
      ids(finding('refund-not-at-gateway', settled))[0],
      ids(finding('refund-failed-later', settled))[0],
      'one open item',
    );
    assert.notEqual(
      ids(finding('refund-not-at-gateway', settled))[0],
      ids(finding('gateway-refund-not-in-shop', settled))[0],
      'the other side',
    );
    assert.notEqual(ids(finding('received-over'))[0], ids(finding('restored-twice'))[0]);
    assert.notEqual(ids(finding('received-over'))[0], ids(finding('received-over', { key: 'HAT' }))[0]);
    assert.notEqual(
      ids(finding('received-over'))[0],
      arrangeProblems([finding('received-over')], 'shop/2', 'EUR', shopPolicy, now)[0]!.id,
    );
  });

  test('of two findings of one item differs, by what proves them; the same finding twice is one', () => {
    const both = ids(finding('received-over'), finding('received-over', { facts: [fact('c')] }));
    assert.equal(new Set(both).size, 2);
    assert.equal(ids(finding('received-over'), finding('received-over')).length, 2);
    assert.equal(ids(finding('received-over'), finding('received-over'), finding('received-over')).length, 2);
  });
});

describe('what hangs on something', () => {
  test('waits for a problem of its item, or of none', () => {
    assert.deepEqual(told(finding('shop-not-restocked'), finding('received-over')), [
      'received-over open',
      'shop-not-restocked open → received-over',
    ]);
    assert.deepEqual(told(finding('shop-not-restocked', { sku: 'HAT' }), finding('received-over')), [
      'received-over open',
      'shop-not-restocked open',
    ]);
    const { sku: _, ...whole } = finding('received-over');
    assert.deepEqual(
      told(finding('shop-not-restocked', { sku: 'HAT' }), whole).at(-1),
      'shop-not-restocked open → received-over',
    );
    const { sku: __, ...any } = finding('shop-not-restocked');
    assert.deepEqual(told(any, finding('received-over')).at(-1), 'shop-not-restocked open → received-over');
    assert.deepEqual(
      told(finding('shop-not-restocked', { sku: 'HAT' }), finding('wrong-item-received')).at(-1),
      'shop-not-restocked open → wrong-item-received',
      'a wrong item stands for any',
    );
  });

  test('on what itself hangs is told with the root', () => {
    assert.deepEqual(
      told(
        finding('shop-not-restocked'),
        finding('received-not-refunded'),
        finding('not-inspected'),
        finding('cancelled-but-moved'),
      ),
      [
        'cancelled-but-moved open',
        'received-not-refunded open → cancelled-but-moved',
        'not-inspected open → cancelled-but-moved',
        'shop-not-restocked open → cancelled-but-moved',
      ],
    );
  });

  test('of another item that hangs as well does not lead astray', () => {
    const other = finding('received-not-refunded', { sku: 'HAT', key: 'HAT' });
    const own = [finding('shop-not-restocked'), finding('received-not-refunded')];
    assert.deepEqual(
      told(other, finding('not-inspected', { sku: 'HAT', key: 'HAT' }), ...own).filter((one) =>
        one.startsWith('shop'),
      ),
      ['shop-not-restocked open → received-not-refunded'],
    );
  });

  test('is in time as long as what it waits for is', () => {
    assert.deepEqual(told(finding('shop-not-restocked'), finding('received-not-refunded', { due: early })), [
      'received-not-refunded pending',
      'shop-not-restocked pending → received-not-refunded',
    ]);
    assert.deepEqual(told(finding('shop-not-restocked'), finding('received-not-refunded', { due: late })), [
      'received-not-refunded open',
      'shop-not-restocked open → received-not-refunded',
    ]);
  });

  test('but has a date of its own, given or by law, does not wait', () => {
    assert.deepEqual(told(finding('promise-broken'), finding('received-not-refunded', { due: early })), [
      'promise-broken open',
      'received-not-refunded pending',
    ]);
    assert.deepEqual(told(finding('promise-broken'), finding('received-not-refunded')), [
      'received-not-refunded open',
      'promise-broken open → received-not-refunded',
    ]);
  });

  test('waits for what it was told to wait for', () => {
    assert.deepEqual(
      told(finding('told-too-early', { waitsFor: 'received-over' }), finding('received-over')),
      ['received-over open', 'told-too-early open → received-over'],
    );
  });
});

test('problems are in order: open, causes, severity, day, code, item, id', () => {
  const one: Problem = { ...arrange(finding('received-over'))[0]!, severity: 2, id: 'prb_b' };
  const before: readonly Partial<Problem>[] = [{ severity: 1 }, { due: '2026-11-09' }, { code: 'blind-return' }, { sku: 'HAT' }, { id: 'prb_a' }];
  const after: readonly Partial<Problem>[] = [{ state: 'pending' }, { waitsFor: 'blind-return' }, { severity: 3 }, { due: '2026-11-11' }, { code: 'wrong-serial' }, { sku: 'TIE' }, { id: 'prb_c' }];
  for (const change of before) assert.ok(compareProblems({ ...one, ...change }, one) < 0, JSON.stringify(change));
  for (const change of after) assert.ok(compareProblems({ ...one, ...change }, one) > 0, JSON.stringify(change));
  assert.equal(compareProblems(one, { ...one }), 0);
  assert.ok(compareProblems({ ...one, state: 'pending', severity: 1 }, { ...one, waitsFor: 'blind-return', severity: 3 }) > 0);
  assert.ok(compareProblems({ ...one, waitsFor: 'blind-return', severity: 1 }, { ...one, severity: 3 }) > 0);
  assert.ok(compareProblems({ ...one, severity: 2, due: '2026-01-01' }, { ...one, severity: 1, due: '2026-12-01' }) > 0);
}); // prettier-ignore
