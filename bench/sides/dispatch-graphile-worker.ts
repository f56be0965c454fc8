/** A job per refund by graphile-worker; what a killed process held is unlocked as its manual says. */
import pg from 'pg';
import { atOnce, openCharges, runUnderFire, type PeerOrders } from '../dispatch-run.ts';
import { refund, type Refund } from '../gateway.ts';
import type { Figures, SideTask } from '../side.ts';
import { importPeer } from '../import-peer.ts';

/** As much of it as is used here. */
type Worker = {
  run(options: object): Promise<unknown>;
  makeWorkerUtils(options: object): Promise<{
    migrate(): Promise<void>;
    addJob(task: string, payload: object): Promise<unknown>;
    forceUnlockWorkers(ids: readonly string[]): Promise<void>;
    release(): Promise<void>;
  }>;
};

/** A refund takes a third of a second: a job that is held for longer than this is a dead one's. */
const heldSeconds = 5;

export async function run(task: SideTask): Promise<Figures> {
  const { size, databaseUrl } = task;
  const { gateway, refunds } = await openCharges(size);
  const { makeWorkerUtils } = (await importPeer('graphile-worker')) as Worker;
  const utils = await makeWorkerUtils({ connectionString: databaseUrl });
  await utils.migrate();
  for (const one of refunds) await utils.addJob('refund', one);
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 });
  const orders: PeerOrders = {
    databaseUrl,
    url: gateway.url,
    key: gateway.sandbox.stripe.secretKey,
    name: '',
  };
  const unlock = async (): Promise<void> => {
    const { rows } = await pool.query<{ id: string }>(
      `select distinct locked_by as id from graphile_worker.jobs where locked_at < now() - interval '${heldSeconds} seconds'`,
    );
    if (rows.length > 0) await utils.forceUnlockWorkers(rows.map((row) => row.id));
  };
  const member = { file: import.meta.filename, args: [] };
  const figures = await runUnderFire({ task, gateway, member, ordersOf: () => orders, tick: unlock });
  await utils.release();
  await pool.end();
  await gateway.close();
  return figures;
}

if (import.meta.main) {
  process.once('message', async ({ databaseUrl, url, key }: PeerOrders) => {
    const { run: start } = (await importPeer('graphile-worker')) as Worker;
    process.once('message', () => {
      void start({
        connectionString: databaseUrl, concurrency: atOnce, pollInterval: 500, noHandleSignals: true,
        taskList: { refund: async (job: unknown) => refund(job as Refund, url, key) },
      }); // prettier-ignore
    });
    process.send?.('ready');
  });
  process.once('disconnect', () => process.exit());
}
