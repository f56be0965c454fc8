/**
 * One truth in five places: what the API answers stands, with the same amount, date and moment, in the ticket's property,
 * in the shop's private note and in the ERP's chatter, and money and moment on the customer's page; updates leave one note in each.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectSandbox } from '../../src/cli/sandbox-connections.ts';
import { customerAddress, makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { longTime } from '../../src/api/customer/customer-order.ts';
import type { Engine } from '../../src/engine/engine.ts';
import { placeAnswers, setKeptConnection } from '../../src/engine/exceptions/place-answers.ts';
import { watchFreshness } from '../../src/engine/exceptions/watch-sources.ts';
import type { ControlId } from '../../src/kernel/controls.ts';
import { timeText } from '../../src/kernel/kept-answer.ts';
import { stepReturn, type SteppedReturn } from '../../src/sandbox/life/step-return.ts';
import { createRandom } from '../../src/sandbox/random.ts';
import { startSandbox, type SandboxCompany } from '../../src/sandbox/start-sandbox.ts';
import { findConnection, putConnection } from '../../src/store/connections.ts';
import { listPlacedAnswers } from '../../src/store/placed-answers.ts';
import { openApiWorld, type ApiWorld } from '../api/api-world.ts';
import { useTestDatabases } from '../store/test-database.ts';

const databases = useTestDatabases();
const zone = 'Europe/Berlin';
const sku = 'LOCK-90';
const places = ['hubspot', 'odoo', 'shop'] as const;
const watched: readonly ControlId[] = [
  'authorized-received', 'received-inspected', 'inspected-restored', 'refund-settled', 'refund-credited', 'entitled-refunded', 'resolved-closed', 'closed-told',
]; // prettier-ignore

let world: ApiWorld;
let sandbox: SandboxCompany;
let engine: Engine;
let order: SteppedReturn;
let orderKey: string;
let isCounted = false;

before(async () => {
  sandbox = await startSandbox({ seed: 'kept', now: '2026-11-02T08:00:00Z', ordersPerDay: 0, requestNow: Date.now });
  world = await openApiWorld(databases, {
    now: sandbox.now,
    policy: { zone, currency: 'EUR', controls: Object.fromEntries(watched.map((id) => [id, { mode: 'watch', watch: 'on' }])) },
    connect: async (db, seal) => {
      await connectSandbox(db, seal, sandbox);
      const { connection, connector, system, settings } = (await findConnection(db, 'hubspot'))!;
      await putConnection(db, { connection, connector, system, settings: { ...(settings as object), fields: { answer: 'reentry_answer' } } });
    },
  });
  engine = world.engine();
  const since = new Date(sandbox.now()).toISOString();
  for (const connection of places) await setKeptConnection(world.db, { connection, isOn: true, language: 'en', since }, 'test');
  order = stepReturn(sandbox.company, sandbox.catalog, createRandom('kept'), { [sku]: 1 });
  orderKey = `shop/${order.placed.order.id}`;
}); // prettier-ignore
after(async () => {
  await world.close();
  await sandbox.close();
});

/** Reads all systems, judges, and writes what has changed into them. */
async function update(hours: number): Promise<void> {
  await sandbox.advance({ hours });
  await engine.sweepAll();
  // Notes are written once all was read and counted.
  if (!isCounted) await engine.censusAll();
  isCounted = true;
  await engine.drain();
  const { signal } = new AbortController();
  await placeAnswers(world.db, { holder: 'test', context: engine.context(), publicUrl: 'https://reentry.test', signal });
} // prettier-ignore

const unescaped = (html: string): string =>
  html.replaceAll('<br>', '\n').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** All texts of ours in each system. */
function placed(): Readonly<Record<(typeof places)[number], readonly string[]>> {
  const { hubspot, odoo, woocommerce } = sandbox.company;
  const { crm } = hubspot;
  const isOurs = (text: string): boolean => text.includes('RTY-');
  const messages = odoo.database.search('mail.message', []).map(({ id }) => odoo.database.text('mail.message', id, 'body'));
  const property = crm.get(order.ticket()!, 'reentry_answer') ?? '';
  const crmNotes = [...crm.objects.notes.values()].map((note) => crm.get(note, 'hs_note_body') ?? '');
  return {
    hubspot: [property, ...crmNotes].filter(isOurs),
    odoo: messages.filter(isOurs).map(unescaped),
    shop: woocommerce.shop.notes.map((note) => note.note).filter(isOurs),
  };
} // prettier-ignore

