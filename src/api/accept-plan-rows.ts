/** Accepts rows of the plan's matrix into the stored policy: from a day on they are enforced, before it nothing changes. */
import { mergeControls } from '../engine/load-policy.ts';
import { parsePolicyFile } from '../kernel/policy-file.ts';
import { applyRows, type AcceptedRow } from '../northstar/plan/apply-rows.ts';
import { appendAudit } from '../store/audit-trail.ts';
import { listPolicyValues, putPolicyValue } from '../store/connections.ts';
import type { Database } from '../store/database.ts';
import { Refused } from './refused.ts';

/** One value for all accepted controls: they carry dates of their own. */
const fromEver = '0001-01-01T00:00:00.000Z';

export type Acceptance = {
  readonly rows: readonly AcceptedRow[];
  /** First day on which they hold. */
  readonly from: string;
  readonly actor: string;
  readonly reason?: string | undefined;
  /** Of the API, for its log. */
  readonly request?: string;
};

/** The controls as they hold now, and values of these controls that hold from a later day on and stay. */
export async function acceptPlanRows(
  db: Database,
  policyFile: object,
  { rows, from, actor, reason, request }: Acceptance,
): Promise<{ readonly controls: unknown; readonly later: ReturnType<typeof applyRows>['later'] }> {
  const before = mergeControls(policyFile, await listPolicyValues(db));
  const { policy, later } = applyRows({ controls: before }, rows, from);
  const { controls } = policy;
  const checked = parsePolicyFile({ controls }, []);
  if (!checked.ok) throw new Refused('policy-value-invalid', { fields: checked.errors });
  await putPolicyValue(db, { name: 'controls', scope: '', validFromAt: fromEver, validToAt: null, value: controls, setBy: actor });
  const body = { before, after: controls, why: reason ?? null, ...(request !== undefined && { request }) };
  await appendAudit(db, { chain: 'policy', actor, action: 'plan.rows-accepted', body });
  return { controls, later };
} // prettier-ignore
