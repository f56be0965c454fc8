/** Values of Odoo records that could not be used. */
import type { Unread } from '../contract.ts';

/** A value of the wrong shape. */
export function unreadable(field: string, value: unknown, message: string): Unread {
  return { code: 'unreadable', field, value: shown(value), message };
}

/** A word no rule knows. */
export function unmapped(field: string, value: unknown, message: string): Unread {
  return { code: 'unmapped-status', field, value: shown(value), message };
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
