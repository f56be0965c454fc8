/**
 * The matcher: finds what items undo or pay that do not name it (DESIGN 3.5).
 *
 * It applies what is uniquely determined with a margin; for everything else it lists candidates with reasons, or
 * says that there is none. No unit and no cent is claimed twice. Pure: the result depends on the sets given, not
 * on their order.
 *
 *     matchItems({ measure: 'units', items: creditLines, candidates: saleLines })
 */
import { byText } from './by-text.ts';
import {
  matchPolicyDefault,
  type Claim,
  type MatchCandidate,
  type MatchCandidateListed,
  type MatchDecision,
  type MatchItem,
  type MatchOutcome,
  type MatchPolicy,
  type MatchResult,
  type MatchWhy,
  type Measure,
  type RefusedDecision,
} from './match-item.ts';
import { assign, type Assignment } from './match-assign.ts';
import { buildHypotheses, byScore, differs, type Hypothesis } from './match-hypothesis.ts';
import { indexPools, isWanted, poolCandidates, takeFromPool, wantedBy, type Pool } from './match-pool.ts';

export type MatchInput = {
  readonly measure: Measure;
  readonly items: readonly MatchItem[];
  readonly candidates: readonly MatchCandidate[];
  readonly decisions?: readonly MatchDecision[];
  readonly policy?: Partial<MatchPolicy>;
  /** Since when sales (or refunds) are known, where older candidates than the oldest one given were left out. */
  readonly recordsFrom?: number;
};

/** Matches all items; throws RangeError for a repeated id or a quantity that is not a positive safe integer. */
export function matchItems(input: MatchInput): MatchResult {
  const policy: MatchPolicy = { ...matchPolicyDefault, ...input.policy };
  checkInput(input.items, 'item');
  checkInput(input.candidates, 'candidate');
  const items = [...input.items].sort((left, right) => byText(left.id, right.id));
  const { measure, candidates, decisions = [] } = input;
  const wanted = wantedBy(items, measure);
  const named = new Set(
    decisions.flatMap((each) => (each.kind === 'match' ? each.claims : [])).map((claim) => claim.candidate),
  );
  const pools = poolCandidates(
    candidates.filter((each) => isWanted(each, wanted, measure) || named.has(each.id)),
    measure,
  );
  const holders = new Map<Pool, string[]>();
  const decided = followDecisions(items, pools, holders, decisions);

  const open = items.filter((item) => !decided.outcomes.has(item.id));
  const index = indexPools(pools, input, open, wanted, policy);
  const lists = buildHypotheses(open, decided.rejected, index, measure, policy);
  const assignments = assign(lists, policy);

  const outcomes = new Map(decided.outcomes);
  for (const [position, item] of open.entries()) {
    const assignment = assignments[position]!;
    if (assignment.chosen === undefined || assignment.margin < policy.margin) continue;
    outcomes.set(item.id, apply(item, position, assignment, lists[position]!, holders, policy));
  }
  for (const [position, item] of open.entries()) {
    if (outcomes.has(item.id)) continue;
    outcomes.set(item.id, leaveOpen(item, lists[position]!, assignments[position]!, open, holders, policy));
  }
  return { outcomes: items.map((item) => outcomes.get(item.id)!), refused: decided.refused };
}

function checkInput(rows: readonly { readonly id: string; readonly quantity: number }[], what: string): void {
  const seen = new Set<string>();
  for (const { id, quantity } of rows) {
    if (seen.has(id)) throw new RangeError(`${what} id given twice: ${id}`);
    seen.add(id);
    if (!Number.isSafeInteger(quantity) || quantity <= 0) {
      throw new RangeError(`quantity of ${what} ${id} is not a positive whole number: ${quantity}`);
    }
  }
}

function apply(
  item: MatchItem,
  position: number,
  assignment: Assignment,
  list: readonly Hypothesis[],
  holders: Map<Pool, string[]>,
  policy: MatchPolicy,
): MatchOutcome {
  const chosen = assignment.chosen!;
  // Of a shared hypothesis each item books its own part.
  const own = chosen.items.length === 1 ? chosen.takes : [chosen.takes[chosen.items.indexOf(position)]!];
  const claims = own.flatMap(({ pool, quantity }) => {
    holders.set(pool, [...(holders.get(pool) ?? []), item.id]);
    return takeFromPool(pool, quantity);
  });
  const others = list.filter((each) => each !== chosen && !each.partial);
  const ahead = chosen.score - Math.max(0, ...others.map((each) => each.score));
  const why: MatchWhy =
    others.length === 0 ? 'only-candidate' : ahead >= policy.margin ? 'clear-margin' : 'by-elimination';
  return {
    item: item.id,
    status: 'matched',
    why,
    claims,
    score: chosen.score,
    margin: assignment.margin,
    evidence: chosen.evidence,
    candidates: [],
  };
}

function leaveOpen(
  item: MatchItem,
  list: readonly Hypothesis[],
  assignment: Assignment,
  items: readonly MatchItem[],
  holders: ReadonlyMap<Pool, readonly string[]>,
  policy: MatchPolicy,
): MatchOutcome {
  const candidates = [...list]
    .sort(byScore)
    .map((each): MatchCandidateListed => {
      const taken = each.takes.filter(({ pool, quantity }) => pool.open < Math.max(1, quantity));
      return {
        claims: each.takes.flatMap(({ pool, quantity }) => previewClaims(pool, quantity)),
        together: each.items.map((position) => items[position]!.id).filter((id) => id !== item.id),
        score: each.score,
        evidence: each.evidence,
        partial: each.partial,
        claimedBy: taken.flatMap(({ pool }) => holders.get(pool) ?? []),
      };
    })
    // What is still free first; the order among equals stays.
    .sort((left, right) => Number(left.claimedBy.length > 0) - Number(right.claimedBy.length > 0))
    .slice(0, policy.listMax);
  return {
    item: item.id,
    status: list.length === 0 ? 'orphan' : 'ambiguous',
    why: whyOpen(list, assignment, policy),
    claims: [],
    score: list[0]?.score ?? 0,
    margin: assignment.margin,
    evidence: [],
    candidates,
  };
}

