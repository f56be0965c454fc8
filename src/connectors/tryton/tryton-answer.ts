/**
 * What an answer of Tryton's JSON-RPC says. Business errors come with HTTP 200 (recording 074), some others as a
 * page or with an empty body (recordings 002, 066).
 */
import { asRecord } from './tryton-value.ts';

export type TrytonAnswer =
  | { readonly outcome: 'result'; readonly result: unknown }
  /** Not logged in, session gone, wrong password: log in again. */
  | { readonly outcome: 'unauthorized' }
  /** No such database or route. */
  | { readonly outcome: 'not-found' }
  /** A method that may not be called over RPC. */
  | { readonly outcome: 'forbidden' }
  /** Tryton's user error: `missing` when records are gone or out of reach, `access` when rights are missing. */
  | { readonly outcome: 'refused'; readonly because: 'missing' | 'access' | 'rule'; readonly message: string }
  /** Needs an acknowledgement by name (`res.user.warning`) before it is done. */
  | { readonly outcome: 'warning'; readonly name: string; readonly message: string }
  /** Somebody wrote the record since `_timestamp`: read it again. */
  | { readonly outcome: 'stale' }
  /** Our call was wrong (unknown model or field) or the server broke; the effect is not known. */
  | { readonly outcome: 'broken'; readonly message: string };

function firstText(value: unknown): string {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return typeof list[0] === 'string' ? list[0] : '';
}

/** Reads status and parsed body (text where it was no JSON) of one answer. */
export function readTrytonAnswer(status: number, body: unknown): TrytonAnswer {
  if (status === 401) return { outcome: 'unauthorized' };
  if (status === 403) return { outcome: 'forbidden' };
  if (status === 404) return { outcome: 'not-found' };
  const record = asRecord(body);
  if (status < 200 || status > 299 || record === undefined)
    return { outcome: 'broken', message: `HTTP ${status}` };
  if (!('error' in record)) {
    return 'result' in record
      ? { outcome: 'result', result: record['result'] }
      : { outcome: 'broken', message: 'neither result nor error' };
  }
  const error: readonly unknown[] = Array.isArray(record['error']) ? (record['error'] as unknown[]) : [];
  const name = firstText(error);
  if (name === 'ConcurrencyException') return { outcome: 'stale' };
  if (name === 'UserWarning') {
    const [warning, message] = (Array.isArray(error[1]) ? error[1] : []) as readonly unknown[];
    return { outcome: 'warning', name: firstText(warning), message: firstText(message) };
  }
  if (name === 'UserError') {
    const message = firstText(error[1]);
    // English is what the connector logs in with ("en"); a record rule hides and a deleted record reads the same.
    const missing = /not allowed to read records|does not exist|no longer exist/i.test(message);
    const access = /not allowed/i.test(message);
    return { outcome: 'refused', because: missing ? 'missing' : access ? 'access' : 'rule', message };
  }
  return { outcome: 'broken', message: name };
}
