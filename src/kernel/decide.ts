/**
 * The return workflow: given what is known about an order and a request, either facts or a refusal with a reason.
 *
 *   decide(order, { step: 'receive', rma: 'RMA-1001-1', units: [{ sku: 'SHOE', quantity: 1 }] }, { id, at, by })
 *
 * Pure. Facts get ids from the decision's own, so that the same decision stored twice is one.
 */
import { decideExchange, decideRefund, approveRefund, revokeRefund } from './decide-money.ts';
import { inspectGoods, receiveGoods, releaseGoods, sendBackGoods, writeOffGoods } from './decide-goods.ts';
import { acceptDifference, assertFact, confirmMatch } from './decide-evidence.ts';
import {
  approveReturn, declareWithdrawal, endReturn, keepGoods, proveDispatch, rejectReturn, requestReturn,
} from './decide-return.ts'; // prettier-ignore
import { deskReturns, type DeskReturn } from './desk-return.ts';
import { deskStepNames, stepEntry, type DeskStep, type StepWish } from './desk-step.ts';
import { factId, type Fact, type FactType, type Payloads, type System } from './fact.ts';
import type { OrderState } from './order-state.ts';
import { valueOn, type Policy } from './policy.ts';
import { refuse, type Refusal } from './refusal.ts';

/** What a decision looks at. */
export type DeskOrder = {
  readonly state: OrderState;
  readonly policy: Policy;
  /** Does anybody report what leaves, for orders of this class? Else everything bought counts as shipped. */
  readonly shipmentsTold: boolean;
  /** Of all that is known about the order: a form made from another version is stale. */
  readonly version: string;
  /** Shown records of systems: what a match may be confirmed with, and the order each stands under. */
  readonly records?: ReadonlyMap<string, string | undefined>;
};

export type Decider = {
  /** Of the decision, unique: facts get their ids from it. */
  readonly id: string;
  /** Instant in UTC. */
  readonly at: string;
  /** Who: `user/…`, `token/…`, `customer`, a case. */
  readonly by: string;
  readonly as: 'customer' | 'staff' | 'case';
  /** Version of the form; undefined where no form was shown. */
  readonly version?: string;
};

export type Decided =
  | { readonly ok: true; readonly facts: readonly Fact[]; readonly rma?: string; readonly agreement?: string }
  | Refusal;

/** What a decision of one step works with: the order, its returns, and how its facts are made. */
export type Desk = DeskOrder & {
  readonly by: Decider;
  readonly returns: readonly DeskReturn[];
  readonly day: string;
  fact<T extends FactType>(
    type: T,
    payload: Payloads[T],
    extra?: { rma?: string; part?: string; at?: string },
  ): Fact;
};

/** Decides one request. */
export function decide(order: DeskOrder, wish: StepWish, by: Decider): Decided {
  const entry = stepEntry(wish.step);
  if (by.version !== undefined && by.version !== order.version) return refuse('form-stale');
  if (order.state.positions.home === undefined && wish.step !== 'assert' && wish.step !== 'match')
    return refuse('order-unknown');
  const home = homeOf(order.policy, wish.step, by.at);
  if (home !== 'desk') return refuse('home-elsewhere', { system: home });
  const desk = openDesk(order, by);
  const rma = 'rma' in wish ? wish.rma : undefined;
  if (rma !== undefined) {
    const found = desk.returns.find((one) => one.rma === rma);
    if (found === undefined) return refuse('rma-unknown', { rma });
    if (found.kind === 'withdrawal' && (wish.step === 'approve' || wish.step === 'reject'))
      return refuse('withdrawal-is-a-right');
    if (entry.from !== undefined && !entry.from.includes(found.stage))
      return refuse('wrong-stage', { stage: found.stage });
  }
  return decideStep(desk, wish);
}

function decideStep(desk: Desk, wish: StepWish): Decided {
  switch (wish.step) {
    case 'request':
      return requestReturn(desk, wish);
    case 'withdraw':
      return declareWithdrawal(desk, wish);
    case 'prove-dispatch':
      return proveDispatch(desk, wish);
    case 'approve':
      return approveReturn(desk, wish);
    case 'reject':
      return rejectReturn(desk, wish);
    case 'cancel':
      return endReturn(desk, wish.rma, 'return.cancelled', wish.why);
    case 'expire':
      return endReturn(desk, wish.rma, 'return.expired', 'expired');
    case 'keep':
      return keepGoods(desk, wish);
    case 'receive':
      return receiveGoods(desk, wish);
    case 'inspect':
      return inspectGoods(desk, wish);
    case 'release':
      return releaseGoods(desk, wish);
    case 'write-off':
      return writeOffGoods(desk, wish);
    case 'send-back':
      return sendBackGoods(desk, wish);
    case 'refund':
      return decideRefund(desk, wish);
    case 'approve-refund':
      return approveRefund(desk, wish);
    case 'revoke-refund':
      return revokeRefund(desk, wish);
    case 'exchange':
      return decideExchange(desk, wish);
    case 'accept':
      return acceptDifference(desk, wish);
    case 'assert':
      return assertFact(desk, wish);
    case 'match':
      return confirmMatch(desk, wish);
  }
}

/** The system in which a step is made on a day. */
export function homeOf(policy: Policy, step: DeskStep, at: string): System {
  const { home } = stepEntry(step);
  return home === undefined ? 'desk' : valueOn(policy.homes[home], at);
}

export type OfferedStep = {
  readonly step: DeskStep;
  readonly home: System;
  /** Undefined: it may be made here, now. */
  readonly refused?: Refusal;
};

/** Steps of a return that are also made for goods and money without a return number. */
const withoutNumber: ReadonlySet<DeskStep> = new Set([
  'receive', 'inspect', 'release', 'write-off', 'send-back', 'refund', 'exchange',
]); // prettier-ignore

/** Every step for one return (or, without one, for the order) with where it is made and why it may not be now. */
export function offerSteps(order: DeskOrder, one: DeskReturn | undefined, at: string): OfferedStep[] {
  const offered: OfferedStep[] = [];
  for (const step of deskStepNames) {
    const { from } = stepEntry(step);
    const home = homeOf(order.policy, step, at);
    const isHere = one === undefined ? from === undefined || withoutNumber.has(step) : from !== undefined;
    if (!isHere) continue;
    // A right is never offered for approval or refusal, not even greyed out.
    if (one?.kind === 'withdrawal' && (step === 'approve' || step === 'reject')) continue;
    const refused =
      home !== 'desk'
        ? refuse('home-elsewhere', { system: home })
        : one !== undefined && from !== undefined && !from.includes(one.stage)
          ? refuse('wrong-stage', { stage: one.stage })
          : undefined;
    offered.push({ step, home, ...(refused !== undefined && { refused }) });
  }
  return offered;
}

function openDesk(order: DeskOrder, by: Decider): Desk {
  const { state, policy } = order;
  const object = `decision/${by.id}`;
  return {
    ...order,
    by,
    day: state.placedAt ?? by.at,
    returns: deskReturns(state.facts, state.positions, policy),
    fact: (type, payload, { rma, part, at = by.at } = {}) =>
      ({
        ...payload, id: factId('desk', object, type, part), type, at, system: 'desk', connection: 'desk', object,
        order: state.orderKey, ...(rma !== undefined && { rma }),
      }) as unknown as Fact,
  }; // prettier-ignore
}