function whyOpen(list: readonly Hypothesis[], assignment: Assignment, policy: MatchPolicy): MatchWhy {
  const [best, second] = list.filter((each) => !each.partial);
  if (list.length === 0) return 'no-candidate';
  if (best === undefined) return 'too-little-left';
  if (assignment.proof === 'unproved') return 'too-many-combinations';
  if (differs(best)) return 'price-differs';
  const ahead = best.score - Math.max(0, second?.score ?? 0);
  if (ahead >= policy.margin) return 'contested';
  if (second !== undefined && best.score - second.score < policy.margin) return 'several';
  return 'weak';
}

/** What claiming this would book, without booking it; where the pool has less left, the first members as sold. */
function previewClaims(pool: Pool, quantity: number): Claim[] {
  const exact = pool.members.find((member) => member.open === quantity);
  const claims: Claim[] = [];
  let rest = quantity;
  for (const member of exact === undefined ? pool.members : [exact]) {
    const taken = Math.min(member.open, rest);
    if (taken > 0) claims.push({ candidate: member.id, quantity: taken });
    rest -= taken;
  }
  const [first] = pool.members;
  if (rest > 0 && claims.length === 0 && first !== undefined)
    claims.push({ candidate: first.id, quantity: rest });
  return claims;
}

type Decided = {
  readonly outcomes: Map<string, MatchOutcome>;
  readonly refused: RefusedDecision[];
  readonly rejected: (item: MatchItem, pool: Pool) => boolean;
};

/**
 * Follows what people said, before anything else claims a unit. Of decisions that exclude each other the first by
 * item id stands and the others are refused with a reason; a person must look at both.
 */
function followDecisions(
  items: readonly MatchItem[],
  pools: readonly Pool[],
  holders: Map<Pool, string[]>,
  decisions: readonly MatchDecision[],
): Decided {
  const outcomes = new Map<string, MatchOutcome>();
  const refused: RefusedDecision[] = [];
  const rejections = new Set<string>();
  if (decisions.length === 0) return { outcomes, refused, rejected: () => false };

  const byId = new Map(items.map((item) => [item.id, item]));
  const poolOf = new Map(pools.flatMap((pool) => pool.members.map((member) => [member.id, pool] as const)));
  const sorted = [...decisions].sort((left, right) => byText(JSON.stringify(left), JSON.stringify(right)));
  for (const decision of sorted.sort((left, right) => byText(left.item, right.item))) {
    const item = byId.get(decision.item);
    const reason =
      item === undefined
        ? `there is no item ${decision.item}`
        : decision.kind === 'reject'
          ? undefined
          : ((outcomes.has(item.id) ? `${item.id} was decided twice` : undefined) ??
            (decision.kind === 'match' ? whyNotClaimed(item, decision.claims, poolOf) : undefined));
    if (reason !== undefined || item === undefined) {
      refused.push({ decision, reason: reason ?? '' });
      continue;
    }
    if (decision.kind === 'reject') {
      rejections.add(`${item.id}\u0000${decision.candidate}`);
      continue;
    }
    for (const { candidate, quantity } of decision.kind === 'match' ? decision.claims : []) {
      const pool = poolOf.get(candidate)!;
      pool.members.find((member) => member.id === candidate)!.open -= quantity;
      pool.open -= quantity;
      holders.set(pool, [...(holders.get(pool) ?? []), item.id]);
    }
    outcomes.set(item.id, {
      item: item.id,
      status: decision.kind === 'match' ? 'matched' : 'orphan',
      why: 'decided',
      claims: decision.kind === 'match' ? decision.claims : [],
      score: 0,
      margin: 0,
      evidence: [],
      by: decision.by,
      candidates: [],
    });
  }
  const rejected = (item: MatchItem, pool: Pool): boolean =>
    pool.members.some((member) => rejections.has(`${item.id}\u0000${member.id}`));
  return { outcomes, refused, rejected };
}

function whyNotClaimed(
  item: MatchItem,
  claims: readonly Claim[],
  poolOf: ReadonlyMap<string, Pool>,
): string | undefined {
  const sum = claims.reduce((total, claim) => total + claim.quantity, 0);
  if (sum > item.quantity) return `${item.id} has ${item.quantity}, the decision claims ${sum}`;
  const wanted = new Map<string, number>();
  for (const { candidate, quantity } of claims) {
    if (!Number.isSafeInteger(quantity) || quantity <= 0) return `claim of ${quantity} on ${candidate}`;
    wanted.set(candidate, (wanted.get(candidate) ?? 0) + quantity);
  }
  for (const [candidate, quantity] of wanted) {
    const open = poolOf.get(candidate)?.members.find((member) => member.id === candidate)?.open;
    if (open === undefined) return `there is no candidate ${candidate}`;
    if (open < quantity) return `${candidate} has ${open} left, the decision claims ${quantity}`;
  }
  return undefined;
}
