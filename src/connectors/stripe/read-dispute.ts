/** Disputes: opened, and how they ended. */
import { type Fact, factId } from '../../kernel/fact.ts';
import type { ReadContext, SourceObject } from '../contract.ts';
import { instantOfSeconds, isShape, referenceOf, type StripeObject } from './stripe-object.ts';

/** The bank only asks: no money is withdrawn, and a refund is the usual answer. It becomes a dispute or `warning_closed`. */
const inquiries: ReadonlySet<string | undefined> = new Set([
  'warning_needs_response',
  'warning_under_review',
]);

const outcomeByStatus: Readonly<Record<string, 'dispute.won' | 'dispute.lost' | undefined>> = {
  needs_response: undefined,
  under_review: undefined,
  // Lost, and the bank is asked again.
  appeal_needs_response: undefined,
  appeal_under_review: undefined,
  // An inquiry that became no chargeback, and one stopped beforehand, cost nothing.
  warning_closed: 'dispute.won',
  prevented: 'dispute.won',
  // Older API versions: an inquiry that ended because the charge was refunded.
  charge_refunded: 'dispute.won',
  won: 'dispute.won',
  lost: 'dispute.lost',
};

/** `dispute.opened`, and `dispute.won` or `dispute.lost` once decided; nothing of an inquiry. The amount is what is disputed. */
export function readDispute(object: SourceObject, dispute: StripeObject, context: ReadContext): Fact[] {
  const { body } = dispute;
  const status = dispute.status();
  const money = dispute.money('amount');
  const at = dispute.instant('created');
  if (money === undefined || at === undefined || inquiries.has(status)) return [];
  const charge = referenceOf(body['charge']);
  const fact = (type: 'dispute.opened' | 'dispute.won' | 'dispute.lost', factAt: string): Fact => ({
    id: factId(object.connection, `dispute/${object.id}`, type),
    at: factAt,
    system: context.settings.system,
    connection: object.connection,
    object: `dispute/${object.id}`,
    type,
    money,
    dispute: object.id,
    ...(charge === undefined ? {} : { charge }),
  });
  if (status !== undefined && !Object.hasOwn(outcomeByStatus, status)) dispute.refuseStatus();
  const outcome = status === undefined ? undefined : outcomeByStatus[status];
  const opened = fact('dispute.opened', at);
  return outcome === undefined ? [opened] : [opened, fact(outcome, decidedAt(dispute, at))];
}

/**
 * A dispute does not say when it was decided, only when money moved for it. Not before it was opened, though, and
 * facts of one instant sort by name, so it is a millisecond later at least.
 */
function decidedAt(dispute: StripeObject, openedAt: string): string {
  const moves = dispute.body['balance_transactions'];
  let last = Temporal.Instant.from(openedAt).add({ milliseconds: 1 }).toString({ fractionalSecondDigits: 3 });
  for (const move of Array.isArray(moves) ? moves : []) {
    const created: unknown = isShape(move) ? move['created'] : undefined;
    const at = instantOfSeconds(created);
    if (at !== undefined && at > last) last = at;
  }
  return last;
}
