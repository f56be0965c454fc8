/**
 * Pictures of every page and of its empty, failed and long states, from the sandbox company:
 *
 *     npm run screens                 all, into docs/screens
 *     SCREENS=problems npm run screens   those whose name starts so
 *
 * The company's time stands still, so the same code makes the same pictures.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { makeCustomerToken } from '../../src/api/customer/customer-link.ts';
import { runBulkJobs } from '../../src/engine/exceptions/bulk.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { listProblems } from '../../src/store/list-problems.ts';
import { setOpeningDecision } from '../../src/store/opening-decisions.ts';
import { setPin } from '../../src/store/pins.ts';
import { addNormalRule } from '../../src/store/teams.ts';
import type { Role } from '../../src/wire/roles.ts';
import { useConsole, type ConsoleWorld } from './console-world.ts';
import { addLongOrder } from './long-order.ts';
import { palettePng } from './palette-png.ts';
import { settle, visit } from './visit-page.ts';

const folder = join(import.meta.dirname, '../../docs/screens');
const bytesMax = 4_000_000;
const wanted = process.env['SCREENS'] ?? '';

/** Fixes are let go by people, so that there are some to show. */
const approved = { mode: 'approve', watch: 'on' } as const;
const world = useConsole({
  days: 22,
  policy: { controls: { 'inspected-restored': approved, 'back-restored': approved, 'refund-settled': approved, 'refund-credited': approved } },
}); // prettier-ignore
const empty = useConsole({ days: 0 });

type Shot = {
  readonly name: string;
  readonly path: string;
  readonly of?: ConsoleWorld;
  readonly role?: Role | 'nobody';
  readonly options?: BrowserContextOptions;
  /** What somebody does before the picture is taken. */
  readonly act?: (page: Page) => Promise<void>;
};

const german: BrowserContextOptions = { locale: 'de-DE' };
const dark: BrowserContextOptions = { colorScheme: 'dark' };
const phone: BrowserContextOptions = { viewport: { width: 390, height: 780 } };
const customerPages = '/my-return';
const tablet: BrowserContextOptions = { viewport: { width: 1024, height: 768 } };

