/** Every page, as it must be for everybody: without barriers, in both themes, on a small screen, in any language. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { listOpenAccounts } from '../../src/store/list-accounts.ts';
import { listOrders } from '../../src/store/list-orders.ts';
import { listProblems, listSubjectProblems } from '../../src/store/list-problems.ts';
import { useConsole } from './console-world.ts';
import { settle, visit } from './visit-page.ts';

const world = useConsole();
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
let paths: Promise<readonly string[]> | undefined;

/** Every page of the console, with an order and a problem of the company where one is needed. */
const allPaths = (): Promise<readonly string[]> => (paths ??= findPaths());

async function findPaths(): Promise<readonly string[]> {
  const [order] = (await listOrders(world.db, { verdict: 'breaks', isReturn: true })).rows;
  const [problem] = (await listProblems(world.db)).rows;
  assert.ok(order !== undefined && problem !== undefined, 'the company has an open problem');
  const [difference] = (await listOpenAccounts(world.db, { controls: ['refund-settled'] })).rows;
  assert.ok(difference !== undefined, 'the company has a refund that differs from the gateway');
  const id = encodeURIComponent(`${problem.subjectKey}~${problem.problemId}`);
  const onTable = encodeURIComponent(order.orderKey);
  const [own] = await listSubjectProblems(world.db, [order.orderKey]);
  const ofOrder = encodeURIComponent(`${order.orderKey}~${own!.problemId}`);
  return [
    '/overview', '/orders', '/orders?q=nothing-is-called-this', `/orders/${order.orderKey}`,
    `/orders/${order.orderKey}?view=list`, `/orders/${order.orderKey}?view=ledger`, `/orders/${order.orderKey}?view=raw`,
    `/orders/${order.orderKey}?problem=${ofOrder}`, '/settings?view=normal',
    '/problems', '/problems?tab=groups', '/problems?tab=opening', `/problems?problem=${id}`,
    '/finance', `/finance?order=${encodeURIComponent(difference.orderKey)}&control=${difference.control}`, '/finance?show=orphans',
    '/finance?view=accounts', `/finance?view=accounts&control=refund-settled&currency=EUR&order=${encodeURIComponent(difference.orderKey)}`,
    '/finance?view=close', '/finance?view=margin',
    '/desk', '/desk?view=quarantine', `/desk?order=${onTable}`, `/labels?order=${onTable}`, '/fixes', '/fixes?status=dead', '/connections', '/connections?view=log',
    '/settings', '/settings?view=users', '/settings?view=rules', '/audit', '/audit?chain=nothing-is-called-this', '/no-such-page',
  ]; // prettier-ignore
}

type Violation = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
};

const rules = {
  all: `{ type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }`,
  // Of one page in another theme only the colours differ.
  colours: `{ type: 'rule', values: ['color-contrast', 'link-in-text-block'] }`,
} as const;

async function violationsOf(page: Page, which: keyof typeof rules): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>('"axe" in window'))) await page.evaluate(axeSource);
  const found = await page.evaluate<readonly Violation[]>(
    `axe.run(document, { runOnly: ${rules[which]}, resultTypes: ['violations'] }).then((result) => result.violations)`,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}

const normal = { width: 1280, height: 800 };

/**
 * Colours and sizes ask for nothing: they are there once the next pictures are drawn and what moves has come to rest. A
 * text that takes its colour from around it begins to move when that moves, so one look does not do.
 */
const drawn = (page: Page): Promise<unknown> =>
  page.evaluate(`(async () => {
    const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const moving = () => document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity && one.playState !== 'finished');
    await frames();
    for (let still = 0; still < 2; await frames()) {
      const all = moving();
      await Promise.allSettled(all.map((one) => one.finished));
      still = all.length === 0 ? still + 1 : 0;
    }
  })()`);

