/** The overview: is the loop closed, and if not, where does it stand open. */
import { controls, type ControlId } from '../../kernel/controls.ts';
import { listConnections } from '../../store/connections.ts';
import { countOrders } from '../../store/list-orders.ts';
import { countProblemsByDay, sumProblemsByOwner, sumWaiting } from '../../store/overview.ts';
import { listSweepCursors } from '../../store/sweep-cursors.ts';
import { overviewSchema } from '../../wire/api-overview.ts';
import { verdictSchema } from '../../wire/api-orders.ts';
import type { ApiApp } from '../api-app.ts';
import type { ApiContext } from '../api-config.ts';

const trendDays = 30;
/** Sweeps run every minute or so; one that has not moved for this long is behind. */
const behindAfterMs = 15 * 60_000;

export function addOverviewRoutes(app: ApiApp, api: ApiContext): void {
  const { db, engine, clock } = api;

  app.get(
    '/overview',
    {
      config: { access: 'orders.read' },
      schema: { tags: ['orders'], summary: 'Is the loop closed: what is open, where and with whom', response: { 200: overviewSchema } },
    },
    async () => {
      const asOf = new Date(clock()).toISOString();
      const [orders, waiting, owners, connections, sweeps, trend] = await Promise.all([
        countOrders(db), sumWaiting(db, asOf), sumProblemsByOwner(db), listConnections(db), listSweepCursors(db),
        countProblemsByDay(db, asOf, engine.zone(), trendDays),
      ]);
      return {
        asOf,
        orders: orders.map(({ verdict, count }) => ({ verdict: verdictSchema.parse(verdict), count })),
        waiting: waiting.map(({ lateCount: late, control, ...row }) => ({
          ...row, control, late, title: Object.hasOwn(controls, control) ? controls[control as ControlId].title : { en: control, de: control },
        })),
        owners: owners.map(({ goneMinor: gone, stuckMinor: stuck, booksMinor: books, ...row }) => ({ ...row, stake: { gone, stuck, books } })),
        systems: connections.filter((one) => one.status !== 'removed').map(({ connection, system, status }) => {
          const own = sweeps.filter((sweep) => sweep.connection === connection);
          const lastReadAt = own.map((sweep) => sweep.movedAt).sort().at(-1) ?? null;
          const state = status === 'paused' ? ('paused' as const) : status === 'stopped' ? ('failed' as const)
            : lastReadAt === null ? ('files' as const) : clock() - Date.parse(lastReadAt) > behindAfterMs ? ('behind' as const) : ('ok' as const);
          return { connection, system, status, state, lastReadAt };
        }),
        trend,
      };
    },
  ); // prettier-ignore
}
