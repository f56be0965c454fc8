/** A workflow of one step per refund by DBOS; a process that takes a dead one's place takes its name, and goes on with its work. */
import { atOnce, openCharges, runUnderFire, type PeerOrders } from '../dispatch-run.ts';
import { refund, type Refund } from '../gateway.ts';
import { importPeer } from '../import-peer.ts';
import type { Figures, SideTask } from '../side.ts';

/** As much of it as is used here. */
type Sdk = {
  readonly DBOS: {
    migrate(url: string): Promise<void>;
    setConfig(config: object): void;
    registerWorkflow(work: (job: Refund) => Promise<unknown>, options: object): unknown;
    runStep(step: () => Promise<void>, options: object): Promise<void>;
    launch(): Promise<void>;
    registerQueue(name: string, options: object): Promise<unknown>;
  };
  readonly DBOSClient: {
    create(
      options: object,
    ): Promise<{ enqueue(options: object, job: Refund): Promise<unknown>; destroy(): Promise<void> }>;
  };
};

const names = { queue: 'refunds', workflow: 'refund', version: 'bench' } as const;

export async function run(task: SideTask): Promise<Figures> {
  const { size, databaseUrl } = task;
  const { gateway, refunds } = await openCharges(size);
  const { DBOS, DBOSClient } = (await importPeer('@dbos-inc/dbos-sdk')) as Sdk;
  await DBOS.migrate(databaseUrl);
  const client = await DBOSClient.create({ systemDatabaseUrl: databaseUrl });
  for (const one of refunds)
    await client.enqueue(
      { queueName: names.queue, workflowName: names.workflow, appVersion: names.version },
      one,
    );
  const named = new Map<number, string>();
  const dead: string[] = [];
  const ordersOf = (index: number): PeerOrders => {
    const name = dead.shift() ?? `process-${index}`;
    named.set(index, name);
    return { databaseUrl, url: gateway.url, key: gateway.sandbox.stripe.secretKey, name };
  };
  const onKilled = (index: number): void => void dead.push(named.get(index)!);
  const member = { file: import.meta.filename, args: [] };
  const figures = await runUnderFire({ task, gateway, member, ordersOf, onKilled });
  await client.destroy();
  await gateway.close();
  return figures;
}

if (import.meta.main) {
  process.once('message', async ({ databaseUrl, url, key, name }: PeerOrders) => {
    const { DBOS } = (await importPeer('@dbos-inc/dbos-sdk')) as Sdk;
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, executorID: name, applicationVersion: names.version, logLevel: 'error' });
    DBOS.registerWorkflow(
      async (job: Refund) => DBOS.runStep(() => refund(job, url, key), { name: 'call' }),
      { name: names.workflow },
    );
    process.once('message', async () => {
      await DBOS.launch();
      await DBOS.registerQueue(names.queue, { workerConcurrency: atOnce });
    });
    process.send?.('ready');
  });
  process.once('disconnect', () => process.exit());
} // prettier-ignore
