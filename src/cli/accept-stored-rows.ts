/** `reentry plan apply --data`: accepts rows of the matrix into the settings of a service, which need not run. */
import { acceptPlanRows } from '../api/accept-plan-rows.ts';
import { keptName } from '../api/read-plan.ts';
import { pageOrderKeys } from '../engine/measure-coverage.ts';
import type { AcceptedRow } from '../northstar/plan/apply-rows.ts';
import { markOrders } from '../store/marks.ts';
import { forgetKeptReport } from '../store/plan-inputs.ts';
import { sayAccepted } from './accept-rows.ts';
import { openDataFolder } from './data-folder.ts';
import { openStore } from './open-store.ts';
import { say } from './output.ts';

type Options = { readonly data: string; readonly from: string; readonly reason: string | undefined };

/** As the page of the plan does it. A running service takes a changed policy up by itself. */
export async function acceptStoredRows(
  rows: readonly AcceptedRow[],
  { data, from, reason }: Options,
): Promise<void> {
  const folder = openDataFolder(data);
  const { db, close } = await openStore(folder, 'beside');
  try {
    const { policyFile } = folder;
    const { later } = await acceptPlanRows(db, policyFile, { rows, from, actor: 'command-line', reason });
    for await (const keys of pageOrderKeys(db)) await markOrders(db, keys, 4);
    await forgetKeptReport(db, keptName);
    sayAccepted(rows, from, later, policyFile as Readonly<Record<string, unknown>>);
    say('Every order is judged anew as soon as the service runs.');
  } finally {
    await close();
  }
}
