/** The second factor: codes of an authenticator app (TOTP, RFC 6238), and recovery codes for the day it is lost. */
import { generateSecret, generateURI, verify } from 'otplib';
import { randomBytes } from 'node:crypto';
import { findSecondFactor, useRecoveryCode, useSecondFactorStep } from '../store/second-factors.ts';
import { hashSecret } from './access.ts';
import type { ApiContext } from './api-config.ts';

const recoveryCodes = 10;
/** Seconds a device's clock may be off, either way. */
const tolerance = 30;
const stepSeconds = 30;

/** Place of a sealed secret. */
const placeOf = (userId: string): string => `second-factor/${userId}`;

export function makeSecondFactor(
  { config }: Pick<ApiContext, 'config'>,
  user: { readonly userId: string; readonly email: string },
): { readonly secret: string; readonly uri: string; readonly sealed: Buffer } {
  const secret = generateSecret();
  const uri = generateURI({ issuer: 'Reentry', label: user.email, secret });
  return { secret, uri, sealed: config.seal.close(placeOf(user.userId), Buffer.from(secret)) };
}

/** Codes like `k7mq-2xw9-…`, each for one login, and their hashes. 60 bits each. */
export function makeRecoveryCodes(): {
  readonly codes: readonly string[];
  readonly hashes: readonly Buffer[];
} {
  // Without 0, 1, i, l and o, which are misread from paper.
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const codes = Array.from({ length: recoveryCodes }, () => {
    const text = [...randomBytes(12)].map((byte) => letters[byte % letters.length]!).join('');
    return text.match(/.{4}/g)!.join('-');
  });
  return { codes, hashes: codes.map(hashRecoveryCode) };
}

const hashRecoveryCode = (code: string): Buffer =>
  hashSecret(code.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));

/** The time step of a code that fits the sealed secret now; undefined when it does not. */
export async function findStep(
  api: Pick<ApiContext, 'config' | 'clock'>,
  userId: string,
  sealed: Buffer,
  code: string,
): Promise<number | undefined> {
  const token = code.replaceAll(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return undefined;
  const secret = api.config.seal.open(placeOf(userId), sealed).toString();
  const epoch = Math.floor(api.clock() / 1000);
  const result = await verify({ secret, token, epoch, epochTolerance: tolerance });
  return result.valid ? Math.floor(epoch / stepSeconds) + (result.delta ?? 0) : undefined;
}

/** Whether a login may go on: `fine` also where there is no second factor. A code that fits is used up. */
export async function checkSecondFactor(
  api: ApiContext,
  userId: string,
  code: string | undefined,
): Promise<'fine' | 'missing' | 'wrong'> {
  const factor = await findSecondFactor(api.db, userId);
  if (factor === undefined || factor.confirmedAt === null) return 'fine';
  if (code === undefined || code.trim() === '') return 'missing';
  const step = await findStep(api, userId, factor.sealedSecret, code);
  const fits =
    step === undefined
      ? await useRecoveryCode(api.db, userId, hashRecoveryCode(code))
      : await useSecondFactorStep(api.db, userId, step);
  return fits ? 'fine' : 'wrong';
}
