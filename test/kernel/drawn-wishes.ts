/** Orders as a shop takes them, and what anybody may ask for at the desk: drawn from fixed seeds. */
import type { DeskOrder } from '../../src/kernel/decide.ts';
import { deskReturns } from '../../src/kernel/desk-return.ts';
import { assertable, type StepWish } from '../../src/kernel/desk-step.ts';
import { conditions, dispositions, purposes, type Purpose } from '../../src/kernel/fact.ts';
import { parseTerm } from '../../src/kernel/calendar.ts';
import type { Policy } from '../../src/kernel/policy.ts';
import { previewRefund, type PartWish, type RefundWish } from '../../src/kernel/refund-preview.ts';
import { shopPolicy, story, type Story } from './story.ts';

export type Draw = {
  whole(from: number, to: number): number;
  one<T>(list: readonly T[]): T;
  /** True in so many of a hundred. */
  chance(percent: number): boolean;
};

export function drawFrom(random: () => number): Draw {
  const whole = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  return {
    whole,
    one: (list) => list[whole(0, list.length - 1)]!,
    chance: (percent) => random() * 100 < percent,
  };
}

const always = <T>(value: T) => [{ from: '', value }];

/** How this shop works: a few settings away from the usual ones. */
export function drawPolicy(draw: Draw): Policy {
  const policy = { ...shopPolicy };
  if (draw.chance(30)) policy.payAfter = always('approval');
  if (draw.chance(40)) policy.secondApproval = always<number | undefined>(draw.one([0, 2000, 6000]));
  if (draw.chance(40)) policy.autoApprove = always('in-window');
  if (draw.chance(40)) policy.autoApproveCap = always<number | undefined>(draw.one([1999, 5990, 12000]));
  if (draw.chance(40)) policy.goodwillCap = always<number | undefined>(1000);
  if (draw.chance(50)) policy.standardShipping = always<number | undefined>(490);
  if (draw.chance(15)) policy.withdrawal = always('none');
  if (draw.chance(40)) policy.returnWindow = always(parseTerm(draw.one(['3bd', '7cd', '100cd']))!);
  if (draw.chance(15)) policy.homes = { ...policy.homes, receive: always('erp') };
  return policy;
}

/** Shoes on two lines, hats, a service, perhaps a discount as a fee; paid by one or two tenders, shipped in part. */
export function drawDeskOrder(draw: Draw): Story {
  const told = story('1001', '2026-10-01T10:00');
  told.currency = draw.one(['EUR', 'EUR', 'JPY', 'KWD']);
  told.line('SHOE', draw.whole(1, 3), 5990).line('HAT', 2, 1999, { tax: 261 });
  if (draw.chance(30)) told.line('SHOE', 1, 4990);
  if (draw.chance(40)) told.line('SETUP', 1, 990, { kind: 'service' });
  told.delivery(draw.one([0, 490, 990])).fee(draw.one([0, 0, 250, -500, -1000]));
  told.placed({
    customer: draw.chance(20) ? 'business' : 'consumer',
    total: told.total + draw.one([0, 0, 0, 1, -1]),
  });
  const total = told.total;
  if (draw.chance(30)) told.paid(1500, 'gift_card').paid(total - 1500);
  else if (draw.chance(90)) told.paid(draw.one([total, total, total - 1000]));
  const ordered = told.facts.find((fact) => fact.type === 'order.placed')!;
  for (const { sku, quantity, kind } of ordered.type === 'order.placed' ? ordered.lines : [])
    if (kind !== 'service' && draw.chance(85)) told.shipped(sku, draw.chance(80) ? quantity : 1, '2026-10-03T12:00');
  if (draw.chance(10)) told.cancelled('2026-10-04T09:00');
  if (draw.chance(10)) told.disputed('opened', 1000, '2026-10-04T10:00');
  if (draw.chance(30)) told.moved('SHOE', 1, 'customer', draw.one(['input', 'saleable', 'hold']), '2026-10-05T10:00', {}, draw.chance(50) ? 'RMA-1001-1' : undefined); // prettier-ignore
  if (draw.chance(20)) told.recorded('r0', [['HAT', 1, 1999]], '2026-10-05T11:00', { payment: draw.one(['gateway', 'manual']) }); // prettier-ignore
  if (draw.chance(15)) told.fact('store_credit.issued', 'shop', { money: { minor: 700, currency: told.currency }, reference: 'V1' }, '2026-10-05T12:00'); // prettier-ignore
  return told;
} // prettier-ignore

const skus = [...Array<'SHOE'>(10).fill('SHOE'), ...Array<'HAT'>(7).fill('HAT'), 'SETUP', 'PAN'] as const;

