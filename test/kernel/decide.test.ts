/** The return workflow: given facts, when a request, then facts or a refusal with its reason. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decide, offerSteps } from '../../src/kernel/decide.ts';
import { agreementState } from '../../src/kernel/decide-money.ts';
import type { Fact } from '../../src/kernel/fact.ts';
import { planCommands } from '../../src/kernel/plan.ts';
import { previewRefund } from '../../src/kernel/refund-preview.ts';
import { refusalReasons, refusalText, type RefusalReason } from '../../src/kernel/refusal.ts';
import { approved, Desk, later, one, rma, two } from './desk-told.ts';
import { berlin, codesOf, shopPolicy, story, type Story } from './story.ts';

describe('a request', () => {
  test('gives a return number, and its units are taken', () => {
    const desk = new Desk(two()).when({
      step: 'request',
      units: one(1),
      reason: 'too_small',
      wish: 'exchange',
    });
    assert.deepEqual(desk.returns().map((own) => [own.rma, own.stage, own.reason, own.wish]), [[rma, 'requested', 'too_small', 'exchange']]); // prettier-ignore
    assert.equal(desk.refused({ step: 'request', units: one(2) }), 'more-than-open');
    assert.equal(desk.refused({ step: 'request', units: one(1) }), 'done');
    assert.deepEqual(desk.returns().map((own) => own.rma), [rma, 'RMA-1-2']); // prettier-ignore
  });

  test('names only what was bought and shipped', () => {
    const desk = new Desk(story('1').line('SHOE', 3, 5990).placed().paid().shipped('SHOE', 2));
    assert.equal(desk.refused({ step: 'request', units: one(3) }), 'more-than-shipped');
    assert.equal(desk.refused({ step: 'request', units: one(1, 'HAT') }), 'item-not-on-order');
    assert.equal(desk.refused({ step: 'request', units: [] }), 'nothing-named');
  });

  test('of a customer ends with the window; people at the desk may be kinder', () => {
    const desk = new Desk(two()).on('2026-12-20');
    const wish = { step: 'request', units: one() } as const;
    assert.equal(desk.refused(wish, { as: 'customer', by: 'customer' }), 'return-window-over');
    assert.equal(desk.refused(wish), 'done');
  });

  test('is approved by the policy where it says so, up to a value', () => {
    const policy = { autoApprove: [{ from: '', value: 'in-window' }], autoApproveCap: [{ from: '', value: 6000 }] } as const; // prettier-ignore
    assert.equal(new Desk(two(), policy).when({ step: 'request', units: one(1) }).returns()[0]!.stage, 'approved'); // prettier-ignore
    assert.equal(new Desk(two(), policy).when({ step: 'request', units: one(2) }).returns()[0]!.stage, 'requested'); // prettier-ignore
  });

  test('refused or cancelled frees its units again', () => {
    const desk = new Desk(two()).when({ step: 'request', units: one(2) });
    desk.when({ step: 'reject', rma, why: 'worn' });
    assert.equal(desk.returns()[0]!.stage, 'rejected');
    desk.when({ step: 'request', units: one(2) }).when({ step: 'approve', rma: 'RMA-1-2' }).when({ step: 'cancel', rma: 'RMA-1-2', why: 'customer keeps it' }); // prettier-ignore
    assert.equal(desk.refused({ step: 'request', units: one(2) }), 'done');
    assert.equal(desk.on('2026-12-20').order().state.problems.some((problem) => problem.code === 'received-short'), false); // prettier-ignore
  });

  test('approved in part is refused for the rest', () => {
    const desk = new Desk(two())
      .when({ step: 'request', units: one(2) })
      .when({ step: 'approve', rma, units: one(1) });
    assert.deepEqual(desk.returns()[0]!.units.map((own) => [own.requested, own.allowed]), [[2, 1]]); // prettier-ignore
    assert.equal(desk.refused({ step: 'request', units: one(1) }), 'done');
  });
});

describe('goods', () => {
  test('are counted as they come; what nobody expects must be said twice', () => {
    const desk = approved();
    assert.equal(desk.refused({ step: 'receive', rma, units: one(3) }), 'surplus-unconfirmed');
    assert.equal(desk.refused({ step: 'receive', units: one(1, 'HAT') }), 'wrong-item-unconfirmed');
    desk.when({ step: 'receive', rma, units: one(1) });
    assert.equal(desk.returns()[0]!.stage, 'received');
    desk.when({ step: 'receive', units: one(1, 'HAT'), isSurplus: true });
    assert.ok(codesOf(desk.on('2026-12-01').order().state).includes('wrong-item-received'));
  });

  test('are graded once they are counted, each unit once, and damaged ones not for sale', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(1) });
    const grade = (quantity: number, condition: 'sellable' | 'defective', disposition: 'restock' | 'scrap') => ({ step: 'inspect', rma, units: [{ sku: 'SHOE', quantity, condition, disposition }] }) as const; // prettier-ignore
    assert.equal(desk.refused(grade(2, 'sellable', 'restock')), 'not-counted');
    assert.equal(desk.refused(grade(1, 'defective', 'restock')), 'damaged-not-for-restock');
    assert.equal(desk.refused(grade(1, 'sellable', 'restock')), 'done');
    assert.equal(desk.refused(grade(1, 'sellable', 'restock')), 'not-counted');
  });

  test('on hold are released in parts, and each unit stands under one code', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(2) });
    desk.when({ step: 'inspect', rma, units: [{ sku: 'SHOE', quantity: 2, condition: 'opened', disposition: 'quarantine' }] }); // prettier-ignore
    assert.equal(desk.refused({ step: 'release', rma, units: [{ sku: 'SHOE', quantity: 3, disposition: 'scrap' }] }), 'not-on-hold'); // prettier-ignore
    desk.when({ step: 'release', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'restock' }] });
    const held = codesOf(desk.on('2026-12-20').order().state);
    assert.ok(held.includes('quarantine-forgotten') && held.includes('approved-but-not-restored'));
    desk
      .on(later)
      .when({ step: 'release', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'scrap' }] });
    assert.ok(!codesOf(desk.on('2026-12-20').order().state).includes('quarantine-forgotten'));
  });

  test('that are refused go back to the customer, and are ours no more', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(1) });
    desk.when({ step: 'inspect', rma, units: [{ sku: 'SHOE', quantity: 1, condition: 'customer_damaged', disposition: 'return_to_customer' }] }); // prettier-ignore
    assert.equal(desk.refused({ step: 'send-back', rma, units: one(2), to: 'customer' }), 'not-to-send-back');
    desk.when({ step: 'send-back', rma, units: one(1), to: 'customer' });
    assert.equal(desk.item().received, 0);
  });

  test('written off, missing or kept end where they are', () => {
    const desk = approved().when({ step: 'receive', rma, units: one(1) });
    assert.equal(desk.refused({ step: 'write-off', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'scrap', from: 'quarantine' }] }), 'not-on-hold'); // prettier-ignore
    desk.when({ step: 'write-off', rma, units: [{ sku: 'SHOE', quantity: 1, disposition: 'scrap' }] });
    assert.ok(codesOf(desk.on('2026-12-20').order().state).includes('write-off-missing'));
    const kept = approved().when({ step: 'keep', rma, units: one(2) });
    assert.equal(kept.returns()[0]!.stage, 'kept');
    assert.deepEqual(kept.on('2026-12-20').order().state.problems.filter((problem) => problem.code === 'label-unused'), []); // prettier-ignore
  });

  test('of a stock command must be counted and graded: a refund or an approval never make one', () => {
    const policy = { controls: { 'back-restored': [{ from: '', value: { mode: 'auto', watch: 'on' } }], 'inspected-restored': [{ from: '', value: { mode: 'auto', watch: 'on' } }] } } as const; // prettier-ignore
    const desk = new Desk(two().received('SHOE', 0).moved('SHOE', 1, 'customer', 'input', '2026-11-01T09:00').refunded('r1', [['SHOE', 1, 5990]], '2026-11-01T10:00'), policy).on('2026-12-01'); // prettier-ignore
    const plan = (): string[] => planCommands(desk.order().state, desk.policy).map((command) => command.kind);
    assert.ok(!plan().includes('restore-stock'));
    desk.when({
      step: 'inspect',
      units: [{ sku: 'SHOE', quantity: 1, condition: 'sellable', disposition: 'restock' }],
    });
    assert.ok(desk.on('2026-12-10') && plan().includes('restore-stock'));
  });
});

describe('money', () => {
  const refund = {
    step: 'refund',
    rma,
    refund: { lines: [{ sku: 'SHOE', units: 1 }] },
    totalMinor: 5990,
  } as const;
  const received = (): Desk => approved().when({ step: 'receive', rma, units: one(2) });

  test('goes back once goods are counted, never twice, never more than was paid', () => {
    assert.equal(approved().refused(refund), 'not-received');
    const desk = received().when(refund).when(refund);
    assert.equal(desk.refused(refund), 'more-than-left');
    assert.equal(
      desk.refused({ step: 'refund', refund: { amountMinor: 1, purpose: 'goodwill' }, totalMinor: 1 }),
      'over-cap',
    );
    assert.equal(received().refused({ step: 'refund', refund: { amountMinor: 20_000, purpose: 'goodwill' }, totalMinor: 20_000 }), 'over-cap'); // prettier-ignore
  });

  test('is not promised while the payment is disputed, nor from a preview that has changed', () => {
    const desk = received();
    assert.equal(desk.refused({ ...refund, totalMinor: 5989 }), 'preview-differs');
    desk.told.disputed('opened', 11_980, '2026-11-02T09:00');
    assert.equal(desk.refused(refund), 'disputed');
  });

  test('above the limit needs a second person, and only then makes a command', () => {
    const policy = { secondApproval: [{ from: '', value: 5000 }], controls: { 'entitled-refunded': [{ from: '', value: { mode: 'approve', watch: 'on' } }] } } as const; // prettier-ignore
    const desk = new Desk(two(), policy).when({ step: 'request', units: one(2) }).when({ step: 'approve', rma }).when({ step: 'receive', rma, units: one(2) }); // prettier-ignore
    desk.when(refund);
    const agreement = () => desk.order().state.positions.agreements.get('RF-1-1')!;
    const refunds = () =>
      planCommands(desk.order().state, desk.policy).filter((command) => command.kind === 'refund');
    assert.equal(agreementState(agreement(), desk.policy), 'waits-for-approval');
    assert.deepEqual(refunds(), []);
    assert.equal(desk.refused({ step: 'approve-refund', agreement: 'RF-1-1' }), 'same-person');
    const disputed = new Desk(two(), policy);
    disputed.told.facts.push(...desk.told.facts);
    disputed.told.disputed('opened', 11_980, '2026-11-02T09:30');
    assert.equal(
      disputed.refused({ step: 'approve-refund', agreement: 'RF-1-1' }, { by: 'user/ben' }),
      'disputed',
    );
    desk.when({ step: 'approve-refund', agreement: 'RF-1-1' }, { by: 'user/ben' });
    assert.equal(agreementState(agreement(), desk.policy), 'ready');
    assert.deepEqual(refunds().map(({ amount, parts }) => [amount?.minor, parts?.lines.map((line) => `${line.quantity} ${line.sku}`)]), [[5990, ['1 SHOE']]]); // prettier-ignore
    assert.equal(
      desk.refused({ step: 'approve-refund', agreement: 'RF-1-1' }, { by: 'user/eve' }),
      'agreement-complete',
    );
    const unread = { ...desk.order().state, verdict: 'incomplete' as const };
    assert.deepEqual(planCommands(unread, desk.policy), [], 'something of the order cannot be read');
    desk.told.refunded('r9', [['SHOE', 1, 5990]], '2026-11-03T09:00');
    assert.equal(agreementState(desk.on('2026-11-03T10:00') && agreement(), desk.policy), 'made');
    assert.deepEqual(refunds(), []);
    assert.equal(
      desk.refused({ step: 'revoke-refund', agreement: 'RF-1-1', why: 'too late' }),
      'agreement-done',
    );
  });

  test('agreed by two people is not asked for again; by one alone it is', () => {
    const controls = {
      'entitled-refunded': [{ from: '', value: { mode: 'approve', watch: 'on' } }],
    } as const;
    const agreed = (limit: number): Desk =>
      new Desk(two(), { secondApproval: [{ from: '', value: limit }], controls }).when({ step: 'request', units: one(2) }).when({ step: 'approve', rma }).when({ step: 'receive', rma, units: one(2) }).when(refund); // prettier-ignore
    const approvals = (desk: Desk): unknown =>
      planCommands(desk.order().state, desk.policy).filter((command) => command.kind === 'refund' && command.parts !== undefined)
        .map(({ agreed: by }) => by?.by.map((approval) => approval.by)); // prettier-ignore
    const byTwo = agreed(5000).when({ step: 'approve-refund', agreement: 'RF-1-1' }, { by: 'user/ben' });
    assert.deepEqual(approvals(byTwo), [['user/ada', 'user/ben']]);
    assert.deepEqual(approvals(agreed(6000)), [undefined]);
  });

  test('in the default mode is never a command', () => {
    assert.deepEqual(planCommands(received().when(refund).on('2027-01-01').order().state, shopPolicy), []);
  });

  test('agreed and not made is owed, once', () => {
    const state = received().when(refund).on('2026-12-20').order().state;
    const owed = state.problems.filter((problem) => problem.control === 'entitled-refunded');
    assert.deepEqual(owed.map((problem) => [problem.code, problem.amount?.minor]).sort(), [['received-not-refunded', 5990], ['refund-overdue', 5990]]); // prettier-ignore
  });

  test('kept for wear does not come back with the next unit', () => {
    const desk = received().when({ ...refund, refund: { lines: [{ sku: 'SHOE', units: 1, keepMinor: 1000 }] }, totalMinor: 4990 }); // prettier-ignore
    const { state } = desk.order();
    const rest = previewRefund({ positions: state.positions, policy: desk.policy, day: state.placedAt! }, { lines: [{ sku: 'SHOE', units: 1 }] }); // prettier-ignore
    assert.ok(rest.ok && rest.preview.total === 5990);
  });

  test('goes to cards before vouchers, each up to what it paid', () => {
    const told = story('1')
      .line('SHOE', 2, 5990)
      .placed()
      .paid(8000, 'card')
      .paid(3980, 'gift_card')
      .shipped('SHOE', 2);
    const desk = new Desk(told).when({ step: 'receive', units: one(2) });
    const { state } = desk.order();
    const order = { positions: state.positions, policy: desk.policy, day: state.placedAt! };
    const all = previewRefund(order, { lines: [{ sku: 'SHOE', units: 2 }] });
    assert.ok(all.ok);
    assert.deepEqual(all.preview.tenders.map(({ tender, minor }) => [tender, minor]), [['card', 8000], ['gift_card', 3980]]); // prettier-ignore
    const half = previewRefund(order, { lines: [{ sku: 'SHOE', units: 1 }] });
    assert.deepEqual(half.ok && half.preview.tenders.map(({ tender, minor }) => [tender, minor]), [['card', 5990]]); // prettier-ignore
  });

  test('of an exchange: even, dearer and cheaper', () => {
    const exchange = (differenceMinor?: number): Desk => received().when({ step: 'exchange', rma, sku: 'SHOE', quantity: 1, newSku: 'BOOT', ...(differenceMinor !== undefined && { differenceMinor }) }); // prettier-ignore
    assert.ok(codesOf(exchange().on('2026-12-20').order().state).includes('exchange-not-shipped'));
    for (const difference of [1000, -1000]) {
      const problems = exchange(difference).on('2026-12-20').order().state.problems;
      assert.ok(problems.some((problem) => problem.code === 'exchange-balance-dropped' && problem.amount?.minor === 1000), String(difference)); // prettier-ignore
    }
    assert.equal(
      received().refused({ step: 'exchange', rma, sku: 'SHOE', quantity: 3, newSku: 'BOOT' }),
      'more-than-shipped',
    );
  });
});

describe('a withdrawal', () => {
  const sevenNov = '2026-11-07T21:14';
  const guest = { as: 'customer', by: 'customer' } as const;
  const withdrawn = (told: Story = two()): Desk => new Desk(told, { standardShipping: [{ from: '', value: 490 }] }).on(sevenNov).when({ step: 'withdraw', units: one(1) }, guest); // prettier-ignore
  const overdue = (desk: Desk) =>
    desk.order().state.problems.find((problem) => problem.code === 'withdrawal-overdue');

  test('is a right: its legal date stands, nobody is offered to approve or refuse it', () => {
    const desk = withdrawn();
    const [own] = desk.returns();
    assert.deepEqual([own!.stage, own!.legalOn, own!.withheld], ['withdrawn', '2026-11-21', true]);
    const offered = offerSteps(desk.order(), own, berlin(sevenNov)).map((step) => step.step);
    assert.ok(
      !offered.includes('approve') && !offered.includes('reject') && offered.includes('prove-dispatch'),
    );
    assert.equal(desk.refused({ step: 'approve', rma }), 'withdrawal-is-a-right');
    assert.equal(desk.refused({ step: 'reject', rma, why: 'no' }), 'withdrawal-is-a-right');
  });

  test('with proof of dispatch and no money by 22 November is of the gravest kind; on the 21st it is not late', () => {
    const desk = withdrawn().on('2026-11-10T09:00').when({ step: 'prove-dispatch', rma, text: 'receipt of the post office', tracking: '0034' }); // prettier-ignore
    assert.equal(overdue(desk.on('2026-11-21T23:00'))?.state, 'pending');
    const found = overdue(desk.on('2026-11-22T00:01'));
    assert.deepEqual([found?.state, found?.severity, found?.amount?.minor, found?.due], ['open', 1, 5990, '2026-11-21']); // prettier-ignore
  });

  test('without proof or goods the money is withheld, and nothing is broken', () => {
    const found = overdue(withdrawn().on('2027-02-01'));
    assert.deepEqual([found?.state, found?.note, found?.overdueAt], ['pending', 'withheld', undefined]);
  });

  test('of the whole order owes the standard shipping, not the express that was chosen', () => {
    const told = story('1')
      .line('SHOE', 2, 5990)
      .delivery(990)
      .placed({ customer: 'consumer' })
      .paid()
      .shipped('SHOE', 2);
    const desk = new Desk(told, { standardShipping: [{ from: '', value: 490 }] }).on(sevenNov).when({ step: 'withdraw' }, guest); // prettier-ignore
    desk.on('2026-11-10T09:00').when({ step: 'receive', rma, units: one(2) });
    const { state } = desk.order();
    const result = previewRefund({ positions: state.positions, policy: desk.policy, day: state.placedAt! }, { lines: [{ sku: 'SHOE', units: 2 }] }); // prettier-ignore
    assert.ok(result.ok);
    assert.deepEqual([result.preview.shipping.gross, result.preview.shipping.because, result.preview.total], [490, 'standard', 12_470]); // prettier-ignore
    assert.equal(overdue(desk.on('2026-11-22T09:00'))?.amount?.minor, 12_470);
  });

  test('of a business is none, and has no legal date', () => {
    const desk = new Desk(
      story('1').line('SHOE', 2, 5990).placed({ customer: 'business' }).paid().shipped('SHOE', 2),
    );
    assert.equal(desk.refused({ step: 'withdraw' }, guest), 'not-a-consumer');
    const asReturn = desk.when({ step: 'request', units: one(1) }).when({ step: 'approve', rma });
    assert.equal(asReturn.returns()[0]!.legalOn, undefined);
    assert.equal(overdue(asReturn.on('2026-12-20')), undefined);
  });

  test('goes before a return that was only asked for, and counts from when it was declared', () => {
    const desk = new Desk(two()).when({ step: 'request', units: one(2) }).on(sevenNov);
    desk.when({ step: 'withdraw', units: one(2), declaredAt: berlin('2026-11-05T08:00') });
    assert.deepEqual(desk.returns().map((own) => [own.rma, own.stage]), [[rma, 'cancelled'], ['RMA-1-2', 'withdrawn']]); // prettier-ignore
    assert.equal(desk.returns()[1]!.legalOn, '2026-11-19');
    assert.equal(
      desk.refused({ step: 'withdraw', declaredAt: berlin('2026-12-05T08:00') }),
      'declared-in-future',
    );
  });
});

describe('the desk', () => {
  test('refuses a form made from another version, and steps whose home is elsewhere', () => {
    const desk = new Desk(two());
    assert.equal(desk.refused({ step: 'request', units: one() }, { version: 'old' }), 'form-stale');
    const policy = { homes: { ...shopPolicy.homes, receive: [{ from: '', value: 'wms' as const }] } };
    const other = new Desk(two(), policy).when({ step: 'request', units: one() });
    assert.equal(other.refused({ step: 'receive', rma, units: one() }), 'home-elsewhere');
    const step = offerSteps(other.order(), other.returns()[0], berlin(later)).find(
      (own) => own.step === 'receive',
    );
    assert.deepEqual([step?.home, step?.refused?.reason], ['wms', 'home-elsewhere']);
  });

  test('takes evidence for what no system reports, until one does', () => {
    const desk = approved();
    const assertion = { type: 'goods.received', sku: 'SHOE', quantity: 2 } as const;
    assert.equal(desk.refused({ step: 'assert', assertion, text: '' }), 'evidence-needed');
    assert.equal(desk.refused({ step: 'assert', assertion: { type: 'refund.settled' as 'goods.received' }, text: 'x' }), 'not-assertable'); // prettier-ignore
    desk.when({ step: 'assert', assertion, text: 'seen by Ada on shelf 7' });
    assert.equal(desk.item().received, 2);
    desk.told.received('SHOE', 1, '2026-11-03T09:00');
    assert.equal(desk.on('2026-11-03T12:00').item().received, 1);
  });

  test('counts a payout that somebody vouched for until the bank reports it, never twice', () => {
    const told = two().recorded('r1', [['SHOE', 1, 5990]], '2026-11-02T08:30', { payment: 'manual' });
    const desk = new Desk(told).when({ step: 'assert', assertion: { type: 'payout.confirmed', minor: 5990, reference: 'E2E-1', refund: 'r1' }, text: 'bank statement 12' }); // prettier-ignore
    assert.equal(desk.order().state.money.paidOut, 5990);
    desk.told.paidOut(5990, 'r1', '2026-11-03T09:00');
    assert.equal(desk.on('2026-11-03T12:00').order().state.money.paidOut, 5990);
  });

  test('lets nobody vouch for more than is to be paid, for no refund at all, or for a time before the order', () => {
    const vouch = (minor: number, refund?: string, at?: string) =>
      ({ step: 'assert', text: 'bank statement 12', assertion: { type: 'payout.confirmed', minor, reference: 'E2E-1', ...(refund !== undefined && { refund }), ...(at !== undefined && { at }) } }) as const; // prettier-ignore
    const told = (): Story =>
      two().recorded('r1', [['SHOE', 1, 5990]], '2026-11-02T08:30', { payment: 'manual' });
    assert.equal(new Desk(told()).refused(vouch(5991, 'r1')), 'over-cap');
    assert.equal(new Desk(told()).refused(vouch(5991)), 'over-cap');
    assert.equal(new Desk(told()).refused(vouch(1, 'r9')), 'refund-unknown');
    assert.equal(new Desk(told()).refused(vouch(5990, 'r1', '1999-01-01T00:00:00Z')), 'before-order');
    const half = new Desk(told()).when(vouch(5000, 'r1'));
    assert.equal(half.refused(vouch(991, 'r1')), 'over-cap');
    assert.equal(half.refused(vouch(990, 'r1')), 'done');
    assert.equal(
      new Desk(two()).refused(vouch(11_981)),
      'over-cap',
      'nothing is recorded: no more than was paid to us',
    );
    assert.equal(new Desk(two()).refused(vouch(11_980)), 'done');
  });

  test('accepts a difference of today’s amount, and it opens again when the amount changes', () => {
    const desk = new Desk(two().refunded('r1', [['SHOE', 1, 5990]], '2026-11-02T09:00')).on('2026-12-20');
    const [problem] = desk
      .order()
      .state.problems.filter((own) => own.state === 'open' && own.waitsFor === undefined);
    desk.when({ step: 'accept', problem: problem!.id, why: 'goodwill' });
    assert.ok(!desk.order().state.problems.some((own) => own.id === problem!.id));
    assert.equal(desk.refused({ step: 'accept', problem: problem!.id, why: 'again' }), 'nothing-to-accept');
  });

  test('ties a record to the order only where it has none', () => {
    const order = new Desk(two()).order();
    const records = new Map([['psp:refund/re_1', undefined], ['psp:refund/re_2', 'shop/2']]); // prettier-ignore
    const by = { id: 'm', at: berlin(later), by: 'user/ada', as: 'staff' } as const;
    const ask = (subject: string): string => {
      const decided = decide({ ...order, records }, { step: 'match', subject, text: 'same amount' }, by);
      return decided.ok ? decided.facts.map((fact: Fact) => fact.type).join() : decided.reason;
    };
    assert.deepEqual(['psp:refund/re_1', 'psp:refund/re_2', 'psp:refund/re_3'].map(ask), ['match.confirmed', 'match-taken', 'match-unknown']); // prettier-ignore
  });

  test('says every refusal in two languages', () => {
    for (const reason of Object.keys(refusalReasons) as RefusalReason[]) {
      const about = { sku: 'SHOE', left: 1, limit: 1, units: 2, over: 1, rma: 'R', stage: 'approved', system: 'erp', until: '2026-11-20', condition: 'defective', to: 'customer', currency: 'EUR', part: 'fees', agreement: 'RF', refund: 'r1', type: 't', order: 'o', subject: 's' }; // prettier-ignore
      const [en, de] = [refusalText({ reason, about }, 'en'), refusalText({ reason, about }, 'de')];
      assert.ok(en !== de && !/[{}–]/.test(en + de), `${reason}: ${en} / ${de}`);
    }
  });
});
