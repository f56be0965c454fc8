/** Decisions about money: refunds agreed, approved by a second person, taken back; exchanges. */
import type { Decided, Desk } from './decide.ts';
import { countForDesk } from './desk-count.ts';
import { nextAgreement, nextRma } from './desk-return.ts';
import type { WishOf } from './desk-step.ts';
import type { Fact, Purpose } from './fact.ts';
import { valueOn, type Policy } from './policy.ts';
import { unitsOf, type Agreement, type Positions } from './positions.ts';
import { previewRefund, refundLinesOf, type RefundPreview } from './refund-preview.ts';
import { refuse, type Refusal } from './refusal.ts';
import { openAgreements } from './remaining-charges.ts';

const withoutGoods: readonly Purpose[] = ['goodwill', 'price', 'shipping', 'duplicate'];

/** What has become of an agreed refund. */
export type AgreementState = 'waits-for-approval' | 'ready' | 'made' | 'revoked';

export function agreementState(agreement: Agreement, policy: Policy): AgreementState {
  if (agreement.made !== undefined) return 'made';
  if (agreement.revoked) return 'revoked';
  return agreement.by.length >= approvalsNeeded(agreement.minor, policy, agreement.fact.at) ? 'ready' : 'waits-for-approval'; // prettier-ignore
}

/** People who must say yes to a refund of so much. */
export function approvalsNeeded(minor: number, policy: Policy, at: string): 1 | 2 {
  const limit = valueOn(policy.secondApproval, at);
  return limit !== undefined && minor > limit ? 2 : 1;
}

export function decideRefund(desk: Desk, wish: WishOf<'refund'>): Decided {
  const { positions } = desk.state;
  if ([...positions.disputes.values()].some((dispute) => dispute.type === 'dispute.opened'))
    return refuse('disputed');
  const result = previewRefund({ positions, policy: desk.policy, day: desk.day }, wish.refund);
  if (!result.ok) return result;
  const { preview } = result;
  const refused = checkPurpose(desk, wish, preview) ?? checkGoods(desk, wish, preview);
  if (refused !== undefined) return refused;
  if (preview.total !== wish.totalMinor) return refuse('preview-differs');
  const agreement = nextAgreement(desk.state.order, positions);
  const { currency, total, purpose, pay, shipping, fees } = preview;
  const seen = positions.refunds.map((refund) => refund.refund);
  const fact = desk.fact('refund.agreed', {
    money: { minor: total, currency }, agreement, lines: refundLinesOf(preview), shipping: { gross: shipping.gross, tax: shipping.tax },
    fees: { gross: fees.gross, tax: fees.tax }, purpose, pay, by: desk.by.by, ...(seen.length > 0 && { seen: seen.join(',') }),
  }, wish.rma === undefined ? {} : { rma: wish.rma }); // prettier-ignore
  return { ok: true, facts: [fact], agreement, ...(wish.rma !== undefined && { rma: wish.rma }) };
}

function checkPurpose(desk: Desk, wish: WishOf<'refund'>, preview: RefundPreview): Refusal | undefined {
  const { purpose } = wish.refund;
  if (preview.amount > 0 && (purpose === undefined || !withoutGoods.includes(purpose)))
    return refuse('purpose-needed');
  const cap = valueOn(desk.policy.goodwillCap, desk.day);
  // Units are goodwill, too, where they are paid for without being here.
  const given = wish.payFirst === true ? preview.total : preview.amount;
  if (purpose === 'goodwill' && cap !== undefined && given > cap)
    return refuse('over-goodwill-cap', { left: cap, currency: preview.currency });
  return undefined;
}

/**
 * Units that are paid for must be here, never have left, stay with the customer by agreement, or be paid first; nobody is
 * paid for units that something else was sent for.
 */
function checkGoods(desk: Desk, wish: WishOf<'refund'>, preview: RefundPreview): Refusal | undefined {
  const { positions } = desk.state;
  const isFirst = wish.payFirst === true || valueOn(desk.policy.payAfter, desk.day) === 'approval';
  const wanted = new Map<string, number>();
  for (const { sku, units } of preview.lines) wanted.set(sku, (wanted.get(sku) ?? 0) + units);
  for (const [sku, units] of wanted) {
    const item = positions.items.get(sku)!;
    if (item.kind === 'service') continue;
    const { shipped, received, kept, swapped } = countForDesk(desk, item);
    const given = unitsOf(item.refunded) + promisedUnits(positions, sku) + swapped;
    if (swapped > 0 && units > item.ordered - given)
      return refuse('more-than-left', { sku, left: Math.max(0, item.ordered - given) });
    if (isFirst) continue;
    const unshipped = Math.max(0, item.ordered - shipped);
    const payable = received + unshipped + kept + unitsOf(item.lost) + provedUnits(desk, sku) - given;
    if (units > payable) return refuse('not-received', { sku, left: Math.max(0, payable) });
  }
  return undefined;
}

