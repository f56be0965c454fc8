/** Problems as people work on them: many at once, and two people at the same time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { runBulkJobs } from '../../src/engine/exceptions/bulk.ts';
import { controls } from '../../src/kernel/controls.ts';
import { listProblems } from '../../src/store/list-problems.ts';
import { listOpeningDecisions } from '../../src/store/opening-decisions.ts';
import { listNormalRules } from '../../src/store/teams.ts';
import { writeOrders, type OrderWrite } from '../../src/store/write-orders.ts';
import { useConsole } from './console-world.ts';

const world = useConsole({ days: 3 });
const causeOf = (prefix: string): string => `not-inspected · ${prefix}`;
const searchOf = (prefix: string): string => `/problems?cause=${encodeURIComponent(causeOf(prefix))}`;
const cause = causeOf('bulk');
const search = searchOf('bulk');

let added: Promise<void> | undefined;
/** The 500 problems that the tests share. */
const ready = (): Promise<void> => (added ??= addProblems('bulk', 500));

/** Orders with one problem each, all of one cause. */
async function addProblems(prefix: string, count: number, of = prefix): Promise<void> {
  const at = '2026-10-20T08:00:00.000Z';
  const writes = Array.from({ length: count }, (_, index): OrderWrite => ({
    orderKey: `shop/${prefix}${index}`, version: 0, openItems: [], commands: [], facts: [],
    state: {
      connection: 'shop', number: `${prefix.toUpperCase()}-${index}`, verdict: 'breaks', body: { asOf: at }, placedAt: at, currency: 'EUR', paidMinor: 5990,
      refundedMinor: 0, goneMinor: 0, stuckMinor: 5990, booksMinor: 0, isReturn: true, codeVersion: 'test',
    },
    problems: [{
      id: 'prb_1', code: 'not-inspected', control: 'received-inspected', severity: 2, since: at, owner: 'ops', stuckMinor: 5990,
      currency: 'EUR', cause: causeOf(of), body: { amount: { minor: 5990, currency: 'EUR' }, evidence: [] },
    }],
  })); // prettier-ignore
  await writeOrders(world.db, writes, 'test');
}

/** One turn of the job's worker, as the service takes it every second. */
const work = (): Promise<number> => runBulkJobs(world.db, { holder: 'test', now: Date.now });

async function openList(page: Page): Promise<void> {
  await page.getByRole('row').nth(5).waitFor();
  await page.locator('tr[tabindex="0"]').focus();
}

const selected = (page: Page, text: string): Promise<void> => page.getByRole('group', { name: 'With what is selected' }).getByText(text, { exact: true }).waitFor(); // prettier-ignore

test('rows are selected by x, by a range with shift, by the box above, and by the filter', async () => {
  await ready();
  const page = await world.open('ops', search);
  await openList(page);
  await page.keyboard.press('x');
  await selected(page, '1 selected');
  for (let step = 0; step < 4; step += 1) await page.keyboard.press('j');
  await page.keyboard.press('Shift+X');
  await selected(page, '5 selected');
  await page.keyboard.press('Shift+ArrowDown');
  await selected(page, '6 selected');
  await page.keyboard.press('Escape');
  await page.getByRole('group', { name: 'With what is selected' }).waitFor({ state: 'detached' });
  const boxes = page.getByRole('checkbox');
  await boxes.nth(2).check();
  await boxes.nth(9).click({ modifiers: ['Shift'] });
  await selected(page, '8 selected');
  await page.getByRole('checkbox', { name: 'Select all rows so far' }).click();
  await page.getByRole('button', { name: 'Select all that fit the filter' }).click();
  await selected(page, 'All that fit the filter are selected');
  // One taken out again: no longer everything.
  await boxes.nth(3).uncheck();
  await selected(page, '99 selected');
});

