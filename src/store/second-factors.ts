/** Second factors of users, and who they are at an identity provider. Secrets come here sealed, codes as hashes. */
import { statement } from './database.ts';
import type { Runner } from './database.ts';

export type SecondFactor = {
  readonly sealedSecret: Buffer;
  readonly confirmedAt: string | null;
  readonly lastStep: number;
  readonly recoveryHashes: readonly Buffer[];
};

const findFactor = statement<SecondFactor, [string]>(
  'find-second-factor',
  'reference',
  `select sealed_secret as "sealedSecret", confirmed_at as "confirmedAt", last_step as "lastStep",
     recovery_hashes as "recoveryHashes"
   from second_factors where user_id = $1`,
);

export async function findSecondFactor(db: Runner, userId: string): Promise<SecondFactor | undefined> {
  return (await db.run(findFactor, [userId]))[0];
}

const beginFactor = statement<object, [string, Buffer]>(
  'begin-second-factor',
  'reference',
  `insert into second_factors as f (user_id, sealed_secret) values ($1, $2)
   on conflict (user_id) do update set sealed_secret = excluded.sealed_secret, last_step = 0
   where f.confirmed_at is null
   returning user_id`,
);

/** Stores a secret that is not in force yet; false when one is in force. */
export async function beginSecondFactor(db: Runner, userId: string, sealedSecret: Buffer): Promise<boolean> {
  return (await db.run(beginFactor, [userId, sealedSecret])).length === 1;
}

const confirmFactor = statement<object, [string, number, readonly Buffer[]]>(
  'confirm-second-factor',
  'reference',
  `update second_factors set confirmed_at = now(), last_step = $2, recovery_hashes = $3
   where user_id = $1 and confirmed_at is null returning user_id`,
);

/** Puts the secret in force; false when it was before. */
export async function confirmSecondFactor(
  db: Runner,
  userId: string,
  step: number,
  recoveryHashes: readonly Buffer[],
): Promise<boolean> {
  return (await db.run(confirmFactor, [userId, step, recoveryHashes])).length === 1;
}

const useStep = statement<object, [string, number]>(
  'use-second-factor-step',
  'reference',
  'update second_factors set last_step = $2 where user_id = $1 and last_step < $2 returning user_id',
);

/** Uses the code of a time step up; false when it, or a later one, was used before. */
export async function useSecondFactorStep(db: Runner, userId: string, step: number): Promise<boolean> {
  return (await db.run(useStep, [userId, step])).length === 1;
}

const useRecovery = statement<object, [string, Buffer]>(
  'use-recovery-code',
  'reference',
  `update second_factors set recovery_hashes = array_remove(recovery_hashes, $2)
   where user_id = $1 and $2 = any (recovery_hashes) returning user_id`,
);

/** Uses a recovery code up; false when there is none like it. */
export async function useRecoveryCode(db: Runner, userId: string, hash: Buffer): Promise<boolean> {
  return (await db.run(useRecovery, [userId, hash])).length === 1;
}

const endFactor = statement<object, [string]>(
  'end-second-factor',
  'reference',
  'delete from second_factors where user_id = $1 returning user_id',
);

/** False when there was none. */
export async function endSecondFactor(db: Runner, userId: string): Promise<boolean> {
  return (await db.run(endFactor, [userId])).length === 1;
}

const findIdentity = statement<{ readonly userId: string }, [string, string]>(
  'find-user-identity',
  'reference',
  'select user_id as "userId" from user_identities where issuer = $1 and subject = $2',
);

/** The user that a subject of an identity provider is. */
export async function findUserIdentity(
  db: Runner,
  issuer: string,
  subject: string,
): Promise<string | undefined> {
  return (await db.run(findIdentity, [issuer, subject]))[0]?.userId;
}

const linkIdentity = statement<object, [string, string, string]>(
  'link-user-identity',
  'reference',
  `insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)
   on conflict do nothing returning user_id`,
);

/** Ties a user to a subject; false when either is tied to another one at this issuer. */
export async function linkUserIdentity(
  db: Runner,
  identity: { readonly issuer: string; readonly subject: string; readonly userId: string },
): Promise<boolean> {
  return (await db.run(linkIdentity, [identity.issuer, identity.subject, identity.userId])).length === 1;
}
