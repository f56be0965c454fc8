/**
 * A company with four real servers, the real engine on a real database, and returns played by hand: where commands are
 * sent from end to end. Time in the company is its own; what waits in the store is made due by hand.
 */
import { randomBytes } from 'node:crypto';
import { createRandom } from '../../src/sandbox/random.ts';
import { stepReturn, type SteppedReturn } from '../../src/sandbox/life/step-return.ts';
import type { Units } from '../../src/sandbox/life/order-record.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { findLiveConnector } from '../../src/connectors/live-registry.ts';
import type { ConnectedSystems } from '../../src/engine/connected-system.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { loadSystems } from '../../src/engine/load-systems.ts';
import { controlIds, type ControlId } from '../../src/kernel/controls.ts';
import { factId, type Disposition, type Fact } from '../../src/kernel/fact.ts';
import { defaultPolicy, type ControlPolicy, type Policy } from '../../src/kernel/policy.ts';
import { listCommands, type Command } from '../../src/store/commands.ts';
import { readConnectionSecrets } from '../../src/store/connection-secrets.ts';
import { listConnections, putConnection } from '../../src/store/connections.ts';
import type { Database } from '../../src/store/database.ts';
import { appendDeskEntry } from '../../src/store/desk-log.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import type { TestDatabases } from '../store/test-database.ts';

export type Mode = ControlPolicy['mode'];

/** Every check on, with a mode of its own or `mode`; terms as in the matrix. */
export function policyIn(mode: Mode, own: Partial<Record<ControlId, Mode>> = {}): Policy {
  return {
    ...defaultPolicy('Europe/Berlin'),
    stockAuthority: [{ from: '', value: 'shop' }],
    booksTolerance: [{ from: '', value: 3 }],
    controls: Object.fromEntries(
      controlIds.map((id) => [id, [{ from: '', value: { mode: own[id] ?? mode, watch: isFed(id) ? 'on' : 'auto' } as const }]]),
    ),
  }; // prettier-ignore
}

/** What this company has no system for stays unwatched. */
const isFed = (id: ControlId): boolean =>
  ![
    'delivered-received',
    'exchange-shipped',
    'exchange-difference',
    'refund-paid-out',
    'received-inspected',
  ].includes(id);

export type DispatchWorld = {
  readonly db: Database;
  readonly sandbox: SandboxCompany;
  readonly engine: Engine;
  readonly systems: ConnectedSystems;
  /** Places, pays and ships an order. */
  stepReturn(ordered: Units, back?: Units): SteppedReturn;
  /** Counts and grades units at the desk. */
  grade(order: SteppedReturn, units: Units, disposition: Disposition): Promise<void>;
  /** Reads all there is to read and folds what it means. */
  catchUp(): Promise<void>;
  /** Everything that waits may go on now; what was sent counts as sent so long ago. */
  passTime(ms: number): Promise<void>;
  /** Dispatches and folds until nothing moves any more; returns how many batches there were. */
  dispatchAll(): Promise<number>;
  commandsOf(order: SteppedReturn): Promise<readonly Command[]>;
  close(): Promise<void>;
};

/** Makes due what waits, and lets what was sent count as sent so long ago. */
export async function passTime(db: Database, ms: number): Promise<void> {
  // In two steps: a distributed database moves no column by an interval.
  const { rows } = await db.pool.query<Record<string, string>>(
    `select order_key, command_id, not_before_at - $1 * interval '1 ms' as a, sent_at - $1 * interval '1 ms' as b,
           lease_ends_at - $1 * interval '1 ms' as c from commands where ended_at is null`,
    [ms],
  );
  for (const { order_key: key, command_id: id, a, b, c } of rows)
    await db.pool.query(
      'update commands set not_before_at = $3, sent_at = $4, lease_ends_at = $5 where order_key = $1 and command_id = $2',
      [key, id, a, b, c],
    );
}

export async function openDispatchWorld(
  databases: TestDatabases,
  policy: Policy,
  options: { readonly payoutPath?: 'gateway' | 'shop'; readonly start?: string } = {},
): Promise<DispatchWorld> {
  const db = await databases.open();
  const sandbox = await startSandbox({
    seed: 'dispatch',
    now: options.start ?? '2026-11-02T09:00:00Z',
    ordersPerDay: 0,
    requestNow: Date.now,
  });
  const seal = createSeal(randomBytes(masterKeyBytes));
  await connectSandbox(db, seal, sandbox);
  if (options.payoutPath !== undefined) {
    const shop = (await listConnections(db)).find((one) => one.connection === 'shop')!;
    const { connection, connector, system, settings } = shop;
    await putConnection(db, { connection, connector, system, settings: { ...(settings as object), payoutPath: options.payoutPath } }); // prettier-ignore
  }
  const systems = await loadSystems(db, {
    findLive: findLiveConnector, zone: 'Europe/Berlin', currency: 'EUR', random: () => 0.5,
    secretsOf: (name) => readConnectionSecrets(db, seal, name),
  }); // prettier-ignore
  const engine = createEngine({
    db, systems, policy, codeVersion: 'test', clock: () => sandbox.now(), isSimulated: true, random: () => 0.5,
  }); // prettier-ignore
  const random = createRandom('people');
  const orderKeyOf = (order: SteppedReturn): string => `shop/${order.placed.order.id}`;
  let grades = 0;
  const catchUp = async (): Promise<void> => {
    await engine.sweepAll();
    await engine.drain();
  };
  return {
    db, sandbox, engine, systems, catchUp,
    stepReturn: (ordered, back) => stepReturn(sandbox.company, sandbox.catalog, random, ordered, back),
    async grade(order, units, disposition) {
      const at = new Date(sandbox.now()).toISOString();
      for (const [sku, quantity] of Object.entries(units)) {
        const object = `decision/grade-${(grades += 1)}`;
        const head = { at, system: 'desk', connection: 'desk', object, sku, quantity } as const;
        const facts: Fact[] = [
          { ...head, id: factId('desk', object, 'goods.received'), type: 'goods.received' },
          { ...head, id: factId('desk', object, 'goods.inspected'), type: 'goods.inspected', disposition },
        ];
        await appendDeskEntry(db, { orderKey: orderKeyOf(order), kind: 'decision', madeBy: 'user/ops', body: { step: 'inspect', facts } }); // prettier-ignore
      }
      await engine.drain();
    },
    passTime: (ms) => passTime(db, ms),
    async dispatchAll() {
      let batches = 0;
      for (let idle = 0; idle < 2 && batches < 50;) {
        await engine.drain();
        const count = await engine.dispatch();
        await engine.drain();
        if (count === 0) idle += 1;
        else [batches, idle] = [batches + 1, 0];
      }
      return batches;
    },
    commandsOf: (order) => listCommands(db, [orderKeyOf(order)]),
    async close() {
      await engine.stop();
      await sandbox.close();
    },
  }; // prettier-ignore
}