async function shots(): Promise<readonly Shot[]> {
  const { rows: orders } = await listOrders(world.db, { verdict: 'breaks', isReturn: true, limit: 40 });
  const order = orders.find((row) => row.refundedMinor > 0) ?? orders[0]!;
  const { rows: problems } = await listProblems(world.db, { limit: 200 });
  const problem = problems.find((row) => row.subjectKey === order.orderKey) ?? problems[0]!;
  const long = await addLongOrder(world);
  await addOpeningBalance();
  await addNormalRule(world.db, {
    scope: { codes: ['not-inspected'], skus: ['BAR-*'], minorMax: 2000, currency: 'EUR' }, reason: 'Food is thrown away unopened, and nobody grades it',
    expiresAt: '2027-01-31T22:59:59Z', madeBy: `user/${world.users.ops.userId}`,
  }); // prettier-ignore
  await setPin(world.db, world.users.support.userId, 'none');
  const at = `/orders/${order.orderKey}`;
  const failing =
    (path: string) =>
    (page: Page): Promise<void> =>
      page
        .route(`**/api/v1${path}**`, (route) =>
          route.fulfill({
            status: 500,
            contentType: 'application/problem+json',
            body: JSON.stringify({
              type: 'about:blank',
              title: 'Something went wrong',
              status: 500,
              code: 'internal',
              todo: 'Try again. If it stays, give the request id to whoever runs Reentry.',
              requestId: 'req-7f3a21',
            }),
          }),
        )
        .then(() => page.reload())
        .then(() => page.locator('[data-kind="failed"]').waitFor());
  const click =
    (name: string) =>
    async (page: Page): Promise<void> => {
      await page.getByRole('button', { name, exact: true }).click();
      await settle(page);
    };
  const select = async (page: Page): Promise<void> => {
    await page.getByRole('checkbox').first().click();
  };
  const preview = async (page: Page): Promise<void> => {
    await select(page);
    await page.getByRole('button', { name: 'Take them' }).click();
    await page
      .getByRole('dialog')
      .getByText(/will change|stay/)
      .first()
      .waitFor();
  };
  const runJob = async (page: Page): Promise<void> => {
    await preview(page);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Change/ })
      .click();
    await page
      .getByText(/^0 of \d+ done$/)
      .first()
      .waitFor();
    while ((await runBulkJobs(world.db, { holder: 'screens', now: Date.now })) > 0);
    await page.getByRole('region', { name: 'Outcome of each' }).getByRole('row').nth(2).waitFor();
  };
  const scan =
    (text: string) =>
    async (page: Page): Promise<void> => {
      await page.getByRole('searchbox', { name: 'Scan or type' }).fill(text);
      await page.keyboard.press('Enter');
      await settle(page);
    };
  const toViews = (page: Page): Promise<void> =>
    page.getByRole('tablist').evaluate('(tabs) => tabs.scrollIntoView()') as Promise<void>;
  const stale = async (page: Page): Promise<void> => {
    // The stream lives on through "offline"; a service that is gone does not.
    const start = await world.stopApi();
    await page.getByText('Reconnecting').waitFor();
    ended.push(start);
  };
  const id = encodeURIComponent(`${problem.subjectKey}~${problem.problemId}`);
  const onTable = encodeURIComponent(order.orderKey);
  const linkTo = (orderKey: string): string =>
    `${customerPages}/o/${makeCustomerToken(world.seal, orderKey, world.sandbox.now() + 86_400_000)}`;
  const own = linkTo(order.orderKey);
  return [
    { name: 'overview', path: '/overview' }, { name: 'overview-dark', path: '/overview', options: dark },
    { name: 'overview-german', path: '/overview', options: german }, { name: 'overview-phone', path: '/overview', options: phone },
    { name: 'overview-first-steps', path: '/overview', of: empty }, { name: 'overview-failed', path: '/overview', act: failing('/overview') },
    { name: 'orders', path: '/orders' }, { name: 'orders-german', path: '/orders', options: german }, { name: 'orders-phone', path: '/orders', options: phone },
    { name: 'orders-nothing-yet', path: '/orders', of: empty }, { name: 'orders-filtered-out', path: '/orders?number=XX' },
    { name: 'orders-failed', path: '/orders', act: failing('/orders') }, { name: 'orders-reconnecting', path: '/orders', act: stale },
    { name: 'order-problem', path: `${at}?problem=${id}` }, { name: 'order-vouch', path: at, act: click('Vouch for an event') },
    { name: 'problems-normal', path: `/problems?problem=${id}`, act: click('Normal here') }, { name: 'returns-desk-person', path: '/desk', options: tablet, role: 'ops', act: click('Change person') },
    { name: 'settings-normal', path: '/settings?view=normal' },
    { name: 'order', path: at }, { name: 'order-dark', path: at, options: dark }, { name: 'order-german', path: at, options: german },
    { name: 'order-phone', path: at, options: phone }, { name: 'order-list', path: `${at}?view=list` }, { name: 'order-ledger', path: `${at}?view=ledger` },
    { name: 'order-raw', path: `${at}?view=raw` }, { name: 'order-unknown', path: '/orders/shop/no-such-order' },
    { name: 'order-long', path: `/orders/${long}` }, { name: 'order-long-list', path: `/orders/${long}?view=list`, act: toViews }, { name: 'order-long-ledger', path: `/orders/${long}?view=ledger`, act: toViews },
    { name: 'problems', path: '/problems' }, { name: 'problems-open', path: `/problems?problem=${id}` }, { name: 'problems-german', path: `/problems?problem=${id}`, options: german },
    { name: 'problems-by-cause', path: '/problems?tab=groups' }, { name: 'problems-opening-balance', path: '/problems?tab=opening' },
    { name: 'problems-none', path: '/problems', of: empty }, { name: 'problems-selected', path: '/problems', act: select },
    { name: 'problems-bulk-preview', path: '/problems', act: preview, role: 'ops' }, { name: 'problems-bulk-outcomes', path: '/problems?team=ops', act: runJob },
    { name: 'returns-desk', path: `/desk?order=${onTable}`, options: tablet, role: 'ops' }, { name: 'returns-desk-german', path: `/desk?order=${onTable}`, options: { ...tablet, ...german }, role: 'ops' },
    { name: 'returns-desk-long', path: `/desk?order=${encodeURIComponent(long)}`, options: tablet, role: 'ops' },
    { name: 'returns-desk-list', path: '/desk', options: tablet, role: 'ops' }, { name: 'returns-desk-shelf', path: '/desk?view=quarantine', options: tablet, role: 'ops' },
    { name: 'returns-desk-nothing-found', path: '/desk', options: tablet, role: 'ops', act: scan('4006381333931') }, { name: 'returns-desk-empty', path: '/desk', of: empty, options: tablet },
    { name: 'fixes', path: '/fixes' }, { name: 'fixes-filtered-out', path: '/fixes?status=dead' },
    { name: 'finance', path: '/finance' }, { name: 'finance-accounts', path: '/finance?view=accounts' }, { name: 'finance-close', path: '/finance?view=close' },
    { name: 'finance-margin', path: '/finance?view=margin' }, { name: 'journey', path: '/journey' }, { name: 'plan', path: '/plan' },
    { name: 'labels', path: `/labels?order=${onTable}`, role: 'ops' },
    { name: 'connections', path: '/connections' }, { name: 'connections-log', path: '/connections?view=log' }, { name: 'connections-none', path: '/connections', of: empty },
    { name: 'settings-login', path: '/settings' }, { name: 'settings-users', path: '/settings?view=users' }, { name: 'settings-rules', path: '/settings?view=rules' },
    { name: 'audit', path: '/audit' }, { name: 'not-allowed', path: '/audit', role: 'viewer' }, { name: 'not-found', path: '/no-such-page' },
    { name: 'customer-start', path: customerPages, role: 'nobody', options: phone }, { name: 'customer-status', path: `${own}?lang=en`, role: 'nobody', options: phone },
    { name: 'customer-status-german', path: `${own}?lang=de`, role: 'nobody' }, { name: 'customer-request', path: `${own}/request?lang=en`, role: 'nobody', options: phone },
    { name: 'customer-withdraw', path: `${own}/withdraw?lang=en`, role: 'nobody', options: phone },
    { name: 'login', path: '/login', role: 'nobody' }, { name: 'login-german', path: '/login', role: 'nobody', options: german },
  ]; // prettier-ignore
}

