/** UUID version 7: unique without asking anyone, and sorted by time of making, which keeps index pages together. */
import { randomUUIDv7 } from 'node:crypto';

export function newId(): string {
  return randomUUIDv7();
}