type Shown = {
  readonly asOf: string;
  readonly row: { readonly verdict: string };
  readonly answer: { readonly en: readonly { readonly text: string }[] };
  readonly problems: readonly { readonly code: string; readonly state: string; readonly severity: number; readonly owner: string; readonly waitsFor?: string }[];
}; // prettier-ignore
async function ask(): Promise<Shown> {
  const answer = await world.ask('support', 'GET', `/api/v1/orders/${encodeURIComponent(orderKey)}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<Shown>();
}

/** What the customer sees, without markup. */
async function customerPage(): Promise<string> {
  const url = customerAddress('', makeCustomerToken(world.seal, orderKey, sandbox.now() + 86_400_000), 'en');
  const answer = await world.app.inject({ url });
  assert.equal(answer.statusCode, 200);
  return answer.body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

/** States in which the customer's page said an amount and its day as the answer does. */
let moneyOnPage = 0;

/** The customer's page holds for the same moment, and says of money the same amount and day. */
async function demandSamePage({ asOf, answer }: Shown): Promise<void> {
  const page = await customerPage();
  assert.ok(page.includes(longTime(asOf, 'en', zone)), `as of ${asOf}: ${page}`);
  for (const { text } of answer.en) {
    const [, amount, day] = /(€\d+\.\d\d)\b.*?\b(\d+) Nov\b/.exec(text) ?? [];
    if (amount === undefined || day === undefined) continue;
    assert.ok(page.includes(amount) && page.includes(`${day} November 2026`), `${text}\n${page}`);
    moneyOnPage += 1;
  }
}

/** The API's answer, which stands word for word and with its moment in every system, once. */
async function demandSame(): Promise<string> {
  const shown = await ask();
  const { asOf, answer } = shown;
  await demandSamePage(shown);
  // The page of the console asks for the order, other programs for its answer alone.
  const alone = await world.ask('support', 'GET', `/api/v1/orders/${encodeURIComponent(orderKey)}/answer`);
  const { asOf: aloneAsOf, sentences } = alone.json<{
    asOf: string;
    sentences: readonly { text: string }[];
  }>();
  assert.deepEqual([aloneAsOf, sentences.map((one) => one.text)], [asOf, answer.en.map((one) => one.text)]);
  const text = answer.en.map((sentence) => sentence.text).join('\n');
  const said = `as of ${timeText({ asOf, zone })}:\n${text}\n`;
  for (const [system, texts] of Object.entries(placed())) {
    assert.equal(texts.length, 1, `${system}: ${texts.join('\n---\n')}`);
    assert.ok(texts[0]!.includes(said), `${system} says\n${texts[0]}\nthe API\n${said}`);
  }
  return text;
}

test('six states of one return: API, ticket, shop and ERP say the same each time, in one place each', async () => {
  const steps: readonly (readonly [hours: number, play: () => unknown])[] = [
    [1, () => order.approve()],
    [2, () => order.announce('inspection')],
    [3, () => order.receive()],
    [4, () => order.putAway()],
    [
      1,
      async () => {
        const { minor } = await order.refund({ status: 'pending' });
        order.tell(minor);
        order.resolve();
      },
    ],
    [
      1,
      async () => {
        await sandbox.advance({ hours: 46 });
        order.failRefunds();
      },
    ],
  ];
  const said = new Set<string>();
  for (const [hours, play] of steps) {
    await play();
    await update(hours);
    said.add(await demandSame());
    if (process.env['STORY'] === '1') console.log([...said].at(-1), '\n');
  }
  assert.equal(said.size, steps.length, 'each was an update');
  assert.ok(moneyOnPage >= 2, 'on its way, and failed');
  const rows = await listPlacedAnswers(world.db, [orderKey]);
  assert.deepEqual(rows.map((row) => [row.connection, row.outcome]), places.map((name) => [name, 'placed']));
}); // prettier-ignore

test('the last state: €-amount and day of the failure, finance to pay, support to tell', async () => {
  const { problems, row, answer } = await ask();
  const open = problems.filter((problem) => problem.state === 'open');
  assert.deepEqual(
    open.map(({ code, severity, owner, waitsFor }) => [code, severity, owner, waitsFor]),
    [
      ['refund-failed-at-gateway', 1, 'finance', undefined],
      ['told-too-early', 1, 'support', 'refund-failed-at-gateway'],
    ],
  );
  assert.equal(row.verdict, 'breaks');
  const euro = `€${(order.unitGross(sku) / 100).toFixed(2)}`;
  assert.ok(answer.en.some(({ text }) => text === `A refund of ${euro} failed on 4 Nov.`));
});

test('with the gateway stale the problem still shows, in every place', async () => {
  sandbox.faults.add({ on: 'stripe', kind: 'rights_lost' });
  for (let sweeps = 0; sweeps < 3; sweeps += 1) await update(1);
  await world.db.pool.query(
    `update sweep_cursors set started_at = (started_at at time zone 'UTC' - interval '2 hours') at time zone 'UTC' where connection = 'stripe'`,
  );
  await watchFreshness(world.db, engine.context().systems);
  const stale = await world.ask('support', 'GET', '/api/v1/problems?code=source-stale');
  assert.match(stale.body, /connection\/stripe/);
  const { problems, row } = await ask();
  assert.equal(row.verdict, 'breaks');
  assert.ok(problems.some(({ code, state }) => code === 'refund-failed-at-gateway' && state === 'open'));
  for (const [system, texts] of Object.entries(placed())) {
    assert.equal(texts.length, 1, system);
    assert.match(texts[0]!, /Refund failed at the gateway/);
  }
});
