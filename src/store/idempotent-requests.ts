/** Answers kept by Idempotency-Key: a request that is sent twice is done once and answered twice. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type RequestRef = {
  /** `user/…` or `token/…`. */
  readonly actor: string;
  readonly key: string;
  /** Keyed hash of method, address and body. */
  readonly hash: Buffer;
};

export type BegunRequest =
  /** The first with this key: do it, then `finishRequest`. */
  | { readonly is: 'new' }
  /** Another request had this key. */
  | { readonly is: 'other' }
  | { readonly is: 'under-way' }
  /** `answer` is null where it held a secret. */
  | { readonly is: 'done'; readonly statusCode: number; readonly answer: string | null };

const beginStatement = statement<object, [string, string, Buffer]>(
  'begin-idempotent-request',
  'reference',
  `insert into idempotent_requests (actor, request_key, request_hash, started_at) values ($1, $2, $3, now())
   on conflict (actor, request_key) do nothing returning request_key`,
);

const beginAgainStatement = statement<object, [string, string, Buffer, number]>(
  'begin-abandoned-request',
  'reference',
  `update idempotent_requests set started_at = now()
   where actor = $1 and request_key = $2 and request_hash = $3 and status_code is null
     and started_at < now() - $4 * interval '1 millisecond'
   returning request_key`,
);

const findStatement = statement<
  {
    readonly hash: Buffer;
    readonly statusCode: number | null;
    readonly answer: string | null;
    readonly isWithheld: boolean;
  },
  [string, string]
>(
  'find-idempotent-request',
  'reference',
  `select request_hash as hash, status_code as "statusCode", answer, is_withheld as "isWithheld"
   from idempotent_requests where actor = $1 and request_key = $2`,
);

/**
 * Begins a request, or tells what became of the earlier one. One that never ended (its process died) counts as under
 * way for `abandonedMs`, which must be longer than any request may take; then it may be done again.
 */
export async function beginRequest(
  db: Runner,
  { actor, key, hash }: RequestRef,
  abandonedMs: number,
): Promise<BegunRequest> {
  if ((await db.run(beginStatement, [actor, key, hash])).length === 1) return { is: 'new' };
  if ((await db.run(beginAgainStatement, [actor, key, hash, abandonedMs])).length === 1) return { is: 'new' };
  const found = (await db.run(findStatement, [actor, key]))[0];
  // Freed between the two statements: whoever asks again gets it.
  if (found === undefined) return { is: 'under-way' };
  if (!found.hash.equals(hash)) return { is: 'other' };
  if (found.statusCode === null) return { is: 'under-way' };
  return { is: 'done', statusCode: found.statusCode, answer: found.isWithheld ? null : found.answer };
}

const finishStatement = statement<object, [string, string, number, string | null, boolean]>(
  'finish-idempotent-request',
  'reference',
  `update idempotent_requests set status_code = $3, answer = $4, is_withheld = $5
   where actor = $1 and request_key = $2`,
);

/** Keeps the answer; null where it holds a secret. */
export async function finishRequest(
  db: Runner,
  { actor, key }: Pick<RequestRef, 'actor' | 'key'>,
  answer: { readonly statusCode: number; readonly text: string | null },
): Promise<void> {
  await db.run(finishStatement, [actor, key, answer.statusCode, answer.text, answer.text === null]);
}

const freeStatement = statement<object, [string, string]>(
  'free-idempotent-request',
  'reference',
  'delete from idempotent_requests where actor = $1 and request_key = $2',
);

/** Forgets a request that failed for a passing reason, so that it can be repeated with the same key. */
export async function freeRequest(
  db: Runner,
  { actor, key }: Pick<RequestRef, 'actor' | 'key'>,
): Promise<void> {
  await db.run(freeStatement, [actor, key]);
}

const pruneStatement = statement<object, [number]>(
  'prune-idempotent-requests',
  'reference',
  `delete from idempotent_requests where started_at < now() - $1 * interval '1 millisecond'`,
);

/** Forgets keys that are older than `lifeMs`. */
export async function pruneRequests(db: Runner, lifeMs: number): Promise<void> {
  await db.run(pruneStatement, [lifeMs]);
}