test('every page: axe finds nothing, light and dark; 320 px do; forced colours leave focus and edges', async () => {
  const page = await world.open('admin', '/overview', { viewport: normal, colorScheme: 'light' });
  const wrong: string[] = [];
  for (const path of [...(await allPaths()), '/login', '/welcome/first']) {
    const say = (texts: readonly string[], where: string): void =>
      void wrong.push(...texts.map((text) => `${path}, ${where}: ${text}`));
    await visit(page, world.address, path);
    say(await violationsOf(page, 'all'), 'light');
    await page.emulateMedia({ colorScheme: 'dark' });
    // The page hears of it as an event, and only then begins to change.
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached' });
    await drawn(page);
    say(await violationsOf(page, 'colours'), 'dark');
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'light' });
    await page.keyboard.press('Shift');
    say(await page.evaluate<readonly string[]>(findLostInForcedColours), 'forced colours');
    await page.emulateMedia({ forcedColors: 'none', colorScheme: 'light' });
    await page.locator('html[data-mantine-color-scheme="light"]').waitFor({ state: 'attached' });
    await page.setViewportSize({ width: 320, height: 640 });
    await drawn(page);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    const main = await page.evaluate<number>('document.querySelector("main")?.scrollWidth ?? 0');
    if (width > 320 || main > 320) say([`${width} px, main ${main} px`], '320 px');
    await page.setViewportSize(normal);
  }
  assert.deepEqual(wrong, []);
});

/** An order with a return that waits for the goods. */
async function openReturn(): Promise<string> {
  const { rows } = await world.db.pool.query<{ key: string; sku: string }>(
    `select s.order_key as key, u ->> 'sku' as sku from order_states s cross join jsonb_array_elements(s.state -> 'units') as u
     where not s.is_return and (u ->> 'shipped')::int > 0 order by 1, 2 limit 1`,
  );
  const [{ key: orderKey, sku } = assert.fail('the company sold something that stayed away')] = rows;
  const by = { by: `user/${world.users.support.userId}`, as: 'staff' } as const;
  const asked = await world.service.decide({ orderKey, wish: { step: 'request', units: [{ sku, quantity: 1 }] }, by });
  assert.ok(asked.ok);
  assert.ok((await world.service.decide({ orderKey, wish: { step: 'approve', rma: asked.rma! }, by })).ok);
  return orderKey;
} // prettier-ignore

test('dialogs of people’s decisions: axe finds nothing, and they do with 320 px', async () => {
  const [order] = (await listOrders(world.db, { verdict: 'breaks', isReturn: true })).rows;
  const [own] = await listSubjectProblems(world.db, [order!.orderKey]);
  const onDesk = `/desk?order=${encodeURIComponent(await openReturn())}`;
  const page = await world.open('admin', '/overview', { viewport: normal, colorScheme: 'light' });
  const wrong: string[] = [];
  const dialogs = [
    [`/orders/${order!.orderKey}`, 'Vouch for an event'],
    [`/problems?problem=${encodeURIComponent(`${order!.orderKey}~${own!.problemId}`)}`, 'Normal here'],
    ['/desk', 'Change person'],
    [onDesk, 'Note proof of dispatch'],
    [onDesk, 'Agree an exchange'],
  ] as const;
  for (const [path, name] of dialogs) {
    await visit(page, world.address, path);
    await page.getByRole('button', { name, exact: true }).first().click();
    await page.getByRole('dialog').waitFor();
    await settle(page);
    wrong.push(...(await violationsOf(page, 'all')).map((text) => `${name}: ${text}`));
    await page.setViewportSize({ width: 320, height: 640 });
    await settle(page);
    const width = await page.evaluate<number>('document.querySelector("[role=dialog]").scrollWidth');
    if (width > 320) wrong.push(`${name}: ${width} px`);
    await page.setViewportSize(normal);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  }
  assert.deepEqual(wrong, []);
});

/**
 * Forced colours take backgrounds and shadows away: what has the focus must still have an outline, and what one clicks
 * or types into a border, an outline or a text.
 */
