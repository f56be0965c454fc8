/** A job per refund by pg-boss; a job whose process died is tried again when its time has run out. */
import { PgBoss } from 'pg-boss';
import { atOnce, openCharges, runUnderFire, type PeerOrders } from '../dispatch-run.ts';
import { refund, type Refund } from '../gateway.ts';
import type { Figures, SideTask } from '../side.ts';

const queue = 'refund';

export async function run(task: SideTask): Promise<Figures> {
  const { size, databaseUrl } = task;
  const { gateway, refunds } = await openCharges(size);
  const boss = new PgBoss({
    connectionString: databaseUrl,
    superviseIntervalSeconds: 1,
    monitorIntervalSeconds: 1,
  });
  boss.on('error', () => {});
  await boss.start();
  await boss.createQueue(queue, { retryLimit: 25, retryDelay: 0, expireInSeconds: 5 });
  for (const one of refunds) await boss.send(queue, one);
  const orders: PeerOrders = {
    databaseUrl,
    url: gateway.url,
    key: gateway.sandbox.stripe.secretKey,
    name: '',
  };
  const member = { file: import.meta.filename, args: [] };
  const figures = await runUnderFire({ task, gateway, member, ordersOf: () => orders });
  await boss.stop({ graceful: false });
  await gateway.close();
  return figures;
}

if (import.meta.main) {
  process.once('message', async ({ databaseUrl, url, key }: PeerOrders) => {
    const boss = new PgBoss({ connectionString: databaseUrl, supervise: false, schedule: false });
    boss.on('error', () => {});
    await boss.start();
    process.once('message', () => {
      void boss.work<Refund>(
        queue,
        { localConcurrency: atOnce, pollingIntervalSeconds: 0.5 },
        async (jobs) => {
          for (const job of jobs) await refund(job.data, url, key);
        },
      );
    });
    process.send?.('ready');
  });
  process.once('disconnect', () => process.exit());
}