/** Units on agreed refunds that are not made yet. */
function promisedUnits(positions: Positions, sku: string): number {
  const lines = openAgreements(positions).flatMap(({ fact }) => fact.lines);
  return lines.reduce((sum, line) => sum + (line.sku === sku ? line.quantity : 0), 0);
}

/** A consumer who withdrew and proves the dispatch is paid for these units, whether they have come or not. */
function provedUnits(desk: Desk, sku: string): number {
  let units = 0;
  for (const one of desk.returns)
    if (one.kind === 'withdrawal' && one.dispatchProvedAt !== undefined)
      for (const own of one.units) if (own.sku === sku) units += Math.max(0, own.allowed - own.received);
  return units;
}

export function approveRefund(desk: Desk, { agreement }: WishOf<'approve-refund'>): Decided {
  const { positions } = desk.state;
  const found = positions.agreements.get(agreement);
  if (found === undefined) return refuse('agreement-unknown', { agreement });
  if (found.by.includes(desk.by.by)) return refuse('same-person');
  const state = agreementState(found, desk.policy);
  if (state === 'made' || state === 'revoked') return refuse('agreement-done');
  if (state === 'ready') return refuse('agreement-complete');
  if ([...positions.disputes.values()].some((dispute) => dispute.type === 'dispute.opened'))
    return refuse('disputed');
  return {
    ok: true,
    facts: [desk.fact('refund.approved', { agreement, by: desk.by.by }, rmaOf(found))],
    agreement,
  };
}

export function revokeRefund(desk: Desk, { agreement, why }: WishOf<'revoke-refund'>): Decided {
  const found = desk.state.positions.agreements.get(agreement);
  if (found === undefined) return refuse('agreement-unknown', { agreement });
  if (found.revoked || found.made !== undefined) return refuse('agreement-done');
  if (why.trim() === '') return refuse('reason-needed');
  return {
    ok: true,
    facts: [desk.fact('refund.revoked', { agreement, by: desk.by.by }, rmaOf(found))],
    agreement,
  };
}

const rmaOf = ({ fact }: Agreement): { rma?: string } => (fact.rma === undefined ? {} : { rma: fact.rma });

/** Something else instead: even, dearer (the customer owes the difference) or cheaper (we do). */
export function decideExchange(desk: Desk, wish: WishOf<'exchange'>): Decided {
  const { sku, quantity, newSku, differenceMinor = 0 } = wish;
  const { positions } = desk.state;
  if (!Number.isSafeInteger(quantity) || quantity < 1) return refuse('units-invalid');
  if (!Number.isSafeInteger(differenceMinor)) return refuse('amount-invalid');
  if (newSku.trim() === '') return refuse('exchange-same-item');
  const item = positions.items.get(sku);
  if (item === undefined || !item.onOrder) return refuse('item-not-on-order', { sku });
  if (item.kind === 'service') return refuse('item-not-returnable', { sku });
  const { shipped, inReturns } = countForDesk(desk, item);
  if (quantity > shipped) return refuse('more-than-shipped', { sku, units: quantity, limit: shipped });
  const own = desk.returns.find((one) => one.rma === wish.rma)?.units.find((one) => one.sku === sku);
  const named = own === undefined ? 0 : Math.max(own.allowed, own.requested, own.received);
  const free = wish.rma === undefined ? shipped - inReturns : named - unitsOf(item.exchanged);
  if (quantity > free) return refuse('more-than-open', { sku, left: Math.max(0, free) });
  const left =
    item.ordered - unitsOf(item.refunded) - promisedUnits(positions, sku) - unitsOf(item.exchanged);
  if (quantity > left) return refuse('more-than-left', { sku, left: Math.max(0, left) });
  if (differenceMinor < 0) {
    const result = previewRefund({ positions, policy: desk.policy, day: desk.day }, { amountMinor: -differenceMinor, purpose: 'price' }); // prettier-ignore
    if (!result.ok) return result;
  }
  const rma = wish.rma ?? nextRma(desk.state.order, desk.returns);
  const facts: Fact[] = [];
  // The goods come back all the same; without a return there is none yet.
  if (own === undefined || own.allowed < quantity)
    facts.push(
      desk.fact('return.approved', { sku, quantity: quantity - (own?.allowed ?? 0) }, { rma, part: sku }),
    );
  facts.push(
    desk.fact('exchange.agreed', {
      sku, quantity, newSku, ...(differenceMinor !== 0 && { difference: { minor: differenceMinor, currency: positions.currency } }),
    }, { rma, part: sku }),
  ); // prettier-ignore
  return { ok: true, facts, rma };
}
