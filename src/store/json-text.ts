/** JSON for the database: one text per content, whatever order its keys came in. */
import { hash } from 'node:crypto';

/**
 * JSON text with sorted keys. What `jsonb` refuses (U+0000, half surrogate pairs) becomes U+FFFD, so that no body of
 * a source system can stop a batch. Throws for values that are no JSON (functions, bigint).
 */
export function canonicalJson(value: unknown): string {
  const text = write(value);
  return /\\u(?:0000|d[89a-f])/i.test(text) ? write(cleanStrings(value)) : text;
}

function write(value: unknown): string {
  if (Array.isArray(value)) {
    let text = '[';
    for (let index = 0; index < value.length; index += 1)
      text += (index === 0 ? '' : ',') + write(value[index]);
    return `${text}]`;
  }
  if (value !== null && typeof value === 'object') {
    let text = '{';
    for (const [key, entry] of Object.entries(value).sort(byKey)) {
      if (entry === undefined) continue;
      text += `${text.length === 1 ? '' : ','}${JSON.stringify(key)}:${write(entry)}`;
    }
    return `${text}}`;
  }
  if (typeof value === 'bigint' || typeof value === 'function')
    throw new TypeError(`no JSON: ${typeof value}`);
  return value === undefined ? 'null' : JSON.stringify(value);
}

function byKey(left: readonly [string, unknown], right: readonly [string, unknown]): number {
  return left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0;
}

function cleanStrings(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (Array.isArray(value)) return value.map(cleanStrings);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [cleanStrings(key), cleanStrings(entry)]),
  );
}

/** SHA-256 of a text or of raw bytes. */
export function hashText(text: string | Buffer): Buffer {
  return hash('sha256', text, 'buffer');
}

/** First 16 bytes of SHA-256 of a term: how look-ups name it. */
export function termHash(term: string): Buffer {
  return hashText(term).subarray(0, 16);
}