/** What stood open before the connections, in three groups of which one is accepted. */
async function addOpeningBalance(): Promise<void> {
  const groups = [['received-inspected', 12, null, null], ['entitled-refunded', 3, 7790, 'EUR'], ['refund-credited', 9, 2380, 'EUR']] as const;
  for (const [control, count, minor, currency] of groups)
    await world.db.pool.query(
      `insert into open_items (order_key, item_id, control, side, since_at, units, amount_minor, currency, is_opening, body)
       select 'shop/opening' || n, $1, $1, 'left', timestamptz '2026-08-04' + n * interval '1 day', $3, $4, $5, true, '{}' from generate_series(1, $2::int) as n`,
      [control, count, minor === null ? 1 : null, minor, currency],
    );
  await setOpeningDecision(world.db, {
    control: 'refund-credited', currency: 'EUR', decision: 'accepted', reason: 'Closed with the year before last', madeBy: `user/${world.users.finance.userId}`,
  });
} // prettier-ignore

/** What an act took away and what comes back after its picture. */
const ended: (() => Promise<void>)[] = [];

test('every page and state has its picture', async () => {
  mkdirSync(folder, { recursive: true });
  const all = await shots();
  const chosen = all.filter(({ name }) => name.startsWith(wanted));
  assert.ok(chosen.length > 0, `no picture is called ${wanted}…`);
  const failed: string[] = [];
  for (const { name, path, of = world, role = 'admin', options = {}, act } of chosen) {
    const page = await of.open(role, '/overview', options);
    // Ages are told from the company's time, which stands still.
    await page.clock.setFixedTime(of.sandbox.now());
    try {
      if (path.startsWith(customerPages)) await page.goto(`${of.address}${path}`);
      else await visit(page, of.address, path);
      await act?.(page);
      await page.mouse.move(0, 0);
      writeFileSync(join(folder, `${name}.png`), palettePng(await page.screenshot({ animations: 'disabled', caret: 'hide' })));
    } catch (error) {
      failed.push(`${name}: ${String(error).slice(0, 300)}`);
    }
    await page.context().close();
    for (const back of ended.splice(0)) await back();
  }
  assert.deepEqual(failed, []);
  const names = new Set(all.map(({ name }) => `${name}.png`));
  for (const file of readdirSync(folder)) if (!names.has(file)) rmSync(join(folder, file));
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  console.log(`${names.size} pictures, ${Math.round(bytes / 1000)} kB`);
  assert.ok(bytes <= bytesMax, `${bytes} bytes of pictures`);
}); // prettier-ignore