/** Mostly sensible, now and then not. */
export function drawWish(draw: Draw, order: DeskOrder): StepWish {
  const returns = deskReturns(order.state.facts, order.state.positions, order.policy);
  const agreements = [...order.state.positions.agreements.keys()];
  const rma = returns.length > 0 && draw.chance(97) ? draw.one(returns).rma : 'RMA-9';
  const maybe = returns.length > 0 && draw.chance(80) ? { rma } : {};
  const unit = () => ({ sku: draw.one(skus), quantity: draw.chance(3) ? 0 : draw.one([1, 1, 1, 1, 1, 2, 3]) });
  const some = <T>(make: () => T): T[] => Array.from({ length: draw.chance(2) ? 0 : draw.one([1, 1, 2]) }, make);
  const text = draw.chance(8) ? ' ' : 'seen by ops';
  switch (draw.one(likely.filter((step) => fits(step, returns.length > 0, agreements.length > 0)))) {
    case 'request':
      return { step: 'request', units: some(unit), ...(draw.chance(50) && { reason: 'too_small', wish: 'refund' }) };
    case 'withdraw':
      return { step: 'withdraw', ...(draw.chance(60) && { units: some(unit) }), ...(draw.chance(30) && { declaredAt: draw.one(['2026-10-06T20:00:00.000Z', '2027-01-01T00:00:00.000Z', 'soon']) }) };
    case 'prove-dispatch':
      return { step: 'prove-dispatch', rma, text, ...(draw.chance(50) && { tracking: 'P1' }) };
    case 'approve':
      return { step: 'approve', rma, ...(draw.chance(30) && { units: some(unit) }) };
    case 'end':
      return draw.one<StepWish>([{ step: 'reject', rma, why: text }, { step: 'cancel', rma, why: text }, { step: 'expire', rma }]);
    case 'keep':
      return { step: 'keep', rma, ...(draw.chance(50) && { units: some(unit) }) };
    case 'receive':
      return { step: 'receive', ...maybe, units: some(unit), ...(draw.chance(20) && { isSurplus: true }) };
    case 'inspect':
      return { step: 'inspect', ...maybe, units: some(() => ({ ...unit(), condition: draw.one(conditions), disposition: draw.one(['restock', 'quarantine', ...dispositions]) })) };
    case 'release':
      return { step: 'release', ...maybe, units: some(() => ({ ...unit(), disposition: draw.one(['restock', 'scrap', 'return_to_vendor', 'missing']), ...(draw.chance(30) && { condition: draw.one(conditions) }) })) };
    case 'write-off':
      return { step: 'write-off', ...maybe, units: some(() => ({ ...unit(), disposition: draw.one(['scrap', 'recycle', 'missing']), ...(draw.chance(50) && { from: 'quarantine' as const }) })) };
    case 'send-back':
      return { step: 'send-back', ...maybe, units: some(unit), to: draw.one(['customer', 'vendor']) };
    case 'refund': {
      const refund = drawRefund(draw);
      const shown = previewRefund({ positions: order.state.positions, policy: order.policy, day: order.state.placedAt! }, refund);
      return { step: 'refund', ...maybe, refund, totalMinor: (shown.ok ? shown.preview.total : 0) + (draw.chance(5) ? 1 : 0), ...(draw.chance(30) && { payFirst: true }) };
    }
    case 'agreed': {
      const agreement = agreements.length > 0 && draw.chance(95) ? draw.one(agreements) : 'A-9';
      return draw.chance(70) ? { step: 'approve-refund', agreement } : { step: 'revoke-refund', agreement, why: text };
    }
    case 'exchange':
      return { step: 'exchange', ...maybe, ...unit(), newSku: draw.one(['BOOT', 'BOOT', ' ']), ...(draw.chance(50) && { differenceMinor: draw.one([500, -500, -90000, 0.5]) }) };
    case 'accept':
      return { step: 'accept', problem: order.state.problems[0]?.id ?? 'none', why: text };
    case 'assert':
      return { step: 'assert', text, ...maybe, assertion: { type: draw.one([...assertable, 'refund.settled' as never]), ...(draw.chance(80) && unit()), ...(draw.chance(80) && { minor: draw.one([700, 0]), reference: draw.one(['B1', ' ']) }), ...(draw.chance(20) && { at: draw.one(['2026-10-06T20:00:00.000Z', '2027-01-01T00:00:00.000Z']) }), ...(draw.chance(20) && { refund: 'r0', to: 'vendor' as const }) } };
    case 'match':
      return { step: 'match', subject: draw.one(['erp/picking/1', 'erp/picking/2', 'erp/picking/3']), text };
  }
} // prettier-ignore

const likely = [
  'request', 'request', 'request', 'withdraw', 'prove-dispatch', 'approve', 'approve', 'end', 'keep', 'receive', 'receive',
  'receive', 'inspect', 'inspect', 'inspect', 'release', 'write-off', 'send-back', 'refund', 'refund', 'refund', 'refund',
  'agreed', 'agreed', 'agreed', 'exchange', 'accept', 'assert', 'assert', 'match',
] as const; // prettier-ignore

const needReturn: readonly string[] = ['prove-dispatch', 'approve', 'end', 'keep'];

const fits = (step: string, hasReturn: boolean, hasAgreement: boolean): boolean =>
  (hasReturn || !needReturn.includes(step)) && (hasAgreement || step !== 'agreed');

/** What may be asked of a preview. */
export function drawRefund(draw: Draw): RefundWish {
  const partWish = (): PartWish => draw.one<PartWish>(['policy', 'none', 'all', { minor: draw.one([100, 490, 5000, -100, -500, 0.5]) }]);
  const line = () => ({ ...(draw.chance(80) ? { sku: draw.one(skus) } : { line: draw.one(['1', '2', '3', '9']) }), units: draw.chance(3) ? 0 : draw.one([1, 1, 1, 1, 2, 3]), ...(draw.chance(20) && { keepMinor: draw.one([100, 100, 599, 99999, -1]) }) });
  const purpose: Purpose | undefined = draw.chance(35) ? draw.one(purposes) : undefined;
  return {
    ...(draw.chance(85) && { lines: Array.from({ length: draw.one([1, 1, 2]) }, line) }),
    ...(draw.chance(30) && { shipping: partWish() }),
    ...(draw.chance(20) && { fees: partWish() }),
    ...(draw.chance(20) && { amountMinor: draw.one([500, 500, 1500, 999999, -1]) }),
    ...(purpose !== undefined && { purpose }),
    ...(draw.chance(20) && { pay: draw.one(['original', 'store_credit', 'manual'] as const) }),
  };
} // prettier-ignore
