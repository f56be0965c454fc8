/**
 * The key of a command as it is planted in a target: short enough for a reason, a subject or a unique field, and
 * telling people where it comes from. `RTY-` and 80 bits of the command's own key.
 */
import { createHash } from 'node:crypto';

const alphabet = 'ABCDEFGHJKMNPQRSTVWXYZ0123456789';

/** `RTY-7K2M0Q9XCD4EFGHA` for a command's key; the same key always gives the same text. */
export function plantedKey(key: string): string {
  const bytes = createHash('sha256').update(key).digest();
  let text = '';
  for (let index = 0; index < 16; index += 1) {
    const bit = index * 5;
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    text += alphabet[(pair >> (11 - (bit & 7))) & 31];
  }
  return `RTY-${text}`;
}

/** True when a text carries the planted key. */
export function carriesKey(text: unknown, key: string): boolean {
  return typeof text === 'string' && text.includes(plantedKey(key));
}
