/**
 * Returns as the desk sees them: for each return number what was asked, allowed, counted and graded, and the stage it
 * is in. Derived from the facts of the order; nothing stores a stage.
 */
import { byText } from './by-text.ts';
import { localDate } from './calendar.ts';
import type { Disposition, Fact, FactOf, LocationClass, System, Wish } from './fact.ts';
import type { Policy } from './policy.ts';
import type { Positions } from './positions.ts';
import { isFromWhole } from './withdrawal.ts';

export const returnStages = [
  'requested', 'withdrawn', 'approved', 'rejected', 'cancelled', 'expired', 'kept', 'received', 'inspected',
] as const; // prettier-ignore
export type ReturnStage = (typeof returnStages)[number];

export type ReturnUnits = {
  readonly sku: string;
  requested: number;
  /** Allowed by approval or withdrawal, less what was cancelled or has expired. */
  allowed: number;
  kept: number;
  received: number;
  /** Units by final or present disposition; what was released from quarantine is not under it any more. */
  readonly graded: Partial<Record<Disposition, number>>;
  sentBack: number;
};

export type DeskReturn = {
  readonly rma: string;
  readonly kind: 'return' | 'withdrawal';
  readonly stage: ReturnStage;
  /** Earliest fact that names it. */
  readonly openedAt: string;
  /** Who opened it: `desk`, or the system that did. */
  readonly openedBy: System;
  readonly wholeOrder: boolean;
  readonly units: readonly ReturnUnits[];
  readonly wish?: Wish;
  readonly reason?: string;
  /** Of a consumer's withdrawal: the day by which the money must be back, and why it may still be withheld. */
  readonly legalOn?: string;
  readonly withheld?: boolean;
  readonly dispatchProvedAt?: string;
};

const legalDays = 14;

/** Last day on which the money of a withdrawal declared at `at` is in time, in the business's zone. */
export function legalDay(at: string, zone: string): string {
  return Temporal.PlainDate.from(localDate(at, zone)).add({ days: legalDays }).toString();
}

const ended = {
  'return.rejected': 'rejected',
  'return.cancelled': 'cancelled',
  'return.expired': 'expired',
} as const;

/** All returns with a number, oldest first. */
export function deskReturns(facts: readonly Fact[], positions: Positions, policy: Policy): DeskReturn[] {
  const byNumber = Map.groupBy(
    facts.filter((fact) => fact.rma !== undefined),
    (fact) => fact.rma!,
  );
  const opened = [...byNumber].filter(([, own]) => own.some(opensReturn));
  const [only, ...others] = opened;
  // Systems tell of goods without the number that another gave: of a single return those that came after it are its own.
  if (only !== undefined && others.length === 0) {
    const named = new Set(
      only[1].flatMap((fact) => ('sku' in fact && fact.sku !== undefined ? [fact.sku] : [])),
    );
    const from = only[1].find(opensReturn)!.at;
    const isOwn = (fact: Fact): boolean =>
      fact.rma === undefined &&
      fact.at >= from &&
      isAboutGoods(fact) &&
      (named.size === 0 || named.has(fact.sku));
    only[1] = [...only[1], ...facts.filter(isOwn)];
  }
  return opened
    .map(([rma, own]) => readReturn(rma, own, positions, policy))
    .sort((left, right) => byText(left.openedAt, right.openedAt) || byText(left.rma, right.rma));
}

const opensReturn = (fact: Fact): boolean =>
  fact.type === 'return.requested' || fact.type === 'return.approved' || fact.type === 'withdrawal.declared';

const isAboutGoods = (
  fact: Fact,
): fact is FactOf<'goods.received' | 'stock.moved' | 'goods.inspected' | 'goods.sent_back'> =>
  fact.type === 'goods.received' || fact.type === 'stock.moved' ||
  fact.type === 'goods.inspected' || fact.type === 'goods.sent_back'; // prettier-ignore

