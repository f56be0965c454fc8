/**
 * WooCommerce order statuses. Plugins add their own ("return-requested", 906); what those mean the connection's
 * setting `statuses` says: a core status, one of the facts below, or `ignore`. Anything else is listed as unmapped.
 */
import type { FactType } from '../../kernel/fact.ts';
import type { ConnectionSettings } from '../contract.ts';

const coreStatuses = [
  'pending', 'on-hold', 'processing', 'completed', 'cancelled', 'refunded', 'failed', 'trash',
  'checkout-draft', 'auto-draft',
] as const; // prettier-ignore
export type CoreStatus = (typeof coreStatuses)[number];

/** Facts that a custom status may stand for. They name no line: the status is the whole order's. */
export const statusFacts = [
  'return.requested', 'withdrawal.declared', 'return.approved', 'return.rejected', 'return.cancelled',
  'return.expired',
] as const satisfies readonly FactType[]; // prettier-ignore
export type StatusFact = (typeof statusFacts)[number];

export type OrderStatus =
  | { readonly is: 'core'; readonly status: CoreStatus }
  | { readonly is: 'fact'; readonly type: StatusFact }
  | { readonly is: 'ignored' }
  | { readonly is: 'unmapped' };

/** What a status word means here; the prefix `wc-` of the database is taken off. */
export function mapStatus(word: string, settings: ConnectionSettings): OrderStatus {
  const bare = word.replace(/^wc-/, '');
  const key = [word, bare].find((name) => Object.hasOwn(settings.statuses, name));
  const meaning = key === undefined ? bare : settings.statuses[key];
  const core = coreStatuses.find((status) => status === meaning);
  if (core !== undefined) return { is: 'core', status: core };
  const fact = statusFacts.find((type) => type === meaning);
  if (fact !== undefined) return { is: 'fact', type: fact };
  return meaning === 'ignore' ? { is: 'ignored' } : { is: 'unmapped' };
}
