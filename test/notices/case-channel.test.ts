/** Notices on the case of the order: one internal note per problem, only where the team wants it, no ticket of its own. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { routeProblems } from '../../src/engine/exceptions/route-problems.ts';
import { tellTeams } from '../../src/engine/exceptions/tell-teams.ts';
import { openCaseChannel } from '../../src/engine/notices/case-channel.ts';
import { sendNotices } from '../../src/engine/notices/send-notices.ts';
import type { SteppedReturn } from '../../src/sandbox/life/step-return.ts';
import { listNotices } from '../../src/store/notices.ts';
import { createSeal, masterKeyBytes } from '../../src/store/seal.ts';
import { putTeam } from '../../src/store/teams.ts';
import { teamBodySchema } from '../../src/wire/api-exceptions.ts';
import { openDispatchWorld, policyIn, type DispatchWorld } from '../engine/dispatch-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const seal = createSeal(randomBytes(masterKeyBytes));
const sku = 'LOCK-90';
let world: DispatchWorld;
let tickets = 0;
let orderId = 0;

before(async () => {
  world = await openDispatchWorld(databases, policyIn('watch'));
  await world.catchUp();
  await world.engine.censusAll();
  assert.equal(await tell(), 0);
  // The quiet week after the history was read.
  await world.sandbox.advance({ days: 8 });
});
after(() => world.close());

/** Tells what is due and sends it; returns how many notices were new. */
async function tell(): Promise<number> {
  const { db, engine, systems } = world;
  const context = engine.context();
  await routeProblems(db, context.policy, context.now);
  const queued = await tellTeams(db, { seal, publicUrl: 'https://reentry.test', context, caseNote: async () => undefined }); // prettier-ignore
  await sendNotices(db, { holder: 'test', seal, channels: { ticket: openCaseChannel(db, () => systems) } });
  return queued;
}

/** Goods are back and refunded, and the ERP has no stock: a problem of ops on the case that approved the return. */
async function lateReturn(): Promise<SteppedReturn> {
  const order = world.stepReturn({ [sku]: 2 }, { [sku]: 1 });
  order.approve();
  tickets = world.sandbox.company.hubspot.crm.objects.tickets.size;
  order.announce('inspection');
  await world.sandbox.advance({ days: 1 });
  order.receive();
  await order.refund();
  await world.sandbox.advance({ days: 12 });
  await world.catchUp();
  return order;
}

/** Our notes in the helpdesk. */
const notes = (): readonly string[] => {
  const { crm } = world.sandbox.company.hubspot;
  return [...crm.objects.notes.values()].map((note) => crm.get(note, 'hs_note_body') ?? '').filter((text) => text.includes('RTY-')); // prettier-ignore
};
const setTeam = async (ticketConnection: string | null, version: number): Promise<void> => {
  const body = teamBodySchema.parse({
    title: { en: 'Warehouse', de: 'Lager' },
    notify: 'all',
    ticketConnection,
  });
  await putTeam(world.db, { team: 'ops', body, chat: null, version, setBy: 'test' });
};

test('a team that did not ask for it gets nothing on the case', async () => {
  await setTeam(null, 0);
  await lateReturn();
  await tell();
  assert.deepEqual(notes(), []);
});

test('a team that did finds each problem noted once on the case of its order', async () => {
  await setTeam('hubspot', 1);
  orderId = (await lateReturn()).placed.order.id;
  assert.ok((await tell()) > 0);
  const { rows } = await listNotices(world.db, { channel: 'ticket' });
  assert.deepEqual([...new Set(rows.map((row) => row.status))], ['accepted']);
  assert.ok(rows.length > 0 && notes().length === rows.length);
  assert.ok(notes().every((text) => text.includes(`https://reentry.test/problems/shop%2F${orderId}~prb_`)));
});

test('the same problem is not noted again when it is told again, and no ticket is opened', async () => {
  const before = notes();
  await world.db.pool.query('update problems set notified_at = null where subject_key = $1', [
    `shop/${orderId}`,
  ]);
  await tell();
  assert.deepEqual(notes(), before);
  assert.equal(world.sandbox.company.hubspot.crm.objects.tickets.size, tickets);
});

test('read back, the note changes nothing about the order', async () => {
  const problems = async (): Promise<unknown> => (await world.db.pool.query('select subject_key, problem_id, code, resolved_at from problems order by 1, 2')).rows; // prettier-ignore
  const before = await problems();
  await world.catchUp();
  assert.deepEqual(await problems(), before);
});
