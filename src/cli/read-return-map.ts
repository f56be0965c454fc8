/** The returns of a service as a map: the report of their log over the agreed journey, and the picture of the plan. */
import { readPlan } from '../api/read-plan.ts';
import { foldReturns, type PlanContext } from '../engine/fold-returns.ts';
import type { OrderState } from '../kernel/order-state.ts';
import { journeyNet } from '../northstar/journey-net.ts';
import { readJourney } from '../northstar/journey-model.ts';
import { reportOf, type MapReport } from '../northstar/map-report.ts';
import { planMap } from '../northstar/plan/plan-map.ts';
import { isGoodsReturn, returnLog } from '../northstar/plan/return-log.ts';
import type { Database } from '../store/database.ts';

export async function readReturnMap(
  db: Database,
  context: PlanContext,
): Promise<{ readonly report: MapReport; readonly picture: string }> {
  const { plan } = await readPlan(db, context);
  const journey = readJourney(plan.journey.model);
  const returns: OrderState[] = [];
  for await (const state of foldReturns(db, context)) if (isGoodsReturn(state)) returns.push(state);
  const log = returnLog(returns);
  const balance = { format: 'store', lines: [], notes: [] };
  const asOf = new Date(context.now).toISOString();
  const report = reportOf({ kind: 'cases', format: 'csv', log, balance }, { net: journeyNet(journey), journey }, { asOf, groups: ['tender', 'channel', 'item'], calendar: context.policy.calendars.ops }); // prettier-ignore
  return { report, picture: await planMap(plan, 'en') };
}
