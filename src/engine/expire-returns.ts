/**
 * Returns that were approved and never sent expire by themselves, where the policy says after how long, and never without
 * a mail to the customer. Only what is a problem already, so read again after its due time, may expire; a withdrawal is a
 * right and never does.
 */
import { dueAfter } from '../kernel/calendar.ts';
import { deskReturns, type DeskReturn } from '../kernel/desk-return.ts';
import { valueOn, type Policy } from '../kernel/policy.ts';
import { appendAudit } from '../store/audit-trail.ts';
import type { Database } from '../store/database.ts';
import { listProblems } from '../store/list-problems.ts';
import type { Seal } from '../store/seal.ts';
import { decideOrder, openOrder, type OpenOrder } from './decide-order.ts';
import type { FoldContext } from './fold-orders.ts';
import { findAddressee, type Addressee } from './notices/find-addressee.ts';
import { queueCustomerMail } from './notices/queue-customer-mail.ts';

const code = 'label-unused';
const by = { by: 'system', as: 'case' } as const;

/** Ends what is due; returns how many returns expired. */
export async function expireReturns(db: Database, context: FoldContext, seal: Seal): Promise<number> {
  if (context.policy.expireUnused.every(({ value }) => value === undefined)) return 0;
  let expired = 0;
  for (let cursor: string | undefined; ;) {
    const page = await listProblems(db, { code, ...(cursor !== undefined && { cursor }) });
    for (const orderKey of new Set(page.rows.map((row) => row.subjectKey)))
      expired += await expireOf(db, context, seal, orderKey);
    if (page.next === undefined) return expired;
    cursor = page.next;
  }
}

async function expireOf(db: Database, context: FoldContext, seal: Seal, orderKey: string): Promise<number> {
  const order = await openOrder(db, context, orderKey);
  if (order === undefined) return 0;
  const due = listUnused(order, context.now);
  const addressee = due.length === 0 ? undefined : await findAddressee(db, seal, orderKey);
  // Whom nobody can tell is left to people.
  if (addressee === undefined) return 0;
  let expired = 0;
  for (const { rma } of due) if (await expire(db, context, seal, order, rma, addressee)) expired += 1;
  return expired;
}

/** Returns of which nothing came and nothing is on its way, for longer than the policy allows. */
function listUnused({ state, policy }: OpenOrder, now: number): readonly DeskReturn[] {
  if (!state.problems.some((problem) => problem.code === code && problem.state === 'open')) return [];
  return deskReturns(state.facts, state.positions, policy).filter((one) => {
    if (one.kind !== 'return' || one.stage !== 'approved' || one.dispatchProvedAt !== undefined) return false;
    if (one.units.some((own) => own.received > 0)) return false;
    const approvals = state.facts.filter((fact) => fact.type === 'return.approved' && fact.rma === one.rma);
    const end = endOf(policy, approvals.at(-1)?.at ?? one.openedAt);
    return end !== undefined && end.overdueAt <= now;
  });
}

/** When a return that was approved at `at` expires; undefined: never. */
export function endOf(policy: Policy, at: string): ReturnType<typeof dueAfter> | undefined {
  const term = valueOn(policy.expireUnused, at);
  return term === undefined ? undefined : dueAfter(at, term, policy.calendars.support);
}

async function expire(
  db: Database,
  context: FoldContext,
  seal: Seal,
  { state, policy }: OpenOrder,
  rma: string,
  addressee: Addressee,
): Promise<boolean> {
  const values = { order: state.order, rma, ...(policy.shopName !== undefined && { shop: policy.shopName }) };
  const decided = await decideOrder(db, context, {
    orderKey: state.orderKey, wish: { step: 'expire', rma }, by, request: `expire ${rma}`,
    also: async (tx, { entryId }) => {
      await queueCustomerMail(tx, seal, {
        orderKey: state.orderKey, template: 'return-expired', language: state.positions.home?.language, values,
        to: addressee.email, onceKey: `expire/${entryId}`,
      });
    },
  }); // prettier-ignore
  if (!decided.ok || decided.isRepeated) return false;
  const after = { entryId: decided.entryId, rma };
  const why = 'nothing was sent within the term of the policy';
  await appendAudit(db, { chain: state.orderKey, actor: 'system', action: 'return.expire', body: { before: null, after, why } }); // prettier-ignore
  return true;
}
