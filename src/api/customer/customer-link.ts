/**
 * Signed links: whoever holds one sees the pages of one order, and of no other. Nothing is stored; a link names its
 * order and its last day, and only the master key can have signed it.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Seal } from '../../store/seal.ts';

const dayMs = 86_400_000;
/** Links in mails: long enough for the slowest return, and a refund that comes after it. */
export const linkLifeMs = 180 * dayMs;

const sign = (seal: Seal, payload: string): string => seal.hash(`customer-link\n${payload}`);

/** Token for the pages of an order until `expiresAt` (epoch milliseconds). */
export function makeCustomerToken(seal: Seal, orderKey: string, expiresAt: number): string {
  const payload = Buffer.from(`${Math.ceil(expiresAt / 1000).toString(36)}.${orderKey}`).toString(
    'base64url',
  );
  return `${payload}.${sign(seal, payload)}`;
}

/** The order of a token; undefined where it is none of ours, changed, or too old. */
export function readCustomerToken(seal: Seal, token: string, now: number): string | undefined {
  const dot = token.indexOf('.');
  if (dot < 0 || token.length > 1000) return undefined;
  const [payload, given] = [token.slice(0, dot), Buffer.from(token.slice(dot + 1))];
  const expected = Buffer.from(sign(seal, payload));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  const [, expires = '', orderKey = ''] = /^([0-9a-z]+)\.(.+)$/s.exec(Buffer.from(payload, 'base64url').toString('utf8')) ?? []; // prettier-ignore
  return Number.parseInt(expires, 36) * 1000 > now ? orderKey : undefined;
}

/** Where the pages of an order are, for mails and for people at the desk. */
export function customerAddress(publicUrl: string, token: string, language?: string): string {
  return `${publicUrl}/my-return/o/${token}${language === undefined ? '' : `?lang=${language}`}`;
}
