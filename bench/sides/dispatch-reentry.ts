/** Refunds that people approved: everything they rest on is read again, each is looked for, made and read back. */
import { randomBytes } from 'node:crypto';
import { makeEngine, prepare, sender, type Orders } from '../../scripts/kill-commands.ts';
import { listConnections, putConnection } from '../../src/store/connections.ts';
import { openDatabase } from '../../src/store/database.ts';
import { masterKeyBytes } from '../../src/store/seal.ts';
import { atOnce, runUnderFire } from '../dispatch-run.ts';
import { openGateway } from '../gateway.ts';
import type { Figures, SideTask } from '../side.ts';

const dayMs = 86_400_000;

export async function run(task: SideTask): Promise<Figures> {
  const { size, databaseUrl } = task;
  const gateway = await openGateway();
  const { sandbox } = gateway;
  const db = await openDatabase({ url: databaseUrl });
  const key = randomBytes(masterKeyBytes);
  const planned = await prepare(db, sandbox, key, size);
  if (planned !== size) throw new Error(`${planned} commands instead of ${size}`);
  const stripe = (await listConnections(db)).find((one) => one.connection === 'stripe')!;
  const { connection, connector, system } = stripe;
  await putConnection(db, {
    connection,
    connector,
    system,
    settings: { ...(stripe.settings as object), baseUrl: gateway.url },
  });
  const now = sandbox.now() + dayMs;
  const engine = await makeEngine(db, key, now, { workMs: 100, sweepMs: 5_000 });
  await engine.start();
  const orders: Orders = { url: databaseUrl, key: key.toString('hex'), now, batchMax: atOnce };
  // Time goes on in the company, or every look would read again whatever was changed since the beginning.
  const tick = (): Promise<void> => sandbox.advance({ minutes: 1 });
  try {
    const figures = await runUnderFire({ task, gateway, member: sender, ordersOf: () => orders, tick });
    const { rows } = await db.pool.query<{ lost: number }>(
      `select count(*)::int as lost from commands where status not in ('confirmed', 'sending', 'unknown', 'approved', 'failed')`,
    );
    if (rows[0]!.lost > 0) throw new Error(`${rows[0]!.lost} commands were given up`);
    return figures;
  } finally {
    await engine.stop();
    await db.close();
    await gateway.close();
  }
}
