/** Match claims: which part of an object (a bank line, a move, a gateway refund) is matched to which item of an order. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';
import { newId } from './ids.ts';

export type MatchClaim = {
  readonly objectKey: string;
  /** The part of the object; empty for the whole. */
  readonly part: string;
  readonly claimId: string;
  readonly orderKey: string;
  readonly item: string;
  readonly madeBy: string;
  readonly madeAt: string;
};

// Without an error: one would end the transaction that the decision is part of.
const insertClaim = statement<{ readonly claimId: string }, [string, string, string, string, string, string]>(
  'insert-match-claim',
  'object',
  `insert into match_claims (object_key, part, claim_id, order_key, item, made_by) values ($1, $2, $3, $4, $5, $6)
   on conflict (object_key, part) where released_at is null do nothing
   returning claim_id as "claimId"`,
);

/** Claims a part for an item; undefined when it is claimed already, by whatever order. Returns the claim's id. */
export async function claimMatch(
  db: Runner,
  claim: Omit<MatchClaim, 'claimId' | 'madeAt'>,
): Promise<string | undefined> {
  const { objectKey, part, orderKey, item, madeBy } = claim;
  return (await db.run(insertClaim, [objectKey, part, newId(), orderKey, item, madeBy]))[0]?.claimId;
}

const releaseClaim = statement<object, [string, string, string]>(
  'release-match-claim',
  'object',
  `update match_claims set released_at = now()
   where object_key = $1 and part = $2 and claim_id = $3 and released_at is null returning claim_id`,
);

/** Lets a part go; false when the claim was released before. */
export async function releaseMatch(
  db: Runner,
  claim: Pick<MatchClaim, 'objectKey' | 'part' | 'claimId'>,
): Promise<boolean> {
  return (await db.run(releaseClaim, [claim.objectKey, claim.part, claim.claimId])).length === 1;
}

const listClaims = statement<MatchClaim, [readonly string[]]>(
  'list-match-claims',
  'object',
  `select object_key as "objectKey", part, claim_id as "claimId", order_key as "orderKey", item, made_by as "madeBy",
     made_at as "madeAt"
   from match_claims where object_key = any ($1) and released_at is null order by object_key, part`,
);

/** Active claims on objects. */
export async function listMatchClaims(
  db: Runner,
  objectKeys: readonly string[],
): Promise<readonly MatchClaim[]> {
  return db.run(listClaims, [objectKeys]);
}