const findLostInForcedColours = `(() => {
  const lost = [];
  const name = (element) => element.outerHTML.slice(0, 100);
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, [tabindex="0"]')) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.disabled) continue;
    const style = getComputedStyle(element);
    if (/^(button|select|textarea)$/i.test(element.tagName) && element.innerText.trim() === '' && style.borderStyle === 'none' && element.querySelector('svg, img') === null) lost.push('nothing to see: ' + name(element));
    element.focus({ preventScroll: true, focusVisible: true });
    if (document.activeElement !== element) continue;
    const around = [element, element.parentElement, element.parentElement?.parentElement];
    if (around.every((one) => getComputedStyle(one).outlineStyle === 'none')) lost.push('focus not seen: ' + name(element));
  }
  document.activeElement?.blur();
  return lost;
})()`;

test('every text comes from the catalogue or is data, and none is cut', async () => {
  const page = await world.open('admin', '/overview');
  await page.evaluate(`localStorage.setItem('reentry.preferences', '{"language":"pseudo"}')`);
  await page.reload();
  const wrong: string[] = [];
  for (const path of await allPaths()) {
    await visit(page, world.address, path);
    wrong.push(
      ...(await page.evaluate<readonly string[]>(findForeignTexts)).map((text) => `${path}: ${text}`),
    );
  }
  assert.deepEqual(wrong, []);
});

/** Texts without the brackets of the pseudo-language that are not marked as data; buttons and headings that are cut. */
const findForeignTexts = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent.trim();
    const element = node.parentElement;
    if (!/\\p{L}{2}/u.test(text.replace(/⟦[^⟧]*⟧/gu, ''))) continue;
    if (element.closest('[translate=no], script, style, noscript, time') !== null) continue;
    found.push(text.slice(0, 80));
  }
  for (const element of document.querySelectorAll('button, h1, h2, h3, dt, label')) {
    const style = getComputedStyle(element);
    if (style.overflow === 'hidden' && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1) found.push('cut: ' + element.textContent.slice(0, 60));
  }
  return found;
})()`;

test('the keyboard alone finds, opens, walks and leaves', async () => {
  const page = await world.open('support', '/overview');
  await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.getByRole('heading', { level: 1, name: 'Orders' }).waitFor();
  await page.getByRole('row').nth(2).waitFor();
  // From the search box on, the list is the next but few stops.
  await page.keyboard.press('/');
  for (let stop = 0; stop < 6; stop += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate<boolean>('document.activeElement.matches("tr")')) break;
  }
  assert.ok(await page.evaluate<boolean>('document.activeElement.matches("tr")'), 'a row has the focus');
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  assert.equal(await page.evaluate('document.activeElement.dataset.index'), '1');
  await page.keyboard.press('Enter');
  await page.getByRole('region', { name: 'Answer' }).waitFor();
  const first = page.url();
  await page.keyboard.press(']');
  await page.waitForURL((url) => url.href !== first);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+k');
  // Open it is at once; what is typed before it has the focus goes elsewhere.
  await page.getByRole('textbox', { name: 'Command palette' }).and(page.locator(':focus')).waitFor();
  await page.locator('[role="option"][data-combobox-selected]').waitFor();
  await page.keyboard.type('prob');
  await page.locator('[role="option"][data-combobox-selected]').getByText('Problems').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Problems' }).waitFor();
});

test('a viewer sees no way to write, and the policy for content lets no inline script run', async () => {
  const { rows } = await listProblems(world.db);
  const id = encodeURIComponent(`${rows[0]!.subjectKey}~${rows[0]!.problemId}`);
  const page = await world.open('viewer', `/problems?problem=${id}`);
  await page.getByRole('heading', { level: 2 }).first().waitFor();
  assert.equal(await page.getByRole('button', { name: 'Accept the difference' }).count(), 0);
  await page.evaluate(
    `{ const script = document.createElement('script'); script.textContent = 'window.ran = true'; document.body.append(script); }`,
  );
  assert.equal(await page.evaluate('window.ran === true'), false);
  const answer = await fetch(`${world.address}/console/orders`);
  const policy = answer.headers.get('content-security-policy') ?? '';
  assert.doesNotMatch(policy, /unsafe/);
  assert.match(policy, /script-src 'self';/);
});
