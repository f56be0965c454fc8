/**
 * A refund from the desk to the closed loop, in one run: asked for, approved, counted, graded and agreed over the API, by a
 * second person where it is much, sent once to the gateway, seen, recorded, restored and credited.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { stepReturn, type SteppedReturn } from '../../src/sandbox/life/step-return.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { listCommands } from '../../src/store/commands.ts';
import { findConnection, putConnection } from '../../src/store/connections.ts';
import { listAudit } from '../../src/store/audit-trail.ts';
import type { DeskOrderAnswer } from '../../src/wire/api-returns.ts';
import type { Role } from '../../src/wire/roles.ts';
import { passTime } from '../engine/dispatch-world.ts';
import { useTestDatabases } from '../store/test-database.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';

const databases = useTestDatabases();
const sku = 'LOCK-90';
const minor = 5990;
const on = (mode: string): object => ({ mode, watch: 'on' });

let world: ApiWorld;
let sandbox: SandboxCompany;
let order: SteppedReturn;
let url: string;

before(async () => {
  sandbox = await startSandbox({ seed: 'desk', now: '2026-11-02T08:00:00Z', ordersPerDay: 0, requestNow: Date.now });
  world = await openApiWorld(databases, {
    now: sandbox.now,
    policy: {
      zone: 'Europe/Berlin', currency: 'EUR', payAfter: 'receipt', stockAuthority: 'shop', booksTolerance: 3, secondApproval: 5000,
      controls: {
        'entitled-refunded': on('approve'), 'refund-settled': on('auto'), 'refund-credited': on('auto'), 'inspected-restored': on('auto'),
        'back-restored': on('auto'),
      },
    },
    connect: async (db, seal) => {
      await connectSandbox(db, seal, sandbox);
      const { connection, connector, system, settings } = (await findConnection(db, 'shop'))!;
      await putConnection(db, { connection, connector, system, settings: { ...(settings as object), payoutPath: 'gateway' } });
    },
  });
  order = stepReturn(sandbox.company, sandbox.catalog, createRandom('desk'), { [sku]: 2 }, { [sku]: 1 });
  url = `/api/v1/orders/${encodeURIComponent(`shop/${order.placed.order.id}`)}`;
  await catchUp(48);
}); // prettier-ignore
after(async () => {
  await world.close();
  await sandbox.close();
});

async function catchUp(hours: number): Promise<void> {
  await sandbox.advance({ hours });
  await world.engine().sweepAll();
  await world.engine().drain();
}

async function dispatch(rounds: number): Promise<void> {
  const engine = world.engine();
  for (let round = 0; round < rounds; round += 1) {
    await engine.drain();
    await engine.dispatch();
    await engine.drain();
    await passTime(world.db, 180_000);
  }
}

const desk = async (): Promise<DeskOrderAnswer> =>
  (await world.ask('viewer', 'GET', `${url}/returns`)).json();
async function step(who: Role, name: string, body: object): Promise<{ rma: string; agreement: string; order: DeskOrderAnswer }> {
  const { version } = await desk();
  const answer = await world.ask(who, 'POST', `${url}/returns/${name}`, { version, ...body });
  assert.equal(answer.statusCode, 201, `${name}: ${answer.body}`);
  return answer.json();
} // prettier-ignore

type Row = {
  readonly commandId: string;
  readonly kind: string;
  readonly status: string;
  readonly mode: string;
  readonly approvals: readonly { readonly by: string }[];
};
const commands = async (): Promise<readonly Row[]> =>
  (await world.ask('finance', 'GET', `${url}/commands`)).json<{ rows: Row[] }>().rows;
const refunds = (): readonly { readonly amount: number }[] =>
  [...sandbox.company.stripe.gateway.refunds.values()].filter((refund) => refund.charge === order.placed.charge!.id); // prettier-ignore

type Shown = {
  readonly row: { readonly verdict: string };
  readonly problems: readonly unknown[];
  readonly answer: { readonly en: readonly { readonly text: string }[] };
};
const shown = async (): Promise<Shown> => (await world.ask('support', 'GET', url)).json<Shown>();

/** Finance looks at the drafts in the ERP and posts them. */
function postDrafts(): void {
  const { database } = sandbox.company.odoo;
  const drafts = database.search('account.move', [['move_type', '=', 'out_refund'], ['state', '=', 'draft']]);
  for (const { id } of drafts)
    database.model('account.move').methods?.['action_post']?.({ database, ids: [id], args: [], kwargs: {}, context: {} });
} // prettier-ignore