test('500 problems at once: previewed, watched, stopped half-way; then done, with an outcome for each', async () => {
  await ready();
  const page = await world.open('ops', search);
  await openList(page);
  await page.getByRole('checkbox', { name: 'Select all rows so far' }).click();
  await page.getByRole('button', { name: 'Select all that fit the filter' }).click();
  const bar = page.getByRole('group', { name: 'With what is selected' });

  await bar.getByRole('button', { name: 'Dismiss' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox', { name: 'Reason' }).fill('counted twice by the test');
  await dialog.getByRole('button', { name: 'Show what would happen' }).click();
  await dialog.getByText('500 problems will change').waitFor();
  assert.equal((await listProblems(world.db, { cause, view: 'dismissed' })).rows.length, 0, 'a preview changes nothing');
  await dialog.getByRole('button', { name: 'Change 500 problems' }).click();
  await page.getByText('0 of 500 done').first().waitFor();
  assert.match(page.url(), /job=/, 'the job stands in the address');
  await work();
  await work();
  await page.getByText('100 of 500 done').first().waitFor();
  await page.getByRole('button', { name: 'Stop' }).click();
  await page.getByText('400 not begun').waitFor();
  assert.equal(await work(), 0, 'nothing goes on after it was stopped');
  assert.equal((await listProblems(world.db, { cause, view: 'dismissed', limit: 500 })).rows.length, 100);

  // The rest by the keyboard alone; one of them is no longer what was previewed.
  await page.goto(`${world.address}/console${search}`);
  await openList(page);
  await page.getByRole('checkbox', { name: 'Select all rows so far' }).press('Space');
  await page.getByRole('button', { name: 'Select all that fit the filter' }).press('Enter');
  await bar.getByRole('button', { name: 'Take them' }).press('Enter');
  await dialog.getByText('400 problems will change').waitFor();
  await dialog.getByRole('button', { name: 'Change 400 problems' }).press('Enter');
  await page.getByText('0 of 400 done').first().waitFor();
  const [other] = (await listProblems(world.db, { cause, limit: 1 })).rows;
  assert.ok(other !== undefined);
  const address = `${world.address}/api/v1/problems/${encodeURIComponent(`${other.subjectKey}~${other.problemId}`)}`;
  const cookies = await page.context().cookies();
  const session = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const me = (await (await fetch(`${world.address}/api/v1/session`, { headers: { cookie: session } })).json()) as { csrf: string };
  const snoozed = await fetch(`${address}/snooze`, {
    method: 'POST', body: JSON.stringify({ version: other.version, toNextFact: true }),
    headers: { cookie: session, 'x-csrf-token': me.csrf, 'content-type': 'application/json' },
  });
  assert.equal(snoozed.status, 200);
  while ((await work()) > 0);
  await page.getByText('399 changed').waitFor();
  await page.getByText('1 refused').waitFor();
  const outcomes = page.getByRole('region', { name: 'Outcome of each' });
  await outcomes.getByRole('row').nth(3).waitFor();
  await outcomes.getByText('it changed since the preview').first().waitFor();
}); // prettier-ignore

test('support cannot change what belongs to ops, and a viewer has nothing to select with', async () => {
  await ready();
  const page = await world.open('support', `${search}&view=open`);
  await openList(page);
  await page.keyboard.press('x');
  await page.getByRole('button', { name: 'Take them' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('1 problem stays as it is').waitFor();
  await dialog.getByText('it belongs to another team').waitFor();
  assert.equal(await dialog.getByRole('button', { name: /^Change/ }).isDisabled(), true);
  const viewer = await world.open('viewer', `${search}&view=open`);
  await viewer.getByRole('row').nth(2).waitFor();
  assert.equal(await viewer.getByRole('checkbox').count(), 0);
});

test('two browsers, one change: the other says "1 new" and no row moves; the stream resumes after a restart', async () => {
  await addProblems('live', 30);
  const page = await world.open('ops', `${searchOf('live')}&problem=${encodeURIComponent('shop/live7~prb_1')}`);
  const button = (name: string): Locator => page.getByRole('button', { name, exact: true });
  await button('Dismiss').click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('no such parcel');
  await button('Dismiss').last().click();
  await button('Undo').waitFor();

  const other = await world.open('admin', searchOf('live'));
  const live = other.getByText('Live', { exact: true });
  await live.waitFor();
  await other.getByText('29 rows').waitFor();
  const shown = (): Promise<string> => other.evaluate<string>(`[...document.querySelectorAll('tbody tr[data-index]')].map((row) => row.innerText).join('|')`);
  const before = await shown();
  await button('Undo').click();
  await other.getByRole('button', { name: '1 new, press .' }).waitFor();
  assert.equal(await shown(), before, 'no row moved');
  await other.keyboard.press('.');
  await other.getByText('30 rows').waitFor();
  // Rows far from what is in sight are not in the page.
  await other.locator('tbody tr[data-index="0"]').focus();
  await other.evaluate(`document.querySelector('tbody tr[data-index="20"]').wasThere = true`);
  await other.keyboard.press('End');
  await other.getByText('LIVE-7', { exact: true }).waitFor();
  await other.locator('tbody tr[data-index="29"]:focus').waitFor();
  assert.equal(await other.evaluate(`document.querySelector('tbody tr[data-index="20"]').wasThere`), true, 'a row that stays in sight is not made anew');

  const start = await world.stopApi();
  await other.getByText('Reconnecting').waitFor();
  await addProblems('later', 1, 'live');
  const still = await shown();
  await start();
  await live.waitFor();
  await other.getByRole('button', { name: '1 new, press .' }).waitFor();
  assert.equal(await shown(), still, 'no row moved');
}); // prettier-ignore

test('a problem is merged into another of its cause, and comes back when it is opened again', async () => {
  await addProblems('twin', 2);
  const ref = (index: number): string => `shop/twin${index}~prb_1`;
  const page = await world.open('ops', `${searchOf('twin')}&problem=${encodeURIComponent(ref(0))}`);
  await page.getByRole('button', { name: 'Merge', exact: true }).waitFor();
  await page.keyboard.press('m');
  await page.getByLabel('Which problem stands for both?').selectOption(ref(1));
  await page.getByRole('button', { name: 'Merge', exact: true }).last().click();
  await page.getByText('another problem stands for it').waitFor();
  const merged = async (): Promise<readonly (string | null)[]> =>
    (await listProblems(world.db, { cause: causeOf('twin'), view: 'merged' })).rows.map((row) => row.mergedRef);
  assert.deepEqual(await merged(), [ref(1)]);
  await page.getByRole('button', { name: 'Reopen', exact: true }).click();
  await page.getByRole('textbox', { name: 'Reason' }).fill('two parcels after all');
  await page.getByRole('button', { name: 'Reopen', exact: true }).last().click();
  await page.getByText('reopened it').waitFor();
  assert.deepEqual(await merged(), []);
}); // prettier-ignore

test('something is called normal here after a look at 90 days, and ended again; support may not', async () => {
  await addProblems('usual', 3);
  const path = `${searchOf('usual')}&problem=${encodeURIComponent('shop/usual0~prb_1')}`;
  const support = await world.open('support', path);
  await support.getByRole('button', { name: 'Comment' }).waitFor();
  assert.equal(await support.getByRole('button', { name: 'Normal here' }).count(), 0);

  const page = await world.open('ops', path);
  await page.getByRole('button', { name: 'Normal here' }).click();
  const dialog = page.getByRole('dialog', { name: 'This is normal here' });
  await dialog.getByLabel('Only up to this amount (EUR)').fill('59,90');
  await dialog.getByLabel('Reason').fill('The night shift grades what the day shift counted');
  assert.equal(await dialog.getByRole('button', { name: 'Call it normal' }).count(), 0, 'not without the preview');
  await dialog.getByRole('button', { name: 'Show what it would silence' }).click();
  await dialog.getByText(/^In the last 90 days it would have silenced \d+ problems, of which \d+ proved real\.$/).waitFor();
  await dialog.getByRole('button', { name: 'Call it normal' }).click();
  await dialog.waitFor({ state: 'detached' });
  const rules = async () => (await listNormalRules(world.db)).map(({ scope, endedAt }) => ({ scope, isEnded: endedAt !== null }));
  const scope = { codes: ['not-inspected'], minorMax: 5990, currency: 'EUR' };
  assert.deepEqual(await rules(), [{ scope, isEnded: false }]);

  await page.goto(`${world.address}/console/settings?view=normal`);
  await page.getByRole('button', { name: /^End the rule on/ }).click();
  await page.getByText('over since').waitFor();
  assert.deepEqual(await rules(), [{ scope, isEnded: true }]);
}); // prettier-ignore

test('a group of the opening balance is accepted as it is, another taken on; ops reads only', async () => {
  const since = '2026-09-01T08:00:00.000Z';
  await addProblems('old', 2);
  for (const [index, control] of ['received-inspected', 'entitled-refunded'].entries())
    await world.db.pool.query(
      `insert into open_items (order_key, item_id, control, side, since_at, units, amount_minor, currency, is_opening, body)
       values ($1, 'old', $2, 'left', $3, 1, 1990, 'EUR', true, '{}')`, [`shop/old${index}`, control, since]);
  const decided = async () => (await listOpeningDecisions(world.db)).map((one) => [one.control, one.decision, one.reason]);
  const ops = await world.open('ops', '/problems?tab=opening');
  await ops.getByRole('row').filter({ hasText: 'Received, inspected' }).waitFor();
  assert.equal(await ops.getByRole('button', { name: /^Decide/ }).count(), 0);

  const page = await world.open('finance', '/problems?tab=opening');
  const decide = async (check: string, choice: string, reason: string): Promise<void> => {
    await page.getByRole('button', { name: `Decide on “${check}”` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: choice }).check();
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: 'Save the decision' }).click();
    await dialog.waitFor({ state: 'detached' });
  };
  await decide('Received, inspected', 'Accept it as it is', 'Counted at the stocktaking');
  await page.getByRole('row').filter({ hasText: 'Counted at the stocktaking' }).getByText('accepted as it is').waitFor();
  await decide(controls['entitled-refunded'].title.en, 'Take it on', 'We owe it');
  await page.getByRole('heading', { name: 'Taken on: these are problems now' }).waitFor();
  assert.deepEqual((await decided()).sort(), [['entitled-refunded', 'taken-on', 'We owe it'], ['received-inspected', 'accepted', 'Counted at the stocktaking']]);
}); // prettier-ignore
