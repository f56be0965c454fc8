/** What explains a balance: problems of the same check, and no more than they amount to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainAccount } from '../../src/kernel/explain-account.ts';
import { itemResults } from '../../src/kernel/item-results.ts';
import type { Account, OrderState } from '../../src/kernel/order-state.ts';
import { drawnOrder, drawSteps, randomOf } from './drawn-orders.ts';
import { feeds } from '../../src/kernel/feeds.ts';
import { allFed, coverageOf, story, type Story } from './story.ts';

const refunded = (): OrderState =>
  story('1001').line('SHOE', 2, 5990).placed().paid().shipped('SHOE', 2)
    .recorded('r1', [['SHOE', 1, 5990]], '2026-10-10T09:00')
    .judge('2026-12-01'); // prettier-ignore

const accountOf = (state: OrderState, control: string): Account =>
  state.accounts.find((account) => account.control === control)!;

test('the problem of the same check explains its balance', () => {
  const state = refunded();
  const { unexplained, problems, since } = explainAccount(accountOf(state, 'refund-settled'), state);
  assert.deepEqual(
    [unexplained, problems.map((problem) => problem.code), since],
    [0, ['refund-not-at-gateway'], '2026-10-10T07:00:00.000Z'],
  );
});

test('a problem of another check explains nothing, whatever it amounts to', () => {
  const state = refunded();
  const others = state.problems.filter((problem) => problem.control !== 'refund-settled');
  assert.ok(others.length > 0, 'the order has other problems');
  const account = accountOf(state, 'refund-settled');
  assert.equal(explainAccount(account, { ...state, problems: others }).unexplained, 5990);
});

test('a problem explains no more than it amounts to', () => {
  const state = refunded();
  const account = { ...accountOf(state, 'refund-settled'), left: 7000 };
  assert.equal(explainAccount(account, state).unexplained, 1010);
});

test('what lies within a minor unit for each document is rounding', () => {
  const state = refunded();
  const account = { ...accountOf(state, 'refund-settled'), left: 5991 };
  const { unexplained, rounding } = explainAccount(account, state);
  assert.deepEqual([unexplained, rounding], [0, 1]);
});

test('a payout stands against the refund it pays, whichever way the rest of it went', () => {
  const paidBack = (payment: 'gateway' | 'manual'): Story =>
    story('1').line('SHOE', 1, 10_000).placed().paid().shipped('SHOE', 1).approved('2026-11-01').received('SHOE', 1, '2026-11-02')
      .recorded('r1', [['SHOE', 1, 10_000]], undefined, { payment }); // prettier-ignore
  const money = (told: Story, coverage = allFed): readonly string[] =>
    told.judge('2026-12-01', { coverage }).accounts
      .filter(({ control }) => control === 'refund-settled' || control === 'refund-paid-out')
      .map(({ control, left, right }) => `${control} ${left} ${right}`); // prettier-ignore
  const noGateway = coverageOf(feeds.filter((feed) => feed !== 'gateway'));
  assert.deepEqual(money(paidBack('gateway').paidOut(10_000, 'r1'), noGateway), [
    'refund-paid-out 10000 10000',
  ]);
  const inParts = paidBack('manual').atGateway('settled', 're1', 6000, 'r1').paidOut(4000, 'r1');
  assert.deepEqual(money(inParts), ['refund-settled 6000 6000', 'refund-paid-out 4000 4000']);
  const foreign = paidBack('manual');
  foreign.currency = 'USD';
  assert.deepEqual(money(foreign.paidOut(11_000, 'r1')), ['refund-paid-out 10000 0']);
});

test('a problem for one side does not explain the other', () => {
  const state = refunded();
  const account = { ...accountOf(state, 'refund-settled'), left: 0, right: 3000 };
  assert.equal(explainAccount(account, state).unexplained, -3000);
});

test('units are explained by units: a problem that names none explains none', () => {
  const state = refunded();
  const account: Account = {
    control: 'received-inspected', unit: 'units', left: 2, right: 0,
    postings: { left: [{ at: '2026-10-11', amount: 2, fact: 'a', sku: 'SHOE' }], right: [] },
  }; // prettier-ignore
  const problem = (change: Partial<OrderState['problems'][number]>): OrderState['problems'][number] => ({
    ...state.problems[0]!,
    code: 'not-inspected',
    control: 'received-inspected',
    ...change,
  });
  const { units: _, ...without } = problem({});
  const rest = (...problems: OrderState['problems']): number =>
    explainAccount(account, { ...state, problems }).unexplained;
  assert.deepEqual([rest(without), rest(problem({ units: 1 })), rest(problem({ units: 3 }))], [2, 1, 0]);
  assert.equal(
    explainAccount({ ...account, left: 0, right: 2 }, { ...state, problems: [problem({ units: 2 })] })
      .unexplained,
    -2,
    'it stands for the other side',
  );
});

test('a balance that is even asks for no explanation, and names the problems of its own check', () => {
  const state = refunded();
  const account = { ...accountOf(state, 'refund-settled'), left: 5990, right: 5990 };
  assert.deepEqual(explainAccount(account, state), {
    unexplained: 0, rounding: 0, accepted: 0, since: undefined, problems: state.problems.filter((one) => one.control === 'refund-settled'),
  }); // prettier-ignore
});

test('a problem of the check that stands for no side may explain both', () => {
  const state = refunded();
  const own = { ...state.problems[0]!, code: 'reports-differ', control: 'refund-settled', amount: { minor: 700, currency: 'EUR' } } as const; // prettier-ignore
  const rest = (left: number, right: number): number =>
    explainAccount({ ...accountOf(state, 'refund-settled'), left, right }, { ...state, problems: [own] })
      .unexplained;
  assert.deepEqual([rest(1000, 0), rest(0, 1000), rest(700, 0)], [300, -300, 0]);
});

test('units without an amount are worth what they were charged, the dearest where none is named', () => {
  const state = story('1')
    .line('SHOE', 3, 1000)
    .line('HAT', 1, 100)
    .line('GIFT', 1, 0)
    .placed()
    .paid()
    .judge('2026-12-01');
  const account: Account = {
    control: 'entitled-refunded', unit: 'money', left: 10_000, right: 0, postings: { left: [], right: [] },
  }; // prettier-ignore
  const worth = (change: {
    sku?: string;
    units?: number;
    amount?: { minor: number; currency: string };
  }): number => {
    const problem = {
      id: 'p',
      key: '',
      code: 'refund-overdue',
      control: 'entitled-refunded',
      ...change,
    } as never;
    return 10_000 - explainAccount(account, { ...state, problems: [problem] }).unexplained;
  };
  assert.deepEqual(
    [
      worth({ sku: 'SHOE', units: 2 }),
      worth({ sku: 'HAT', units: 2 }),
      worth({ units: 1 }),
      worth({ sku: 'NONE', units: 1 }),
    ],
    [2000, 200, 1000, 1000],
  );
  assert.deepEqual([worth({}), worth({ amount: { minor: -70, currency: 'EUR' }, units: 9 })], [0, 70]);
});

test('what is open is open since the first posting that the other side does not cover', () => {
  const posting = (day: number, amount: number) => ({ at: `2026-11-0${day}`, amount, fact: `f${day}` });
  const since = (
    left: ReturnType<typeof posting>[],
    right: ReturnType<typeof posting>[],
  ): string | undefined => {
    const sum = (list: typeof left): number => list.reduce((total, { amount }) => total + amount, 0);
    const account: Account = { control: 'refund-settled', unit: 'money', left: sum(left), right: sum(right), postings: { left, right } }; // prettier-ignore
    return explainAccount(account, { ...refunded(), problems: [] }).since;
  };
  assert.equal(
    since([posting(3, 100), posting(1, 100)], [posting(5, 100)]),
    '2026-11-03',
    'in order of time',
  );
  assert.equal(since([posting(1, 100), posting(3, 100)], []), '2026-11-01');
  assert.equal(since([posting(1, 50)], [posting(2, 50), posting(4, 100)]), '2026-11-04', 'the other side');
  assert.equal(since([posting(1, -50)], []), '2026-11-01');
});

test('what is more than rounding is not, and goods have none', () => {
  const state = refunded();
  const rest = (left: number, unit: 'money' | 'units'): number[] => {
    const account = { ...accountOf(state, 'refund-settled'), unit, left };
    const { unexplained, rounding } = explainAccount(account, { ...state, problems: [] });
    return [unexplained, rounding];
  };
  const documents = accountOf(state, 'refund-settled').postings.left.length;
  assert.equal(documents, 1);
  assert.deepEqual([rest(1, 'money'), rest(2, 'money'), rest(1, 'units')], [[0, 1], [2, 0], [1, 0]]); // prettier-ignore
});

test('what people accepted is explained, as far as they accepted it', () => {
  const state = refunded();
  const accepted = { control: 'refund-settled', key: 'r1', money: { minor: 5000, currency: 'EUR' } };
  const positions = { ...state.positions, accepted: [accepted as never] };
  const found = explainAccount(accountOf(state, 'refund-settled'), { problems: [], positions });
  assert.deepEqual([found.accepted, found.unexplained], [5000, 990]);
  const other = { ...accepted, control: 'refund-credited' };
  const none = explainAccount(accountOf(state, 'refund-settled'), {
    problems: [],
    positions: { ...positions, accepted: [other as never] },
  });
  assert.deepEqual([none.accepted, none.unexplained], [0, 5990]);
  const nothing = { control: 'refund-settled', key: 'r1' };
  const some = explainAccount(accountOf(state, 'refund-settled'), {
    problems: [],
    positions: { ...positions, accepted: [accepted as never, nothing as never] },
  });
  assert.deepEqual([some.accepted, some.unexplained], [5000, 990], 'an amount that is not told is none');
});

test('results of items add up to what was refunded, over 300 drawn orders', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const state = drawnOrder(drawSteps(randomOf(seed))).judge('2026-12-24');
    const given = state.positions.refunds.reduce(
      (sum, refund) => sum + (refund.excluded === undefined ? refund.minor : 0),
      0,
    );
    const results = itemResults(state);
    assert.equal(
      results.reduce((sum, item) => sum + item.refundedGross, 0),
      given,
      `seed ${seed}`,
    );
    assert.equal(
      results.reduce((sum, item) => sum + item.gross, 0),
      5000,
      `seed ${seed}`,
    );
  }
});