test('asked for, approved, counted, graded, agreed, paid once, recorded, restored, credited: closed', async () => {
  const units = [{ sku, quantity: 1 }];
  const { rma } = await step('support', 'request', { units, reason: 'too_small', wish: 'refund' });
  await step('support', 'approve', { rma });
  await step('ops', 'receive', { rma, units });
  await step('ops', 'inspect', { rma, units: [{ sku, quantity: 1, condition: 'sellable', disposition: 'restock' }] });
  const lines = [{ sku, units: 1 }];
  const preview = (await world.ask('finance', 'POST', `${url}/refund-preview`, { lines })).json<{ total: number }>();
  assert.equal(preview.total, minor);
  const { agreement, order: agreed } = await step('finance', 'refund', { rma, refund: { lines }, totalMinor: minor });
  assert.equal(agreed.agreements[0]?.state, 'waits-for-approval', 'much money needs two people');
  await dispatch(2);
  assert.deepEqual([(await commands()).filter((one) => one.kind === 'refund'), refunds()], [[], []], 'one person is not enough');
  const approved = await step('admin', 'approve-refund', { agreement });
  assert.equal(approved.order.agreements[0]?.state, 'ready');

  // The answer of the gateway is lost; what was done is found again and not done twice. Nobody is asked again.
  sandbox.faults.add({ on: 'stripe', kind: 'error_after', match: /POST .*refunds/, times: 1 });
  await dispatch(4);
  const refund = (await commands()).find((one) => one.kind === 'refund');
  const who = refund!.approvals.map(({ by }) => by);
  assert.deepEqual([refund!.mode, who.length, new Set(who).size], ['approve', 2, 2]);
  const { agreedBy, approvedBy } = approved.order.agreements[0]!;
  assert.deepEqual(who, [agreedBy, ...approvedBy]);
  assert.deepEqual(refunds().map(({ amount }) => amount), [minor]);

  for (let round = 0; round < 5 && (await shown()).row.verdict !== 'closed'; round += 1) {
    await catchUp(48);
    await dispatch(3);
    postDrafts();
  }
  const told = (await commands()).map((one) => `${one.kind} ${one.status}`).sort();
  assert.deepEqual(told, ['draft-credit-note confirmed', 'record-refund confirmed', 'refund confirmed', 'restore-stock confirmed']);
  assert.ok((await listCommands(world.db, [`shop/${order.placed.order.id}`])).every((one) => one.effectFactId !== null), 'each effect was seen');
  assert.deepEqual(refunds().map(({ amount }) => amount), [minor], 'the record in the shop paid nothing again');
  const { row, problems, answer } = await shown();
  assert.deepEqual([row.verdict, problems], ['closed', []], JSON.stringify(answer.en));
  assert.ok(answer.en.some(({ text }) => /^€59\.90 went back on \d+ Nov and has settled\.$/.test(text)));
  const audited = await listAudit(world.db, `shop/${order.placed.order.id}`);
  const trail = audited.map((entry) => entry.action);
  assert.deepEqual(trail, [
    'return.request', 'return.approve', 'return.receive', 'return.inspect', 'return.refund', 'return.approve-refund', 'command.approved',
  ]);
  const last = audited.at(-1)!;
  const { agreement: named, approvals } = (last.body as { after: { agreement: string; approvals: readonly { by: string }[] } }).after;
  assert.deepEqual([last.actor, named, approvals.map(({ by }) => by)], ['system', agreement, who]);
}); // prettier-ignore