function readReturn(rma: string, facts: readonly Fact[], positions: Positions, policy: Policy): DeskReturn {
  const units = new Map<string, ReturnUnits>();
  const unitsOf = (sku: string): ReturnUnits => {
    let own = units.get(sku);
    if (own === undefined)
      units.set(
        sku,
        (own = { sku, requested: 0, allowed: 0, kept: 0, received: 0, graded: {}, sentBack: 0 }),
      );
    return own;
  };
  const counts = new Map<string, Map<System, number>>();
  const putAway = new Map<string, number>();
  let withdrawal: FactOf<'withdrawal.declared'> | undefined;
  let request: FactOf<'return.requested'> | undefined;
  let [isApproved, end]: [boolean, End | undefined] = [false, undefined];
  for (const fact of facts) {
    const { sku, quantity = 0 } = fact as { readonly sku?: string; readonly quantity?: number };
    switch (fact.type) {
      case 'return.requested':
        request ??= fact;
        if (sku !== undefined) unitsOf(sku).requested += quantity;
        break;
      case 'withdrawal.declared':
        withdrawal ??= fact;
        if (sku === undefined || isFromWhole(fact)) {
          for (const item of positions.items.values())
            if (item.onOrder && item.kind === 'goods') unitsOf(item.sku).allowed += item.ordered;
        } else unitsOf(sku).allowed += fact.quantity ?? positions.items.get(sku)?.ordered ?? 0;
        break;
      case 'return.approved':
        if (fact.announces === true) break;
        if (fact.keep === true) {
          if (sku !== undefined) unitsOf(sku).kept += quantity;
        } else if (sku !== undefined) unitsOf(sku).allowed += quantity;
        isApproved = true;
        end = undefined;
        break;
      case 'return.rejected':
      case 'return.cancelled':
      case 'return.expired':
        end = { stage: ended[fact.type], isWhole: sku === undefined };
        // A refusal is about what was asked for, the others about what was allowed.
        if (sku !== undefined && fact.type !== 'return.rejected')
          unitsOf(sku).allowed = Math.max(0, unitsOf(sku).allowed - quantity);
        break;
      case 'goods.received':
        addCount(counts, fact.sku, fact.system, fact.quantity);
        break;
      case 'stock.moved':
        if (fact.system !== 'shop' && fact.from === 'customer')
          addCount(counts, fact.sku, fact.system, fact.quantity);
        if (fact.system !== 'shop')
          putAway.set(fact.sku, (putAway.get(fact.sku) ?? 0) + fact.quantity * (Number(isDecided(fact.to)) - Number(isDecided(fact.from)))); // prettier-ignore
        break;
      case 'goods.inspected':
        addGrade(unitsOf(fact.sku).graded, fact);
        if (fact.disposition === 'keep') unitsOf(fact.sku).kept += fact.quantity;
        break;
      case 'goods.sent_back':
        unitsOf(fact.sku).sentBack += fact.quantity;
        break;
      default:
        break;
    }
  }
  // Only now: of two facts of one instant the release may come before what it releases.
  for (const { graded } of units.values()) if ((graded.quarantine ?? 0) < 0) graded.quarantine = 0;
  for (const [sku, bySystem] of counts) unitsOf(sku).received = bookCount(bySystem, policy);
  const list = [...units.values()].sort((left, right) => byText(left.sku, right.sku));
  const first = facts.find(opensReturn)!;
  // A proof that names no return counts for each; one that names another does not.
  const proof = positions.dispatches.find((fact) => fact.rma === undefined || fact.rma === rma);
  return {
    rma, kind: withdrawal === undefined ? 'return' : 'withdrawal', openedAt: first.at, openedBy: first.system,
    stage: stageOf(list, putAway, withdrawal !== undefined, isApproved, end), wholeOrder: withdrawal !== undefined && isFromWhole(withdrawal), units: list,
    ...(request?.wish !== undefined && { wish: request.wish }), ...(request?.reason !== undefined && { reason: request.reason }),
    ...(proof !== undefined && { dispatchProvedAt: proof.at }),
    ...(withdrawal !== undefined && legalOf(withdrawal, list, proof !== undefined, positions, policy)),
  }; // prettier-ignore
}

/** Units in such a place were looked at, whoever wrote it down. */
const isDecided = (place: LocationClass): boolean => place === 'saleable' || place === 'scrap';

function addCount(
  counts: Map<string, Map<System, number>>,
  sku: string,
  system: System,
  units: number,
): void {
  let bySystem = counts.get(sku);
  if (bySystem === undefined) counts.set(sku, (bySystem = new Map()));
  bySystem.set(system, (bySystem.get(system) ?? 0) + units);
}

function bookCount(bySystem: ReadonlyMap<System, number>, policy: Policy): number {
  for (const system of policy.bookOrder.received) {
    const units = bySystem.get(system);
    if (units !== undefined) return Math.max(0, units);
  }
  return Math.max(0, ...bySystem.values());
}

function addGrade(graded: ReturnUnits['graded'], fact: FactOf<'goods.inspected'>): void {
  graded[fact.disposition] = (graded[fact.disposition] ?? 0) + fact.quantity;
  if (fact.from === 'quarantine') graded.quarantine = (graded.quarantine ?? 0) - fact.quantity;
}

/** How a return ended; what names no units ends all of it. */
type End = { readonly stage: ReturnStage; readonly isWhole: boolean };

function stageOf(
  units: readonly ReturnUnits[],
  putAway: ReadonlyMap<string, number>,
  isWithdrawal: boolean,
  isApproved: boolean,
  end: End | undefined,
): ReturnStage {
  const received = units.reduce((sum, own) => sum + own.received, 0);
  const graded = units.reduce((sum, own) => {
    const told = Object.values(own.graded).reduce((left, right) => left + right, 0);
    return sum + Math.max(told, Math.min(own.received, putAway.get(own.sku) ?? 0));
  }, 0);
  if (received > 0) return graded >= received ? 'inspected' : 'received';
  const isAllowed = units.some((own) => own.allowed > 0);
  if (units.some((own) => own.kept > 0) && !isAllowed) return 'kept';
  if (end !== undefined && (end.isWhole || !isAllowed)) return end.stage;
  return isWithdrawal ? 'withdrawn' : isApproved ? 'approved' : 'requested';
}

function legalOf(
  withdrawal: FactOf<'withdrawal.declared'>,
  units: readonly ReturnUnits[],
  isProved: boolean,
  positions: Positions,
  policy: Policy,
): Pick<DeskReturn, 'legalOn' | 'withheld'> {
  if (positions.home?.customer === 'business') return {};
  const isHere = units.some((own) => own.received > 0);
  return { legalOn: legalDay(withdrawal.at, policy.zone), withheld: !isProved && !isHere };
}

/** Number for the next return of an order: `RMA-10457-2`. People read and scan it; it is no secret. */
export function nextRma(order: string, returns: readonly Pick<DeskReturn, 'rma'>[]): string {
  const taken = new Set(returns.map((one) => one.rma));
  for (let count = 1; ; count++) {
    const rma = `RMA-${order.toUpperCase().replaceAll(/[^A-Z0-9-]+/g, '-')}-${count}`;
    if (!taken.has(rma)) return rma;
  }
}

/** Number for the next agreed refund of an order: `RF-10457-1`. */
export function nextAgreement(order: string, positions: Positions): string {
  return `RF-${order.toUpperCase().replaceAll(/[^A-Z0-9-]+/g, '-')}-${positions.agreements.size + 1}`;
}
